# SPDX-License-Identifier: Apache-2.0
"""Signing in, where it is ours and not allauth's."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse


def to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Send somebody to sign in, and back here afterwards."""
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
