# SPDX-License-Identifier: Apache-2.0
"""Points 8 and 9: rungs, bars, missing sets, content and open facts."""

from __future__ import annotations

from itertools import combinations

from conformance.cases import case, refer

from tests.touchstone.small_world import (
    ASKS_T1,
    AWAY,
    S1_IS_T1,
    SCALE_AWAY,
    agreement,
    at_least,
    credential,
    crosswalk,
    experience,
    framework,
    person,
    pool,
    qualification,
    unit,
)

BAR = {**person("banned", "yes"), "reason": {"en": "banned"}}
BARRED = {**ASKS_T1, "bars": [BAR]}
TWO = qualification(unit("T1"), unit("T2"))
OTHER = qualification(unit("T1"), identifier="other")
RUNGS = {"conditional": {"only_missing": ["T2"]}, "alternative": ["other"], "partial": {"min_units": 1}}


def missing(name, title, requirement, expected, evidence=(), **terms):
    """What is missing to a requirement."""
    return case(name, title, list(evidence), [qualification(*requirement), agreement(**terms)],
                {"outcome": "REFUSED", "missing": expected})  # fmt: skip


def rung(name, title, terms, hand, evidence=None, given=(), target=TWO, **request):
    """T1 held where T1 and T2 are asked."""
    return case(
        name, title, evidence or [credential("T1")], [target, OTHER, agreement(**terms), *given], hand, **request
    )


def stated(banned):
    """What the holder says of a ban."""
    return {"person": {"banned": banned}}


FACTS = [f"fact-{number}" for number in range(9)]
FOUR_OF_NINE = qualification(at_least(4, *(person(fact, "yes") for fact in FACTS)))
SAID_NO = {"person": dict.fromkeys(FACTS, "no")}
SETS = [[f"person:{fact}" for fact in chosen] for chosen in combinations(FACTS, 4)]
"""All 126 minimal sets, in their order."""
BARS = [
    case("8.1 true-bar", "A true bar refuses outright: nothing is missing, and what is there is still told.", [credential("T1")],
         [BARRED, agreement(partial={"min_units": 1}, conditional={"only_missing": ["T1"]})],
         {"outcome": "REFUSED", "recognised": ["T1"], "missing": []}, **stated("yes")),
    case("8.1 false-bar", "A false bar does nothing.", [credential("T1")], [BARRED, agreement()], "FULL", **stated("no")),
    case("8.1 unknown-bar", "An unknown bar counts at the floor and not at the ceiling.", [credential("T1")], [BARRED, agreement()],
         refer("REFUSED", "FULL", "person:banned")),
    case("8.1 bar-by-evidence", "A bar looks at evidence like a requirement does.", [credential("T1", "S1")],
         [{**ASKS_T1, "bars": [unit("T2")]}, crosswalk(("S1", "exactMatch", "T2")), agreement()], "REFUSED"),
    case("8.1 bar-by-a-grant", "A bar looks at direct grants too.", [credential("T1", holds=["certificate"])],
         [{**ASKS_T1, "bars": [unit("T2")]}, qualification(identifier="certificate", framework=AWAY, region="GD"),
          agreement(direct=[{"holds": "certificate", "grants": ["T2"]}])], "REFUSED"),
    case("8.1 bar-with-unknown-evidence", "An unknown in a bar is resolved the other way round.", [credential("T1", "S1")],
         [{**ASKS_T1, "bars": [unit("T2")]}, crosswalk(("S1", "closeMatch", "T2")), agreement()], refer("REFUSED", "FULL", "T2")),
    case("8.2 both-branches", "Both branches of an alternative are recognised, home units too, sorted.", [credential("T2", "S1")],
         [qualification({"any_of": [unit("T2"), unit("T1")]}), S1_IS_T1, agreement()],
         {"outcome": "FULL", "recognised": ["T1", "T2"]}),
    case("8.2 distinct", "A unit that is named twice is recognised once, if some leaf of it is true.",
         [credential({"id": "T1", "level": "2"})],
         [qualification(unit("T1", level="1"), unit("T1", level="3")), agreement(partial={"min_units": 2})],
         {"outcome": "REFUSED", "recognised": ["T1"], "missing": [["T1"]]}),
    case("8.2 only-what-is-asked", "A unit that the requirement does not name is not recognised.", [credential("T3")],
         [ASKS_T1, agreement()], {"outcome": "REFUSED", "recognised": []}),
]  # fmt: skip
MISSING = [
    missing("8.3 alternatives", "Each alternative is a missing set of its own, smallest first.",
            [unit("T6"), {"any_of": [unit("T2"), {"all_of": [unit("T3"), unit("T4")]}]}], [["T2", "T6"], ["T3", "T4", "T6"]]),
    missing("8.3 minimal", "A set that contains another is not minimal.",
            [{"any_of": [unit("T2"), {"all_of": [unit("T2"), unit("T3")]}]}], [["T2"]]),
    missing("8.3 what-is-held", "What is held already is not missing.", [at_least(2, unit("T1"), unit("T2"), unit("T3"))],
            [["T2"], ["T3"]], [credential("T1")]),
    missing("8.3 covers-its-successor", "An obtained unit covers its equivalent successor too.", [unit("T1"), unit("T5")], [["T1"]]),
    missing("8.3 highest-level-asked", "A unit is obtained at the highest level and score that its leaves ask.",
            [unit("T1", level="2", min_score="60"), unit("T1", level="3", min_score="80"), unit("T5", min_score="70")], [["T1"]]),
    missing("8.3 score-of-the-successor", "A successor that asks more than the obtained unit's own leaves is missing too.",
            [unit("T1", min_score="60"), unit("T5", min_score="70")], [["T1", "T5"]]),
    missing("8.3 more-months", "More months satisfy a leaf that asks fewer.", [experience(6), experience(24)],
            [["experience:goldsmith:24"]]),
    missing("8.3 months-are-not-compared-across-areas", "Months in an occupation and months in an area are two things.",
            [experience(6), experience(24, area="jewellery")], [["experience:goldsmith:6", "experience:jewellery:24"]]),
    case("8.3 other-tokens", "Other leaves have tokens of their own: training, person, holds.", [],
         [qualification({"training": {"hours": "7.5", "framework": AWAY}}, {"holds": "other"}, person("age", "20")), OTHER,
          agreement()], {"outcome": "REFUSED", "missing": [["holds:other", "person:age", f"training:{AWAY}:7.5"]]},
         person={"age": "19"}),
    missing("8.3 pool", "A pool is completed by units that are worth enough.", [pool(6, "T1", "T2", "T3", "T4")],
            [["T1"], ["T2", "T3"]]),
    missing("8.3 obtained-unit-is-one-source", "An obtained predecessor serves one unit of a pool.", [pool(10, "T1", "T5")],
            [["T1", "T5"]]),
    missing("8.3 impossible", "Where nothing would make it true, nothing is missing.", [unit("T1"), {"any_of": []}], []),
    case("8.3 at-most-64", "At most 64 sets are listed, the first by size and ids.", [], [FOUR_OF_NINE, agreement()],
         {"outcome": "REFUSED", "missing": SETS[:64]}, **SAID_NO),
]  # fmt: skip
CLIMBED = [
    rung("8.4 full-first", "FULL comes first by default.", RUNGS, "FULL", [credential("T1", "T2")]),
    rung("8.4 default-order", "By default CONDITIONAL comes before ALTERNATIVE and PARTIAL.", RUNGS,
         {"outcome": "CONDITIONAL", "conditions": {"must_obtain": ["T2"]}}),
    rung("8.4 alternative-preferred", "The agreement's own order of rungs holds.",
         {**RUNGS, "preference": ["FULL", "ALTERNATIVE", "CONDITIONAL", "PARTIAL"]},
         {"outcome": "ALTERNATIVE", "recognised_as": "other", "missing": [["T2"]]}),
    rung("8.4 partial-preferred", "PARTIAL may be preferred.", {**RUNGS, "preference": ["FULL", "PARTIAL", "CONDITIONAL"]}, "PARTIAL"),
    rung("8.4 refused-is-always-last", "REFUSED is last, wherever it stands.", {**RUNGS, "preference": ["REFUSED", "PARTIAL"]},
         "PARTIAL"),
    rung("8.4 rung-not-listed", "A rung that is not listed is not tried.", {**RUNGS, "preference": ["FULL"]}, "REFUSED"),
    rung("8.4 rung-without-its-field", "A rung whose field is absent never holds.", {}, "REFUSED"),
    rung("8.4 partial-reaches", "PARTIAL needs at least `min_units`.", {"partial": {"min_units": 1}},
         {"outcome": "PARTIAL", "recognised": ["T1"], "missing": [["T2"]]}),
    rung("8.4 partial-too-few", "With fewer it does not hold.", {"partial": {"min_units": 2}}, "REFUSED"),
    rung("8.4 partial-of-none", "With `min_units` 0 nothing need be recognised.", {"partial": {"min_units": 0}},
         {"outcome": "PARTIAL", "recognised": []}, [credential("T4")]),
    case("8.4 condition-within-what-may-be-missing", "CONDITIONAL takes the smallest set within `only_missing`.", [],
         [qualification({"any_of": [unit("T2"), unit("T3")]}), agreement(conditional={"only_missing": ["T3"], "deadline_months": 6})],
         {"outcome": "CONDITIONAL", "conditions": {"must_obtain": ["T3"], "deadline_months": 6}, "missing": [["T2"], ["T3"]]}),
    rung("8.4 condition-outside", "A set that is not wholly within `only_missing` is no condition.",
         {"conditional": {"only_missing": ["T2"]}}, "REFUSED", [credential("T4")]),
    case("8.4 condition-beyond-the-first-64", "`only_missing` is tried against all minimal sets, not only the first 64.", [],
         [FOUR_OF_NINE, agreement(conditional={"only_missing": SETS[-1]})],
         {"outcome": "CONDITIONAL", "conditions": {"must_obtain": SETS[-1]}, "missing": SETS[:64]}, **SAID_NO),
    rung("8.4 first-alternative-in-force", "The first alternative that is in force and FULL is named.",
         {"alternative": ["ended", "second", "other"]}, {"outcome": "ALTERNATIVE", "recognised_as": "second"},
         given=[{**qualification(unit("T1"), identifier="ended"), "status": "withdrawn"},
                qualification(unit("T1"), identifier="second")]),
    rung("8.4 barred-alternative", "An alternative that is barred is passed over.", {"alternative": ["barred", "other"]},
         {"outcome": "ALTERNATIVE", "recognised_as": "other"}, given=[{**OTHER, "id": "barred", "bars": [BAR]}], **stated("yes")),
    case("8.4 true-requirement-has-no-condition", "Where the requirement is true there is no missing set, and so no CONDITIONAL.",
         [credential("T1")],
         [ASKS_T1, agreement(conditional={"only_missing": ["T1"]}, preference=["CONDITIONAL", "FULL"])], "FULL"),
    case("8.4 nothing-asked", "A requirement of nothing is true; an alternative among nothing is false.", [],
         [qualification({"all_of": []}, at_least(0, unit("T1"))), agreement()], "FULL"),
    case("8.4 alternatives-own-home", "An alternative's own framework decides what is home.", [credential("S1", awarded="2000-01-01")],
         [ASKS_T1, qualification(unit("S1"), identifier="other", framework=AWAY, region="GD"),
          agreement(alternative=["other"], freshness_months=1)], {"outcome": "ALTERNATIVE", "recognised_as": "other"}),
]  # fmt: skip
THREE = qualification(unit("T1"), unit("T2"), unit("T3"))
CLOSE = crosswalk(("S1", "exactMatch", "T1"), ("S2", "closeMatch", "T2"))
EITHER = qualification({"any_of": [unit("T1"), person("age", "20")]})
MATTERS = qualification(unit("T2"), person("age", "20"))
ELSEWHERE = qualification(person("residence", "MO"), identifier="other")
OPEN = [
    case("8.5 content-of-partial", "PARTIAL at floor and ceiling with different content is REFER.", [credential("S1", "S2")],
         [THREE, CLOSE, agreement(partial={"min_units": 1})],
         refer("PARTIAL", "PARTIAL", "T2", recognised=["T1"], missing=[["T2", "T3"]])),
    case("8.5 content-of-condition", "CONDITIONAL with a different set to obtain is REFER.", [credential("S1", "S2")],
         [THREE, CLOSE, agreement(conditional={"only_missing": ["T2", "T3"]})],
         refer("CONDITIONAL", "CONDITIONAL", "T2", conditions={"must_obtain": ["T2", "T3"]})),
    case("8.5 refused-has-no-content", "REFUSED at floor and ceiling is REFUSED, though what is recognised differs.",
         [credential("S1", "S2")], [THREE, CLOSE, agreement()], {"outcome": "REFUSED", "open": [], "recognised": ["T1"]}),
    case("8.5 unneeded-unknown", "A FULL that an unneeded unknown cannot change is FULL.", [credential("T1")], [EITHER, agreement()],
         {"outcome": "FULL", "open": []}),
    case("8.6 fields-of-the-floor", "`recognised`, `missing` and `conditions` are those of the floor.", [credential("S1", "S2")],
         [TWO, CLOSE, agreement(conditional={"only_missing": ["T2"], "deadline_months": 3})],
         refer("CONDITIONAL", "FULL", "T2", recognised=["T1"], missing=[["T2"]],
               conditions={"must_obtain": ["T2"], "deadline_months": 3})),
    case("8.7 preferring-a-lower-rung", "An agreement that prefers PARTIAL to FULL says so on purpose.", [credential("T1", "T2")],
         [TWO, agreement(partial={"min_units": 1}, preference=["PARTIAL", "FULL"])],
         {"outcome": "PARTIAL", "recognised": ["T1", "T2"], "missing": []}),
    case("8.7 more-evidence-never-lowers", "With FULL first, more evidence never lowers the floor: a revoked copy changes nothing.",
         [credential("T1", name="urn:1"), credential("T1", name="urn:2", status="revoked")], [ASKS_T1, agreement()], "FULL"),
    case("9.1 open-under-its-token", "An unknown fact that is no unit is open under its token.", [],
         [qualification(unit("T1"), {"any_of": [person("age", "20"), unit("T2")]}), agreement(conditional={"only_missing": ["T1"]})],
         refer("REFUSED", "CONDITIONAL", "person:age")),
    case("9.1 held-certificate-of-an-entry", "The held certificate of a direct entry is the fact `holds:ID`.",
         [credential(holds=["certificate"], status="suspended")],
         [ASKS_T1, qualification(identifier="certificate", framework=AWAY, region="GD"),
          agreement(direct=[{"holds": "certificate", "grants": ["T1"]}])], refer("REFUSED", "FULL", "holds:certificate")),
    case("9.1 alternative-not-in-force-asks-nothing", "An alternative that is not in force asks nothing.", [],
         [ASKS_T1, {**ELSEWHERE, "status": "draft"}, agreement(alternative=["other"])], {"outcome": "REFUSED", "open": []}),
    case("9.2 matters-for-some-value-of-the-others", "A fact is open if it matters for some value of the others.", [],
         [MATTERS, ELSEWHERE, agreement(alternative=["other"])],
         refer("REFUSED", "ALTERNATIVE", "person:age", "person:residence")),
    case("9.2 does-not-matter", "An unknown fact that never matters is not open.", [credential("S2")],
         [qualification({"any_of": [unit("T2"), {"all_of": [person("age", "20"), unit("T4")]}]}), CLOSE, agreement()],
         refer("REFUSED", "FULL", "T2")),
    case("9.2 one-name-one-resolution", "Everything unknown under one name is resolved together.", [credential("S2")],
         [qualification(unit("T2"), {"any_of": [unit("T2"), person("age", "20")]}), CLOSE, agreement()],
         refer("REFUSED", "FULL", "T2")),
    case("9.2 matters-in-the-middle-only", "A fact may matter neither at the floor nor at the ceiling, and is open all the same.", [],
         [qualification({"any_of": [{"all_of": [person("a", "yes"), person("x", "yes")]}, person("b", "yes")]}), agreement()],
         refer("REFUSED", "FULL", "person:a", "person:b", "person:x")),
    case("9.2 both-ways", "Two unknown facts that are both needed are both open.", [credential("S2")],
         [qualification(unit("T2"), person("age", "20")), CLOSE, agreement()], refer("REFUSED", "FULL", "T2", "person:age")),
]  # fmt: skip
TEN = [f"fact-{number}" for number in range(10)]
EXACT = [
    case("9.3 ten-unknown-facts", "An answer is exact: of ten unknown facts, five of which are enough, each is open.", [],
         [qualification(at_least(5, *(person(fact, "yes") for fact in TEN))), agreement()],
         refer("REFUSED", "FULL", *(f"person:{fact}" for fact in TEN))),
    case("9.3 only-one-assignment-is-enough", "An answer is exact: each of four sources serves each of four units, and only one way is enough.",
         [credential("S1", "S2", "S3", "S4")],
         [qualification(pool(16, "T1", "T2", "T3", "T5")),
          framework(AWAY, SCALE_AWAY, "S1", "S2", "S3", "S4", region="GD"),
          crosswalk(*[("S1", "exactMatch", each) for each in ("T1", "T2", "T3", "T5")],
                    *[("S2", "exactMatch", each) for each in ("T1", "T2", "T3")],
                    *[("S3", "exactMatch", each) for each in ("T1", "T2")], ("S4", "exactMatch", "T1")), agreement()],
         {"outcome": "FULL", "recognised": ["T1", "T2", "T3", "T5"]}),
]  # fmt: skip
CASES = [*BARS, *MISSING, *CLIMBED, *OPEN, *EXACT]
