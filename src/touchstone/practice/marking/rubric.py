# SPDX-License-Identifier: Apache-2.0
"""A rubric: what is assessed, by whom, for how many marks, and from how many marks a criterion is met.

The WorldSkills split: a *measurement* aspect is filled by the verdict of an evaluator, a *judgement* aspect by several assessors who give
0 to 3 points each; both name the same criterion (WSC2019_WSSS27, the standards specification of skill 27, Jewellery; CIS mark sheets).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.logic import Identifier
from touchstone.practice.report import Digest, Name
from touchstone.standards.digest import digest
from touchstone.value import Value

MOST_POINTS = 3
"""The most that an assessor gives for a judgement aspect."""

AspectKind = Literal["measurement", "judgement"]
Marks = Annotated[Decimal, Meta(gt=0, le=1000, description="marks above 0 and at most 1000")]
Share = Annotated[Decimal, Meta(ge=0, le=1, description="a share from 0 to 1")]
NotNegative = Annotated[int, Meta(ge=0, le=100, description="a whole number from 0 to 100")]
Positive = Annotated[int, Meta(ge=1, le=100, description="a whole number from 1 to 100")]


class Aspect(Value, frozen=True, kw_only=True):
    """One line of a rubric.

    :param criterion: the criterion that it counts for; a measurement aspect takes the verdicts that reports have on it.
    :param marks: the most that it gives.
    :param measure: of a measurement aspect: only verdicts that rest on this measurement.
    :param spec: of a measurement aspect: only reports against this specification, by its digest; a laxer brief then counts for nothing.
    :param half_within: of a measurement aspect: half of the marks where the limit is missed by no more than this, in its unit.
    :param points_0: what a judgement of 0 means; ``points_1`` to ``points_3`` likewise.
    """

    id: Name
    criterion: Name
    kind: AspectKind
    marks: Marks
    title: str = ""
    measure: Name | None = None
    spec: Digest | None = None
    half_within: Decimal | None = None
    points_0: str = ""
    points_1: str = ""
    points_2: str = ""
    points_3: str = ""

    def __post_init__(self) -> None:
        if self.kind == "judgement" and (self.measure or self.spec or self.half_within is not None):
            raise ValueError("measure, spec and half_within are of measurement aspects: leave them out")


class Passing(Value, frozen=True, kw_only=True):
    """When a criterion is met, and which unit of a framework it belongs to.

    :param pass_at: the marks from which it is met.
    :param unit: the id of the unit that a credential may attest where all its criteria are met; ``code`` what a template calls it.
    """

    id: Name
    pass_at: Marks
    title: str = ""
    unit: Identifier | None = None
    code: str = ""


class Rubric(Value, frozen=True, kw_only=True):
    """What a candidate is marked against. Its digest names it in every report.

    :param aspects: none where a sheet holds studies alone, and nobody is marked.
    :param assessors_needed: how many must judge each judgement aspect.
    :param spread: the greatest difference between their points that stands; beyond it they discuss and judge again.
    :param tolerance: the greatest difference between the first and the second marking that stands, in per cent of the marks for judgement.
    :param sample_share: of the candidates whose work is marked a second time, ``sample_least`` at least so many; 0 and 0: nobody's.
    :param median: where the median of the cohort stands on the standardised scale, ``deviation`` what a standard deviation is there;
        WorldSkills has its median at 700, the deviation is a choice of this rubric.
    :param alpha_at_least: from which Krippendorff's alpha (ordinal) on the judgements can be relied on; none: no verdict.
    :param gauge_at_most: up to how many per cent of the total variation a gauge may take.
    :param cpk_at_least: from which Cpk a process is capable.
    """

    aspects: tuple[Aspect, ...] = ()
    criteria: tuple[Passing, ...] = ()
    assessors_needed: Positive = 3
    spread: Annotated[int, Meta(ge=0, le=MOST_POINTS)] = 1
    tolerance: Annotated[Decimal, Meta(ge=0, le=100)] = Decimal(5)
    sample_share: Share = Decimal("0.1")
    sample_least: NotNegative = 3
    median: Annotated[Decimal, Meta(ge=0)] = Decimal(700)
    deviation: Annotated[Decimal, Meta(gt=0)] = Decimal(50)
    alpha_at_least: Decimal | None = None
    gauge_at_most: Decimal | None = None
    cpk_at_least: Decimal | None = None

    @property
    def digest(self) -> str:
        """What names this rubric by its content."""
        return digest(self)

    @property
    def judged(self) -> tuple[Aspect, ...]:
        """The judgement aspects."""
        return tuple(aspect for aspect in self.aspects if aspect.kind == "judgement")
