# SPDX-License-Identifier: Apache-2.0
"""The report of an evaluation on paper."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from pypdf import PdfReader

from touchstone.blocks_pdf import as_pdf
from touchstone.evaluation.evaluating import evaluate
from touchstone.evaluation.observations import load_data
from touchstone.evaluation.report import Subject, report
from touchstone.fonts import HAN, installed_fonts
from touchstone.library import DEMO, load_library
from touchstone.standards import IndicatorSystem, Standard

DOCUMENTS = [loaded.document for loaded in load_library()]
SYSTEM = next(each for each in DOCUMENTS if isinstance(each, IndicatorSystem))
DATA = load_data(DEMO / "evaluation" / "2026.yaml")
SUBJECT = Subject(evaluate(SYSTEM, DATA), SYSTEM, DATA, next(each for each in DOCUMENTS if isinstance(each, Standard)))
NEEDS_HAN = pytest.mark.skipif(not installed_fonts() >= HAN, reason="needs fonts-noto-cjk")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Score 93.62 of 100."),
        ("pt", "Pontuação 93.62 de 100."),
        pytest.param("zh-Hans", "得分 93.62", marks=NEEDS_HAN),
    ],
)
def test_the_paper_says_what_the_report_says_and_is_tagged(language, said):
    made = as_pdf(report(SUBJECT, "north-park", language), language, dt.date(2026, 12, 15))

    reader = PdfReader(io.BytesIO(made))
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert "".join(said.split()) in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert made == as_pdf(report(SUBJECT, "north-park", language), language, dt.date(2026, 12, 15))
