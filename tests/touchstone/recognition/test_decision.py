# SPDX-License-Identifier: Apache-2.0
"""Outcomes: rungs and their preference, agreements side by side, bars, direct recognition, standing, open facts."""

from __future__ import annotations

import pytest

from tests.touchstone.small_world import (
    AGREEMENT,
    ASKS_T1,
    AWAY,
    S1_IS_T1,
    agreement,
    credential,
    crosswalk,
    decided,
    documents,
    outcome,
    person,
    pool,
    practice,
    qualification,
    referencing,
    unit,
)
from touchstone.errors import RequestError

ASKS_TWO = qualification(unit("T1"), unit("T2"))
OTHER = qualification(unit("T1"), identifier="other")
CERTIFICATE = qualification(identifier="certificate", framework=AWAY)
BARRED = {**person("banned", "yes"), "reason": {"en": "banned"}}


# Rungs


def test_full_comes_before_every_other_rung():
    terms = agreement(conditional={"only_missing": ["T1"]}, alternative=["other"], partial={"min_units": 1})

    assert outcome([credential("T1", "T2")], ASKS_TWO, OTHER, terms) == "FULL"


@pytest.mark.parametrize(
    ("preference", "expected"),
    [
        (None, "CONDITIONAL"),
        (["FULL", "ALTERNATIVE", "CONDITIONAL", "PARTIAL"], "ALTERNATIVE"),
        (["FULL", "PARTIAL", "CONDITIONAL", "ALTERNATIVE"], "PARTIAL"),
        (["REFUSED", "PARTIAL"], "PARTIAL"),
        (["FULL"], "REFUSED"),
    ],
)
def test_the_first_rung_that_holds_in_the_order_of_the_agreement_is_the_outcome(preference, expected):
    rungs = {"conditional": {"only_missing": ["T2"]}, "alternative": ["other"], "partial": {"min_units": 1}}
    terms = agreement(**rungs, **({"preference": preference} if preference else {}))

    assert outcome([credential("T1")], ASKS_TWO, OTHER, terms) == expected


def test_a_rung_whose_field_is_absent_never_holds():
    assert outcome([credential("T1")], ASKS_TWO, OTHER, agreement()) == "REFUSED"


@pytest.mark.parametrize(("least", "expected"), [(0, "PARTIAL"), (1, "PARTIAL"), (2, "REFUSED")])
def test_partial_needs_at_least_so_many_units(least, expected):
    assert outcome([credential("T1")], ASKS_TWO, agreement(partial={"min_units": least})) == expected


def test_the_first_alternative_that_is_full_and_in_force_is_named_with_what_is_missing_to_the_one_asked():
    ended = {**qualification(unit("T1"), identifier="ended"), "status": "withdrawn"}
    second = qualification(unit("T1"), identifier="second")
    terms = agreement(alternative=["ended", "other", "second"])

    decision = decided([credential("T1")], ASKS_TWO, ended, OTHER, second, terms)

    assert (decision.outcome, decision.recognised_as, decision.missing) == ("ALTERNATIVE", "other", (("T2",),))


def test_an_alternative_that_is_barred_is_passed_over():
    barred = {**OTHER, "bars": [BARRED]}
    terms = agreement(alternative=["other"])

    assert outcome([credential("T1")], ASKS_TWO, barred, terms, person={"banned": "yes"}) == "REFUSED"
    assert outcome([credential("T1")], ASKS_TWO, barred, terms, person={"banned": "no"}) == "ALTERNATIVE"


# Several agreements


def test_two_agreements_are_never_mixed():
    first = agreement("a", crosswalks=["one"], partial={"min_units": 1})
    second = agreement("b", crosswalks=["two"], partial={"min_units": 1})
    one, two = (
        crosswalk(("S1", "exactMatch", "T1"), identifier="one"),
        crosswalk(("S2", "exactMatch", "T2"), identifier="two"),
    )

    decision = decided([credential("S1", "S2")], ASKS_TWO, first, second, one, two)

    assert (decision.outcome, decision.agreement, decision.recognised) == ("PARTIAL", "a", ("T1",))


def test_the_agreement_with_the_better_floor_decides():
    poor, good = agreement("a", max_hops=0), agreement("b")

    assert decided([credential("S1")], ASKS_T1, poor, good, S1_IS_T1).agreement == "b"


def test_of_two_with_the_same_floor_the_one_that_may_turn_out_better_decides():
    settled, hopeful = agreement("a"), agreement("b", mapping_complete=False)

    decision = decided([credential("S1")], ASKS_T1, settled, hopeful)

    assert (decision.outcome, decision.agreement, decision.ceiling) == ("REFER", "b", "FULL")


# Home


def test_in_the_home_case_no_agreement_is_needed_and_only_full_or_refused_can_be_reached():
    home = {"from": "HK", "to": "HK"}

    assert outcome([credential("T1")], ASKS_T1, **home) == "FULL"
    assert outcome([credential("T2")], ASKS_T1, **home) == "REFUSED"


def test_home_evidence_needs_no_agreement_in_any_direction():
    decision = decided([credential("T1")], ASKS_T1)

    assert (decision.outcome, decision.agreement) == ("FULL", None)


def test_home_evidence_is_free_of_the_terms_of_the_agreement():
    strict = agreement(issuers=["did:web:a"], freshness_months=1, min_assurance="authority_assessed")

    assert outcome([credential("T1", awarded="2000-01-01")], ASKS_T1, strict) == "FULL"


# Bars and direct recognition


def test_a_true_bar_refuses_and_an_unknown_one_needs_a_person():
    target = {**ASKS_T1, "bars": [BARRED]}
    terms = agreement(partial={"min_units": 1}, conditional={"only_missing": ["T1"]})

    refused = decided([credential("T1")], target, terms, person={"banned": "yes"})
    unknown = decided([credential("T1")], target, terms)

    assert (refused.outcome, refused.missing, refused.recognised) == ("REFUSED", (), ("T1",))
    assert (unknown.outcome, unknown.floor, unknown.ceiling) == ("REFER", "REFUSED", "FULL")
    assert unknown.open == ("person:banned",)


def direct(effect, **fields):
    return agreement(direct=[{"holds": "certificate", "grants": ["T1", "other", "target"], "effect": effect, **fields}])


def test_a_direct_certificate_grants_units_and_the_target_itself():
    held = [credential(holds=["certificate"])]

    decision = decided(held, ASKS_TWO, OTHER, CERTIFICATE, direct("certificate"))

    assert (decision.outcome, decision.recognised) == ("FULL", ("T1",))
    assert [step.rule for step in decision.proof] == ["direct", "direct"]


def test_direct_access_only_speaks_for_what_asks_to_hold_it():
    held = [credential(holds=["certificate"])]
    asks_to_hold = qualification({"holds": "other"})

    assert outcome(held, ASKS_T1, OTHER, CERTIFICATE, direct("access")) == "REFUSED"
    assert outcome(held, asks_to_hold, OTHER, CERTIFICATE, direct("access")) == "FULL"


def test_a_direct_recognition_holds_only_under_its_conditions():
    held = [credential(holds=["certificate"])]
    terms = direct("certificate", conditions=person("apprentice", "yes"))

    def under(**stated):
        return outcome(held, ASKS_T1, OTHER, CERTIFICATE, terms, person=stated)

    assert [under(apprentice="yes"), under(apprentice="no"), under()] == ["FULL", "REFUSED", "REFER"]


# Facts that nobody knows


def test_an_unknown_that_cannot_change_anything_leaves_the_answer_settled():
    either = qualification({"any_of": [unit("T1"), person("age", "20")]})

    decision = decided([credential("T1")], either, agreement())

    assert (decision.outcome, decision.open) == ("FULL", ())


def test_a_partial_recognition_whose_content_may_still_change_needs_a_person():
    rows = crosswalk(("S1", "exactMatch", "T1"), ("S2", "closeMatch", "T2"))
    three = qualification(unit("T1"), unit("T2"), unit("T3"))

    decision = decided([credential("S1", "S2")], three, agreement(partial={"min_units": 1}), rows)

    assert (decision.outcome, decision.floor, decision.ceiling, decision.open) == (
        "REFER",
        "PARTIAL",
        "PARTIAL",
        ("T2",),
    )


def test_only_facts_that_matter_for_some_value_of_the_others_are_open():
    target = qualification(unit("T2"), person("age", "20"))
    other = qualification(person("residence", "MO"), identifier="other")

    decision = decided([], target, other, agreement(alternative=["other"]))

    assert decision.open == ("person:age", "person:residence")


def test_two_credentials_never_combine_into_a_stronger_one():
    asked = qualification(unit("T1", level="3", min_score="80"))
    high, well = {"id": "T1", "level": "3", "score": "50"}, {"id": "T1", "level": "2", "score": "90"}

    decision = decided([credential(high, name="urn:1"), credential(well, name="urn:2")], asked, agreement())

    assert (decision.outcome, decision.recognised) == ("REFUSED", ())


def test_a_composed_subject_is_only_as_high_as_its_lowest_part_and_as_old_as_its_oldest():
    rows, levels = crosswalk(("S1|S2", "exactMatch", "T1")), referencing(["4", "2"], ["3", "3"])
    asked = qualification(unit("T1", level="3"))
    high, low = {"id": "S1", "level": "3"}, {"id": "S2", "level": "4"}

    assert outcome([credential(high, low)], asked, agreement(), rows, levels) == "REFUSED"
    old, new = credential("S1", name="urn:1", awarded="2020-01-01"), credential("S2", name="urn:2")
    assert outcome([old, new], ASKS_T1, agreement(freshness_months=12), rows) == "REFUSED"
    assert outcome([old, new], ASKS_T1, agreement(), rows) == "FULL"


# Denials


@pytest.mark.parametrize(
    "denial", [("S1", "exactMatch", "T1"), ("T1", "relatedMatch", "S1"), ("T1", "exactMatch", "S1", "0.1")]
)
def test_a_denial_in_either_order_denies_the_row_and_the_chain_between_two_units(denial):
    rows = [("S1", "exactMatch", "T1"), ("S1", "exactMatch", "M1"), ("M1", "exactMatch", "T1")]
    denied = (*denial, *("" for _ in range(4 - len(denial))), "Not")
    terms = agreement(max_hops=2, mapping_complete=False)

    assert outcome([credential("S1")], ASKS_T1, terms, crosswalk(*rows)) == "FULL"
    assert outcome([credential("S1")], ASKS_T1, terms, crosswalk(*rows, denied)) == "REFUSED"


def test_a_denial_of_one_hop_denies_every_chain_over_it():
    rows = [("S1", "exactMatch", "M1"), ("M1", "exactMatch", "T1"), ("T1", "exactMatch", "M1", "", "Not")]

    assert outcome([credential("S1")], ASKS_T1, agreement(max_hops=2), crosswalk(*rows)) == "REFUSED"


def test_a_composed_denial_denies_exactly_that_set():
    rows = [("S1|S2", "exactMatch", "T1"), ("S2|S1", "exactMatch", "T1", "", "Not")]
    held = [credential("S1", "S2", "S3")]

    assert outcome(held, ASKS_T1, agreement(), crosswalk(*rows)) == "REFUSED"
    assert outcome(held, ASKS_T1, agreement(), crosswalk(*rows, ("S1|S3", "exactMatch", "T1"))) == "FULL"


def test_a_denial_never_touches_a_succession():
    denied = crosswalk(("T1", "exactMatch", "T5", "", "Not"))

    assert outcome([credential("T1")], qualification(unit("T5")), agreement(), denied) == "FULL"


# Usable evidence


@pytest.mark.parametrize(
    ("expires", "awarded", "expected"),
    [("2026-06-01", "2026-06-01", "FULL"), ("2026-05-31", "2026-05-01", "REFUSED"), (None, "2026-06-02", "REFUSED")],
)
def test_a_credential_counts_from_the_day_it_is_awarded_to_the_day_it_expires(expires, awarded, expected):
    assert outcome([credential("S1", awarded=awarded, expires=expires)], ASKS_T1, agreement(), S1_IS_T1) == expected


@pytest.mark.parametrize(
    ("checked", "stated", "expected"),
    [
        ("2026-06-01T00:00:00Z", {}, "FULL"),
        ("2026-05-31T23:59:59Z", {}, "REFER"),
        ("2026-05-31T23:59:59Z", {"decided_at": "2026-06-01T12:00:00Z"}, "FULL"),
        ("2026-06-01T18:00:00Z", {"decided_at": "2026-06-01T12:00:00Z"}, "FULL"),
        ("2026-06-01T08:00:00+08:00", {}, "FULL"),
    ],
)
def test_a_status_check_is_read_at_the_end_of_the_day_unless_a_moment_is_given(checked, stated, expected):
    terms = agreement(status_max_age_hours=24)

    assert outcome([credential("S1", status_checked=checked)], ASKS_T1, terms, S1_IS_T1, **stated) == expected


@pytest.mark.parametrize(
    ("status", "expected"), [("valid", "REFER"), ("suspended", "REFER"), ("revoked", "REFUSED"), ("expired", "REFUSED")]
)
def test_an_old_status_list_never_makes_a_revoked_credential_unknown(status, expected):
    held = [credential("S1", status=status, status_checked="2020-01-01T00:00:00Z")]

    assert outcome(held, ASKS_T1, agreement(status_max_age_hours=24), S1_IS_T1) == expected


def test_an_assumption_fills_a_gap_and_never_overrides_what_is_stated():
    terms, assume = agreement(min_assurance="provider_assessed"), {"assurance": "provider_assessed"}

    assert outcome([credential("S1")], ASKS_T1, terms, S1_IS_T1) == "REFER"
    assert outcome([credential("S1")], ASKS_T1, terms, S1_IS_T1, assume=assume) == "FULL"
    assert outcome([credential("S1", assurance="self_declared")], ASKS_T1, terms, S1_IS_T1, assume=assume) == "REFUSED"
    assert decided([credential("S1")], ASKS_T1, terms, S1_IS_T1, assume=assume).assumed.assurance == "provider_assessed"


@pytest.mark.parametrize(("told", "expected"), [("goldsmith", "FULL"), ("retail", "REFUSED"), (None, "REFER")])
def test_work_whose_occupation_is_not_stated_is_neither_counted_nor_taken_as_another(told, expected):
    work = practice("2026-01-01", "2026-06-30", occupation=told)
    asks = qualification({"experience": {"months": 3, "occupation": "goldsmith"}})

    assert outcome([work], asks, agreement()) == expected


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([("2026-01-01", "2026-02-14"), ("2026-02-15", "2026-03-31")], "FULL"),
        ([("2026-01-01", "2026-02-13"), ("2026-02-15", "2026-03-31")], "REFUSED"),
        ([("2026-01-01", "2026-03-15"), ("2026-02-01", "2026-03-31")], "FULL"),
        ([("2026-01-01", "2026-02-28"), ("2026-01-01", "2026-02-28")], "REFUSED"),
        ([("2026-03-02", "2026-12-31")], "FULL"),
        ([("2026-03-03", "2026-12-31")], "REFUSED"),
    ],
)
def test_periods_that_adjoin_or_overlap_are_one_stretch_and_end_with_the_decision(periods, expected):
    work = [practice(first, last, f"urn:{number}") for number, (first, last) in enumerate(periods)]

    assert (
        outcome(work, qualification({"experience": {"months": 3, "occupation": "goldsmith"}}), agreement()) == expected
    )


# Standing


@pytest.mark.parametrize(("official", "expected"), [(True, "unverified"), (False, "illustrative")])
def test_the_standing_of_a_decision_is_the_lowest_of_all_documents_it_consulted(official, expected):
    claimed = [{**each, "official": True} for each in documents(ASKS_T1, agreement(), S1_IS_T1)]
    claimed = [{**each, "official": official} if each["id"] == AGREEMENT else each for each in claimed]

    assert decided([credential("S1")], *claimed).standing == expected


# Requests that cannot be decided


@pytest.mark.parametrize(
    ("evidence", "fields", "field"),
    [
        ([], {"target": "nothing"}, "target"),
        ([], {"target": AWAY}, "target"),
        ([], {"decided_on": "2020-01-01"}, "target"),
        ([], {"to": "MO"}, "target"),
        ([credential("T1", "nowhere")], {}, "evidence[0].units[1].id"),
        ([credential(), credential({"id": "S1", "level": "6"}, name="urn:2")], {}, "evidence[1].units[0].level"),
    ],
)
def test_a_request_that_cannot_be_decided_is_told_with_its_field(evidence, fields, field):
    begun = {**ASKS_T1, "valid": {"from": "2026-01-01"}}

    with pytest.raises(RequestError) as refused:
        decided(evidence, begun, agreement(), **fields)

    assert refused.value.field == field
    assert refused.value.found


def test_a_share_limits_recognised_units_and_not_home_ones():
    half = agreement(recognised_share_max="0.5")

    assert outcome([credential("S1")], qualification(pool(6, "T1", "T2")), half, S1_IS_T1) == "REFUSED"
    assert outcome([credential("S1", "T2")], qualification(pool(6, "T1", "T2")), half, S1_IS_T1) == "FULL"


def test_a_cap_holds_for_home_and_recognised_units_together():
    rows = crosswalk(("S1", "exactMatch", "T3"))

    def counted(least):
        asked = qualification(pool(least, "T2", "T3", caps=[{"of": ["T2", "T3"], "at_most": "4"}]))
        return outcome([credential("S1", "T2")], asked, agreement(), rows)

    assert [counted(4), counted(5)] == ["FULL", "REFUSED"]


# Levels of another scale


@pytest.mark.parametrize(
    ("asked", "expected"), [("1", "FULL"), ("2", "FULL"), ("3", "REFER"), ("4", "REFER"), ("5", "REFUSED")]
)
def test_a_level_without_a_pair_lies_between_its_neighbours_where_the_policy_is_monotone(asked, expected):
    """Between 4, which stands for 2 or 3, and 2, which stands for 3 or 4, level 3 is at least 2 and at most 4."""
    pairs = (["4", "2"], ["4", "3"], ["2", "3"], ["2", "4"])
    held, target = [credential({"id": "S1", "level": "3"})], qualification(unit("T1", level=asked))

    assert outcome(held, target, agreement(), S1_IS_T1, referencing(*pairs, policy="monotone")) == expected
    assert outcome(held, target, agreement(), S1_IS_T1, referencing(*pairs)) == "REFER"


@pytest.mark.parametrize(("asked", "expected"), [("1", "FULL"), ("2", "REFER"), ("3", "REFUSED")])
def test_a_level_with_several_equals_is_judged_by_the_lowest_and_refused_by_the_highest(asked, expected):
    held, target = [credential({"id": "S1", "level": "5"})], qualification(unit("T1", level=asked))

    assert outcome(held, target, agreement(), S1_IS_T1, referencing(["5", "1"], ["5", "2"])) == expected


def test_several_referencings_are_united():
    first, second = referencing(["5", "1"], identifier="one"), referencing(["5", "3"], identifier="two")
    held, target = [credential({"id": "S1", "level": "5"})], qualification(unit("T1", level="2"))

    assert outcome(held, target, agreement(referencings=["one", "two"]), S1_IS_T1, first, second) == "REFER"
    assert outcome(held, target, agreement(referencings=["two"]), S1_IS_T1, first, second) == "FULL"
