# SPDX-License-Identifier: Apache-2.0
"""What an organisation can certify, as the public documents say it, and the template and the table that a group is issued from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from touchstone.credentials.batch import Batch, Row, batch_of
from touchstone.credentials.credential import Achievement, Attestation, AttestedUnit, Issuer
from touchstone.credentials.learners import HEADINGS
from touchstone.credentials.register import PublishedList, own_list
from touchstone.credentials.scales import scales_of
from touchstone.credentials.template import Template
from touchstone.errors import DocumentError
from touchstone.logic import Unit, leaves
from touchstone.standards import Qualification
from touchstone.standards.agreement import Assurance
from touchstone.standards.exchange.cells import CellError
from touchstone.standards.exchange.tables_apart import read_table_apart
from touchstone.standards.folder import decode_line
from touchstone.text import LanguageMap, LanguageTag
from touchstone_server import documents
from touchstone_server.issuing.models import Group
from touchstone_server.organisations.models import Organisation
from touchstone_server.recognition.services import targets
from touchstone_server.texts import all_texts

TYPED = "typed.csv"
SAMPLE = {"GD": "示范学员 Sample Learner", "HK": "示範學員 Sample Learner", "MO": "示範學員 Sample Learner"}
"""The learner in the row that a table to fill in comes with, by region: nobody."""
MOST_ROWS = 2_000
"""Learners of one group: as many as a page can look at while somebody waits."""
LANGUAGES: Mapping[str, LanguageTag] = {"GD": "zh-Hans", "HK": "zh-Hant", "MO": "zh-Hant"}
"""The language that the certificates of a region are written in, with the others beside it."""


class Wanted(NamedTuple):
    """What a group's certificates say, as it was chosen in the form."""

    qualification: Qualification
    assurance: Assurance
    valid_months: int | None


def offered(organisation: Organisation) -> list[Qualification]:
    """Return the qualifications of the organisation's region that are in force and name at least one unit."""
    found = targets(organisation.region, documents.edition())
    return [each for each in found if documents.units_of(each)]


def template_of(organisation: Organisation, wanted: Wanted, base: str) -> Template:
    """Return the template of a group.

    :param base: the address below which status lists are published.
    """
    qualification = wanted.qualification
    return Template(
        issuer=Issuer(id=organisation.issuer, name=organisation.names),
        achievement=Achievement(
            id=qualification.id,
            name=qualification.title,
            description=all_texts()["issuing.achievement"],
            criteria=all_texts()["issuing.criteria"],
            version=qualification.version,
        ),
        attests=Attestation(
            kind="assessment",
            units=tuple(_units(qualification)),
            holds=(qualification.id,),
            assurance=wanted.assurance,
        ),
        language=LANGUAGES.get(organisation.region, "en"),
        languages=tuple(tag for tag in ("zh-Hans", "zh-Hant", "en", "pt") if tag in qualification.title),
        valid_months=wanted.valid_months,
        status=base,
    )


def _units(qualification: Qualification) -> Iterator[AttestedUnit]:
    """Yield the units that a qualification names, each at the level that it asks for."""
    edition = documents.edition()
    levels = {leaf.unit: leaf.level for leaf in leaves(qualification.require) if isinstance(leaf, Unit)}
    for identifier in sorted(documents.units_of(qualification)):
        known = edition.units.get(identifier)
        unit = known.competency if known else None
        yield AttestedUnit(
            id=identifier,
            level=levels.get(identifier) or (unit.level if unit else None),
            title=unit.title if unit else None,
            code=unit.code if unit else None,
        )


def unit_title(unit: AttestedUnit) -> LanguageMap:
    """Return what a unit is called: as our documents call it, else as the certificate does."""
    known = documents.edition().units.get(unit.id)
    return known.competency.title if known else unit.title or {"en": unit.id}


def table_from(content: bytes, name: str) -> tuple[bytes, str]:
    """Return a table as it is kept: a file as it came; what was typed, as CSV with a heading, for one name a line needs none.

    :raises DocumentError: when it is no table.
    """
    if name:
        read_table_apart(content, name)
        return content, name
    text = content.decode().strip().replace("\r\n", "\n")
    if "\t" in text and "," not in text:
        text = text.replace("\t", ",")
    first = text.partition("\n")[0].partition(",")[0].strip().casefold()
    known = {heading.strip() for heading in HEADINGS["name"].split("·")}
    if first not in known:
        text = "name\n" + text
    read_table_apart(text.encode(), TYPED)
    return text.encode(), TYPED


def template_in(group: Group) -> Template:
    """Return the template of a group that is kept."""
    return decode_line(group.template, Template)


def batch_in(group: Group, *, only: Collection[int] | None = None) -> Batch:
    """Return the batch of a group that is kept.

    :param only: the numbers of the rows that are wanted, where not all are; what stands above the first row is kept.
    :raises DocumentError: when the table cannot be read.
    """
    template, table = template_in(group), read_table_apart(bytes(group.table), group.table_name)
    if only:
        rows = [row for row in table.sheet.rows if row.number < min(only) or row.number in only]
        table = table._replace(sheet=table.sheet._replace(rows=rows))
    batch = batch_of(table, template, scales_of(documents.rulebook().documents))
    return batch._replace(rows=tuple(_of_group(row, group) for row in batch.rows))


def _of_group(row: Row, group: Group) -> Row:
    """Return a row whose request key is its place: two people of one name are two, and no learner's number stands in a key.

    The row that a table to fill in comes with is refused: its learner is nobody.
    """
    if row.name in SAMPLE.values():
        example = CellError(row=row.number, column="name", message="the row is the example", hint="Delete it.")
        return row._replace(request=None, errors=(*row.errors, example))
    return row._replace(request=row.request._replace(key=f"{group.id}/{row.number}")) if row.request else row


def told(errors: Iterable[CellError]) -> list[dict[str, str]]:
    """Return mistakes as they are kept with their row."""
    return [msgspec.to_builtins(error) for error in errors]


def published_list(batch: Batch, salt: bytes) -> PublishedList:
    """Return the lists of an organisation: one that revokes, and beside it one that suspends."""
    return own_list(batch.status, salt)


def refuse_table(batch: Batch) -> None:
    """Stop where the table as a whole has mistakes.

    :raises DocumentError: with the first of them.
    """
    for error in batch.errors:
        field = f"row {error.row}, {error.column}"
        raise DocumentError(error.message, field=field, expected=error.expected, hint=error.hint)
    if len(batch.rows) > MOST_ROWS:
        raise DocumentError(
            "the group is too large", expected=f"at most {MOST_ROWS} learners", found=len(batch.rows), hint="Split it."
        )
    if not batch.rows:
        raise DocumentError("the table has no learner", hint="Add a row below the headings.")
