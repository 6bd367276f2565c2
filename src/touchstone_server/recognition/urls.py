# SPDX-License-Identifier: Apache-2.0
"""The explorer's pages, in the order in which they are asked."""

from __future__ import annotations

from django.urls import path

from touchstone_server.recognition import file_views, recheck_views, views

urlpatterns = [
    path("", views.region, name="explorer"),
    path("file/", file_views.file, name="explorer_file"),
    path("certificate/", views.certificate, name="certificate"),
    path("units/", views.units, name="units"),
    path("destination/", views.destination, name="destination"),
    path("qualification/", views.qualification, name="qualification"),
    path("answer/", views.answer, name="answer"),
    path("answer/receipt.json", views.receipt, name="receipt"),
    path("answer/receipt.pdf", views.receipt_pdf, name="receipt_pdf"),
    path("recheck/", recheck_views.recheck, name="recheck"),
]
