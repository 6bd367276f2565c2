# SPDX-License-Identifier: Apache-2.0
"""Crosswalks and comparisons of levels as pictures with their tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from touchstone.recognition.wording import Words
from touchstone.standards import Crosswalk, LevelReferencing, LevelScale, Mapping
from touchstone.standards.levels import Level
from touchstone.text import text_in
from touchstone_server import documents
from touchstone_server.design.charts import Band, Box, Cell, Chart, Flow, Tone, sankey
from touchstone_server.design.templatetags.touchstone import area_title, plain_title
from touchstone_server.language import Locale
from touchstone_server.pages import address
from touchstone_server.standards import selectors
from touchstone_server.standards.selectors import Sides
from touchstone_server.texts import counted, region_name, text, written_number

_TONES: dict[str, Tone] = {
    "skos:exactMatch": "exact",
    "skos:narrowMatch": "narrow",
    "skos:broadMatch": "broad",
    "skos:closeMatch": "close",
    "skos:relatedMatch": "related",
}
_THINNEST, _THICKER = 3.0, 9.0
_MOST_BANDS = 40


def tone_of(row: Mapping) -> Tone:
    """Return how a row is drawn: a denial first of all, else its relation."""
    return "denied" if row.denies else _TONES[row.predicate_id]


def is_drawn_by_area(rows: tuple[Mapping, ...]) -> bool:
    """Tell whether there are more rows than an eye can follow: then areas of work are drawn in place of units."""
    return len(rows) > _MOST_BANDS


def crosswalk_chart(crosswalk: Crosswalk, area: str, locale: Locale) -> Chart:
    """Draw a crosswalk, or the part of it that touches one area of work, as a Sankey; its table has every row."""
    tag, sides, rows = locale.tag, selectors.sides_of(crosswalk), selectors.rows_of(crosswalk, area)
    draw = _by_area if is_drawn_by_area(rows) else _by_unit
    left, right, bands = draw(sides, rows, area, tag)
    flow = Flow(
        title=plain_title(crosswalk, locale)[0],
        description=text("standards.crosswalk_description", tag, rows=len(rows)),
        left_head=region_name(sides.subject.region, tag),
        right_head=region_name(sides.object.region, tag),
        left=left,
        right=right,
        bands=bands,
    )
    head = tuple(text(f"standards.column_{name}", tag) for name in ("subject", "relation", "object", "confidence"))
    return sankey(flow, head, [_row(row, locale) for row in rows])


def referencing_chart(item: LevelReferencing, locale: Locale) -> Chart:
    """Draw a published comparison of levels."""
    scales = {scale.id: scale for scale in selectors.scales()}
    return _levels(item, scales[item.from_], scales[item.to], locale)


Drawn = tuple[tuple[Box, ...], tuple[Box, ...], tuple[Band, ...]]


def _by_unit(sides: Sides, rows: tuple[Mapping, ...], area: str, tag: str) -> Drawn:
    used = {name for row in rows for name in (*row.subjects, row.object_id)}
    left, right = (
        tuple(_boxes((unit for unit in side.competencies if unit.id in used or area in ("", unit.area)), used, tag))
        for side in sides
    )
    return left, right, tuple(_band(row, tag) for row in rows)


def _by_area(sides: Sides, rows: tuple[Mapping, ...], _area: str, tag: str) -> Drawn:
    """Draw the areas of work: the width of a band is how many rows join two of them, its colour what most of them say."""
    units = documents.edition().units
    joined: dict[tuple[str, str], list[Mapping]] = {}
    for row in rows:
        held, asked = units[row.subjects[0]].competency.area or "", units[row.object_id].competency.area or ""
        joined.setdefault((held, asked), []).append(row)
    left, right = (
        tuple(Box(area, area_title(area, tag)) for area in dict.fromkeys(unit.area or "" for unit in side.competencies))
        for side in sides
    )
    bands = (
        Band((held,), asked, _most(found), _THINNEST + 1.5 * len(found), counted("standards.rows", len(found), tag))
        for (held, asked), found in joined.items()
    )
    drawn = tuple(bands)
    starts, ends = {band.sources[0] for band in drawn}, {band.target for band in drawn}
    return tuple(box for box in left if box.key in starts), tuple(box for box in right if box.key in ends), drawn


def _most(rows: list[Mapping]) -> Tone:
    return Counter(map(tone_of, rows)).most_common(1)[0][0]


def _levels(item: LevelReferencing, from_: LevelScale, to: LevelScale, locale: Locale) -> Chart:
    tag = locale.tag
    flow = Flow(
        title=plain_title(item, locale)[0],
        description=text("standards.referencing_description", tag),
        left_head=text_in(from_.title, tag),
        right_head=text_in(to.title, tag),
        left=tuple(_level_box(level, tag, absent=level.code in item.absent) for level in reversed(from_.levels)),
        right=tuple(_level_box(level, tag) for level in reversed(to.levels)),
        bands=tuple(Band((held,), asked, "exact", 8) for held, asked in item.pairs),
        ordered=True,
    )
    head = (text_in(from_.title, tag), text_in(to.title, tag))
    pairs: dict[str, list[str]] = {}
    for held, asked in item.pairs:
        pairs.setdefault(held, []).append(asked)
    rows = [(Cell(level_name(level, tag)), _level_cell(level, pairs, item, tag)) for level in reversed(from_.levels)]
    return sankey(flow, head, rows)


def _level_cell(level: Level, pairs: dict[str, list[str]], item: LevelReferencing, tag: str) -> Cell:
    if level.code in pairs:
        return Cell(", ".join(pairs[level.code]))
    if level.code in item.absent:
        return Cell(text("standards.level_absent", tag), tone="no")
    return Cell(text("standards.level_unpaired", tag), tone="muted")


def level_name(level: Level, tag: str) -> str:
    """Return a level as it is called."""
    return Words(tag).level(level.code, level.title)


def _level_box(level: Level, tag: str, *, absent: bool = False) -> Box:
    note = text("standards.level_absent", tag) if absent else ""
    return Box(level.code, level_name(level, tag), note, "part" if absent else "plain")


def _boxes(units: Iterable, used: set[str], tag: str) -> Iterable[Box]:
    for unit in units:
        tone: Tone = "plain" if unit.id in used else "muted"
        yield Box(unit.id, text_in(unit.title, tag), "" if unit.id in used else text("standards.not_mapped", tag), tone)


def _band(row: Mapping, tag: str) -> Band:
    width = _THINNEST + _THICKER * float(row.confidence if row.confidence is not None else 1)
    label = text(f"standards.relation_{tone_of(row)}", tag)
    return Band(row.subjects, row.object_id, tone_of(row), 3 if row.denies else width, label)


def _row(row: Mapping, locale: Locale) -> tuple[Cell, ...]:
    units = documents.edition().units
    tag = locale.tag

    def named(identifier: str) -> str:
        return text_in(units[identifier].competency.title, tag) if identifier in units else identifier

    together = text("standards.together", tag) if len(row.subjects) > 1 else ""
    subject = Cell(
        " + ".join(map(named, row.subjects)),
        together,
        href=_unit_address(row.subjects[0], locale) if not together else "",
    )
    relation = Cell(text(f"standards.relation_{tone_of(row)}", tag), row.comment or "", tone_of(row))
    confidence = Cell(written_number(f"{row.confidence:.2f}", tag) if row.confidence is not None else "–")
    return (subject, relation, Cell(named(row.object_id), href=_unit_address(row.object_id, locale)), confidence)


def _unit_address(identifier: str, locale: Locale) -> str:
    return address("unit", locale, name=identifier) if identifier in documents.edition().units else ""
