"""The rules that a placement is checked against, each at its boundary, and each in its own time."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict

import msgspec
import pytest

from touchstone.errors import InputError
from touchstone.library import load_library
from touchstone.logic import Truth, evaluate
from touchstone.placement.calendar import age_on, days_from, months_from
from touchstone.placement.conditions import compile_comparison, compile_condition
from touchstone.placement.placement import Placement
from touchstone.placement.rules import CompiledPack, Rules, check, idle_exemptions, reasons_of
from touchstone.standards import RulePack
from touchstone.standards.decoding import FieldError, decode
from touchstone.text import LANGUAGES

PACKS = {
    pack.jurisdiction: pack for loaded in load_library() if isinstance(pack := loaded.document, RulePack)
}  # fmt: skip
RULES = Rules(PACKS.values())

CN = {
    "kind": "post", "year_of_study": "2", "born": "2008-03-02", "start": "2026-03-02", "end": "2026-09-01", "sex": "female",
    "work_banned_for": "", "venue": "workshop", "organised_by": "school", "labour_grade": "2", "harmful": "false",
    "signed_by": "school, host, student", "agreement_signed": "2026-03-01", "official_template": "true",
    "consents": "student, guardian", "matches_programme": "true", "post_class": "66", "programme_class": "66",
    "typical_tasks": "true", "only_repetition": "false", "works_independently": "true", "pay": "1600", "wage_of_post": "2000",
    "lowest_grade_wage": "1900", "probation_wage": "2000", "paid_in_money": "true", "paid_directly": "true",
    "months_between_pay": "1", "fees": "", "interns_in_host": "1", "staff_in_host": "19", "interns_in_post": "1",
    "staff_in_post": "5", "hazards": "dust", "on_holidays": "false", "overtime": "false", "night_shift": "false",
    "insured_from": "2026-03-02", "insured_until": "2026-09-01", "insurance_charged": "false", "host_forced": "false",
    "for_profit": "false", "staff_standards": "false",
}  # fmt: skip
CN_2016 = {**CN, "born": "2001-03-02", "start": "2021-03-02", "end": "2021-09-01"}
HK = {
    "scheme": "apprentice", "born": "2007-09-02", "start": "2025-09-01", "end": "2028-08-31", "upper_age_raised": "false",
    "contract_registered": "true", "medically_fit": "true", "minimum_education": "true", "enough_instructors": "true",
    "enough_machinery": "true", "other_contract": "false", "explained_to": "apprentice, guardian", "free_assent": "true",
    "months_between_reports": "6", "overtime_and_absence_recorded": "true", "employment_ordinance": "false",
}  # fmt: skip
HK_STUDENT = {
    "scheme": "work_experience_student", "born": "1999-07-02", "start": "2025-07-01", "end": "2025-08-28",
    "employment_ordinance": "true", "statutory_declaration": "true", "exempt_periods_before": "0", "pay_per_hour": "20",
}  # fmt: skip
HK_INTERN = {
    "scheme": "student_intern", "start": "2025-07-01", "end": "2025-12-31", "employment_ordinance": "true",
    "full_time_accredited": "true", "arranged_or_endorsed": "true", "part_of_programme": "elective", "pay_per_hour": "0",
}  # fmt: skip
HK_EMPLOYEE = {"scheme": "employee", "employment_ordinance": "true", "start": "2025-07-01"}
MO = {"start": "2026-01-01", "pay_basis": "hour", "pay": "35", "excluded_worker": "none"}
DE = {
    "start": "2026-09-01", "skilled_workers": "2", "apprentices": "1", "trainer_only_trains": "false",
    "apprentices_of_trainer": "3", "everything_taught_here": "false", "gaps_in_contract": "true",
}  # fmt: skip

# who is judged, by which rule, what is otherwise, and what comes out
BOUNDARIES = [
    *(("CN", base, "CN-01", {"kind": kind}, result) for base, kind, result in (
        (CN, "post", "pass"), (CN, "cognition", "pass"), (CN, "follow", "fail"), (CN_2016, "follow", "pass"), (CN_2016, "other", "fail"))),
    ("CN", CN, "CN-02", {"year_of_study": "2"}, "pass"),
    ("CN", CN, "CN-02", {"year_of_study": "1"}, "fail"),
    ("CN", CN, "CN-02", {"year_of_study": "1", "kind": "cognition"}, "not_applicable"),
    ("CN", CN, "CN-03", {"born": "2010-03-02"}, "pass"),  # sixteen on the first day
    ("CN", CN, "CN-03", {"born": "2010-03-03"}, "fail"),  # a day too young
    ("CN", CN, "CN-03", {"born": "2010-03-03", "kind": "cognition"}, "not_applicable"),
    ("CN", CN, "CN-03", {"born": "2012-02-29", "start": "2028-02-28"}, "fail"),  # 29 February is kept on 1 March
    ("CN", CN, "CN-03", {"born": "2012-02-29", "start": "2028-02-29"}, "pass"),
    ("CN", CN, "CN-04", {"work_banned_for": "juveniles"}, "pass"),  # eighteen on the first day
    ("CN", CN, "CN-04", {"work_banned_for": "juveniles", "born": "2008-03-03"}, "fail"),
    ("CN", CN, "CN-04", {"work_banned_for": "women"}, "fail"),
    ("CN", CN, "CN-04", {"work_banned_for": "women", "sex": "male"}, "pass"),
    ("CN", CN, "CN-05", {"venue": "workshop"}, "pass"),
    *(("CN", CN, "CN-05", {"venue": venue}, "fail") for venue in ("bar", "night_club", "karaoke", "bath", "game_hall", "internet_cafe")),
    ("CN", CN, "CN-06", {"organised_by": "student"}, "pass"),
    ("CN", CN, "CN-06", {"organised_by": "agency"}, "fail"),
    ("CN", CN, "CN-06", {"organised_by": "paid_agent"}, "fail"),
    ("CN", CN, "CN-07", {"labour_grade": "2"}, "pass"),
    ("CN", CN, "CN-07", {"labour_grade": "3"}, "fail"),
    ("CN", CN, "CN-07", {"harmful": "true"}, "fail"),
    ("CN", CN, "CN-08", {"agreement_signed": "2026-03-01"}, "pass"),
    ("CN", CN, "CN-08", {"agreement_signed": "2026-03-02"}, "unknown"),  # before work, or after? days do not tell
    ("CN", CN, "CN-08", {"agreement_signed": "2026-03-02", "signed_before_work": "true"}, "pass"),
    ("CN", CN, "CN-08", {"agreement_signed": "2026-03-02", "signed_before_work": "false"}, "fail"),
    ("CN", CN, "CN-08", {"agreement_signed": "2026-03-03"}, "fail"),
    ("CN", CN, "CN-08", {"agreement_signed": "2026-03-03", "signed_before_work": "true"}, "fail"),
    *(("CN", CN, rule, {**change, "kind": "cognition"}, "not_applicable") for rule, change in (
        ("CN-08", {"signed_by": ""}), ("CN-09", {"consents": ""}), ("CN-10", {"matches_programme": "false"}),
        ("CN-10-class", {"post_class": "46"}), ("CN-10-tasks", {"typical_tasks": "false"}))),
    ("CN", CN, "CN-08", {"signed_by": "school, host"}, "fail"),
    ("CN", CN, "CN-08", {"official_template": "false"}, "fail"),
    ("CN", CN, "CN-09", {"consents": "guardian, student"}, "pass"),
    ("CN", CN, "CN-09", {"consents": "student"}, "fail"),
    ("CN", CN, "CN-09", {"consents": ""}, "fail"),
    ("CN", CN, "CN-10", {"matches_programme": "true"}, "pass"),
    ("CN", CN, "CN-10", {"matches_programme": "false"}, "fail"),
    ("CN", CN, "CN-10-class", {"post_class": "66"}, "pass"),
    ("CN", CN, "CN-10-class", {"post_class": "46"}, "fail"),
    ("CN", CN, "CN-10-tasks", {"typical_tasks": "true"}, "pass"),
    ("CN", CN, "CN-10-tasks", {"typical_tasks": "false"}, "fail"),
    ("CN", CN, "CN-10-tasks", {"only_repetition": "true"}, "fail"),
    *(("CN", base, "CN-11", {"start": start, "end": end}, result) for base, start, end, result in (
        (CN, "2026-03-02", "2026-09-01", "pass"), (CN, "2026-03-02", "2026-08-31", "fail"), (CN, "2026-03-02", "2026-09-30", "pass"),
        (CN, "2026-03-02", "2026-10-01", "fail"),  # seven
        (CN, "2026-08-31", "2027-02-27", "pass"), (CN, "2026-08-31", "2027-02-26", "fail"),  # February has no 31st
        (CN, "2027-08-31", "2028-02-28", "pass"), (CN, "2027-08-31", "2028-02-27", "fail"),  # a leap year
        (CN_2016, "2021-03-02", "2021-09-01", "pass"), (CN_2016, "2021-03-02", "2021-08-31", "fail"))),
    ("CN", CN_2016, "CN-11", {"end": "2021-04-01", "kind": "follow"}, "not_applicable"),
    ("CN", CN, "CN-12", {"pay": "1600"}, "pass"),
    ("CN", CN, "CN-12", {"pay": "1599.999999"}, "fail"),
    ("CN", CN, "CN-12", {"pay": "1500", "lowest_grade_wage": "1500"}, "pass"),
    ("CN", CN, "CN-12", {"pay": "1000", "works_independently": "false"}, "not_applicable"),
    ("CN", CN, "CN-12", {"pay": "0", "kind": "cognition"}, "not_applicable"),
    ("CN", CN, "CN-12", {"paid_in_money": "false"}, "fail"),
    ("CN", CN, "CN-12", {"months_between_pay": "2"}, "fail"),
    ("CN", CN, "CN-12", {"paid_directly": "false"}, "fail"),
    ("CN", CN_2016, "CN-12", {"pay": "1280", "probation_wage": "1600"}, "pass"),
    ("CN", CN_2016, "CN-12", {"pay": "1279", "probation_wage": "1600"}, "fail"),
    ("CN", CN_2016, "CN-12", {"paid_in_money": "false"}, "fail"),
    ("CN", CN, "CN-13", {"fees": ""}, "pass"),
    *(("CN", CN, "CN-13", {"fees": f"meals, {fee}"}, "fail") for fee in (
        "deposit", "training_fee", "commission", "management_fee", "material_fee", "service_fee", "guarantee")),
    *(("CN", base, "CN-14", {"interns_in_host": interns, "staff_in_host": staff}, result) for base in (CN, CN_2016)
      for interns, staff, result in (
          ("1", "19", "pass"), ("2", "19", "fail"), ("2", "20", "pass"), ("0", "9", "pass"), ("1", "9", "fail"))),
    *(("CN", base, "CN-14", {"interns_in_post": interns, "staff_in_post": staff}, result) for base in (CN, CN_2016)
      for interns, staff, result in (
          ("0", "4", "pass"), ("1", "4", "fail"), ("1", "5", "pass"), ("4", "22", "pass"), ("5", "22", "fail"))),
    ("CN", CN_2016, "CN-14", {"interns_in_host": "9", "kind": "follow"}, "not_applicable"),
    *(("CN", base, "CN-15", change, result) for base in (CN, CN_2016) for change, result in (
        ({"hazards": "dust, noise"}, "pass"), ({"hazards": "height"}, "fail"), ({"hazards": "dust, highly_toxic"}, "fail"),
        ({"hazards": "toxic"}, "pass"),
        ({"on_holidays": "true"}, "fail"), ({"overtime": "true"}, "fail"), ({"night_shift": "true"}, "fail"))),
    *(("CN", base, "CN-15-toxic", {"hazards": hazards}, result) for base in (CN, CN_2016) for hazards, result in (
        ("toxic", "fail"), ("dust", "pass"))),
    ("CN", CN, "CN-16", {"insured_from": "2026-03-02", "insured_until": "2026-09-01"}, "pass"),
    ("CN", CN, "CN-16", {"insured_from": "2026-03-03"}, "fail"),
    ("CN", CN, "CN-16", {"insured_until": "2026-08-31"}, "fail"),
    ("CN", CN, "CN-16", {"insurance_charged": "true"}, "fail"),
    *(("CN", base, "CN-17", {"host_forced": forced}, result)
      for base in (CN, CN_2016) for forced, result in (("false", "pass"), ("true", "fail"))),
    ("CN", CN, "CN-17", {"for_profit": "true"}, "pass"),  # forcing and profit are two prohibitions
    ("CN", CN, "CN-17-profit", {"for_profit": "false"}, "pass"),
    ("CN", CN, "CN-17-profit", {"for_profit": "true"}, "fail"),
    ("CN", CN, "CN-18", {"staff_standards": "false"}, "pass"),
    ("CN", CN, "CN-18", {"staff_standards": "true"}, "fail"),
    ("HK", HK, "HK-01", {"born": "2006-09-02"}, "pass"),  # eighteen
    ("HK", HK, "HK-01", {"born": "2006-09-01"}, "fail"),  # nineteen today
    ("HK", HK, "HK-01", {"born": "2004-09-02", "upper_age_raised": "true"}, "pass"),
    ("HK", HK, "HK-01", {"born": "2004-09-01", "upper_age_raised": "true"}, "fail"),
    ("HK", HK, "HK-02", {"contract_registered": "true"}, "pass"),
    ("HK", HK, "HK-02", {"contract_registered": "false"}, "fail"),
    ("HK", HK, "HK-03", {"end": "2028-08-31"}, "pass"),
    ("HK", HK, "HK-03", {"end": "2028-08-30"}, "fail"),
    ("HK", HK, "HK-04", {"born": "2011-09-01"}, "pass"),
    ("HK", HK, "HK-04", {"born": "2011-09-02"}, "fail"),
    *(("HK", HK, rule, {fact: value}, result) for rule, fact in (
        ("HK-05", "medically_fit"), ("HK-06", "minimum_education"), ("HK-07", "enough_instructors"), ("HK-08", "enough_machinery"),
        ("HK-11", "free_assent")) for value, result in (("true", "pass"), ("false", "fail"))),
    ("HK", HK, "HK-09", {"other_contract": "false"}, "pass"),
    ("HK", HK, "HK-09", {"other_contract": "true"}, "fail"),
    ("HK", HK, "HK-10", {"explained_to": "apprentice, guardian"}, "pass"),
    ("HK", HK, "HK-10", {"explained_to": "apprentice", "born": "2007-09-02"}, "fail"),  # a minor, by a day
    ("HK", HK, "HK-10", {"explained_to": "apprentice", "born": "2007-09-01"}, "pass"),
    ("HK", HK, "HK-10", {"explained_to": "guardian", "born": "2007-09-01"}, "fail"),
    ("HK", HK, "HK-10-adult", {"explained_to": "apprentice", "born": "2007-09-02"}, "pass"),
    ("HK", HK, "HK-10-adult", {"explained_to": "apprentice", "born": "2007-09-01"}, "fail"),
    ("HK", HK, "HK-12", {"months_between_reports": "6"}, "pass"),
    ("HK", HK, "HK-12", {"months_between_reports": "7"}, "fail"),
    ("HK", HK, "HK-12", {"overtime_and_absence_recorded": "false"}, "fail"),
    ("HK", HK_STUDENT, "HK-13", {"end": "2025-08-28"}, "pass"),  # day 59
    ("HK", HK_STUDENT, "HK-13", {"end": "2025-08-29"}, "fail"),  # day 60
    ("HK", HK_STUDENT, "HK-13", {"start": "2024-02-01", "end": "2024-03-30"}, "pass"),  # 59 days over a 29 February
    ("HK", HK_STUDENT, "HK-13", {"start": "2024-02-01", "end": "2024-03-31"}, "fail"),
    ("HK", HK_STUDENT, "HK-13", {"end": "2025-08-29", "pay_per_hour": "42.1"}, "pass"),
    ("HK", HK_STUDENT, "HK-13", {"born": "1999-07-01"}, "fail"),  # twenty-six today
    ("HK", HK_STUDENT, "HK-13", {"statutory_declaration": "false"}, "fail"),
    ("HK", HK_STUDENT, "HK-13", {"exempt_periods_before": "1"}, "fail"),
    ("HK", HK_INTERN, "HK-13", {"part_of_programme": "compulsory"}, "pass"),
    ("HK", HK_INTERN, "HK-13", {"part_of_programme": "none"}, "fail"),
    ("HK", HK_INTERN, "HK-13", {"arranged_or_endorsed": "false"}, "fail"),
    ("HK", HK_INTERN, "HK-13", {"full_time_accredited": "false"}, "fail"),
    *(("HK", HK_EMPLOYEE, "HK-13", {"start": start, "pay_per_hour": pay}, result) for start, pay, result in (
        ("2023-05-01", "40", "pass"), ("2025-04-30", "40", "pass"), ("2025-04-30", "39.9", "fail"), ("2025-05-01", "42", "fail"),
        ("2025-05-01", "42.1", "pass"), ("2026-04-30", "42.1", "pass"), ("2026-05-01", "42.1", "unknown"))),
    ("HK", HK_EMPLOYEE, "HK-13", {"start": "2026-05-01", "pay_per_hour": "43", "statutory_minimum_wage": "43.1"}, "fail"),
    ("HK", HK_EMPLOYEE, "HK-13", {"start": "2026-05-01", "pay_per_hour": "43.1", "statutory_minimum_wage": "43.1"}, "pass"),
    *(("MO", MO, "MO-01", {"pay_basis": basis, "pay": pay}, result) for basis, pay, result in (
        ("hour", "35", "pass"), ("hour", "34.99", "fail"), ("day", "280", "pass"), ("day", "279", "fail"), ("week", "1680", "pass"),
        ("week", "1679", "fail"), ("month", "7280", "pass"), ("month", "7279.99", "fail"))),
    ("MO", MO, "MO-01", {"pay": "1", "excluded_worker": "domestic"}, "pass"),
    *(("DE", DE, "DE-01", {"skilled_workers": skilled, "apprentices": apprentices}, result) for skilled, apprentices, result in (
        ("0", "0", "fail"), ("1", "1", "pass"), ("1", "2", "fail"), ("2", "1", "pass"), ("2", "2", "fail"), ("3", "2", "pass"),
        ("3", "3", "fail"),
        ("5", "2", "pass"), ("5", "3", "fail"), ("6", "3", "pass"), ("6", "4", "fail"), ("8", "3", "pass"), ("8", "4", "fail"),
        ("9", "4", "pass"))),
    ("DE", DE, "DE-02", {"apprentices_of_trainer": "3"}, "pass"),
    ("DE", DE, "DE-02", {"apprentices_of_trainer": "4"}, "fail"),
    ("DE", DE, "DE-02", {"apprentices_of_trainer": "4", "trainer_only_trains": "true"}, "not_applicable"),
    ("DE", DE, "DE-03", {"apprentices_of_trainer": "16"}, "pass"),
    ("DE", DE, "DE-03", {"apprentices_of_trainer": "17"}, "fail"),
    ("DE", DE, "DE-04", {"gaps_in_contract": "true"}, "pass"),
    ("DE", DE, "DE-04", {"gaps_in_contract": "false"}, "fail"),
]  # fmt: skip


def judged(jurisdiction, facts, on=None, **exemptions):
    """The result of every rule."""
    placement = Placement(jurisdiction=jurisdiction, facts=facts, exemptions=exemptions)
    return {finding.rule.id: finding for finding in check(placement, RULES, on)}


@pytest.mark.parametrize(
    ("jurisdiction", "base", "rule", "change", "result"),
    BOUNDARIES,
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_every_rule_holds_up_to_its_boundary_and_not_beyond(jurisdiction, base, rule, change, result):
    assert judged(jurisdiction, {**base, **change})[rule].result == result


def test_every_text_of_every_rule_has_a_case_on_each_side_of_its_boundary():
    seen = defaultdict(set)
    for jurisdiction, base, rule, change, result in BOUNDARIES:
        seen[
            judged(jurisdiction, {**base, **change})[rule].rule.id,
            judged(jurisdiction, {**base, **change})[rule].rule.clause["en"],
        ].add(result)

    assert set(seen) == {(rule.id, rule.clause["en"]) for pack in PACKS.values() for rule in pack.rules}
    assert all({"pass", "fail"} <= results for results in seen.values())


@pytest.mark.parametrize(("jurisdiction", "base"), [("CN", CN), ("CN", CN_2016), ("HK", HK), ("MO", MO), ("DE", DE)])
def test_a_rule_whose_facts_are_missing_is_unknown_and_a_sound_placement_breaks_none(jurisdiction, base):
    assert {finding.result for finding in judged(jurisdiction, base).values()} == {"pass"}

    bare = {name: base[name] for name in ("start", "kind", "scheme") if name in base}
    found = judged(jurisdiction, bare).values()
    assert {finding.result for finding in found if finding.rule.id not in ("CN-01",)} == {"unknown"}


@pytest.mark.parametrize("number", range(8))
def test_more_facts_never_change_what_is_certain(number):
    draw = random.Random(number)
    bases = [("CN", CN), ("CN", CN_2016), ("HK", HK), ("HK", HK_STUDENT), ("DE", DE)]
    for _ in range(10):
        jurisdiction, base = draw.choice(bases)
        change = draw.choice([row[3] for row in BOUNDARIES if row[1] is base])
        whole = {**base, **change}
        part = {name: value for name, value in whole.items() if name == "start" or draw.random() < 0.6}
        after = judged(jurisdiction, whole)

        for rule, finding in judged(jurisdiction, part).items():
            # what is met whether it applies or not holds, also before it is known that it does not apply
            assert finding.result in ("unknown", after[rule].result) or (finding.result, after[rule].result) == (
                "pass",
                "not_applicable",
            )


# ------------------------------------------------------------------ whom a rule speaks of
APPRENTICE_RULES = {f"HK-{number:02}" for number in range(1, 13)} | {"HK-10-adult"}


def test_a_rule_of_apprentices_is_not_applicable_to_a_student():
    found = judged("HK", {**HK_STUDENT, "medically_fit": "false"})

    assert found["HK-05"].result == "not_applicable"
    assert {rule for rule, finding in found.items() if finding.result == "not_applicable"} == APPRENTICE_RULES


def test_where_it_is_unknown_whether_a_rule_applies_it_holds_only_if_it_is_met():
    bare = {"start": "2025-09-01"}  # no scheme: an apprentice, or not

    assert judged("HK", {**bare, "medically_fit": "true"})["HK-05"].result == "pass"
    assert judged("HK", {**bare, "medically_fit": "false"})["HK-05"].result == "unknown"
    assert judged("HK", bare)["HK-05"].result == "unknown"


def test_a_placement_across_a_border_is_judged_by_the_law_of_the_host_and_by_that_of_the_school():
    facts = {**HK_STUDENT, "year_of_study": "1", "kind": "post"}
    found = check(Placement(jurisdiction="HK", school="GD", facts=facts), RULES)

    assert {(finding.side, finding.law.jurisdiction) for finding in found} == {("host", "HK"), ("school", "CN")}
    assert [finding.side for finding in found if finding.rule.id == "CN-02" and finding.result == "fail"] == ["school"]


def test_one_law_of_both_is_judged_once_as_the_host_s():
    found = check(Placement(jurisdiction="CN", school="GD", facts=CN), RULES)

    assert {finding.side for finding in found} == {"host"}
    assert len(found) == len(judged("CN", CN))


def test_a_fact_that_two_laws_mean_otherwise_is_refused_not_told_of_both():
    with pytest.raises(InputError, match=r"facts.pay: two laws mean different things by this fact"):
        check(Placement(jurisdiction="MO", school="GD", facts={**MO, "pay": "7280"}), RULES)


def test_a_school_whose_region_has_no_rules_is_refused_by_its_own_field():
    with pytest.raises(InputError, match="school: no rule pack of this jurisdiction"):
        check(Placement(jurisdiction="MO", school="FR", facts=MO), RULES)


# ------------------------------------------------------------------ time
def test_a_placement_of_2021_is_judged_by_the_rules_of_2021():
    facts = {**CN, "pay": "1280", "probation_wage": "1600", "wage_of_post": "2000"}
    old, new = {**facts, "start": "2021-12-30"}, {**facts, "start": "2021-12-31"}

    assert judged("CN", old)["CN-12"].result == "pass"  # 80 % of the probation wage
    assert judged("CN", new)["CN-12"].result == "fail"  # not 80 % of the wage of the post
    assert judged("CN", old)["CN-14"].rule.severity == "error"
    assert judged("CN", new)["CN-14"].rule.severity == "warning"  # its text of 2021 was not read


def test_another_day_may_be_asked_than_the_first_day_of_the_placement():
    facts = {**CN, "start": "2026-03-02"}

    assert "CN-02" in judged("CN", facts)
    assert "CN-02" not in judged("CN", facts, on=dt.date(2021, 12, 30))


def test_before_the_first_rule_there_is_none():
    assert judged("MO", {**MO, "start": "2025-12-31", "pay": "1"}) == {}
    assert judged("CN", {**CN, "start": "2016-04-30"}) == {}


def test_guangdong_is_judged_by_the_rules_of_the_mainland():
    assert judged("GD", CN).keys() == judged("CN", CN).keys()


# ------------------------------------------------------------------ exemptions
def test_an_exemption_counts_only_where_the_rule_has_one_and_only_where_it_is_needed():
    facts = {**CN, "hazards": "height", "fees": "deposit"}
    found = judged("CN", facts, **{"CN-15": "filing 12", "CN-13": "a letter", "CN-05": "not needed"})

    assert (found["CN-15"].result, found["CN-15"].document) == ("exempted", "filing 12")
    assert (found["CN-13"].result, found["CN-13"].document) == ("fail", "a letter")
    assert (found["CN-05"].result, found["CN-05"].document) == ("pass", "")


def test_an_exemption_from_a_rule_that_has_none_is_told_even_where_nobody_needs_it():
    placement = Placement(jurisdiction="CN", facts=CN, exemptions={"CN-15": "filing 12", "CN-05": "a letter"})

    assert idle_exemptions(placement, check(placement, RULES)) == ("CN-05",)


def test_a_failure_names_the_facts_that_decided_and_an_open_rule_those_that_are_missing():
    placement = Placement(
        jurisdiction="CN",
        facts={**{n: v for n, v in CN.items() if n != "sex"}, "pay": "1000", "work_banned_for": "women"},
    )
    found = {finding.rule.id: finding for finding in check(placement, RULES)}

    pay = reasons_of(found["CN-12"], placement, RULES)
    assert [(each.comparison.fact, each.found, each.bound) for each in pay] == [
        ("pay", 1_000_000_000, 1600), ("pay", 1_000_000_000, 1900),
    ]  # fmt: skip
    assert [(each.comparison.fact, each.found) for each in reasons_of(found["CN-04"], placement, RULES)] == [
        ("sex", None)
    ]


# ------------------------------------------------------------------ what cannot be used
@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"strt": "2026-01-01"}, "the day on which the placement starts is not known"),
        ({"start": "2026-02-30"}, "the day on which the placement starts is not known"),
        ({"start": "2026-03-02", "venu": "bar"}, "Did you mean venue?"),
        ({"start": "2026-03-02", "age_at_start": "16"}, "It is computed: leave it out."),
        ({"start": "2026-03-02", "pay": "a lot"}, "expected a number such as 6 or 2.5, found 'a lot'"),
        ({"start": "2026-03-02", "harmful": "no"}, "expected true or false, found 'no'"),
        *(
            ({"start": "2026-03-02", fact: word}, f"Did you mean {meant}?")
            for fact, word, meant in (
                ("venue", "nightclub", "night_club"),
                ("venue", "Bar", "bar"),
                ("fees", "Deposit", "deposit"),
                ("fees", "meals, deposit_fee", "deposit"),
                ("hazards", "heights", "height"),
                ("work_banned_for", "juvenile", "juveniles"),
                ("kind", "Cognition", "cognition"),
            )
        ),
        ({"start": "2026-03-02", "venue": "KTV"}, "found 'KTV'. other is only for what none of them means."),
        (
            {"start": "2026-03-02", "organised_by": "intermediary"},
            "expected one of school, student, agency, paid_agent, other",
        ),
    ],
)
def test_a_fact_that_cannot_be_read_is_refused_in_a_sentence(facts, told):
    with pytest.raises(InputError) as refused:
        judged("CN", facts)

    assert told in str(refused.value)


def test_an_exemption_from_a_rule_that_nobody_has_is_refused():
    with pytest.raises(InputError, match=r"exemptions.CN-99: no rule has this id"):
        judged("CN", CN, **{"CN-99": "a letter"})


def test_what_is_called_other_breaks_no_rule_against_named_words():
    other = {**CN, "venue": "other", "fees": "other", "hazards": "other", "organised_by": "other"}

    assert {finding.result for finding in judged("CN", other).values()} == {"pass"}


def test_a_jurisdiction_without_a_pack_is_refused_with_those_that_have_one():
    with pytest.raises(InputError, match="expected one of CN, DE, GD, HK, MO, found 'FR'"):
        judged("FR", {"start": "2026-01-01"})


# ------------------------------------------------------------------ the packs
@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.jurisdiction)
def test_every_rule_speaks_four_languages_names_its_source_and_warns_at_most_where_it_is_unverified(pack):
    assert pack.official
    for rule in pack.rules:
        assert set(rule.message) == set(rule.clause) == set(LANGUAGES)
        assert rule.source
        assert rule.verified or rule.severity != "error"
        assert rule.exemption is None or set(rule.exemption) == set(LANGUAGES)
    assert all(set(fact.title) == set(LANGUAGES) for fact in pack.facts)
    assert all(set(text) == set(LANGUAGES) for fact in pack.facts for text in fact.words.values())
    assert {fact.name for fact in pack.facts if fact.type in ("word", "words") and not fact.words} <= {
        "post_class", "programme_class",  # codes of a catalogue, compared with each other alone
    }  # fmt: skip


def test_a_visit_of_a_day_breaks_no_rule_that_the_law_makes_for_post_internships():
    """The school itself leads a cognition visit (2021, Art. 2): nobody signs, consents or holds a post for it."""
    visit = {
        **CN, "kind": "cognition", "year_of_study": "1", "born": "2010-12-01", "end": CN["start"], "signed_by": "",
        "official_template": "false",
        "consents": "", "matches_programme": "false", "typical_tasks": "false", "pay": "0",
    }  # fmt: skip

    assert {finding.result for finding in judged("CN", visit).values()} == {"pass", "not_applicable"}


@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.jurisdiction)
def test_what_was_read_in_the_press_only_warns(pack):
    for rule in pack.rules:
        if any("(press" in source for source in rule.source):
            assert (rule.verified, rule.severity) == (False, "warning"), rule.id


def test_the_mainland_has_its_eighteen_rules():
    assert {rule.id for rule in PACKS["CN"].rules if rule.id.count("-") == 1} == {
        f"CN-{number:02}" for number in range(1, 19)
    }


SMALL = {
    "kind": "RulePack", "id": "x", "version": "1", "title": {"en": "x"}, "status": "in_force", "jurisdiction": "XX",
    "facts": [
        {"name": "n", "type": "number", "title": {"en": "n"}, "counts": "post"}, {"name": "m", "type": "number", "title": {"en": "m"}},
        {"name": "d", "type": "date", "title": {"en": "d"}}, {"name": "w", "type": "words", "title": {"en": "w"}},
        {"name": "v", "type": "word", "title": {"en": "v"}, "words": {"a": {"en": "a"}}},
    ],
    "rules": [{
        "id": "XX-1", "clause": {"en": "1"}, "clause_type": "requirement", "severity": "error", "verified": "true", "source": ["s"],
        "message": {"en": "x"}, "require": {"fact": "m", "min": "1"},
    }],
}  # fmt: skip


def small(**rule):
    return decode({**SMALL, "rules": [{**SMALL["rules"][0], **rule}]}, RulePack)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"verified": "false"}, "it can be a warning at most"),
        ({"severity": "info"}, "is a requirement, so its severity is error"),
        ({"clause_type": "permission"}, "is a permission, so its severity is info"),
        ({"clause_type": "recommendation", "verified": "false", "severity": "info"}, "so its severity is warning"),
        ({"require": {"fact": "m"}}, "has 0 operators"),
        ({"require": {"fact": "m", "min": "1", "max": "2"}}, "has 2 operators"),
        ({"require": {"fact": "z", "min": "1"}}, "which the pack does not declare"),
        ({"require": {"fact": "m", "has_all": ["a"]}}, "a number knows is, min, max, below"),
        ({"require": {"fact": "m", "min": "many"}}, "not with a number"),
        ({"require": {"fact": "d", "max": "yesterday"}}, "not with a date"),
        ({"require": {"fact": "m", "max": {"fact": "d"}}}, "no declared number"),
        ({"require": {"fact": "d", "max": {"fact": "d", "times": "2"}}}, "which is no number"),
        ({"require": {"fact": "m", "max": {"fact": "m", "per": "0"}}}, "divided by zero"),
        ({"require": {"fact": "n", "min": "1"}}, "has upper bounds only"),
        ({"require": {"fact": "m", "max": {"fact": "n"}}}, "counts people"),
        ({"require": {"fact": "w", "has_none": ["a"]}}, "a misspelt one would pass"),
        ({"require": {"fact": "v", "not_in": ["yes"]}}, "which is none of its words"),
        ({"require": {"fact": "v", "is": "yes"}}, "which is none of its words"),
        ({"when": {"fact": "n", "max": "1"}}, "depends on how many there are"),
    ],
)
def test_a_rule_that_can_mean_nothing_is_refused_in_words(rule, told):
    with pytest.raises(FieldError) as refused:
        small(**rule)

    assert told in str(refused.value)


def test_a_pack_says_one_thing_on_one_day():
    rule = SMALL["rules"][0]
    first, second = {**rule, "valid": {"until": "2025-12-31"}}, {**rule, "valid": {"from": "2026-01-01"}}

    assert len(decode({**SMALL, "rules": [first, second]}, RulePack).rules) == 2
    with pytest.raises(FieldError, match="on the same day"):
        decode({**SMALL, "rules": [first, rule]}, RulePack)
    with pytest.raises(FieldError, match="declared twice"):
        decode({**SMALL, "facts": [*SMALL["facts"], SMALL["facts"][0]]}, RulePack)


def test_a_newer_version_of_a_pack_takes_the_place_of_the_older():
    old, new = small(), msgspec.structs.replace(small(message={"en": "new"}), version="2")
    draft = msgspec.structs.replace(small(), version="3", status="draft")
    facts = {"m": "1"}

    (finding,) = check(Placement(jurisdiction="XX", facts=facts), Rules([draft, new, old]), dt.date(2026, 1, 1))
    assert finding.rule.message == {"en": "new"}


# ------------------------------------------------------------------ the language
@pytest.mark.parametrize("number", range(5))
def test_a_compiled_condition_means_what_the_shared_language_says(number):
    draw = random.Random(number)
    for jurisdiction, base, _, change, _ in draw.sample(BOUNDARIES, 40):
        compiled = CompiledPack(PACKS[jurisdiction])
        whole = {**base, **change}
        part = {name: value for name, value in whole.items() if draw.random() < 0.8}
        facts = compiled.read(Placement(jurisdiction=jurisdiction, facts=part))
        for rule in PACKS[jurisdiction].rules:
            told = evaluate(rule.require, lambda leaf, c=compiled, f=facts: Truth(compile_comparison(leaf, c.facts)(f)))
            assert compile_condition(rule.require, compiled.facts)(facts) == told


def test_enough_of_some_conditions_is_a_threshold_of_three_values():
    rule = small(
        require={"at_least": {"count": "2", "of": [{"fact": "m", "min": str(bound)} for bound in (1, 2, 3)]}}
    ).rules[0]
    judge = compile_condition(rule.require, {fact.name: fact for fact in small().facts})

    assert [judge({"m": number * 1_000_000}) for number in (1, 2, 3)] == [0, 2, 2]
    assert judge({}) == 1


def test_ages_and_spans_are_counted_in_whole_years_days_and_months():
    day = dt.date.fromisoformat
    assert [age_on(day("2010-03-02"), day(on)) for on in ("2026-03-01", "2026-03-02")] == [15, 16]
    assert [days_from(day("2026-01-01"), day(last)) for last in ("2025-12-31", "2026-01-01", "2026-02-28")] == [
        0,
        1,
        59,
    ]
    assert [
        months_from(day("2026-01-31"), day(last)) for last in ("2026-01-30", "2026-02-26", "2026-02-27", "2026-03-30")
    ] == [0, 0, 1, 2]
