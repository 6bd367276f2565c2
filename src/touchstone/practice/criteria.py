# SPDX-License-Identifier: Apache-2.0
"""The criteria of a brief, and what is said on them from the measurements of a report; the same for every kind of artifact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from touchstone.practice.reasons import Reasons, because
from touchstone.practice.report import COVERAGE, Bound, Limit, Measurement, Name, Seen, Verdict, judge
from touchstone.value import Value


class Criterion(Value, frozen=True, kw_only=True):
    """What a measurement must reach. With both bounds it must lie between them.

    :param measure: the id of a measurement; ``unit`` the unit of the bounds.
    """

    id: Name
    measure: Name
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    unit: str = "mm"
    status: Seen = "brief"
    jurisdiction: str = ""
    edition: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if self.at_least is None and self.at_most is None:
            raise ValueError("a criterion has a bound: give at_least or at_most")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least is more than at_most, so that nothing can meet the criterion")

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The bounds as limits."""
        bounds: tuple[tuple[Bound, Decimal | None], ...] = (("at_least", self.at_least), ("at_most", self.at_most))
        return tuple(
            Limit(value=value, unit=self.unit, bound=bound, status=self.status, jurisdiction=self.jurisdiction,
                  edition=self.edition, source=self.source)
            for bound, value in bounds
            if value is not None
        )  # fmt: skip


def verdicts_on(
    criteria: Iterable[Criterion], measurements: Iterable[Measurement], *, k: Decimal = COVERAGE, refused: Reasons = ()
) -> Iterator[Verdict]:
    """Hold measurements against the bounds of criteria, each bound by itself.

    :param refused: why nothing was measured, where nothing was.
    """
    by_id = {each.id: each for each in measurements}
    for criterion in criteria:
        found = by_id.get(criterion.measure)
        why = refused or (found.why if found else because("no_such_measure", measure=criterion.measure))
        for limit in criterion.limits:
            if found is not None and found.unit != limit.unit:
                why = because("other_unit", measure=criterion.measure, unit=found.unit, asked=limit.unit)
                found = None
            yield judge(criterion.id, found, limit, k=k, why=why)
