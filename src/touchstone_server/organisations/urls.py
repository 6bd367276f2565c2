# SPDX-License-Identifier: Apache-2.0
"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from touchstone_server.organisations import table_views, views

urlpatterns = [
    path("join/<str:secret>/", views.invitation, name="invitation"),
    path("<slug:slug>/members/", views.members, name="members"),
    path("<slug:slug>/members/invitations/<uuid:invitation>/end/", views.withdraw, name="withdraw_invitation"),
    path("<slug:slug>/members/invitations/<uuid:invitation>/confirm/", views.confirm, name="confirm_invitation"),
    path("<slug:slug>/members/table/", table_views.invite_table, name="invite_table"),
    path("<slug:slug>/members/<uuid:membership>/end/", views.end_membership, name="end_membership"),
]
