# SPDX-License-Identifier: Apache-2.0
"""Charts as pure functions: from values to SVG and to the table that says the same.

Every chart comes twice, for a desk and for a phone, with the text broken to fit; the stylesheet shows one. Colours, dashes and
fonts are classes of the stylesheet, so that a chart follows light, dark, print and forced colours, and no style stands in the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString

from touchstone_server.design.measure import text_width, wrap
from touchstone_server.design.svg import number, picture, words

Tone = Literal["plain", "ok", "part", "no", "open", "muted", "exact", "narrow", "broad", "close", "related", "denied"]


class Cell(NamedTuple):
    """A cell of the table: what it says, a smaller remark, and a tone if it is a verdict."""

    text: str
    note: str = ""
    tone: str = ""
    href: str = ""


class Table(NamedTuple):
    """The twin of a chart."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def labelled(self) -> list[list[tuple[str, Cell]]]:
        """Each cell with the heading of its column, for a screen too narrow for columns."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


class Chart(NamedTuple):
    """A picture for a desk, the same for a phone (empty where one serves both), and its table."""

    title: str
    wide: SafeString
    narrow: SafeString
    table: Table


class Box(NamedTuple):
    """One box of a flow: a unit, a level."""

    key: str
    label: str
    note: str = ""
    tone: Tone = "plain"


class Band(NamedTuple):
    """A band from one box, or from several that only count together, to another."""

    sources: tuple[str, ...]
    target: str
    tone: Tone
    width: float = 10
    label: str = ""


class Flow(NamedTuple):
    """What a flow shows: two columns of boxes with their headings, and the bands between them."""

    title: str
    description: str
    left_head: str
    right_head: str
    left: tuple[Box, ...]
    right: tuple[Box, ...]
    bands: tuple[Band, ...]
    ordered: bool = False
    """Whether the left boxes stay in their own order, as levels do, or move to where they lead."""


class Station(NamedTuple):
    """A station of the loop; without an address it cannot be visited yet."""

    name: str
    note: str
    href: str = ""


# ------------------------------------------------------------------ ladder, Sankey: two columns and what joins them


@dataclass(frozen=True)
class _Measure:
    """The sizes of a flow on one kind of screen."""

    width: float
    column: float
    size: float
    note_size: float
    pad: float
    gap: float = 10
    band_scale: float = 1

    @property
    def inner(self) -> float:
        return self.column - 2 * self.pad

    @property
    def line(self) -> float:
        return self.size * 1.4

    @property
    def note_line(self) -> float:
        return self.note_size * 1.45


_WIDE = _Measure(width=760, column=290, size=15, note_size=12.5, pad=14)
_NARROW = _Measure(width=326, column=134, size=13, note_size=11.5, pad=9, gap=8, band_scale=0.7)


@dataclass
class _Placed:
    """A box with its broken lines and its place."""

    box: Box
    lines: list[str]
    notes: list[str]
    height: float
    x: float = 0
    y: float = 0
    ports: list[tuple[float, float]] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def ladder(flow: Flow, head: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Chart:
    """Draw what is held against what is asked, rung by rung, with ``rows`` as its table."""
    return Chart(flow.title, _draw(flow, _WIDE, "ladder"), _draw(flow, _NARROW, "ladder"), Table(head, tuple(rows)))


def sankey(flow: Flow, head: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Chart:
    """Draw a crosswalk: the width of a band is its confidence, its colour and stroke the relation."""
    return Chart(flow.title, _draw(flow, _WIDE, "sankey"), _draw(flow, _NARROW, "sankey"), Table(head, tuple(rows)))


def _draw(flow: Flow, measure: _Measure, kind: str) -> SafeString:
    left = {box.key: _placed(box, measure, _thickness(box.key, flow, measure, left=True)) for box in flow.left}
    right = {box.key: _placed(box, measure, _thickness(box.key, flow, measure, left=False)) for box in flow.right}
    heads, top = _heads(flow, measure)
    _place(flow, left, right, measure, top)
    bottom = max((box.y + box.height for box in (*left.values(), *right.values())), default=top)
    bands = "".join(_bands(flow, left, right, measure))
    boxes = "".join(_box(box, measure) for box in (*left.values(), *right.values()))
    return picture(flow.title, flow.description, kind, measure.width, bottom + 2, heads + bands + boxes)


def _placed(box: Box, measure: _Measure, thickness: float) -> _Placed:
    lines = wrap(box.label, measure.inner, measure.size)
    notes = _notes(box.note, measure)
    text = len(lines) * measure.line + len(notes) * measure.note_line
    return _Placed(box, lines, notes, max(text + 2 * measure.pad * 0.7, thickness + 8, 40))


def _notes(note: str, measure: _Measure) -> list[str]:
    """Break a note into lines, at its dots first: what belongs together stays so."""
    if text_width(note, measure.note_size) <= measure.inner:
        return [note] if note else []
    return [line for part in note.split(" · ") for line in wrap(part, measure.inner, measure.note_size)]


def _thickness(key: str, flow: Flow, measure: _Measure, *, left: bool) -> float:
    widths = [
        band.width * measure.band_scale + 3
        for band in flow.bands
        if (key in band.sources if left else key == band.target)
    ]
    return sum(widths)


def _place(flow: Flow, left: dict[str, _Placed], right: dict[str, _Placed], measure: _Measure, top: float) -> None:
    """Put each right box in its order, and beside it the left boxes that lead there first; the rest goes below."""
    left_y = right_y = top
    for key, box in right.items():
        names = [name for band in _leading(flow, key) for name in band.sources if name in left]
        fresh = [] if flow.ordered else [name for name in dict.fromkeys(names) if not left[name].y]
        if fresh:
            left_y = right_y = max(left_y, right_y)
        for name in fresh:
            left[name].y = left_y
            left_y += left[name].height + measure.gap
        box.x, box.y = measure.width - measure.column - 1, right_y
        right_y += box.height + measure.gap
    for item in left.values():
        item.x = 1
        if not item.y:
            item.y = left_y
            left_y += item.height + measure.gap


def _leading(flow: Flow, key: str) -> list[Band]:
    """Return the bands that end at a box, the ones that say most first."""
    weight = {"denied": 2, "related": 1}
    return sorted((band for band in flow.bands if band.target == key), key=lambda band: weight.get(band.tone, 0))


def _heads(flow: Flow, measure: _Measure) -> tuple[str, float]:
    """Return the headings of the two columns, standing on one line, and where the boxes may begin."""
    size = measure.note_size + 0.5
    columns = [
        (wrap(head, measure.column - 4, size * 1.06), x)
        for head, x in (
            (flow.left_head, 1.0),
            (flow.right_head, measure.width - measure.column - 1),
        )
    ]
    most = max(len(lines) for lines, _ in columns)
    parts = [
        words(lines, x, size + (most - len(lines)) * measure.note_line, measure.note_line, "head", size)
        for lines, x in columns
    ]
    return "".join(parts), most * measure.note_line + 10


def _bands(flow: Flow, left: dict[str, _Placed], right: dict[str, _Placed], measure: _Measure) -> Iterable[str]:
    known = [band for band in flow.bands if band.target in right and all(name in left for name in band.sources)]
    starts = _ports(known, left, right, measure, at_left=True)
    ends = _ports(known, left, right, measure, at_left=False)
    x0, x1 = 1 + measure.column, measure.width - measure.column - 1
    for band in known:
        width = band.width * measure.band_scale
        end = ends[band, band.target]
        label = f"<title>{escape(band.label)}</title>" if band.label else ""
        if len(band.sources) == 1:
            path = _curve(x0, starts[band, band.sources[0]], x1, end)
        else:
            joint = x1 - (x1 - x0) * 0.3
            path = "".join(_curve(x0, starts[band, name], joint, end) for name in band.sources)
            path += f"M{number(joint)} {number(end)}H{number(x1)}"
        yield f'<g class="band {band.tone}">{label}<path d="{path}" stroke-width="{number(width)}"/>'
        if len(band.sources) > 1:
            yield f'<circle class="joint" cx="{number(x1 - (x1 - x0) * 0.3)}" cy="{number(end)}" r="{number(width / 2 + 3)}"/>'
        if band.tone == "denied":
            yield _strike(*_near_the_end(x0, starts[band, band.sources[0]], x1, end))
        yield "</g>"


def _ports(
    bands: Sequence[Band], left: dict[str, _Placed], right: dict[str, _Placed], measure: _Measure, *, at_left: bool
) -> dict[tuple[Band, str], float]:
    """Return where each band touches a box: side by side, in the order of what they come from."""
    touching: dict[str, list[tuple[float, Band]]] = {}
    for band in bands:
        if at_left:
            for name in band.sources:
                touching.setdefault(name, []).append((right[band.target].middle, band))
        else:
            middle = sum(left[name].middle for name in band.sources) / len(band.sources)
            touching.setdefault(band.target, []).append((middle, band))
    ports: dict[tuple[Band, str], float] = {}
    for name, found in touching.items():
        box = (left if at_left else right)[name]
        y = box.middle - sum(band.width * measure.band_scale + 3 for _, band in found) / 2
        for _, band in sorted(found, key=lambda pair: pair[0]):
            room = band.width * measure.band_scale + 3
            ports[band, name] = y + room / 2
            y += room
    return ports


def _curve(x0: float, y0: float, x1: float, y1: float) -> str:
    middle = (x0 + x1) / 2
    if abs(y0 - y1) < 0.5:
        return f"M{number(x0)} {number(y0)}H{number(x1)}"
    return f"M{number(x0)} {number(y0)}C{number(middle)} {number(y0)} {number(middle)} {number(y1)} {number(x1)} {number(y1)}"


def _near_the_end(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float]:
    """Return a point of the curve where bands no longer crowd: five sixths along it."""
    t = 5 / 6
    bend = (1 - t) ** 3 + 3 * (1 - t) ** 2 * t
    return x0 + (x1 - x0) * (1.5 * t - 1.5 * t * t + t**3), y0 * bend + y1 * (1 - bend)


def _strike(x: float, y: float) -> str:
    return f'<path class="strike" d="M{number(x - 6)} {number(y - 6)}l12 12m0-12-12 12"/>'


def _box(placed: _Placed, measure: _Measure) -> str:
    box = placed.box
    text = len(placed.lines) * measure.line + len(placed.notes) * measure.note_line
    top = placed.y + (placed.height - text) / 2
    label = words(placed.lines, placed.x + measure.pad, top + measure.size * 1.05, measure.line, "label", measure.size)
    notes_top = top + len(placed.lines) * measure.line + measure.note_size * 1.05
    note = words(placed.notes, placed.x + measure.pad, notes_top, measure.note_line, "note", measure.note_size)
    return (
        f'<g class="box {box.tone}"><rect x="{number(placed.x)}" y="{number(placed.y)}" width="{number(measure.column)}" '
        f'height="{number(placed.height)}" rx="8"/>{label}{note}</g>'
    )


# ------------------------------------------------------------------ the loop: eight stations around a touchstone


def loop(stations: Sequence[Station], *, title: str, description: str) -> Chart:
    """Draw the stations of the loop around a touchstone; those with an address can be visited."""
    rows = tuple((Cell(station.name, href=station.href), Cell(station.note)) for station in stations)
    wide = _loop(stations, title, description, columns=4, card=(216, 92), gaps=(44, 150))
    narrow = _loop(stations, title, description, columns=2, card=(150, 84), gaps=(26, 34))
    return Chart(title, wide, narrow, Table(("", ""), rows))


def _loop(
    stations: Sequence[Station],
    title: str,
    description: str,
    *,
    columns: int,
    card: tuple[int, int],
    gaps: tuple[int, int],
) -> SafeString:
    """Half of the stations lead there, the other half back: in two rows on a desk, in two columns on a phone."""
    half = len(stations) // 2
    in_rows = columns == half
    (width, height), (across, down) = card, gaps
    places = []
    for index in range(len(stations)):
        there, step = index < half, index if index < half else len(stations) - 1 - index
        column, row = (step, 0 if there else 1) if in_rows else (0 if there else 1, step)
        places.append((column * (width + across) + 2, row * (height + down) + 2))
    total = (max(x for x, _ in places) + width + 2, max(y for _, y in places) + height + 2)
    ring = (
        f'<rect class="ring" x="{number(2 + width / 2)}" y="{number(2 + height / 2)}" width="{number(total[0] - 4 - width)}" '
        f'height="{number(total[1] - 4 - height)}" rx="{40 if in_rows else 30}"/>'
    )
    arrows = "".join(_arrow(places[i], places[(i + 1) % len(places)], card) for i in range(len(places)))
    stone = _stone(total[0] / 2, total[1] / 2, 1.05) if in_rows else ""
    cards = "".join(_station(station, x, y, card) for station, (x, y) in zip(stations, places, strict=True))
    return picture(title, description, "loop", *total, ring + stone + arrows + cards, role="group")


def _arrow(start: tuple[float, float], end: tuple[float, float], card: tuple[int, int]) -> str:
    """Draw the head of an arrow half-way between two cards."""
    x, y = (start[0] + end[0] + card[0]) / 2, (start[1] + end[1] + card[1]) / 2
    across, down = end[0] - start[0], end[1] - start[1]
    turn = (0 if across > 0 else 180) if abs(across) > abs(down) else (90 if down > 0 else -90)
    return f'<path class="arrow" d="M-5-7 4 0-5 7" transform="translate({number(x)} {number(y)}) rotate({turn})"/>'


def _station(station: Station, x: float, y: float, card: tuple[int, int]) -> str:
    width, height = card
    small = width < 200
    name_size, note_size = (15, 11.5) if small else (18, 13.5)
    names = wrap(station.name, width - 16, name_size)
    notes = wrap(station.note, width - 16, note_size)
    text = len(names) * name_size * 1.3 + len(notes) * note_size * 1.4
    top = y + (height - text) / 2
    body = f'<rect x="{number(x)}" y="{number(y)}" width="{width}" height="{height}" rx="12"/>'
    body += words(names, x + width / 2, top + name_size, name_size * 1.3, "name", name_size, "middle")
    notes_top = top + len(names) * name_size * 1.3 + note_size
    body += words(notes, x + width / 2, notes_top, note_size * 1.4, "note", note_size, "middle")
    if not station.href:
        return f'<g class="station later">{body}</g>'
    return f'<a class="station" href="{escape(station.href)}">{body}</a>'


def _stone(x: float, y: float, scale: float) -> str:
    return (
        f'<g class="stone" transform="translate({number(x)} {number(y)}) scale({scale})">'
        '<path class="body" d="M-112 24C-122-8-96-50-44-58 12-68 78-62 104-30 126-4 118 38 80 50 30 62-96 62-112 24Z"/>'
        '<path class="streak one" d="M-66 34-16-34"/><path class="streak two" d="M-28 40 26-34"/>'
        '<path class="streak three" d="M10 42 66-30"/></g>'
    )


def stone(labels: Sequence[str], *, title: str) -> SafeString:
    """Draw a touchstone with one streak of gold for each region, and its name below it."""
    parts = [
        '<path class="body" d="M26 240C4 140 66 58 188 38 330 16 450 54 476 160 496 256 430 334 300 352 146 370 50 340 26 240Z"/>',
        '<path class="edge" d="M58 210C58 138 122 86 214 70 322 52 414 80 442 138"/>',
    ]
    marks = ((104, 250, 178, 124, "one"), (222, 270, 300, 120, "two"), (340, 252, 410, 140, "three"))
    for label, (x0, y0, x1, y1, css) in zip(labels, marks, strict=True):
        size = 25 if text_width(label, 25) < 80 else 19
        parts.append(f'<path class="streak {css}" d="M{x0} {y0} {x1} {y1}"/>')
        parts.append(words([label], x0 + 22, y0 + 42, 28, "place", size, "middle"))
    return picture(title, "", "stone-picture", 500, 372, f'<g class="stone">{"".join(parts)}</g>')
