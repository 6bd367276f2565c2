# SPDX-License-Identifier: Apache-2.0
"""What a sheet says of water and effluent, held against limit tables and the clean-production index."""

from __future__ import annotations

from decimal import Decimal

from touchstone.practice.plating.account import Account, why_not_there
from touchstone.practice.plating.bath_sheet import Sample
from touchstone.practice.plating.records import Level, LimitRecord, LimitTable
from touchstone.practice.plating.uncertain import Figure
from touchstone.practice.reasons import Reasons, because
from touchstone.practice.report import Measurement, judge

_LEVELS: tuple[Level, ...] = ("I", "II", "III")
_LEAST_DISCHARGED = 0.5
"""Of the water taken: our own rule. Where less went out, and the sheet does not say where the rest is, nobody relies on the discharge."""
_CORRECTION = "concentration times discharge over its benchmark, c·Q/(Σ Y·Qb), and never less than was measured"


def tell_water(account: Account) -> None:
    """Tell the water by area and rinse, and the level of the index that it reaches."""
    water = account.sheet.water
    if water is None:
        return
    taken, area = account.figure(water, "taken", "water"), account.figure(water, "area", "water")
    account.tell("water.by_area", taken / area, "L/m2", "water taken over the plated area")
    if water.discharged is not None:
        account.tell("water.discharged_by_area", account.figure(water, "discharged", "water") / area, "L/m2",
                     "water discharged over the plated area")  # fmt: skip
    if water.rinses is not None:
        by_rinse = account.tell(
            "water.by_rinse", taken / (area * water.rinses), "L/m2", "water taken over plated area and rinses"
        )
        _tell_level(account, "water_per_rinse", by_rinse)


def tell_uses(account: Account) -> None:
    """Tell the level of the index that the use of every balanced metal reaches."""
    by_id = {each.id: each for each in account.measurements}
    for entry in account.sheet.balances:
        _tell_level(account, f"use_{entry.metal}", by_id[f"balance.{entry.id}.use"], f".{entry.id}")


def _tell_level(account: Account, of: str, found: Measurement, entry: str = "") -> None:
    """Tell the best level that is reached for sure, and hold the value against the level that is asked for."""
    for table in account.tables:
        records = {record.level: record for record in table.limits if record.of == of and record.level}
        if not records:
            continue
        name = f"index.{of}{entry}"
        if why := table.why_not_on(account.day):
            account.leave_open(f"{name}.level", "1", table.edition, why)
            account.hold_against(f"{name}.{account.brief.level.lower()}", found, table, records[account.brief.level])
            continue
        held = {
            level: account.settled(judge(name, found, table.limit(records[level]), k=account.brief.k))
            for level in _LEVELS
        }
        reached = [level for level, verdict in held.items() if verdict.status == "pass"]
        method = f"the best level that is reached beyond the guard band; {table.edition}"
        if of.startswith("use_"):
            method += "; use is taken as deposited of bought, the index's own note was not read"
        if reached:
            level = Measurement(
                id=f"{name}.level", value=Decimal(_LEVELS.index(reached[0]) + 1), unit="1", method=method
            )
            account.measurements.append(level)
        else:
            account.leave_open(f"{name}.level", "1", method, held["III"].reasons or because("no_level"))
        account.hold_against(f"{name}.{account.brief.level.lower()}", found, table, records[account.brief.level])


def tell_effluent(account: Account) -> None:
    """Tell every sample, scaled up where more was discharged than the table allows for, and hold it against the limits."""
    for entry in account.sheet.samples:
        concentration = account.figure(entry, "concentration", f"sample {entry.id}")
        name = f"effluent.{entry.id}"
        raw = account.tell(name, concentration, "mg/L", f"{entry.substance} in a sample of the {entry.point} outlet")
        records = account.records(entry.substance)
        if not records and account.tables:
            account.without_limit(name, raw, entry.substance)
        for table, record in records:
            _hold_sample(account, entry, concentration, raw, table, record)


def _hold_sample(
    account: Account, entry: Sample, concentration: Figure, raw: Measurement, table: LimitTable, record: LimitRecord
) -> None:
    """Hold a sample against a limit: what fails as it was measured fails, what does not is first scaled up where the table asks for it."""
    name = f"effluent.{entry.id}.{table.id}"
    why = why_not_there(record, entry.point) or _beyond_flow(account, entry, table)
    if not table.benchmarks:
        account.hold_against(name, raw, table, record, why=why)
        return
    scale = _scale(account, table)
    found = raw if isinstance(scale, tuple) else _corrected(account, name, concentration, raw, scale)
    if account.against(name, raw, table, record, why=why).status == "fail":
        account.hold_against(name, raw, table, record)
    elif isinstance(scale, tuple):
        account.flags.add("dilution_unchecked")
        account.hold_against(name, raw, table, record, why=why or scale)
    else:
        account.hold_against(name, found, table, record, why=why, unconfirmed=True)


def _corrected(account: Account, name: str, concentration: Figure, raw: Measurement, scale: Figure) -> Measurement:
    """Tell the concentration times the scale, where that makes it another one."""
    told = f"{scale.value:.4g}"
    if scale.value > 1:
        account.flags.add("diluted")
    scale = _never_below_one(scale, float(account.brief.k))
    if scale.value == 1 and not scale.u:
        return raw
    return account.tell(name, concentration * scale, "mg/L", _CORRECTION, rule="unconfirmed", scale=told)


def _never_below_one(scale: Figure, k: float) -> Figure:
    """Return a scale that never makes a concentration less; of one below 1 as much of ``k·u`` is kept as reaches beyond 1."""
    reach = k * scale.u
    if scale.value >= 1:
        return scale
    return scale.through(1.0, max(scale.value + reach - 1, 0) / reach if reach else 0.0)


def _scale(account: Account, table: LimitTable) -> Figure | Reasons:
    """Return by how much more was discharged than the table's benchmark, or why that cannot be told."""
    water = account.sheet.water
    if water is None or water.discharged is None:
        return because("thinned.no_discharge")
    if (
        account.figure(water, "discharged", "water").value
        < _LEAST_DISCHARGED * account.figure(water, "taken", "water").value
    ):
        return because("thinned.little_discharged")
    benchmark = next((each for each in table.benchmarks if each.layers == water.layers), None)
    if benchmark is None:
        return because("thinned.no_benchmark", layers=water.layers)
    allowed = account.figure(water, "area", "water") * float(benchmark.volume)
    return account.figure(water, "discharged", "water") / allowed


def _beyond_flow(account: Account, entry: Sample, table: LimitTable) -> Reasons:
    if table.flow_at_most is None:
        return ()
    if entry.flow is None:
        return because("flow_not_told", at_most=table.flow_at_most)
    flow = account.figure(entry, "flow", f"sample {entry.id}").value
    beyond = flow > float(table.flow_at_most)
    return because("flow_beyond", at_most=table.flow_at_most, flow=f"{flow:g}") if beyond else ()
