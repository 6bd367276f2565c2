# SPDX-License-Identifier: Apache-2.0
"""How an answer changes with time, as a band."""

from __future__ import annotations

from touchstone.recognition.wording import Words
from touchstone_server.design.charts import Tone
from touchstone_server.design.timeband import Segment, Strip, timeband
from touchstone_server.recognition.services import Answer
from touchstone_server.texts import text

_TONES: dict[str, Tone] = {"FULL": "ok", "REFUSED": "no", "REFER": "open"}


def band_of(answer: Answer, tag: str) -> Strip | None:
    """Draw the stretches of an answer; None where nothing changes. The list of the same sentences is its twin."""
    stretches = answer.explanation.stretches
    if len(stretches) < 2:
        return None
    segments = [
        Segment(
            stretch.from_,
            stretch.until,
            text(f"outcome.word_{stretch.outcome}", tag) if stretch.outcome else "",
            _TONES.get(stretch.outcome, "part") if stretch.outcome else "muted",
        )
        for stretch in stretches
    ]
    day = answer.question.day
    return timeband(
        segments,
        day,
        Words(tag).date,
        title=text("answer.times", tag),
        description=". ".join(answer.explanation.times),
    )
