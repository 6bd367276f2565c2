# SPDX-License-Identifier: Apache-2.0
"""Mistakes that other degree-audit and articulation tools are known for, each as a rule that must hold here."""

from __future__ import annotations

import pytest

from tests.touchstone.small_world import (
    ASKS_T1,
    HOME,
    S1_IS_T1,
    SCALE_HOME,
    agreement,
    at_least,
    credential,
    crosswalk,
    decided,
    framework,
    outcome,
    pool,
    practice,
    qualification,
    referencing,
    unit,
)

# Equivalence taken as symmetric


def test_a_narrow_match_is_read_in_its_own_direction_only():
    """S1 is broader than T1: who holds S1 holds T1. Written the other way round it says that T1 is broader than S1."""
    assert outcome([credential("S1")], ASKS_T1, agreement(), crosswalk(("S1", "narrowMatch", "T1"))) == "FULL"
    assert outcome([credential("S1")], ASKS_T1, agreement(), crosswalk(("T1", "narrowMatch", "S1"))) == "REFUSED"


def test_a_broad_match_written_the_other_way_round_is_a_narrow_match():
    assert outcome([credential("S1")], ASKS_T1, agreement(), crosswalk(("T1", "broadMatch", "S1"))) == "FULL"
    assert outcome([credential("S1")], ASKS_T1, agreement(), crosswalk(("S1", "broadMatch", "T1"))) == "REFUSED"


def test_a_predecessor_covers_its_successor_but_never_the_other_way_round():
    back = qualification(unit("T1"))

    assert outcome([credential("T1")], qualification(unit("T5")), agreement()) == "FULL"
    assert outcome([credential("T5")], back, agreement()) == "REFUSED"
    assert outcome([credential("T2")], qualification(unit("T6")), agreement()) == "REFUSED"  # replaced, not equivalent


def test_a_composed_row_is_never_inverted():
    rows = crosswalk(("S1|S2", "exactMatch", "T1"))
    back = qualification(unit("S1"), framework="framework-away", region="GD")

    decision = outcome(
        [credential("T1")], back, agreement(**{"from": "HK", "to": "GD"}), rows, **{"from": "HK", "to": "GD"}
    )

    assert decision == "REFUSED"


# Equivalence taken as transitive


@pytest.mark.parametrize(("hops", "expected"), [(0, "REFUSED"), (1, "REFUSED"), (2, "FULL"), (3, "FULL")])
def test_rows_chain_only_as_far_as_the_agreement_allows(hops, expected):
    rows = crosswalk(("S1", "exactMatch", "M1"), ("M1", "exactMatch", "T1"))

    assert outcome([credential("S1")], ASKS_T1, agreement(max_hops=hops), rows) == expected


def test_a_chain_is_only_as_sure_as_the_product_of_its_rows():
    rows = crosswalk(("S1", "exactMatch", "M1", "0.9"), ("M1", "exactMatch", "T1", "0.9"))

    assert outcome([credential("S1")], ASKS_T1, agreement(max_hops=2, min_confidence="0.81"), rows) == "FULL"
    assert outcome([credential("S1")], ASKS_T1, agreement(max_hops=2, min_confidence="0.82"), rows) == "REFUSED"


@pytest.mark.parametrize("second", ["broadMatch", "closeMatch", "relatedMatch"])
def test_only_exact_and_narrow_rows_chain(second):
    rows = crosswalk(("S1", "exactMatch", "M1"), ("M1", second, "T1"))
    terms = agreement(max_hops=3, accept_close=True)

    assert outcome([credential("S1")], ASKS_T1, terms, rows) == "REFUSED"


def test_two_agreements_do_not_make_a_third():
    there = agreement("there", **{"to": "MO"})
    onward = agreement("onward", **{"from": "MO"})

    decision = decided([credential("S1")], ASKS_T1, there, onward, S1_IS_T1)

    assert (decision.outcome, decision.agreement) == ("REFER", None)


def test_referencings_are_neither_inverted_nor_chained():
    asked, held = qualification(unit("T1", level="1")), credential({"id": "S1", "level": "1"})
    inverted = referencing(["1", "1"], start=SCALE_HOME, end="scale-away")

    assert outcome([held], asked, agreement(), S1_IS_T1, inverted) == "REFER"
    assert outcome([held], asked, agreement(), S1_IS_T1, referencing(["1", "1"])) == "FULL"


# Equivalents not counted where the unit itself would be


def test_what_covers_a_unit_counts_in_every_kind_of_node():
    rows = S1_IS_T1
    wants = [
        {"all_of": [unit("T1")]},
        {"any_of": [unit("T2"), unit("T1")]},
        at_least(1, unit("T3"), unit("T1")),
        pool(6, "T1", "T2"),
    ]

    for want in wants:
        assert outcome([credential("S1")], qualification(want), agreement(), rows) == "FULL"


def test_a_predecessor_counts_in_a_credit_pool_as_its_successor():
    assert outcome([credential("T1")], qualification(pool(4, "T5")), agreement()) == "FULL"


def test_what_covers_a_unit_counts_in_the_conditions_of_a_direct_recognition():
    away = qualification(identifier="certificate", framework="framework-away", region="GD")
    entry = {"holds": "certificate", "grants": ["target"], "conditions": unit("T1")}
    held = [credential(name="urn:1", holds=["certificate"]), credential("S1", name="urn:2")]

    assert outcome(held, qualification(unit("T2")), away, agreement(direct=[entry]), S1_IS_T1) == "FULL"
    assert outcome(held[:1], qualification(unit("T2")), away, agreement(direct=[entry]), S1_IS_T1) == "REFUSED"


def test_a_predecessor_stands_for_its_part_of_a_composed_subject():
    old = framework(
        "framework-away",
        "scale-away",
        "S1",
        "S2",
        "S3",
        {"id": "S4", "supersedes": {"id": "S1", "equivalent": True}},
        region="GD",
    )
    rows = crosswalk(("S4|S2", "exactMatch", "T1"))

    assert outcome([credential("S1", "S2")], ASKS_T1, agreement(), rows, old) == "FULL"


# Double counting


def test_a_source_counts_once_over_all_pools_and_the_best_use_of_it_is_found():
    """S1 covers T1 and T2, S2 only T1: whoever gives S1 to T1 first finds nothing left for T2."""
    rows = crosswalk(("S1", "exactMatch", "T1"), ("S1", "narrowMatch", "T2"), ("S2", "exactMatch", "T1"))

    decision = decided([credential("S1", "S2")], qualification(pool(6, "T1"), pool(3, "T2")), agreement(), rows)

    assert (decision.outcome, decision.recognised) == ("FULL", ("T1", "T2"))


def test_a_source_that_covers_two_units_is_not_counted_twice_unless_reuse_is_allowed():
    rows = crosswalk(("S1", "exactMatch", "T1"), ("S1", "narrowMatch", "T2"))
    target = qualification(pool(9, "T1", "T2"))

    assert outcome([credential("S1")], target, agreement(), rows) == "REFUSED"
    assert outcome([credential("S1")], target, agreement(reuse_allowed=True), rows) == "FULL"


def test_two_certificates_of_one_unit_are_one_source():
    rows = crosswalk(("S1", "exactMatch", "T1"), ("S1", "narrowMatch", "T2"))
    twice = [credential("S1", name="urn:1"), credential("S1", name="urn:2")]

    assert outcome(twice, qualification(pool(9, "T1", "T2")), agreement(), rows) == "REFUSED"


def test_a_source_used_up_in_a_pool_still_covers_a_leaf_outside_it():
    rows = crosswalk(("S1", "exactMatch", "T1"), ("S1", "narrowMatch", "T2"))

    assert outcome([credential("S1")], qualification(unit("T2"), pool(6, "T1")), agreement(), rows) == "FULL"


def test_a_composed_source_uses_up_each_of_its_parts():
    rows = crosswalk(("S1|S2", "exactMatch", "T1"), ("S2", "exactMatch", "T2"))
    target = qualification(pool(9, "T1", "T2"))

    assert outcome([credential("S1", "S2")], target, agreement(), rows) == "REFUSED"
    assert outcome([credential("S1", "S2")], target, agreement(reuse_allowed=True), rows) == "FULL"


# AND and OR grouping


@pytest.mark.parametrize(
    ("held", "expected"),
    [(["T1", "T2"], "FULL"), (["T1", "T3"], "FULL"), (["T2", "T3"], "REFUSED"), (["T1"], "REFUSED")],
)
def test_one_and_either_of_two_is_not_either_of_both(held, expected):
    target = qualification(unit("T1"), {"any_of": [unit("T2"), unit("T3")]})

    assert outcome([credential(*held)], target, agreement()) == expected


@pytest.mark.parametrize(
    ("held", "expected"), [(["T1"], "FULL"), (["T2", "T3"], "FULL"), (["T2"], "REFUSED"), (["T3", "T4"], "REFUSED")]
)
def test_one_or_both_of_two_is_not_one_and_two(held, expected):
    target = qualification({"any_of": [unit("T1"), {"all_of": [unit("T2"), unit("T3")]}]})

    assert outcome([credential(*held)], target, agreement()) == expected


def test_two_of_three_pairs_count_whole_pairs():
    pairs = [{"all_of": [unit("T1"), unit("T2")]}, {"all_of": [unit("T3"), unit("T4")]}, unit("T5")]
    target = qualification(at_least(2, *pairs))

    assert outcome([credential("T1", "T3")], target, agreement()) == "REFUSED"  # two halves are no pair
    assert outcome([credential("T2", "T3", "T4")], target, agreement()) == "REFUSED"
    assert outcome([credential("T1", "T2", "T3", "T4")], target, agreement()) == "FULL"


def test_nothing_asked_is_met_and_no_choice_offered_is_not():
    assert outcome([], qualification(), agreement()) == "FULL"
    assert outcome([], qualification({"any_of": []}), agreement()) == "REFUSED"
    assert outcome([], qualification(at_least(0, unit("T1"))), agreement()) == "FULL"


# A rule that adds nothing must not take everything away


def test_a_unit_without_credits_does_not_spoil_a_pool():
    decision = decided([credential("T1", "T4")], qualification(pool(6, "T1", "T4")), agreement())

    assert (decision.outcome, decision.recognised) == ("FULL", ("T1", "T4"))


def test_a_cap_of_zero_takes_away_only_what_it_caps():
    target = qualification(pool(6, "T1", "T2", caps=[{"of": ["T2"], "at_most": "0"}]))

    assert outcome([credential("T1", "T2")], target, agreement()) == "FULL"
    assert outcome([credential("T2", "T3")], target, agreement()) == "REFUSED"


def test_a_pool_that_asks_nothing_is_met_by_nothing():
    assert outcome([], qualification(pool(0, "T1")), agreement()) == "FULL"


def test_a_row_that_is_not_admitted_does_not_hide_one_that_is():
    rows = crosswalk(
        ("S1", "exactMatch", "T1", "0.1"), ("S1", "narrowMatch", "T1", "0.9"), ("S1", "relatedMatch", "T1")
    )

    assert outcome([credential("S1")], ASKS_T1, agreement(min_confidence="0.8"), rows) == "FULL"


# Level numbers compared across scales


def test_mainland_level_5_is_not_above_hong_kong_level_3():
    """5 is the lowest mainland level: the number is higher, the level is lower."""
    levels = referencing(["5", "1"], ["4", "2"], ["3", "3"], ["2", "4"], ["1", "5"])
    asked = qualification(unit("T1", level="3"))

    def at(level):
        return outcome([credential({"id": "S1", "level": level})], asked, agreement(), S1_IS_T1, levels)

    assert [at(level) for level in "54321"] == ["REFUSED", "REFUSED", "FULL", "FULL", "FULL"]


def test_without_a_referencing_no_level_number_is_compared():
    held = [credential({"id": "S1", "level": "3"})]

    assert outcome(held, qualification(unit("T1", level="1")), agreement(), S1_IS_T1) == "REFER"
    assert outcome(held, ASKS_T1, agreement(), S1_IS_T1) == "FULL"


def test_a_level_that_has_no_comparable_one_is_unknown_and_not_the_lowest():
    levels = referencing(["4", "1"], absent=["5"], policy="monotone")
    held = [credential({"id": "S1", "level": "5"})]

    assert outcome(held, qualification(unit("T1", level="5")), agreement(), S1_IS_T1, levels) == "REFER"


# Month-end freshness


@pytest.mark.parametrize(
    ("awarded", "months", "decided_on", "expected"),
    [
        ("2025-08-31", 6, "2026-02-28", "FULL"),
        ("2025-08-31", 6, "2026-03-01", "REFUSED"),
        ("2025-08-28", 6, "2026-02-28", "FULL"),
        ("2025-08-27", 6, "2026-02-28", "REFUSED"),
        ("2028-01-31", 1, "2028-02-29", "FULL"),
        ("2028-02-29", 12, "2029-02-28", "FULL"),
        ("2028-02-29", 12, "2029-03-01", "REFUSED"),
        ("2026-05-31", 1, "2026-06-30", "FULL"),
        ("2026-05-31", 1, "2026-07-01", "REFUSED"),
        ("2026-06-01", 0, "2026-06-01", "FULL"),
        ("2026-05-31", 0, "2026-06-01", "REFUSED"),
    ],
)
def test_freshness_is_counted_in_calendar_months_clamped_to_the_months_end(awarded, months, decided_on, expected):
    held, terms = [credential("S1", awarded=awarded)], agreement(freshness_months=months)

    assert outcome(held, ASKS_T1, terms, S1_IS_T1, decided_on=decided_on) == expected


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-01-31", "2026-02-27", 1),
        ("2026-01-31", "2026-02-26", 0),
        ("2026-01-01", "2026-03-31", 3),
        ("2024-02-29", "2025-02-27", 12),
        ("2024-02-29", "2025-02-26", 11),
    ],
)
def test_a_month_of_experience_ends_the_day_before_it_began_or_at_the_months_end(first, last, months):
    held = [practice(first, last)]

    def enough(asked):
        return (
            outcome(held, qualification({"experience": {"months": asked, "occupation": "goldsmith"}}), agreement())
            == "FULL"
        )

    assert enough(months)
    assert not enough(months + 1)


# Admission time and decision time


def test_by_award_date_a_certificate_outlives_the_agreement_it_was_awarded_under():
    valid = {"from": "2024-01-01", "until": "2025-12-31"}
    held = [credential("S1", awarded="2025-12-31")]

    assert outcome(held, ASKS_T1, agreement(valid=valid, applies_by="award_date"), S1_IS_T1) == "FULL"
    assert outcome(held, ASKS_T1, agreement(valid=valid), S1_IS_T1) == "REFER"  # by decision date none applies


@pytest.mark.parametrize(
    ("awarded", "expected"), [("2023-12-31", "REFUSED"), ("2024-01-01", "FULL"), ("2026-01-01", "REFUSED")]
)
def test_by_award_date_only_what_was_awarded_inside_counts(awarded, expected):
    terms = agreement(valid={"from": "2024-01-01", "until": "2025-12-31"}, applies_by="award_date")

    assert outcome([credential("S1", awarded=awarded)], ASKS_T1, terms, S1_IS_T1) == expected


def test_by_award_date_an_agreement_that_has_not_begun_does_not_apply():
    terms = agreement(valid={"from": "2026-06-02"}, applies_by="award_date")

    assert decided([credential("S1")], ASKS_T1, terms, S1_IS_T1).agreement is None


@pytest.mark.parametrize(
    ("day", "applies"), [("2025-12-31", False), ("2026-01-01", True), ("2026-06-30", True), ("2026-07-01", False)]
)
def test_by_decision_date_the_first_and_the_last_day_are_inside(day, applies):
    terms = agreement(valid={"from": "2026-01-01", "until": "2026-06-30"})

    assert (
        decided([credential("S1", awarded="2025-01-01")], ASKS_T1, terms, S1_IS_T1, decided_on=day).agreement
        is not None
    ) == applies


def test_the_version_in_force_on_the_day_of_the_decision_is_the_one_that_is_asked():
    old = qualification(unit("T2"), valid={"until": "2025-12-31"})
    new = {**qualification(unit("T3")), "version": "2", "valid": {"from": "2026-01-01"}}

    assert (
        outcome([credential("T2")], old, new, agreement(), decided_on="2025-12-31", **{}) == "REFUSED"
    )  # awarded later
    assert outcome([credential("T2", awarded="2025-01-01")], old, new, agreement(), decided_on="2025-12-31") == "FULL"
    assert (
        outcome([credential("T2", awarded="2025-01-01")], old, new, agreement(), decided_on="2026-01-01") == "REFUSED"
    )


def test_a_certificate_of_a_framework_that_has_ended_can_still_be_read():
    ended = framework(HOME, SCALE_HOME, "T1", "T9", valid={"until": "2025-12-31"})

    assert outcome([credential("T9")], qualification(unit("T9")), agreement(), ended) == "FULL"


def test_status_is_read_at_the_moment_of_the_decision_and_not_of_the_award():
    revoked = credential("S1", status="revoked", awarded="2020-01-01")

    assert outcome([revoked], ASKS_T1, agreement(), S1_IS_T1) == "REFUSED"
