# SPDX-License-Identifier: Apache-2.0
"""How firm a rank is: what becomes of it when the weights move a little, and when another method is taken."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, NamedTuple, get_args

import msgspec
import numpy as np
from msgspec import Meta

from touchstone.errors import DocumentError
from touchstone.evaluation.evaluating import ranking_of, ranks_of, totals
from touchstone.evaluation.observations import EvaluationData
from touchstone.evaluation.rounding import told
from touchstone.evaluation.scoring import table_of
from touchstone.evaluation.weighing import leaf_weights
from touchstone.logic import Identifier
from touchstone.standards.indicator_system import Aggregation, Conventions, IndicatorSystem
from touchstone.value import Value

Spread = Annotated[Decimal, Meta(ge=0, le=1)]


class Firmness(Value, frozen=True, kw_only=True):
    """An organisation's rank, the best and worst that it may take in any trial, and the share of the trials in which it surely kept it."""

    organisation: Identifier
    rank: int
    best: int
    worst: int
    kept: Decimal


class Stability(Value, frozen=True, kw_only=True):
    """Ranks under weights that each moved by up to ``spread`` of themselves; the same seed gives the same trials."""

    trials: int
    spread: Decimal
    seed: int
    organisations: tuple[Firmness, ...]


class ByMethod(NamedTuple):
    """The ranks of one method, in the order of the data; 0 where an organisation has none, or none that is sure."""

    method: str
    ranks: tuple[int, ...]


def stability(
    system: IndicatorSystem,
    data: EvaluationData,
    conventions: Conventions | None = None,
    *,
    trials: int = 1000,
    spread: Decimal = Decimal("0.2"),
    seed: int = 0,
) -> Stability:
    """Rank again under many sets of weights, and tell it of each whose rank is sure. Who is open may stand before or behind.

    :param spread: by how much of itself each weight may rise or fall, evenly; then all are made to add up to 1.
    """
    table = table_of(system, data, conventions)
    if table.conventions.aggregation == "fuzzy":
        raise DocumentError(
            "weights are moved for totals, and a fuzzy evaluation has memberships", field="conventions.aggregation",
            expected="weighted_sum, topsis or grey_relational", found="fuzzy",
        )  # fmt: skip
    weights = leaf_weights(table)
    own = ranking_of(table, weights).ranks.sure
    moved = weights[:, None] * np.random.default_rng(seed).uniform(
        1 - float(spread), 1 + float(spread), (len(weights), trials)
    )
    found = ranks_of(table, totals(table, moved / moved.sum(axis=0)))
    return Stability(
        trials=trials,
        spread=spread,
        seed=seed,
        organisations=tuple(
            Firmness(
                organisation=organisation.id,
                rank=rank,
                best=int(found.best[place].min()),
                worst=int(found.worst[place].max()),
                kept=told(float((found.sure[place] == rank).mean()), 3) or Decimal(0),
            )
            for place, (organisation, rank) in enumerate(zip(data.organisations, own.tolist(), strict=True))
            if rank
        ),
    )


def by_every_method(
    system: IndicatorSystem, data: EvaluationData, conventions: Conventions | None = None
) -> tuple[ByMethod, ...]:
    """Rank by every aggregation, and by weights from the data; methods that the system does not provide for are left out.

    Fuzzy evaluation needs bands; AHP needs comparisons.
    """
    said = conventions or system.conventions
    variants = [
        msgspec.structs.replace(said, aggregation=each)
        for each in get_args(Aggregation)
        if each != "fuzzy" or system.bands
    ]
    weightings = ("entropy", "critic", "combined", *(("ahp",) if system.comparisons else ()))
    variants += [msgspec.structs.replace(said, aggregation="weighted_sum", weighting=each) for each in weightings]
    table = table_of(system, data, said)  # no variant scales otherwise, so all share what was read and scored
    found = []
    for each in variants:
        varied = table._replace(conventions=each)
        ranked = ranking_of(varied, leaf_weights(varied)).ranks.sure
        name = each.aggregation if each.weighting == said.weighting else f"{each.aggregation}, {each.weighting}"
        found.append(ByMethod(name, tuple(ranked.tolist())))
    return tuple(found)
