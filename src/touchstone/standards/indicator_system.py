# SPDX-License-Identifier: Apache-2.0
"""Indicator systems: how an organisation is evaluated, as a tree of gates, scored indicators and vetoes, with every convention said.

The manner is that of the national standard of 2024 for industry-education consortia of a city (教职成厅函〔2024〕20号):
foundational, substantive and negative indicators. Published results can be reproduced only with their conventions, so these
are part of the document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.logic import Amount, Count, Identifier, Name
from touchstone.standards.envelope import Document
from touchstone.text import LanguageMap
from touchstone.value import Value

Role = Literal["scored", "gate", "veto"]
MeasureType = Literal["benefit", "cost", "interval", "boolean", "graded"]
Aggregation = Literal["weighted_sum", "topsis", "grey_relational", "fuzzy"]
Weighting = Literal["given", "equal", "ahp", "entropy", "critic", "combined"]
MissingPolicy = Literal["unknown", "exclude", "worst"]
Share = Annotated[Decimal, Meta(ge=0, le=1)]


class Conventions(Value, frozen=True, kw_only=True):
    """What must be said before a number can be computed again; stored in every result.

    Levels are never rounded in between: only what is told is rounded.
    """

    aggregation: Aggregation = "weighted_sum"
    weighting: Weighting = "given"
    objective: Literal["entropy", "critic"] = "entropy"
    scaling: Literal["anchors", "minmax", "ratio"] = "anchors"
    ahp_method: Literal["eigenvector", "geometric_mean"] = "eigenvector"
    ahp_group: Literal["judgements", "priorities"] = "judgements"
    random_index: Literal["saaty_1980", "saaty_2005", "donegan_dodd"] = "saaty_1980"
    critic_directions: Literal["honoured", "ignored"] = "honoured"
    entropy_shares: Literal["of_values", "of_scores"] = "of_scores"
    combination: Literal["product", "linear"] = "product"
    combination_share: Share = Decimal("0.5")
    topsis_scaling: Literal["vector", "as_scored"] = "as_scored"
    topsis_ideal: Literal["observed", "absolute"] = "observed"
    grey_distinguishing: Share = Decimal("0.5")
    fuzzy_operator: Literal["weighted_average", "max_min", "max_product"] = "weighted_average"
    rounding: Literal["half_up", "half_even"] = "half_up"
    places: Annotated[int, Meta(ge=0, le=6)] = 2
    full_mark: Amount = Decimal(100)


class Grade(Value, frozen=True, kw_only=True):
    """A grade that can be given, and the share of the full mark that it is worth."""

    code: Name
    title: LanguageMap
    score: Share


class Measure(Value, frozen=True, kw_only=True):
    """What is measured, and which values are worth nothing (``worst``) and all (``best``).

    An interval is worth all between ``best_from`` and ``best_until``, and falls to nothing at the edges of what is tolerated. What lies
    outside ``possible_from`` and ``possible_until`` is refused as a slip.
    """

    type: MeasureType
    unit: Name | None = None
    worst: Decimal | None = None
    best: Decimal | None = None
    best_from: Decimal | None = None
    best_until: Decimal | None = None
    tolerated_from: Decimal | None = None
    tolerated_until: Decimal | None = None
    possible_from: Decimal | None = None
    possible_until: Decimal | None = None
    grades: tuple[Grade, ...] = ()

    def __post_init__(self) -> None:
        if self.type == "interval":
            self._check_interval()
        elif self.type == "graded" and not self.grades:
            raise ValueError("a graded measure needs its grades")
        elif (self.worst is None) != (self.best is None):
            raise ValueError("worst and best stand together, or neither does")
        elif self.worst is not None and self.best is not None and self.type in ("benefit", "cost"):
            rises = self.best > self.worst
            if rises != (self.type == "benefit"):
                raise ValueError(
                    f"the best of a {self.type} must be {'above' if self.type == 'benefit' else 'below'} its worst"
                )
        for code, count in Counter(grade.code for grade in self.grades).items():
            if count > 1:
                raise ValueError(f"the grade {code} stands twice")

    def _check_interval(self) -> None:
        if (
            self.best_from is None
            or self.best_until is None
            or self.tolerated_from is None
            or self.tolerated_until is None
        ):
            raise ValueError("an interval needs best_from, best_until, tolerated_from and tolerated_until")
        if not self.tolerated_from <= self.best_from <= self.best_until <= self.tolerated_until:
            raise ValueError("the best range of an interval must lie inside the tolerated one")


class Bound(Value, frozen=True, kw_only=True):
    """What a value must reach, or not exceed; for a grade its score is taken."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None

    def holds(self, value: Decimal) -> bool:
        """Tell whether a value lies within the bound."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


class Indicator(Value, frozen=True, kw_only=True):
    """A node of the tree: a group with ``children``, or a leaf with its ``measure``.

    A gate must hold (true, or within ``bound``); a veto strikes when it holds. ``weight`` is the share among siblings. Only of a scored
    leaf that ``may_not_apply`` can an organisation state so, with evidence: a gate or a veto always applies.
    """

    id: Identifier
    title: LanguageMap
    clause: Identifier | None = None
    role: Role = "scored"
    weight: Amount | None = None
    measure: Measure | None = None
    bound: Bound | None = None
    evidence: tuple[LanguageMap, ...] = ()
    evidence_required: bool = False
    period_months: Count | None = None
    missing: MissingPolicy = "unknown"
    may_not_apply: bool = False
    children: tuple[Indicator, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.children) == (self.measure is not None):
            raise ValueError(f"the indicator {self.id} needs either children or a measure")
        if self.children and self.role != "scored":
            raise ValueError(f"the {self.role} {self.id} has children; a gate or a veto is one measure")
        if self.may_not_apply and (self.children or self.role != "scored"):
            raise ValueError(f"{self.id} always applies: only a scored indicator with a measure may not")
        if self.role != "scored" and self.bound is None and self.measure is not None and self.measure.type != "boolean":
            raise ValueError(f"the {self.role} {self.id} needs a bound: only what is true or false does without")


class PairwiseComparison(Value, frozen=True, kw_only=True):
    """One expert's pairwise comparison of siblings, Saaty's scale 1/9 to 9: how many times more the row matters than the column.

    ``parent`` is absent for the top of the tree. ``rows`` are whole; a reciprocal is written as a decimal or a fraction, ``1/3``.
    """

    parent: Identifier | None = None
    expert: Name | None = None
    order: Annotated[tuple[Identifier, ...], Meta(min_length=2)]
    rows: tuple[tuple[Annotated[str, Meta(pattern=r"^[0-9]{1,6}(\.[0-9]{1,6})?(/[1-9][0-9]{0,5})?$")], ...], ...]

    def __post_init__(self) -> None:
        size = len(self.order)
        if len(self.rows) != size or any(len(row) != size for row in self.rows):
            raise ValueError(f"the comparison of {size} needs {size} rows of {size}")


class Band(Value, frozen=True, kw_only=True):
    """What a score is called from ``at_least`` on, as a share of the full mark.

    ``worth`` is what belonging to the band counts in a fuzzy evaluation; absent, its ``at_least``.
    """

    code: Name
    title: LanguageMap
    at_least: Share
    worth: Share | None = None


class IndicatorSystem(Document, frozen=True, kw_only=True, tag_field="kind", tag="IndicatorSystem"):
    """A tree of indicators, the conventions by which it is computed, and the standard whose clauses it measures."""

    standard: Identifier | None = None
    conventions: Conventions = Conventions()
    indicators: Annotated[tuple[Indicator, ...], Meta(min_length=1)]
    comparisons: tuple[PairwiseComparison, ...] = ()
    bands: tuple[Band, ...] = ()

    def __post_init__(self) -> None:
        for name, count in Counter(node.id for node in self.nodes()).items():
            if count > 1:
                raise ValueError(f"the indicator {name} stands twice")

    def nodes(self) -> Iterator[Indicator]:
        """Yield every node, parents before their children."""
        pending = list(reversed(self.indicators))
        while pending:
            node = pending.pop()
            yield node
            pending += reversed(node.children)

    def leaves(self, role: Role | None = None) -> tuple[Indicator, ...]:
        """Return the leaves, of one role if given, in their order."""
        return tuple(node for node in self.nodes() if not node.children and role in (None, node.role))
