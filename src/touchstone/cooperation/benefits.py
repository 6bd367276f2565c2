# SPDX-License-Identifier: Apache-2.0
"""Sharing of benefits: a sum, or a number of places, shared out by a formula that is kept with the agreement, to the last cent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated

from msgspec import Meta

from touchstone.logic import Amount, Identifier, Name
from touchstone.value import Value

Share = Annotated[Decimal, Meta(ge=0, le=1)]


class BenefitFormula(Value, frozen=True, kw_only=True):
    """Which part is shared evenly, which by contributions (each kind with its own part), and what nobody gets less than.

    The parts add up to 1. ``at_least`` is in the units of the sum; it is given first, then the rest is shared.
    """

    evenly: Share = Decimal(0)
    by: dict[Name, Share] = {}
    at_least: Annotated[int, Meta(ge=0)] = 0

    def __post_init__(self) -> None:
        whole = self.evenly + sum(self.by.values(), Decimal(0))
        if whole != 1:
            raise ValueError(f"the parts of the formula add up to {whole}, not to 1")


class Portion(Value, frozen=True, kw_only=True):
    """What a member gets, and what each part of the formula gave before the last units were dealt out."""

    member: Identifier
    amount: int
    exact: str
    parts: dict[Name, str]


def shared_out(
    amount: int, contributions: Mapping[str, Mapping[str, Amount]], formula: BenefitFormula
) -> tuple[Portion, ...]:
    """Share out an amount of whole units (cents, places); nothing is lost and nothing made by rounding.

    Whole units are given first; those left over go to the greatest remainders, of equals to the first id, whatever the order of
    members.

    :param contributions: by member and kind. A kind to which nobody contributed is shared evenly.
    :raises ValueError: no members, an amount below 0, less than the least share of all, or contributions that are not those of the formula.
    """
    require_contributions(contributions, formula)
    members = sorted(contributions)
    if not members or amount < 0:
        raise ValueError("there is nothing to share, or nobody to share with")
    rest = amount - formula.at_least * len(members)
    if rest < 0:
        raise ValueError(f"{amount} is less than {formula.at_least} for each of {len(members)}")
    parts = {member: _parts(member, members, rest, contributions, formula) for member in members}
    exact = {member: formula.at_least + sum(parts[member].values(), Fraction(0)) for member in members}
    whole = {member: exact[member].__floor__() for member in members}
    left = amount - sum(whole.values())
    first = sorted(members, key=lambda member: (whole[member] - exact[member], member))[:left]
    return tuple(
        Portion(
            member=member,
            amount=whole[member] + (member in first),
            exact=str(exact[member]),
            parts={name: str(part) for name, part in parts[member].items()},
        )
        for member in members
    )


def require_contributions(contributions: Mapping[str, Mapping[str, Amount]], formula: BenefitFormula) -> None:
    """Require of each member every kind of the formula, and no other: a kind that is misspelt, or left out, would move the money of all.

    :raises ValueError: with the member and the kind.
    """
    for member, given in contributions.items():
        for kind in given:
            if kind not in formula.by:
                near = get_close_matches(kind, formula.by, n=1)
                meant = f": the nearest that it has is {near[0]}" if near else ""
                raise ValueError(
                    f"the formula has no kind of contribution {kind}, which {member} is said to have made{meant}"
                )
        for kind in formula.by:
            if kind not in given:
                raise ValueError(f"nothing says what {member} contributed of {kind}: write 0 where that was nothing")


def _parts(
    member: str,
    members: list[str],
    rest: int,
    contributions: Mapping[str, Mapping[str, Amount]],
    formula: BenefitFormula,
) -> dict[str, Fraction]:
    parts = {"evenly": Fraction(formula.evenly) * rest / len(members)}
    for kind, share in formula.by.items():
        total = sum((Fraction(contributions[each][kind]) for each in members), Fraction(0))
        own = Fraction(contributions[member][kind])
        parts[kind] = Fraction(share) * rest * (own / total if total else Fraction(1, len(members)))
    return parts
