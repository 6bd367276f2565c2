# SPDX-License-Identifier: Apache-2.0
"""The standing of a decision under a trust registry: verified only if all that it consulted is, and derived again from its receipt."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from tests.touchstone.credentials.registries import (
    BOTH_SIDES,
    GUANGDONG,
    HONG_KONG,
    MARCH,
    STRANGER,
    key,
    publisher,
    trusted,
)
from tests.touchstone.plain import documents_of, request_of
from tests.touchstone.small_world import ASKS_T1, S1_IS_T1, agreement, credential, documents, request
from touchstone.credentials.document_proofs import SENTENCES, sign_document
from touchstone.errors import RecheckError, RulebookError
from touchstone.recognition import Receipt, compile_rulebook, decide, explain, recheck
from touchstone.recognition.receipt_code import read_receipt_code, receipt_code, recheck_code
from touchstone.recognition.wording import wordings
from touchstone.standards import Agreement, canonical_bytes, digest
from touchstone.text import LANGUAGES

ASKED = request_of(request([credential("S1")]))


def published(*, sides=(GUANGDONG, HONG_KONG), unclaimed=(), unsigned=()):
    """The world of a decision: every document claimed and signed by Hong Kong's publisher, the agreement by ``sides``."""
    made = []
    for document in documents_of(documents(ASKS_T1, agreement(), S1_IS_T1)):
        region = getattr(document, "region", None)
        owner, signer = ("urn:gd", GUANGDONG) if region == "GD" else ("urn:hk", HONG_KONG)
        claimed = document.id not in unclaimed
        published_ = msgspec.structs.replace(document, official=claimed, publisher=owner)
        signers = sides if isinstance(document, Agreement) else (signer,)
        for each in () if document.id in unsigned else signers:
            published_ = sign_document(published_, each, created=MARCH)
        made.append(published_)
    return made


def decided(given, trust=None, **fields):
    return decide(request_of(request([credential("S1")], **fields)), compile_rulebook(given, trust))


def receipt_of(given, trust):
    return Receipt(request=ASKED, decision=decided(given, trust))


def refused(receipt, given, trust=None):
    with pytest.raises(RecheckError) as error:
        recheck(receipt, given, trust)
    return error.value


def named(decision):
    return [used.id for used in decision.inputs.documents]


def test_a_decision_on_documents_that_are_all_verified_is_verified():
    assert decided(published(), trusted()).standing == "verified"


def test_without_a_registry_no_proof_is_looked_at():
    decision = decided(published())

    assert (decision.standing, "registry" in named(decision)) == ("unverified", False)


@pytest.mark.parametrize("left_out", ["target", "agreement", "crosswalk", "framework-home", "scale-away"])
def test_one_consulted_document_without_its_proof_is_enough_to_leave_it_unverified(left_out):
    assert decided(published(unsigned=(left_out,)), trusted()).standing == "unverified"


@pytest.mark.parametrize("sides", [(GUANGDONG,), (HONG_KONG,), (GUANGDONG, STRANGER), ()])
def test_a_half_signed_agreement_leaves_it_unverified(sides):
    assert decided(published(sides=sides), trusted()).standing == "unverified"


def test_one_document_that_claims_nothing_leaves_it_illustrative_and_the_registry_unasked():
    given = published(unclaimed=("crosswalk",))

    assert canonical_bytes(decided(given, trusted())) == canonical_bytes(decided(given))
    assert decided(given, trusted()).standing == "illustrative"


def test_what_was_not_consulted_lowers_nothing():
    assert decided(published(unsigned=("framework-between",)), trusted()).standing == "verified"


def test_the_registry_changes_the_standing_and_its_own_name_and_nothing_else():
    plain, believed = decided(published()), decided(published(), trusted())

    inputs = msgspec.structs.replace(
        believed.inputs, documents=tuple(used for used in believed.inputs.documents if used.id != "registry")
    )

    assert msgspec.structs.replace(believed, standing="unverified", inputs=inputs) == plain
    assert named(believed) == sorted(named(believed))
    assert next(used.digest for used in believed.inputs.documents if used.id == "registry") == digest(trusted())


def test_the_registry_must_be_in_force_on_the_day_of_the_decision():
    spring = trusted(valid={"from": "2026-03-01", "until": "2026-05-31"})

    for day, standing in (("2026-05-31", "verified"), ("2026-06-01", "unverified")):
        assert decided(published(), spring, decided_on=day).standing == standing
    book = compile_rulebook(published(), spring)
    assert [
        decide(msgspec.structs.replace(ASKED, decided_on=dt.date.fromisoformat(day)), book).standing
        for day in ("2026-06-02", "2026-05-30", "2026-06-03")
    ] == ["unverified", "verified", "unverified"]


def test_an_altered_document_never_raises_the_standing():
    given = published()
    for place, document in enumerate(given):
        altered = msgspec.structs.replace(document, title={"en": "another"})
        changed = [*given[:place], altered, *given[place + 1 :]]
        assert decided(changed, trusted()).standing == (
            "verified" if document.id == "framework-between" else "unverified"
        )


def test_a_registry_in_which_two_share_a_key_is_refused():
    sharing = trusted(*BOTH_SIDES, publisher("urn:thief", {**key(HONG_KONG), "id": "did:web:thief.example#1"}))

    with pytest.raises(RulebookError, match="is also a key of urn:hk"):
        compile_rulebook(published(), sharing)


def test_a_copy_of_the_registry_among_the_documents_is_the_same_registry():
    assert decided([*published(), trusted()], trusted()) == decided(published(), trusted())
    assert decided([*published(), trusted()]) == decided(published())
    with pytest.raises(RulebookError, match="version 1 stands twice"):
        compile_rulebook([*published(), trusted(title={"en": "another"})], trusted())


# Told


def doubts(given, trust, language="en"):
    book = compile_rulebook(given, trust)
    return explain(decide(ASKED, book), ASKED, book, language).doubts


def test_what_keeps_a_decision_from_being_verified_is_told_to_people():
    half = published(sides=(GUANGDONG,), unsigned=("target",))

    assert doubts(half, trusted()) == (
        "agreement: only one side has signed the agreement; Hong Kong has not.",
        "target bears no valid signature of its publisher.",
    )
    assert doubts(half, trusted(), "zh-Hans")[0] == "agreement：该协议仅有一方签署，香港尚未签署。"
    assert doubts(published(), trusted(status="draft")) == (
        "registry: the trust registry is not in force on that day.",
    )


def test_nothing_is_told_where_there_is_nothing_to_doubt_or_nobody_asked():
    assert doubts(published(), trusted()) == ()
    assert doubts(published(sides=()), None) == ()
    assert doubts(published(unclaimed=("target",), sides=()), trusted()) == ()


@pytest.mark.parametrize("code", [code for code in SENTENCES if not code.startswith(("proof_", "key_"))])
def test_everything_that_can_be_missing_has_a_sentence_in_every_language(code):
    assert set(wordings()[f"doubt.{code}"]) == set(LANGUAGES)


# Receipts


def test_a_receipt_derives_again_from_the_documents_with_their_proofs_and_the_registry():
    receipt = receipt_of(published(), trusted())

    assert receipt.decision.standing == "verified"
    assert canonical_bytes(recheck(receipt, [*published(), trusted()])) == canonical_bytes(receipt.decision)
    assert recheck(receipt, published(), trusted()) == receipt.decision
    assert explain(receipt.decision, ASKED, compile_rulebook(published(), trusted())).sentence


def test_a_receipt_that_consulted_no_registry_derives_whatever_the_reader_relies_on():
    receipt = receipt_of(published(), None)

    assert recheck(receipt, published(), trusted()) == receipt.decision


def test_copies_with_one_proof_each_derive_to_the_same():
    receipt = receipt_of(published(), trusted())
    halves = [*published(sides=(GUANGDONG,)), *published(sides=(HONG_KONG,))]

    assert recheck(receipt, halves, trusted()) == receipt.decision
    assert decided(halves, trusted()).standing == "verified"


def test_a_code_derives_by_the_readers_registry_from_copies_with_one_proof_each():
    receipt = receipt_of(published(), trusted())
    code = read_receipt_code(receipt_code(receipt))
    halves = [*published(sides=(GUANGDONG,)), *published(sides=(HONG_KONG,))]

    assert recheck_code(code, halves, trusted()) == receipt.decision
    with pytest.raises(RecheckError, match="a document that the decision names is missing"):
        recheck_code(code, published())
    with pytest.raises(RecheckError, match="rests on another trust registry"):
        recheck_code(code, [*published(), trusted()], trusted(publisher("urn:hk", key(STRANGER)), id="other"))


def test_proofs_that_are_gone_are_told_in_a_sentence():
    receipt = receipt_of(published(), trusted())

    error = refused(receipt, published(sides=(GUANGDONG,)), trusted())

    assert (error.field, error.expected, error.found) == ("decision.standing", "unverified", "'verified'")
    assert error.hint.startswith("agreement version 1: only one side has signed the agreement")
    assert "(HK). Get what is missing with its proofs from its publisher." in error.hint


def test_a_registry_that_is_gone_is_told_by_its_digest():
    error = refused(receipt_of(published(), trusted()), published())

    assert error.expected == f"registry version 1, {digest(trusted())}"


def test_a_decision_that_rests_on_another_registry_than_the_readers_is_refused():
    """Whoever forges documents can forge a registry for them, too; the reader's own settles it."""
    forged = trusted(publisher("urn:hk", key(STRANGER)), id="forged")
    receipt = receipt_of(published(), forged)

    error = refused(receipt, [*published(), forged], trusted())

    assert error.message == "the decision rests on another trust registry"
    assert error.found == "'forged version 1'"


def test_a_standing_that_was_raised_by_hand_is_found():
    receipt = receipt_of(published(sides=()), trusted())
    forged = msgspec.structs.replace(receipt.decision, standing="verified")

    assert refused(msgspec.structs.replace(receipt, decision=forged), published(sides=()), trusted()).field == (
        "decision.standing"
    )
