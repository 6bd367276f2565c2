# SPDX-License-Identifier: Apache-2.0
"""Where people sign in: allauth's pages, in our clothes, with the scripts that passkeys need."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("allauth.urls"))]
