# SPDX-License-Identifier: Apache-2.0
"""A certificate on paper: one sheet, the credential attached, a QR code to its page. The same credential, the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from touchstone.credentials.credential import AttestedUnit
from touchstone.credentials.reading import BadgeReading, read_badge
from touchstone.fonts import SERIF, family, installed_fonts, language_of
from touchstone.qr import QUIET_ZONE, qr_address, qr_matrix, qr_svg
from touchstone.recognition.wording import Words
from touchstone.text import known_language, localise
from touchstone_server import clock, documents
from touchstone_server.codes import in_groups, of_bytes
from touchstone_server.credentials.selectors import names_in
from touchstone_server.design import paper
from touchstone_server.design.templatetags.touchstone import written_date
from touchstone_server.issuing import drafting
from touchstone_server.issuing.models import Certificate
from touchstone_server.language import BY_PATH, Locale
from touchstone_server.organisations.models import Organisation
from touchstone_server.texts import plain_text

TEMPLATE = Path(__file__).parent / "certificate.typ"
QR_WIDTH = 30
"""Millimetres of the QR code at least, without the quiet zone around it."""
REGIONAL = {"GD": "zh-hans", "HK": "zh-hant-hk", "MO": "zh-hant-mo"}
"""The locale of a region's papers."""
MOST_UNITS = 12
"""Units that a sheet has room for; the rest is counted, and stands in the credential."""


def paper_locale(organisation: Organisation, wanted: str, reading: Locale) -> Locale:
    """Return in which language an organisation's papers are written: the one that is asked for, else that of its region.

    :param wanted: how addresses call a locale; empty for none.
    :param reading: of whoever asks: the paper is not theirs, so it counts only where the region has no language of its own.
    """
    return BY_PATH.get(wanted) or BY_PATH.get(REGIONAL.get(organisation.region, ""), reading)


def certificate_pdf(certificate: Certificate, locale: Locale, origin: str) -> bytes:
    """Typeset a certificate, stamped where it counts no more.

    :param origin: scheme and host of this node, as the QR code holds it.
    :raises PdfUnavailableError: where typst, or a Han font, is not installed.
    """
    content = bytes(certificate.document or b"")
    data = paper_of(certificate, orjson.loads(content), content, locale, origin)
    return paper.pdf(TEMPLATE, data, content, dt.date(data["day"]["year"], data["day"]["month"], data["day"]["day"]))


def check_code(content: bytes) -> str:
    """Return six characters that paper and page show alike: they differ for any other credential (UX notes, section 2)."""
    code = of_bytes(hashlib.sha256(content).digest())[:6]
    return f"{code[:3]}-{code[3:]}"


def spaced(short: str) -> str:
    """Return a certificate's number as people read it: four groups of four."""
    return in_groups(short, 4)


def paper_of(
    certificate: Certificate, document: Mapping[str, Any], content: bytes, locale: Locale, origin: str
) -> dict[str, Any]:
    """Return what stands on the sheet, as plain data."""
    tag, badge = locale.tag, read_badge(dict(document))
    language, region = language_of(tag)
    names = names_in(document.get("name"))
    qualification, used = localise(names, tag)
    issuer = localise(certificate.organisation.names, tag)
    installed = installed_fonts()
    day = clock.day_of(badge.valid_from) if badge.valid_from else dt.date(2000, 1, 1)
    address = qr_address(origin, "C", certificate.short)
    stopped = certificate.state != Certificate.State.GOOD

    def told(words: str, of: str) -> dict[str, Any]:
        spoken = language_of(tag if tag.startswith(known_language(of) or "-") else known_language(of) or of)
        return {
            "text": words,
            "language": (spoken[0] if spoken[0] != "und" else "en", spoken[1]),
            "fonts": family(SERIF, spoken[1] or region, installed),
        }

    return {
        "language": language,
        "region": region,
        "title": f"{plain_text('issuing.paper_heading', tag)}: {qualification}",
        "heading": plain_text("issuing.paper_heading", tag),
        "issuer": issuer[0],
        "issuer-name": told(*issuer),
        "demo": f"DEMO {plain_text('site.illustrative', tag)}" if _is_illustrative(badge) else None,
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "name": told(certificate.name, "zh" if _has_han(certificate.name) else "en"),
        "qualification": told(qualification, used),
        "also": [told(words, each) for each, words in _others(names, used, certificate.organisation.region)[:2]],
        "units": [
            _unit(unit, told, tag, certificate.organisation.region) for unit in badge.attestation.units[:MOST_UNITS]
        ],
        "more-units": _more(len(badge.attestation.units), tag),
        "signature": [told(words, "zh" if _has_han(words) else "en") for words in _signing(certificate) if words],
        "facts": list(_facts(certificate, badge, content, tag)),
        "check": {
            "label": plain_text("issuing.check_at", tag),
            "address": f"{origin}/C/{certificate.short}",
        },
        "code": {
            "svg": qr_svg(address, plain_text("issuing.qr_alt", tag)),
            "alt": plain_text("issuing.qr_alt", tag),
            "caption": plain_text("issuing.qr_caption", tag),
            "millimetres": QR_WIDTH * (1 + 2 * QUIET_ZONE / len(qr_matrix(address))),
        },
        "stamp": plain_text(f"issuing.state_{certificate.state}", tag) if stopped else None,
        "stamp-text": plain_text(f"issuing.stamp_{certificate.state}", tag) if stopped else "",
        "words": {
            "holder": plain_text("issuing.paper_holder", tag),
            "holds": plain_text("issuing.paper_holds", tag),
            "units": plain_text("verify.units", tag),
            "attached": plain_text("issuing.paper_attached", tag),
        },
    }


def _signing(certificate: Certificate) -> tuple[str, ...]:
    """Return who signs by hand, and in which office, as the organisation gave it with the group; a decision on a case has nobody."""
    group = certificate.group
    return (group.signatory, group.office) if group else ()


def _facts(certificate: Certificate, badge: BadgeReading, content: bytes, tag: str) -> Iterator[dict[str, Any]]:
    days = (
        ("issuing.field_awarded", badge.attestation.awarded),
        ("verify.valid_from", clock.day_of(badge.valid_from) if badge.valid_from else None),
        ("verify.valid_until", badge.attestation.expires),
    )
    for key, day in days:
        if day:
            yield {"label": plain_text(f"{key}", tag), "value": written_date(day, tag), "code": False}
    for key, value in (("number", spaced(certificate.short)), ("check_code", check_code(content))):
        yield {"label": plain_text(f"issuing.{key}", tag), "value": value, "code": True}


def _unit(unit: AttestedUnit, told: Any, tag: str, region: str) -> dict[str, Any]:  # noqa: ANN401 - a function above
    titles = drafting.unit_title(unit)
    words, of = localise(titles, tag)
    also = [told(text, each) for each, text in _others(titles, of, region)[:1]]
    level = Words(tag).level(unit.level, None) if unit.level else ""
    score = str(unit.score) if unit.score is not None else ""
    return {"title": told(words, of), "also": also, "note": " · ".join(filter(None, (level, score)))}


def _more(count: int, tag: str) -> str:
    return plain_text("verify.more_units", tag, count=count - MOST_UNITS) if count > MOST_UNITS else ""


def _others(names: Mapping[str, str], used: str, region: str) -> list[tuple[str, str]]:
    """Return a name in further languages: that of the region first, then one that is read abroad, then Chinese in the other script."""
    wanted = dict.fromkeys((drafting.LANGUAGES.get(region, "en"), "en", "zh-Hant", "zh-Hans", "pt"))
    return [(tag, names[tag]) for tag in wanted if tag in names and tag != used and names[tag] != names.get(used)]


def _is_illustrative(badge: BadgeReading) -> bool:
    held = (documents.edition().qualification(each) for each in badge.attestation.holds)
    return any(each is not None and documents.is_illustrative(each) for each in held)


def _has_han(text: str) -> bool:
    return any(character >= "\u2e80" for character in text)
