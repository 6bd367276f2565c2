# SPDX-License-Identifier: Apache-2.0
"""Addresses of the issuing desk, below the organisation's."""

from __future__ import annotations

from django.urls import path

from touchstone_server.issuing import views

urlpatterns = [
    path("", views.issuing, name="issuing"),
    path("new/", views.new_group, name="new_group"),
    path("new/learners.xlsx", views.sheet, name="group_sheet"),
    path("groups/<uuid:group>/", views.group, name="group"),
    path("groups/<uuid:group>/table", views.group_table, name="group_table"),
    path("groups/<uuid:group>/certificates.zip", views.archive, name="group_archive"),
    path("certificates/", views.certificates, name="certificates"),
    path("certificates/<uuid:certificate>/", views.certificate, name="certificate"),
    path("certificates/<uuid:certificate>/certificate.pdf", views.certificate_pdf, name="certificate_pdf"),
    path("certificates/<uuid:certificate>/certificate.json", views.certificate_json, name="certificate_json"),
    path("certificates/<uuid:certificate>/code/", views.certificate_code, name="certificate_code"),
    path("changes/<uuid:change>/", views.decide, name="decide_change"),
]
