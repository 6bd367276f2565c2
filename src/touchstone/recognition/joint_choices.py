# SPDX-License-Identifier: Apache-2.0
"""What a joint standard takes from a holder: where a part lets her choose, the union of all units asks for everything."""

from __future__ import annotations

from collections.abc import Iterator

from touchstone.logic import AllOf, AnyOf, AtLeast, Expression, Unit, leaves
from touchstone.standards.qualification import Qualification
from touchstone.value import Value


class Choice(Value, frozen=True, kw_only=True):
    """A choice that a part leaves: so many (``count``) of these must be true, where the joint standard asks for the ``units`` of all."""

    part: str
    count: int
    of: int
    units: tuple[str, ...]


def choices_in(part: Qualification) -> Iterator[Choice]:
    """Yield every choice among units that a qualification leaves, outer ones before those within them."""
    yield from (
        Choice(part=part.id, count=count, of=len(options), units=units)
        for count, options in _choices(part.require)
        if len(units := tuple(dict.fromkeys(_units(options)))) > 1
    )


def _choices(node: Expression) -> Iterator[tuple[int, tuple[Expression, ...]]]:
    match node:
        case AllOf(all_of=parts):
            count = len(parts)
        case AnyOf(any_of=parts):
            count = 1
        case AtLeast(at_least=body):
            count, parts = body.count, body.of
        case _:
            return
    if count < len(parts):
        yield count, parts
    for each in parts:
        yield from _choices(each)


def _units(options: tuple[Expression, ...]) -> Iterator[str]:
    for option in options:
        yield from (leaf.unit for leaf in leaves(option) if isinstance(leaf, Unit))
