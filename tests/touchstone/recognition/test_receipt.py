# SPDX-License-Identifier: Apache-2.0
"""Receipts: anyone can derive a decision again from the documents it names, and is told when it comes out differently."""

from __future__ import annotations

import json

import msgspec
import pytest

from tests.touchstone.plain import documents_of, request_of
from tests.touchstone.small_world import (
    ASKS_T1,
    S1_IS_T1,
    agreement,
    credential,
    crosswalk,
    documents,
    qualification,
    request,
    unit,
)
from touchstone.errors import RecheckError
from touchstone.recognition import Receipt, compile_rulebook, decide, load_receipt, recheck
from touchstone.standards import canonical_bytes, digest, normal_form


def made(*given, evidence=None, **fields):
    """A receipt, with the documents it was made from."""
    made_of = documents_of(documents(*given))
    asked = request_of(request([credential("S1")] if evidence is None else evidence, **fields))
    return Receipt(request=asked, decision=decide(asked, compile_rulebook(made_of))), made_of


def refusal(receipt, given):
    with pytest.raises(RecheckError) as refused:
        recheck(receipt, given)
    return refused.value


def test_a_receipt_derives_to_the_same_bytes():
    receipt, given = made(ASKS_T1, agreement(), S1_IS_T1)

    assert canonical_bytes(recheck(receipt, given)) == canonical_bytes(receipt.decision)


def test_documents_that_were_added_later_change_nothing():
    receipt, given = made(ASKS_T1, agreement(), S1_IS_T1)
    later = documents_of(
        [agreement("better", accept_close=True), {**ASKS_T1, "version": "2", "require": {"all_of": []}}]
    )

    assert recheck(receipt, [*given, *later]) == receipt.decision


def test_a_receipt_names_the_very_version_that_the_agreement_names_in_force_or_not():
    """Another version in force must not stand in for the one that was named: it would not be found again."""
    ended = {**S1_IS_T1, "status": "withdrawn"}
    newer = {**crosswalk(("S1", "broadMatch", "T1")), "version": "2"}
    terms = agreement(crosswalks=[{"id": "crosswalk", "version": "1"}])

    receipt, given = made(ASKS_T1, terms, ended, newer)

    used = {(document.id, document.version) for document in receipt.decision.inputs.documents}
    assert ("crosswalk", "1") in used
    assert ("crosswalk", "2") not in used
    assert recheck(receipt, given) == receipt.decision


def test_a_decision_without_an_agreement_can_be_derived_again():
    receipt, given = made(ASKS_T1, agreement(status="suspended"))

    assert receipt.decision.outcome == "REFER"
    assert recheck(receipt, given) == receipt.decision


def test_every_document_that_is_named_is_named_by_its_digest():
    receipt, given = made(ASKS_T1, agreement(), S1_IS_T1)
    digests = {(document.id, document.version): digest(document) for document in given}

    used = receipt.decision.inputs.documents

    assert {(item.id, item.version): item.digest for item in used}.items() <= digests.items()
    assert receipt.decision.inputs.request == digest(receipt.request)
    assert {item.id for item in used} >= {"target", "agreement", "crosswalk", "framework-away", "framework-home"}


def test_a_missing_document_is_named_with_its_version_and_digest():
    receipt, given = made(ASKS_T1, agreement(), S1_IS_T1)

    error = refusal(receipt, [document for document in given if document.id != "crosswalk"])

    assert "crosswalk version 1, sha256:" in error.expected
    assert error.hint


def test_another_request_is_not_the_one_that_was_decided():
    receipt, given = made(ASKS_T1, agreement(), S1_IS_T1)
    other = msgspec.structs.replace(receipt.request, purpose="licensing")

    assert refusal(msgspec.structs.replace(receipt, request=other), given).field == "decision.inputs.request"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", "REFUSED"),
        ("recognised", ()),
        ("open", ("T1",)),
        ("standing", "verified"),
        ("proof", ()),
        ("agreement", "x"),
    ],
)
def test_a_decision_that_was_tampered_with_is_found_at_its_field(field, value):
    receipt, given = made(ASKS_T1, agreement(), S1_IS_T1)
    forged = msgspec.structs.replace(receipt.decision, **{field: value})

    assert refusal(msgspec.structs.replace(receipt, decision=forged), given).field == f"decision.{field}"


def test_a_receipt_of_another_engine_is_not_derived():
    receipt, given = made(ASKS_T1, agreement(), S1_IS_T1)
    foreign = msgspec.structs.replace(receipt.decision, engine="touchstone-recognition/0")

    assert refusal(msgspec.structs.replace(receipt, decision=foreign), given).field == "decision.engine"


def test_a_receipt_written_to_a_file_is_read_as_it_was(tmp_path):
    receipt, _ = made(qualification(unit("T1", level="3")), agreement(), S1_IS_T1)
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(normal_form(receipt)), encoding="utf-8")

    assert load_receipt(file) == receipt


def test_a_file_that_is_no_receipt_is_told_with_its_place(tmp_path):
    file = tmp_path / "receipt.json"
    file.write_text('{"kind": "Receipt", "request": {}}', encoding="utf-8")

    with pytest.raises(RecheckError) as refused:
        load_receipt(file)

    assert refused.value.file == str(file)
    assert refused.value.line == 1
