# SPDX-License-Identifier: Apache-2.0
"""Laws of every decision, on worlds that Hypothesis draws (recognition-algorithm 8.7 and the design's list)."""

from __future__ import annotations

import msgspec
from hypothesis import assume, given

from tests.touchstone import strategies
from tests.touchstone.obtaining import Obtaining
from tests.touchstone.plain import RANKS, decided, decision_of, documents_of, rank, request_of, summary
from touchstone.recognition import Receipt, compile_rulebook, decide, recheck
from touchstone.recognition.reasons import catalogue
from touchstone.standards import canonical_bytes


def decision_on(world):
    """The engine's decision on a world."""
    return decided(world.request, world.documents)


def told(decision):
    """All that a decision tells, but for the digests of documents that are named in another order or have grown."""
    everything = msgspec.to_builtins(decision)
    del everything["inputs"]
    for step in everything["proof"]:
        step.pop("agreement", None)
        for row in step.get("rows", ()):
            del row["crosswalk"]
    return everything


@given(strategies.poorer_and_richer())
def test_more_evidence_never_lowers_the_floor(worlds):
    poorer, richer = worlds

    assert rank(decision_on(richer).floor) <= rank(decision_on(poorer).floor)


@given(strategies.shuffled())
def test_the_order_of_evidence_documents_rows_and_units_changes_no_answer(worlds):
    world, shuffled = worlds

    assert summary(decision_on(shuffled)) == summary(decision_on(world))


@given(strategies.shuffled())
def test_the_order_of_evidence_documents_rows_and_units_changes_no_proof_and_no_reason(worlds):
    world, shuffled = worlds

    assert told(decision_on(shuffled)) == told(decision_on(world))


@given(strategies.narrower_and_wider())
def test_a_row_between_units_that_nobody_holds_or_asks_for_changes_nothing(worlds):
    world, wider = worlds

    assert told(decision_on(wider)) == told(decision_on(world))


@given(strategies.undenied_and_denied())
def test_a_denial_never_adds_recognition(worlds):
    world, denied = worlds

    before, after = decision_on(world), decision_on(denied)

    assert rank(after.floor) >= rank(before.floor)
    if len(world.of_kind("Agreement")) == 1:
        assert rank(after.ceiling) >= rank(before.ceiling)
        if not any("credits" in str(document.get("require")) for document in world.of_kind("Qualification")):
            assert set(after.recognised) <= set(before.recognised)  # in a pool a source may serve another unit instead


@given(strategies.worlds)
def test_the_floor_is_never_better_than_the_ceiling(world):
    decision = decision_on(world)
    assume(decision.floor != "REFER")
    order = preference_of(decision, world)
    assume(order[0] == "FULL")  # an agreement that prefers a lower rung to FULL says so on purpose

    assert order.index(decision.floor) >= order.index(decision.ceiling)


def preference_of(decision, world):
    """The order of rungs under the agreement that decided, REFUSED last."""
    versions = [document for document in world.documents if document["id"] == decision.agreement]
    orders = [version.get("preference", RANKS) for version in versions] or [RANKS]
    assume(len({tuple(order) for order in orders}) == 1)
    return [*(rung for rung in orders[0] if rung != "REFUSED"), "REFUSED"]


@given(strategies.worlds)
def test_the_fields_of_a_decision_fit_together(world):
    decision = decision_on(world)

    if decision.floor == "FULL":
        assert decision.missing == ()
    assert bool(decision.open) == (decision.outcome == "REFER" and decision.floor != "REFER")
    assert (decision.conditions is not None) == (decision.floor == "CONDITIONAL")
    assert (decision.recognised_as is not None) == (decision.floor == "ALTERNATIVE")
    assert decision.outcome in (decision.floor, "REFER")
    assert list(decision.recognised) == sorted(set(decision.recognised))
    assert list(decision.missing) == sorted(decision.missing, key=lambda names: (len(names), names))
    assert {reason.code for reason in decision.reasons} <= set(catalogue())
    assert decision.reasons if decision.missing else decision.outcome != "FULL" or not decision.reasons


@given(strategies.worlds)
def test_every_missing_name_has_a_reason_and_every_recognised_unit_a_proof_that_rests_on_evidence(world):
    decision = decision_on(world)
    credentials = {item["credential"] for item in world.request["evidence"]}
    steps = {step.unit: step for step in decision.proof}

    told_about = {reason.about for reason in decision.reasons}

    assert decision.agreement is None or {name for names in decision.missing for name in names} <= told_about
    assert set(decision.recognised) <= set(steps)
    assert {held.credential for step in decision.proof for held in step.held} <= credentials
    assert all(step.held for step in decision.proof)


# Minimal missing sets, carried out


@given(strategies.lawful_worlds)
def test_a_minimal_missing_set_once_obtained_makes_it_full_and_no_part_of_it_does(world):
    decision = decision_on(world)
    assume(decision.missing and decision.agreement)

    obtaining = Obtaining(world, decision.agreement)
    for names in decision.missing[:3]:
        assert decided(obtaining.all_of(names), world.documents).floor == "FULL", names
        for left_out in names:
            part = [name for name in names if name != left_out]
            again = decided(obtaining.all_of(part), world.documents)
            assert again.floor != "FULL" or again.agreement != decision.agreement, part  # another may ask for less


# Deriving again


@given(strategies.worlds)
def test_a_receipt_derives_to_the_same_bytes_from_the_documents_it_names_alone(world):
    request, documents = request_of(world.request), documents_of(world.documents)
    decision = decide(request, compile_rulebook(documents))

    derived = recheck(Receipt(request=request, decision=decision), documents)

    assert canonical_bytes(derived) == canonical_bytes(decision)


@given(strategies.worlds)
def test_a_rulebook_that_has_decided_before_decides_as_a_new_one(world):
    request, documents = request_of(world.request), documents_of(world.documents)
    used = compile_rulebook(documents)
    first = decide(request, used)
    decide(msgspec.structs.replace(request, evidence=()), used)

    assert canonical_bytes(decide(request, used)) == canonical_bytes(first)
    assert canonical_bytes(decide(request, compile_rulebook(documents))) == canonical_bytes(first)


@given(strategies.worlds)
def test_a_decision_written_down_and_read_again_is_the_same_decision(world):
    decision = decision_on(world)

    written = msgspec.json.decode(canonical_bytes(decision))

    assert canonical_bytes(decision_of(written)) == canonical_bytes(decision)
