# SPDX-License-Identifier: Apache-2.0
"""Addresses of the exchange at the desk."""

from __future__ import annotations

from django.urls import path

from touchstone_server.exchange import publication_views, views

urlpatterns = [
    path("<slug:slug>/exchange/", views.exchange, name="exchange"),
    path("<slug:slug>/exchange/<uuid:document>.json", views.pulled_document, name="pulled_document"),
    path("<slug:slug>/documents/", publication_views.publications, name="publications"),
    path("<slug:slug>/documents/new/", publication_views.new, name="new_publication"),
    path("<slug:slug>/documents/<uuid:publication>/", publication_views.publication, name="publication"),
    path("<slug:slug>/documents/<uuid:publication>.json", publication_views.file, name="publication_file"),
]
