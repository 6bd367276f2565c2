# SPDX-License-Identifier: Apache-2.0
"""What stands at a share link: no sign-in, no cookie, no script, one answer; only what the holder has chosen."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from touchstone_server.language import LOCALES, Locale, negotiate
from touchstone_server.pages import JSON, address, file, page
from touchstone_server.passport import sharing
from touchstone_server.passport.carrying import carried
from touchstone_server.passport.models import ShareLink
from touchstone_server.passport.selectors import shown_by
from touchstone_server.passport.sharing_fields import Field


@require_safe
def shared(request: HttpRequest, locale: Locale, token: str) -> HttpResponse:
    """Show what a link shows."""
    return _answer(request, locale, token)


@require_safe
def scanned(request: HttpRequest, token: str) -> HttpResponse:
    """Show it to a phone that scanned the QR code, in the phone's language: one request, no redirect."""
    locale = negotiate(request.headers.get("Accept-Language", ""))
    switches = [
        {"locale": item, "address": address("shared", item, None, token=token), "current": item == locale}
        for item in LOCALES
    ]
    response = _answer(request, locale, token, switches=switches)
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def shared_file(request: HttpRequest, locale: Locale, token: str) -> HttpResponse:
    """Hand out the certificate itself, where the link shows all of it, with the lists that say whether it still counts."""
    link = sharing.link_at(token)
    if link is None or link.state != "open" or Field.FILE not in link.fields:
        raise Http404
    return _opened(request, link, file(carried(bytes(link.credential.content)), JSON, "certificate.json"))


def _answer(request: HttpRequest, locale: Locale, token: str, **more: object) -> HttpResponse:
    link = sharing.link_at(token)
    state = link.state if link else "unknown"
    shown = shown_by(link, locale) if link and state == "open" else None
    if link and shown:
        return _opened(
            request, link, page(request, locale, "passport/shared.html", {"shown": shown, "token": token, **more})
        )
    status = 404 if state == "unknown" else 410
    return _unlisted(page(request, locale, "passport/gone.html", {"state": state, **more}, status=status))


def _opened(request: HttpRequest, link: ShareLink, response: HttpResponse) -> HttpResponse:
    """Count what a link shows or hands out: its holder is told of either."""
    if request.method == "GET":
        sharing.count_view(link)
    return _unlisted(response)


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Keep an answer, and the address that led to it, from caches, search engines and other sites."""
    response["Cache-Control"], response["X-Robots-Tag"] = "no-store", "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
