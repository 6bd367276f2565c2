# SPDX-License-Identifier: Apache-2.0
"""The gallery: every component of the pages in every state, to be looked at side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from touchstone_server.language import Locale
from touchstone_server.pages import page


@require_safe
def gallery(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Show every component."""
    return page(request, locale, "design/gallery.html", {})
