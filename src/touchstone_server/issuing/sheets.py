# SPDX-License-Identifier: Apache-2.0
"""Tables to fill in: for each qualification a workbook with its headings and the codes of its units, and a row that would pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from touchstone.credentials.template import Template
from touchstone.recognition.wording import Words
from touchstone.standards import Qualification
from touchstone.standards.exchange.cells import protected
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone.text import LanguageMap, localise
from touchstone_server.issuing import drafting
from touchstone_server.issuing.shown import ShownUnit, note_of
from touchstone_server.language import Locale
from touchstone_server.organisations.models import Organisation
from touchstone_server.texts import plain_text

COLUMNS = ("name", "key", "awarded", "until", "units", "score", "level", "holder")
"""The columns that the form explains, the likeliest first."""
HEADINGS = ("name", "key", "awarded")
"""Those that a workbook has before the units."""
DAY = "2026-11-02"
MARK = "86"
_NOWHERE = "https://node.example/status"


class SheetUnit(NamedTuple):
    """A unit as a table speaks of it."""

    code: str
    title: LanguageMap
    note: str


class Sheet(NamedTuple):
    """A qualification for which there is a table to fill in."""

    id: str
    title: LanguageMap
    units: tuple[SheetUnit, ...]

    @property
    def query(self) -> list[tuple[str, str]]:
        """By which its workbook is asked for."""
        return [("of", self.id)]


def sheets_of(organisation: Organisation, tag: str) -> list[Sheet]:
    """Return the tables that an organisation can fill in, with the units of each."""
    return [
        Sheet(each.id, each.title, tuple(_units(_template(organisation, each), tag)))
        for each in drafting.offered(organisation)
    ]


def sheet_for(organisation: Organisation, qualification: Qualification, locale: Locale) -> bytes:
    """Return the workbook of a qualification: the learners, with a row to be replaced, and what its units are called."""
    units = list(_units(_template(organisation, qualification), locale.tag))
    first = [*HEADINGS, *(each.code for each in units)]
    sample = [_name(organisation), "2026-001", DAY, *(MARK for _ in units)]
    return write_workbook(
        {"learners": [first, sample], "units": _about(units, locale.tag)},
        numbers=frozenset(range(len(HEADINGS), len(first))),
    )


def sample_text(organisation: Organisation) -> str:
    """Return lines that can be pasted into the form as they are, for whatever qualification."""
    name = _name(organisation)
    return f"name,key,awarded\n{name} A,2026-001,{DAY}\n{name} B,2026-002,{DAY}"


def _units(template: Template, tag: str) -> list[SheetUnit]:
    words = Words(tag)
    found = [ShownUnit(drafting.unit_title(each), note_of(each, words)) for each in template.attests.units]
    return [SheetUnit(code, shown.title, shown.note) for code, shown in zip(template.unit_ids, found, strict=True)]


def _about(units: Sequence[SheetUnit], tag: str) -> list[list[str]]:
    heading = [plain_text(f"issuing.{key}", tag) for key in ("sheet_code", "column_units", "column_level")]
    told = [[each.code, localise(each.title, tag)[0], each.note] for each in units]
    hints = [[f"{name}: {plain_text(f'issuing.about_{name}', tag)}"] for name in HEADINGS]
    last = [[plain_text("issuing.sheet_text", tag)], *hints]
    return [[protected(cell) for cell in row] for row in (heading, *told, [], *last)]


def _template(organisation: Organisation, qualification: Qualification) -> Template:
    return drafting.template_of(organisation, drafting.Wanted(qualification, "provider_assessed", None), _NOWHERE)


def _name(organisation: Organisation) -> str:
    return drafting.SAMPLE.get(organisation.region, drafting.SAMPLE["HK"])
