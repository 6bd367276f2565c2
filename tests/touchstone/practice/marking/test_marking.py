"""Marks: what machines fill, what people judge, what is missing, and what has to be settled."""

from __future__ import annotations

import hashlib
import math
import re
import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.docs.pages import DOCS
from tests.touchstone.practice.marking.sheets import MARKS, SPEC, TEXT, aspect, only, report, sheet, verdict
from touchstone.errors import InputError
from touchstone.practice.attesting import exhibited
from touchstone.practice.marking.capability import capability
from touchstone.practice.marking.findings import findings
from touchstone.practice.marking.gauge import gauge
from touchstone.practice.marking.jackknife import jackknife
from touchstone.practice.marking.marking import mark, standardised
from touchstone.practice.marking.moderation import blind_marks, sample_of
from touchstone.practice.marking.reading import read_marking_sheet
from touchstone.practice.marking.studies import _u_of_mean
from touchstone.practice.reasons import because
from touchstone.practice.report import digest_of

NO_RULE = TEXT.replace(', half_within: "0.05"', "")


def test_a_criterion_has_the_marks_of_machine_and_people_together():
    found = only()

    assert (aspect(found, "wall").value, aspect(found, "finish").value, aspect(found, "seat").value) == (4, 5, 4)
    assert (found.total, found.of) == (13, 16)
    assert [each.status for each in found.report.verdicts] == ["pass", "pass"]
    assert found.report.flags == ()


def test_a_judgement_is_the_sum_over_the_most_there_could_be():
    found = only([*MARKS[:2], ("c01", "seat", "wong", 1), ("c01", "seat", "chan", 2)])

    assert aspect(found, "seat").value == 3  # 3 of 6 points, 6 marks


def test_a_missing_mark_is_missing_and_never_zero():
    found = only([*MARKS[:3], ("c01", "seat", "chan", None)])

    assert found.total is None
    assert found.so_far == 9
    assert aspect(found, "seat").value is None
    assert aspect(found, "seat").why == because("too_few_marked", there=1, needed=2)
    assert verdict(found, "setting").status == "not_measurable"
    assert verdict(found, "shank").status == "pass"
    assert found.report.flags == ("marks_missing",)


def test_no_points_given_are_a_zero_that_counts():
    found = only([*MARKS[:2], ("c01", "seat", "wong", 0), ("c01", "seat", "chan", 0)])

    assert (aspect(found, "seat").value, verdict(found, "setting").status) == (0, "fail")


def test_assessors_who_differ_by_more_than_one_discuss_it_again():
    found = only([*MARKS[:2], ("c01", "seat", "wong", 0), ("c01", "seat", "chan", 2)])

    assert found.total is None
    assert verdict(found, "setting").status == "indeterminate"
    assert found.report.flags == ("discuss_again",)
    assert aspect(found, "seat").why[0].values["points"] == "chan 2, wong 0"


def test_after_the_discussion_the_latest_points_count():
    again = [
        *MARKS[:2],
        ("c01", "seat", "wong", 0),
        ("c01", "seat", "chan", 2),
        ("c01", "seat", "wong", 1, ', round: "2"'),
    ]

    assert aspect(only(again), "seat").value == 3


# ------------------------------------------------------------------ measurement
@pytest.mark.parametrize(("value", "marks"), [(0.95, 4), (0.60, 0), (0.77, 2)])
def test_a_verdict_gives_all_none_or_within_the_band_half_of_the_marks(value, marks):
    assert aspect(only(reports=[report(value)]), "wall").value == marks


def test_without_a_band_a_near_miss_gives_nothing():
    assert aspect(only(reports=[report(0.77)], text=NO_RULE), "wall").value == 0


def test_what_a_machine_cannot_tell_goes_to_people():
    found = only(reports=[report(0.805)])

    assert (aspect(found, "wall").value, verdict(found, "shank").status) == (None, "indeterminate")
    settled = only([*MARKS, ("c01", "wall", "ho", 1)], [report(0.805)])
    assert (aspect(settled, "wall").value, verdict(settled, "shank").status) == (4, "pass")


def test_what_was_not_measurable_is_no_zero():
    found = only(reports=[report(float("nan"))])

    assert (aspect(found, "wall").value, verdict(found, "shank").status) == (None, "not_measurable")
    assert aspect(found, "wall").why[0].code == "evaluator_could_not"


def test_a_report_on_the_work_of_somebody_else_gives_nothing():
    found = only(reports=[report(artifact=digest_of(b"another ring"))])

    assert aspect(found, "wall").value is None


def test_a_report_against_a_laxer_brief_gives_nothing_where_the_rubric_names_its_own():
    def wall(spec):
        return aspect(only(text=TEXT.replace("id: wall,", f'id: wall, spec: "{spec}",')), "wall").value

    assert (wall(SPEC), wall(digest_of(b"a laxer brief"))) == (4, None)


def test_nobody_marks_what_an_evaluator_has_decided():
    with pytest.raises(InputError) as error:
        only([*MARKS, ("c01", "wall", "ho", 0)])

    assert "an evaluator has decided this measurement" in str(error.value)


def test_a_report_that_fails_is_not_mended_by_one_that_passes():
    assert aspect(only(reports=[report(0.95), report(0.60)], text=NO_RULE), "wall").value == 0


# ------------------------------------------------------------------ second marking, sample, scale
SECOND = ', marking: second, round: "1"'


def test_a_second_marking_within_the_tolerance_leaves_the_first():
    found = only(
        [*MARKS, ("c01", "finish", "ho", 3, SECOND), ("c01", "seat", "ho", 2, SECOND)],
        text=TEXT.replace("held_on", 'tolerance: "10"\nheld_on'),
    )

    assert (found.second, found.total, found.report.flags) == (1, 13, ())


def test_differences_that_cancel_in_the_sum_do_not_hide_that_a_criterion_is_decided_otherwise():
    marks = [("c01", "finish", who, 2) for who in ("wong", "chan")] + [
        ("c01", "seat", who, 1) for who in ("wong", "chan")
    ]
    found = only([*marks, ("c01", "finish", "ho", 0, SECOND), ("c01", "seat", "ho", 3, SECOND)])

    assert found.second == 0
    assert [each.status for each in found.report.verdicts] == ["indeterminate", "indeterminate"]


def test_a_second_marking_beyond_it_is_settled_by_people_and_not_averaged():
    found = only([*MARKS, ("c01", "finish", "ho", 0, SECOND), ("c01", "seat", "ho", 2, SECOND)])

    assert (found.second, found.total) == (5, 13)
    assert [each.status for each in found.report.verdicts] == ["indeterminate", "indeterminate"]
    assert found.report.flags == ("second_marking_differs",)


def cohort(count, marks=True):
    names = [f"c{number:03}" for number in range(count)]
    text = (
        TEXT[: TEXT.index("candidates:")]
        + "candidates:\n"
        + "".join(f"  - {{id: {name}}}\n" for name in names)
        + "marks:\n"
    )
    text = (
        text.replace('least: "0"', 'least: "1"')
        .replace('share: "0"', 'share: "0.1"')
        .replace('needed: "2"', 'needed: "1"')
    )
    aspects = ("finish", "seat")
    given_ = (
        [(name, aspect, "wong", (index * 7) % 4) for index, name in enumerate(names) for aspect in aspects]
        if marks
        else ()
    )
    return text, given_


def test_who_is_drawn_can_be_drawn_again_by_anybody():
    text, marks = cohort(40)
    sample = sample_of(sheet(marks, text))

    names = [f"c{number:03}" for number in range(40)]
    by_hand = sorted(names, key=lambda name: hashlib.sha256(f"{sample.seed}\n{name}".encode()).hexdigest())[:4]
    assert sample.candidates == tuple(sorted(by_hand))


def test_no_wording_of_the_rubric_chooses_who_is_drawn():
    marks = [("c01", aspect, who, 2) for aspect in ("finish", "seat") for who in ("wong", "chan")]
    worded = TEXT.replace("id: finish,", "id: finish, title: finish of the shank,").replace(
        "held_on", 'median: "600"\nheld_on'
    )

    assert mark(sheet(marks)).sample.seed == mark(sheet(marks, worded)).sample.seed


def test_one_first_mark_more_draws_anew_and_a_discussion_or_a_second_marking_does_not():
    text, marks = cohort(40)
    drawn = sample_of(sheet(marks, text))

    assert sample_of(sheet([*marks, ("c001", "seat", "chan", 1)], text)).seed != drawn.seed
    later = [*marks, ("c001", "finish", "wong", 3, ', round: "2"'), ("c002", "seat", "ho", 1, SECOND)]
    assert sample_of(sheet(later, text)) == drawn


def test_nobody_is_drawn_while_a_first_judgement_is_missing():
    """Whoever gave the last one would choose by it who is drawn."""
    text, marks = cohort(6)
    found = mark(sheet(marks[:-1], text))

    assert found.sample is None
    with pytest.raises(InputError, match="nobody is drawn for a second marking yet"):
        blind_marks(sheet(marks[:-1], text))
    assert all("nobody_drawn" in each.report.flags for each in found.candidates)
    assert "Nobody is drawn" in " ".join(findings(found, "en"))


def test_a_measurement_that_comes_later_draws_nobody_else():
    text, marks = cohort(6)

    assert sample_of(sheet([*marks, ("c005", "wall", "ho", 1)], text)) == sample_of(sheet(marks, text))


def test_who_was_drawn_waits_for_a_whole_second_marking_and_the_others_do_not():
    text, marks = cohort(6)
    walls = [(f"c{number:03}", "wall", "chan", 1) for number in range(6)]
    (drawn,) = sample_of(sheet([*marks, *walls], text)).candidates
    again = [
        (drawn, aspect, "ho", dict((row[0], row[3]) for row in marks)[drawn], SECOND) for aspect in ("finish", "seat")
    ]

    def waiting(*second):
        found = mark(sheet([*marks, *walls, *second], text)).candidates
        return [each.candidate for each in found if "second_marking_missing" in each.report.flags]

    assert waiting() == waiting(again[0]) == [drawn]
    assert waiting(*again) == []


def test_the_report_of_who_waits_for_a_second_marking_shows_no_unit():
    waits = only(text=TEXT.replace('least: "0"', 'least: "1"'))

    assert [each.status for each in waits.report.verdicts] == ["pass", "pass"]
    assert exhibited(waits.report).shown == ()
    assert exhibited(waits.report).not_shown == exhibited(only().report).shown != ()


def test_a_rubric_may_ask_for_no_second_marking():
    assert mark(sheet()).sample.candidates == ()
    assert only().report.flags == ()


@given(chance=st.randoms())
def test_the_order_of_rows_changes_neither_sample_nor_marks(chance):
    text, marks = cohort(6)
    turned = list(marks)
    chance.shuffle(turned)
    before, after = mark(sheet(marks, text)), mark(sheet(turned, text))

    assert after.sample == before.sample
    assert [each.so_far for each in after.candidates] == [each.so_far for each in before.candidates]


def test_the_median_of_the_cohort_is_where_the_rubric_says():
    totals = [Decimal(10), Decimal(20), None, Decimal(30)]

    assert standardised(totals, Decimal(700), Decimal(50)) == [650, 700, None, 750]


def test_two_totals_or_equal_ones_make_no_scale():
    assert standardised([Decimal(1), Decimal(2)], Decimal(700), Decimal(50)) == [None, None]
    assert standardised([Decimal(1)] * 4, Decimal(700), Decimal(50)) == [None] * 4


# ------------------------------------------------------------------ the report
def test_the_same_sheet_gives_the_same_bytes():
    assert only().report.canonical == only().report.canonical


def test_neither_a_name_nor_a_mark_is_changed_without_another_digest():
    renamed = only(text=TEXT.replace("陈一", "陳一")).report.digest
    changed = only([("c01", "finish", "wong", 3), *MARKS[1:]]).report.digest

    assert len({only().report.digest, renamed, changed}) == 3


def test_the_assurance_is_that_of_the_weakest_who_marked():
    def assurance(marks):
        return only(marks, [report(0.805)]).report.measurement("assessors").evidence["assurance"]

    assert assurance(MARKS) == "provider_assessed"
    assert assurance([*MARKS, ("c01", "wall", "ho", 1)]) == "employer_attested"


def test_who_marks_second_assures_of_nothing():
    found = only([*MARKS, ("c01", "finish", "ho", 3, SECOND), ("c01", "seat", "ho", 2, SECOND)])

    assert found.report.measurement("assessors").evidence["assurance"] == "provider_assessed"


# ------------------------------------------------------------------ studies
STUDIES = """\
kind: MarkingSheet
pieces:
  - {pair: a, route: digital, mass: "5.0", material_in: "8", material_out: "5", scrap: "2.5"}
  - {pair: a, route: hand, mass: "5.2", material_in: "9", material_out: "5.2", scrap: "3"}
  - {pair: b, route: digital, mass: "7.1", energy: "2"}
  - {pair: b, route: hand, mass: "7.5"}
steps:
  - {pair: a, route: digital, step: model, active: "180", machine: "240"}
  - {pair: a, route: hand, step: carve, active: "300"}
"""


def test_routes_are_compared_in_pairs_and_a_single_pair_shows_nothing():
    found = mark(read_marking_sheet(STUDIES.encode(), "s.yaml")).studies
    mass, minutes = found.measurement("digital_less_hand_mass"), found.measurement("digital_less_hand_active_minutes")

    assert (mass.value, mass.unit, mass.n) == (Decimal("-0.30"), "g", 2)
    assert {"low", "high", "shown"} <= set(mass.evidence)
    assert (minutes.value, minutes.u, minutes.evidence["interval"]) == (-120, None, "one pair has none")
    assert found.measurement("digital_less_hand_energy") is None
    assert all(each.unit != "%" for each in found.measurements)


def test_a_gauge_study_with_a_gap_says_so_by_both_methods():
    rows_ = "".join(
        f'  - {{quantity: shank, appraiser: {who}, part: p{part}, trial: "{trial}", value: "{1 + part / 10 + trial / 100}"}}\n'
        for who in ("a", "b") for part in (1, 2) for trial in (1, 2) if (who, part, trial) != ("b", 2, 2)
    )  # fmt: skip
    text = f"kind: MarkingSheet\nquantities:\n  - {{id: shank, unit: mm}}\ngauge:\n{rows_}"
    found = mark(read_marking_sheet(text.encode(), "s.yaml")).studies

    for method in ("range", "anova"):
        share = found.measurement(f"gauge_share_{method}_shank")
        assert share.value is None
        assert share.why == because("study_not_whole")


def test_agreement_is_that_before_the_discussion():
    before = [*MARKS[:2], ("c01", "seat", "wong", 0), ("c01", "seat", "chan", 2)]
    after = [*before, ("c01", "seat", "wong", 2, ', round: "2"')]

    def alpha(marks):
        return mark(sheet(marks)).studies.measurement("alpha_ordinal").value

    assert alpha(after) == alpha(before)


def test_a_wish_for_reliability_is_a_verdict():
    text = TEXT.replace("held_on", 'alpha_at_least: "0.667"\nheld_on')
    (found,) = mark(sheet(text=text)).studies.verdicts

    assert (found.criterion, found.status) == ("alpha_ordinal", "indeterminate")
    assert found.reasons == because("u_not_told")  # from two judgements


def studied(name):
    content = (DOCS / "examples" / "marking" / name).read_bytes()
    return mark(read_marking_sheet(content, name)).studies


def test_an_agreement_whose_interval_holds_the_limit_is_not_decided():
    """Ten judgements by three: a bootstrap over them goes from 0.10 to 0.72, and 0.667 is asked for."""
    found = studied("setting.yaml")
    agreement = found.measurement("alpha_ordinal")
    by_name = {each.criterion: each.status for each in found.verdicts}

    assert pytest.approx(float(agreement.u), abs=0.03) == (0.72 - 0.10) / 4
    assert by_name["alpha_ordinal"] == "indeterminate"


def test_a_gauge_has_an_uncertainty_beyond_what_its_two_methods_differ_by():
    found = studied("routes.yaml")
    by_range, by_anova = (found.measurement(f"gauge_share_{method}_shank") for method in ("range", "anova"))

    assert abs(by_range.value - by_anova.value) < min(by_range.u, by_anova.u)
    assert {each.status for each in found.verdicts if each.criterion.startswith("gauge")} == {"pass"}


def test_a_gauge_that_reads_the_same_every_time_is_not_called_perfect():
    with pytest.raises(ValueError, match="gauge_too_coarse"):
        gauge([[[1.5, 1.5], [1.6, 1.6], [1.7, 1.7]]] * 2, "range")
    text = (DOCS / "examples" / "marking" / "routes.yaml").read_text(encoding="utf-8")
    same = re.sub(r"(part: p(\d+), trial: .*value: )\"[0-9.]+\"", r'\1"1.\2"', text)
    found = mark(read_marking_sheet(same.encode(), "routes.yaml")).studies

    assert found.measurement("gauge_share_range_shank").value is None
    assert found.measurement("categories_range_shank") is None
    assert {each.status for each in found.verdicts if each.criterion.startswith("gauge")} == {"not_measurable"}


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=20, unique=True))
def test_the_jackknife_of_a_mean_is_its_standard_error(values):
    assert jackknife(values, statistics.fmean) == pytest.approx(
        statistics.stdev(values) / math.sqrt(len(values)), rel=1e-6, abs=1e-9
    )


def test_too_few_units_or_such_as_change_nothing_leave_the_uncertainty_unknown():
    assert math.isnan(jackknife([1.0, 2.0], statistics.fmean))
    assert math.isnan(jackknife([1.0, 1.0, 1.0], statistics.fmean))


def test_the_mean_of_subgroups_that_differ_is_as_uncertain_as_their_means_are():
    groups = [[1.0, 1.1, 0.9], [3.0, 3.1, 2.9], [5.0, 5.1, 4.9]]
    apart, alike = (capability([[value + step for value in group] for group, step in zip(groups, steps, strict=True)], 0, 9)
                    for steps in ((0, 0, 0), (2, 0, -2)))  # fmt: skip

    assert _u_of_mean(groups, apart) == pytest.approx(2 / math.sqrt(3))  # the deviation of the means is 2
    assert _u_of_mean([[3.0, 3.1, 2.9]] * 3, alike) == pytest.approx(alike.sigma / 3)


def test_an_aspect_that_names_no_brief_is_remarked():
    lines = list(findings(mark(sheet(), [report(0.9)]), "en"))
    [named] = [line for line in lines if "name no brief" in line]

    assert "wall" in named
    strict = TEXT.replace('half_within: "0.05"', f'half_within: "0.05", spec: "{SPEC}"')
    assert not any("name no brief" in line for line in findings(mark(sheet(text=strict), [report(0.9)]), "en"))
