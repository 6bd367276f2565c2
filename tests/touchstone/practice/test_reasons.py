"""Reasons are codes with values; whoever reads Chinese or Portuguese reads them in that language, and the report stays the same."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

import touchstone.practice
from tests.touchstone.practice.hostile import FILES
from tests.touchstone.practice.marking.sheets import MARKS, sheet
from tests.touchstone.practice.pieces import stl, tube
from tests.touchstone.practice.plating.baths import gone_through
from touchstone.practice.criteria import Criterion
from touchstone.practice.marking import findings as of_marking
from touchstone.practice.marking.marking import mark
from touchstone.practice.model3d import findings as of_model
from touchstone.practice.model3d.brief import ModelBrief
from touchstone.practice.model3d.evaluating import evaluate
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.plating import findings as of_bath
from touchstone.practice.reasons import Reason, because
from touchstone.practice.telling import measurements_told, reasons_told
from touchstone.standards.wordings import texts_of

SOURCE = Path(touchstone.practice.__file__).parent
CODE = re.compile(r"""(?:because|ModelError|Undetermined)\(\s*"([a-z0-9_.]+)\"""")
LATIN = re.compile(r"[A-Za-z]{2,}")
NAMES = {"STL", "OBJ", "MF", "III", "mm", "mg", "um", "ug", "cm", "week", "kWh", "kg", "numpy", "embreex"}
"""Formats, levels and units."""


def codes():
    found = {code for file in SOURCE.rglob("*.py") for code in CODE.findall(file.read_text(encoding="utf-8"))}
    return sorted(found | {"not_finite", "open", "non_manifold", "winding", "inverted", "flat", "interpenetrating"})


def words_in(lines, *, ids=()):
    """Return the Latin words of lines that are neither ids nor units nor formats."""
    text = " ".join(lines)
    for name in sorted(ids, key=len, reverse=True):
        text = text.replace(name, " ")
    return set(LATIN.findall(text)) - NAMES


def ids_of(report):
    measured = {each.id for each in report.measurements} | {each.criterion for each in report.verdicts}
    values = {value for each in report.verdicts for reason in each.reasons for value in reason.values.values()}
    return measured | values | {reason.of for each in report.measurements for reason in each.why}


def bath(language):
    report = gone_through(
        "tables: [gb21900_2008_2, cn_index_2015]\nsamples: [{id: ni, substance: ni, point: workshop, concentration: 0.3 ± 0.01 mg/L}]\n"
        "balances: [{id: b, metal: au, bought: 10 g, deposited: 8 g, recovered: 0.1 g, lost: 0.1 g, residue: 0.1 g}]\n"
    )
    return report, [*measurements_told(report, language), *of_bath.findings(report, language)]


def model(language):
    brief = ModelBrief(criteria=tuple(
        Criterion(id=name, measure=measure, at_least=Decimal(5), unit=unit)
        for name, measure, unit in (("wall", "wall_p1", "mm"), ("prong", "p_thickness", "mm"), ("mass", "volume", "g"))
    ))  # fmt: skip
    content = stl(tube(8.6, 10.2, 4)[:-2])
    report = evaluate(content, brief, limits=Limits())
    return report, [*measurements_told(report, language), *of_model.findings(report, language)]


def marking(language):
    result = mark(sheet(MARKS[:1]))
    report = result.candidates[0].report
    lines = [*measurements_told(report, language), *of_marking.findings(result, language)]
    return report, lines


@pytest.mark.parametrize("code", codes())
def test_every_reason_has_words_in_four_languages_that_differ(code):
    texts = texts_of("touchstone.practice")[f"why.{code}"]

    assert {"en", "zh-Hans", "zh-Hant", "pt"} == set(texts)
    assert texts["en"] != texts["zh-Hans"]
    assert texts["en"] != texts["pt"]


@pytest.mark.parametrize("told", [model, bath, marking])
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_a_report_told_in_chinese_has_no_latin_words_but_ids_units_and_formats(told, language):
    report, lines = told(language)

    assert any(each.reasons for each in report.verdicts)
    assert words_in(lines, ids=ids_of(report)) == set()


@pytest.mark.parametrize("told", [model, bath, marking])
def test_a_report_told_in_portuguese_says_none_of_its_reasons_in_english(told):
    report, lines = told("pt")

    reasons = [reason for each in (*report.verdicts,) for reason in each.reasons]
    assert reasons
    for each in reasons:
        assert reasons_told((each,), "pt") in " ".join(lines)
        assert reasons_told((each,), "en") not in " ".join(lines)


@pytest.mark.parametrize("name", FILES)
def test_a_refused_model_is_told_in_chinese(name):
    report = evaluate(FILES[name][1], ModelBrief(), limits=Limits())
    [line] = of_model.findings(report, "zh-Hans")

    found = {value for name, value in report.refusal.values.items() if name in ("found", "part")}
    assert words_in([line], ids=found) == set()


def test_a_reason_that_nobody_has_words_for_is_told_by_its_code():
    assert reasons_told((Reason(code="melt_too_cold"),), "zh-Hans") == "melt_too_cold"


def test_a_reason_says_of_what_it_is_and_where():
    reason = Reason(code="index", values={"line": "7", "most": "8"}, of="seat")

    assert reasons_told((reason, *because("open")), "zh-Hans") == (
        "seat：有面引用了不存在的顶点（第 7 行，至多 8）；表面有缺口"
    )
