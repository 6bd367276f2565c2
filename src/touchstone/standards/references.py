# SPDX-License-Identifier: Apache-2.0
"""What each kind of document refers to: one list, used to find dangling ids and to gather what a decision consulted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from touchstone.logic import Credits, Expression, Training, Unit, is_token, leaves
from touchstone.standards.agreement import Agreement
from touchstone.standards.bridging import BridgingCatalogue
from touchstone.standards.crosswalk import Crosswalk
from touchstone.standards.envelope import Document, Reference, reference_id
from touchstone.standards.framework import Framework
from touchstone.standards.indicator_system import IndicatorSystem
from touchstone.standards.levels import LevelReferencing
from touchstone.standards.programme import Programme
from touchstone.standards.qualification import Qualification
from touchstone.standards.standard import Standard
from touchstone.standards.termbase import Termbase
from touchstone.standards.tree import Path


class Referral(NamedTuple):
    """A reference from the field at ``path`` to a document of ``kind`` (or to a unit of some framework)."""

    path: Path
    target: Reference
    kind: str
    optional: bool = False

    @property
    def id(self) -> str:
        """The id that is referred to."""
        return reference_id(self.target)


def references(document: Document) -> Iterator[Referral]:
    """Yield every reference of a document, with the path of its field."""
    match document:
        case LevelReferencing():
            yield Referral(("from",), document.from_, "LevelScale")
            yield Referral(("to",), document.to, "LevelScale")
        case Framework():
            yield from _of_framework(document)
        case Crosswalk():
            yield from _of_crosswalk(document)
        case Qualification():
            yield from _of_qualification(document)
        case Agreement():
            yield from _of_agreement(document)
        case BridgingCatalogue():
            for index, option in enumerate(document.options):
                yield from _units(option.covers, ("options", index, "covers"))
        case Standard():
            yield from _of_standard(document)
        case IndicatorSystem():
            yield from (Referral(("standard",), each, "Standard") for each in filter(None, [document.standard]))
        case Termbase():
            yield from _of_termbase(document)
        case Programme():
            yield from _of_programme(document)
        case _:
            return


def of_expression(expression: Expression, path: Path) -> Iterator[Referral]:
    """Yield the units and frameworks that an expression names; the qualifications it asks to hold need not be documents."""
    for leaf in leaves(expression):
        match leaf:
            case Unit(unit=unit):
                yield Referral(path, unit, "unit")
            case Credits(credits=pool):
                yield from _units(pool.from_, path)
                for cap in pool.caps:
                    yield from _units(cap.of, path)
            case Training(training=part):
                yield Referral(path, part.framework, "Framework")
            case _:
                pass


def _of_framework(document: Framework) -> Iterator[Referral]:
    yield Referral(("level_scale",), document.level_scale, "LevelScale")
    for index, competency in enumerate(document.competencies):
        if competency.supersedes:
            yield Referral(("competencies", index, "supersedes", "id"), competency.supersedes.id, "unit", optional=True)


def _of_crosswalk(document: Crosswalk) -> Iterator[Referral]:
    yield Referral(("subject_source",), document.subject_source, "Framework")
    yield Referral(("object_source",), document.object_source, "Framework")
    for index, row in enumerate(document.mappings):
        yield from (Referral(("mappings", index, "subject_id"), subject, "unit") for subject in row.subjects)
        yield Referral(("mappings", index, "object_id"), row.object_id, "unit")


def _of_programme(document: Programme) -> Iterator[Referral]:
    if document.level_scale:
        yield Referral(("level_scale",), document.level_scale, "LevelScale")
    for index, module in enumerate(document.modules):
        if module.level_scale:
            yield Referral(("modules", index, "level_scale"), module.level_scale, "LevelScale")
        for place, treated in enumerate(module.competencies):
            yield Referral(("modules", index, "competencies", place, "unit"), treated.unit, "unit")


def _of_agreement(document: Agreement) -> Iterator[Referral]:
    lists = (
        ("crosswalks", document.crosswalks, "Crosswalk"),
        ("referencings", document.referencings, "LevelReferencing"),
        ("frameworks", document.frameworks or (), "Framework"),
        ("alternative", document.alternative or (), "Qualification"),
    )
    for field, targets, kind in lists:
        yield from (Referral((field, index), target, kind) for index, target in enumerate(targets))
    if document.conditional:
        yield from _units(
            (name for name in document.conditional.only_missing if not is_token(name)), ("conditional", "only_missing")
        )
    for index, direct in enumerate(document.direct):
        for granted in direct.grants:
            yield Referral(("direct", index, "grants"), granted, "unit or Qualification")
        if direct.conditions:
            yield from of_expression(direct.conditions, ("direct", index, "conditions"))


def _of_qualification(document: Qualification) -> Iterator[Referral]:
    yield Referral(("framework",), document.framework, "Framework")
    yield from of_expression(document.require, ("require",))
    for index, bar in enumerate(document.bars):
        yield from of_expression(bar, ("bars", index))


def _of_termbase(document: Termbase) -> Iterator[Referral]:
    for index, concept in enumerate(document.concepts):
        yield from _units(concept.units, ("concepts", index, "units"))


def _of_standard(document: Standard) -> Iterator[Referral]:
    for place, chapter in enumerate(document.chapters):
        for below, clause in enumerate(chapter.clauses):
            yield from _units(clause.units, ("chapters", place, "clauses", below, "units"))


def _units(units: Iterable[str], path: Path) -> Iterator[Referral]:
    yield from (Referral((*path, index), unit, "unit") for index, unit in enumerate(units))
