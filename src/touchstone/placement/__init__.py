# SPDX-License-Identifier: Apache-2.0
"""Placements: judged by the legal rules of their own time, bounded by a capacity computed from the same rules, and matched.

Rules and capacity need nothing beyond the base; matching (``placement.outcome``) needs numpy, its alternative HiGHS.
"""

from touchstone.placement.capacity import Cap, capacity
from touchstone.placement.market import PlacementMarket, load_market
from touchstone.placement.placement import Placement, load_placements
from touchstone.placement.rules import Finding, Rules, check, reasons_of

__all__ = [
    "Cap",
    "Finding",
    "Placement",
    "PlacementMarket",
    "Rules",
    "capacity",
    "check",
    "load_market",
    "load_placements",
    "reasons_of",
]
