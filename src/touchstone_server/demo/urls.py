# SPDX-License-Identifier: Apache-2.0
"""The demonstration's own pages."""

from __future__ import annotations

from django.urls import path

from touchstone_server.demo import views

urlpatterns = [
    path("", views.people, name="demo_people"),
    path("as/<slug:key>/", views.enter, name="demo_enter"),
    path("story/", views.story, name="demo_story"),
    path("border/", views.border, name="demo_border"),
]
