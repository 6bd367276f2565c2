# SPDX-License-Identifier: Apache-2.0
"""The illustrative library: what its README counts is there, and what its documents mean is what is decided."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

import pytest

from touchstone.library import LIBRARY, load_library
from touchstone.logic import AnyOf, AtLeast, Credits, Experience, Holds, Person, Training, branches, units_named
from touchstone.recognition import RecognitionRequest, compile_rulebook, decide
from touchstone.standards import Agreement, BridgingCatalogue, Crosswalk, Framework, Qualification
from touchstone.standards.decoding import decode

DOCUMENTS = [loaded.document for loaded in load_library()]
RULEBOOK = compile_rulebook(DOCUMENTS)
REGIONS = ("GD", "HK", "MO")
WEB = "https://touchstone.example/"
README = (LIBRARY / "README.md").read_text(encoding="utf-8")


def ours(kind):
    """The illustrative documents of a kind, of the three regions."""
    return [
        document
        for document in DOCUMENTS
        if isinstance(document, kind) and not document.official and getattr(document, "region", "GD") in REGIONS
    ]


def nodes(expression):
    """Every node of an expression, itself first."""
    yield expression
    for part in branches(expression):
        yield from nodes(part)


ROWS = [(crosswalk, row) for crosswalk in ours(Crosswalk) for row in crosswalk.mappings]
OPTIONS = [(catalogue.region, option) for catalogue in ours(BridgingCatalogue) for option in catalogue.options]


def test_the_readme_counts_what_is_there():
    def row(counted):
        return " | ".join(str(counted[region]) for region in REGIONS)

    units = {framework.region: len(framework.competencies) for framework in ours(Framework)}
    options = Counter(region for region, _ in OPTIONS)
    leads = Counter(crosswalk.object_source.split("/")[-1][:2].upper() for crosswalk, _ in ROWS)

    assert f"| {row(units)} |" in README
    assert f"| {row(Counter(item.region for item in ours(Qualification)))} |" in README
    assert f"| {row(leads)} |" in README
    assert f"{len(ROWS)} rows: every predicate, {sum(row.denies for _, row in ROWS)} denials" in README
    assert [f"{options[region]}, in {money}" for region, money in zip(REGIONS, ("CNY", "HKD", "MOP"), strict=True)] == (
        re.findall(r"\d+, in [A-Z]{3}", README)
    )


def test_five_directions_have_an_agreement_and_macao_to_hong_kong_has_a_draft():
    directions = {(agreement.from_, agreement.to, agreement.status) for agreement in ours(Agreement)}

    assert directions == {
        *((*way, "in_force") for way in (("GD", "HK"), ("HK", "GD"), ("GD", "MO"), ("MO", "GD"), ("HK", "MO"))),
        ("MO", "HK", "draft"),
    }


@pytest.mark.parametrize("scale", ["cn-skill-5", "cn-skill-8"])
def test_the_mainland_levels_speak_four_languages(scale):
    (found,) = (item.document for item in load_library() if item.document.id.endswith(f"/scales/{scale}"))

    for texts in (found.title, *(level.title for level in found.levels)):
        assert set(texts) == {"en", "zh-Hans", "zh-Hant", "pt"}


def test_the_crosswalks_use_every_predicate_and_give_reasons():
    assert {row.predicate_id.removeprefix("skos:") for _, row in ROWS} == {
        "exactMatch", "narrowMatch", "broadMatch", "closeMatch", "relatedMatch",
    }  # fmt: skip
    assert sum(row.denies for _, row in ROWS) >= 8
    assert sum(len(row.subjects) > 1 for _, row in ROWS) >= 10
    assert all(row.comment and row.confidence and row.mapping_date for _, row in ROWS)


def test_every_unit_speaks_four_languages_and_says_what_it_is_worth():
    for framework in ours(Framework):
        assert len(framework.competencies) >= 40
        for unit in framework.competencies:
            assert set(unit.title) == {"en", "zh-Hans", "zh-Hant", "pt"} == set(unit.statement)
            assert (unit.level and unit.credits) if framework.region == "HK" else unit.hours


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_has_six_qualifications_or_more(region):
    assert sum(item.region == region for item in ours(Qualification)) >= 6


def test_the_qualifications_ask_in_every_way_that_the_language_has():
    asked = {type(node) for item in ours(Qualification) for node in nodes(item.require)}

    assert {AnyOf, AtLeast, Credits, Experience, Training, Holds, Person} <= asked
    assert any(
        node.credits.caps for item in ours(Qualification) for node in nodes(item.require) if hasattr(node, "credits")
    )
    assert any(item.bars for item in ours(Qualification))


def test_every_unit_that_a_qualification_asks_for_can_be_learned_or_tested_there():
    covered = Counter(unit for _, option in OPTIONS for unit in option.covers)
    asked = {unit for item in ours(Qualification) for unit in units_named(item.require)}

    assert not asked - set(covered)
    assert sum(count > 1 for count in covered.values()) >= 40


def test_no_option_is_dear_in_a_strange_currency_or_held_in_the_past():
    money = dict(zip(REGIONS, ("CNY", "HKD", "MOP"), strict=True))
    for region, option in OPTIONS:
        assert option.cost.currency == money[region]
        assert all(dt.date(2026, 11, 24) < day.from_ <= day.until < dt.date(2028, 1, 1) for day in option.dates)
        assert option.provider is None or option.provider.endswith("(fictional)")


# What the documents mean


def credential(*units, **fields):
    return {
        "credential": "urn:example:" + "-".join([*units, *sorted(fields)]), "kind": "assessment", "issuer": "did:web:school.example",
        "awarded": "2026-03-02", "assurance": "authority_assessed", "status": "valid",
        "status_checked": "2026-11-24T01:00:00Z", **fields,
        **({"units": [dict(zip(("id", "level", "score"), unit.split("@"), strict=False)) for unit in units]} if units else {}),
    }  # fmt: skip


def practice(begin, until, **work):
    return credential(kind="practice", period={"from": begin, "until": until}, **work)


def decided(way, target, *evidence, **person):
    begin, end = way.split(">")
    request = {
        "kind": "RecognitionRequest", "from": begin, "to": end, "target": f"{WEB}qualifications/{target}",
        "purpose": "employment", "decided_on": "2026-11-24", "person": person, "evidence": list(evidence),
    }  # fmt: skip
    return decide(decode(request, RecognitionRequest), RULEBOOK)


def test_the_hong_kong_setter_is_a_setter_in_macao_once_macao_law_is_passed():
    setter = credential(holds=[f"{WEB}qualifications/hk-stone-setter"])
    law = credential("DEMO-MO:law")

    assert decided("HK>MO", "mo-stone-setter", setter, law).outcome == "FULL"
    assert decided("HK>MO", "mo-stone-setter", setter).outcome == "REFUSED"


def test_the_hong_kong_platers_certificate_grants_units_and_leaves_the_rest_to_be_shown():
    plater = credential(holds=[f"{WEB}qualifications/hk-plating-technician"])

    alone = decided("HK>MO", "mo-plating-technician", plater)

    assert alone.outcome == "PARTIAL"
    assert alone.recognised == ("DEMO-MO:effluent", "DEMO-MO:plating")
    assert alone.missing == (("DEMO-MO:law", "DEMO-MO:polishing"),)
    assert decided("HK>MO", "mo-plating-technician", plater, credential("DEMO-HK:polishing@2")).outcome == "CONDITIONAL"


def test_access_is_not_the_certificate():
    maker = credential(holds=[f"{WEB}qualifications/hk-jewellery-maker"])

    assert decided("HK>MO", "mo-jewellery-maker", maker, residence="MO").outcome == "REFUSED"


def test_an_edition_of_2018_still_covers_surface_modelling_in_guangdong():
    technician = credential("DEMO-HK:print@3", "DEMO-HK:file-check@3", "DEMO-HK:cad-surface-2018@3")
    safety = credential("DEMO-GD:safety")

    assert decided("HK>GD", "gd-printing-technician-4", technician, safety).outcome == "FULL"


def test_cyanide_free_silver_is_not_cyanide_free_gold():
    denied = {row.object_id for _, row in ROWS if row.denies and row.subject_id == "DEMO-GD:cyanide-free-2020"}

    assert denied == {"DEMO-HK:cyanide-free", "DEMO-MO:cyanide-free"}


def test_both_machines_together_and_the_cap_on_the_wax_room_decide_a_casters_credits():
    safety = credential("DEMO-HK:safety@2")
    machines = ("DEMO-GD:casting@4", "DEMO-GD:casting-vacuum@3", "DEMO-GD:casting-centrifugal@3")
    wax_room = ("DEMO-GD:rubber-mould@4", "DEMO-GD:wax-injection@4")

    assert decided("GD>HK", "hk-caster", safety, credential(*machines, *wax_room)).outcome == "FULL"
    one_machine = decided("GD>HK", "hk-caster", safety, credential(*machines[:2], *wax_room, "DEMO-GD:setting-wax@4"))
    assert one_machine.outcome == "PARTIAL"


def test_whoever_does_not_say_that_she_sees_colours_must_be_looked_at():
    grader = credential("DEMO-GD:diamond-grading@2", "DEMO-GD:gem-id@2")

    assert decided("GD>HK", "hk-diamond-grader", grader).outcome == "REFER"
    told = {"colour_vision_normal": "yes", "dealer_registration_cancelled": "no"}
    assert decided("GD>HK", "hk-diamond-grader", grader, **told).outcome == "FULL"


def test_a_cancelled_registration_bars_and_says_why():
    decision = decided("GD>HK", "hk-diamond-grader", dealer_registration_cancelled="yes", colour_vision_normal="yes")

    assert decision.outcome == "REFUSED"
    assert [reason.code for reason in decision.reasons] == ["barred"]


def test_five_years_at_the_bench_stand_for_the_lower_certificate_but_not_for_the_crafts():
    years = practice("2021-01-01", "2026-06-30", occupation="goldsmith")
    crafts = credential("DEMO-MO:bench@advanced", "DEMO-MO:forming@advanced", "DEMO-MO:filigree-granulation@advanced")
    issued = {"issuer": "did:web:mo-training.example"}

    decision = decided(
        "MO>GD", "gd-jewellery-maker-3", {**years, **issued}, {**crafts, **issued}, credential("DEMO-GD:law")
    )

    assert decision.outcome == "FULL"
    assert {"DEMO-GD:filigree", "DEMO-GD:granulation"} <= set(decision.recognised)
