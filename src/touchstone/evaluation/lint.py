# SPDX-License-Identifier: Apache-2.0
"""A linter for indicator systems: what publications get wrong, found before anybody is judged by it.

*Errors* make the system unusable; *warnings* are very likely not meant; *notes* are good to know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

import msgspec
import numpy as np

from touchstone.errors import DocumentError
from touchstone.evaluation.ahp import ACCEPTABLE, is_reciprocal, matrix_of, priorities, worst_triple
from touchstone.evaluation.scoring import Table
from touchstone.evaluation.weighing import adds_up, compared, scored_children
from touchstone.standards.findings import Finding, finding
from touchstone.standards.indicator_system import (
    Band,
    Bound,
    Conventions,
    Indicator,
    IndicatorSystem,
    PairwiseComparison,
)
from touchstone.standards.standard import Standard
from touchstone.standards.tree import Path

_MOST_COMPARED = 9
_WEIGHTS_DIFFER = 0.02
_ALIKE = 0.999
_FEWEST_FOR_ALIKE = 5

Node = tuple[Path, str | None, Indicator]


def lint(system: IndicatorSystem, standard: Standard | None = None) -> tuple[Finding, ...]:
    """Return what is wrong or doubtful about a system, errors first.

    :param standard: the standard whose clauses it measures; without it, clauses are not looked up.
    """
    nodes = list(_walk(system.indicators, ("indicators",), None))
    found = [
        *_weights(system, nodes),
        *_comparisons(system, nodes),
        *_duplicates(system, nodes),
        *_tethers(system, nodes, standard),
        *_measures(system, nodes),
        *_missing(system, nodes),
        *_bands(system),
    ]
    return tuple(sorted(found, key=lambda each: ("error", "warning", "note").index(each.severity)))


def lint_data(table: Table) -> tuple[Finding, ...]:
    """Return what the data says about the system: indicators on which all are alike, and pairs that say the same."""
    places = {node.id: path for path, _, node in _walk(table.system.indicators, ("indicators",), None)}
    return tuple(
        [*_constant(table, places), *_alike(table, places)] if len(table.readings) >= _FEWEST_FOR_ALIKE else []
    )


def _walk(nodes: Iterable[Indicator], path: Path, parent: str | None) -> Iterator[Node]:
    for place, node in enumerate(nodes):
        yield (*path, place), parent, node
        yield from _walk(node.children, (*path, place, "children"), node.id)


def _groups(system: IndicatorSystem, nodes: list[Node]) -> Iterator[tuple[Path, str | None, tuple[Indicator, ...]]]:
    yield ("indicators",), None, scored_children(system.indicators)
    for path, _, node in nodes:
        if node.children:
            yield (*path, "children"), node.id, scored_children(node.children)


# ------------------------------------------------------------------ weights
def _missing(system: IndicatorSystem, nodes: list[Node]) -> Iterator[Finding]:
    for path, _, node in nodes:
        if node.missing == "exclude":
            yield finding(
                "warning", "silence_pays", system, (*path, "missing"),
                f"whoever states nothing of {node.id} gets its weight on the others, and fares better than with a bad value",
                "Take missing out; who is not concerned states not_applicable, with evidence.",
            )  # fmt: skip
        if node.may_not_apply:
            yield finding(
                "note", "may_not_apply", system, (*path, "may_not_apply"),
                f"who shows that {node.id} does not apply gets its weight on the others", "Have a reviewer look at what they show.",
            )  # fmt: skip


def _weights(system: IndicatorSystem, nodes: list[Node]) -> Iterator[Finding]:
    for path, _, node in nodes:
        if node.role != "scored" and node.weight is not None:
            yield finding(
                "warning", "weight_of_condition", system, (*path, "weight"),
                f"the {node.role} {node.id} has a weight, which nothing uses", "Take it out: a gate or a veto is not weighed.",
            )  # fmt: skip
        if node.role == "scored" and node.weight == 0:
            yield finding(
                "warning", "weight_zero", system, (*path, "weight"), f"the indicator {node.id} weighs nothing",
                "Give it a weight, or take it out.",
            )  # fmt: skip
    if system.conventions.weighting in ("given", "combined", "ahp"):
        by_comparison = (
            {each.parent for each in system.comparisons} if system.conventions.weighting != "given" else set()
        )
        for path, parent, siblings in _groups(system, nodes):
            if len(siblings) > 1 and parent not in by_comparison:
                yield from _sum_of(system, path, parent, siblings)


def _sum_of(
    system: IndicatorSystem, path: Path, parent: str | None, siblings: tuple[Indicator, ...]
) -> Iterator[Finding]:
    about = parent or "the top of the tree"
    without = [node.id for node in siblings if node.weight is None]
    if without:
        yield finding(
            "error", "weight_missing", system, path, f"of {about}, {', '.join(without)} have no weight", "Add weight."
        )  # fmt: skip
        return
    whole = sum((node.weight or Decimal(0) for node in siblings), Decimal(0))
    if not adds_up(node.weight or Decimal(0) for node in siblings):
        yield finding(
            "error", "weights_sum", system, path, f"the weights of {about} add up to {whole.normalize():f}, not to 1 or 100",
            "Look for a digit that was misread: print the sum beside every group.",
        )  # fmt: skip


# ------------------------------------------------------------------ comparisons
def _comparisons(system: IndicatorSystem, nodes: list[Node]) -> Iterator[Finding]:
    groups = {parent: siblings for _, parent, siblings in _groups(system, nodes)}
    for place, comparison in enumerate(system.comparisons):
        yield from _comparison(system, ("comparisons", place), comparison, groups.get(comparison.parent))
    told = {comparison.parent for comparison in system.comparisons}
    if system.conventions.weighting == "ahp":
        for path, parent, siblings in _groups(system, nodes):
            if len(siblings) > 1 and parent not in told:
                about = parent or "the top of the tree"
                yield finding(
                    "note", "comparison_missing", system, path, f"nobody compared the indicators of {about}",
                    "It keeps the weights that are given: add a comparison if that is not meant.",
                )  # fmt: skip


def _comparison(
    system: IndicatorSystem, path: Path, comparison: PairwiseComparison, siblings: tuple[Indicator, ...] | None
) -> Iterator[Finding]:
    names = [node.id for node in siblings or ()]
    if sorted(names) != sorted(comparison.order):
        yield finding(
            "error", "comparison_of_others", system, (*path, "order"),
            f"the comparison is of {', '.join(comparison.order)}, not of {', '.join(names) or 'any group'}",
        )  # fmt: skip
        return
    matrix = matrix_of(comparison.rows)
    if not is_reciprocal(comparison.rows):
        yield finding(
            "error", "not_reciprocal", system, (*path, "rows"), "a cell is not the inverse of its mirror",
            "Where a row says 3, the column must say 1/3.",
        )  # fmt: skip
        return
    said = system.conventions
    ratio = priorities(matrix, said.ahp_method, said.random_index).ratio
    if ratio is not None and ratio > ACCEPTABLE:
        triple = worst_triple(matrix)
        hint = ""
        if triple:
            a, b, c = (comparison.order[each] for each in triple[:3])
            hint = f"Ask again about {a}, {b} and {c}: two answers imply {triple.implied:.2g} for {a} over {c}, {triple.said:.2g} was said."
        yield finding(
            "error" if _uses_comparisons(said) else "warning", "inconsistent", system, (*path, "rows"),
            f"the consistency ratio is {ratio:.3f}, above {ACCEPTABLE}", hint,
        )  # fmt: skip
    else:  # what contradicts itself is no yardstick of weights
        yield from _weights_against(system, path, comparison, siblings or ())
    if len(names) > _MOST_COMPARED:
        yield finding(
            "note", "too_many_compared", system, path, f"{len(names)} things are compared at once", "Group them."
        )


def _uses_comparisons(said: Conventions) -> bool:
    return said.weighting in ("ahp", "combined")


def _weights_against(
    system: IndicatorSystem, path: Path, comparison: PairwiseComparison, siblings: tuple[Indicator, ...]
) -> Iterator[Finding]:
    """Yield a warning where weights were printed beside comparisons that give others."""
    if comparison.parent in {each.parent for each in system.comparisons[: system.comparisons.index(comparison)]}:
        return  # told once for the whole group of experts
    whole = sum(float(node.weight or 0) for node in siblings)
    try:
        found = compared(system, comparison.parent, siblings, system.conventions)
    except DocumentError:
        return  # another expert's matrix, which has a finding of its own
    if found is None or not whole or any(node.weight is None for node in siblings):
        return
    for node, weight in zip(siblings, found.weights, strict=True):
        if abs(float(node.weight or 0) / whole - float(weight)) > _WEIGHTS_DIFFER:
            yield finding(
                "warning", "weights_differ", system, path,
                f"{node.id} is given {node.weight}, and its comparisons say {float(weight):.4f}",
            )  # fmt: skip


# ------------------------------------------------------------------ duplicates and tethers
def _duplicates(system: IndicatorSystem, nodes: list[Node]) -> Iterator[Finding]:
    titled: dict[tuple[str, str], str] = {}
    measured: dict[bytes, str] = {}
    for path, _, node in nodes:
        same = {titled.setdefault((tag, _plain(title)), node.id) for tag, title in node.title.items()} - {node.id}
        for other in sorted(same):
            yield finding(
                "warning", "duplicate_title", system, (*path, "title"), f"{node.id} is called as {other} is",
                "Take one out, or say what tells them apart.",
            )  # fmt: skip
        if node.measure and node.measure.type != "boolean":  # two facts are both true or false without being one
            key = msgspec.json.encode((node.clause, node.role, node.measure, node.bound, node.evidence), order="sorted")
            first = measured.setdefault(key, node.id)
            if first != node.id and not same:
                yield finding(
                    "warning", "duplicate_measure", system, path,
                    f"{node.id} measures by the same clause, measure and evidence as {first}", "One of them counts twice.",
                )  # fmt: skip


def _plain(title: str) -> str:
    return re.sub(r"\W+", " ", title.casefold()).strip()


def _tethers(system: IndicatorSystem, nodes: list[Node], standard: Standard | None) -> Iterator[Finding]:
    clauses = {each.clause.id: each.clause for each in standard.numbered()} if standard else {}
    if system.standard is None and any(node.clause for _, _, node in nodes):
        yield finding(
            "warning",
            "no_standard",
            system,
            ("standard",),
            "clauses are named, but not the standard that they stand in",
        )
    for path, _, node in nodes:
        if node.children:
            continue
        if node.clause is None:
            yield finding(
                "warning", "untethered", system, path, f"{node.id} measures no clause",
                "Name the clause that it measures, or take it out: nobody can see why it counts.",
            )  # fmt: skip
        elif standard and node.clause not in clauses:
            yield finding(
                "error", "clause_unknown", system, (*path, "clause"), f"the standard has no clause {node.clause}"
            )
        if not node.evidence:
            yield finding(
                "warning", "no_evidence", system, path, f"{node.id} does not say what shows it", "Add evidence."
            )
    yield from _unmeasured(system, nodes, standard)


def _unmeasured(system: IndicatorSystem, nodes: list[Node], standard: Standard | None) -> Iterator[Finding]:
    measured = {node.clause for _, _, node in nodes if not node.children}
    known = {node.id for _, _, node in nodes}
    for number, clause, _ in standard.numbered() if standard else ():
        if clause.type == "requirement" and clause.id not in measured:
            yield finding(
                "note",
                "clause_unmeasured",
                system,
                ("standard",),
                f"nothing measures requirement {number}, {clause.id}",
            )
        for indicator in clause.indicators:
            if indicator not in known:
                yield finding(
                    "warning", "indicator_unknown", system, ("standard",),
                    f"clause {number} links to the indicator {indicator}, which the system does not have",
                )  # fmt: skip


# ------------------------------------------------------------------ measures and bands
def _measures(system: IndicatorSystem, nodes: list[Node]) -> Iterator[Finding]:
    for path, _, node in nodes:
        if len(node.children) == 1:
            yield finding(
                "note",
                "only_child",
                system,
                path,
                f"the group {node.id} has one indicator",
                "Put it in the group's place.",
            )
        measure = node.measure
        if measure is None:
            continue
        needs_anchors = node.role == "scored" and system.conventions.scaling == "anchors"
        if needs_anchors and measure.type in ("benefit", "cost") and measure.worst is None:
            yield finding(
                "error", "anchors_missing", system, (*path, "measure"), f"{node.id} says neither worst nor best",
                "Add them, or choose the scaling minmax.",
            )  # fmt: skip
        if measure.unit == "%" and measure.possible_until is None:
            yield finding(
                "note", "possible_missing", system, (*path, "measure"), f"{node.id} is in %, and nothing refuses a share of 840",
                "Add possible_from and possible_until, or say in the title that more than the whole can be.",
            )  # fmt: skip
        if len({grade.score for grade in measure.grades}) < len(measure.grades):
            yield finding(
                "warning",
                "grades_alike",
                system,
                (*path, "measure", "grades"),
                f"two grades of {node.id} are worth the same",
            )
        if node.bound and _impossible(node.bound):
            yield finding(
                "error", "bound_impossible", system, (*path, "bound"), f"no value lies within the bound of {node.id}"
            )
        if node.bound and node.role == "scored":
            yield finding(
                "warning", "bound_unused", system, (*path, "bound"), f"{node.id} is scored, so nothing uses its bound",
                "Make it a gate, or take the bound out.",
            )  # fmt: skip


def _impossible(bound: Bound) -> bool:
    return bound.at_least is not None and bound.at_most is not None and bound.at_least > bound.at_most


def _worth(band: Band) -> Decimal:
    return band.at_least if band.worth is None else band.worth


def _bands(system: IndicatorSystem) -> Iterator[Finding]:
    starts = [band.at_least for band in system.bands]
    if len(set(starts)) < len(starts):
        yield finding("error", "bands_alike", system, ("bands",), "two bands begin at the same score")
    if starts and min(starts) > 0:
        yield finding("warning", "bands_gap", system, ("bands",), f"a score below {min(starts)} lies in no band")
    ordered = sorted(system.bands, key=lambda band: band.at_least)
    for lower, higher in pairwise(ordered):
        if _worth(higher) < _worth(lower):
            yield finding(
                "warning", "bands_turned", system, ("bands",), f"{higher.code} begins above {lower.code} and is worth less"
            )  # fmt: skip
    if system.conventions.aggregation == "fuzzy" and not starts:
        yield finding("error", "bands_missing", system, ("bands",), "a fuzzy evaluation needs bands")


# ------------------------------------------------------------------ what only data shows
def _constant(table: Table, places: dict[str, Path]) -> Iterator[Finding]:
    for column, leaf in enumerate(table.leaves):
        known = table.scores[:, column][~np.isnan(table.scores[:, column])]
        if len(known) >= _FEWEST_FOR_ALIKE and float(np.ptp(known)) == 0:
            yield finding(
                "note", "constant", table.system, places[leaf.id], f"all organisations have the same score by {leaf.id}",
                "It tells nobody apart: look whether its anchors are right.",
            )  # fmt: skip


def _alike(table: Table, places: dict[str, Path]) -> Iterator[Finding]:
    for later in range(len(table.leaves)):
        for earlier in range(later):
            both = ~np.isnan(table.scores[:, [earlier, later]]).any(axis=1)
            first, second = table.scores[both, earlier], table.scores[both, later]
            if len(first) < _FEWEST_FOR_ALIKE or float(np.ptp(first)) == 0 or float(np.ptp(second)) == 0:
                continue
            if float(np.corrcoef(first, second)[0, 1]) > _ALIKE:
                names = table.leaves[earlier].id, table.leaves[later].id
                yield finding(
                    "warning", "alike", table.system, places[names[1]], f"{names[1]} moves as {names[0]} does in all organisations",
                    "What is measured twice counts twice.",
                )  # fmt: skip
