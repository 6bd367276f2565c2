# SPDX-License-Identifier: Apache-2.0
"""Looking for mistakes in documents that are each well formed: dangling ids, contradictions, requirements nobody can meet.

*Errors* make a set of documents unusable; *warnings* are very likely not meant; *notes* are good to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from touchstone.logic import AllOf, AnyOf, AtLeast, Credits, Expression, Leaf, Person, branches
from touchstone.standards.agreement import Agreement
from touchstone.standards.crosswalk import Crosswalk
from touchstone.standards.envelope import Document
from touchstone.standards.findings import Finding, Library, finding
from touchstone.standards.framework import Framework
from touchstone.standards.integrity import broken_references
from touchstone.standards.levels import LevelReferencing, LevelScale
from touchstone.standards.qualification import Qualification
from touchstone.standards.registry_integrity import registry_doubts
from touchstone.standards.trust_registry import TrustRegistry


def check(documents: Iterable[Document]) -> tuple[Finding, ...]:
    """Return everything there is to say about a set of documents, errors first."""
    documents = tuple(documents)
    library = Library(documents)
    found = [*broken_references(documents), *_doubtful(library)]
    return tuple(sorted(found, key=lambda item: ("error", "warning", "note").index(item.severity)))


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
            case TrustRegistry():
                yield from registry_doubts(document)
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
            yield finding(
                "warning",
                "row_twice",
                crosswalk,
                ("mappings", index),
                f"the row {pair[0]} {saying} {pair[1]} stands twice",
            )
        elif "Not" in (before | {saying}) and before:
            yield finding(
                "warning",
                "contradiction",
                crosswalk,
                ("mappings", index),
                f"{pair[0]} is both related to {pair[1]} and denied",
                "The denial wins; take one of the rows out.",
            )
        elif {"skos:narrowMatch", "skos:broadMatch"} <= before | {saying}:
            yield finding(
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
                yield finding(
                    "warning",
                    "foreign_row",
                    crosswalk,
                    ("mappings", index, field),
                    f"the unit {unit} is not in the framework {framework}",
                )
            prefix = unit.partition(":")[0]
            if ":" in unit and "://" not in unit and prefix not in crosswalk.curie_map:
                yield finding(
                    "warning",
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
        yield finding(
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
            yield finding(
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
            yield finding(
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
            yield finding(
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
            yield finding(
                "note",
                "lost_predecessor",
                framework,
                ("competencies", index, "supersedes", "id"),
                f"the unit {competency.supersedes.id} stands in no framework, so certificates of it cannot be read",
            )


def _overlapping_versions(library: Library) -> Iterator[Finding]:
    for versions in library.by_id.values():
        in_force = [
            document for document in versions if document.status == "in_force" and not isinstance(document, Agreement)
        ]
        if len(in_force) > 1 and any(document.valid is None for document in in_force):
            yield finding(
                "note",
                "overlapping_versions",
                in_force[0],
                ("valid",),
                "several versions are in force at once; the latest is used",
                "Give the older one an end (valid.until).",
            )
