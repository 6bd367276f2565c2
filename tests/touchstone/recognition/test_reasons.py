# SPDX-License-Identifier: Apache-2.0
"""Every reason of the catalogue is given by some decision, with the details that its text speaks of."""

from __future__ import annotations

import pytest

from tests.touchstone.plain import documents_of, request_of
from tests.touchstone.small_world import (
    AGREEMENT,
    ASKS_T1,
    AWAY,
    S1_IS_T1,
    agreement,
    at_least,
    codes,
    credential,
    crosswalk,
    decided,
    documents,
    experience,
    person,
    pool,
    practice,
    qualification,
    referencing,
    request,
    training,
    unit,
)
from touchstone.recognition import compile_rulebook, decide, explain
from touchstone.recognition.reasons import catalogue
from touchstone.text import LANGUAGES

BANNED = {**person("banned", "yes"), "reason": {"en": "has been banned"}}
STALE = "2026-05-01T00:00:00Z"
LEVELS = referencing(["5", "1"], ["4", "2"], ["3", "3"])
ASKS_LEVEL_2 = qualification(unit("T1", level="2"))
ASKS_80 = qualification(unit("T1", min_score="80"))
MASTER = qualification(identifier="master", framework=AWAY, region="GD")
ONE_SOURCE = crosswalk(("S1", "exactMatch", "T1"), ("S1", "narrowMatch", "T2"))
MANY_UNKNOWN = qualification(
    *(person(f"fact-{number}", "yes") for number in range(13)), {"any_of": []}, identifier="other"
)


def s1(**fields):
    return credential("S1", **fields)


def s1_at(**held):
    return credential({"id": "S1", **held})


def row(predicate, *rest):
    return crosswalk(("S1", predicate, "T1", *rest))


def scenario(evidence, *given, stated=None, **details):
    """Evidence, documents, what the holder states about herself, and the details that the reason must have."""
    return evidence, given, {"person": stated} if stated else {}, details


SCENARIOS = {
    "no_agreement": scenario([s1()], ASKS_T1),
    "agreement_begins_later": scenario(
        [s1()], ASKS_T1, agreement(valid={"from": "2026-06-02"}), about=AGREEMENT, asked="2026-06-02"
    ),
    "agreement_ended": scenario(
        [s1()], ASKS_T1, agreement(valid={"until": "2026-05-31"}), about=AGREEMENT, held="2026-05-31"
    ),
    "agreement_not_in_force": scenario([s1()], ASKS_T1, agreement(status="suspended"), about=AGREEMENT),
    "purpose_not_covered": scenario(
        [s1()], ASKS_T1, agreement(purposes=["licensing"]), about=AGREEMENT, asked="employment"
    ),
    "barred": scenario([s1()], {**ASKS_T1, "bars": [BANNED]}, agreement(), stated={"banned": "yes"}, about="bars[0]"),
    "bar_unknown": scenario([s1()], {**ASKS_T1, "bars": [BANNED]}, agreement(), S1_IS_T1, about="bars[0]"),
    "award_date_missing": scenario([s1(awarded=None)], ASKS_T1, agreement(), S1_IS_T1, about="T1", unit="S1"),
    "awarded_later": scenario([s1(awarded="2026-06-02")], ASKS_T1, agreement(), S1_IS_T1, held="2026-06-02"),
    "awarded_outside_agreement": scenario(
        [s1()], ASKS_T1, agreement(applies_by="award_date", valid={"until": "2026-04-30"}), S1_IS_T1, held="2026-05-01"
    ),
    "expired": scenario([s1(expires="2026-05-31")], ASKS_T1, agreement(), S1_IS_T1, held="2026-05-31"),
    "too_old": scenario(
        [s1(awarded="2020-01-01")], ASKS_T1, agreement(freshness_months=12), S1_IS_T1, held="2020-01-01", asked="12"
    ),
    "status_missing": scenario([s1(status=None)], ASKS_T1, agreement(), S1_IS_T1, credential="urn:example:1"),
    "status_check_missing": scenario([s1()], ASKS_T1, agreement(status_max_age_hours=24), S1_IS_T1, asked="24"),
    "status_stale": scenario(
        [s1(status_checked=STALE)], ASKS_T1, agreement(status_max_age_hours=24), S1_IS_T1, asked="24"
    ),
    "status_suspended": scenario([s1(status="suspended")], ASKS_T1, agreement(), S1_IS_T1),
    "status_revoked": scenario([s1(status="revoked")], ASKS_T1, agreement(), S1_IS_T1),
    "status_expired": scenario([s1(status="expired")], ASKS_T1, agreement(), S1_IS_T1),
    "issuer_missing": scenario([s1()], ASKS_T1, agreement(issuers=["did:web:a"]), S1_IS_T1),
    "issuer_out_of_scope": scenario(
        [s1(issuer="did:web:b")], ASKS_T1, agreement(issuers=["did:web:a"]), S1_IS_T1, held="did:web:b"
    ),
    "framework_out_of_scope": scenario(
        [s1()], ASKS_T1, agreement(frameworks=["framework-between"]), S1_IS_T1, unit="S1"
    ),
    "assurance_missing": scenario(
        [s1()], ASKS_T1, agreement(min_assurance="provider_assessed"), S1_IS_T1, asked="provider_assessed"
    ),
    "assurance_too_low": scenario(
        [s1(assurance="self_declared")],
        ASKS_T1,
        agreement(min_assurance="provider_assessed"),
        S1_IS_T1,
        held="self_declared",
        asked="provider_assessed",
    ),
    "level_missing": scenario([s1()], ASKS_LEVEL_2, agreement(), S1_IS_T1, LEVELS, asked="2"),
    "level_not_comparable": scenario(
        [s1_at(level="1")], ASKS_LEVEL_2, agreement(), S1_IS_T1, LEVELS, held="1", asked="2"
    ),
    "level_too_low": scenario([s1_at(level="5")], ASKS_LEVEL_2, agreement(), S1_IS_T1, LEVELS, held="5", asked="2"),
    "score_missing": scenario([s1()], ASKS_80, agreement(), S1_IS_T1, asked="80"),
    "score_too_low": scenario([s1_at(score="79.5")], ASKS_80, agreement(), S1_IS_T1, held="79.5", asked="80"),
    "close_match": scenario([s1()], ASKS_T1, agreement(), row("closeMatch"), unit="S1"),
    "not_compared": scenario([s1()], ASKS_T1, agreement(mapping_complete=False), about="T1"),
    "part_only": scenario([s1()], ASKS_T1, agreement(), row("broadMatch"), unit="S1"),
    "part_missing": scenario([s1()], ASKS_T1, agreement(), crosswalk(("S1|S2", "exactMatch", "T1")), unit="S2"),
    "related_only": scenario([s1()], ASKS_T1, agreement(), row("relatedMatch"), unit="S1"),
    "predicate_not_admitted": scenario(
        [s1()], ASKS_T1, agreement(predicates=["skos:narrowMatch"]), row("exactMatch"), unit="S1"
    ),
    "row_too_unsure": scenario([s1()], ASKS_T1, agreement(min_confidence="0.8"), row("exactMatch", "0.7"), unit="S1"),
    "denied": scenario([s1()], ASKS_T1, agreement(), row("exactMatch", "", "Not"), unit="S1"),
    "nothing_related": scenario([s1()], ASKS_T1, agreement(), about="T1"),
    "source_used_elsewhere": scenario(
        [s1()], qualification(pool(9, "T1", "T2")), agreement(), ONE_SOURCE, about="T2", unit="S1"
    ),
    "source_unsure": scenario([s1()], qualification(pool(6, "T1")), agreement(), row("closeMatch"), unit="S1"),
    "credits_capped": scenario(
        [s1()], qualification(pool(6, "T1")), agreement(recognised_share_max="0.5"), S1_IS_T1, about="T1"
    ),
    "not_held": scenario([], qualification({"holds": "master"}), MASTER, agreement(), about="holds:master"),
    "experience_too_short": scenario(
        [practice("2026-01-01", "2026-03-31")],
        qualification(experience(12)),
        agreement(),
        about="experience:goldsmith:12",
        held="3",
        asked="12",
    ),
    "experience_unknown": scenario(
        [practice("2026-01-01", None)], qualification(experience(12)), agreement(), held="0", asked="12"
    ),
    "training_too_short": scenario(
        [training(100)],
        qualification({"training": {"hours": 360, "framework": AWAY}}),
        agreement(),
        held="100",
        asked="360",
    ),
    "training_unknown": scenario(
        [training(None)], qualification({"training": {"hours": 360, "framework": AWAY}}), agreement(), asked="360"
    ),
    "person_unknown": scenario([], qualification(person("residence", "HK", "MO")), agreement(), asked="HK, MO"),
    "person_differs": scenario(
        [],
        qualification(person("residence", "HK")),
        agreement(),
        stated={"residence": "GD"},
        held="GD",
    ),
    "never_satisfied": scenario([], qualification({"any_of": []}), agreement()),
    "missing_truncated": scenario(
        [], qualification(at_least(3, *(person(f"fact-{number}", "yes") for number in range(10)))), agreement()
    ),
    "open_truncated": scenario(
        [], qualification(person("residence", "HK")), MANY_UNKNOWN, agreement(alternative=["other"])
    ),
}


@pytest.mark.parametrize("code", SCENARIOS)
def test_the_reason_is_given_with_its_details(code):
    evidence, given, fields, details = SCENARIOS[code]

    reasons = [reason for reason in decided(evidence, *given, **fields).reasons if reason.code == code]

    assert reasons, codes(evidence, *given, **fields)
    assert {field: getattr(reasons[0], field) for field in details} == details


def test_every_reason_of_the_catalogue_is_reached_by_a_scenario():
    assert set(SCENARIOS) == set(catalogue())


@pytest.mark.parametrize("code", SCENARIOS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_reads_well_in_every_language_with_no_gap_left(code, language):
    evidence, given, fields, _ = SCENARIOS[code]
    rulebook, asked = compile_rulebook(documents_of(documents(*given))), request_of(request(evidence, **fields))

    told = explain(decide(asked, rulebook), asked, rulebook, language)

    assert told.sentence
    assert told.reasons
    assert not [
        text for text in (told.sentence, *(reason.text for reason in told.reasons)) if "{" in text or "}" in text
    ]


def test_a_decision_that_is_full_gives_no_reasons():
    assert codes([s1()], ASKS_T1, agreement(), S1_IS_T1) == []


def test_what_needs_no_course_is_told_first():
    asked = qualification(unit("T1"), unit("T2"), unit("T3"))
    rows = crosswalk(("S1", "exactMatch", "T1"), ("S2", "broadMatch", "T2"))
    held = [credential("S1", expires="2026-05-31"), credential("S2", name="urn:2")]

    assert codes(held, asked, agreement(), rows) == ["expired", "part_only", "nothing_related"]


def test_a_level_that_is_too_low_for_a_leaf_is_told_even_where_a_pool_counts_the_unit():
    asked = qualification(unit("T1", level="3"), pool(6, "T1"))

    assert codes([credential({"id": "T1", "level": "1"})], asked, agreement()) == ["level_too_low"]


def test_of_two_levels_asked_of_a_unit_the_one_that_is_missing_is_told():
    asked = qualification(unit("T1", level="1"), unit("T1", level="3"))

    assert codes([credential({"id": "T1", "level": "2"})], asked, agreement()) == ["level_too_low"]
