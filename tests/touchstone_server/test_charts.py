"""Charts: no text leaves its box, nothing overlaps, and what is drawn is what the table says."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from touchstone.recognition.wording import Words
from touchstone_server.design.charts import Band, Box, Cell, Flow, Station, Table, ladder, loop, sankey
from touchstone_server.design.measure import text_width, wrap
from touchstone_server.design.scatter import Axis, Point, scatter
from touchstone_server.design.timeband import Segment, timeband
from touchstone_server.language import LOCALES
from touchstone_server.standards import pictures, selectors

LONG = "Operação de equipamento de fabrico aditivo (resina e cera)"
HAN = "香港貴金屬標記與職業安全及健康法例（包括商品說明條例）"


def flow(**changes) -> Flow:
    left = (Box("a", LONG, "nível 4"), Box("b", HAN), Box("c", "unused"))
    right = (Box("x", HAN, "至少 2"), Box("y", LONG), Box("z", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"))
    bands = (Band(("a",), "x", "exact"), Band(("a", "b"), "y", "narrow"), Band(("b",), "z", "denied", 3))
    return Flow("A <title>", "what & why", "left", "right", left, right, bands)._replace(**changes)


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    numbers = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg)
    return [tuple(map(float, item)) for item in numbers]


@pytest.mark.parametrize("draw", [ladder, sankey])
def test_a_flow_is_sound_markup_with_a_name_and_every_text_escaped(draw):
    chart = draw(flow(), ("a", "b"), [(Cell("one"), Cell("two"))])

    for svg in (chart.wide, chart.narrow):
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img"
        assert root.get("aria-label") == "A <title>. what & why"
        assert "style=" not in svg


def test_no_box_overlaps_another_or_leaves_the_picture():
    for svg in ladder(flow(), (), [])[1:3]:
        _, _, width, height = map(float, re.search(r'viewBox="([^"]+)"', svg)[1].split())
        found = boxes(svg)
        for x, y, w, h in found:
            assert x >= 0
            assert x + w <= width
            assert y + h <= height
        for index, (x, y, _, h) in enumerate(found):
            for other_x, other_y, _, other_h in found[index + 1 :]:
                assert x != other_x or y + h <= other_y or other_y + other_h <= y


def test_every_line_of_a_box_fits_its_width():
    drawn = [
        (crosswalk, area) for crosswalk in selectors.shelf().crosswalks for area in ("", *selectors.areas_of(crosswalk))
    ]
    for locale in LOCALES:
        for crosswalk, area in drawn:
            chart = pictures.crosswalk_chart(crosswalk, area, locale)
            for svg, inner in ((chart.wide, 290 - 28), (chart.narrow, 134 - 18)):
                root = ElementTree.fromstring(svg)
                for text in root.iter("text"):
                    if text.get("class") in ("label", "note"):
                        for line in text:
                            assert text_width(line.text or "", float(text.get("font-size"))) <= inner + 0.5, line.text


def test_latin_breaks_at_spaces_and_han_never_before_a_full_stop():
    assert wrap("one two three", text_width("one two", 10), 10) == ["one two", "three"]
    assert all(not line.startswith(("，", "。", "）")) for line in wrap("甲乙丙，丁戊己。庚辛（壬）癸", 45, 10))
    assert "".join(wrap(HAN, 60, 10)) == HAN


def test_a_word_wider_than_its_box_is_broken_rather_than_let_out():
    lines = wrap("Donaudampfschifffahrt", 40, 10)

    assert len(lines) > 1
    assert all(text_width(line, 10) <= 40 for line in lines)


def test_an_empty_flow_is_still_a_picture():
    chart = sankey(flow(left=(), right=(), bands=()), (), [])

    assert ElementTree.fromstring(chart.wide) is not None


def test_levels_keep_their_order():
    chart = sankey(flow(ordered=True), (), [])
    labels = re.findall(r'class="label"[^>]*><tspan[^>]*>([^<]+)', chart.wide)

    assert [label[:3] for label in labels[:3]] == ["Ope", "香港貴", "unu"]


def test_only_a_station_with_an_address_is_a_link():
    stations = [Station(f"s{index}", "note", "/there/" if index == 1 else "") for index in range(8)]

    chart = loop(stations, title="The loop", description="round and round")

    assert chart.wide.count("<a ") == 1
    assert 'role="group"' in chart.wide


# Scatters and bands of time


def drawn_scatter(*places):
    points = [Point(name, x, y) for name, (x, y) in zip("ABCDEF", places, strict=False)]
    table = Table((), ())
    return scatter(points, Axis("Hours", str), Axis("Cost", str), title="<t>", description="d", table=table).wide


@pytest.mark.parametrize(
    "places",
    [
        [(124, 900_000), (126, 920_000), (130, 970_000)],
        [(0, 0), (0, 1), (1, 0)],
        [(10, 500), (10, 500), (10, 500), (11, 501), (12, 502), (10, 503)],
        [(6, 60_000), (4_000, 99_999_999)],
    ],
)
def test_dots_stand_where_their_amounts_are_and_names_within_the_picture(places):
    svg = drawn_scatter(*places)
    ElementTree.fromstring(svg)
    names = re.findall(r'<text class="label" x="([\d.]+)" y="([\d.]+)"', svg)
    dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)

    assert len(names) == len(places)
    assert len(dots) == len(places) - 1
    for x, y in (*names, *dots):
        assert 0 < float(x) < 326
        assert 0 < float(y) < 240
    assert len(set(names)) == len(names)


def test_more_stands_further_right_and_higher():
    svg = drawn_scatter((10, 10), (20, 20), (30, 30))

    (x3, y3), (x2, y2) = [tuple(map(float, dot)) for dot in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', svg)]

    assert x2 < x3
    assert y2 > y3


def test_stretches_of_time_follow_one_another_true_to_scale():
    day = dt.date
    segments = [
        Segment(None, day(2025, 12, 31), "before", "open"),
        Segment(day(2026, 1, 1), day(2026, 12, 31), "one year", "part"),
        Segment(day(2027, 1, 1), day(2028, 12, 31), "two years", "ok"),
        Segment(day(2029, 1, 1), None, "a word too long for what is left over", "no"),
    ]
    strip = timeband(segments, day(2026, 11, 24), Words("en").date, title="t", description="d")

    for svg in (strip.wide, strip.narrow):
        ElementTree.fromstring(svg)
        found = boxes(svg)
        assert len(found) == 4
        assert all(x + w <= other for (x, _, w, _), (other, *_) in pairwise(found))
        assert found[2][2] / found[1][2] == pytest.approx(2, rel=0.05)
        assert "too long" not in svg
        assert "1 January 2026" in svg
