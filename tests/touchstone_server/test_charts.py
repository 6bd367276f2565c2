"""Charts: no text leaves its box, nothing overlaps, and what is drawn is what the table says."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from touchstone.recognition.wording import Words
from touchstone_server.design.bars import Bar, bars
from touchstone_server.design.charts import Band, Box, Cell, Chart, Flow, Station, Table, ladder, loop, sankey
from touchstone_server.design.heat import Row, heat
from touchstone_server.design.measure import text_width, wrap
from touchstone_server.design.radar import Series, radar
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


# Bars, radars, heat maps


def shapes(svg: str, css: str) -> list[ElementTree.Element]:
    return [group for group in ElementTree.fromstring(svg).iter("g") if css in group.get("class", "").split()]


def drawn_bars(*found: Bar) -> Chart:
    return bars(found, lambda value: f"{value:g} h", title="<t>", description="d & d", head=("Name", "Hours", "Range"))


def test_bars_are_as_long_as_their_amounts_and_the_unknown_has_none():
    chart = drawn_bars(Bar("a", 30), Bar("b", 60), Bar("c", None))

    for svg in (chart.wide, chart.narrow):
        first, second = (float(group[0].get("width")) for group in shapes(svg, "bar-of"))
        assert second / first == pytest.approx(2, rel=0.01)
        assert svg.count(">–<") == 1


def test_a_bar_below_nothing_ends_where_one_above_begins():
    for svg in drawn_bars(Bar("loss", -10), Bar("gain", 20))[1:3]:
        (loss, gain) = (group[0] for group in shapes(svg, "bar-of"))
        assert float(loss.get("x")) + float(loss.get("width")) == pytest.approx(float(gain.get("x")), abs=0.2)


def test_the_table_of_bars_says_what_is_drawn_and_has_ranges_only_where_there_are_any():
    ranged, plain = drawn_bars(Bar("a", 30, 20, 40), Bar("b", None)).table, drawn_bars(Bar("a", 30)).table

    assert [[cell.text for cell in row] for row in ranged.rows] == [["a", "30 h", "20 h – 40 h"], ["b", "–", ""]]
    assert plain.head == ("Name", "Hours")


@pytest.mark.parametrize(
    "found", [(), (Bar("a", 0),), (Bar("a", None),), (Bar(LONG * 3, 1e12, 0, 2e12),), (Bar(HAN, -1e9),)]
)
def test_no_bar_and_no_text_of_bars_leaves_the_picture(found):
    for svg, width in zip(drawn_bars(*found)[1:3], (700, 326), strict=True):
        assert_within(svg, width)


def drawn_radar(*values: tuple[float | None, ...], axes: tuple[str, ...] = ("x", "y", "z")) -> Chart:
    series = [Series(f"s{place}", each) for place, each in enumerate(values)]
    return radar(axes, series, 10, lambda value: f"{value:g}", title="t", description="d", head="Axis")


def test_a_radar_puts_nothing_in_the_middle_and_the_most_at_the_rim():
    svg = drawn_radar((0, 10, 10)).wide
    rim = [tuple(map(float, spot.split())) for spot in re.findall(r'class="grid" d="M([^"Z]+)Z', svg)[-1].split("L")]
    marks = [(float(mark.get("cx")), float(mark.get("cy"))) for mark in shapes(svg, "one")[0] if mark.tag == "circle"]

    assert marks[1:] == rim[1:]
    assert marks[0][0] == pytest.approx(180)
    assert marks[0][1] == pytest.approx(sum(y for _, y in rim) / 3, abs=0.2)


def test_no_line_of_a_radar_leads_over_what_is_not_known():
    whole, gap = drawn_radar((1, 2, 3)).wide, drawn_radar((1, None, 3))
    lines = re.compile(r'class="outline" d="([^"]+)"')

    assert lines.search(whole)[1].count("M") == 3
    assert lines.search(gap.wide)[1].count("M") == 1
    assert [row[1].text for row in gap.table.rows] == ["1", "–", "3"]


@pytest.mark.parametrize("values", [((11, 1, 1),), ((-1, 1, 1),), ((1, 1),), (), ((1, 1, 1),) * 4])
def test_a_radar_that_would_lie_is_not_drawn(values):
    with pytest.raises(ValueError, match=r"axes|axis|between"):
        drawn_radar(*values)


@pytest.mark.parametrize("count", range(3, 13))
@pytest.mark.parametrize("name", ["Recognition", "Reconhecimento", HAN, LONG, "x"])
def test_no_name_of_an_axis_leaves_the_picture_or_has_a_word_broken(count, name):
    svg = drawn_radar((5,) * count, axes=(name,) * count).wide

    assert_within(svg, 360)
    if name.startswith("Rec"):
        assert svg.count(f">{name}<") == count


def drawn_heat(*rows: tuple[float | None, ...], columns: tuple[str, ...] = ("a", "b", "c")) -> Chart:
    found = [Row(f"r{place}", values) for place, values in enumerate(rows)]
    return heat(columns, found, lambda value: f"{value:g}", title="t", description="d", head="Row")


def test_more_is_darker_and_what_is_not_known_has_no_colour():
    chart = drawn_heat((0, 5, 10), (None, 1.9, 2))

    steps = [group.get("class") for group in shapes(chart.wide, "field")]
    assert steps == [f"field {step}" for step in ("step0", "step2", "step4", "none", "step0", "step1")]
    assert [[cell.text for cell in row] for row in chart.table.rows] == [
        ["r0", "0", "5", "10"],
        ["r1", "–", "1.9", "2"],
    ]


def test_where_all_are_alike_none_is_called_the_most():
    assert {group.get("class") for group in shapes(drawn_heat((3, 3, 3)).wide, "field")} == {"field step2"}


def test_a_row_that_has_not_an_amount_for_each_column_is_not_drawn():
    with pytest.raises(ValueError, match="every column"):
        drawn_heat((1, 2))


@pytest.mark.parametrize(
    "columns", [("a",), ("Correspondências", "x"), (HAN,) * 12, tuple("abcdefghijklmnop"), (LONG,) * 5]
)
def test_no_text_of_a_heat_map_leaves_the_picture(columns):
    for svg, width in zip(drawn_heat((123456.0,) * len(columns), columns=columns)[1:3], (700, 326), strict=True):
        assert_within(svg, width)


def assert_within(svg: str, width: float) -> None:
    """Every text and every rectangle stands within the picture; texts that stand upright are measured by their length alone."""
    root = ElementTree.fromstring(svg)
    height = float(root.get("viewBox").split()[3])
    for rect in root.iter("rect"):
        assert float(rect.get("x")) >= -0.1
        assert float(rect.get("x")) + float(rect.get("width")) <= width + 0.1
    for text in root.iter("text"):
        size = float(text.get("font-size"))
        if turned := text.get("transform"):
            assert text_width(text.text, size) <= float(re.search(r" ([\d.]+)\) rotate", turned)[1]) + 0.1, text.text
            continue
        for line in text:
            wide, x = text_width(line.text, size), float(line.get("x"))
            start = {"middle": x - wide / 2, "end": x - wide}.get(text.get("text-anchor"), x)
            assert start >= -0.5, line.text
            assert start + wide <= width + 0.5, line.text
        assert 0 < float(text.get("y")) <= height


def test_every_chart_of_the_gallery_has_a_table_that_says_the_same_in_every_language():
    from touchstone_server.home.gallery import charts

    for locale in LOCALES:
        for chart in charts(locale):
            ElementTree.fromstring(chart.wide)
            assert chart.title
            assert chart.table.rows
            assert {len(row) for row in chart.table.rows} == {len(chart.table.head)}
