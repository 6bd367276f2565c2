# SPDX-License-Identifier: Apache-2.0
"""Addresses of the register of transfers, on the desk of an organisation."""

from __future__ import annotations

from django.urls import path

from touchstone_server.transfers import views

urlpatterns = [
    path("<slug:slug>/transfers/", views.transfers, name="transfers"),
    path("<slug:slug>/transfers/<uuid:transfer>/end/", views.end_transfer, name="end_transfer"),
]
