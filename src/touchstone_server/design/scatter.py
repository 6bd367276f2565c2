# SPDX-License-Identifier: Apache-2.0
"""A scatter of a few things to choose between, by two amounts of which less is better. One picture serves desk and phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from touchstone_server.design.charts import Chart, Table
from touchstone_server.design.measure import text_width
from touchstone_server.design.svg import number, picture, words

WIDTH, HEIGHT = 326, 240
_RIGHT, _TOP, _BOTTOM = 16, 30, 46
_SIZE, _DOT = 12.0, 6.0
_STEPS = (1, 2, 5)
_ROUND = ((1, 0), (0, -1), (-1, 0), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
"""Where the name of a dot may stand: right, above, left, below, and between."""


class Point(NamedTuple):
    """A thing to choose; the first of several is the best."""

    name: str
    x: int
    y: int


class Axis(NamedTuple):
    """What an axis is called, and how an amount is written on it."""

    name: str
    written: Callable[[int], str]


class _Scale(NamedTuple):
    """From amounts to places in the picture."""

    low: int
    high: int
    start: float
    end: float
    step: int

    def at(self, amount: float) -> float:
        return self.start + (amount - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def ticks(self) -> range:
        return range(self.low, self.high + 1, self.step)


def scatter(points: Sequence[Point], x: Axis, y: Axis, *, title: str, description: str, table: Table) -> Chart:
    """Draw points by two amounts, with ``table`` as its twin."""
    up = _scale([point.y for point in points], HEIGHT - _BOTTOM, _TOP)
    left = max(text_width(y.written(tick), _SIZE) for tick in up.ticks) + 10
    across = _scale([point.x for point in points], left, WIDTH - _RIGHT)
    body = "".join((*_across(across, x), *_up(up, y, left), *_points(points, across, up)))
    return Chart(title, picture(title, description, "scatter", WIDTH, HEIGHT, body), SafeString(""), table)


def _scale(amounts: Sequence[int], start: float, end: float) -> _Scale:
    """Return a scale of two to five round steps in which all amounts lie, none of them on the edge unless it is nothing."""
    least, most = min(amounts), max(amounts)
    room = max(most - least, most // 20, 4)
    low, high = max(0, least - room // 6), most + room // 6
    step = next(step for step in _round_steps() if (high + step - 1) // step - low // step <= 4)
    return _Scale(low // step * step, -(-high // step) * step, start, end, step)


def _round_steps() -> Iterator[int]:
    power = 1
    while True:
        yield from (power * step for step in _STEPS)
        power *= 10


def _across(scale: _Scale, axis: Axis) -> Iterator[str]:
    bottom = HEIGHT - _BOTTOM
    for tick in scale.ticks:
        place = scale.at(tick)
        yield f'<path class="grid" d="M{number(place)} {_TOP}V{bottom}"/>'
        yield words([axis.written(tick)], place, bottom + 16, 0, "note", _SIZE, "middle")
    yield words([axis.name], WIDTH - _RIGHT, HEIGHT - 6, 0, "head", _SIZE, "end")


def _up(scale: _Scale, axis: Axis, left: float) -> Iterator[str]:
    for tick in scale.ticks:
        place = scale.at(tick)
        yield f'<path class="grid" d="M{number(left)} {number(place)}H{WIDTH - _RIGHT}"/>'
        yield words([axis.written(tick)], left - 8, place + 4, 0, "note", _SIZE, "end")
    yield words([axis.name], 1, 13, 0, "head", _SIZE)


def _points(points: Sequence[Point], across: _Scale, up: _Scale) -> Iterator[str]:
    """Yield the dots at their very places, and each name where it touches no dot and no other name, if it can."""
    dots = [(across.at(point.x), up.at(point.y)) for point in points]
    taken: list[tuple[float, float]] = []
    for place, (point, (x, y)) in reversed(list(enumerate(zip(points, dots, strict=True)))):
        name_x, name_y = _beside((x, y), text_width(point.name, _SIZE), across.start, dots, taken)
        taken.append((name_x, name_y))
        shape = (
            f'<path d="M{number(x)} {number(y - 9)}l9 9-9 9-9-9Z"/>'
            if place == 0
            else f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(_DOT)}"/>'
        )
        label = words([point.name], name_x, name_y + 4, 0, "label", _SIZE, "middle")
        yield f'<g class="point{" best" if place == 0 else ""}">{shape}{label}</g>'


def _beside(
    dot: tuple[float, float],
    width: float,
    left: float,
    dots: Sequence[tuple[float, float]],
    taken: Sequence[tuple[float, float]],
) -> tuple[float, float]:
    """Return the nearest place around a dot for its name, away from the other dots and names."""

    def room(place: tuple[float, float]) -> float:
        return min(max(abs(place[0] - other[0]), abs(place[1] - other[1])) for other in (*dots, *taken))

    reach = 13 + width / 2
    places = [(dot[0] + across * reach, dot[1] + down * 17) for across, down in _ROUND]
    inside = [
        place for place in places if left < place[0] < WIDTH - reach / 2 and _TOP - 8 < place[1] < HEIGHT - _BOTTOM
    ]
    free = [place for place in inside if room(place) >= 12]
    return free[0] if free else max(inside or places, key=room)
