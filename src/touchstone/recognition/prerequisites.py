# SPDX-License-Identifier: Apache-2.0
"""Which prerequisites of bridging options a holder has met already, because her evidence covers all that they lead to.

An option's units need not be among those that the target names: whoever holds them has no need of the course. A unit that leaves of
the target name must be held at a level and score that one of them asks, because that is what the option leads to (recognition-algorithm
8.3); any other, at any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from touchstone.logic import Truth, Unit
from touchstone.recognition.case import FLOOR, Case
from touchstone.recognition.claims import Claims, Outlook
from touchstone.standards.bridging import BridgingOption


def unlocked(
    options: Sequence[BridgingOption], offered: Iterable[BridgingOption], case: Case
) -> Sequence[BridgingOption]:
    """Return the options without the prerequisites, of all that are ``offered``, that the holder has met already."""
    needed = {before for option in options for before in option.prerequisites}
    asked = [option for option in offered if option.id in needed]
    covered = _covered(frozenset(unit for option in asked for unit in option.covers), case)
    met = {option.id for option in asked if covered.issuperset(option.covers)}
    return [
        msgspec.structs.replace(option, prerequisites=tuple(item for item in option.prerequisites if item not in met))
        for option in options
    ]


def _covered(units: frozenset[str], case: Case) -> frozenset[str]:
    """Return those of any units that the evidence covers, or the agreement grants, for certain."""
    claims = Claims(Outlook(case.standpoint, units, case.edition), case.wallet)
    leaves_of = case.requirement.leaves_of
    granted = frozenset[str]().union(*(grant.names for grant in case.grants if grant.holds(FLOOR)))
    return frozenset(
        unit
        for unit in units
        if unit in granted
        or any(
            claims.truth(unit, leaf.level, leaf.min_score) is Truth.TRUE
            for leaf in leaves_of.get(unit, (Unit(unit=unit),))
        )
    )
