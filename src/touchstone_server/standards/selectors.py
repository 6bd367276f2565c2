# SPDX-License-Identifier: Apache-2.0
"""What the standards browser shows, looked up in the documents."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import groupby
from typing import NamedTuple, TypeVar

from touchstone.recognition.edition import KnownUnit
from touchstone.standards import (
    Competency,
    Crosswalk,
    Document,
    Framework,
    LevelReferencing,
    LevelScale,
    Mapping,
    Qualification,
)
from touchstone.standards.levels import Level
from touchstone_server import clock, documents
from touchstone_server.recognition.question import BAY, PURPOSES

D = TypeVar("D", bound=Document)
MOST_FOUND = 60


class Shelf(NamedTuple):
    """Everything that can be browsed, real and illustrative kept apart."""

    real: tuple[Framework, ...]
    illustrative: tuple[Framework, ...]
    crosswalks: tuple[Crosswalk, ...]


class Direction(NamedTuple):
    """From one region to another: the agreements in force, none of which says anything about the way back."""

    to: str
    home: bool
    purposes: tuple[str, ...]
    illustrative: bool


class Found(NamedTuple):
    """What a search found, and how much more there is."""

    units: tuple[KnownUnit, ...]
    more: int


class Sides(NamedTuple):
    """The two frameworks of a crosswalk."""

    subject: Framework
    object: Framework


class Relation(NamedTuple):
    """A crosswalk row seen from one of its units."""

    crosswalk: Crosswalk
    row: Mapping
    others: tuple[KnownUnit, ...]
    together_with: tuple[KnownUnit, ...]
    forward: bool


class UnitView(NamedTuple):
    """A unit with all that is known of it."""

    unit: Competency
    framework: Framework
    level: Level | None
    before: KnownUnit | None
    before_id: str
    equivalent: bool
    after: tuple[KnownUnit, ...]
    relations: tuple[Relation, ...]
    asked_by: tuple[Qualification, ...]


def shelf() -> Shelf:
    """Return what can be browsed."""
    frameworks = _current(Framework)
    return Shelf(
        real=tuple(item for item in frameworks if not documents.is_illustrative(item)),
        illustrative=tuple(item for item in frameworks if documents.is_illustrative(item)),
        crosswalks=_current(Crosswalk),
    )


def directions() -> list[tuple[str, list[Direction]]]:
    """Return, for each of the three regions, what is agreed with each of them today."""
    return [(from_, [_direction(from_, to) for to in BAY]) for from_ in BAY]


def _direction(from_: str, to: str) -> Direction:
    agreed = [item for item in documents.rulebook().agreements(from_, to) if item.in_force(clock.today())]
    purposes = {purpose for item in agreed for purpose in item.purposes or PURPOSES}
    named = tuple(purpose for purpose in PURPOSES if purpose in purposes)
    return Direction(to, from_ == to, named, any(map(documents.is_illustrative, agreed)))


def search(words: str) -> Found:
    """Return the units whose code, id or title, in any language, holds every word; a title that begins with them comes first."""
    wanted = folded(words).split()
    if not wanted:
        return Found((), 0)
    hits = [known for key, known in _index() if all(word in key for word in wanted)]
    hits.sort(
        key=lambda known: not any(folded(text).startswith(folded(words)) for text in known.competency.title.values())
    )
    return Found(tuple(hits[:MOST_FOUND]), max(len(hits) - MOST_FOUND, 0))


def folded(text: str) -> str:
    """Return a text as it is searched: without accents and case."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


def framework_by_name(name: str) -> Framework | None:
    """Return the framework that an address names."""
    return _by_name(Framework, name)


def crosswalk_by_name(name: str) -> Crosswalk | None:
    """Return the crosswalk that an address names, if both of its frameworks are here."""
    found = _by_name(Crosswalk, name)
    return (
        found if found and framework_by_name(found.subject_source) and framework_by_name(found.object_source) else None
    )


def sides_of(crosswalk: Crosswalk) -> Sides:
    """Return the frameworks of a crosswalk."""
    subject, object_ = framework_by_name(crosswalk.subject_source), framework_by_name(crosswalk.object_source)
    assert subject is not None and object_ is not None, "looked at before"  # noqa: PT018 - not a test
    return Sides(subject, object_)


def areas_of(crosswalk: Crosswalk) -> tuple[str, ...]:
    """Return the areas of work that the rows of a crosswalk touch, in the order of its first framework."""
    touched = {area for row in crosswalk.mappings for area in _areas(row)}
    sides = sides_of(crosswalk)
    named = dict.fromkeys(unit.area for side in sides for unit in side.competencies if unit.area)
    return tuple(area for area in named if area in touched)


def rows_of(crosswalk: Crosswalk, area: str) -> tuple[Mapping, ...]:
    """Return the rows that touch an area of work; all of them when none is given."""
    return tuple(row for row in crosswalk.mappings if not area or area in _areas(row))


def _areas(row: Mapping) -> set[str]:
    units = documents.edition().units
    return {units[name].competency.area or "" for name in (*row.subjects, row.object_id) if name in units}


def areas_and_tags(framework: Framework) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the areas and the tags of a framework, as they first appear."""
    areas = dict.fromkeys(unit.area for unit in framework.competencies if unit.area)
    tags = dict.fromkeys(tag for unit in framework.competencies for tag in unit.tags)
    return tuple(areas), tuple(tags)


def units_by_area(framework: Framework, area: str, tag: str) -> list[tuple[str, list[tuple[Competency, Level | None]]]]:
    """Return the units of a framework by area, each with its level."""
    levels = {level.code: level for level in scale_of(framework).levels}
    chosen = [
        unit for unit in framework.competencies if (not area or unit.area == area) and (not tag or tag in unit.tags)
    ]
    order = {name: place for place, name in enumerate(areas_and_tags(framework)[0])}
    chosen.sort(key=lambda unit: order.get(unit.area or "", len(order)))
    return [
        (name, [(unit, levels.get(unit.level or "")) for unit in units])
        for name, units in groupby(chosen, key=lambda unit: unit.area or "")
    ]


def scale_of(framework: Framework) -> LevelScale:
    """Return the level scale of a framework."""
    return documents.edition().scales[framework.level_scale]


def scales() -> tuple[LevelScale, ...]:
    """Return every level scale."""
    return _current(LevelScale)


def referencing_by_name(name: str) -> LevelReferencing | None:
    """Return the comparison of levels that an address names."""
    return _by_name(LevelReferencing, name)


def referencings() -> tuple[LevelReferencing, ...]:
    """Return every published comparison of levels, real ones first."""
    return tuple(sorted(_current(LevelReferencing), key=documents.is_illustrative))


def unit_by_id(identifier: str) -> UnitView | None:
    """Return a unit with all that is known of it."""
    units = documents.edition().units
    known = units.get(identifier)
    if known is None:
        return None
    unit, framework = known
    level = next((level for level in scale_of(framework).levels if level.code == unit.level), None)
    before = unit.supersedes
    return UnitView(
        unit=unit,
        framework=framework,
        level=level,
        before=units.get(before.id) if before else None,
        before_id=before.id if before else "",
        equivalent=bool(before and before.equivalent),
        after=tuple(
            item
            for item in units.values()
            if item.competency.supersedes and item.competency.supersedes.id == identifier
        ),
        relations=_relations(identifier),
        asked_by=tuple(item for item in _current(Qualification) if identifier in documents.units_of(item)),
    )


@cache
def _by_mark() -> dict[str, Document]:
    rulebook = documents.rulebook()
    return {rulebook.digest_of(item).removeprefix("sha256:"): item for item in rulebook.documents}


def document_by_mark(mark: str) -> Document | None:
    """Return the document that a digest names."""
    return _by_mark().get(mark)


def _relations(identifier: str) -> tuple[Relation, ...]:
    units = documents.edition().units
    found: list[Relation] = []
    for crosswalk in _current(Crosswalk):
        for row in crosswalk.mappings:
            if identifier in row.subjects:
                beside = tuple(units[name] for name in row.subjects if name != identifier and name in units)
                others = tuple(units[name] for name in (row.object_id,) if name in units)
                found.append(Relation(crosswalk, row, others, beside, forward=True))
            elif identifier == row.object_id:
                others = tuple(units[name] for name in row.subjects if name in units)
                found.append(Relation(crosswalk, row, others, (), forward=False))
    return tuple(sorted(found, key=lambda relation: not relation.forward))


@cache
def _index() -> tuple[tuple[str, KnownUnit], ...]:
    """Return every unit with all its words, folded."""
    return tuple(
        (folded(" ".join([known.competency.id, known.competency.code or "", *known.competency.title.values()])), known)
        for known in documents.edition().units.values()
    )


def _by_name(kind: type[D], name: str) -> D | None:
    return next((item for item in _current(kind) if name in (item.id, documents.short(item.id))), None)


def _current(kind: type[D]) -> tuple[D, ...]:
    """Return the documents of a kind, of several versions the one that holds today, by region and id."""
    latest: dict[str, D] = {}
    day = clock.today()
    for item in documents.rulebook().documents:
        if isinstance(item, kind) and not (item.id in latest and latest[item.id].in_force(day)):
            latest[item.id] = item
    return tuple(latest.values())
