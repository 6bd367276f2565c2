# SPDX-License-Identifier: Apache-2.0
"""What a sheet says of electricity and carbon: a small network of the work, its runs, heating, water, metals and the grid."""

from __future__ import annotations

from typing import NamedTuple

from touchstone.practice.plating.account import Account
from touchstone.practice.plating.footprint import Network, footprint
from touchstone.practice.plating.records import grid_factor, origin_factor
from touchstone.practice.plating.uncertain import Figure, figure
from touchstone.practice.reasons import because

_METHOD = "network of processes, A x = f"


class _Factor(NamedTuple):
    figure: Figure
    source: str


def tell_footprint(account: Account) -> None:
    """Tell the electricity of the work, and what the work gave off, with what had to be left out."""
    inputs, emissions, sources, left_out = _network(account)
    if not inputs:
        return
    processes = dict.fromkeys(["work", *(name for pair in inputs for name in pair)])
    found = footprint(Network(tuple(processes), inputs, emissions), {"work": figure(1.0)})
    if "grid" in found.runs:
        account.tell(
            "footprint.electricity",
            found.runs["grid"],
            "kWh",
            f"U·I·t over the rectifier's efficiency, and heating; {_METHOD}",
        )
    for name, each in found.by_process.items():
        label = {"grid": "electricity", "water": "water"}.get(name, name)
        account.tell(f"footprint.carbon.{label}", each, "kg", _METHOD, factor=sources[name])
    if not emissions:
        account.leave_open("footprint.carbon", "kg", _METHOD, because("no_factor", names=", ".join(left_out)))
        return
    told = {"left_out": ", ".join(left_out)} if left_out else {}
    if left_out:
        account.flags.add("footprint_incomplete")
    account.tell("footprint.carbon", found.total, "kg", f"CO2e, {_METHOD}", **told)


def _network(
    account: Account,
) -> tuple[dict[tuple[str, str], Figure], dict[str, Figure], dict[str, str], list[str]]:
    """Return who takes how much of whom, what each gives off by which source, and what has no factor."""
    inputs: dict[tuple[str, str], Figure] = {}
    wanted: dict[str, _Factor | None] = {}
    sheet = account.sheet
    for deposit in sheet.deposits:
        if deposit.volts is not None:
            where = f"deposit {deposit.id}"
            volts, amperes, time, efficiency = (
                account.figure(deposit, field, where) for field in ("volts", "current", "time", "rectifier")
            )
            inputs[f"run.{deposit.id}", "work"] = figure(1.0)
            inputs["grid", f"run.{deposit.id}"] = volts * amperes * time / 3.6e6 / efficiency * 100
    if sheet.heating is not None:
        inputs["heating", "work"] = account.figure(sheet, "heating", "sheet")
        inputs["grid", "heating"] = figure(1.0)
    if any(of == "grid" for of, _ in inputs):
        wanted["grid"] = _grid(account)
    if sheet.water is not None:
        inputs["water", "work"] = account.figure(sheet.water, "taken", "water") / 1000
        has = sheet.water.carbon is not None
        wanted["water"] = _Factor(account.figure(sheet.water, "carbon", "water"), "the sheet's own") if has else None
    for use in sheet.metals:
        where = f"metal {use.id}"
        inputs[f"metal.{use.id}", "work"] = account.figure(use, "mass", where) / 1000
        shipped = origin_factor(use.metal, use.origin)
        if use.carbon is not None:
            wanted[f"metal.{use.id}"] = _Factor(account.figure(use, "carbon", where), "the sheet's own")
        else:
            wanted[f"metal.{use.id}"] = _Factor(shipped.figure, shipped.source) if shipped else None
        if use.origin == "unknown":
            account.flags.add("origin_unknown")
    known = {name: factor for name, factor in wanted.items() if factor}
    emissions = {name: factor.figure for name, factor in known.items()}
    return (
        inputs,
        emissions,
        {name: each.source for name, each in known.items()},
        [name for name in wanted if name not in known],
    )


def _grid(account: Account) -> _Factor | None:
    sheet = account.sheet
    if sheet.grid_factor is not None:
        return _Factor(account.figure(sheet, "grid_factor", "sheet"), sheet.grid_source)
    shipped = grid_factor(sheet.grid, account.day.year)
    if shipped is None:
        return None
    if shipped.year != account.day.year:
        account.flags.add("grid_of_another_year")
    return _Factor(shipped.figure, f"{shipped.id} {shipped.year}: {shipped.source}")
