# SPDX-License-Identifier: Apache-2.0
"""Evaluate organisations: gates and vetoes first, then scores, by one method and its conventions.

A veto strikes whatever the score. A gate or a veto that is not known leaves the verdict open, and so does a missing value unless its
indicator says otherwise: what is missing is never counted as zero in silence. Where figures depend on the others' values, whatever is open
for one may move the scale, the ideal or the weights of all: nobody's figure is told then, and a rank only as one of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from touchstone.errors import DocumentError
from touchstone.evaluation import fuzzy
from touchstone.evaluation.ahp import ACCEPTABLE
from touchstone.evaluation.conditions import fails_a_gate, is_struck, is_vetoed
from touchstone.evaluation.observations import Assessed, EvaluationData
from touchstone.evaluation.ranking import Ranks, grey_relational, ranks, topsis, vector_scaled, weighted_sum
from touchstone.evaluation.result import (
    Condition,
    Consistency,
    Judged,
    Line,
    Membership,
    Part,
    Result,
    Said,
    Verdict,
    Weight,
)
from touchstone.evaluation.rounding import told
from touchstone.evaluation.scoring import Table, table_of
from touchstone.evaluation.weighing import compared, leaf_weights, local_weights, scored_children
from touchstone.evaluation.weights import least, most
from touchstone.standards.digest import digest
from touchstone.standards.indicator_system import Conventions, Indicator, IndicatorSystem

Matrix = NDArray[np.float64]
_SHARE_PLACES = 4
"""Shares of 1 are told to four places, whatever the places of the total."""


class Totals(NamedTuple):
    """The total of each organisation as a share of 1: equal bounds where all is known, NaN where a method cannot say."""

    low: Matrix
    high: Matrix


def evaluate(system: IndicatorSystem, data: EvaluationData, conventions: Conventions | None = None) -> Result:
    """Evaluate every organisation of ``data``.

    :param conventions: instead of those of the system.
    :raises DocumentError: where something does not fit, or the weights do not add up.
    """
    table = table_of(system, data, conventions)
    said = table.conventions
    weights = leaf_weights(table)
    ranking = ranking_of(table, weights)
    low, high = ranking.totals
    parts = _parts(table, weights)
    told_weights = [told(float(weight), _SHARE_PLACES, said.rounding) for weight in weights]
    lines = _lines(table, weights)
    full = float(said.full_mark)
    organisations = tuple(
        Judged(
            organisation=organisation.id,
            verdict=ranking.verdicts[place],
            low=told(low[place] * full, said.places, said.rounding),
            high=told(high[place] * full, said.places, said.rounding),
            band=_band(table, ranking.verdicts[place], low[place], high[place]),
            rank=int(ranking.ranks.sure[place]) or None,
            best_rank=int(ranking.ranks.best[place]) or None,
            worst_rank=int(ranking.ranks.worst[place]) or None,
            left_out=_left_out(table, weights, place),
            conditions=table.conditions[place],
            parts=parts[place],
            lines=lines[place],
            membership=_told_membership(system, ranking.memberships[place], said),
        )
        for place, organisation in enumerate(data.organisations)
    )
    return Result(
        system=system.id,
        version=system.version,
        system_digest=digest(system),
        data_digest=digest(data),
        period=data.period,
        on=data.on,
        conventions=Said.of(said),
        weights=tuple(
            Weight(indicator=leaf.id, weight=weight)
            for leaf, weight in zip(table.leaves, told_weights, strict=True)
            if weight is not None
        ),
        comparisons=tuple(_consistencies(system, said)),
        counted=tuple(
            each.id
            for each, counts in zip(data.organisations, table.counted, strict=True)
            if counts and is_relative(said)
        ),
        unknown=unknown_of(table),
        organisations=organisations,
    )


def _consistencies(system: IndicatorSystem, said: Conventions) -> Iterator[Consistency]:
    """Yield how consistent each group's comparisons are, where the weights rest on them."""
    if said.weighting not in ("ahp", "combined"):
        return
    groups = {None: system.indicators} | {node.id: node.children for node in system.nodes()}
    for parent, nodes in groups.items():
        found = compared(system, parent, scored_children(nodes), said)
        if found:
            yield Consistency(
                parent=parent,
                experts=sum(each.parent == parent for each in system.comparisons),
                ratio=None if found.ratio is None else told(found.ratio, 3),
                acceptable=found.ratio is None or found.ratio <= ACCEPTABLE,
            )


def is_relative(said: Conventions) -> bool:
    """Tell whether an organisation's figure depends on the others' values: by scale, by ideal or by weights from data."""
    by_ideal = said.aggregation == "grey_relational" or (
        said.aggregation == "topsis" and said.topsis_ideal == "observed"
    )
    return by_ideal or said.scaling != "anchors" or said.weighting in ("entropy", "critic", "combined")


def unknown_of(table: Table) -> int:
    """Count the values, gates and vetoes not known of those who have a part in the others' figures; 0 where nobody has."""
    if not is_relative(table.conventions):
        return 0
    conditions = (
        each.holds == "unknown" and not is_struck(row)
        for row, counts in zip(table.conditions, table.counted, strict=True)
        if counts
        for each in row
    )
    return int(table.open[table.counted].sum()) + sum(conditions)


class Ranking(NamedTuple):
    """What decides a rank, in the order of the data."""

    totals: Totals
    verdicts: tuple[Verdict, ...]
    ranks: Ranks
    memberships: Matrix


def ranking_of(table: Table, weights: Matrix) -> Ranking:
    """Rank the organisations of a table by its conventions."""
    if table.conventions.aggregation == "fuzzy":
        memberships = _memberships(table)
        found = _fuzzy_totals(table, memberships)
        if unknown_of(table):
            found, memberships = untold(found), np.full_like(memberships, np.nan)
    else:
        memberships = np.empty((len(table.readings), 0))
        found = totals(table, weights)
    verdicts = tuple(map(_verdict, table.conditions, found.low.tolist(), found.high.tolist()))
    return Ranking(found, verdicts, ranks_of(table, found), memberships)


def ranks_of(table: Table, found: Totals) -> Ranks:
    """Rank totals, of one set of weights or of many, as far as what is known decides it."""
    decided = [all(each.holds != "unknown" for each in row) for row in table.conditions]
    possible = np.array([not is_struck(row) for row in table.conditions])
    return ranks(found.low, found.high, possible & np.array(decided), possible)


def totals(table: Table, weights: Matrix) -> Totals:
    """Return the totals by the aggregation of the table's conventions; NaN for all where something unknown may move them.

    :param weights: one set, or many as columns; the totals have as many columns.
    """
    found = _totals(table, weights)
    return untold(found) if unknown_of(table) else found


def untold(found: Totals) -> Totals:
    """Return totals of which nothing is said."""
    return Totals(np.full_like(found.low, np.nan), np.full_like(found.high, np.nan))


def _totals(table: Table, weights: Matrix) -> Totals:
    if table.conventions.aggregation == "weighted_sum":
        lowest = weighted_sum(np.where(table.open, 0.0, table.scores), weights)
        if not table.open.any():
            return Totals(lowest, lowest)
        return Totals(lowest, weighted_sum(np.where(table.open, 1.0, table.scores), weights))
    scores = relative_scores(table, weights)
    # a distance or a grade has no bounds that mean anything: who lacks something that counts is not told a number
    lacks = table.open.sum(axis=1) > 0
    shown = np.where(lacks if scores.ndim == 1 else lacks[:, None], np.nan, scores)
    return Totals(shown, shown)


def relative_scores(table: Table, weights: Matrix) -> Matrix:
    """Return the closeness (TOPSIS) or the grades (grey relational analysis), by the table's conventions."""
    said = table.conventions
    if said.aggregation == "grey_relational":
        return grey_relational(table.scores, weights, float(said.grey_distinguishing), table.counted)
    if said.topsis_scaling == "as_scored":
        return topsis(table.scores, weights, said.topsis_ideal, table.counted)
    if said.topsis_ideal == "absolute":
        raise DocumentError(
            "columns divided by their length have no absolute ideal",
            field="conventions.topsis_ideal",
            expected="observed",
            found="absolute",
        )
    scaled = vector_scaled(_values_with_worst(table), table.costs, table.counted)
    return topsis(scaled, weights, "observed", table.counted)


def _values_with_worst(table: Table) -> Matrix:
    """Return the values, what counts as worst with the worst that anybody has; an interval is first scored: it has no direction."""
    by_score = np.array([leaf.measure is not None and leaf.measure.type == "interval" for leaf in table.leaves])
    values = np.where(by_score, table.scores, table.values)
    among = values[table.counted]
    worst = np.where(table.costs, most(among), least(among))
    return np.where(np.isnan(values) & ~np.isnan(table.scores), worst, values)


# ------------------------------------------------------------------ verdicts
def _verdict(conditions: tuple[Condition, ...], low: float, high: float) -> Verdict:
    if is_vetoed(conditions):
        return "vetoed"
    if fails_a_gate(conditions):
        return "gate_failed"
    if any(each.holds == "unknown" for each in conditions) or np.isnan(low) or low != high:
        return "open"
    return "scored"


def _band(table: Table, verdict: Verdict, low: float, high: float) -> str | None:
    """Return the band that the score lies in, if it lies in one whatever is still unknown.

    Closeness and grades say who is better, not how good anybody is; nor has a band who is vetoed or fails a gate.
    """
    if verdict not in ("scored", "open") or table.conventions.aggregation not in ("weighted_sum", "fuzzy"):
        return None
    found = {_band_of(table.system, score) for score in (low, high)}
    return found.pop() if len(found) == 1 else None


def _band_of(system: IndicatorSystem, score: float) -> str | None:
    if np.isnan(score):
        return None
    exact = told(score, 9)
    reached = [band for band in system.bands if exact is not None and exact >= band.at_least]
    return max(reached, key=lambda band: band.at_least).code if reached else None


# ------------------------------------------------------------------ by indicator and by group
def _lines(table: Table, weights: Matrix) -> list[tuple[Line, ...]]:
    said, full = table.conventions, float(table.conventions.full_mark)
    places = [place for place, leaf in enumerate(table.system.leaves()) if leaf.role == "scored"]
    counts = np.where(table.open | ~np.isnan(table.scores), weights, 0.0)
    shares = counts.sum(axis=1, keepdims=True)
    counts = np.divide(counts, shares, out=np.zeros_like(counts), where=shares > 0)
    told_weights = [_share(float(weight), said) for weight in weights]
    moves = unknown_of(table) > 0
    adds_up = said.aggregation == "weighted_sum" and not moves
    rows = []
    for row, readings in enumerate(table.readings):
        scores, counting, unknown = table.scores[row].tolist(), counts[row].tolist(), table.open[row].tolist()
        lines = []
        for column, place in enumerate(places):
            score, weight = (nan if moves else scores[column]), counting[column]
            given, lost = (score * weight, (1.0 if unknown[column] else 1 - score) * weight) if adds_up else (nan, nan)
            lines.append(
                Line(
                    indicator=table.leaves[column].id,
                    state=readings[place].state,
                    value=readings[place].value,
                    score=told(score, _SHARE_PLACES, said.rounding),
                    weight=told_weights[column],
                    counts=_share(weight, said),
                    given=told(given * full, said.places, said.rounding),
                    lost=told(lost * full, said.places, said.rounding),
                )
            )
        rows.append(tuple(lines))
    return rows


def _left_out(table: Table, weights: Matrix, row: int) -> Decimal | None:
    """Return the share of all weight that does not apply to an organisation, and so lies on its other indicators."""
    states = {leaf.id: reading.state for leaf, reading in zip(table.system.leaves(), table.readings[row], strict=True)}
    away = [
        float(weight) for leaf, weight in zip(table.leaves, weights, strict=True) if states[leaf.id] == "not_applicable"
    ]
    return _share(sum(away), table.conventions) if away else None


def _share(weight: float, said: Conventions) -> Decimal:
    found = told(weight, _SHARE_PLACES, said.rounding)
    assert found is not None, "a weight is a number"
    return found


def _parts(table: Table, weights: Matrix) -> list[tuple[Part, ...]]:
    """Return the weighted means of every group, from its leaves, so that nothing is rounded in between."""
    said = table.conventions
    groups = [node for node in table.system.nodes() if scored_children(node.children)]
    if unknown_of(table):
        return [()] * len(table.readings)
    low, high = (np.where(table.open, bound, table.scores) for bound in (0.0, 1.0))
    place_of = {leaf.id: place for place, leaf in enumerate(table.leaves)}
    rows: list[list[Part]] = [[] for _ in table.readings]
    for group in groups:
        inside = np.array([place_of[leaf.id] for leaf in _leaves_below(group)])
        lows = weighted_sum(low[:, inside], weights[inside]).tolist()
        highs = weighted_sum(high[:, inside], weights[inside]).tolist()
        for row, (lowest, highest) in enumerate(zip(lows, highs, strict=True)):
            rows[row].append(
                Part(
                    indicator=group.id,
                    low=told(lowest, _SHARE_PLACES, said.rounding),
                    high=told(highest, _SHARE_PLACES, said.rounding),
                )
            )
    return [tuple(row) for row in rows]


def _leaves_below(node: Indicator) -> list[Indicator]:
    if not node.children:
        return [node] if node.role == "scored" else []
    return [leaf for child in node.children for leaf in _leaves_below(child)]


# ------------------------------------------------------------------ fuzzy
def _worths(system: IndicatorSystem) -> Matrix:
    if not system.bands:
        raise DocumentError(
            "a fuzzy evaluation needs bands", field="bands", hint="Add bands, or choose another aggregation."
        )
    return np.array([float(band.at_least if band.worth is None else band.worth) for band in system.bands])


def _memberships(table: Table) -> Matrix:
    """Return how far each organisation belongs to each band, up the tree by its operator; NaN where a value is not known."""
    worths = _worths(table.system)
    said = table.conventions
    if said.weighting not in ("given", "equal", "ahp"):
        raise DocumentError(
            "a fuzzy evaluation goes up the tree, and weights from data know no tree", field="conventions.weighting",
            expected="given, equal or ahp", found=said.weighting,
        )  # fmt: skip
    shares = local_weights(table.system, said.weighting, said)
    rows = []
    for place, organisation in enumerate(table.data.organisations):
        below: dict[str, Matrix | None] = {
            leaf.id: _leaf_membership(table, organisation, (place, column), worths)
            for column, leaf in enumerate(table.leaves)
        }
        whole = _joined(scored_children(table.system.indicators), below, shares, said)
        rows.append(np.full(len(worths), np.nan) if whole is None else whole)
    return np.array(rows)


def _joined(
    nodes: tuple[Indicator, ...], below: dict[str, Matrix | None], shares: dict[str, float], said: Conventions
) -> Matrix | None:
    """Return the membership of a group; an excluded child leaves its weight to its siblings, and None is a group without any."""
    found = [
        (
            shares[node.id],
            _joined(scored_children(node.children), below, shares, said) if node.children else below[node.id],
        )
        for node in nodes
    ]
    rows = [row for _, row in found if row is not None]
    if not rows:
        return None
    weights = np.array([share for share, row in found if row is not None])
    return fuzzy.membership(weights / weights.sum() if weights.sum() else weights, np.array(rows), said.fuzzy_operator)


def _leaf_membership(table: Table, organisation: Assessed, cell: tuple[int, int], worths: Matrix) -> Matrix | None:
    """Return the share of votes for each band; where nobody voted, a score belongs to the two bands nearest to it.

    None is what takes no part, NaN what is not known.
    """
    leaf, score = table.leaves[cell[1]], float(table.scores[cell])
    votes = organisation.votes.get(leaf.id)
    if votes:
        codes = [band.code for band in table.system.bands]
        if stray := sorted(set(votes) - set(codes)):
            raise DocumentError(
                "no band has this code", field=f"votes.{leaf.id}", expected="one of " + ", ".join(codes), found=stray[0]
            )
        counts = np.array([float(votes.get(code, 0)) for code in codes])
        return counts / counts.sum() if counts.sum() else np.full(len(codes), np.nan)
    if np.isnan(score):
        return np.full(len(worths), np.nan) if table.open[cell] else None
    return _between_bands(score, worths)


def _between_bands(score: float, worths: Matrix) -> Matrix:
    order = np.argsort(worths)
    ordered = worths[order]
    clipped = float(np.clip(score, ordered[0], ordered[-1]))
    above = int(np.searchsorted(ordered, clipped))
    shares = np.zeros(len(worths))
    if above == 0 or ordered[above] == clipped:
        shares[order[above]] = 1.0
        return shares
    part = (clipped - ordered[above - 1]) / (ordered[above] - ordered[above - 1])
    shares[order[above]], shares[order[above - 1]] = part, 1 - part
    return shares


def _fuzzy_totals(table: Table, memberships: Matrix) -> Totals:
    worths = _worths(table.system)
    scores = np.array([fuzzy.worth(row, worths) for row in memberships])
    return Totals(scores, scores)


def _told_membership(system: IndicatorSystem, row: Matrix, said: Conventions) -> tuple[Membership, ...]:
    told_shares = (
        (band.code, told(float(share), _SHARE_PLACES, said.rounding))
        for band, share in zip(system.bands, row, strict=False)
    )
    return tuple(Membership(band=code, share=share) for code, share in told_shares if share is not None)
