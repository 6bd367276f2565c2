# SPDX-License-Identifier: Apache-2.0
"""A small indicator system and its data, sound as they stand; tests change what they are about."""

from __future__ import annotations

from touchstone.evaluation.observations import EvaluationData
from touchstone.standards import IndicatorSystem, Standard
from touchstone.standards.decoding import decode


def leaf(name, **fields):
    return {
        "id": name, "title": {"en": f"Indicator {name}"}, "clause": "c1",
        "measure": {"type": "benefit", "worst": "0", "best": "100"}, "evidence": [{"en": f"file {name}"}], **fields,
    }  # fmt: skip


def condition(name, role, **fields):
    return leaf(name, role=role, measure={"type": "boolean"}, **fields)


def plain(*indicators, **fields):
    """A system as plain data."""
    return {
        "id": "s", "version": "1", "title": {"en": "System"}, "status": "in_force", "standard": "st",
        "indicators": list(indicators) or [leaf("A", weight="0.6"), leaf("B", weight="0.4")], **fields,
    }  # fmt: skip


def system(*indicators, **fields):
    return decode(plain(*indicators, **fields), IndicatorSystem)


def data(*rows, on="2026-12-01", period="2026"):
    """Organisations o1, o2, … with their values by indicator."""
    organisations = [{"id": f"o{number}", "values": values} for number, values in enumerate(rows, start=1)]
    return decode({"system": "s", "period": period, "on": on, "organisations": organisations}, EvaluationData)


def standard(*clauses):
    given = clauses or ({"id": "c1"},)
    whole = [{"heading": {"en": "h"}, "type": "requirement", "text": {"en": "t"}, **clause} for clause in given]
    chapter = {"id": "ch", "heading": {"en": "Chapter"}, "clauses": whole}
    return decode(
        {"id": "st", "version": "1", "title": {"en": "Standard"}, "status": "in_force", "scope": {"en": "all"}, "chapters": [chapter]},
        Standard,
    )  # fmt: skip
