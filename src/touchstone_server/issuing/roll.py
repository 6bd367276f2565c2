# SPDX-License-Identifier: Apache-2.0
"""A group as whoever approves it reads it: its terms, and every row with what the table says of its learner. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.core.paginator import Page

from touchstone.credentials.learners import Learner
from touchstone.credentials.template import Template
from touchstone.recognition.wording import Words
from touchstone.standards.agreement import Assurance
from touchstone.standards.decoding import decode
from touchstone.standards.reading import read_json
from touchstone.text import LanguageMap
from touchstone_server.design.templatetags.touchstone import written_date
from touchstone_server.issuing import drafting
from touchstone_server.issuing.known import namesakes, twins
from touchstone_server.issuing.models import Certificate, Group, Row
from touchstone_server.issuing.shown import ShownUnit, note_of
from touchstone_server.pages import part
from touchstone_server.texts import plain_text

OPEN = (Group.State.DRAFT, Group.State.WAITING, Group.State.APPROVED, Group.State.DECLINED)
"""The states in which the table is kept."""


class Terms(NamedTuple):
    """What all certificates of a group say, and what of them anybody may see."""

    title: LanguageMap
    assurance: Assurance | None
    valid_months: int | None
    units: tuple[ShownUnit, ...]
    shown: tuple[str, ...]


class Line(NamedTuple):
    """A row as it reads.

    :param said: what the table says of the learner beside the name, a label and a value each.
    :param others: certificates of somebody of the same name.
    :param waiting: rows of the same name in other groups that wait.
    """

    row: Row
    name: str
    said: tuple[tuple[str, str], ...]
    others: tuple[Certificate, ...]
    waiting: tuple[Row, ...] = ()


class Roll(NamedTuple):
    """The rows on one page of a group's, and where that page stands."""

    lines: list[Line]
    page: Page[Row]


def terms_of(group: Group, tag: str) -> Terms:
    """Return what all certificates of a group say, levels in the words of a language."""
    template, words = drafting.template_in(group), Words(tag)
    attests = template.attests
    units = tuple(ShownUnit(drafting.unit_title(each), note_of(each, words)) for each in attests.units)
    return Terms(template.achievement.name, attests.assurance, template.valid_months, units, tuple(group.shown))


def roll_of(group: Group, number: str, tag: str) -> Roll:
    """Return a page of the rows of a group that are or would be issued."""
    rows = group.lines.exclude(result="refused").select_related("certificate").defer("certificate__document")
    found = part(rows.order_by("number"), number)
    on_page = list(found.object_list)
    learners = dict(_learners(group, on_page))
    others = namesakes(group) if group.state in OPEN else {}
    codes = _codes(drafting.template_in(group))
    return Roll([_line(each, learners.get(each.number), others, codes, tag) for each in on_page], found)


def to_look_at(group: Group, tag: str) -> list[Line]:
    """Return the rows of whose learners somebody must say that they are, or are not, who has or awaits such a certificate."""
    others, waiting = namesakes(group), twins(group)
    rows = group.lines.exclude(result="refused").select_related("certificate").defer("certificate__document")
    named = others.keys() | waiting.keys()
    found = [each for each in rows.order_by("number") if each.result == "known" or each.name in named]
    return [_line(each, None, others, {}, tag)._replace(waiting=tuple(waiting.get(each.name, ()))) for each in found]


def _line(
    row: Row, learner: Learner | None, others: dict[str, list[Certificate]], codes: dict[str, str], tag: str
) -> Line:
    name = row.name or (row.certificate.name if row.certificate else "")
    said = tuple(_said(learner, codes, tag)) if learner else ()
    return Line(row, name, said, tuple(others.get(row.name, ())) if row.result == "ready" else ())


def _learners(group: Group, rows: list[Row]) -> Iterator[tuple[int, Learner]]:
    """Yield what the table says of each, as long as there is one; then each certificate has it."""
    if group.state in OPEN and rows:
        group.refresh_from_db(
            fields=["state", "table"]
        )  # a worker may have issued it since, and the table goes with that
    if group.state in OPEN and rows:
        batch = drafting.batch_in(group, only={each.number for each in rows})
        yield from ((each.number, each.learner) for each in batch.rows if each.learner)
        return
    for row in rows:
        tree = read_json(row.certificate.learner).tree if row.certificate and row.certificate.learner else None
        if isinstance(tree, dict):
            yield row.number, decode(tree, Learner)


def _said(learner: Learner, codes: dict[str, str], tag: str) -> Iterator[tuple[str, str]]:
    words = Words(tag)
    plain = {
        "key": learner.key,
        "awarded": written_date(learner.awarded, tag) if learner.awarded else None,
        "until": written_date(learner.until, tag) if learner.until else None,
        "level": learner.level,
        "score": str(learner.score) if learner.score is not None else None,
        "holder": learner.holder,
    }
    yield from ((plain_text(f"issuing.column_{name}", tag), value) for name, value in plain.items() if value)
    for unit in learner.units or ():
        level = words.level(unit.level, None) if unit.level else ""
        score = str(unit.score) if unit.score is not None else ""
        yield codes.get(unit.unit, unit.unit), " · ".join(filter(None, (level, score))) or "✓"


def _codes(template: Template) -> dict[str, str]:
    return {identifier: code for code, identifier in template.unit_ids.items()}
