# SPDX-License-Identifier: Apache-2.0
"""Points 1 and 2: which documents are in force, and which agreement decides."""

from __future__ import annotations

from conformance.cases import case, refer

from tests.touchstone.small_world import (
    ASKS_T1,
    AWAY,
    HOME,
    S1_IS_T1,
    SCALE_AWAY,
    SCALE_HOME,
    agreement,
    credential,
    crosswalk,
    framework,
    person,
    qualification,
    referencing,
    unit,
)

OLD = qualification(unit("T2"), valid={"until": "2026-05-31"})
NEW = {**qualification(unit("T1")), "version": "2", "valid": {"from": "2026-06-01"}}
TWO = qualification(unit("T1"), unit("T2"))
NO_AGREEMENT = {"outcome": "REFER", "floor": "REFER", "ceiling": "REFER", "agreement": None, "open": []}


def asking(unit_id, **fields):
    """The target in a version that asks for one unit."""
    return {**qualification(unit(unit_id)), **fields}


def named_crosswalk(reference):
    """An agreement that admits one crosswalk."""
    return agreement(crosswalks=[reference])


ROW, NO_ROW = S1_IS_T1, crosswalk()
DOCUMENTS = [
    case("1.1 valid-until-is-inclusive", "A document is in force on the last day of `valid`.",
         [credential("T2")], [OLD, NEW], "FULL", decided_on="2026-05-31"),
    case("1.1 valid-from-is-inclusive", "A document is in force on the first day of `valid`.",
         [credential("T1")], [OLD, NEW], "FULL"),
    case("1.1 day-after-the-last-is-outside", "On the day after the last of `valid` the next version speaks.",
         [credential("T2")], [OLD, NEW, agreement()], {"outcome": "REFUSED", "missing": [["T1"]]}),
    case("1.1 latest-beginning-speaks", "Of several versions in force, the one with the latest `valid.from` speaks.",
         [credential("T1")],
         [asking("T1", version="1", valid={"from": "2026-02-01"}), asking("T2", version="9", valid={"from": "2026-01-01"})],
         "FULL"),
    case("1.1 absent-beginning-is-earliest", "An absent `valid.from` is earlier than any.",
         [credential("T1")], [asking("T1", version="1", valid={"from": "2000-01-01"}), asking("T2", version="9")], "FULL"),
    case("1.1 natural-order-of-versions", "Of two versions that began together, 10 is higher than 2.",
         [credential("T1")], [asking("T2", version="2"), asking("T1", version="10")], "FULL"),
    case("1.1 reference-to-a-version", "`{id, version}` means that version, though a later one is in force.",
         [credential("S1")],
         [ASKS_T1, named_crosswalk({"id": "crosswalk", "version": "1"}), ROW, {**NO_ROW, "version": "2"}], "FULL"),
    case("1.1 reference-to-an-id", "A reference by id means the latest version in force.",
         [credential("S1")], [ASKS_T1, named_crosswalk("crosswalk"), ROW, {**NO_ROW, "version": "2"}], "REFUSED"),
    case("1.1 version-not-in-force", "`{id, version}` of a version that is not in force contributes nothing.",
         [credential("S1")],
         [ASKS_T1, named_crosswalk({"id": "crosswalk", "version": "1"}), {**ROW, "status": "suspended"},
          {**ROW, "version": "2"}], "REFUSED"),
    case("1.1,2.2 every-version-of-an-agreement-is-a-candidate", "Each version of an agreement stands alone; the better decides.",
         [credential("S1")],
         [ASKS_T1, ROW, agreement(), agreement(version="2", max_hops=0)], {"outcome": "FULL", "agreement": "agreement"}),
    case("1.2 crosswalk-out-of-force", "A crosswalk that is not in force contributes nothing.",
         [credential("S1")], [ASKS_T1, agreement(), {**ROW, "status": "withdrawn"}], "REFUSED"),
    case("1.2 referencing-out-of-force", "A referencing that is not in force contributes nothing: the level stays unknown.",
         [credential({"id": "S1", "level": "3"})],
         [qualification(unit("T1", level="2")), agreement(), ROW, {**referencing(["3", "3"]), "valid": {"until": "2026-05-31"}}],
         refer("REFUSED", "FULL", "T1")),
    case("1.3 units-of-an-ended-framework-stay-readable", "Evidence of a framework that has ended can still be read.",
         [credential("T9")], [qualification(unit("T9")), framework(HOME, SCALE_HOME, "T1", "T9", valid={"until": "2025-12-31"})],
         "FULL"),
    case("1.3 units-dropped-by-a-later-version-stay-readable", "A unit that a later version dropped can still cover by its rows.",
         [credential("S9")],
         [ASKS_T1, agreement(), crosswalk(("S9", "exactMatch", "T1")),
          framework(AWAY, SCALE_AWAY, "S1", "S9", region="GD", valid={"until": "2025-12-31"}),
          framework(AWAY, SCALE_AWAY, "S1", "S2", "S3", region="GD", version="2", valid={"from": "2026-01-01"})],
         "FULL"),
    case("1.3 succession-is-read-from-the-version-in-force", "Supersession is read from the version in force.",
         [credential("T1")],
         [qualification(unit("T5")), agreement(),
          framework(HOME, SCALE_HOME, "T1", "T2", {"id": "T5", "supersedes": {"id": "T1", "equivalent": True}},
                    valid={"until": "2026-05-31"}),
          framework(HOME, SCALE_HOME, "T1", "T2", {"id": "T5", "supersedes": {"id": "T1", "equivalent": False}}, version="2",
                    valid={"from": "2026-06-01"})],
         "REFUSED"),
]  # fmt: skip

AWARDED = {"applies_by": "award_date", "valid": {"from": "2025-01-01", "until": "2025-12-31"}}
MIXED = [agreement("a", crosswalks=["one"], partial={"min_units": 1}), agreement("b", crosswalks=["two"], partial={"min_units": 1}),
         crosswalk(("S1", "exactMatch", "T1"), identifier="one"), crosswalk(("S2", "exactMatch", "T2"), identifier="two")]  # fmt: skip
AGREEMENTS = [
    case("2.1 direction", "An agreement applies in its own direction only.",
         [credential("S1")], [ASKS_T1, ROW, agreement(**{"from": "HK", "to": "GD"})], NO_AGREEMENT),
    case("2.1 never-transitive", "GD→MO and MO→HK do not make GD→HK.",
         [credential("S1")], [ASKS_T1, ROW, agreement("there", to="MO"), agreement("onward", **{"from": "MO"})], NO_AGREEMENT),
    case("2.1 purpose-matches", "An agreement for this purpose applies.",
         [credential("S1")], [ASKS_T1, ROW, agreement(purposes=["employment"])], "FULL"),
    case("2.1 purpose-differs", "An agreement for another purpose does not apply.",
         [credential("S1")], [ASKS_T1, ROW, agreement(purposes=["further_study"])], NO_AGREEMENT),
    case("2.1 suspended", "A suspended agreement does not apply.",
         [credential("S1")], [ASKS_T1, ROW, agreement(status="suspended")], NO_AGREEMENT),
    case("2.1 decision-date-last-day", "By decision date, the last day of `valid` is inside.",
         [credential("S1")], [ASKS_T1, ROW, agreement(valid={"until": "2026-06-01"})], "FULL"),
    case("2.1 decision-date-day-after", "By decision date, the day after the last is outside.",
         [credential("S1")], [ASKS_T1, ROW, agreement(valid={"until": "2026-05-31"})], NO_AGREEMENT),
    case("2.1 award-date-inside", "By award date, a credential awarded inside outlives the agreement.",
         [credential("S1", awarded="2025-12-31")], [ASKS_T1, ROW, agreement(**AWARDED)], "FULL"),
    case("2.1 award-date-outside", "By award date, a credential awarded after the end does not count.",
         [credential("S1", awarded="2026-01-01")], [ASKS_T1, ROW, agreement(**AWARDED)],
         {"outcome": "REFUSED", "agreement": "agreement"}),
    case("2.1 award-date-unknown", "By award date, a credential without its award date is unknown.",
         [credential("S1", awarded=None)], [ASKS_T1, ROW, agreement(**AWARDED)], refer("REFUSED", "FULL", "T1")),
    case("2.1 award-date-not-yet-begun", "By award date, an agreement that has not begun does not apply.",
         [credential("S1")], [ASKS_T1, ROW, agreement(applies_by="award_date", valid={"from": "2026-06-02"})], NO_AGREEMENT),
    case("2.2 never-mixed", "Two agreements are never mixed: with the same floor the smaller id decides.",
         [credential("S1", "S2")], [TWO, *MIXED], {"outcome": "PARTIAL", "agreement": "a", "recognised": ["T1"]}),
    case("2.2 better-floor", "The agreement with the better floor decides.",
         [credential("S1")], [ASKS_T1, ROW, agreement("a", max_hops=0), agreement("b")], {"outcome": "FULL", "agreement": "b"}),
    case("2.2 refer-before-settled", "With the same floor, the one that may turn out better decides.",
         [credential("S1")], [ASKS_T1, agreement("a"), agreement("b", mapping_complete=False)],
         refer("REFUSED", "FULL", "T1", agreement="b")),
    case("2.2 order-of-floors-is-fixed", "Candidates are compared in the fixed order, whatever either agreement prefers.",
         [credential("T1")],
         [TWO, agreement("a", partial={"min_units": 1}, preference=["FULL", "PARTIAL", "CONDITIONAL"]),
          agreement("b", conditional={"only_missing": ["T2"]})],
         {"outcome": "CONDITIONAL", "agreement": "b"}),
    case("2.3 home-full", "At home no agreement is needed.", [credential("T1")], [ASKS_T1],
         {"outcome": "FULL", "agreement": None}, **{"from": "HK"}),
    case("2.3 home-refused", "At home only FULL or REFUSED can be reached.", [credential("T1")], [TWO],
         {"outcome": "REFUSED", "floor": "REFUSED", "recognised": ["T1"], "missing": [["T2"]], "agreement": None}, **{"from": "HK"}),
    case("2.3 home-beside-an-agreement", "An agreement of the home direction applies its own terms beside the home case.",
         [credential("S1")], [ASKS_T1, ROW, agreement(**{"from": "HK"})], {"outcome": "FULL", "agreement": "agreement"},
         **{"from": "HK"}),
    case("2.3 home-sorts-first", "At the same floor the home candidate, whose id sorts first, decides.",
         [credential("T1")], [ASKS_T1, agreement(**{"from": "HK"})], {"outcome": "FULL", "agreement": None}, **{"from": "HK"}),
    case("2.4 home-evidence-needs-no-agreement", "Home evidence that is enough needs no agreement.",
         [credential("T1")], [ASKS_T1], {"outcome": "FULL", "floor": "FULL", "agreement": None}),
    case("2.4 no-agreement", "Without an agreement a person must look; home evidence still counts, and nothing is open.",
         [credential("S1", "T2")], [TWO], {**NO_AGREEMENT, "recognised": ["T2"], "missing": [["T1"]]}),
    case("2.4 no-agreement-and-an-unknown", "Without an agreement even an unknown fact is not listed as open.",
         [credential("T2")], [qualification(unit("T2"), person("age", "20"))], {**NO_AGREEMENT, "missing": [["person:age"]]}),
]  # fmt: skip
CASES = [*DOCUMENTS, *AGREEMENTS]
