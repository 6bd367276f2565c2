# SPDX-License-Identifier: Apache-2.0
"""Where everything stands: the locale first, then the page; documents, and what QR codes hold, stand outside of any language."""

from __future__ import annotations

from django.urls import URLResolver, include, path, register_converter

from touchstone_server.demo.views import carried, status
from touchstone_server.exchange.views import documents_index
from touchstone_server.home import views
from touchstone_server.home.desk import desk
from touchstone_server.home.gallery import gallery
from touchstone_server.issuing import public_views
from touchstone_server.language import CurrentLocale, LocaleConverter
from touchstone_server.node.views import healthz
from touchstone_server.passport.shared_views import scanned as scanned_share
from touchstone_server.recognition.recheck_views import scanned
from touchstone_server.standards.views import document

register_converter(LocaleConverter, "locale")

urlpatterns = [
    path("", views.choose_language, name="choose_language"),
    path("documents/", documents_index, name="documents_index"),
    path("documents/<str:mark>.json", document, name="document"),
    path("R/<str:token>", scanned, name="scanned"),
    path("C/<str:short>", public_views.scanned, name="scanned_certificate"),
    path("c/<str:short>", public_views.scanned, name="typed_certificate"),
    path("status/<path:name>", public_views.status_list, name="status_list"),
    path("S/<str:token>", scanned_share, name="scanned_share"),
    path("healthz", healthz, name="healthz"),
    path("demo/lin-siyu.json", carried, name="demo_carried"),
    path("demo/status.json", status, name="demo_status"),
    path(
        "<locale:locale>/",
        include(
            [
                path("", views.landing, name="landing"),
                path("explorer/", include("touchstone_server.recognition.urls")),
                path("verify/", include("touchstone_server.credentials.urls")),
                path("standards/", include("touchstone_server.standards.urls")),
                path("certificate/<str:short>/", public_views.certificate_page, name="certificate_page"),
                path("desk/", desk, name="desk"),
                path("desk/", include("touchstone_server.organisations.urls")),
                path("desk/", include("touchstone_server.exchange.urls")),
                path("desk/", include("touchstone_server.audit.urls")),
                path("cases/", include("touchstone_server.cases.urls")),
                path("desk/<slug:slug>/issuing/", include("touchstone_server.issuing.urls")),
                path("passport/", include("touchstone_server.passport.urls")),
                path("desk/", include("touchstone_server.transfers.urls")),
                path("demo/", include("touchstone_server.demo.urls")),
                path("gallery/", gallery, name="gallery"),
            ]
        ),
    ),
    URLResolver(CurrentLocale(), [path("account/", include("touchstone_server.accounts.urls"))]),
]

handler400 = "touchstone_server.home.views.bad_request"
handler403 = "touchstone_server.home.views.forbidden"
handler404 = "touchstone_server.home.views.not_found"
handler429 = "touchstone_server.home.views.too_many"  # allauth's
handler500 = "touchstone_server.home.views.server_error"
