# SPDX-License-Identifier: Apache-2.0
"""Points 6 and 7: what adds up over credentials, and who serves whom in credit pools."""

from __future__ import annotations

from conformance.cases import case, refer

from tests.touchstone.small_world import (
    AWAY,
    HOME,
    agreement,
    credential,
    crosswalk,
    experience,
    person,
    pool,
    practice,
    qualification,
    training,
    unit,
)

MONTHS = "experience:goldsmith:3"
HOURS = f"training:{AWAY}:40"


def worked(name, title, periods, hand, **what):
    """Practice over some periods, for three months of it."""
    work = [practice(first, last, f"urn:{number}", **what) for number, (first, last) in enumerate(periods)]
    return case(name, title, work, [qualification(experience(3)), agreement()], hand)


def trained(name, title, hours, hand, **fields):
    """Training of some hours, for forty of them."""
    taken = [training(each, f"urn:{number}", **fields) for number, each in enumerate(hours)]
    return case(
        name, title, taken, [qualification({"training": {"hours": "40", "framework": AWAY}}), agreement()], hand
    )


OPEN_MONTHS, OPEN_HOURS = refer("REFUSED", "FULL", MONTHS), refer("REFUSED", "FULL", HOURS)
GUILD = qualification(identifier="guild")
SUMS = [
    worked("6.1 adjoining-periods", "Adjoining periods are one stretch.", [("2026-01-01", "2026-02-14"), ("2026-02-15", "2026-03-31")],
           "FULL"),
    worked("6.1 a-gap-of-one-day", "A gap of one day makes two stretches, each with its whole months.",
           [("2026-01-01", "2026-02-13"), ("2026-02-15", "2026-03-31")], "REFUSED"),
    worked("6.1 overlapping-periods-count-once", "Overlapping periods count once.",
           [("2026-01-01", "2026-02-28"), ("2026-01-01", "2026-02-28")], "REFUSED"),
    worked("6.1 overlapping-periods-join", "Overlapping periods are one stretch.",
           [("2026-01-01", "2026-03-15"), ("2026-02-01", "2026-03-31")], "FULL"),
    worked("6.1 cut-at-the-decision-date", "A period is cut at the decision date, which still counts.", [("2026-03-02", "2026-12-31")],
           "FULL"),
    worked("6.1 a-day-short", "A day less is a month less.", [("2026-03-03", "2026-12-31")], "REFUSED"),
    worked("6.1 months-end-clamped", "Three months from 30 November end with the last day of February.",
           [("2025-11-30", "2026-02-27")], "FULL"),
    worked("6.1 end-missing", "A period without an end is unknown, of unbounded length.", [("2026-05-31", None)], OPEN_MONTHS),
    worked("6.1 occupation-missing", "Practice without its occupation is unknown.", [("2026-01-01", "2026-03-31")], OPEN_MONTHS,
           occupation=None),
    worked("6.1 another-occupation", "Practice in another occupation does not count.", [("2026-01-01", "2026-03-31")], "REFUSED",
           occupation="polisher"),
    case("6.1 by-area", "Experience may be asked in an area, over occupations.",
         [practice("2026-01-01", "2026-02-15", "urn:1", area="jewellery"),
          practice("2026-02-16", "2026-03-31", "urn:2", area="jewellery", occupation="polisher")],
         [qualification(experience(3, area="jewellery")), agreement()], "FULL"),
    trained("6.2 hours-add-up", "Hours of training add up over credentials.", ["15", "25"], "FULL"),
    trained("6.2 hours-too-few", "Hours below the bound do not count, however little below.", ["15", "24.999999"], "REFUSED"),
    trained("6.2 framework-missing", "Training without its framework is unknown, and its hours bound it.", ["40"], OPEN_HOURS,
            framework=None),
    trained("6.2 framework-missing-and-hours-too-few", "Training without its framework cannot be more than its hours.", ["39"],
            "REFUSED", framework=None),
    trained("6.2 hours-missing", "Training without its hours is unknown and unbounded.", [None], OPEN_HOURS),
    trained("6.2 another-framework", "Training in another framework does not count.", ["40"], "REFUSED", framework=HOME),
    case("6.3 person-absent", "A fact that the person does not state is unknown.", [],
         [qualification(person("residence", "MO")), agreement()], refer("REFUSED", "FULL", "person:residence")),
    case("6.3 person-in-the-list", "A stated fact is true when it is in the list.", [],
         [qualification(person("residence", "HK", "MO")), agreement()], "FULL", person={"residence": "MO"}),
    case("6.3 person-not-in-the-list", "A stated fact is false when it is not in the list.", [],
         [qualification(person("residence", "HK", "MO")), agreement()], "REFUSED", person={"residence": "GD"}),
    case("6.4 holds", "A held qualification counts by the best usable credential.",
         [credential(name="urn:1", holds=["guild"], status="revoked"), credential(name="urn:2", holds=["guild"])],
         [qualification({"holds": "guild"}), GUILD, agreement()], "FULL"),
    case("6.4 holds-nothing", "A qualification that no evidence holds is not held.", [],
         [qualification({"holds": "guild"}), GUILD, agreement()], {"outcome": "REFUSED", "missing": [["holds:guild"]]}),
]  # fmt: skip

ROWS = crosswalk(("S1", "exactMatch", "T1"), ("S1", "narrowMatch", "T2"), ("S2", "exactMatch", "T1"))
TWICE = crosswalk(("S1", "exactMatch", "T1"), ("S1", "exactMatch", "T2"))
POOL_9 = qualification(pool(9, "T1", "T2"))
HALF = agreement(recognised_share_max="0.5")
S1_TO_T1 = crosswalk(("S1", "exactMatch", "T1"))
POOLS = [
    case("7.1 one-source-serves-one-unit", "One source unit serves one target unit.", [credential("S1")], [POOL_9, TWICE, agreement()],
         {"outcome": "REFUSED", "recognised": ["T1"], "missing": [["T1"], ["T2"]]}),
    case("7.1 two-credentials-of-one-unit", "Two credentials of one unit are one source.",
         [credential("S1", name="urn:1"), credential("S1", name="urn:2")], [POOL_9, TWICE, agreement()], "REFUSED"),
    case("7.1 reuse-allowed", "With `reuse_allowed` one source may serve twice.", [credential("S1")],
         [POOL_9, TWICE, agreement(reuse_allowed=True)], "FULL"),
    case("7.1 over-all-pools", "A source serves once over all pools of the qualification together.", [credential("S1")],
         [qualification(pool(6, "T1"), pool(3, "T2")), TWICE, agreement()], "REFUSED"),
    case("7.1 served-in-every-pool-that-names-it", "A served unit counts in every pool that names it.", [credential("S1")],
         [qualification(pool(6, "T1"), pool(6, "T1", "T2")), TWICE, agreement()], "FULL"),
    case("7.1 composed-source-uses-up-its-parts", "A composed source uses up each of its parts.", [credential("S1", "S2")],
         [POOL_9, crosswalk(("S1|S2", "exactMatch", "T1"), ("S2", "exactMatch", "T2")), agreement()], "REFUSED"),
    case("7.1 leaves-outside-are-not-limited", "A leaf outside a pool is not limited by it.", [credential("S1")],
         [qualification(unit("T1"), pool(3, "T2", "T3")), TWICE, agreement()], "FULL"),
    case("7.1 at-any-level", "Units of a pool are covered at any level.", [credential({"id": "T1", "level": "1"})],
         [qualification(pool(6, "T1")), agreement()], "FULL"),
    case("7.1 grants-use-up-nothing", "A direct grant uses up nothing.", [credential("S1", holds=["certificate"])],
         [POOL_9, qualification(identifier="certificate", framework=AWAY, region="GD"), S1_TO_T1,
          agreement(direct=[{"holds": "certificate", "grants": ["T2"]}])],
         {"outcome": "FULL", "recognised": ["T1", "T2"]}),
    case("7.2 no-credits-is-worth-nothing", "A unit without credits is worth 0, and is recognised all the same.",
         [credential("T2", "T4")], [qualification(pool(3, "T2", "T4")), agreement()], {"outcome": "FULL", "recognised": ["T2", "T4"]}),
    case("7.2 cap-truncates", "A cap truncates what its group counts.", [credential("T1", "T2")],
         [qualification(pool(6, "T1", "T2", caps=[{"of": ["T1"], "at_most": "2"}])), agreement()], "REFUSED"),
    case("7.2 cap-reaches", "With a cap of 3 the same units are just enough.", [credential("T1", "T2")],
         [qualification(pool(6, "T1", "T2", caps=[{"of": ["T1"], "at_most": "3"}])), agreement()], "FULL"),
    case("7.2 share-limits-recognised-units", "Recognised units count at most their share of the bound.", [credential("S1")],
         [qualification(pool(6, "T1", "T2")), S1_TO_T1, HALF], "REFUSED"),
    case("7.2 share-spares-home-units", "Home units are not limited by the share.", [credential("S1", "T2")],
         [qualification(pool(6, "T1", "T2")), S1_TO_T1, HALF], "FULL"),
    case("7.2 home-units-fill-caps-first", "Home units fill a cap first, so that the share is not spent on it.",
         [credential("S1", "T2")],
         [qualification(pool(4, "T2", "T3", caps=[{"of": ["T2", "T3"], "at_most": "4"}])), crosswalk(("S1", "exactMatch", "T3")),
          agreement(recognised_share_max="0.25")], "FULL"),
    case("7.2 one-cap-for-home-and-recognised", "A cap holds for home and recognised units together: 3 and 1, not 3 and 3.",
         [credential("S1", "T2")],
         [qualification(pool(5, "T2", "T3", caps=[{"of": ["T2", "T3"], "at_most": "4"}])), crosswalk(("S1", "exactMatch", "T3")),
          agreement()], {"outcome": "REFUSED", "recognised": ["T2", "T3"]}),
    case("7.2 exact-thirds", "A share is exact: 0.333333 of 9 is less than 3.", [credential("S1", "T1")],
         [qualification(pool(9, "T1", "T2")), crosswalk(("S1", "exactMatch", "T2")), agreement(recognised_share_max="0.333333")],
         "REFUSED"),
    case("7.3 best-assignment", "The best assignment counts where a greedy one would lose.", [credential("S1", "S2")],
         [POOL_9, ROWS, agreement()], {"outcome": "FULL", "recognised": ["T1", "T2"]}),
    case("7.3 most-units", "Where no assignment is enough, the one that serves the most units counts.", [credential("S1", "S2")],
         [qualification(pool(12, "T1", "T2", "T3")), ROWS, agreement()], {"outcome": "REFUSED", "recognised": ["T1", "T2"]}),
    case("7.3 smallest-ids", "Of assignments that serve as many, the smallest sorted ids count.", [credential("S1")],
         [qualification(pool(12, "T2", "T3")), crosswalk(("S1", "exactMatch", "T3"), ("S1", "exactMatch", "T2")), agreement()],
         {"outcome": "REFUSED", "recognised": ["T2"]}),
    case("7.4 pools-stand-in-requirements", "A pool stands in a requirement, also below an alternative; bars and conditions hold none.",
         [credential("T1")], [qualification({"any_of": [pool(6, "T1"), unit("T4")]}), agreement()], "FULL"),
]  # fmt: skip
CASES = [*SUMS, *POOLS]
