# SPDX-License-Identifier: Apache-2.0
"""The result of an evaluation: what each organisation is given, by which indicators, and everything that it takes to compute it again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec

from touchstone.logic import Identifier, Name
from touchstone.standards.indicator_system import Conventions
from touchstone.value import Value

Verdict = Literal["scored", "open", "gate_failed", "vetoed"]
Truth = Literal["true", "false", "unknown"]
State = Literal["known", "missing", "unevidenced", "undated", "stale", "not_applicable"]
"""Why a value counts or not: ``not_applicable`` is stated with evidence; all others but ``known`` are as if nothing had been stated."""


class Line(Value, frozen=True, kw_only=True):
    """A scored indicator: what it gave of the full mark, and what it could still give.

    ``score`` is a share of 1; absent, it is not known. ``state`` says why. ``counts`` is what the indicator weighs for this organisation:
    more than ``weight`` where others are left out, whose weight it then shares, and 0 where it is left out itself.

    ``given`` and ``lost`` are told where the total is a weighted sum: all that is given is then the total, and with all that is lost it is
    the full mark. What is not known has given nothing yet, and its ``lost`` is the most that it may still give. Closeness, grades and
    memberships are no sums of indicators.
    """

    indicator: Identifier
    state: State
    value: Decimal | None = None
    score: Decimal | None = None
    weight: Decimal
    counts: Decimal
    given: Decimal | None = None
    lost: Decimal | None = None


class Part(Value, frozen=True, kw_only=True):
    """A group of indicators: its share of its own full mark, from ``low`` to ``high`` where something is not known."""

    indicator: Identifier
    low: Decimal | None = None
    high: Decimal | None = None


class Condition(Value, frozen=True, kw_only=True):
    """A gate, or a veto: whether it holds, and why not known."""

    indicator: Identifier
    role: Literal["gate", "veto"]
    holds: Truth
    state: State


class Membership(Value, frozen=True, kw_only=True):
    """How far an organisation belongs to a band."""

    band: Name
    share: Decimal


class Judged(Value, frozen=True, kw_only=True):
    """One organisation. ``low`` and ``high`` are equal where everything is known.

    ``rank`` is told where it is sure whatever becomes known; else it lies between ``best_rank`` and ``worst_rank``. Who is struck by a
    veto or a gate has none. Where the figures depend on the others' (see ``counted``) and something is ``unknown``, no figure is told, and
    a rank lies between the first and the last. ``left_out`` is the share of all weight whose indicators do not apply.
    """

    organisation: Identifier
    verdict: Verdict
    low: Decimal | None = None
    high: Decimal | None = None
    band: Name | None = None
    rank: int | None = None
    best_rank: int | None = None
    worst_rank: int | None = None
    left_out: Decimal | None = None
    conditions: tuple[Condition, ...] = ()
    parts: tuple[Part, ...] = ()
    lines: tuple[Line, ...] = ()
    membership: tuple[Membership, ...] = ()


class Weight(Value, frozen=True, kw_only=True):
    """What an indicator weighs in the whole."""

    indicator: Identifier
    weight: Decimal


class Consistency(Value, frozen=True, kw_only=True):
    """How far the comparisons of a group agree with themselves: the consistency ratio of the joint matrix of its experts.

    Above 0.1 they are to be made again (Saaty); ``ratio`` is absent beyond the table of random indices.
    """

    parent: Identifier | None = None
    experts: int
    ratio: Decimal | None = None
    acceptable: bool


class Said(Conventions, frozen=True, kw_only=True, omit_defaults=False):
    """The conventions spelled out, those too that nobody chose: a default may be another one day."""

    @classmethod
    def of(cls, conventions: Conventions) -> Said:
        """Return conventions spelled out."""
        return cls(**msgspec.structs.asdict(conventions))


class Result(Value, frozen=True, kw_only=True, tag_field="kind", tag="EvaluationResult"):
    """Who was evaluated by what, on which day, by which conventions; system and data are named by their digests.

    ``counted`` are those whose values set scales, ideals and weights, where the conventions take these from the data; else it is empty.
    ``unknown`` is how many values, gates and vetoes of theirs are not known: they may move all figures, so that none is told until then.
    """

    system: Identifier
    version: Name
    system_digest: Name
    data_digest: Name
    period: Name
    on: dt.date
    conventions: Said
    weights: tuple[Weight, ...]
    comparisons: tuple[Consistency, ...] = ()
    counted: tuple[Identifier, ...] = ()
    unknown: int = 0
    organisations: tuple[Judged, ...]
