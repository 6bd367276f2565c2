# SPDX-License-Identifier: Apache-2.0
"""Looking for mistakes in documents that are each well formed: dangling ids, contradictions, requirements nobody can meet.

*Errors* make a set of documents unusable; *warnings* are very likely not meant; *notes* are good to know.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from touchstone.logic import AllOf, AnyOf, AtLeast, Credits, Expression, Leaf, Person, Unit, branches, leaves
from touchstone.standards.agreement import Agreement
from touchstone.standards.bridging import BridgingCatalogue
from touchstone.standards.crosswalk import Crosswalk
from touchstone.standards.digest import digest
from touchstone.standards.envelope import Document, Standing
from touchstone.standards.framework import Competency, Framework
from touchstone.standards.levels import LevelReferencing, LevelScale
from touchstone.standards.qualification import Qualification
from touchstone.standards.reading import Path, dotted
from touchstone.standards.references import Referral, references

Severity = Literal["error", "warning", "note"]


class Finding(NamedTuple):
    """One thing to look at, with the document and the field where it stands."""

    severity: Severity
    code: str
    message: str
    document: str
    version: str
    path: Path
    hint: str = ""

    @property
    def field(self) -> str:
        """The field as people write it: ``competencies[3].level``."""
        return dotted(self.path)


class Library:
    """Documents looked up by id; units and levels looked up by name."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = tuple(documents)
        self.by_id: dict[str, list[Document]] = {}
        self.units: dict[str, tuple[Competency, Framework]] = {}
        self.levels: dict[str, set[str]] = {}
        for document in self.documents:
            self.by_id.setdefault(document.id, []).append(document)
            if isinstance(document, Framework):
                self.units.update({competency.id: (competency, document) for competency in document.competencies})
            if isinstance(document, LevelScale):
                self.levels.setdefault(document.id, set()).update(level.code for level in document.levels)

    def has(self, referral: Referral) -> bool:
        """Tell whether what a reference means is there."""
        if referral.kind == "unit":
            return referral.id in self.units
        if referral.kind == "unit or Qualification":
            return referral.id in self.units or referral.id in self.by_id
        versions = self.by_id.get(referral.id, [])
        wanted = None if isinstance(referral.target, str) else referral.target.version
        return any(type(item).__name__ == referral.kind and wanted in (None, item.version) for item in versions)

    def near(self, name: str) -> str:
        """Return a hint at an id that looks like ``name``."""
        near = difflib.get_close_matches(name, [*self.units, *self.by_id], n=1, cutoff=0.8)
        return f"Did you mean {near[0]}?" if near else "Add the document that defines it, or mend the id."

    def knows_level(self, scale: str, level: str | None) -> bool:
        """Tell whether a level is on a scale; a scale that is not there is another finding."""
        return level is None or scale not in self.levels or level in self.levels[scale]

    def scale_of(self, unit: str) -> str:
        """Return the scale of a unit, empty when the unit is not known."""
        return self.units[unit][1].level_scale if unit in self.units else ""


def check(documents: Iterable[Document]) -> tuple[Finding, ...]:
    """Return everything there is to say about a set of documents, errors first."""
    documents = tuple(documents)
    library = Library(documents)
    found = [*broken_references(documents), *_doubtful(library)]
    return tuple(sorted(found, key=lambda finding: ("error", "warning", "note").index(finding.severity)))


def broken_references(documents: Iterable[Document]) -> Iterator[Finding]:
    """Yield the errors: with any of these, documents cannot be used together."""
    library = Library(documents)
    yield from _twice(library)
    for document in library.documents:
        for referral in references(document):
            if not referral.optional and not library.has(referral):
                yield _finding(
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
    yield from _cycles(library)


def standing_of(documents: Iterable[Document]) -> Standing:
    """Return the lowest standing of a set of documents."""
    return min((document.standing for document in documents), default=Standing.ILLUSTRATIVE)


def _finding(severity: Severity, code: str, document: Document, path: Path, message: str, hint: str = "") -> Finding:
    return Finding(severity, code, message, document.id, document.version, path, hint)


def _twice(library: Library) -> Iterator[Finding]:
    owner: dict[str, str] = {}
    for versions in library.by_id.values():
        if len({type(document) for document in versions}) > 1:
            yield _finding(
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
                yield _finding(
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
            yield _finding("error", "unit_twice", framework, path, f"the unit {competency.id} stands twice")
        elif owner.setdefault(competency.id, framework.id) != framework.id:
            yield _finding(
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
            yield _finding(
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
            for path, expression in (("require", document.require), *(("bars", bar) for bar in document.bars)):
                for leaf in leaves(expression):
                    if isinstance(leaf, Unit):
                        yield (path,), library.scale_of(leaf.unit), leaf.level
        case _:
            return


def _scale_of_framework(framework: str, library: Library) -> str:
    versions = [document for document in library.by_id.get(framework, []) if isinstance(document, Framework)]
    return versions[-1].level_scale if versions else ""


def _has_pool(expression: Expression) -> bool:
    return any(isinstance(leaf, Credits) for leaf in leaves(expression))


def _pools_in_bars(qualification: Qualification) -> Iterator[Finding]:
    for index, bar in enumerate(qualification.bars):
        if _has_pool(bar):
            yield _finding("error", "pool_in_bar", qualification, ("bars", index), "a bar may not count credits")


def _pools_in_conditions(agreement: Agreement) -> Iterator[Finding]:
    for index, direct in enumerate(agreement.direct):
        if direct.conditions and _has_pool(direct.conditions):
            yield _finding(
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
                yield _finding(
                    "error",
                    "supersession_cycle",
                    framework,
                    ("competencies", index, "supersedes"),
                    f"the unit {unit} supersedes itself through others",
                )
                break
            seen.add(current.supersedes.id)
            current = library.units[current.supersedes.id][0]


def _doubtful(library: Library) -> Iterator[Finding]:
    for document in library.documents:
        match document:
            case Crosswalk():
                yield from _contradictions(document)
                yield from _foreign_rows(document, library)
            case Qualification():
                yield from _never_satisfied(document, library)
                yield from _silent_bars(document)
            case Agreement():
                yield from _empty_rungs(document)
            case LevelReferencing():
                yield from _not_rising(document, library)
            case Framework():
                yield from _lost_predecessors(document, library)
            case BridgingCatalogue():
                yield from _unknown_prerequisites(document)
            case _:
                pass
    yield from _overlapping_versions(library)


def _contradictions(crosswalk: Crosswalk) -> Iterator[Finding]:
    said: dict[tuple[str, str], set[str]] = {}
    for index, row in enumerate(crosswalk.mappings):
        pair = (row.subject_id, row.object_id)
        saying = "Not" if row.denies else row.predicate_id
        before = said.setdefault(pair, set())
        if saying in before:
            yield _finding(
                "warning",
                "row_twice",
                crosswalk,
                ("mappings", index),
                f"the row {pair[0]} {saying} {pair[1]} stands twice",
            )
        elif "Not" in (before | {saying}) and before:
            yield _finding(
                "warning",
                "contradiction",
                crosswalk,
                ("mappings", index),
                f"{pair[0]} is both related to {pair[1]} and denied",
                "The denial wins; take one of the rows out.",
            )
        elif {"skos:narrowMatch", "skos:broadMatch"} <= before | {saying}:
            yield _finding(
                "warning",
                "contradiction",
                crosswalk,
                ("mappings", index),
                f"{pair[1]} is both narrower and broader than {pair[0]}",
            )
        before.add(saying)


def _foreign_rows(crosswalk: Crosswalk, library: Library) -> Iterator[Finding]:
    for index, row in enumerate(crosswalk.mappings):
        ends = [
            *((subject, crosswalk.subject_source, "subject_id") for subject in row.subjects),
            (row.object_id, crosswalk.object_source, "object_id"),
        ]
        for unit, framework, field in ends:
            if unit in library.units and library.units[unit][1].id != framework:
                yield _finding(
                    "warning",
                    "foreign_row",
                    crosswalk,
                    ("mappings", index, field),
                    f"the unit {unit} is not in the framework {framework}",
                )
            prefix = unit.partition(":")[0]
            if ":" in unit and "://" not in unit and prefix not in crosswalk.curie_map:
                yield _finding(
                    "error",
                    "undeclared_prefix",
                    crosswalk,
                    ("mappings", index, field),
                    f"the prefix {prefix} is not in curie_map",
                    f"Add {prefix} to curie_map.",
                )


def _never_satisfied(qualification: Qualification, library: Library) -> Iterator[Finding]:
    def credits_of(unit: str) -> Decimal:
        return (library.units[unit][0].credits or Decimal(0)) if unit in library.units else Decimal(0)

    if not satisfiable(qualification.require, credits_of):
        yield _finding(
            "warning",
            "never_satisfied",
            qualification,
            ("require",),
            "no evidence could ever meet this requirement",
            "Look for an empty any_of, a count or credits beyond what is offered, or two values of one fact.",
        )


def satisfiable(expression: Expression, credits_of: Callable[[str], Decimal]) -> bool:
    """Tell whether some evidence could make an expression true. ``credits_of`` gives what a unit is worth."""
    if not _possible(expression, credits_of):
        return False
    return not isinstance(expression, AllOf) or not _clashing_facts(expression)


def _possible(expression: Expression, credits_of: Callable[[str], Decimal]) -> bool:
    parts = [satisfiable(part, credits_of) for part in branches(expression)]
    match expression:
        case AllOf():
            return all(parts)
        case AnyOf():
            return any(parts)
        case AtLeast(at_least=body):
            return sum(parts) >= body.count
        case Credits(credits=pool):
            capped = {unit for cap in pool.caps for unit in cap.of}
            free = sum((credits_of(unit) for unit in set(pool.from_) - capped), Decimal(0))
            limited = (
                min(cap.at_most, sum((credits_of(unit) for unit in set(cap.of) & set(pool.from_)), Decimal(0)))
                for cap in pool.caps
            )
            return free + sum(limited, Decimal(0)) >= pool.at_least
        case Person(person=part):
            return bool(part.in_)
        case _:
            return True


def _clashing_facts(expression: AllOf) -> bool:
    """Tell whether two leaves that must both be true ask for different values of one fact."""
    allowed: dict[str, set[str]] = {}
    for leaf in _conjuncts(expression):
        if isinstance(leaf, Person):
            values = set(leaf.person.in_)
            allowed[leaf.person.fact] = allowed.get(leaf.person.fact, values) & values
    return any(not values for values in allowed.values())


def _conjuncts(expression: Expression) -> Iterator[Leaf]:
    match expression:
        case AllOf(all_of=parts):
            for part in parts:
                yield from _conjuncts(part)
        case AnyOf() | AtLeast():
            return
        case _:
            yield expression


def _silent_bars(qualification: Qualification) -> Iterator[Finding]:
    for index, bar in enumerate(qualification.bars):
        if bar.reason is None:
            yield _finding(
                "warning",
                "silent_bar",
                qualification,
                ("bars", index),
                "the bar gives no reason",
                "Who is refused must be told why: add reason.",
            )


def _empty_rungs(agreement: Agreement) -> Iterator[Finding]:
    fields = {"CONDITIONAL": agreement.conditional, "ALTERNATIVE": agreement.alternative, "PARTIAL": agreement.partial}
    for rung in agreement.preference or ():
        if rung in fields and fields[rung] is None:
            yield _finding(
                "note",
                "empty_rung",
                agreement,
                ("preference",),
                f"{rung} is preferred but never holds",
                f"Add the field {rung.lower()}, or take it out.",
            )


def _not_rising(referencing: LevelReferencing, library: Library) -> Iterator[Finding]:
    """Yield a warning where a higher level compares with a lower one than a lower level does."""
    scales = [
        next((item for item in library.by_id.get(scale, []) if isinstance(item, LevelScale)), None)
        for scale in (referencing.from_, referencing.to)
    ]
    if scales[0] is None or scales[1] is None:
        return
    pairs = sorted((scales[0].position(held) or 0, scales[1].position(equal) or 0) for held, equal in referencing.pairs)
    for held in {position for position, _ in pairs}:
        lower = [equal for position, equal in pairs if position < held]
        if lower and min(equal for position, equal in pairs if position == held) < min(lower):
            yield _finding(
                "warning",
                "not_rising",
                referencing,
                ("pairs",),
                "a higher level compares with less than a lower level does",
            )
            return


def _lost_predecessors(framework: Framework, library: Library) -> Iterator[Finding]:
    for index, competency in enumerate(framework.competencies):
        if competency.supersedes and competency.supersedes.id not in library.units:
            yield _finding(
                "note",
                "lost_predecessor",
                framework,
                ("competencies", index, "supersedes", "id"),
                f"the unit {competency.supersedes.id} stands in no framework, so certificates of it cannot be read",
            )


def _unknown_prerequisites(catalogue: BridgingCatalogue) -> Iterator[Finding]:
    known = {option.id for option in catalogue.options}
    for index, option in enumerate(catalogue.options):
        for prerequisite in option.prerequisites:
            if prerequisite not in known:
                yield _finding(
                    "error",
                    "dangling",
                    catalogue,
                    ("options", index, "prerequisites"),
                    f"no option has the id {prerequisite}",
                )


def _overlapping_versions(library: Library) -> Iterator[Finding]:
    for versions in library.by_id.values():
        in_force = [
            document for document in versions if document.status == "in_force" and not isinstance(document, Agreement)
        ]
        if len(in_force) > 1 and any(document.valid is None for document in in_force):
            yield _finding(
                "note",
                "overlapping_versions",
                in_force[0],
                ("valid",),
                "several versions are in force at once; the latest is used",
                "Give the older one an end (valid.until).",
            )
