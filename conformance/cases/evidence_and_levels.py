# SPDX-License-Identifier: Apache-2.0
"""Points 3 and 4: which evidence counts, and how levels compare."""

from __future__ import annotations

from conformance.cases import case, refer

from tests.touchstone.small_world import (
    ASKS_T1,
    AWAY,
    HOME,
    S1_IS_T1,
    SCALE_HOME,
    agreement,
    credential,
    person,
    qualification,
    referencing,
    training,
    unit,
)

OPEN = refer("REFUSED", "FULL", "T1")
STRICT = {
    "issuers": ["did:web:a"],
    "freshness_months": 1,
    "min_assurance": "authority_assessed",
    "status_max_age_hours": 0,
}
ABROAD = qualification(identifier="abroad", framework=AWAY, region="GD")
GUILD = qualification(identifier="guild")


def under(name, title, terms, hand, request=None, **fields):
    """S1 held with some fields, for T1, under some terms."""
    return case(
        name, title, [credential("S1", **fields)], [ASKS_T1, S1_IS_T1, agreement(**terms)], hand, **(request or {})
    )


def at_home(name, title, hand, **fields):
    """T1 held with some fields, for T1, under an agreement that plays no part."""
    return case(name, title, [credential("T1", **fields)], [ASKS_T1, agreement()], hand)


AGED = {"status_max_age_hours": 24}
NOON = {"decided_at": "2026-06-01T12:00:00Z"}
SURE = {"min_assurance": "provider_assessed"}
EVIDENCE = [
    case("3.1 home-unit-is-free-of-terms", "A unit of the target's own framework is read under home terms.",
         [credential("T1", awarded="2000-01-01")], [ASKS_T1, agreement(**STRICT)], "FULL"),
    case("3.1 home-certificate", "A held qualification of the target's framework is read under home terms.",
         [credential(holds=["guild"], awarded="2000-01-01")], [qualification({"holds": "guild"}), GUILD, agreement(**STRICT)], "FULL"),
    case("3.1 foreign-certificate", "A held qualification of another framework is read under agreement terms.",
         [credential(holds=["abroad"], awarded="2000-01-01")],
         [qualification({"holds": "abroad"}), ABROAD, agreement(freshness_months=12)], "REFUSED"),
    case("3.1 home-training", "Training in the target's framework is read under home terms.",
         [training("40", framework=HOME, awarded="2000-01-01")],
         [qualification({"training": {"hours": "40", "framework": HOME}}), agreement(**STRICT)], "FULL"),
    case("3.1 foreign-training-without-agreement", "Without an agreement, evidence that is not home is false.",
         [training("40")], [qualification({"training": {"hours": "40", "framework": AWAY}})],
         {"outcome": "REFER", "floor": "REFER", "missing": [[f"training:{AWAY}:40"]]}),
    case("3.1 everything-is-home-in-the-home-case", "In the home case everything is read under home terms.",
         [training("40", assurance=None)], [qualification({"training": {"hours": "40", "framework": AWAY}})], "FULL",
         **{"from": "HK"}),
    case("3.1 person-facts-are-always-readable", "A person fact is no credential and needs no agreement.",
         [], [qualification(person("residence", "MO"))], "FULL", person={"residence": "MO"}),
    at_home("3.2 awarded-today", "A credential counts on the day of its award, and on the day it expires.", "FULL",
            awarded="2026-06-01", expires="2026-06-01"),
    at_home("3.2 expired-yesterday", "A credential that expired yesterday does not count.", "REFUSED", expires="2026-05-31"),
    at_home("3.2 awarded-tomorrow", "A credential that is awarded tomorrow does not count.", "REFUSED", awarded="2026-06-02"),
    at_home("3.2 award-missing", "Without its award date a credential is unknown.", OPEN, awarded=None),
    at_home("3.2 suspended", "A suspended credential is unknown.", OPEN, status="suspended"),
    at_home("3.2 status-missing", "A credential without a status is unknown.", OPEN, status=None),
    at_home("3.2 revoked", "A revoked credential does not count.", "REFUSED", status="revoked"),
    at_home("3.2 stated-expired", "A credential whose status is expired does not count.", "REFUSED", status="expired"),
    under("3.3 issuer-in-scope", "A credential of an admitted issuer counts.", {"issuers": ["did:web:a"]}, "FULL", issuer="did:web:a"),
    under("3.3 issuer-out-of-scope", "A credential of another issuer does not count.", {"issuers": ["did:web:a"]}, "REFUSED",
          issuer="did:web:b"),
    under("3.3 issuer-missing", "Where issuers are asked, a credential without one is unknown.", {"issuers": ["did:web:a"]}, OPEN),
    under("3.3 framework-in-scope", "A unit of an admitted framework counts.", {"frameworks": [AWAY]}, "FULL"),
    under("3.3 framework-out-of-scope", "A unit of a framework out of scope does not count.",
          {"frameworks": ["framework-between"]}, "REFUSED"),
    case("3.3 training-out-of-scope", "Training in a framework out of scope does not count.", [training("40")],
         [qualification({"training": {"hours": "40", "framework": AWAY}}), agreement(frameworks=["framework-between"])], "REFUSED"),
    under("3.3 fresh-clamped-to-the-months-end", "Six months after 31 August end on the last day of February.",
          {"freshness_months": 6}, "FULL", {"decided_on": "2026-02-28"}, awarded="2025-08-31"),
    under("3.3 stale-by-a-day", "The day after is too old.", {"freshness_months": 6}, "REFUSED", {"decided_on": "2026-03-01"},
          awarded="2025-08-31"),
    under("3.3 fresh-in-a-leap-year", "In a leap year February ends on the 29th.", {"freshness_months": 6}, "FULL",
          {"decided_on": "2028-02-29"}, awarded="2027-08-31"),
    under("3.3 fresh-on-the-last-day", "The last day of freshness is inside.", {"freshness_months": 12}, "FULL", awarded="2025-06-01"),
    under("3.3 assurance-reaches", "An assurance at the minimum counts.", SURE, "FULL", assurance="provider_assessed"),
    under("3.3 assurance-too-low", "An assurance below the minimum does not count.", SURE, "REFUSED", assurance="employer_attested"),
    under("3.3 assurance-missing", "Where an assurance is asked and none is stated, it is unknown.", SURE, OPEN),
    under("3.3 checked-24-hours-before-midnight", "The age of a check is read at the midnight that ends the day.", AGED, "FULL",
          status_checked="2026-06-01T00:00:00Z"),
    under("3.3 checked-a-second-earlier", "A second too old, a check is stale: unknown.", AGED, OPEN,
          status_checked="2026-05-31T23:59:59Z"),
    under("3.3 checked-before-a-given-moment", "With `decided_at` the age is read at that moment.", AGED, "FULL", NOON,
          status_checked="2026-05-31T12:00:00Z"),
    under("3.3 checked-after-the-moment", "A check after the moment is not stale.", AGED, "FULL", NOON,
          status_checked="2026-06-01T18:00:00Z"),
    under("3.3 check-missing", "Where an age is asked, a status without a check is unknown.", AGED, OPEN),
    under("3.3 old-list-never-saves-a-revoked-credential", "The age is asked only of a valid status: revoked stays false.", AGED,
          "REFUSED", status="revoked", status_checked="2020-01-01T00:00:00Z"),
    under("3.4 minimum-of-all-terms", "One term that fails is enough: false beats unknown.", {**SURE, "freshness_months": 1},
          "REFUSED", awarded="2020-01-01"),
    under("3.5 assumed-assurance", "An assumption fills an assurance that is left out.", SURE, "FULL",
          {"assume": {"assurance": "authority_assessed"}}),
    under("3.5 assumption-never-overrides", "An assumption never overrides a stated assurance.", SURE, "REFUSED",
          {"assume": {"assurance": "authority_assessed"}}, assurance="self_declared"),
    under("3.5 assumed-status-is-fresh", "An assumed status is taken as checked.", AGED, "FULL", {"assume": {"status": "valid"}},
          status=None),
    under("3.5 stated-status-stays-unchecked", "A stated status without a check stays unchecked under an assumption.", AGED, OPEN,
          {"assume": {"status": "valid"}}),
]  # fmt: skip


def levelled(name, title, held, asked, hand, levels=None, **terms):
    """S1 at a level of the scale that falls, for T1 at a level of the scale that rises."""
    given = [qualification(unit("T1", level=asked)), S1_IS_T1, agreement(**terms), *([levels] if levels else [])]
    return case(name, title, [credential({"id": "S1", "level": held} if held else "S1")], given, hand)


MANY = referencing(["5", "1"], ["5", "2"], ["4", "2"], ["4", "3"], absent=["2"])
MONOTONE = referencing(["4", "2"], ["4", "3"], ["2", "3"], ["2", "4"], policy="monotone")
FIRST, SECOND = (referencing([held, to], identifier=name) for name, held, to in (("one", "3", "2"), ("two", "3", "4")))
BOTH = {"referencings": ["one", "two"]}
LEVELS = [
    levelled("4.1 no-level-held", "Where a level is asked and none is held, it is unknown.", None, "1", OPEN),
    case("4.1 same-scale", "On one scale positions are compared: the highest code may be the smallest number.",
         [credential({"id": "S1", "level": "2"})],
         [qualification(unit("S1", level="3"), framework=AWAY, region="HK"), agreement()], "FULL"),
    case("4.1 same-scale-lower", "On one scale a lower position does not reach.", [credential({"id": "T1", "level": "2"})],
         [qualification(unit("T1", level="3")), agreement()], "REFUSED"),
    case("4.1 any-level", "Where no level is asked, any will do.", [credential({"id": "T1", "level": "1"})], [ASKS_T1], "FULL"),
    levelled("4.2 lowest-mapped-reaches", "A level that stands for 2 or 3 reaches 2.", "4", "2", "FULL", MANY),
    levelled("4.2 between", "A level that stands for 1 or 2 may reach 2.", "5", "2", OPEN, MANY),
    levelled("4.2 highest-mapped-is-below", "A level that stands for 1 or 2 does not reach 3.", "5", "3", "REFUSED", MANY),
    levelled("4.2 listed-as-absent", "A level listed as absent stays unknown, though it is higher than a mapped one.", "2", "1", OPEN,
             MANY),
    levelled("4.2 no-pair-policy-none", "Without a pair and without `monotone` a level is unknown.", "3", "1", OPEN, MANY),
    levelled("4.2 monotone-lower-bound", "The nearest mapped level below bounds from below.", "3", "2", "FULL", MONOTONE),
    levelled("4.2 monotone-between", "Between the bounds a level is unknown.", "3", "3", OPEN, MONOTONE),
    levelled("4.2 monotone-upper-bound", "The nearest mapped level above bounds from above.", "3", "5", "REFUSED", MONOTONE),
    case("4.2 two-referencings-unite", "Two admitted referencings unite: 3 stands for 2 or 4.", [credential({"id": "S1", "level": "3"})],
         [qualification(unit("T1", level="3")), S1_IS_T1, agreement(**BOTH), FIRST, SECOND], OPEN),
    levelled("4.2 absent-under-monotone", "A level listed as absent stays unknown, also where its neighbours would bound it.", "3", "2",
             OPEN, referencing(["4", "2"], ["2", "4"], absent=["3"], policy="monotone")),
    case("4.2 one-monotone-of-two", "One monotone referencing of two is not enough to bound by neighbours.",
         [credential({"id": "S1", "level": "3"})],
         [qualification(unit("T1", level="2")), S1_IS_T1, agreement(**BOTH),
          referencing(["4", "2"], identifier="one", policy="monotone"), referencing(["2", "4"], identifier="two")], OPEN),
    levelled("4.3 top-to-top-never-inverted", "Nor is one that sets the highest levels of both scales equal.", "1", "1", OPEN,
             referencing(["5", "1"], start=SCALE_HOME, end="scale-away")),
    levelled("4.3 never-inverted", "A referencing is never inverted.", "1", "1", OPEN,
             referencing(["1", "1"], start=SCALE_HOME, end="scale-away")),
    levelled("4.3 without-one", "Without a referencing another scale stays unknown.", "1", "1", OPEN, referencings=[]),
    case("4.4 score-reaches", "A score at the minimum counts.", [credential({"id": "T1", "score": "80"})],
         [qualification(unit("T1", min_score="80")), agreement()], "FULL"),
    case("4.4 score-too-low", "A score below the minimum does not, however little below.", [credential({"id": "T1", "score": "79.999999"})],
         [qualification(unit("T1", min_score="80")), agreement()], "REFUSED"),
    case("4.4 score-missing", "A score that is asked and missing is unknown.", [credential("T1")],
         [qualification(unit("T1", min_score="80")), agreement()], OPEN),
]  # fmt: skip
CASES = [*EVIDENCE, *LEVELS]
