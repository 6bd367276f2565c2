# SPDX-License-Identifier: Apache-2.0
"""How a group reads before it is issued: its first certificates as they would be signed. Nothing is written."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import orjson

from touchstone.credentials.credential import AttestedUnit
from touchstone.credentials.issuing import Draft as ReadyDraft
from touchstone.credentials.issuing import Drawing
from touchstone.credentials.privacy import subject_names
from touchstone.credentials.reading import read_badge
from touchstone.errors import CredentialError
from touchstone.recognition.wording import Words
from touchstone.standards.exchange.strict_json import JsonObject
from touchstone.standards.reading import read_json
from touchstone.text import LanguageMap
from touchstone_server import clock
from touchstone_server.credentials.selectors import names_in
from touchstone_server.issuing import drafting, keys
from touchstone_server.issuing.known import Blank
from touchstone_server.issuing.models import Certificate, Group

PREVIEWED = 3
"""How many certificates a preview shows."""


class Shown(NamedTuple):
    """A certificate as it would be signed, for a reader who is asked to approve it, or as it was."""

    people: tuple[str, ...]
    title: LanguageMap
    awarded: dt.date | None
    begins: dt.date | None
    ends: dt.date | None
    units: tuple[ShownUnit, ...]


class ShownUnit(NamedTuple):
    """A unit that it attests, with level and score."""

    title: LanguageMap
    note: str


def previewed(group: Group, tag: str) -> list[Shown]:
    """Return the first certificates of a group as they would be signed, levels in the words of a language."""
    first = group.lines.order_by("number").values_list("number", flat=True).first() or 0
    ready = set(group.lines.filter(result="ready").order_by("number").values_list("number", flat=True)[:PREVIEWED])
    batch = drafting.batch_in(group, only={first, *ready})
    half = keys.public_half(group.organisation)
    drawing = Drawing(Blank(), half, at=clock.now(), status=drafting.published_list(batch, Blank.salt))
    drawn = (drawing.draft(row.request) for row in batch.rows if row.request and row.number in ready)
    return [_shown(each.document, Words(tag)) for each in drawn if isinstance(each, ReadyDraft)]


def signed(certificate: Certificate, tag: str) -> Shown:
    """Return what a certificate says, as it was signed, levels in the words of a language."""
    document = orjson.loads(bytes(certificate.document or b"{}"))  # we wrote it
    try:
        return _shown(document, Words(tag))
    except CredentialError:  # a decision on a case attests in words of its own
        return Shown((), names_in(document.get("name")), None, None, None, ())


def own_number(certificate: Certificate) -> str:
    """Return the number that the organisation gave its learner, as long as the learner's row is kept."""
    tree = read_json(certificate.learner).tree if certificate.learner else None
    return str(tree.get("key") or "") if isinstance(tree, dict) else ""


def _shown(document: JsonObject, words: Words) -> Shown:
    badge = read_badge(document)
    attested = badge.attestation
    units = tuple(ShownUnit(drafting.unit_title(each), note_of(each, words)) for each in attested.units)
    people = tuple(name for name in subject_names(document) if name)
    begins = clock.day_of(badge.valid_from) if badge.valid_from else None
    return Shown(people, names_in(document.get("name")), attested.awarded, begins, attested.expires, units)


def note_of(unit: AttestedUnit, words: Words) -> str:
    """Return level and score of a unit, as far as it has them."""
    level = words.level(unit.level, None) if unit.level else ""
    return " · ".join(filter(None, (level, "" if unit.score is None else str(unit.score))))
