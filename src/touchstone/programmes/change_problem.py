# SPDX-License-Identifier: Apache-2.0
"""A change of a programme as a problem of choice: the modules that could be added, what they ask first, the gaps and the limits.

Only what *surely* meets the levels asked closes a gap. What is allowed and what is closed is told here in exact arithmetic; the solver
(:mod:`touchstone.programmes.change_solver`) only searches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from touchstone.errors import InputError
from touchstone.logic import Count, Name, Truth
from touchstone.programmes.gap import Gap, GapCell, practice, teaching
from touchstone.programmes.yardstick import Offered, Yardstick
from touchstone.standards.envelope import latest_in_force
from touchstone.standards.programme import Module, Place, Programme
from touchstone.value import Value

Teaching = Mapping[str, Sequence[Offered]]


class Limits(Value, frozen=True, kw_only=True):
    """What a change may not exceed: hours added in all and by place, hours free on each piece of equipment, cost in minor units.

    Equipment that is named here not at all is not to be had; with ``equipment`` absent, none is short.
    """

    max_hours: Count | None = None
    by_place: dict[Place, Count] = {}
    equipment: dict[Name, Count] | None = None
    max_cost: Annotated[int, Meta(ge=0)] | None = None


class Target(NamedTuple):
    """A gap to close: for each level still to be reached the modules that reach it, and the practice that each adds."""

    cell: GapCell
    level_rows: tuple[int, ...]
    lacking: int
    practice: tuple[int, ...]

    def closed(self, taken: int) -> bool:
        """Tell whether the modules taken, as a mask, close the gap."""
        if not all(row & taken for row in self.level_rows):
            return False
        return self.lacking <= sum(hours for place, hours in enumerate(self.practice) if taken >> place & 1)


class ChangeProblem(NamedTuple):
    """Modules that could be added, in the order of their ids, what they ask first, and the gaps."""

    modules: tuple[Module, ...]
    takes: tuple[int, ...]
    targets: tuple[Target, ...]
    limits: Limits

    def taken(self, mask: int) -> list[Module]:
        """Return the modules of a mask."""
        return [module for place, module in enumerate(self.modules) if mask >> place & 1]

    def allowed(self, mask: int) -> bool:
        """Tell whether every module's prerequisites are taken and no limit is exceeded."""
        if any(mask >> place & 1 and takes & ~mask for place, takes in enumerate(self.takes)):
            return False
        return all(
            sum(amounts[place] for place in range(len(self.modules)) if mask >> place & 1) <= most
            for amounts, most in self.caps()
        )

    def caps(self) -> list[tuple[list[int], int]]:
        """Return every limit as an amount for each module and the most that they may come to."""
        modules, limits = self.modules, self.limits
        caps = []
        if limits.max_hours is not None:
            caps.append(([module.hours for module in modules], limits.max_hours))
        if limits.max_cost is not None:
            caps.append(([module.cost.amount if module.cost else 0 for module in modules], limits.max_cost))
        for place, most in limits.by_place.items():
            caps.append(([module.hours if module.place == place else 0 for module in modules], most))
        if limits.equipment is not None:
            for name in sorted({name for module in modules for name in module.equipment}):
                hours = [module.hours if name in module.equipment else 0 for module in modules]
                caps.append((hours, limits.equipment.get(name, 0)))
        return caps

    def closed_weight(self, mask: int) -> int:
        """Return the weight of the gaps that a mask of modules closes."""
        return sum(target.cell.weight for target in self.targets if target.closed(mask))

    def hours(self, mask: int) -> int:
        """Return the hours that a mask of modules adds."""
        return sum(module.hours for module in self.taken(mask))


def change_problem(
    programme: Programme, gap: Gap, catalogue: Iterable[Programme], yardstick: Yardstick, limits: Limits
) -> ChangeProblem:
    """Set the problem out; :func:`smallest_change` solves it.

    :raises InputError: when one id names two different modules, or costs are in several currencies.
    """
    cells = [cell for cell in gap.cells if cell.open and cell.region == programme.region]
    offered = _begun(offered_modules(programme, catalogue, yardstick), {module.id for module in programme.modules})
    offers = {name: teaching(yardstick.offers(programme, module)) for name, module in offered.items()}
    useful = _useful(offered, {name for name, own in offers.items() if any(cell.unit in own for cell in cells)})
    modules = tuple(offered[name] for name in sorted(useful))
    one_currency(modules)
    given = teaching(yardstick.all_offers(programme))
    own = [offers[module.id] for module in modules]
    return ChangeProblem(
        modules=modules,
        takes=_takes(modules),
        targets=tuple(_target(cell, given, own, yardstick) for cell in cells),
        limits=limits,
    )


def _target(cell: GapCell, given: Teaching, own: Sequence[Teaching], yardstick: Yardstick) -> Target:
    """Set one gap out. A competency asked at any level is reached by whatever teaches it."""
    already = given.get(cell.unit, ())
    offers = [each.get(cell.unit, ()) for each in own]

    def reaching(meets: Sequence[bool]) -> int:
        return sum(1 << place for place, met in enumerate(meets) if met)

    rows = [] if already else [reaching([bool(each) for each in offers])]
    for level in cell.asked:
        if not any(yardstick.meets(offer.level, level) is Truth.TRUE for offer in already):
            rows.append(reaching([any(yardstick.meets(o.level, level) is Truth.TRUE for o in each) for each in offers]))
    lacking = max(0, cell.practice_hours - practice(already, cell.asked, yardstick))
    return Target(cell, tuple(rows), lacking, tuple(practice(each, cell.asked, yardstick) for each in offers))


def offered_modules(programme: Programme, catalogue: Iterable[Programme], yardstick: Yardstick) -> dict[str, Module]:
    """Return the modules of other programmes by id, each with its level scale stated where it is not that of the programme.

    :raises InputError: when one id names two different modules.
    """
    own = {module.id: module for module in programme.modules}
    offered: dict[str, Module] = {}
    for other in latest_in_force(catalogue, yardstick.on):
        for module in other.modules if other.id != programme.id else ():
            taken_over = _taken_over(module, other, programme, yardstick)
            known = own.get(module.id) or offered.get(module.id)
            if known is not None and taken_over is not None and known != taken_over:
                raise InputError(
                    "one id names two different modules",
                    file=other.id,
                    found=module.id,
                    hint="Give one of them another id.",
                )
            if taken_over is not None and module.id not in own:
                offered[module.id] = taken_over
    return offered


def _taken_over(module: Module, other: Programme, programme: Programme, yardstick: Yardstick) -> Module | None:
    """Return a module as it stands in another programme; none, where its levels stand on several scales and so cannot be stated there."""
    if module.level_scale or other.level_scale == programme.level_scale or not module.competencies:
        return module
    scales = {offer.level.scale for offer in yardstick.offers(other, module)}
    return msgspec.structs.replace(module, level_scale=scales.pop()) if len(scales) == 1 else None


def _begun(offered: Mapping[str, Module], there: set[str]) -> dict[str, Module]:
    """Return the modules that can be begun, without the prerequisites that the programme has already."""
    reached: dict[str, Module] = {}
    waiting = dict(offered)
    while ready := [name for name, item in waiting.items() if set(item.prerequisites) <= there | reached.keys()]:
        reached.update((name, waiting.pop(name)) for name in ready)
    return reached


def _useful(offered: Mapping[str, Module], helpful: set[str]) -> set[str]:
    """Return the modules that help, and those that lead to them."""
    kept: set[str] = set()
    waiting = list(helpful)
    while waiting:
        name = waiting.pop()
        if name in offered and name not in kept:
            kept.add(name)
            waiting.extend(offered[name].prerequisites)
    return kept


def _takes(modules: Sequence[Module]) -> tuple[int, ...]:
    """Return for each module the mask of those of its prerequisites that must be added with it."""
    place = {module.id: index for index, module in enumerate(modules)}
    return tuple(sum(1 << place[name] for name in module.prerequisites if name in place) for module in modules)


def one_currency(modules: Iterable[Module]) -> str | None:
    """Return the currency that all prices of the modules are in, none where nothing is priced.

    :raises InputError: when there are several.
    """
    currencies = sorted({module.cost.currency for module in modules if module.cost})
    if len(currencies) > 1:
        raise InputError("the modules are priced in several currencies", expected="one", found=", ".join(currencies))
    return currencies[0] if currencies else None
