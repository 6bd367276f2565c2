# SPDX-License-Identifier: Apache-2.0
"""When a figure may be told without telling of one employer: enough must make it, and none of them most of it.

Three rules of official statistics on magnitude tables, all of which must hold (Hundepool et al., *Statistical Disclosure Control*, Wiley
2012, chapter 4): a least number of contributors; the (n,k)-dominance rule with n = 1; and the p %-rule, by which the second greatest, who
knows what is its own, must not be able to compute the greatest to within p %.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

FEWEST_EMPLOYERS = 5


class Suppression(NamedTuple):
    """What a figure must keep to be told. The figures are illustrative: a committee sets its own.

    :ivar fewest: employers who make it, at least.
    :ivar most_by_one: the greatest part of it that one employer may make (k of the dominance rule, as a share).
    :ivar protected: within which share of the greatest nobody may compute it (p of the p %-rule, as a share).
    """

    fewest: int = FEWEST_EMPLOYERS
    most_by_one: float = 0.5
    protected: float = 0.1

    def admits(self, openings: Mapping[str, int]) -> bool:
        """Tell whether a figure that these employers make may be told. A figure of nobody tells of nobody."""
        made = sorted((each for each in openings.values() if each), reverse=True)
        if not made:
            return True
        if len(made) < max(self.fewest, 2):
            return False
        whole, greatest, second = sum(made), made[0], made[1]
        return greatest <= self.most_by_one * whole and whole - greatest - second >= self.protected * greatest
