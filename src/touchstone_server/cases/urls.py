# SPDX-License-Identifier: Apache-2.0
"""Addresses of cases."""

from __future__ import annotations

from django.urls import path

from touchstone_server.cases import filing_views, views

urlpatterns = [
    path("", views.mine, name="my_cases"),
    path("file/", filing_views.file_case, name="file_case"),
    path("of/<slug:slug>/", views.queue, name="case_queue"),
    path("<uuid:case>/", views.case, name="case"),
    path("<uuid:case>/decide/", views.decide, name="decide_case"),
    path("<uuid:case>/prove/", filing_views.prove, name="prove_case"),
    path("<uuid:case>/withdraw/", filing_views.withdraw, name="withdraw_case"),
    path("<uuid:case>/appeal/", views.appeal, name="appeal_case"),
    path("rulings/<uuid:ruling>/receipt.json", views.receipt, name="ruling_receipt"),
    path("rulings/<uuid:ruling>/credential.json", views.credential, name="ruling_credential"),
    path("rulings/<uuid:ruling>/certify/", views.certify, name="certify_ruling"),
]
