# SPDX-License-Identifier: Apache-2.0
"""Point 5: which held units cover which asked ones, by rows, chains, successions, denials and direct recognition."""

from __future__ import annotations

from conformance.cases import case, refer

from tests.touchstone.small_world import (
    ASKS_T1,
    AWAY,
    S1_IS_T1,
    SCALE_AWAY,
    agreement,
    credential,
    crosswalk,
    framework,
    person,
    qualification,
    referencing,
    unit,
)

OPEN = refer("REFUSED", "FULL", "T1")
ASKS_T5 = qualification(unit("T5"))
UNMAPPED = {"mapping_complete": False}
NOT = ("", "Not")


def by_rows(name, title, rows, hand, target=ASKS_T1, held=("S1",), **terms):
    """Some units held, for T1, by some rows, under some terms."""
    return case(name, title, [credential(*held)], [target, crosswalk(*rows), agreement(**terms)], hand)


ROW = ("S1", "exactMatch", "T1")
CHAIN = [("S1", "exactMatch", "M1", "0.9"), ("M1", "narrowMatch", "T1", "0.9")]
THREE = [("S1", "exactMatch", "M1"), ("M1", "exactMatch", "M2"), ("M2", "exactMatch", "T1")]
PAIR = ("S1|S2", "exactMatch", "T1")
SINGLE = [
    by_rows("5.1 itself", "A unit covers itself.", [], "FULL", held=("T1",)),
    by_rows("5.1 equivalent-predecessor", "An equivalent predecessor covers its successor.", [], "FULL", ASKS_T5, ("T1",)),
    by_rows("5.1 successor-never-back", "A successor does not cover its predecessor.", [], "REFUSED", held=("T5",)),
    by_rows("5.1 superseded-but-not-equivalent", "A unit that was replaced without equivalence does not cover its successor.", [],
            "REFUSED", qualification(unit("T6")), ("T2",)),
    by_rows("5.1 rows-are-not-for-home-evidence", "Home evidence covers by succession only: rows are for agreement terms.",
            [("T2", "exactMatch", "T1")], "REFUSED", held=("T2",)),
    by_rows("5.2 succession-after-a-row-is-free", "A row to a predecessor covers the successor in one hop.", [ROW], "FULL", ASKS_T5),
    by_rows("5.2 narrow-is-not-symmetric", "A narrowMatch from T1 to S1 does not let S1 cover T1.", [("T1", "narrowMatch", "S1")],
            "REFUSED"),
    by_rows("5.2 broad-read-the-other-way", "A broadMatch from T1 to S1 is a narrowMatch from S1 to T1.", [("T1", "broadMatch", "S1")],
            "FULL"),
    by_rows("5.2 exact-read-the-other-way", "An exactMatch is read in both directions.", [("T1", "exactMatch", "S1")], "FULL"),
    case("5.2 composed-is-never-inverted", "A composed row is never inverted.", [credential("T1")],
         [qualification(unit("S1"), framework=AWAY, region="GD"), crosswalk(PAIR), agreement(**{"from": "HK", "to": "GD"})],
         "REFUSED", **{"from": "HK", "to": "GD"}),
    by_rows("5.3 predicate-not-admitted", "A row whose predicate is not admitted is as if it did not exist.", [ROW], "REFUSED",
            predicates=["skos:narrowMatch"]),
    by_rows("5.3 predicate-as-it-is-read", "Predicates govern a row as it is read, not as it is written.",
            [("T1", "broadMatch", "S1")], "FULL", predicates=["skos:narrowMatch"]),
    by_rows("5.3 confidence-reaches", "A row at the minimum confidence exists.", [(*ROW, "0.8")], "FULL", min_confidence="0.80"),
    by_rows("5.3 confidence-too-low", "A row below it does not: unmapped, so unknown.", [(*ROW, "0.79")], OPEN, **UNMAPPED,
            min_confidence="0.8"),
    by_rows("5.3 confidence-absent", "Where a confidence is asked, a row without one does not exist.", [ROW], "REFUSED",
            min_confidence="0.1"),
    case("5.3 crosswalk-not-admitted", "A row of a crosswalk that the agreement does not admit does not exist.", [credential("S1")],
         [ASKS_T1, crosswalk(ROW, identifier="other"), agreement()], "REFUSED"),
    by_rows("5.4 exact", "An exactMatch covers.", [ROW], "FULL"),
    by_rows("5.4 narrow", "A narrowMatch covers: the asked unit is the narrower.", [("S1", "narrowMatch", "T1")], "FULL"),
    by_rows("5.4 broad-is-part-only", "A broadMatch is part only: false, even in an incomplete mapping.",
            [("S1", "broadMatch", "T1")], "REFUSED", **UNMAPPED),
    by_rows("5.4 related-never-covers", "A relatedMatch never covers, even in an incomplete mapping.", [("S1", "relatedMatch", "T1")],
            "REFUSED", **UNMAPPED),
    by_rows("5.4 close-is-unknown", "A closeMatch is unknown where it is not accepted.", [("S1", "closeMatch", "T1", "1")], OPEN),
    by_rows("5.4 close-accepted", "An accepted closeMatch with enough confidence covers, whatever `predicates` says.",
            [("S1", "closeMatch", "T1", "0.80")], "FULL", accept_close=True, min_confidence="0.8", predicates=["skos:exactMatch"]),
    by_rows("5.4 close-with-too-little-confidence", "An accepted closeMatch below the confidence stays unknown and is not refused.",
            [("S1", "closeMatch", "T1", "0.79")], OPEN, accept_close=True, min_confidence="0.8"),
    by_rows("5.4 best-row-wins", "Of several rows the best wins.",
            [("S1", "relatedMatch", "T1"), ("S1", "broadMatch", "T1"), ("S1", "narrowMatch", "T1")], "FULL"),
    by_rows("5.4 no-hops", "`max_hops` 0 forbids rows.", [ROW], "REFUSED", max_hops=0),
    by_rows("5.5 one-hop-only", "By default rows do not chain.", CHAIN, "REFUSED"),
    by_rows("5.5 two-hops", "Exact and narrow rows chain up to `max_hops`.", CHAIN, "FULL", max_hops=2),
    by_rows("5.5 three-hops-where-two-are-allowed", "A chain longer than `max_hops` does not count.", THREE, "REFUSED", max_hops=2),
    by_rows("5.5 three-hops", "Three rows chain where three are allowed.", THREE, "FULL", max_hops=3),
    by_rows("5.5 product-reaches", "The product of the confidences must reach the minimum: 0.9 × 0.9 = 0.81.", CHAIN, "FULL",
            max_hops=2, min_confidence="0.81"),
    by_rows("5.5 product-too-low", "0.9 × 0.9 is below 0.82.", CHAIN, "REFUSED", max_hops=2, min_confidence="0.82"),
    by_rows("5.5 narrow-never-with-broad", "A narrow row never chains with a broad one.",
            [("S1", "narrowMatch", "M1"), ("M1", "broadMatch", "T1")], "REFUSED", max_hops=2),
    by_rows("5.5 close-never-chains", "A closeMatch never chains, though it is accepted.",
            [("S1", "exactMatch", "M1"), ("M1", "closeMatch", "T1")], "REFUSED", max_hops=3, accept_close=True),
    by_rows("5.5 a-chain-makes-nothing-false", "A chain that fails leaves the units unmapped: unknown, not false.",
            [("S1", "exactMatch", "M1"), ("M1", "relatedMatch", "T1")], OPEN, max_hops=2, **UNMAPPED),
    by_rows("5.6 denial", "A Not row denies the row between its units.", [ROW, (*ROW, *NOT)], "REFUSED", **UNMAPPED),
    by_rows("5.6 denial-in-either-order", "A Not row denies in either order, whatever its predicate and confidence.",
            [ROW, ("T1", "relatedMatch", "S1", "0.1", "Not")], "REFUSED", **UNMAPPED),
    by_rows("5.6 denied-ends-of-a-chain", "A Not row of both ends denies the chain between them.",
            [*THREE[:1], ("M1", "exactMatch", "T1"), ("T1", "closeMatch", "S1", *NOT)], "REFUSED", max_hops=2, **UNMAPPED),
    by_rows("5.6 denied-hop", "A Not row on one hop denies every chain over it.",
            [*THREE[:1], ("M1", "exactMatch", "T1"), ("T1", "exactMatch", "M1", *NOT)], "REFUSED", max_hops=2, **UNMAPPED),
    by_rows("5.6 another-path-stays", "A denied chain leaves another path alone.",
            [ROW, *THREE[:1], ("M1", "exactMatch", "T1"), ("M1", "exactMatch", "T1", *NOT)], "FULL", max_hops=2),
    by_rows("5.6 denial-without-a-path", "A Not row that names both units is false, though no path existed.", [(*ROW, *NOT)], "REFUSED",
            **UNMAPPED),
    by_rows("5.6 succession-is-never-denied", "Pure succession is never denied.", [("T1", "exactMatch", "T5", *NOT)], "FULL", ASKS_T5,
            ("T1",)),
    by_rows("5.7 unmapped-in-a-complete-mapping", "No path in a complete mapping: false.", [], "REFUSED"),
    by_rows("5.7 unmapped-in-an-incomplete-mapping", "No path in an incomplete mapping: unknown.", [], OPEN, **UNMAPPED),
]  # fmt: skip

OLD_PART = framework(
    AWAY, SCALE_AWAY, "S1", "S2", "S3", {"id": "S4", "supersedes": {"id": "S1", "equivalent": True}}, region="GD"
)
ASKS_LEVEL = qualification(unit("T1", level="3"))
TWO_LEVELS = referencing(["4", "2"], ["3", "3"])
COMPOSED = [
    by_rows("5.8 both-parts", "Units that only together cover: both are held.", [PAIR], "FULL", held=("S1", "S2")),
    by_rows("5.8 one-part", "A part that is not held makes it false.", [PAIR], "REFUSED"),
    by_rows("5.8 one-part-in-an-incomplete-mapping", "A part that is not held makes the composed source false, but another way unknown.",
            [PAIR], OPEN, **UNMAPPED),
    case("5.8 predecessor-stands-for-its-part", "A predecessor stands for its part by succession.", [credential("S1", "S2")],
         [ASKS_T1, OLD_PART, crosswalk(("S4|S2", "exactMatch", "T1")), agreement()], "FULL"),
    by_rows("5.8 successor-of-the-object", "A composed row covers the successor of its object.", [PAIR], "FULL", ASKS_T5, ("S1", "S2")),
    by_rows("5.8 composed-denial", "A composed Not denies exactly that set, in any order of its parts.",
            [PAIR, ("S2|S1", "exactMatch", "T1", *NOT)], "REFUSED", held=("S1", "S2", "S3")),
    by_rows("5.8 another-set-stays", "A composed Not leaves another set alone.",
            [PAIR, ("S2|S1", "exactMatch", "T1", *NOT), ("S1|S3", "exactMatch", "T1")], "FULL", held=("S1", "S2", "S3")),
    by_rows("5.8 single-denial-never-touches-it", "A single Not never touches a composed row.", [PAIR, (*ROW, *NOT)], "FULL",
            held=("S1", "S2")),
    by_rows("5.8 composed-never-chains", "A composed row never chains.", [("S1|S2", "exactMatch", "M1"), ("M1", "exactMatch", "T1")],
            "REFUSED", held=("S1", "S2"), max_hops=3),
    case("5.9 lowest-part", "A composed source is only as high as its lowest part.",
         [credential({"id": "S1", "level": "3"}, {"id": "S2", "level": "4"})],
         [ASKS_LEVEL, TWO_LEVELS, crosswalk(PAIR), agreement()], "REFUSED"),
    case("5.9 oldest-part", "A composed source is only as fresh as its oldest part.",
         [credential("S1", name="urn:1", awarded="2020-01-01"), credential("S2", name="urn:2")],
         [ASKS_T1, crosswalk(PAIR), agreement(freshness_months=12)], "REFUSED"),
    case("5.9 never-combined", "Two credentials never combine into a stronger one.",
         [credential({"id": "T1", "level": "3", "score": "50"}, name="urn:1"),
          credential({"id": "T1", "level": "2", "score": "90"}, name="urn:2")],
         [qualification(unit("T1", level="3", min_score="80")), agreement()], {"outcome": "REFUSED", "recognised": []}),
    case("5.9 best-credential", "The best single credential counts.",
         [credential("S1", name="urn:1", status="revoked"), credential("S1", name="urn:2")], [ASKS_T1, S1_IS_T1, agreement()], "FULL"),
]  # fmt: skip

CERTIFICATE = qualification(identifier="certificate", framework=AWAY, region="GD")
GUILD = qualification(identifier="guild")
HOME_PAPER = qualification(identifier="paper")
HELD = [credential(holds=["certificate"])]
TWO = qualification(unit("T1"), unit("T2"))


def direct(name, title, target, grants, hand, effect="certificate", evidence=None, terms=None, request=None, **entry):
    """A certificate held, under an agreement that recognises it directly."""
    named = {"holds": "certificate", "grants": grants, "effect": effect, **entry}
    given = [target, CERTIFICATE, GUILD, HOME_PAPER, agreement(direct=[named], **(terms or {}))]
    return case(name, title, evidence or HELD, given, hand, **(request or {}))


APPRENTICE = {"conditions": person("apprentice", "yes")}
DIRECT = [
    direct("5.10 grants-a-unit", "A direct entry grants a unit at any level and score.",
           qualification(unit("T1", level="5", min_score="99")), ["T1"], "FULL"),
    direct("5.10 grants-no-successor", "The successors of a granted unit are not granted.", ASKS_T5, ["T1"], "REFUSED"),
    direct("5.10 grants-the-target", "With effect `certificate` a granted qualification is FULL when it is the target.", TWO,
           ["target"], {"outcome": "FULL", "recognised": [], "missing": []}),
    direct("5.10 access-does-not-make-full", "With effect `access` a granted target is not FULL.", TWO, ["target"], "REFUSED", "access"),
    direct("5.10 access-opens-a-leaf", "With effect `access` a granted qualification counts where it is asked to be held.",
           qualification({"holds": "guild"}), ["guild"], "FULL", "access"),
    direct("5.10 access-grants-no-unit", "With effect `access` no unit is granted.",
           qualification(unit("T1"), {"holds": "guild"}), ["T1", "guild"], {"outcome": "REFUSED", "missing": [["T1"]]}, "access"),
    direct("5.10 condition-true", "A direct entry holds when its conditions do.", ASKS_T1, ["T1"], "FULL",
           request={"person": {"apprentice": "yes"}}, **APPRENTICE),
    direct("5.10 condition-false", "A direct entry does not hold when its conditions do not.", ASKS_T1, ["T1"], "REFUSED",
           request={"person": {"apprentice": "no"}}, **APPRENTICE),
    direct("5.10 condition-unknown", "An unknown condition leaves the grant unknown, and the condition open.", ASKS_T1, ["T1"],
           refer("REFUSED", "FULL", "person:apprentice"), **APPRENTICE),
    direct("5.10 read-under-agreement-terms", "The certificate is read under agreement terms.", ASKS_T1, ["T1"], "REFUSED",
           evidence=[credential(holds=["certificate"], awarded="2020-01-01")], terms={"freshness_months": 12}),
    case("5.10 home-certificate-under-agreement-terms", "So is one of the home framework, when an entry names it.",
         [credential(holds=["paper"], awarded="2020-01-01")],
         [ASKS_T1, HOME_PAPER, agreement(freshness_months=12, direct=[{"holds": "paper", "grants": ["T1"]}])], "REFUSED"),
    case("5.10 grants-do-not-feed-conditions", "A condition is met by evidence, never by another grant.", HELD,
         [ASKS_T1, CERTIFICATE, agreement(direct=[{"holds": "certificate", "grants": ["T2"]},
                                                  {"holds": "certificate", "grants": ["T1"], "conditions": unit("T2")}])],
         "REFUSED"),
]  # fmt: skip
CASES = [*SINGLE, *COMPOSED, *DIRECT]
