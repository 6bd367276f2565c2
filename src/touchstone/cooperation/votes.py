# SPDX-License-Identifier: Apache-2.0
"""Votes of a council: a quorum first, then a majority, both in whole votes; two thirds of 9 seats are 6."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.logic import Count
from touchstone.value import Value

Part = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,3}/[1-9][0-9]{0,3}$", description="a part such as 2/3")]


class VotingRule(Value, frozen=True, kw_only=True):
    """What carries a motion: two thirds of the seats, unless the statutes state another base (a published outline of a charter asks
    two thirds of the council). A recused seat counts neither for the quorum nor for the majority.

    :ivar seats: how many the council has: what was agreed on, never what a ballot says of itself.
    :ivar majority_of: of all seats, of those present, or of the votes cast for or against; all but ``seats`` are the
        statutes' own rule, stated. ``more_than`` asks more than the part itself.
    """

    seats: Annotated[int, Meta(ge=1, le=10_000)]
    quorum: Part = "2/3"
    majority: Part = "2/3"
    majority_of: Literal["seats", "present", "cast"] = "seats"
    more_than: bool = False

    def __post_init__(self) -> None:
        for name, part in (("quorum", self.quorum), ("majority", self.majority)):
            if Fraction(part) > 1:
                raise ValueError(f"the {name} {part} is more than all")


class Ballot(Value, frozen=True, kw_only=True):
    """What was counted. Who has an interest in the matter is ``recused``: neither a seat nor present for it."""

    in_favour: Count
    against: Count
    abstained: Count = 0
    recused: Count = 0

    @property
    def present(self) -> int:
        """How many took part."""
        return self.in_favour + self.against + self.abstained


class Outcome(Value, frozen=True, kw_only=True):
    """Whether a motion is carried, and what it took: ``needed`` votes in favour, and ``quorum`` present."""

    result: Literal["carried", "lost", "no_quorum"]
    present: int
    quorum: int
    in_favour: int
    needed: int


def outcome(ballot: Ballot, rule: VotingRule) -> Outcome:
    """Decide a ballot.

    :raises ValueError: more votes than the council has seats.
    """
    seats = rule.seats - ballot.recused
    if ballot.present > seats:
        raise ValueError(f"{ballot.present + ballot.recused} votes were counted, of {rule.seats} seats")
    base = {"seats": seats, "present": ballot.present, "cast": ballot.in_favour + ballot.against}[rule.majority_of]
    quorum, needed = _least(rule.quorum, seats), _least(rule.majority, base, more_than=rule.more_than)
    enough = ballot.present >= quorum and ballot.present > 0
    carried = ballot.in_favour >= max(needed, 1)  # nobody in favour never carries
    return Outcome(
        result="no_quorum" if not enough else "carried" if carried else "lost",
        present=ballot.present,
        quorum=quorum,
        in_favour=ballot.in_favour,
        needed=max(needed, 1),
    )


def _least(part: str, whole: int, *, more_than: bool = False) -> int:
    exact = Fraction(part) * whole
    least = -(-exact.numerator // exact.denominator)
    return least + 1 if more_than and least == exact else least
