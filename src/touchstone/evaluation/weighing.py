# SPDX-License-Identifier: Apache-2.0
"""The weight of every scored leaf in the whole, by the convention that is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from touchstone.errors import DocumentError
from touchstone.evaluation.ahp import Priorities, group_priorities, is_reciprocal, matrix_of, priorities
from touchstone.evaluation.scoring import Table
from touchstone.evaluation.weights import combined_weights, critic_weights, entropy_weights, least, minmax
from touchstone.standards.indicator_system import Conventions, Indicator, IndicatorSystem, PairwiseComparison

Matrix = NDArray[np.float64]

_TOLERANCE = Decimal("0.0001")


def adds_up(weights: Iterable[Decimal]) -> bool:
    """Tell whether weights add up to 1, or to 100, to a ten-thousandth of the whole; or are equal parts of it, rounded (7 × 14.29)."""
    given = list(weights)
    whole = sum(given, Decimal(0))
    return any(abs(whole - full) <= _TOLERANCE * full or _are_equal_parts(given, full) for full in (1, 100))


def _are_equal_parts(weights: Sequence[Decimal], full: int) -> bool:
    if len(set(weights)) != 1:
        return False
    exponent = weights[0].as_tuple().exponent
    half_a_unit = Decimal(1).scaleb(int(exponent)) / 2
    return exponent != 0 and abs(weights[0] - Decimal(full) / len(weights)) <= half_a_unit


def leaf_weights(table: Table) -> Matrix:
    """Return the weights of the scored leaves; they add up to 1."""
    said = table.conventions
    match said.weighting:
        case "entropy" | "critic":
            return _objective(table, said.weighting)
        case "combined":
            subjective = "ahp" if table.system.comparisons else "given"
            return combined_weights(
                _from_tree(table, subjective),
                _objective(table, said.objective),
                said.combination,
                float(said.combination_share),
            )
        case _:
            return _from_tree(table, said.weighting)


def scored_children(nodes: Iterable[Indicator]) -> tuple[Indicator, ...]:
    """Return the nodes that carry weight: gates and vetoes do not, nor does a group of nothing but these."""
    return tuple(
        node for node in nodes if node.role == "scored" and (not node.children or scored_children(node.children))
    )


def local_weights(system: IndicatorSystem, weighting: str, conventions: Conventions) -> dict[str, float]:
    """Return the share of each scored node among its siblings; by ``ahp``, a group that nobody compared keeps the weights it is given."""
    shares: dict[str, float] = {}
    groups: list[tuple[str | None, tuple[Indicator, ...]]] = [(None, system.indicators)]
    while groups:
        parent, nodes = groups.pop()
        siblings = scored_children(nodes)
        shares |= _shares(system, parent, siblings, weighting, conventions)
        groups += [(node.id, node.children) for node in siblings if node.children]
    return shares


def compared(
    system: IndicatorSystem, parent: str | None, siblings: tuple[Indicator, ...], said: Conventions
) -> Priorities | None:
    """Return the priorities of siblings from the experts' comparisons, in the order of the siblings, or None where nobody compared them."""
    matrices = [_ordered(each, siblings) for each in system.comparisons if each.parent == parent]
    if not matrices:
        return None
    if len(matrices) == 1:
        return priorities(matrices[0], said.ahp_method, said.random_index)
    return group_priorities(matrices, said.ahp_method, said.random_index, said.ahp_group)


def _shares(
    system: IndicatorSystem, parent: str | None, siblings: tuple[Indicator, ...], weighting: str, said: Conventions
) -> Mapping[str, float]:
    names = [node.id for node in siblings]
    if len(siblings) < 2 or weighting == "equal":
        return dict.fromkeys(names, 1 / max(len(siblings), 1))
    about = parent or "the top of the tree"
    if weighting == "ahp" and (found := compared(system, parent, siblings, said)):
        return dict(zip(names, map(float, found.weights), strict=True))
    missing = [node.id for node in siblings if node.weight is None]
    if missing:
        raise DocumentError(f"the indicator {missing[0]} has no weight", field=missing[0], hint="Add weight.")
    exact = [node.weight or Decimal(0) for node in siblings]
    given = [float(weight) for weight in exact]
    whole = sum(given)
    if not adds_up(exact):
        raise DocumentError(
            f"the weights of {about} do not add up", field=about, expected="1, or 100", found=f"{whole:g}",
            hint="Nothing is evened out in silence: mend them, or choose another weighting.",
        )  # fmt: skip
    return {name: weight / whole for name, weight in zip(names, given, strict=True)}


def _ordered(comparison: PairwiseComparison, siblings: tuple[Indicator, ...]) -> Matrix:
    names = [node.id for node in siblings]
    if sorted(names) != sorted(comparison.order):
        raise DocumentError(
            "the comparison is not of these indicators", field="comparisons", expected=", ".join(names), found=", ".join(comparison.order)
        )  # fmt: skip
    if not is_reciprocal(comparison.rows):
        raise DocumentError(
            "the comparison contradicts itself: a cell is not the inverse of its mirror",
            field="comparisons",
            found=comparison.parent,
        )
    matrix = matrix_of(comparison.rows)
    places = [comparison.order.index(name) for name in names]
    return np.asarray(matrix[np.ix_(places, places)], dtype=np.float64)


def _from_tree(table: Table, weighting: str) -> Matrix:
    shares = local_weights(table.system, weighting, table.conventions)
    whole: dict[str, float] = {}
    pending = [(node, 1.0) for node in scored_children(table.system.indicators)]
    while pending:
        node, above = pending.pop()
        whole[node.id] = above * shares[node.id]
        pending += [(child, whole[node.id]) for child in scored_children(node.children)]
    return np.array([whole[leaf.id] for leaf in table.leaves])


def _objective(table: Table, method: str) -> Matrix:
    said = table.conventions
    scores, values = table.scores[table.counted], table.values[table.counted]
    if method == "critic":
        turned = table.costs if said.critic_directions == "honoured" else None
        by_value = [leaf.measure is not None and leaf.measure.type in ("benefit", "cost") for leaf in table.leaves]
        # what is no benefit and no cost has no direction before it is scored
        return critic_weights(minmax(np.where(np.array(by_value), values, scores), turned))
    if said.entropy_shares == "of_scores":
        return entropy_weights(scores)
    if (least(values) < 0).any():
        raise DocumentError(
            "the entropy of values needs values not below 0",
            field="conventions.entropy_shares",
            expected="of_scores",
            found="of_values",
        )
    return entropy_weights(values)
