"""What a report on a bath says, and of what it warns."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.docs.pages import DOCS
from tests.touchstone.practice.plating.baths import gone_through, status, value
from touchstone.practice import plating
from touchstone.practice.criteria import Criterion
from touchstone.practice.plating.bath_sheet import PlatingBrief
from touchstone.practice.plating.bath_table import read_plating_brief
from touchstone.practice.plating.findings import findings
from touchstone.practice.plating.template import template
from touchstone.practice.reasons import because
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone.standards.wordings import texts_of
from touchstone.text import LANGUAGES


def deposit(fields, brief=None):
    run = f"{{id: d, bath: gold_chloride, current: 1.000 ± 0.005 A, time: 3600 ± 2 s, area: 3.00 dm2, {fields}}}"
    return gone_through(f"deposits: [{run}]\n", brief)


def test_the_template_is_a_sheet_and_the_same_in_every_format():
    reports = [gone_through(template(f"t.{ending}")) for ending in ("yaml", "xlsx", "csv")]

    assert reports[0].refusal is None
    assert [each.measurements for each in reports[1:]] == [reports[0].measurements] * 2
    assert [each.verdicts for each in reports[1:]] == [reports[0].verdicts] * 2


def test_a_workbook_may_say_in_a_sheet_of_its_own_what_is_true_of_the_whole_and_head_its_columns_in_chinese():
    rows = [("部分", "编号", "字段", "数值"), ("sample", "s", "substance", "ni"), ("sample", "s", "concentration", "0.90 mg/L"),
            ("sample", "s", "point", "workshop")]  # fmt: skip
    whole = [
        ("field", "value"),
        ("title_zh-Hans", "镀镍"),
        ("day", "2026-11-20"),
        ("tables", "gb21900_2008_2; nickel_law"),
    ]

    report = gone_through(write_workbook({"sheet": rows, "document": whole}))

    assert report.refusal is None
    assert status(report, "effluent.s.gb21900_2008_2") == "fail"


def test_numpy_is_loaded_for_a_footprint_alone():
    script = (
        "import sys; from tests.touchstone.practice.plating.baths import gone_through as go\n"
        "go('nickel: [{id: n, worn: skin, release: 0.10 ug/cm2/week}]\\n'); assert 'numpy' not in sys.modules\n"
        "go('metals: [{id: m, metal: au, origin: mined, mass: 1.00 g}]\\n'); assert 'numpy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[4])


def test_the_same_sheet_and_brief_give_the_same_report():
    assert gone_through(template("t.yaml")).digest == gone_through(template("t.yaml")).digest


def test_every_figure_has_a_unit_an_uncertainty_and_says_where_that_comes_from():
    for each in gone_through(template("t.yaml")).measurements:
        counted = each.id.endswith(".level")
        assert each.unit
        assert counted or (each.u and "%" in each.evidence["u_from"])


def test_gold_weighed_above_what_the_current_allows_is_told_as_impossible():
    """5 g from a chloride bath in an ampere-hour: cyanide's one electron was meant."""
    assert "efficiency_impossible" in deposit("weighed: 5.00 ± 0.01 g").flags
    assert "efficiency_impossible" not in deposit("weighed: 2.40 ± 0.01 g").flags


@pytest.mark.parametrize("what", ["efficiency", "mass", "thickness"])
def test_a_deposit_that_cannot_be_meets_no_criterion(what):
    unit = {"efficiency": "%", "mass": "mg", "thickness": "um"}[what]
    asked = Criterion(id="more", measure=f"deposit.d.{what}", at_least=Decimal("0.1"), unit=unit)
    report = deposit("weighed: 5.00 ± 0.01 g", PlatingBrief(criteria=(asked,)))

    assert status(report, "more") == "not_measurable"


def test_a_level_is_told_of_no_day_on_which_the_index_was_not_in_force():
    sheet = (
        "kind: BathSheet\nday: '2005-01-01'\ntables: [cn_index_2015]\nwater: {taken: 1 L, area: 1 m2, rinses: '3'}\n"
    )

    assert value(gone_through(sheet.encode()), "index.water_per_rinse.level") is None


def test_the_thickness_carries_current_time_and_area():
    report = deposit("weighed: 2.400 ± 0.001 g")
    found = report.measurement("deposit.d.thickness")

    assert found.unit == "um"
    assert found.evidence["u_from"].startswith("density of au")
    assert value(report, "deposit.d.thickness") == pytest.approx(2.4 / 19.3 / 0.03, rel=1e-3)


def test_a_brief_asks_for_a_thickness_with_a_guard_band():
    brief = read_plating_brief(b"criterion,measure,at_least,unit\nlayer,deposit.d.thickness,4,um\n", "brief.csv")
    run = "current: 1.00 ± 0.01 A, time: 1200 ± 2 s, area: 3.00 ± 0.05 dm2, efficiency: 95 ± 1 %"
    sheet = f"deposits: [{{id: d, bath: gold_cyanide, {run}}}]\n"

    verdict = gone_through(sheet, brief).verdicts[0]

    assert (verdict.criterion, verdict.status) == ("layer", "indeterminate")


def test_a_balance_is_open_only_beyond_its_uncertainty():
    rest = "recovered: 0 ± 0 g, lost: 0 ± 0 g, residue: 0 ± 0 g"
    sheet = "balances: [{{id: b, metal: au, bought: 10.0 ± 0.1 g, deposited: {} ± 0.1 g, " + rest + "}}]\n"

    assert "balance_open" not in gone_through(sheet.format("9.8")).flags
    assert "balance_open" in gone_through(sheet.format("9.5")).flags
    assert "balance_open" in gone_through(sheet.format("10.5")).flags


def gold_used(deposited, brief=None):
    rest = "recovered: 0 ± 0 g, lost: 0.30 ± 0.01 g, residue: 0 ± 0 g"
    balance = f"{{id: b, metal: au, bought: 10.0 ± 0.1 g, deposited: {deposited} ± 0.1 g, {rest}}}"
    return gone_through(f"tables: [cn_index_2015]\nbalances: [{balance}]\n", brief)


def test_more_than_was_bought_reaches_no_level():
    report = gold_used("12.0")

    assert status(report, "index.use_au.b.iii") == "not_measurable"
    assert next(each.reasons for each in report.verdicts) == because("use_impossible", share="120 %")
    assert value(report, "balance.b.use") is None
    assert value(report, "index.use_au.b.level") is None


@pytest.mark.parametrize("deposited", ["9.0", "8.0", "10.1"])
def test_while_a_balance_is_open_people_decide_on_the_use_of_its_metal(deposited):
    brief = read_plating_brief(b"criterion,measure,at_least,unit\nused,balance.b.use,50,%\n", "brief.csv")

    report = gold_used(deposited, brief)

    assert [status(report, name) for name in ("index.use_au.b.iii", "used")] == ["indeterminate"] * 2
    assert "the balance does not close" in list(findings(report, "en"))[-1]
    assert value(report, "index.use_au.b.level") is None
    assert report.measurement("index.use_au.b.level").why == because("balance_open")


def test_the_use_in_a_balance_that_closes_decides():
    assert status(gold_used("9.7"), "index.use_au.b.iii") == "pass"
    assert "balance_open" not in gold_used("9.7").flags


def test_a_balance_of_exact_masses_that_add_up_is_closed():
    rest = "recovered: 0 ± 0 g, lost: 0.2 ± 0 g, residue: 0 ± 0 g"
    sheet = "balances: [{id: b, metal: au, bought: 0.3 ± 0 g, deposited: 0.1 ± 0 g, " + rest + "}]\n"

    assert gone_through(sheet).flags == ("no_tables",)


NICKEL = (
    "tables: [gb21900_2008_2]\nsamples: [{{id: s, substance: ni, concentration: {} ± 0.02 mg/L, point: workshop}}]\n"
)


def test_leaving_out_the_discharge_never_turns_a_failed_effluent_into_a_pass():
    sheet = (DOCS / "examples" / "plating" / "rings.yaml").read_text(encoding="utf-8")
    without, little = (sheet.replace("discharged: 610 ± 5 L, ", each) for each in ("", "discharged: 1 ± 1 L, "))
    assert without != sheet

    told, untold, unlikely = (gone_through(each.encode()) for each in (sheet, without, little))

    assert status(told, "effluent.nickel.gb21900_2008_2") == "fail"
    for each in (untold, unlikely):
        assert status(each, "effluent.nickel.gb21900_2008_2") == "not_measurable"
        assert "dilution_unchecked" in each.flags


@pytest.mark.parametrize("water", ["", "water: {taken: 90 ± 1 L, area: 1.0 ± 0.1 m2}\n"])
def test_without_the_discharge_an_effluent_can_fail_but_not_pass(water):
    clean, foul = (gone_through(water + NICKEL.format(each)) for each in ("0.10", "0.90"))

    assert clean.flags == ("dilution_unchecked",)
    assert clean.verdicts[0].status == "not_measurable"
    assert clean.verdicts[0].reasons == because("thinned.no_discharge")
    assert foul.verdicts[0].status == "fail"


def test_where_a_tables_volume_for_the_layers_was_not_read_an_effluent_does_not_pass():
    sheet = (
        "kind: BathSheet\nday: 2009-01-01\ntables: [gb21900_2008_1]\n"
        "water: {taken: 90 ± 1 L, discharged: 90 ± 1 L, area: 1.0 ± 0.1 m2, layers: single}\n"
        "samples: [{id: s, substance: ni, concentration: 0.10 mg/L, point: workshop}]\n"
    )
    assert gone_through(sheet.encode()).verdicts[0].status == "not_measurable"


def test_a_table_for_small_discharges_says_nothing_of_a_large_one():
    sheet = "tables: [hk_inland_a]\nsamples: [{{id: s, substance: cu, concentration: 0.10 mg/L, point: site{}}}]\n"

    assert gone_through(sheet.format("")).verdicts[0].reasons[0].code == "flow_not_told"
    assert gone_through(sheet.format(", flow: 12 m3/d")).verdicts[0].reasons[0].values["flow"] == "12"
    assert gone_through(sheet.format(", flow: 8 m3/d")).verdicts[0].status == "pass"


def test_what_no_table_limits_is_not_marked_at_all():
    report = gone_through(
        "tables: [cn_index_2015]\nsamples: [{id: s, substance: ni, concentration: 9 mg/L, point: site}]\n"
    )

    assert report.verdicts[0].status == "not_measurable"
    assert "no_limit" in report.flags


def test_a_mark_of_fineness_is_a_minimum():
    sheet = "assays: [{{id: a, metal: au, marked: 750 ‰, found: {} ± 0.5 ‰}}]\n"

    assert [gone_through(sheet.format(found)).verdicts[0].status for found in ("752.0", "750.5", "748.0")] == [
        "pass", "indeterminate", "fail",
    ]  # fmt: skip


def test_a_place_without_a_grid_factor_takes_the_sheets_own_with_its_source():
    power = "efficiency: 95 %, volts: 5.0 V, rectifier: 80 %"
    run = f"deposits: [{{id: d, bath: nickel_watts, current: 10.0 A, time: 3600 s, area: 3 dm2, {power}}}]\n"

    unknown = gone_through(f"grid: hk\n{run}")
    own = gone_through(f"grid: hk\ngrid_factor: 0.60 ± 0.02 kg/kWh\ngrid_source: the supplier's report\n{run}")

    assert value(unknown, "footprint.electricity") == pytest.approx(5 * 10 / 1000 / 0.8, rel=1e-3)
    assert value(unknown, "footprint.carbon") is None
    assert value(own, "footprint.carbon") == pytest.approx(0.6 * 0.0625, rel=1e-2)


def test_a_rinse_no_cleaner_than_the_bath_needs_no_water():
    report = gone_through('rinses: [{id: r, stages: "2", bath: 1 g/L, rinse: 1000 mg/L, drag_out: 1 L}]\n')

    assert value(report, "rinse.r.ratio") is None


def test_a_rinse_is_called_clean_by_the_water_that_was_used():
    sheet = 'rinses: [{{id: r, stages: "2", bath: 99.0 ± 0.1 g/L, rinse: 1000 mg/L, drag_out: 1.00 ± 0.01 L, water: {} L}}]\n'

    assert status(gone_through(sheet.format("20.0")), "rinse.r.clean") == "pass"
    assert status(gone_through(sheet.format("5.0")), "rinse.r.clean") == "fail"


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_told_in_every_language(language):
    report = gone_through(template("t.yaml"))
    told = list(findings(report, language))

    assert len(told) == len(report.flags) + len(report.verdicts)
    assert len({*told, *findings(report, "en")}) > len(told) or language == "en"


def test_an_unconfirmed_limit_says_so_in_plain_words():
    report = gone_through(
        "tables: [gb21900_2008_2]\nsamples: [{id: s, substance: ag, concentration: 0.90 mg/L, point: workshop}]\n"
    )

    assert report.verdicts[0].limit.status == "unconfirmed"
    assert "was not read in its source" in list(findings(report, "en"))[-1]


def test_every_flag_that_an_account_can_raise_has_its_words():
    source = "".join(file.read_text(encoding="utf-8") for file in Path(plating.__file__).parent.glob("*.py"))
    raised = set(re.findall(r'flags\.add\("(\w+)"\)', source))
    worded = {
        name.removeprefix("flag.") for name in texts_of("touchstone.practice.plating") if name.startswith("flag.")
    }
    assert raised == worded


@pytest.mark.parametrize("discharged", [470, 490, 499, 500, 501, 510, 530])
def test_that_a_sample_need_not_be_scaled_up_is_as_unconfirmed_as_that_it_must_be(discharged):
    water = f"water: {{taken: 600 ± 1 L, discharged: {discharged} ± 60 L, area: 1.0 ± 0.1 m2}}\n"

    verdict = gone_through(water + NICKEL.format("0.40")).verdicts[0]

    assert verdict.limit.status == "unconfirmed"
    assert verdict.status == "indeterminate"


def test_the_guard_band_of_a_sample_does_not_jump_where_scaling_up_begins():
    def guard(discharged):
        water = f"water: {{taken: 600 ± 1 L, discharged: {discharged} ± 60 L, area: 1.0 ± 0 m2}}\n"
        return float(gone_through(water + NICKEL.format("0.40")).verdicts[0].rule.split("guard band ")[1].split()[0])

    guards = [guard(discharged) for discharged in range(370, 521, 10)]

    assert guards[0] == 0.04  # twice 0.02: even at 490 L nothing would be scaled up
    assert guards == sorted(guards)
    assert max(b - a for a, b in pairwise(guards)) < 0.02


def vague_balance(lost):
    rest = "recovered: 0.00 ± 0.01 g, residue: 0.00 ± 0.01 g"
    return gone_through(
        "tables: [cn_index_2015]\nbalances: [{id: b, metal: au, bought: 10.00 ± 0.01 g, deposited: 9.98 ± 0.01 g, "
        f"lost: {lost} g, {rest}}}]\n",
        read_plating_brief(b"criterion,measure,at_least,unit\nused,balance.b.use,95,%\n", "brief.csv"),
    )


def test_a_vague_balance_never_reaches_a_better_level_than_an_exact_one():
    exact, vague = vague_balance("0.02 ± 0.01"), vague_balance("0.05 ± 3")

    assert value(exact, "index.use_au.b.level") == 1
    assert [status(exact, name) for name in ("index.use_au.b.iii", "used")] == ["pass", "pass"]
    assert value(vague, "balance.b.use") == value(exact, "balance.b.use")
    assert value(vague, "index.use_au.b.level") is None
    assert [status(vague, name) for name in ("index.use_au.b.iii", "used")] == ["indeterminate"] * 2
    assert all(each.reasons == because("balance_vague") for each in vague.verdicts)
    assert vague.measurement("index.use_au.b.level").why == because("balance_vague")


def test_what_a_vague_balance_misses_even_so_is_missed():
    rest = "recovered: 0.00 ± 0.01 g, lost: 5.0 ± 3 g, residue: 0.00 ± 0.01 g"
    report = gone_through(
        f"tables: [cn_index_2015]\nbalances: [{{id: b, metal: au, bought: 10.00 ± 0.01 g, deposited: 5.00 ± 0.01 g, {rest}}}]\n"
    )

    assert status(report, "index.use_au.b.iii") == "fail"
