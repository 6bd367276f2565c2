# SPDX-License-Identifier: Apache-2.0
"""Addresses of the record at the desk."""

from __future__ import annotations

from django.urls import path

from touchstone_server.audit import views

urlpatterns = [
    path("sign-ins/", views.sign_ins, name="sign_ins"),
    path("sign-ins/node/", views.node_log, name="node_log"),
    path("<slug:slug>/record/", views.audit_log, name="audit_log"),
]
