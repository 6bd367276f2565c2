# SPDX-License-Identifier: Apache-2.0
"""The pictures of the landing page: the stone, and the loop with the stations that answer today and where they lead."""

from __future__ import annotations

from django.utils.safestring import SafeString

from touchstone_server.design.charts import Chart, Station, loop, stone
from touchstone_server.language import Locale
from touchstone_server.pages import address
from touchstone_server.texts import region_name, text

STATIONS = ("demand", "standards", "programmes", "practice", "credential", "recognition", "placement", "evaluation")
OPEN_TODAY = {"standards": "standards", "credential": "verify", "recognition": "explorer"}
"""The stations that can be visited today, and the name of the page that they lead to."""


def loop_of(locale: Locale) -> Chart:
    """Return the picture of the loop in a language."""
    stations = [
        Station(
            name=text(f"loop.{station}", locale.tag),
            note=text(f"loop.{station}_note", locale.tag),
            href=address(OPEN_TODAY[station], locale) if station in OPEN_TODAY else "",
        )
        for station in STATIONS
    ]
    return loop(stations, title=text("loop.title", locale.tag), description=text("loop.description", locale.tag))


def stone_of(locale: Locale) -> SafeString:
    """Return the touchstone with a streak of gold for each of the three regions."""
    names = [region_name(region, locale.tag) for region in ("GD", "HK", "MO")]
    return stone(names, title=text("landing.stone", locale.tag))
