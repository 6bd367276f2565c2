# SPDX-License-Identifier: Apache-2.0
"""What a sheet says of the bath itself: deposits, drag-out, rinses, balance of metal."""

from __future__ import annotations

from touchstone.practice.plating import drag_out as drag
from touchstone.practice.plating import rinsing
from touchstone.practice.plating.account import Account, told_plainly
from touchstone.practice.plating.balance import balanced, sludge
from touchstone.practice.plating.bath_sheet import Deposit, DragOut, MetalBalance, Rinse
from touchstone.practice.plating.chemistry import bath_of, metal_of
from touchstone.practice.plating.deposit import efficiency, faraday_mass, thickness
from touchstone.practice.plating.uncertain import Figure, figure
from touchstone.practice.reasons import Reasons, because
from touchstone.practice.report import Limit, measured

_FULL = 100
_LEAST = "use, if all that may be missing is missing from what was deposited"
_OPEN = because("balance_open")


def tell_deposits(account: Account) -> None:
    """Tell mass, thickness and efficiency of every deposit."""
    for entry in account.sheet.deposits:
        _tell_deposit(account, entry)


def _tell_deposit(account: Account, entry: Deposit) -> None:
    where = f"deposit {entry.id}"
    bath = bath_of(entry.bath)
    metal = metal_of(bath.metal)
    current, time, area = (account.figure(entry, field, where) for field in ("current", "time", "area"))
    ideal = faraday_mass(current, time, bath, metal)
    told = {"bath": bath.id, "electrons": str(bath.electrons), "valence": f"{bath.status}: {bath.source}"}
    if bath.cyanide:
        account.flags.add("cyanide")
    if bath.status == "unconfirmed":
        account.flags.add("valence_unconfirmed")
    account.tell(f"deposit.{entry.id}.faraday_mass", ideal * 1000, "mg", "Faraday, nothing lost", **told)
    if entry.weighed is not None:
        mass = account.figure(entry, "weighed", where)
        share = efficiency(mass, ideal)
        if share.value - float(account.brief.k) * share.u > _FULL:
            account.flags.add("efficiency_impossible")
            _leave_deposit_open(account, entry, because("efficiency_impossible", share=f"{share.value:.4g} %"))
            return
        account.tell(f"deposit.{entry.id}.efficiency", share, "%", "weighed of what Faraday allows", **told)
        method = "weighed"
    else:
        mass = ideal * account.figure(entry, "efficiency", where) / 100
        method = "Faraday with the efficiency of the sheet"
    account.tell(f"deposit.{entry.id}.mass", mass * 1000, "mg", method, **told)
    layer = thickness(mass, metal, area)
    account.tell(f"deposit.{entry.id}.thickness", layer, "um", f"{method}; mass over density and area", **told)


def _leave_deposit_open(account: Account, entry: Deposit, why: Reasons) -> None:
    for what, unit in (("efficiency", "%"), ("mass", "mg"), ("thickness", "um")):
        account.leave_open(f"deposit.{entry.id}.{what}", unit, "weighed", why)


def tell_drag_out(account: Account) -> None:
    """Tell the volume of every drag-out, by area and as metal where that is known."""
    for entry in account.sheet.drag_outs:
        where, name = f"drag-out {entry.id}", f"drag_out.{entry.id}"
        volume = _dragged(account, entry, where)
        if volume.value < 0:
            account.leave_open(f"{name}.volume", "mL", f"{entry.method} method", because("conductivity_not_risen"))
            continue
        account.tell(f"{name}.volume", volume * 1000, "mL", f"{entry.method} method")
        if entry.area is not None:
            by_area = volume * 1000 / account.figure(entry, "area", where)
            account.tell(f"{name}.by_area", by_area, "mL/m2", f"{entry.method} method, over the area of the work")
        if entry.metal is not None:
            metal = volume * account.figure(entry, "metal", where)
            account.tell(f"{name}.metal", metal, "mg", f"{entry.method} method, times the metal in the bath")


def _dragged(account: Account, entry: DragOut, where: str) -> Figure:
    def of(field: str) -> Figure:
        return account.figure(entry, field, where)

    if entry.method == "inventory":
        return drag.by_inventory(of("added"), of("concentration"))
    if entry.method == "conductivity":
        return drag.by_conductivity(of("tank"), of("before"), of("after"), of("portion"), of("water"), of("rise"))
    clinging, dripping = drag.by_drip(of("start"), of("rate"), of("end"), of("time"))
    account.tell(
        f"drag_out.{entry.id}.would_drip", dripping, "L", "drip curve, what a longer wait would give back at most"
    )
    return clinging


def tell_rinses(account: Account) -> None:
    """Tell how much water every rinse needs, by the exact sum and by the approximation, and how clean it was where water was measured."""
    for entry in account.sheet.rinses:
        _tell_rinse(account, entry)


def _tell_rinse(account: Account, entry: Rinse) -> None:
    where, name = f"rinse {entry.id}", f"rinse.{entry.id}"
    wanted, dragged = account.figure(entry, "rinse", where), account.figure(entry, "drag_out", where)
    dilution = account.figure(entry, "bath", where) / wanted
    if dilution.value <= 1:
        account.leave_open(f"{name}.ratio", "1", rinsing.EXACT, because("rinse_not_cleaner"))
        return
    needed = rinsing.ratio(dilution, entry.stages)
    account.tell(f"{name}.ratio", needed, "1", rinsing.EXACT, stages=str(entry.stages))
    approximate = rinsing.approximate_ratio(dilution, entry.stages)
    account.tell(f"{name}.ratio_approximate", approximate, "1", rinsing.APPROXIMATE, stages=str(entry.stages))
    account.tell(f"{name}.water_needed", needed * dragged, "L", f"{rinsing.EXACT}, times the drag-out")
    saved = (figure(1.0) - needed / rinsing.ratio(dilution, 1)) * 100
    account.tell(f"{name}.saved", saved, "%", f"{rinsing.EXACT}, beside a single tank")
    if entry.water is not None:
        used = account.figure(entry, "water", where) / dragged
        reached = account.figure(entry, "bath", where) / rinsing.dilution_reached(used, entry.stages)
        found = account.tell(f"{name}.reached", reached, "mg/L", f"{rinsing.EXACT}, from the water that was used")
        limit = Limit(value=told_plainly(wanted), unit="mg/L", bound="at_most", source="the sheet's own wish")
        account.hold(f"{name}.clean", found, limit)


def tell_balances(account: Account) -> None:
    """Tell where every metal went, how far the balance is from closing, and how much sludge the loss makes."""
    for entry in account.sheet.balances:
        _tell_balance(account, entry)


def _tell_balance(account: Account, entry: MetalBalance) -> None:
    where, name = f"balance {entry.id}", f"balance.{entry.id}"
    parts = ("bought", "deposited", "recovered", "lost", "residue")
    found = balanced(*(account.figure(entry, field, where) for field in parts))
    closure = account.tell(f"{name}.closure", found.closure, "g", "bought less all that was found")
    share = account.tell(f"{name}.closure_share", found.closure_share, "%", "closure error of what was bought")
    is_open = closure.value is None or abs(closure.value) > account.brief.k * (closure.u or 0)
    if is_open:
        account.flags.add("balance_open")
    doubt = _OPEN if is_open else ()
    _tell_use(account, f"{name}.use", found.use, doubt=doubt, closure_error=f"{share.value} %")
    missing = abs(found.closure_share.value) + float(account.brief.k) * found.closure_share.u
    account.at_worst[f"{name}.use"] = measured(f"{name}.use", found.use.value - missing, "%", method=_LEAST)
    metal = metal_of(entry.metal)
    if entry.dry is None:
        return
    if not metal.hydroxide:
        why = because("no_hydroxide", metal=metal.id)
        account.leave_open(f"{name}.sludge", "g", "hydroxide over its dry solids", why)
        return
    wet = sludge(account.figure(entry, "lost", where), metal, account.figure(entry, "dry", where))
    account.tell(f"{name}.sludge", wet, "g", "hydroxide over its dry solids")


def _tell_use(account: Account, name: str, use: Figure, *, doubt: Reasons, **told: str) -> None:
    method = "deposited of what was bought"
    if use.value - float(account.brief.k) * use.u > _FULL:
        account.leave_open(name, "%", method, because("use_impossible", share=f"{use.value:.4g} %"))
    else:
        account.tell(name, use, "%", method, doubt, **told)
