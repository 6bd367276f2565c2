# SPDX-License-Identifier: Apache-2.0
"""The gallery: every component of the pages in every state, on one page, to be looked at side by side. Its amounts are made up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from touchstone.qr import qr_svg
from touchstone.recognition.wording import Words
from touchstone_server.credentials.selectors import ICONS, TONES
from touchstone_server.design.bars import Bar, bars
from touchstone_server.design.charts import Band, Box, Cell, Chart, Flow, Tone, ladder
from touchstone_server.design.confirming import ConfirmForm
from touchstone_server.design.heat import Row, heat
from touchstone_server.design.icons import NAMES
from touchstone_server.design.radar import Series, radar
from touchstone_server.design.scatter import Axis, Point, scatter
from touchstone_server.design.timeband import Segment, Strip, timeband
from touchstone_server.home.loop import STATIONS, loop_of
from touchstone_server.language import Locale
from touchstone_server.pages import page
from touchstone_server.recognition import selectors as recognition
from touchstone_server.recognition.question import BAY
from touchstone_server.recognition.stories import stories
from touchstone_server.standards import pictures
from touchstone_server.standards import selectors as standards
from touchstone_server.texts import region_name, text, written_number

OUTCOMES = ("FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED", "REFER")
_DAY = dt.date(2026, 11, 24)


@require_safe
def gallery(request: HttpRequest, locale: Locale) -> HttpResponse:
    """Show every component."""
    question, shelf = stories()[0].question, standards.shelf()
    shelves = [*shelf.real[:1], *shelf.illustrative[:1]]
    unit = shelf.illustrative[0].competencies[0]
    context = {
        "icons": NAMES,
        "outcomes": OUTCOMES,
        "verdicts": [(verdict, TONES[verdict], ICONS[verdict]) for verdict in TONES],
        "frameworks": shelves,
        "choices": [
            *recognition.target_choices(question)[:1],
            recognition.target_choices(question)[1]._replace(chosen=True),
        ],
        "question": question,
        "unit": unit,
        "rows": standards.rows_of(shelf.crosswalks[0], "")[:4],
        "field": recognition.UnitField(unit, (recognition.Option("1", None, True),)),
        "confirm": ConfirmForm("8K3F-2M9Q-T7XB-4R6C", auto_id="confirm_%s"),
        "form": _form(locale.tag, {}),
        "wrong": _form(locale.tag, {"email": "x"}, bound=True),
        "charts": charts(locale),
        "loop": loop_of(locale),
        "band": _band(locale.tag),
        "code": mark_safe(qr_svg("HTTPS://NODE.EXAMPLE/R/0", text("gallery.code", locale.tag))),  # noqa: S308 - our own drawing
        "day": _DAY,
        "pages": Paginator(range(9), 3).page(2),
    }
    return page(request, locale, "home/gallery.html", context)


def charts(locale: Locale) -> list[Chart]:
    """Return one chart of each kind that has a table."""
    return [
        _bars(locale.tag),
        _heat(locale.tag),
        _radar(locale.tag),
        _scatter(locale.tag),
        _ladder(locale.tag),
        pictures.crosswalk_chart(standards.shelf().crosswalks[0], "", locale),
    ]


def _form(tag: str, data: dict[str, str], *, bound: bool = False) -> forms.Form:
    """Return a form with a field of each kind; bound to data that will not do, it complains."""

    class Sample(forms.Form):
        name = forms.CharField(label=text("account.name_latin", tag), help_text=text("account.name_latin_hint", tag))
        email = forms.EmailField(label=text("desk.email", tag))
        password = forms.CharField(label=text("desk.password", tag), widget=forms.PasswordInput)
        day = forms.DateField(label=text("gallery.day", tag), widget=forms.DateInput(attrs={"type": "date"}))
        region = forms.ChoiceField(
            label=text("gallery.region", tag), choices=[(each, region_name(each, tag)) for each in BAY]
        )
        way = forms.ChoiceField(
            label=text("demo.way", tag),
            choices=[(each, region_name(each, tag)) for each in BAY],
            widget=forms.RadioSelect,
        )
        roles = forms.MultipleChoiceField(
            label=text("desk.roles", tag),
            choices=[(each, text(f"desk.role_{each}", tag)) for each in ("teacher", "assessor", "mentor")],
            widget=forms.CheckboxSelectMultiple,
        )
        agree = forms.BooleanField(label=text("desk.accept", tag))

    return Sample(data if bound else None, auto_id=f"{'wrong' if bound else 'form'}_%s", use_required_attribute=False)


def _written(tag: str, unit: str = "") -> Any:  # noqa: ANN401 - a function from an amount to its words
    return lambda amount: written_number(f"{amount:,.0f}", tag) + unit


def _bars(tag: str) -> Chart:
    named = [region_name(each, tag) for each in BAY]
    found = [
        Bar(named[0], 1200, 1100, 1310),
        Bar(named[1], 640, 600, 700, "part"),
        Bar(named[2], None),
        Bar(text("gallery.other", tag), -180, None, None, "no"),
    ]
    return bars(
        found, _written(tag), title=text("gallery.bars", tag), description=text("gallery.made_up", tag),
        head=(text("gallery.region", tag), text("gallery.amount", tag), text("gallery.range", tag)),
    )  # fmt: skip


def _heat(tag: str) -> Chart:
    columns = [text(f"loop.{station}", tag) for station in STATIONS[:5]]
    amounts = ((12, 7, 31, 4, 18), (22, 19, None, 9, 26), (3, 8, 11, 2, 40))
    rows = [Row(region_name(each, tag), values) for each, values in zip(BAY, amounts, strict=True)]
    return heat(
        columns, rows, _written(tag), title=text("gallery.heat", tag), description=text("gallery.made_up", tag),
        head=text("gallery.region", tag),
    )  # fmt: skip


def _radar(tag: str) -> Chart:
    axes = [text(f"loop.{station}", tag) for station in STATIONS]
    series = [
        Series(region_name("GD", tag), (80, 60, 75, 40, 90, 55, 70, 30)),
        Series(region_name("HK", tag), (50, 85, 40, 65, 60, 80, 45, 75)),
        Series(region_name("MO", tag), (30, 40, None, 50, 35, 60, 20, 45)),
    ]
    return radar(
        axes, series, 100, _written(tag), title=text("gallery.radar", tag), description=text("gallery.made_up", tag),
        head=text("loop.title", tag),
    )  # fmt: skip


def _scatter(tag: str) -> Chart:
    points = [Point("A", 120, 900), Point("B", 160, 640), Point("C", 240, 500)]
    axes = Axis(text("gallery.hours", tag), _written(tag)), Axis(text("gallery.cost", tag), _written(tag))
    rows = tuple((Cell(each.name), Cell(str(each.x)), Cell(str(each.y))) for each in points)
    table = bars([], _written(tag), title="", description="", head=("", axes[0].name, axes[1].name)).table
    return scatter(
        points, *axes, title=text("gallery.scatter", tag), description=text("gallery.made_up", tag),
        table=table._replace(head=("", axes[0].name, axes[1].name), rows=rows),
    )  # fmt: skip


def _ladder(tag: str) -> Chart:
    held: tuple[tuple[str, Tone], ...] = (("GD", "ok"), ("HK", "part"), ("MO", "muted"))
    asked: tuple[tuple[str, Tone], ...] = (("FULL", "ok"), ("PARTIAL", "part"), ("REFER", "open"))
    head = (text("gallery.region", tag), text("gallery.amount", tag))
    bands = (Band(("GD",), "FULL", "ok"), Band(("GD", "HK"), "PARTIAL", "no"), Band(("MO",), "REFER", "open"))
    flow = Flow(
        text("gallery.ladder", tag),
        text("gallery.made_up", tag),
        *head,
        tuple(Box(each, region_name(each, tag), tone=tone) for each, tone in held),
        tuple(Box(each, text(f"outcome.word_{each}", tag), tone=tone) for each, tone in asked),
        bands,
    )
    words = [(region_name(band.sources[0], tag), text(f"outcome.word_{band.target}", tag), band.tone) for band in bands]
    return ladder(flow, head, [(Cell(source), Cell(target, tone=tone)) for source, target, tone in words])


def _band(tag: str) -> Strip:
    segments = [
        Segment(None, dt.date(2025, 12, 31), text("outcome.word_REFER", tag), "open"),
        Segment(dt.date(2026, 1, 1), dt.date(2027, 6, 30), text("outcome.word_PARTIAL", tag), "part"),
        Segment(dt.date(2027, 7, 1), None, text("outcome.word_FULL", tag), "ok"),
    ]
    return timeband(
        segments, _DAY, Words(tag).date, title=text("gallery.band", tag), description=text("gallery.made_up", tag)
    )
