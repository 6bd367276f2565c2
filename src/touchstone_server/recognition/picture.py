# SPDX-License-Identifier: Apache-2.0
"""The unit ladder: what is held on the left, what is asked on the right, and what joins them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from touchstone.recognition.evidence import Evidence
from touchstone.recognition.explanation import HeldUnitText, Row
from touchstone_server.design.charts import Band, Box, Cell, Chart, Flow, Tone, ladder
from touchstone_server.recognition.services import Answer
from touchstone_server.texts import region_name, text

_TONES: dict[str, Tone] = {"recognised": "ok", "missing": "part", "open": "open", "not_needed": "muted"}
_NEARLY: dict[str, Tone] = {"missing": "no", "open": "open", "not_needed": "related", "recognised": "ok"}


def ladder_of(answer: Answer, tag: str) -> Chart:
    """Draw the ladder of an answer, with the table that says the same."""
    explanation = answer.explanation
    held = {unit.id: unit for row in explanation.rows for unit in row.held} | {
        unit.id: unit for unit in explanation.unused
    }
    lapsed = _lapsed(answer.request.evidence)
    met = sum(row.state == "recognised" for row in explanation.rows)
    flow = Flow(
        title=text("answer.ladder_title", tag),
        description=text("answer.ladder_description", tag, count=met, asked=len(explanation.rows)),
        left_head=text("answer.you_hold", tag, region=region_name(answer.request.from_, tag)),
        right_head=text("answer.region_asks", tag, region=region_name(answer.request.to, tag)),
        left=tuple(_held_box(unit, lapsed.get(unit.id, ""), tag) for unit in held.values()),
        right=tuple(_asked_box(row, answer, tag) for row in explanation.rows),
        bands=tuple(
            Band(
                tuple(unit.id for unit in row.held),
                row.name,
                _NEARLY[row.state],
                10 if row.state == "recognised" else 5,
            )
            for row in explanation.rows
            if row.held
        ),
    )
    head = (text("answer.column_asked", tag), text("answer.column_held", tag), text("answer.column_result", tag))
    return ladder(flow, head, [_table_row(row, answer, lapsed, tag) for row in explanation.rows])


def _held_box(unit: HeldUnitText, status: str, tag: str) -> Box:
    return Box(unit.id, unit.title, _note(unit, status, tag))


def _note(unit: HeldUnitText, status: str, tag: str) -> str:
    """Return the level of what is held, and what became of it where it holds no more."""
    return " · ".join(filter(None, (unit.level, text(f"assume.status_{status}", tag) if status else "")))


def _lapsed(evidence: Iterable[Evidence]) -> dict[str, str]:
    """Return the units that stand only in certificates which hold no more, each with what became of it."""
    found: dict[str, str] = {}
    for each in sorted(evidence, key=lambda each: each.status in (None, "valid")):  # what holds comes last, and counts
        for unit in each.units:
            found[unit.id] = "" if each.status in (None, "valid") else str(each.status)
    return found


def _tone(row: Row, answer: Answer) -> Tone:
    """Return how a thing asked for is shown. Without an agreement nobody has looked: nothing is missing yet."""
    return "open" if row.state == "missing" and not answer.decision.compared else _TONES[row.state]


def _asked_box(row: Row, answer: Answer, tag: str) -> Box:
    state = row.relation if row.state == "recognised" and row.relation else row.state_text
    level = text("answer.at_least_level", tag, level=row.level) if row.level else ""
    return Box(row.name, row.title, " · ".join(part for part in (level, state) if part), _tone(row, answer))


def _table_row(row: Row, answer: Answer, lapsed: Mapping[str, str], tag: str) -> tuple[Cell, ...]:
    level = text("answer.at_least_level", tag, level=row.level) if row.level else ""
    held = Cell(
        "; ".join(unit.title for unit in row.held) or "–",
        "; ".join(filter(None, (_note(unit, lapsed.get(unit.id, ""), tag) for unit in row.held))),
    )
    return (Cell(row.title, level), held, Cell(row.state_text, row.relation, _tone(row, answer)))
