# SPDX-License-Identifier: Apache-2.0
"""What gathers while a sheet is gone through: measurements, verdicts and flags, in the order in which they are found."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from touchstone.practice.plating.bath_sheet import BathSheet, PlatingBrief
from touchstone.practice.plating.quantity import quantity
from touchstone.practice.plating.records import LimitRecord, LimitTable, Point, tables
from touchstone.practice.plating.uncertain import Figure
from touchstone.practice.reasons import Reasons, because
from touchstone.practice.report import Limit, Measurement, Verdict, judge, measured
from touchstone.value import Value

_TOLD_SOURCES = 2
_BEYOND = 1e15  # touchstone.standards.decoding reads fifteen digits


class Account:
    """One sheet being gone through with its brief."""

    def __init__(self, sheet: BathSheet, brief: PlatingBrief) -> None:
        self.sheet, self.brief = sheet, brief
        self.day: dt.date = sheet.day
        self.tables: tuple[LimitTable, ...] = tuple(tables()[name] for name in brief.tables or sheet.tables)
        self.measurements: list[Measurement] = []
        self.verdicts: list[Verdict] = []
        self.flags: set[str] = set()
        self.at_worst: dict[str, Measurement] = {}

    def figure(self, entry: Value, field: str, where: str) -> Figure:
        """Return a quantity of an entry of the sheet; ``where`` names the entry."""
        return quantity(getattr(entry, field), f"{field} of {where}")

    def has(self, entry: Value, *fields: str) -> bool:
        """Tell whether an entry has these fields."""
        return all(getattr(entry, field) is not None for field in fields)

    def tell(
        self, name: str, figure: Figure, unit: str, method: str, doubt: Reasons = (), /, **evidence: str
    ) -> Measurement:
        """Note a measurement, with where its uncertainty mostly comes from; one that no document could hold is left open."""
        if not max(abs(figure.value), figure.u) < _BEYOND:
            return self.leave_open(name, unit, method, because("too_many_digits"))
        told = {**evidence, **_sources(figure)}
        found = measured(name, figure.value, unit, u=figure.u or None, method=method, evidence=told, doubt=doubt)
        self.measurements.append(found)
        return found

    def leave_open(self, name: str, unit: str, method: str, why: Reasons) -> Measurement:
        """Note that something cannot be told, and why."""
        found = measured(name, None, unit, method=method, why=why)
        self.measurements.append(found)
        return found

    def hold(
        self, criterion: str, found: Measurement, limit: Limit, *, decision: bool = False, why: Reasons = ()
    ) -> None:
        """Hold a measurement against a limit; ``why`` it cannot be, if it cannot."""
        self.verdicts.append(self._judged(criterion, found, limit, decision=decision, why=why))

    def _judged(self, criterion: str, found: Measurement, limit: Limit, *, decision: bool, why: Reasons) -> Verdict:
        value = msgspec.structs.replace(found, value=None) if why else found
        return self.settled(judge(criterion, value, limit, k=Decimal(0) if decision else self.brief.k, why=why))

    def hold_against(
        self,
        criterion: str,
        found: Measurement,
        table: LimitTable,
        record: LimitRecord,
        *,
        why: Reasons = (),
        unconfirmed: bool = False,
    ) -> None:
        """Hold a measurement against a record of a table, if the table was in force on the day."""
        self.verdicts.append(self.against(criterion, found, table, record, why=why, unconfirmed=unconfirmed))

    def against(
        self,
        criterion: str,
        found: Measurement,
        table: LimitTable,
        record: LimitRecord,
        *,
        why: Reasons = (),
        unconfirmed: bool = False,
    ) -> Verdict:
        """Return what :meth:`hold_against` would note."""
        limit = table.limit(record, unconfirmed=unconfirmed)
        why = table.why_not_on(self.day) or why
        return self._judged(criterion, found, limit, decision=record.decision, why=why)

    def settled(self, verdict: Verdict) -> Verdict:
        """Return a verdict, or none where the least that a measurement may be lies on the other side of the limit."""
        least = self.at_worst.get(verdict.measurement)
        if least is None or verdict.limit is None or verdict.status not in ("pass", "fail"):
            return verdict
        if judge(verdict.criterion, least, verdict.limit).status == verdict.status:
            return verdict
        return msgspec.structs.replace(verdict, status="indeterminate", reasons=because("balance_vague"))

    def without_limit(self, criterion: str, found: Measurement, of: str) -> None:
        """Note that no table that was chosen says anything of this."""
        self.flags.add("no_limit")
        why = because("no_limit", what=of)
        self.verdicts.append(
            Verdict(criterion=criterion, status="not_measurable", rule="none", measurement=found.id, reasons=why)
        )

    def records(self, of: str, *, worn: str | None = None) -> list[tuple[LimitTable, LimitRecord]]:
        """Return the limits of something in the chosen tables; ``worn`` how or by whom, where that matters."""
        return [
            (table, record) for table in self.tables for record in table.limits if record.of == of and record.worn == worn
        ]  # fmt: skip


def told_plainly(figure: Figure) -> Decimal:
    """Return the value of a figure as somebody would write it: ``20``, not ``20.000000``."""
    return Decimal(f"{Decimal(f'{figure.value:.9g}'):f}")


def why_not_there(record: LimitRecord, point: Point) -> Reasons:
    """Return why a sample of one outlet says nothing of a limit that holds at another; none where it does."""
    if record.point in (None, point):
        return ()
    return because(f"not_of_{record.point}_outlet")


def _sources(figure: Figure) -> dict[str, str]:
    squares = {name: part * part for name, part in figure.parts.items() if part}
    whole = sum(squares.values())
    if not whole:
        return {}
    first = sorted(squares.items(), key=lambda item: (-item[1], item[0]))[:_TOLD_SOURCES]
    return {"u_from": ", ".join(f"{name} {100 * square / whole:.0f} %" for name, square in first)}
