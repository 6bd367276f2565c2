# SPDX-License-Identifier: Apache-2.0
"""Input that must be refused with a sentence and never decided: badly formed, or documents that do not fit together."""

from __future__ import annotations

from typing import Any

from conformance.cases import Case, Plain

from tests.touchstone.small_world import (
    ASKS_T1,
    AWAY,
    BETWEEN,
    HOME,
    S1_IS_T1,
    SCALE_AWAY,
    SCALE_HOME,
    agreement,
    credential,
    crosswalk,
    documents,
    framework,
    person,
    pool,
    qualification,
    referencing,
    request,
    scale,
    unit,
)

GOOD = [ASKS_T1, S1_IS_T1, agreement()]
HELD = [credential("S1")]


def bad(name: str, title: str, given: list[Plain] = GOOD, evidence: list[Plain] = HELD, /, **asked: Any) -> Case:
    """A world that must be refused. A field of the request that is None is left out."""
    points, slug = name.split()
    question = {field: value for field, value in request(evidence, **asked).items() if value is not None}
    listed = tuple(points.split(",")) if points != "form" else ()
    return Case(
        id=f"bad-{slug}",
        title=title,
        points=listed,
        documents=documents(*given),
        request=question,
        hand={"error": True},
        group="bad",
    )


TWO_CAPS = [{"of": ["T1"], "at_most": "2"}, {"of": ["T1", "T2"], "at_most": "3"}]
CERTIFICATE = qualification(identifier="certificate", framework=AWAY, region="GD")
LOOP = framework(HOME, SCALE_HOME, {"id": "T1", "supersedes": {"id": "T2", "equivalent": True}},
                 {"id": "T2", "supersedes": {"id": "T1", "equivalent": True}})  # fmt: skip
CASES = [
    bad("form field-unknown", "An unknown field is refused, never ignored.", [ASKS_T1, S1_IS_T1, agreement(max_hop=2)]),
    bad("form field-missing", "A request without its decision date is refused.", decided_on=None),
    bad("form no-such-day", "A date that the calendar does not have is refused.", decided_on="2026-02-30"),
    bad("form date-is-no-date", "A date is written year, month, day.", decided_on="01/06/2026"),
    bad("form value-unknown", "A word that is no choice of its field is refused.", purpose="amusement"),
    bad("form null", "An absent field is left out; null is refused.", [ASKS_T1, S1_IS_T1, {**agreement(), "min_assurance": None}]),
    bad("form kind-unknown", "A document of an unknown kind is refused.", [*GOOD, {**ASKS_T1, "id": "x", "kind": "Wish"}]),
    bad("form id-with-a-space", "An id holds no space.", [*GOOD, {**ASKS_T1, "id": "an id"}]),
    bad("form two-operators", "A node of an expression has one operator.", [{**ASKS_T1, "require": {"all_of": [], "any_of": []}}]),
    bad("form operator-unknown", "There is no *not*: what excludes stands in the bars.", [{**ASKS_T1, "require": {"not": unit("T1")}}]),
    bad("form confidence-above-one", "A confidence lies between 0 and 1.", [ASKS_T1, agreement(), crosswalk(("S1", "exactMatch", "T1", "1.1"))]),
    bad("form decimal-in-exponents", "A decimal is written plainly.", [ASKS_T1, agreement(min_confidence="8e-1")]),
    bad("form negative-months", "A count is not negative.", [ASKS_T1, agreement(freshness_months=-1)]),
    bad("form decimal-too-fine", "A decimal has at most six places.", [ASKS_T1, agreement(min_confidence="0.1234567")]),
    bad("form text-for-a-list", "A list is a list, also of one.", [ASKS_T1, {**agreement(), "crosswalks": "crosswalk"}]),
    bad("form time-without-a-zone", "A time names its zone.", GOOD, [credential("S1", status_checked="2026-06-01T08:00:00")]),
    bad("form hops-beyond-four", "At most four rows may be chained.", [ASKS_T1, agreement(max_hops=5)]),
    bad("form period-ends-before-it-begins", "A period does not end before it begins.",
        [ASKS_T1, agreement(valid={"from": "2026-02-01", "until": "2026-01-31"})]),
    bad("form decided-on-another-day", "`decided_at` lies on the decision date, in UTC.", decided_at="2026-06-02T00:00:00Z"),
    bad("form credential-twice", "A credential stands once for each kind.", GOOD, [credential("S1"), credential("S2")]),
    bad("form experience-of-two", "Experience is asked in an occupation or in an area, not in both.",
        [qualification({"experience": {"months": 3, "occupation": "goldsmith", "area": "jewellery"}})]),
    bad("1.1 version-stands-twice", "A version that stands twice with different content is refused.",
        [*GOOD, {**ASKS_T1, "require": unit("T2")}]),
    bad("1.2 dangling-crosswalk", "An agreement that names a crosswalk which no document bears is refused.",
        [ASKS_T1, agreement(crosswalks=["nowhere"])]),
    bad("1.2 dangling-scale", "A framework on a scale which no document bears is refused.",
        [*GOOD, framework(BETWEEN, "nowhere", "M1", "M2", region="MO")]),
    bad("1.2 dangling-unit-of-a-row", "A row that names a unit which no framework knows is refused.",
        [ASKS_T1, agreement(), crosswalk(("S1", "exactMatch", "T99"))]),
    bad("1.2 dangling-unit-of-a-requirement", "A requirement that names a unit which no framework knows is refused.",
        [qualification(unit("T99"))]),
    bad("1.3 evidence-of-an-unknown-unit", "Evidence of a unit that no framework knows is refused.", GOOD, [credential("S1", "S99")]),
    bad("1.3 evidence-off-the-scale", "Evidence at a level that is not on the scale is refused.", GOOD,
        [credential({"id": "S1", "level": "6"})]),
    bad("1.3 requirement-off-the-scale", "A requirement of a level that is not on the scale is refused.",
        [qualification(unit("T1", level="6"))]),
    bad("1.3 pair-off-the-scale", "A referencing with a level that is not on the scale is refused.", [ASKS_T1, referencing(["6", "1"])]),
    bad("1.3 unit-in-two-frameworks", "A unit stands in one framework only.", [*GOOD, framework("more", SCALE_AWAY, "S1", region="GD")]),
    bad("1.4 target-unknown", "A target that no document bears is refused.", target="nowhere"),
    bad("1.4 target-withdrawn", "A target that is not in force is refused.", [{**ASKS_T1, "status": "withdrawn"}]),
    bad("1.4 target-not-yet-in-force", "A target whose `valid` has not begun is refused.", [{**ASKS_T1, "valid": {"from": "2026-06-02"}}]),
    bad("1.4 target-of-another-kind", "A target that is no qualification is refused.", target=HOME),
    bad("1.4 target-of-another-region", "A target of another region than the one asked is refused, also where an agreement binds both.",
        [*GOOD, {**ASKS_T1, "id": "elsewhere", "region": "MO"}], target="elsewhere"),
    bad("5.1 supersession-in-a-circle", "A unit may not supersede itself through others.", [ASKS_T1, LOOP]),
    bad("7.2 caps-share-a-unit", "Two caps may not share a unit.", [qualification(pool("6", "T1", "T2", caps=TWO_CAPS))]),
    bad("7.4 pool-in-a-bar", "A bar may not count credits.", [{**ASKS_T1, "bars": [pool(6, "T1")]}]),
    bad("7.4 pool-in-a-condition", "A condition of a direct entry may not count credits.",
        [ASKS_T1, CERTIFICATE, agreement(direct=[{"holds": "certificate", "grants": ["T1"], "conditions": pool(6, "T2")}])]),
    bad("form scale-without-levels", "A scale has at least one level, and each once.", [*GOOD, scale("empty", [])]),
    bad("form person-fact-as-a-list", "A fact of the person is a text, not a list.", [qualification(person("residence", "MO"))],
        person={"residence": ["MO"]}),
]  # fmt: skip
