# SPDX-License-Identifier: Apache-2.0
"""Errors: what makes documents that are each well formed unusable together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from touchstone.logic import Credits, Expression, Unit, leaves
from touchstone.standards.agreement import Agreement
from touchstone.standards.bridging import BridgingCatalogue
from touchstone.standards.digest import digest
from touchstone.standards.envelope import Document
from touchstone.standards.findings import Finding, Library, finding
from touchstone.standards.framework import Framework
from touchstone.standards.levels import LevelReferencing
from touchstone.standards.offers import broken_options
from touchstone.standards.programme import Programme
from touchstone.standards.qualification import Qualification
from touchstone.standards.references import references
from touchstone.standards.registry_integrity import registry_errors
from touchstone.standards.tree import Path
from touchstone.standards.trust_registry import TrustRegistry


def broken_references(documents: Iterable[Document]) -> Iterator[Finding]:
    """Yield the errors: with any of these, documents cannot be used together."""
    library = Library(documents)
    yield from _twice(library)
    for document in library.documents:
        for referral in references(document):
            if not referral.optional and not library.has(referral):
                yield finding(
                    "error",
                    "dangling",
                    document,
                    referral.path,
                    f"no {referral.kind} has the id {referral.id}",
                    library.near(referral.id),
                )
        yield from _levels_off_scale(document, library)
        if isinstance(document, Qualification):
            yield from _pools_in_bars(document)
        if isinstance(document, Agreement):
            yield from _pools_in_conditions(document)
        if isinstance(document, TrustRegistry):
            yield from registry_errors(document)
    yield from broken_options([item for item in library.documents if isinstance(item, BridgingCatalogue)])
    yield from _cycles(library)


def _twice(library: Library) -> Iterator[Finding]:
    owner: dict[str, str] = {}
    for versions in library.by_id.values():
        if len({type(document) for document in versions}) > 1:
            yield finding(
                "error",
                "two_kinds",
                versions[0],
                ("id",),
                "one id names documents of two kinds",
                "Give one of them another id.",
            )
        seen: dict[str, str] = {}
        for document in versions:
            if seen.setdefault(document.version, digest(document)) != digest(document):
                yield finding(
                    "error",
                    "changed_version",
                    document,
                    ("version",),
                    f"version {document.version} stands twice with different content",
                    "A published version never changes: give the new one a new version.",
                )
        for document in versions:
            if isinstance(document, Framework):
                yield from _units_twice(document, owner)


def _units_twice(framework: Framework, owner: dict[str, str]) -> Iterator[Finding]:
    counted = Counter(competency.id for competency in framework.competencies)
    for index, competency in enumerate(framework.competencies):
        path: Path = ("competencies", index, "id")
        if counted[competency.id] > 1:
            yield finding("error", "unit_twice", framework, path, f"the unit {competency.id} stands twice")
        elif owner.setdefault(competency.id, framework.id) != framework.id:
            yield finding(
                "error",
                "unit_twice",
                framework,
                path,
                f"the unit {competency.id} also stands in {owner[competency.id]}",
            )


def _levels_off_scale(document: Document, library: Library) -> Iterator[Finding]:
    for path, scale, level in _levels(document, library):
        if not library.knows_level(scale, level):
            known = ", ".join(sorted(library.levels[scale]))
            yield finding(
                "error",
                "level_off_scale",
                document,
                path,
                f"the level {level} is not on the scale {scale}",
                f"Its levels are {known}.",
            )


def _levels(document: Document, library: Library) -> Iterator[tuple[Path, str, str | None]]:
    match document:
        case Framework(level_scale=scale, competencies=competencies):
            for index, competency in enumerate(competencies):
                yield ("competencies", index, "level"), scale, competency.level
        case LevelReferencing(pairs=pairs, absent=absent):
            for index, (held, equal) in enumerate(pairs):
                yield ("pairs", index), document.from_, held
                yield ("pairs", index), document.to, equal
            for index, level in enumerate(absent):
                yield ("absent", index), document.from_, level
        case Qualification(framework=framework, level=level):
            yield ("level",), _scale_of_framework(framework, library), level
            yield from _levels_asked(("require",), document.require, library)
            for index, bar in enumerate(document.bars):
                yield from _levels_asked(("bars", index), bar, library)
        case Agreement(direct=direct):
            for index, item in enumerate(direct):
                if item.conditions:
                    yield from _levels_asked(("direct", index, "conditions"), item.conditions, library)
        case Programme():
            yield from _levels_taught(document, library)
        case _:
            return


def _levels_taught(document: Programme, library: Library) -> Iterator[tuple[Path, str, str | None]]:
    for index, module in enumerate(document.modules):
        stated = module.level_scale or document.level_scale
        for place, treated in enumerate(module.competencies):
            path = ("modules", index, "competencies", place, "level")
            yield path, stated or library.scale_of(treated.unit), treated.level


def _levels_asked(path: Path, expression: Expression, library: Library) -> Iterator[tuple[Path, str, str | None]]:
    for leaf in leaves(expression):
        if isinstance(leaf, Unit):
            yield path, library.scale_of(leaf.unit), leaf.level


def _scale_of_framework(framework: str, library: Library) -> str:
    versions = [document for document in library.by_id.get(framework, []) if isinstance(document, Framework)]
    return versions[-1].level_scale if versions else ""


def _has_pool(expression: Expression) -> bool:
    return any(isinstance(leaf, Credits) for leaf in leaves(expression))


def _pools_in_bars(qualification: Qualification) -> Iterator[Finding]:
    for index, bar in enumerate(qualification.bars):
        if _has_pool(bar):
            yield finding("error", "pool_in_bar", qualification, ("bars", index), "a bar may not count credits")


def _pools_in_conditions(agreement: Agreement) -> Iterator[Finding]:
    for index, direct in enumerate(agreement.direct):
        if direct.conditions and _has_pool(direct.conditions):
            yield finding(
                "error",
                "pool_in_condition",
                agreement,
                ("direct", index, "conditions"),
                "a condition may not count credits",
            )


def _cycles(library: Library) -> Iterator[Finding]:
    """Yield units that supersede themselves through others."""
    for unit, (competency, framework) in library.units.items():
        seen, current = {unit}, competency
        while current.supersedes and current.supersedes.id in library.units:
            if current.supersedes.id in seen:
                index = framework.competencies.index(competency)
                yield finding(
                    "error",
                    "supersession_cycle",
                    framework,
                    ("competencies", index, "supersedes"),
                    f"the unit {unit} supersedes itself through others",
                )
                break
            seen.add(current.supersedes.id)
            current = library.units[current.supersedes.id][0]
