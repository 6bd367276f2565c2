# SPDX-License-Identifier: Apache-2.0
"""The page that verifies credentials, and samples to try it with."""

from __future__ import annotations

from django.urls import path

from touchstone_server.credentials import views

urlpatterns = [
    path("", views.verify, name="verify"),
    path("list/", views.verify_many, name="verify_many"),
    path("sample/<str:name>.json", views.sample_file, name="sample_file"),
    path("sample/<str:name>/", views.sample, name="sample"),
]
