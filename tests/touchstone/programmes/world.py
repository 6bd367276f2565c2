"""A park to state rules in: competencies C0 … C9 on a scale of three levels, another scale beside it, and who needs what."""

from __future__ import annotations

import datetime as dt
import random

from tests.touchstone import plain
from tests.touchstone.small_world import envelope, framework, referencing, scale
from touchstone.demand.need import Need
from touchstone.programmes.yardstick import yardstick_of
from touchstone.standards.decoding import decode
from touchstone.standards.programme import Programme

DAY = dt.date(2026, 6, 1)
UNITS = [f"C{number}" for number in range(10)]
HOURS = 20


def documents(*more, units=UNITS, **referenced):
    competencies = [{"id": unit, "hours": HOURS} for unit in units]
    pairs = [["low", "1"], ["high", "2"], ["high", "3"]]
    return plain.documents_of(
        [
            scale("scale", ["1", "2", "3"]),
            scale("scale-beside", ["low", "high", "beyond"]),
            framework("units", "scale", *competencies, region="GD"),
            referencing(*pairs, start="scale-beside", end="scale", **referenced),
            *more,
        ]
    )


def yardstick(*more, **named):
    return yardstick_of(documents(*more, **named), DAY)


def module(identifier, *treated, hours=20, **fields):
    """Modules treat competencies given as ``(unit, role, level[, hours])``."""
    names = ("unit", "role", "level", "hours")
    items = [{k: v for k, v in zip(names, each, strict=False) if v is not None} for each in treated]
    return {"id": identifier, "hours": hours, "competencies": items, **fields}


def programme(*modules, identifier="programme", region="GD", **fields):
    body = {"region": region, "school": "did:web:school.example", "places": 40, "modules": list(modules), **fields}
    return decode(plain.texts(envelope("Programme", identifier, **body)), Programme)


def need(employer, *wanted, openings=1, number=0, region="GD", **fields):
    """Needs want competencies given as ``unit`` or ``(unit, level)``."""
    asked = [{"unit": each} if isinstance(each, str) else {"unit": each[0], "level": each[1]} for each in wanted]
    body = {"employer": employer, "region": region, "openings": openings, "competencies": asked, **fields}
    return decode(plain.texts(envelope("Need", f"{employer}-{number}", **body)), Need)


def everybody(*wanted, employers=20, **fields):
    return [need(f"E{number}", *wanted, **fields) for number in range(employers)]


def planted(share, *, employers, seed, unit="C0", alike=0.2):
    """Adverts of employers of different sizes, who are each of their own mind: on average ``share`` of the openings ask for a unit."""
    chance = random.Random(seed)
    needs = []
    for number in range(employers):
        inclined = chance.betavariate(share * (1 / alike - 1), (1 - share) * (1 / alike - 1))
        adverts = 1 + min(20, int(chance.expovariate(0.25)))
        for advert in range(adverts):
            asks = [unit] if chance.random() < inclined else []
            needs.append(need(f"E{number}", "C9", *asks, number=advert))
    return needs
