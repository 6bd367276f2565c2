"""Whatever becomes of a sheet, it gives a report: measured, or refused in a sentence, and nothing else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.practice.plating.baths import gone_through
from touchstone.practice.plating.findings import findings
from touchstone.practice.plating.template import template

SHEETS = [template(f"t.{ending}") for ending in ("yaml", "xlsx", "csv")]
LINES = SHEETS[0].decode().splitlines(keepends=True)
FIGURES = [found.span() for found in re.finditer(r"[0-9.]+ ± [0-9.]+", SHEETS[0].decode())]
NUMBERS = st.one_of(
    st.integers(0, 10**12 - 1).map(str),
    st.decimals(0, 1, places=9).map(lambda number: f"{number:f}"),
    st.sampled_from(["0", "0.0", "0.000000001", "100", "999999999999.999999999"]),
)


def told(content):
    report = gone_through(content)
    assert report.digest.startswith("sha256:")
    assert all(findings(report, "en"))
    assert report.refusal is None or not report.measurements


@given(st.sampled_from(SHEETS), st.data())
def test_a_sheet_with_changed_bytes_or_a_lost_end_is_measured_or_refused(whole, data):
    spoilt = bytearray(whole)
    for _ in range(data.draw(st.integers(0, 4))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    told(bytes(spoilt[: data.draw(st.integers(0, len(spoilt)))]) if data.draw(st.booleans()) else bytes(spoilt))


@given(
    st.lists(
        st.tuples(st.sampled_from(FIGURES), NUMBERS, NUMBERS), min_size=1, max_size=8, unique_by=lambda each: each[0]
    )
)
def test_a_sheet_with_other_numbers_is_measured_or_refused(changes):
    text = SHEETS[0].decode()
    for (start, end), number, u in sorted(changes, reverse=True):
        text = f"{text[:start]}{number} ± {u}{text[end:]}"
    told(text.encode())


@given(st.sets(st.integers(0, len(LINES) - 1), max_size=12))
def test_a_sheet_without_some_of_its_lines_is_measured_or_refused(lost):
    told("".join(line for number, line in enumerate(LINES) if number not in lost).encode())
