# SPDX-License-Identifier: Apache-2.0
"""A receipt as one word: it derives to the very same decision, and whatever is wrong with it is told in a sentence."""

from __future__ import annotations

import base64
import contextlib
import time
import tracemalloc
import zlib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.touchstone.credentials.registries import trusted
from tests.touchstone.plain import documents_of, request_of
from tests.touchstone.recognition.test_receipt import made
from tests.touchstone.recognition.test_standing import published
from tests.touchstone.small_world import ASKS_T1, S1_IS_T1, agreement, credential
from tests.touchstone.small_world import request as asked
from tests.touchstone.strategies import World, seeds
from touchstone.errors import InputError, RecheckError
from touchstone.recognition import Receipt, compile_rulebook, decide, recheck
from touchstone.recognition.receipt_code import (
    LONGEST_REQUEST,
    MOST_CHARACTERS,
    is_code_of,
    read_receipt_code,
    receipt_code,
    recheck_code,
)
from touchstone.standards import digest


def bytes_of(code):
    return base64.b32decode(code + "=" * (-len(code) % 8))


def written(content):
    return base64.b32encode(content).decode().rstrip("=")


def with_request(code, deflated):
    """The code with other bytes in the place of its request."""
    content = bytes_of(code)
    return written(content[: 20 + 4 * content[3]] + deflated)


def deflated(content):
    writer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return writer.compress(content) + writer.flush()


@pytest.fixture(scope="module")
def example():
    receipt, given_documents = made(ASKS_T1, agreement(), S1_IS_T1)
    return receipt, given_documents, receipt_code(receipt)


@given(seeds)
def test_a_code_derives_to_the_same_decision_in_any_world(seed):
    world = World.drawn(seed)
    documents, request = documents_of(world.documents), request_of(world.request)
    try:
        decision = decide(request, compile_rulebook(documents))
    except InputError:
        return
    code = read_receipt_code(receipt_code(Receipt(request=request, decision=decision)))

    assert is_code_of(code, decision)
    if code.request is not None:
        assert code.request == request
        assert recheck_code(code, documents) == decision


def test_a_code_is_capitals_and_digits_and_is_read_in_small_letters_too(example):
    _, _, code = example

    assert code.isalnum()
    assert code == code.upper()
    assert read_receipt_code(f" {code.lower()}\n") == read_receipt_code(code)


def test_a_request_that_is_too_long_is_left_out_and_the_code_still_names_its_receipt():
    many = [credential(f"S{number}", issuer=f"did:web:i{number * 7919}.example") for number in range(60)]
    receipt, given_documents = made(ASKS_T1, agreement(), S1_IS_T1, evidence=[many[0] | {"units": [{"id": "S1"}]}])
    long = msgspec.structs.replace(
        receipt.request,
        evidence=tuple(
            msgspec.structs.replace(receipt.request.evidence[0], credential=f"urn:x:{zlib.crc32(bytes([n]))}")
            for n in range(120)
        ),
    )
    long_receipt = Receipt(request=long, decision=decide(long, compile_rulebook(given_documents)))

    code = receipt_code(long_receipt)
    told = read_receipt_code(code)

    assert len(code) < 40
    assert told.request is None
    assert is_code_of(told, long_receipt.decision)
    assert not is_code_of(told, receipt.decision)
    with pytest.raises(RecheckError, match=r"holds no request\. Take the receipt's file"):
        recheck_code(told, given_documents)


def test_a_long_request_that_folds_well_is_left_out_as_well(example):
    receipt, _, _ = example
    same = msgspec.structs.replace(
        receipt.request,
        evidence=tuple(
            msgspec.structs.replace(receipt.request.evidence[0], credential="urn:x:" + "a" * n) for n in range(200)
        ),
    )

    assert read_receipt_code(receipt_code(Receipt(request=same, decision=receipt.decision))).request is None


def test_a_missing_document_and_another_result_are_told_apart(example):
    receipt, given_documents, code = example
    told = read_receipt_code(code)
    used = [item for item in given_documents if digest(item) in {d.digest for d in receipt.decision.inputs.documents}]

    with pytest.raises(RecheckError, match="a document that the decision names is missing") as missing:
        recheck_code(told, [item for item in given_documents if item is not used[0]])
    with pytest.raises(RecheckError, match="comes out differently") as other:
        recheck_code(msgspec.structs.replace(told, decision="00" * 16), given_documents)
    with pytest.raises(RecheckError, match="another engine"):
        recheck_code(msgspec.structs.replace(told, engine="touchstone-recognition/99"), given_documents)

    assert missing.value.field.startswith("decision.inputs.documents[")
    assert other.value.field == "decision"


def test_a_document_that_is_given_twice_is_one_document(example):
    receipt, given_documents, code = example

    assert recheck_code(read_receipt_code(code), [*given_documents, *given_documents]) == receipt.decision


def test_a_decision_that_rests_on_a_trust_registry_is_derived_from_its_code_as_from_its_receipt():
    given_documents, registry = published(), trusted()
    request = request_of(asked([credential("S1")]))
    receipt = Receipt(request=request, decision=decide(request, compile_rulebook(given_documents, registry)))
    code = read_receipt_code(receipt_code(receipt))

    assert receipt.decision.standing == "verified"
    assert recheck_code(code, [*given_documents, registry]) == receipt.decision
    assert recheck(receipt, [*given_documents, registry]) == receipt.decision


def test_a_digit_changed_anywhere_never_passes_for_another_receipt(example):
    """Only the bits that fill up the last byte may change: they say nothing."""
    receipt, given_documents, code = example

    for place in range(len(code)):
        changed = code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
        try:
            told = read_receipt_code(changed)
            derived = recheck_code(told, given_documents)
        except InputError:
            continue
        assert (told.request, derived) == (receipt.request, receipt.decision)
        assert place >= len(code) - 6


@pytest.mark.parametrize(
    "spoil",
    [
        lambda code: "",
        lambda code: code[:-1],
        lambda code: code[:20],
        lambda code: code + "A",
        lambda code: code.replace(code[5], "1"),
        lambda code: code[:10] + " " + code[10:],
        lambda code: "A" * (MOST_CHARACTERS + 1),
        lambda code: "Ａ" + code[1:],
        lambda code: written(b"\x09" + bytes_of(code)[1:]),
        lambda code: written(bytes_of(code)[:2] + b"\x63" + bytes_of(code)[3:]),
        lambda code: written(bytes_of(code)[:3] + b"\xff" + bytes_of(code)[4:]),
        lambda code: with_request(code, b"\xff\xff\xff"),
        lambda code: with_request(code, deflated(b"{}")),
        lambda code: with_request(code, deflated(b"[" * 10_000)),
        lambda code: with_request(code, deflated(b"\xff\xfe")),
        lambda code: with_request(code, deflated(b" " * (LONGEST_REQUEST + 1))),
        lambda code: with_request(code, deflated(b'{"kind":"RecognitionRequest"}') + b"more"),
    ],
)
def test_a_damaged_code_is_refused_with_a_sentence(example, spoil):
    with pytest.raises(RecheckError) as refused:
        read_receipt_code(spoil(example[2]))

    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 300


def test_a_request_out_of_normal_form_is_refused(example):
    from touchstone.standards import canonical_bytes

    loose = canonical_bytes(example[0].request).replace(b'":', b'": ')

    with pytest.raises(RecheckError, match="not in normal form"):
        read_receipt_code(with_request(example[2], deflated(loose)))


def test_a_bomb_does_not_unfold(example):
    writer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = (writer.compress(b"0" * 50_000_000) + writer.flush())[:500]
    tracemalloc.start()
    started = time.perf_counter()

    with pytest.raises(RecheckError):
        read_receipt_code(with_request(example[2], bomb))

    assert time.perf_counter() - started < 0.5
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    with contextlib.suppress(RecheckError):
        read_receipt_code(written(content))
