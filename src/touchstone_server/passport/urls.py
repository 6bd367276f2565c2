# SPDX-License-Identifier: Apache-2.0
"""Addresses of the passport; a share link's stands beside them, for it is opened without signing in."""

from __future__ import annotations

from django.urls import path

from touchstone_server.passport import leaving_views, shared_views, views

urlpatterns = [
    path("", views.passport, name="passport"),
    path("claim/", views.claim, name="claim"),
    path("bring/", views.bring, name="bring"),
    path("credentials/<uuid:credential>/", views.credential, name="held"),
    path("credentials/<uuid:credential>/file/", views.credential_file, name="held_file"),
    path("credentials/<uuid:credential>/alone/", views.credential_alone, name="held_alone"),
    path("credentials/<uuid:credential>/remove/", views.remove, name="held_remove"),
    path("credentials/<uuid:credential>/share/", views.share, name="share"),
    path("links/<uuid:link>/", views.link, name="share_link"),
    path("links/<uuid:link>/end/", views.end_link, name="share_end"),
    path("log/", views.log, name="looked"),
    path("consents/", leaving_views.consents, name="consents"),
    path("consents/<uuid:consent>/withdraw/", leaving_views.withdraw, name="consent_withdraw"),
    path("export/", leaving_views.export, name="export"),
    path("erase/", leaving_views.erase, name="erase"),
    path("shared/<str:token>/", shared_views.shared, name="shared"),
    path("shared/<str:token>/file/", shared_views.shared_file, name="shared_file"),
]
