# SPDX-License-Identifier: Apache-2.0
"""Documents that are written in ways that tempt an implementer to name them wrongly; only their digests are asked for."""

from __future__ import annotations

from conformance.cases import Case, Plain

from tests.touchstone.small_world import (
    AWAY,
    SCALE_HOME,
    agreement,
    credential,
    crosswalk,
    envelope,
    experience,
    framework,
    pool,
    qualification,
    request,
    scale,
    unit,
)


def named(slug: str, title: str, *documents: Plain, question: Plain | None = None) -> Case:
    """Some documents, as they were written, of which only the digests are asked."""
    return Case(
        id=f"digest-{slug}", title=title, points=(), documents=list(documents), request=question, group="digest"
    )


ONE = scale("s", ["1"])
HAN = {
    "en": "Jewellery making",
    "zh-Hans": "首饰制作",
    "zh-Hant": "首飾製作",
    "zh-Hant-MO": "首飾製造",
    "pt": "Joalharia",
}
ROW = ("S1", "exactMatch", "T1")
SIGNED = [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofValue": "z3FXQ"}]
OPTION = {"id": "B1", "kind": "course", "covers": ["T1"], "cost": {"amount": 60000, "currency": "HKD"}}


def catalogue(**fields: object) -> Plain:
    """A catalogue of one option."""
    return envelope("BridgingCatalogue", "b", region="HK", options=[{**OPTION, **fields}])


CASES = [
    named("plain", "The digest is SHA-256 over the JCS bytes of the normal form.", ONE),
    named("order-of-fields", "The order in which fields stand changes nothing.", dict(reversed(ONE.items()))),
    named("order-of-a-list", "The order in a list is content: the lowest level stands first.", scale("s", ["1", "2"]), scale("s", ["2", "1"])),
    named("trailing-zero", "0.60 and 0.6 are one number.", crosswalk((*ROW, "0.60")), crosswalk((*ROW, "0.6"))),
    named("whole-decimal", "1.000 is 1, and 0.0 is 0.", agreement(min_confidence="1.000"), agreement(min_confidence="0.0")),
    named("leading-zero", "007.50 credits are 7.5.", framework("f", "s", {"id": "A", "credits": "007.50"})),
    named("tens-stay-plain", "A decimal is never written in exponents: 100 stays 100.",
          qualification(pool("100", "A"), framework="f"), framework("f", "s", {"id": "A", "credits": "100.0"})),
    named("finest-decimal", "Six places are kept: 0.000001.", agreement(recognised_share_max="0.000001")),
    named("version-is-text", "A version is a text: 1.10 is not 1.1.", {**ONE, "version": "1.10"}, {**ONE, "version": "1.1"}),
    named("code-is-text", "A code is a text: 01 is not 1, and 0.60 keeps its zero.", scale("s", ["01", "1", "0.60"])),
    named("region-is-text", "NO is a region and not false.", framework("f", "s", {"id": "A"}, region="NO")),
    named("dates", "A date is written as it is, without a time.", agreement(valid={"from": "2026-01-01", "until": "2026-12-31"})),
    named("absent-end", "An absent end of a period is left out.", agreement(valid={"from": "2026-01-01"})),
    named("stated-defaults", "A field that says what its absence says is left out.",
          agreement(), agreement(max_hops=1, accept_close=False, reuse_allowed=False, applies_by="decision_date", official=False)),
    named("empty-list-by-default", "An empty list that says what absence says is left out.",
          {**ONE, "source": [], "proof": []}, framework("f", "s", {"id": "A", "tags": []})),
    named("empty-list-that-means-something", "An empty list that says something else than absence stays: for no purpose, for any purpose.",
          agreement(purposes=[]), agreement()),
    named("effect-by-default", "A default deep inside is left out too.",
          agreement(direct=[{"holds": "q", "grants": ["T1"], "effect": "certificate"}]),
          agreement(direct=[{"holds": "q", "grants": ["T1"], "effect": "access"}])),
    named("requirement-of-nothing", "`all_of: []` is a requirement and stays.", qualification()),
    named("proof-is-outside", "A proof changes no digest.", {**ONE, "proof": SIGNED}, ONE),
    named("language-map", "A language map is sorted by its tags.", {**ONE, "title": dict(sorted(HAN.items(), reverse=True))}),
    named("han", "Han text is written as UTF-8, not escaped.", framework("f", "s", {"id": "A", "title": HAN, "statement": HAN})),
    named("astral", "Characters beyond the basic plane are one character each: 𠮷, 𨋢, 💎.", {**ONE, "title": {"en": "𠮷 𨋢 💎"}}),
    named("not-normalised", "Text is not normalised: é as one character is not e with an accent.",
          {**ONE, "title": {"pt": "pre\u0301mio"}}, {**ONE, "title": {"pt": "pr\u00e9mio"}}),
    named("escapes", "Quotation marks, backslashes and line breaks are escaped as JCS says; a slash is not.",
          {**ONE, "title": {"en": 'a "b" \\ c / d\n\te\u007f \u2028'}}),
    named("keys-of-a-map", "Keys are sorted by code point: B before a.",
          crosswalk(ROW, curie_map={"skos": "http://www.w3.org/2004/02/skos/core#", "A": "urn:a:", "b": "urn:b:", "Z": "urn:z:"})),
    named("composed-subject", "The parts of a composed subject stay in the order in which they were written.",
          crosswalk(("S1|S2", "exactMatch", "T1")), crosswalk(("S2|S1", "exactMatch", "T1"))),
    named("whole-numbers", "Whole numbers are numbers; decimals are texts.", catalogue(hours=6, cost={"amount": 0, "currency": "MOP"})),
    named("hours-by-default", "No hours are 0 hours.", catalogue(hours=0), catalogue()),
    named("expressions", "An expression is written as it stands, part by part.",
          qualification({"any_of": [unit("T1", level="3", min_score="80.0"), experience(24, area="jewellery")]},
                        {"at_least": {"count": 1, "of": [{"training": {"hours": "7.50", "framework": AWAY}}]}},
                        pool("6.0", "T1", caps=[{"of": ["T1"], "at_most": "2.50"}]))),
    named("time-in-utc", "A time is written in UTC with Z.", question=request([credential("S1", status_checked="2026-06-01T08:00:00+08:00")])),
    named("time-with-a-fraction", "A fraction of a second is kept.",
          question=request([credential("S1", status_checked="2026-06-01T08:00:00.250Z")])),
    named("request-by-default", "A request leaves out what says nothing.", question=request([credential(holds=[])], person={})),
    named("facts-are-text", "A fact about the person is a text: 007.50 stays.", question=request([], person={"age": "007.50"})),
    named("score", "A score is a decimal.", question=request([credential({"id": "S1", "level": "03", "score": "85.50"})])),
    named("framework-of-han", "A unit with a code, an area and tags in Han.",
          framework("f", SCALE_HOME, {"id": "A", "code": "珠-01", "area": "鑲嵌", "tags": ["工艺", "绿色"], "title": HAN, "hours": "40.0"})),
]  # fmt: skip
