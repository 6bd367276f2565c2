# SPDX-License-Identifier: Apache-2.0
"""All that the node keeps of a person, in one zip that opens without us: the credentials as they came, wallets for ``touchstone wallet``,
links, consents with the words agreed to, and the log.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models import Q

from touchstone.credentials.wallet import write_wallet
from touchstone_server import clock
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor, Thing
from touchstone_server.accounts.models import User
from touchstone_server.audit.models import AuditEvent
from touchstone_server.audit.services import record
from touchstone_server.cases import leaving as cases
from touchstone_server.issuing import leaving as issuing
from touchstone_server.organisations.models import Membership
from touchstone_server.passport.carrying import wallets
from touchstone_server.passport.models import Access, Consent, HeldCredential, ShareLink
from touchstone_server.texts import plain_text


def export(actor: Actor, tag: str) -> bytes:
    """Return everything of whoever asks, as a zip.

    :param tag: the language of its README.
    """
    require(actor, Action.SEE_PASSPORT, Thing(person=actor.user))
    record(actor, "passport.export", f"person:{actor.user}")  # on its own: nobody waits while the rest is gathered
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(User.objects.get(pk=actor.signed_in), tag):
            archive.writestr(zipfile.ZipInfo(name, clock.now().timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _files(person: User, tag: str) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", plain_text("passport.export_readme", tag).encode()
    held = list(HeldCredential.objects.filter(holder=person).select_related("given_by").order_by("received", "id"))
    names = {each.id: f"credentials/{place:03}.json" for place, each in enumerate(held, 1)}
    for each in held:
        yield names[each.id], bytes(each.content)
    for place, wallet in enumerate(wallets(bytes(each.content) for each in held), 1):
        yield f"wallets/{place:03}.json", write_wallet(wallet)
    yield (
        "credentials.json",
        _json(
            {
                "file": names[each.id],
                "id": each.id,
                "received": each.received,
                "given_by": each.given_by and each.given_by.names,
            }
            for each in held
        ),
    )
    yield "account.json", _json(_account(person))
    yield (
        "links.json",
        _json(_link(each, names) for each in ShareLink.objects.filter(holder=person).order_by("created")),
    )
    yield (
        "consents.json",
        _json(
            _consent(each) for each in Consent.objects.filter(person=person).select_related("text").order_by("given")
        ),
    )
    yield "cases.json", _json(cases.told_of(person))
    yield "issued.json", _json(issuing.told_of(person))
    yield "log.json", _json({"looked": list(_looked(person)), "done": list(_done(person))})


def _account(person: User) -> dict[str, object]:
    held = Membership.objects.filter(user=person).select_related("organisation").order_by("since")
    return {
        "id": person.id,
        "email": person.email,
        "name_han": person.name_han,
        "name_latin": person.name_latin,
        "known_as": person.known_as,
        "created": person.created,
        "roles": [
            {"organisation": each.organisation.names, "role": each.role, "since": each.since, "until": each.until}
            for each in held
        ],
    }


def _link(link: ShareLink, names: dict[Any, str]) -> dict[str, object]:
    told = ("id", "fields", "label", "created", "expires", "ended", "views")
    return {"credential": names[link.credential_id], **{name: getattr(link, name) for name in told}}


def _consent(consent: Consent) -> dict[str, object]:
    text = consent.text
    return {
        "id": consent.id,
        "purpose": consent.purpose,
        "given": consent.given,
        "withdrawn": consent.withdrawn,
        "text": {"sha256": text.digest, "version": text.version, "language": text.language, "words": text.words},
    }


def _looked(person: User) -> Iterator[dict[str, object]]:
    for each in Access.objects.filter(person=person).select_related("organisation").order_by("at"):
        yield {
            "at": each.at,
            "what": each.what,
            "link": each.link_id,
            "organisation": each.organisation and each.organisation.names,
        }


def _done(person: User) -> Iterator[dict[str, object]]:
    mine = AuditEvent.objects.filter(Q(actor=person.id) | Q(thing=f"person:{person.id}")).order_by("number")
    for event in mine:
        yield {"at": event.at, "action": event.action, "thing": event.thing, "detail": event.detail}


def _json(value: object) -> bytes:
    return orjson.dumps(list(value) if isinstance(value, Iterator) else value, option=orjson.OPT_INDENT_2)
