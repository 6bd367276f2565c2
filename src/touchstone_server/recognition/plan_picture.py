# SPDX-License-Identifier: Apache-2.0
"""The cheapest way and the others, by hours and cost."""

from __future__ import annotations

from string import ascii_uppercase

from touchstone.standards.bridging import Money, in_units
from touchstone.text import text_in
from touchstone_server.design.charts import Cell, Chart, Table
from touchstone_server.design.scatter import Axis, Point, scatter
from touchstone_server.recognition.bridge import Bridge, Way
from touchstone_server.texts import counted, text, written_number


def ways_of(bridge: Bridge, tag: str) -> Chart | None:
    """Draw the ways of a bridge; None where there is only one."""
    if bridge.best is None or not bridge.others:
        return None
    currency = bridge.best.plan.cost.currency
    ways = dict(zip(ascii_uppercase, (bridge.best, *bridge.others), strict=False))

    def in_whole(amount: int) -> str:
        return written_number(in_units(Money(amount=amount, currency=currency)).removesuffix(".00"), tag)

    least, hours = written_number(bridge.best.price, tag), counted("plan.hours", bridge.best.plan.hours, tag)
    head = (text("plan.column_way", tag), text("plan.column_cost", tag), text("plan.column_hours", tag))
    return scatter(
        [Point(name, way.plan.hours, way.plan.cost.amount) for name, way in ways.items()],
        Axis(text("plan.column_hours", tag), str),
        Axis(text("plan.axis_cost", tag, currency=currency), in_whole),
        title=text("plan.ways_title", tag),
        description=text("plan.ways_description", tag, price=f"{currency} {least}", hours=hours),
        table=Table(head, tuple(_row(name, way, way is bridge.best, tag) for name, way in ways.items())),
    )


def _row(name: str, way: Way, best: bool, tag: str) -> tuple[Cell, ...]:
    titles = " + ".join(text_in(step.option.title, tag) if step.option.title else step.option.id for step in way.steps)
    remark = text("plan.cheapest", tag) if best else ""
    cost = way.plan.cost
    return (
        Cell(f"{name} · {titles}", remark),
        Cell(f"{cost.currency} {written_number(way.price, tag)}"),
        Cell(str(way.plan.hours)),
    )
