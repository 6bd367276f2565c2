# SPDX-License-Identifier: Apache-2.0
"""The random worlds are valid documents, reach every outcome, and keep the laws of the design."""

import random
from collections import Counter
from functools import cache

import pytest

from tests.oracle import expressions
from tests.oracle.oracle import RANKS, decide
from tests.oracle.worlds import random_world

WORLDS = 400
OUTCOMES = ("FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED", "REFER: no agreement", "REFER: open facts")


@cache
def worlds():
    """A fixed sample, each world with its decision."""
    drawn = [random_world(random.Random(seed)) for seed in range(WORLDS)]
    return [(request, documents, decide(request, documents)) for request, documents in drawn]


def outcome_of(decision):
    """The outcome, with the two kinds of REFER told apart."""
    if decision["outcome"] != "REFER":
        return decision["outcome"]
    return "REFER: no agreement" if decision["floor"] == "REFER" else "REFER: open facts"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_is_reached_often(outcome):
    reached = Counter(outcome_of(decision) for _, _, decision in worlds())

    assert reached[outcome] >= WORLDS * 0.02


@pytest.mark.parametrize("floor", RANKS)
def test_every_floor_is_reached_often(floor):
    assert Counter(decision["floor"] for _, _, decision in worlds())[floor] >= WORLDS * 0.02


def test_every_reference_of_an_agreement_is_to_a_document_and_a_version_that_exist():
    for _, documents, _ in worlds():
        known = {(each["id"], version) for each in documents for version in (each["version"], None)}
        for agreement in (each for each in documents if each["kind"] == "Agreement"):
            for field in ("crosswalks", "referencings", "alternative"):
                for named in agreement.get(field, []):
                    wanted = (named, None) if isinstance(named, str) else (named["id"], named["version"])
                    assert wanted in known


def test_no_version_of_a_document_is_published_twice():
    for _, documents, _ in worlds():
        names = [(each["id"], each["version"]) for each in documents]
        assert len(names) == len(set(names))


def test_rows_name_units_of_the_crosswalks_own_frameworks():
    for _, documents, _ in worlds():
        units = {}
        for framework in (each for each in documents if each["kind"] == "Framework"):
            units.setdefault(framework["id"], set()).update(unit["id"] for unit in framework["competencies"])
        for crosswalk in (each for each in documents if each["kind"] == "Crosswalk"):
            for row in crosswalk["mappings"]:
                assert set(row["subject_id"].split("|")) <= units[crosswalk["subject_source"]]
                assert row["object_id"] in units[crosswalk["object_source"]]


def test_pools_can_be_met_by_their_own_units_and_stand_only_in_requirements():
    for _, documents, _ in worlds():
        for qualification in (each for each in documents if each["kind"] == "Qualification"):
            assert not any(expressions.pools(bar) for bar in qualification.get("bars", []))
            for pool in expressions.pools(qualification["require"]):
                capped = [unit for cap in pool.get("caps", []) for unit in cap["of"]]
                assert len(capped) == len(set(capped))
                assert set(capped) <= set(pool["from"])


def test_credential_ids_are_unique_and_a_moment_lies_on_the_decision_date():
    for request, _, _ in worlds():
        names = [credential["credential"] for credential in request["evidence"]]
        assert len(names) == len(set(names))
        assert request.get("decided_at", request["decided_on"]).startswith(request["decided_on"])


def test_permuting_documents_and_evidence_changes_nothing():
    for request, documents, decision in worlds()[:200]:
        shuffled = random.Random(0)
        evidence = shuffled.sample(request["evidence"], len(request["evidence"]))

        assert decide({**request, "evidence": evidence}, shuffled.sample(documents, len(documents))) == decision


def test_a_settled_decision_has_nothing_open_and_a_full_one_nothing_missing():
    for _, _, decision in worlds():
        assert bool(decision["open"]) == (outcome_of(decision) == "REFER: open facts")
        if decision["outcome"] == "FULL":
            assert decision["missing"] == []
