# SPDX-License-Identifier: Apache-2.0
"""A requirement compiled for deciding: its leaves numbered and named, its pools set out, its tree evaluated on bit masks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import NamedTuple

import msgspec

from touchstone.logic import (
    AllOf,
    AnyOf,
    AtLeast,
    Credits,
    Experience,
    Expression,
    Holds,
    Leaf,
    Person,
    Training,
    Unit,
    branches,
    leaves,
)
from touchstone.recognition.pools import Pool, compile_pool


def token(leaf: Leaf) -> str:
    """Return the name of the fact that a leaf states: a unit id, or ``holds:ID``, ``experience:WHAT:MONTHS`` and so on."""
    match leaf:
        case Unit(unit=unit):
            return unit
        case Holds(holds=qualification):
            return f"holds:{qualification}"
        case Experience(experience=part):
            return f"experience:{part.occupation or part.area}:{part.months}"
        case Training(training=part):
            return f"training:{part.framework}:{part.hours}"
        case Person(person=part):
            return f"person:{part.fact}"
        case Credits():
            raise TypeError("a credit pool states many facts, one for each unit")


class Gate(NamedTuple):
    """An inner node: true when at least ``need`` of its inputs are. Inputs are leaf bits, pool indexes and gates."""

    need: int
    bits: tuple[int, ...]
    pools: tuple[int, ...]
    gates: tuple[Gate, ...]

    @property
    def width(self) -> int:
        """How many inputs there are."""
        return len(self.bits) + len(self.pools) + len(self.gates)

    @property
    def has_pool(self) -> bool:
        """Whether the gate rests on a credit pool, directly or through others."""
        return bool(self.pools) or any(part.has_pool for part in self.gates)

    def holds(self, mask: int, pools: tuple[bool, ...]) -> bool:
        """Evaluate on a mask of true leaves and the truth of each pool."""
        need = self.need
        for bit in self.bits:
            need -= bool(mask & bit)
        if need <= 0:
            return True
        for pool in self.pools:
            need -= pools[pool]
        for gate in self.gates:
            if need <= 0:
                return True
            need -= gate.holds(mask, pools)
        return need <= 0


class Requirement:
    """An expression with its distinct leaves (pools apart), their names, and how to evaluate it."""

    def __init__(self, expression: Expression, credits_of: Callable[[str], Decimal], share: Decimal | None) -> None:
        self.expression = expression
        self.leaves: tuple[Leaf, ...] = tuple(
            dict.fromkeys(_bare(leaf) for leaf in leaves(expression) if not isinstance(leaf, Credits))
        )
        self.names = tuple(token(leaf) for leaf in self.leaves)
        self.leaves_of: dict[str, list[Unit]] = {}
        for leaf in self.leaves:
            if isinstance(leaf, Unit):
                self.leaves_of.setdefault(leaf.unit, []).append(leaf)
        self.unit_bits = tuple(
            (1 << place, leaf.unit) for place, leaf in enumerate(self.leaves) if isinstance(leaf, Unit)
        )
        self.pool_parts = tuple(leaf.credits for leaf in leaves(expression) if isinstance(leaf, Credits))
        self.pools: tuple[Pool, ...] = tuple(compile_pool(part, credits_of, share) for part in self.pool_parts)
        self.pool_units = frozenset(unit for part in self.pool_parts for unit in part.from_)
        self._bit = {leaf: 1 << index for index, leaf in enumerate(self.leaves)}
        self._next_pool = iter(range(len(self.pool_parts)))
        self.gate = self._compile(expression)

    def _compile(self, expression: Expression) -> Gate:
        parts = branches(expression)
        match expression:
            case AllOf():
                need = len(parts)
            case AnyOf():
                need = 1
            case AtLeast(at_least=body):
                need = body.count
            case _:
                parts, need = (expression,), 1
        bits, pools, gates = [], [], []
        for part in parts:
            if isinstance(part, Credits):
                pools.append(next(self._next_pool))
            elif branches(part) or isinstance(part, AllOf | AnyOf | AtLeast):
                gates.append(self._compile(part))
            else:
                bits.append(self._bit[_bare(part)])
        return Gate(need, tuple(bits), tuple(pools), tuple(gates))

    def bit(self, leaf: Leaf) -> int:
        """Return the bit of a leaf."""
        return self._bit[_bare(leaf)]

    def bits_named(self, names: frozenset[str]) -> int:
        """Return the mask of all leaves with one of ``names``."""
        return reduce(int.__or__, (1 << index for index, name in enumerate(self.names) if name in names), 0)


def _bare(leaf: Leaf) -> Leaf:
    """Return a leaf without its told reason: two leaves that ask the same are one fact."""
    return msgspec.structs.replace(leaf, reason=None) if leaf.reason is not None else leaf
