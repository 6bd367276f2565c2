# SPDX-License-Identifier: Apache-2.0
"""Settled points whose answers were derived by hand from the design, not from any program."""

import pytest

from tests.oracle.documents import BadInput
from tests.oracle.oracle import decide


def scale(identifier, codes):
    return {
        "kind": "LevelScale",
        "id": identifier,
        "version": "1",
        "status": "in_force",
        "levels": [{"code": code} for code in codes],
    }


def framework(identifier, level_scale, *competencies):
    return {
        "kind": "Framework",
        "id": identifier,
        "version": "1",
        "status": "in_force",
        "level_scale": level_scale,
        "competencies": list(competencies),
    }


def crosswalk(*rows, identifier="crosswalk"):
    """Rows written `(subject, predicate, object[, confidence[, modifier]])`."""
    fields = ("subject_id", "predicate_id", "object_id", "confidence", "predicate_modifier")
    named = [
        dict(zip(fields, (subject, f"skos:{predicate}", *rest), strict=False)) for subject, predicate, *rest in rows
    ]
    return {"kind": "Crosswalk", "id": identifier, "version": "1", "status": "in_force", "mappings": named}


def referencing(pairs=(), absent=(), policy="none"):
    return {
        "kind": "LevelReferencing",
        "id": "referencing",
        "version": "1",
        "status": "in_force",
        "from": "away-scale",
        "to": "home-scale",
        "pairs": [list(pair) for pair in pairs],
        "absent": list(absent),
        "policy": policy,
    }


def qualification(*require, identifier="target", **fields):
    return {
        "kind": "Qualification",
        "id": identifier,
        "version": "1",
        "status": "in_force",
        "region": "HK",
        "framework": "home",
        "require": {"all_of": list(require)},
        **fields,
    }


def agreement(identifier="agreement", **fields):
    return {
        "kind": "Agreement",
        "id": identifier,
        "version": "1",
        "status": "in_force",
        "from": "GD",
        "to": "HK",
        "crosswalks": ["crosswalk"],
        "referencings": ["referencing"],
        "mapping_complete": True,
        **fields,
    }


def credential(*units, **fields):
    """A credential that no term of the agreements here finds fault with; `None` leaves a field out."""
    stated = {
        "kind": "assessment",
        "awarded": "2026-05-01",
        "status": "valid",
        "units": [{"id": unit} if isinstance(unit, str) else unit for unit in units],
        **fields,
    }
    return {field: value for field, value in stated.items() if value is not None}


def practice(first, last, **fields):
    return credential(kind="practice", occupation="goldsmith", period={"from": first, "until": last}, **fields)


STANDARDS = (
    scale("away-scale", ["5", "4", "3", "2", "1"]),
    scale("home-scale", ["1", "2", "3", "4", "5"]),
    framework("away", "away-scale", *({"id": unit} for unit in ("S1", "S2", "S3"))),
    framework("between", "away-scale", {"id": "M1"}, {"id": "M2"}),
    framework(
        "home",
        "home-scale",
        {"id": "T1", "credits": 6},
        {"id": "T2", "credits": 3},
        {"id": "T3", "credits": 3},
        {"id": "T4"},
        {"id": "T5", "credits": 4, "supersedes": {"id": "T1", "equivalent": True}},
        {"id": "T6", "credits": 4, "supersedes": {"id": "T2", "equivalent": False}},
    ),
)


def decided(evidence, *documents, decided_on="2026-06-01", **request):
    """The decision on some evidence; an empty crosswalk and referencing stand in where a test gives none."""
    given = {document["id"] for document in documents}
    spare = [each for each in (crosswalk(), referencing()) if each["id"] not in given]
    asked = {
        "from": "GD",
        "to": "HK",
        "target": "target",
        "purpose": "employment",
        "decided_on": decided_on,
        "evidence": evidence,
    }
    return decide({**asked, **request}, [*STANDARDS, *documents, *spare])


ASKS_T1 = qualification({"unit": "T1"})


# Which agreement (2)


def test_without_an_agreement_a_person_must_look_and_the_home_evidence_still_counts():
    decision = decided([credential("S1", "T2")], qualification({"unit": "T1"}, {"unit": "T2"}))

    assert (decision["outcome"], decision["floor"], decision["ceiling"]) == ("REFER", "REFER", "REFER")
    assert decision["recognised"] == ["T2"]
    assert decision["missing"] == [["T1"]]
    assert decision["open"] == []


def test_evidence_in_the_targets_own_framework_needs_no_agreement():
    assert decided([credential("T1")], ASKS_T1)["outcome"] == "FULL"


def test_two_agreements_are_never_mixed():
    first = agreement("agreement-a", crosswalks=["one"], partial={"min_units": 1})
    second = agreement("agreement-b", crosswalks=["two"], partial={"min_units": 1})
    one, two = (
        crosswalk(("S1", "exactMatch", "T1"), identifier="one"),
        crosswalk(("S2", "exactMatch", "T2"), identifier="two"),
    )
    decision = decided([credential("S1", "S2")], qualification({"unit": "T1"}, {"unit": "T2"}), first, second, one, two)

    assert (decision["outcome"], decision["agreement"]) == ("PARTIAL", "agreement-a")
    assert decision["recognised"] == ["T1"]


def test_with_the_same_floor_an_agreement_that_may_turn_out_better_is_preferred():
    settled = agreement("agreement-a")
    hopeful = agreement("agreement-b", mapping_complete=False)
    decision = decided([credential("S1")], ASKS_T1, settled, hopeful)

    assert (decision["outcome"], decision["floor"], decision["ceiling"]) == ("REFER", "REFUSED", "FULL")
    assert decision["agreement"] == "agreement-b"


def test_by_award_date_a_credential_awarded_inside_outlives_the_agreement():
    ended = agreement(applies_by="award_date", valid={"from": "2025-01-01", "until": "2025-12-31"})
    rows = crosswalk(("S1", "exactMatch", "T1"))

    assert decided([credential("S1", awarded="2025-12-31")], ASKS_T1, ended, rows)["outcome"] == "FULL"
    assert decided([credential("S1", awarded="2026-01-01")], ASKS_T1, ended, rows)["outcome"] == "REFUSED"


# Usable evidence (3)


@pytest.mark.parametrize(
    ("awarded", "decided_on", "outcome"),
    [
        ("2025-08-31", "2026-02-28", "FULL"),  # six months after 31 August is the end of February, inclusive
        ("2025-08-28", "2026-02-28", "FULL"),
        ("2025-08-27", "2026-02-28", "REFUSED"),
        ("2027-08-31", "2028-02-29", "FULL"),
        ("2025-08-31", "2026-03-01", "REFUSED"),
    ],
)
def test_freshness_is_clamped_to_the_months_end_and_inclusive(awarded, decided_on, outcome):
    fresh, rows = agreement(freshness_months=6), crosswalk(("S1", "exactMatch", "T1"))

    assert (
        decided([credential("S1", awarded=awarded)], ASKS_T1, fresh, rows, decided_on=decided_on)["outcome"] == outcome
    )


def test_a_credential_counts_on_the_day_it_expires_and_on_the_day_it_is_awarded():
    assert decided([credential("T1", expires="2026-06-01", awarded="2026-06-01")], ASKS_T1)["outcome"] == "FULL"
    assert decided([credential("T1", expires="2026-05-31")], ASKS_T1)["outcome"] == "REFER"
    assert decided([credential("T1", awarded="2026-06-02")], ASKS_T1)["outcome"] == "REFER"


@pytest.mark.parametrize(
    ("checked", "decided_at", "outcome"),
    [
        ("2026-06-01T00:00:00Z", {}, "FULL"),  # exactly 24 hours before the midnight that ends the day
        ("2026-05-31T23:59:59Z", {}, "REFER"),
        ("2026-05-31T23:59:59Z", {"decided_at": "2026-06-01T12:00:00Z"}, "FULL"),
        ("2026-06-01T18:00:00Z", {"decided_at": "2026-06-01T12:00:00Z"}, "FULL"),  # after the moment: not stale
    ],
)
def test_a_status_is_read_at_the_end_of_the_decision_date_unless_a_moment_is_given(checked, decided_at, outcome):
    terms, rows = agreement(status_max_age_hours=24), crosswalk(("S1", "exactMatch", "T1"))

    decision = decided([credential("S1", status_checked=checked)], ASKS_T1, terms, rows, **decided_at)

    assert decision["outcome"] == outcome


def test_a_stale_list_never_makes_a_revoked_credential_unknown():
    terms, rows = agreement(status_max_age_hours=24), crosswalk(("S1", "exactMatch", "T1"))
    old = {"status_checked": "2020-01-01T00:00:00Z"}

    assert decided([credential("S1", status="revoked", **old)], ASKS_T1, terms, rows)["outcome"] == "REFUSED"
    assert decided([credential("S1", status="suspended", **old)], ASKS_T1, terms, rows)["outcome"] == "REFER"


def test_an_assumption_fills_a_gap_but_never_overrides():
    terms, rows = agreement(min_assurance="provider_assessed"), crosswalk(("S1", "exactMatch", "T1"))
    assume = {"assurance": "authority_assessed"}

    assert decided([credential("S1")], ASKS_T1, terms, rows)["outcome"] == "REFER"
    assert decided([credential("S1")], ASKS_T1, terms, rows, assume=assume)["outcome"] == "FULL"
    stated = credential("S1", assurance="self_declared")
    assert decided([stated], ASKS_T1, terms, rows, assume=assume)["outcome"] == "REFUSED"


def test_two_credentials_for_a_unit_never_combine_into_a_stronger_one():
    asked = qualification({"unit": "T1", "level": "3", "min_score": "80"})
    high, well = {"id": "T1", "level": "3", "score": "50"}, {"id": "T1", "level": "2", "score": "90"}

    assert decided([credential(high), credential(well)], asked)["recognised"] == []


# Levels (4)


@pytest.mark.parametrize(
    ("held", "outcome"),
    [
        ("4", "FULL"),  # stands for 2 or 3: the lowest reaches 2
        ("5", "REFER"),  # stands for 1 or 2: may or may not
        ("2", "REFER"),  # agreed to be comparable with nothing: stays unknown, although it is higher
        ("3", "REFER"),  # no pair, policy none
    ],
)
def test_a_level_on_another_scale_is_judged_by_the_lowest_that_it_may_stand_for(held, outcome):
    levels = referencing([("5", "1"), ("5", "2"), ("4", "2"), ("4", "3")], absent=["2"])
    asked = qualification({"unit": "T1", "level": "2"})
    held_unit = {"id": "S1", "level": held}

    decision = decided([credential(held_unit)], asked, agreement(), crosswalk(("S1", "exactMatch", "T1")), levels)

    assert decision["outcome"] == outcome


@pytest.mark.parametrize(("asked", "outcome"), [("2", "FULL"), ("3", "REFER"), ("4", "REFER"), ("5", "REFUSED")])
def test_monotone_neighbours_bound_a_level_without_a_pair(asked, outcome):
    """Between 4 (stands for 2 or 3) and 2 (stands for 3 or 4), level 3 is at least 2 and at most 4."""
    levels = referencing([("4", "2"), ("4", "3"), ("2", "3"), ("2", "4")], policy="monotone")
    held = {"id": "S1", "level": "3"}
    target = qualification({"unit": "T1", "level": asked})

    decision = decided([credential(held)], target, agreement(), crosswalk(("S1", "exactMatch", "T1")), levels)

    assert decision["outcome"] == outcome


# Coverage (5)


def test_a_chain_is_refused_at_one_hop_and_needs_enough_confidence_at_two():
    rows = crosswalk(("S1", "exactMatch", "M1", "0.9"), ("M1", "narrowMatch", "T1", "0.9"))

    def outcome(**terms):
        return decided([credential("S1")], ASKS_T1, agreement(**terms), rows)["outcome"]

    assert outcome() == "REFUSED"
    assert outcome(max_hops=2) == "FULL"
    assert outcome(max_hops=2, min_confidence="0.81") == "FULL"
    assert outcome(max_hops=2, min_confidence="0.82") == "REFUSED"


def test_a_narrow_match_is_not_symmetric():
    assert (
        decided([credential("S1")], ASKS_T1, agreement(), crosswalk(("S1", "narrowMatch", "T1")))["outcome"] == "FULL"
    )
    assert (
        decided([credential("S1")], ASKS_T1, agreement(), crosswalk(("T1", "narrowMatch", "S1")))["outcome"]
        == "REFUSED"
    )
    assert decided([credential("S1")], ASKS_T1, agreement(), crosswalk(("T1", "broadMatch", "S1")))["outcome"] == "FULL"


def test_predicates_govern_a_row_as_it_is_read():
    narrow_only = agreement(predicates=["skos:narrowMatch"])

    assert decided([credential("S1")], ASKS_T1, narrow_only, crosswalk(("T1", "broadMatch", "S1")))["outcome"] == "FULL"
    assert (
        decided([credential("S1")], ASKS_T1, narrow_only, crosswalk(("S1", "exactMatch", "T1")))["outcome"] == "REFUSED"
    )


def test_a_close_match_is_accepted_only_with_enough_confidence_and_never_refused():
    accepting = agreement(accept_close=True, min_confidence="0.8", predicates=["skos:exactMatch"])

    def outcome(terms, *confidence):
        return decided([credential("S1")], ASKS_T1, terms, crosswalk(("S1", "closeMatch", "T1", *confidence)))[
            "outcome"
        ]

    assert outcome(accepting, "0.80") == "FULL"
    assert outcome(accepting, "0.79") == "REFER"
    assert outcome(accepting) == "REFER"
    assert outcome(agreement(), "1") == "REFER"


def test_only_a_related_row_is_no_recognition_even_where_the_mapping_is_incomplete():
    incomplete = agreement(mapping_complete=False)

    assert (
        decided([credential("S1")], ASKS_T1, incomplete, crosswalk(("S1", "relatedMatch", "T1")))["outcome"]
        == "REFUSED"
    )
    assert decided([credential("S1")], ASKS_T1, incomplete)["outcome"] == "REFER"


def test_a_denial_of_both_ends_denies_the_chain_between_them_in_either_order():
    rows = [("S1", "exactMatch", "M1"), ("M1", "exactMatch", "T1")]
    terms = agreement(max_hops=2, mapping_complete=False)

    for denial in (("S1", "exactMatch", "T1", "", "Not"), ("T1", "relatedMatch", "S1", "0.1", "Not")):
        assert decided([credential("S1")], ASKS_T1, terms, crosswalk(*rows, denial))["outcome"] == "REFUSED"


def test_one_part_of_two_is_not_enough_and_both_are_only_as_high_as_the_lower():
    rows, terms = crosswalk(("S1|S2", "exactMatch", "T1")), agreement()
    levels = referencing([("4", "2"), ("3", "3")])
    asked = qualification({"unit": "T1", "level": "3"})
    high, low = {"id": "S1", "level": "3"}, {"id": "S2", "level": "4"}

    assert decided([credential("S1")], ASKS_T1, terms, rows)["outcome"] == "REFUSED"
    assert decided([credential("S1"), credential("S2")], ASKS_T1, terms, rows)["outcome"] == "FULL"
    assert decided([credential(high), credential(low)], asked, terms, rows, levels)["outcome"] == "REFUSED"


def test_a_composed_denial_denies_only_that_exact_set():
    rows = [("S1|S2", "exactMatch", "T1"), ("S2|S1", "exactMatch", "T1", "", "Not")]
    terms = agreement()

    assert decided([credential("S1", "S2")], ASKS_T1, terms, crosswalk(*rows))["outcome"] == "REFUSED"
    single = crosswalk(*rows, ("S1", "exactMatch", "T1"))
    assert decided([credential("S1", "S2")], ASKS_T1, terms, single)["outcome"] == "FULL"


def test_an_equivalent_predecessor_covers_its_successor_but_never_the_other_way_round():
    def outcome(held, asked):
        return decided([credential(held)], qualification({"unit": asked}))["outcome"]

    assert outcome("T1", "T5") == "FULL"
    assert outcome("T5", "T1") == "REFER"
    assert outcome("T2", "T6") == "REFER"  # superseded, but not equivalent


def test_a_row_to_a_predecessor_covers_the_successor_in_one_hop():
    asked = qualification({"unit": "T5"})

    assert decided([credential("S1")], asked, agreement(), crosswalk(("S1", "exactMatch", "T1")))["outcome"] == "FULL"


def test_direct_access_opens_a_certificate_leaf_but_grants_no_unit():
    foreign = qualification(identifier="foreign", framework="away")
    guild = qualification(identifier="guild")
    target = qualification({"unit": "T1"}, {"holds": "guild"})

    def missing(effect):
        entry = {"holds": "foreign", "grants": ["T1", "guild"], "effect": effect}
        held = [credential(holds=["foreign"])]
        return decided(held, target, foreign, guild, agreement(direct=[entry]))["missing"]

    assert missing("certificate") == []
    assert missing("access") == [["T1"]]


# Sums (6)


def test_adjoining_periods_are_one_stretch_and_a_gap_of_one_day_makes_two():
    target = qualification({"experience": {"months": 3, "occupation": "goldsmith"}})

    def outcome(*periods):
        return decided([practice(*period) for period in periods], target, agreement())["outcome"]

    assert outcome(("2026-01-01", "2026-02-14"), ("2026-02-15", "2026-03-31")) == "FULL"
    assert outcome(("2026-01-01", "2026-02-13"), ("2026-02-15", "2026-03-31")) == "REFUSED"
    assert outcome(("2026-01-01", "2026-03-30")) == "REFUSED"
    assert outcome(("2026-03-02", "2026-12-31")) == "FULL"  # cut at 1 June, both ends included
    assert outcome(("2026-03-03", "2026-12-31")) == "REFUSED"


# Credit pools (7)


def pool(at_least, *units, **fields):
    return {"credits": {"at_least": at_least, "from": list(units), **fields}}


def test_the_best_assignment_counts_where_a_greedy_one_would_lose():
    """S1 covers T1 and T2, S2 covers only T1: giving S1 to T1 first would leave T2 unserved."""
    rows = crosswalk(("S1", "exactMatch", "T1"), ("S1", "narrowMatch", "T2"), ("S2", "exactMatch", "T1"))
    decision = decided([credential("S1", "S2")], qualification(pool(9, "T1", "T2")), agreement(), rows)

    assert decision["outcome"] == "FULL"
    assert decision["recognised"] == ["T1", "T2"]


def test_one_source_unit_serves_one_target_unit_unless_reuse_is_allowed():
    rows = crosswalk(("S1", "exactMatch", "T1"), ("S1", "exactMatch", "T2"))
    twice = [credential("S1"), credential("S1")]  # two credentials are still one unit
    target = qualification(pool(9, "T1", "T2"))

    alone = decided(twice, target, agreement(), rows)
    assert (alone["outcome"], alone["recognised"], alone["missing"]) == ("REFUSED", ["T1"], [["T1"], ["T2"]])
    assert decided(twice, target, agreement(reuse_allowed=True), rows)["outcome"] == "FULL"


def test_a_leaf_outside_a_pool_is_not_limited_by_it():
    rows = crosswalk(("S1", "exactMatch", "T1"), ("S1", "exactMatch", "T2"))
    target = qualification({"unit": "T1"}, pool(3, "T2", "T3"))

    assert decided([credential("S1")], target, agreement(), rows)["outcome"] == "FULL"


def test_a_cap_truncates_and_home_units_are_free_of_the_recognised_share():
    rows, target = crosswalk(("S1", "exactMatch", "T1")), qualification(pool(6, "T1", "T2"))
    half = agreement(recognised_share_max="0.5")

    assert decided([credential("S1")], target, half, rows)["outcome"] == "REFUSED"  # 6 recognised, 3 may count
    assert decided([credential("S1", "T2")], target, half, rows)["outcome"] == "FULL"  # 3 and 3 of home
    capped = qualification(pool(6, "T1", "T2", caps=[{"of": ["T1"], "at_most": 2}]))
    assert decided([credential("T1", "T2")], capped, half)["outcome"] == "REFUSED"  # 2 and 3


def test_a_unit_without_credits_is_worth_nothing_and_still_recognised():
    decision = decided([credential("T2", "T4")], qualification(pool(3, "T2", "T4")), agreement())

    assert decision["outcome"] == "FULL"
    assert decision["recognised"] == ["T2", "T4"]


# Outcomes, missing sets and open facts (8, 9)


def test_each_alternative_is_a_missing_set_of_its_own():
    either = {"any_of": [{"unit": "T2"}, {"all_of": [{"unit": "T3"}, {"unit": "T4"}]}]}
    target = qualification({"unit": "T6"}, either)

    assert decided([], target, agreement())["missing"] == [["T2", "T6"], ["T3", "T4", "T6"]]


def test_an_acquired_unit_covers_its_equivalent_successor_too():
    assert decided([], qualification({"unit": "T1"}, {"unit": "T5"}), agreement())["missing"] == [["T1"]]


def test_more_months_satisfy_a_leaf_that_asks_fewer():
    less, more = ({"experience": {"months": months, "occupation": "goldsmith"}} for months in (6, 24))

    assert decided([], qualification(less, more), agreement())["missing"] == [["experience:goldsmith:24"]]


def test_a_condition_must_lie_within_what_may_be_missing():
    target = qualification({"any_of": [{"unit": "T2"}, {"unit": "T3"}]})
    offered = {"only_missing": ["T3"], "deadline_months": 6}

    decision = decided([], target, agreement(conditional=offered))

    assert decision["outcome"] == "CONDITIONAL"
    assert decision["conditions"] == {"must_obtain": ["T3"], "deadline_months": 6}
    assert decision["missing"] == [["T2"], ["T3"]]


def test_partial_comes_before_conditional_where_the_agreement_prefers_it():
    fields = {"conditional": {"only_missing": ["T2"]}, "partial": {"min_units": 1}}
    target = qualification({"unit": "T1"}, {"unit": "T2"})
    order = ["FULL", "PARTIAL", "CONDITIONAL"]

    assert decided([credential("T1")], target, agreement(**fields))["outcome"] == "CONDITIONAL"
    assert decided([credential("T1")], target, agreement(**fields, preference=order))["outcome"] == "PARTIAL"


def test_a_bar_refuses_and_an_unknown_bar_needs_a_person():
    barred = qualification({"unit": "T1"}, bars=[{"person": {"fact": "banned", "in": ["yes"]}, "reason": {"en": "no"}}])

    def decision(**person):
        return decided([credential("T1")], barred, agreement(), person=person)

    assert decision(banned="yes")["outcome"] == "REFUSED"
    assert decision(banned="no")["outcome"] == "FULL"
    unknown = decision()
    assert (unknown["outcome"], unknown["floor"], unknown["ceiling"]) == ("REFER", "REFUSED", "FULL")
    assert unknown["open"] == ["person:banned"]


def test_an_unknown_that_cannot_change_the_outcome_leaves_it_full():
    either = qualification({"any_of": [{"unit": "T1"}, {"person": {"fact": "age", "in": ["20"]}}]})

    decision = decided([credential("T1")], either, agreement())

    assert (decision["outcome"], decision["open"]) == ("FULL", [])


def test_a_fact_is_open_if_it_matters_for_some_value_of_the_others():
    """The age matters only where the alternative holds: what is missing to the asked one is content there."""
    target = qualification({"unit": "T2"}, {"person": {"fact": "age", "in": ["20"]}})
    other = qualification({"person": {"fact": "residence", "in": ["MO"]}}, identifier="other")

    decision = decided([], target, other, agreement(alternative=["other"]))

    assert (decision["outcome"], decision["floor"], decision["ceiling"]) == ("REFER", "REFUSED", "ALTERNATIVE")
    assert decision["open"] == ["person:age", "person:residence"]


def test_a_target_out_of_force_is_bad_input_and_no_decision():
    with pytest.raises(BadInput):
        decided([], {**ASKS_T1, "status": "withdrawn"})


def test_a_target_of_another_region_is_bad_input_and_no_decision():
    with pytest.raises(BadInput):
        decided([], {**ASKS_T1, "region": "MO"})


def test_a_unit_that_no_framework_knows_is_bad_input():
    with pytest.raises(BadInput):
        decided([credential("nowhere")], ASKS_T1)
