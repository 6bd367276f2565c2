# SPDX-License-Identifier: Apache-2.0
"""The loop as a picture: which stations there are, which of them answer today, and where they lead."""

from __future__ import annotations

from touchstone_server.design.charts import Chart, Station, loop
from touchstone_server.language import Locale
from touchstone_server.pages import address
from touchstone_server.texts import text

STATIONS = ("demand", "standards", "programmes", "practice", "credential", "recognition", "placement", "evaluation")
OPEN_TODAY = {"standards": "standards", "recognition": "explorer"}
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
