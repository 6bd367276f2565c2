# SPDX-License-Identifier: Apache-2.0
"""The demonstration's own pages: choose a person, follow a certificate, see what crossed the border. Elsewhere they are not there."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from touchstone_server.access.requests import SESSION_METHODS
from touchstone_server.demo import certificate, crossings, nodes, selectors
from touchstone_server.demo.cast import cast
from touchstone_server.demo.seeding import user_of
from touchstone_server.home.views import forged
from touchstone_server.language import Locale
from touchstone_server.pages import JSON, address, file, origin_of, page

View = Callable[..., HttpResponse]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def in_demo(view: View) -> View:
    """Answer only where TOUCHSTONE_DEMO is on: for everybody else nothing stands at this address."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.TOUCHSTONE_DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def to_all_nodes(view: View) -> View:
    """Let the forms of a page lead to the other nodes too, and say to them where they come from."""

    @wraps(view)
    def widened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response._csp_update = {"form-action": [*nodes.addresses()]}  # type: ignore[attr-defined]
        response["Referrer-Policy"] = "strict-origin"  # else a form to another port would bear no origin
        return response

    return widened


@in_demo
@to_all_nodes
@require_safe
def people(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Show everybody who can be chosen."""
    return page(request, locale, "demo/people.html", {"regions": selectors.regions(locale)})


@csrf_exempt  # a form of another node has no token of ours: where it comes from is looked at instead
@in_demo
@require_POST
def enter(request: HttpRequest, locale: Locale, key: str) -> HttpResponse:
    """Let somebody in as a person of the cast, as if with a passkey, and send them to the desk."""
    person = next((each for each in cast().people if each.key == key and not nodes.address_of(each.region)), None)
    if person is None:
        raise Http404
    if request.headers.get("Origin") not in {origin_of(request), *nodes.addresses()}:
        return forged(request)
    user = user_of(person)
    if not user.is_active:
        return page(request, locale, "demo/erased.html", {"person": person}, status=410)
    login(request, user, backend=BACKEND)
    request.session[SESSION_METHODS] = [{"method": "mfa", "type": "demo", "at": time.time()}]
    return HttpResponseRedirect(address("desk", locale))


@csrf_exempt  # it changes the demonstration and nothing else, and its page gives no cookie
@in_demo
@to_all_nodes
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def story(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Follow one certificate; take it back, or begin again."""
    if nodes.address_of("GD"):
        return HttpResponseRedirect(nodes.address_of("GD") + address("demo_story", locale))
    if request.method == "POST":
        certificate.begin_again() if request.POST.get("do") == "again" else certificate.take_back()
        return HttpResponseRedirect(address("demo_story", locale) + "#back")
    return page(request, locale, "demo/story.html", selectors.story(locale))


@in_demo
@require_safe
def carried(request: HttpRequest) -> HttpResponse:
    """Hand the holder her wallet as a file."""
    if nodes.address_of("GD"):
        raise Http404
    return file(certificate.carried(), JSON, "lin-siyu.json")


@in_demo
@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Publish the college's status list."""
    if nodes.address_of("GD"):
        raise Http404
    return HttpResponse(certificate.status_list_now(), content_type="application/json")


@in_demo
@never_cache
@require_safe
def border(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Show everything that crossed the border."""
    lines = crossings.records()
    crossed = crossings.crossed(lines)
    context = {
        "crossed": crossed,
        "public": sum(each.is_public for each in crossed),
        "untold": crossings.untold(lines),
    }
    return page(request, locale, "demo/border.html", context)
