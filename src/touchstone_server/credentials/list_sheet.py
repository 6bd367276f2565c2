# SPDX-License-Identifier: Apache-2.0
"""The answer to a list as a workbook: a verdict a row, with who, what, by whom, and until when."""

from __future__ import annotations

import datetime as dt

from touchstone.credentials.members import identifier
from touchstone.credentials.reading import BadgeReading, read_badge
from touchstone.credentials.trust import issuer_of
from touchstone.errors import CredentialError
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone.text import text_in
from touchstone_server import clock, trust
from touchstone_server.credentials.many import Line
from touchstone_server.credentials.selectors import LONGEST_NAME, plain_sentence
from touchstone_server.credentials.services import Judged
from touchstone_server.texts import plain_text

COLUMNS = ("handed", "verdict", "why", "name", "title", "issuer", "from", "until", "checked", "code")


def sheet_of(lines: tuple[Line, ...], at: dt.datetime, tag: str) -> bytes:
    """Return the workbook.

    :param at: when it was verified; told in the time of the three regions.
    :param tag: the language of headings, verdicts and reasons.
    """
    checked = f"{at.astimezone(clock.HERE):%Y-%m-%d %H:%M} UTC+8"
    head = [plain_text(f"verify.list_column_{name}", tag) for name in COLUMNS]
    return write_workbook({"verify": [head, *(_row(line, checked, tag) for line in lines)]})


def _row(line: Line, checked: str, tag: str) -> list[str]:
    if line.judged is None:
        word = plain_text("verify.word_cannot_confirm", tag)
        return [
            line.name,
            word,
            plain_text(f"verify.list_state_{line.state}", tag),
            "",
            "",
            "",
            "",
            "",
            checked,
            line.state,
        ]
    report, badge = line.judged.report, _badge(line.judged)
    deciding = report.deciding
    begins, ends = (badge.valid_from, badge.attestation.expires) if badge and line.shows_dates else (None, None)
    return [
        line.name,
        plain_text(f"verify.word_{report.verdict}", tag),
        plain_sentence(deciding, tag) if deciding else plain_text("verify.about_valid", tag),
        badge.subject_name[:LONGEST_NAME] if badge and line.shows_name else "",
        text_in(badge.name, tag)[:LONGEST_NAME] if badge and badge.name else "",
        _issuer(line.judged, tag),
        clock.day_of(begins).isoformat() if begins else "",
        ends.isoformat() if ends else "",
        checked,
        deciding.code if deciding else "valid",
    ]


def _badge(judged: Judged) -> BadgeReading | None:
    try:
        return read_badge(judged.document or {})
    except CredentialError:
        return None


def _issuer(judged: Judged, tag: str) -> str:
    """Return the issuer by the name in the registry, else by its id: what it calls itself is not confirmed."""
    named = identifier((judged.document or {}).get("issuer"))
    listed = issuer_of(trust.registry(), named)
    return text_in(listed.name, tag) if listed else named[:LONGEST_NAME]
