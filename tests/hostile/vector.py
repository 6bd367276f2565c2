# SPDX-License-Identifier: Apache-2.0
"""What an attack is: how it is made of something sound, the door that it comes to, and what must be said there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Vector(NamedTuple):
    """One attack.

    :param name: a rule that it would break.
    :param door: a name of `doors.DOORS`.
    :param make: makes what is handed in there.
    :param expected: the verdict, the check that finds it, and the code.
    """

    name: str
    door: str
    make: Callable[[], Any]
    expected: tuple[str, str, str]


def vectors(door: str, table: Mapping[str, tuple[Callable[[], Any], str]]) -> list[Vector]:
    """Return the attacks on one door, each written ``name: (make, "verdict check code")``."""
    made = [Vector(name, door, make, tuple(expected.split())) for name, (make, expected) in table.items()]
    assert all(len(each.expected) == 3 for each in made)
    return made
