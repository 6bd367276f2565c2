# SPDX-License-Identifier: Apache-2.0
"""A radar: how a few things stand on three axes or more that have one scale. One picture serves desk and phone.

Areas mislead (they grow by the square, and with the order of the axes): outlines alone are drawn, each with a stroke and mark of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from touchstone_server.design.charts import Cell, Chart, Table
from touchstone_server.design.measure import widest_piece, wrap
from touchstone_server.design.svg import number, picture, words

WIDTH = 360.0
MOST_SERIES = 3
_LARGEST, _LEAST, _RINGS, _SIZE, _LINE, _OFF = 98.0, 56.0, 4, 12.0, 15.0, 12.0
_UPRIGHT = 0.3
"""How far from upright an axis leans before its name stands beside it, not above or below."""
_SHAPES = (
    '<circle cx="{x}" cy="{y}" r="4"/>',
    '<path d="M{x} {y}m-5 0 5-5 5 5-5 5Z"/>',
    '<path d="M{x} {y}m-4-4h8v8h-8Z"/>',
)
_NAMES = ("one", "two", "three")


class Series(NamedTuple):
    """One thing and its amount on each axis; None where it is not known."""

    name: str
    values: tuple[float | None, ...]


def radar(
    axes: Sequence[str],
    series: Sequence[Series],
    most: float,
    written: Callable[[float], str],
    *,
    title: str,
    description: str,
    head: str,
    unknown: str = "–",
) -> Chart:
    """Draw things on axes of one scale, from nothing in the middle to ``most`` at the rim.

    :param written: puts an amount into the reader's words.
    :param head: what the first column of the table is called, in which the axes stand.
    :raises ValueError: fewer than three axes, more than three things, or an amount outside of the scale: a picture of that would lie.
    """
    if len(axes) < 3 or not 1 <= len(series) <= MOST_SERIES:
        raise ValueError(f"a radar has three axes or more and {MOST_SERIES} things at most")
    if any(len(each.values) != len(axes) for each in series):
        raise ValueError("each thing has an amount, or None, on every axis")
    if any(value is not None and not 0 <= value <= most for each in series for value in each.values):
        raise ValueError(f"every amount lies between 0 and {most:g}")
    rows = tuple(
        (Cell(axis), *(Cell(unknown if (value := each.values[place]) is None else written(value)) for each in series))
        for place, axis in enumerate(axes)
    )
    table = Table((head, *(each.name for each in series)), rows)
    return Chart(title, _drawn(axes, series, most, title, description), SafeString(""), table)


class _Net(NamedTuple):
    """Where the middle is, and how far the rim is from it."""

    x: float
    y: float
    radius: float
    axes: int

    def spot(self, place: int, share: float, off: float = 0) -> tuple[float, float]:
        """Return a point of an axis: a share of the way out, and ``off`` beyond it."""
        across, down = _direction(place, self.axes)
        reach = self.radius * share + off
        return self.x + reach * across, self.y + reach * down


def _direction(place: int, count: int) -> tuple[float, float]:
    """Return where an axis leads: the first up, the others clockwise from there."""
    turn = 2 * math.pi * place / count - math.pi / 2
    return math.cos(turn), math.sin(turn)


def _drawn(axes: Sequence[str], series: Sequence[Series], most: float, title: str, description: str) -> SafeString:
    radius = _radius(axes)
    labels = [wrap(axis, _room(place, len(axes), radius), _SIZE) for place, axis in enumerate(axes)]
    above = max(map(len, labels)) * _LINE + 10
    net = _Net(WIDTH / 2, above + radius, radius, len(axes))
    body = [*_rings(net), *_axis_names(labels, net)]
    for name, shape, each in zip(_NAMES, _SHAPES, series, strict=False):
        body.append(_outline(each, most, net, name, shape))
    key, height = _key(series, net.y + radius + above + 10)
    return picture(title, description, "radar", WIDTH, height, "".join(body) + key)


def _radius(axes: Sequence[str]) -> float:
    """Return the largest radius at which no name beside the net has a word broken; a word too long for any is broken."""
    fitting = [
        (WIDTH / 2 - 3 - widest_piece(axis, _SIZE)) / abs(across) - _OFF
        for place, axis in enumerate(axes)
        if abs(across := _direction(place, len(axes))[0]) >= _UPRIGHT
    ]
    return max(_LEAST, min(_LARGEST, *fitting))


def _room(place: int, count: int, radius: float) -> float:
    """Return how wide the name of an axis may be: little beside the net, much above and below."""
    across = abs(_direction(place, count)[0])
    return 150.0 if across < _UPRIGHT else WIDTH / 2 - (radius + _OFF) * across - 2


def _rings(net: _Net) -> Iterator[str]:
    for ring in range(1, _RINGS + 1):
        yield f'<path class="grid" d="M{_path([net.spot(place, ring / _RINGS) for place in range(net.axes)])}Z"/>'
    spokes = "".join(f"M{_path([(net.x, net.y), net.spot(place, 1)])}" for place in range(net.axes))
    yield f'<path class="grid" d="{spokes}"/>'


def _axis_names(labels: Sequence[list[str]], net: _Net) -> Iterator[str]:
    for place, lines in enumerate(labels):
        x, y = net.spot(place, 1, _OFF)
        across, rise = _direction(
            place, net.axes
        )  # -1 at the top, where the last line stands; 1 at the bottom, where the first does
        anchor = "middle" if abs(across) < _UPRIGHT else "start" if across > 0 else "end"
        lift = (len(lines) - 1) * _LINE * (1 - rise) / 2
        yield words(lines, x, y + 4 - lift + (4 if rise > 0.9 else 0), _LINE, "label", _SIZE, anchor)


def _outline(each: Series, most: float, net: _Net, name: str, shape: str) -> str:
    """Draw the marks of a thing, and lines between neighbours that are both known: no line leads over what is not."""
    spots = {
        place: net.spot(place, value / (most or 1)) for place, value in enumerate(each.values) if value is not None
    }
    pairs = [(spots[place], spots[(place + 1) % net.axes]) for place in spots if (place + 1) % net.axes in spots]
    lines = "".join(f"M{_path(pair)}" for pair in pairs)
    outline = f'<path class="outline" d="{lines}"/>' if lines else ""
    return f'<g class="series {name}">{outline}{"".join(shape.format(x=number(x), y=number(y)) for x, y in spots.values())}</g>'


def _key(series: Sequence[Series], top: float) -> tuple[str, float]:
    """Return the names of the things with their marks, a line each, and where they end."""
    parts, y = [], top
    for name, shape, each in zip(_NAMES, _SHAPES, series, strict=False):
        mark = shape.format(x="22", y=number(y + 6))
        parts.append(f'<g class="series {name}"><path class="outline" d="M6 {number(y + 6)}H38"/>{mark}</g>')
        lines = wrap(each.name, WIDTH - 52, _SIZE)
        parts.append(words(lines, 48, y + 10, _LINE, "note", _SIZE))
        y += len(lines) * _LINE + 6
    return "".join(parts), y


def _path(spots: Sequence[tuple[float, float]]) -> str:
    return "L".join(f"{number(x)} {number(y)}" for x, y in spots)
