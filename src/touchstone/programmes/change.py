# SPDX-License-Identifier: Apache-2.0
"""The smallest change of a programme that closes its gaps: modules from a catalogue, with the fewest added hours.

First as much weight of gaps is closed as the limits allow, then the hours added are the fewest, then the modules. HiGHS finds the change,
and exact arithmetic (:mod:`touchstone.programmes.change_problem`) judges it before it is called proven.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from touchstone.errors import InputError
from touchstone.logic import Name, Prose
from touchstone.programmes.change_problem import ChangeProblem, Limits, change_problem, offered_modules, one_currency
from touchstone.programmes.change_solver import solve
from touchstone.programmes.gap import Gap, GapCell
from touchstone.programmes.yardstick import Yardstick
from touchstone.standards.bridging import Money
from touchstone.standards.programme import Module, Place, Programme
from touchstone.value import Value


class Dissent(Value, frozen=True, kw_only=True):
    """What a member of the committee holds against a proposal."""

    member: Name
    says: Prose


class Vote(Value, frozen=True, kw_only=True):
    """How the committee voted."""

    yes: int
    no: int = 0
    abstained: int = 0


class Added(Value, frozen=True, kw_only=True):
    """A module that the proposal adds, and the competencies whose gaps it helps to close."""

    module: str
    hours: int
    place: Place
    closes: tuple[str, ...]


class Left(Value, frozen=True, kw_only=True):
    """A gap that stays open, and why: no module of the catalogue closes it, or a limit is in the way."""

    unit: str
    because: Literal["no_module", "limits"]


class Proposal(Value, frozen=True, kw_only=True):
    """The smallest change, with the evidence for it (the cells that it closes), its cost, and room for the committee."""

    programme: str
    version: str
    adds: tuple[Added, ...]
    hours: int
    cost: Money | None = None
    closes: tuple[GapCell, ...]
    left: tuple[Left, ...] = ()
    proven: bool
    dissent: tuple[Dissent, ...] = ()
    vote: Vote | None = None


def smallest_change(
    programme: Programme,
    gap: Gap,
    catalogue: Iterable[Programme],
    yardstick: Yardstick,
    *,
    limits: Limits | None = None,
) -> Proposal:
    """Return the fewest added hours that close the gaps of the programme's region, by modules of other programmes.

    :param catalogue: programmes whose modules may be taken over: of each the latest version in force on the yardstick's day.
    :raises InputError: when one id names two different modules, costs are in several currencies, or HiGHS is not installed.
    """
    problem = change_problem(programme, gap, catalogue, yardstick, limits or Limits())
    taken, proven = solve(problem) if problem.targets else (0, True)
    return _proposal(programme, problem, taken, proven=proven)


def changed(
    programme: Programme, proposal: Proposal, catalogue: Iterable[Programme], yardstick: Yardstick, *, version: str
) -> Programme:
    """Return the programme as a new version with the modules of the proposal; the signatures of the old one do not hold for it.

    :raises InputError: when the version is the programme's own: one name must not mean two contents.
    """
    if version == programme.version:
        raise InputError(
            "the version is that of the programme itself",
            field="version",
            found=version,
            hint="Give the changed one a new version.",
        )
    offered = offered_modules(programme, catalogue, yardstick)
    more = tuple(offered[added.module] for added in proposal.adds)
    return msgspec.structs.replace(programme, version=version, modules=(*programme.modules, *more), proof=())


def _proposal(programme: Programme, problem: ChangeProblem, taken: int, *, proven: bool) -> Proposal:
    everything = (1 << len(problem.modules)) - 1
    modules = problem.taken(taken)
    currency = one_currency(modules)
    return Proposal(
        programme=programme.id,
        version=programme.version,
        adds=tuple(
            Added(module=module.id, hours=module.hours, place=module.place, closes=_closes(module, problem, taken))
            for module in modules
        ),
        hours=problem.hours(taken),
        cost=Money(amount=sum(item.cost.amount for item in modules if item.cost), currency=currency)
        if currency
        else None,
        closes=tuple(target.cell for target in problem.targets if target.closed(taken)),
        left=tuple(
            Left(unit=target.cell.unit, because="limits" if target.closed(everything) else "no_module")
            for target in problem.targets
            if not target.closed(taken)
        ),
        proven=proven,
    )


def _closes(module: Module, problem: ChangeProblem, taken: int) -> tuple[str, ...]:
    """Return the competencies of a module whose gaps are closed."""
    own = {treated.unit for treated in module.competencies}
    place = problem.modules.index(module)
    return tuple(
        target.cell.unit
        for target in problem.targets
        if target.closed(taken) and (target.cell.unit in own or any(row >> place & 1 for row in target.level_rows))
    )
