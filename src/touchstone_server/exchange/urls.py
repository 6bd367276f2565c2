# SPDX-License-Identifier: Apache-2.0
"""Addresses of the exchange at the desk."""

from __future__ import annotations

from django.urls import path

from touchstone_server.exchange import views

urlpatterns = [
    path("<slug:slug>/exchange/", views.exchange, name="exchange"),
    path("<slug:slug>/exchange/<uuid:document>.json", views.pulled_document, name="pulled_document"),
]
