# SPDX-License-Identifier: Apache-2.0
"""The hand-shaped worlds behind the conformance vectors: each isolates one rule, and its answer was derived by hand from the text.

A vector stands here as a :class:`Case`; ``conformance/generate.py`` asks oracle and engine, and stops where either differs from the hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.touchstone.small_world import documents as with_standards
from tests.touchstone.small_world import request as request_for

Plain = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A vector in the making: documents and request as plain data, and what the hand derived."""

    id: str
    title: str
    points: tuple[str, ...]
    documents: list[Plain]
    request: Plain | None = None
    hand: Plain = field(default_factory=dict)
    group: str = "hand"


def case(name: str, title: str, evidence: list[Plain], given: list[Plain], hand: str | Plain, **request: Any) -> Case:
    """Shape a world from ``given`` and the small world's standards.

    ``name`` is ``POINTS SLUG``, as in ``5.6,9.1 denied-in-either-order``; ``hand`` the outcome, or the fields that matter.
    """
    points, slug = name.split()
    first, *_ = points.split(",")
    return Case(
        id=f"{first}-{slug}",
        title=title,
        points=tuple(points.split(",")),
        documents=with_standards(*given),
        request=request_for(evidence, **request),
        hand={"outcome": hand} if isinstance(hand, str) else hand,
    )


def refer(floor: str, ceiling: str, *open_facts: str, **more: Any) -> Plain:
    """What the hand expects where unknown facts matter."""
    return {"outcome": "REFER", "floor": floor, "ceiling": ceiling, "open": list(open_facts), **more}
