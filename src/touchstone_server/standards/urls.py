# SPDX-License-Identifier: Apache-2.0
"""The standards browser's pages."""

from __future__ import annotations

from django.urls import path

from touchstone_server.standards import views

urlpatterns = [
    path("", views.index, name="standards"),
    path("levels/", views.levels, name="levels"),
    path("frameworks/<path:name>/", views.framework, name="framework"),
    path("units/<path:name>/", views.unit, name="unit"),
    path("crosswalks/<path:name>/", views.crosswalk, name="crosswalk"),
]
