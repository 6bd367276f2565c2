# SPDX-License-Identifier: Apache-2.0
"""Keys as text: base58btc, multibase, multicodec."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.credentials.private_keys import private_multikey_of, seed_of
from tests.vectors import vector_json
from touchstone.credentials import ed25519, multikey
from touchstone.errors import CredentialError

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def code_of(read, text):
    with pytest.raises(CredentialError) as refused:
        read(text)
    return refused.value.code


def plainly_encoded(content):
    """Base58 as one would do it on paper."""
    number, text = int.from_bytes(content, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(content) - len(content.lstrip(b"\0"))) + text


@given(st.binary(max_size=100))
def test_base58_comes_back_as_it_went(content):
    text = multikey.base58_encode(content)

    assert text == plainly_encoded(content)
    assert multikey.base58_decode(text) == content


@given(st.text(ALPHABET, max_size=100))
def test_every_text_of_the_alphabet_stands_for_one_value_only(text):
    assert multikey.base58_encode(multikey.base58_decode(text)) == text


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "z6Mk!", "字", "\ud800", " z"])
def test_a_character_outside_the_alphabet_is_refused(text):
    assert code_of(multikey.base58_decode, text) == "multibase_invalid"


def test_a_text_of_a_million_characters_is_refused_at_once():
    before = time.process_time()

    assert code_of(multikey.base58_decode, "z" * 1_000_000) == "multibase_invalid"
    assert time.process_time() - before < 0.1


@pytest.mark.parametrize("value", [None, 5, "", "6Mk", "u7QEx", "f00", ["z6Mk"]])
def test_what_is_not_multibase_in_base58_is_refused(value):
    assert code_of(multikey.multibase_decode, value) == "multibase_invalid"


@given(st.binary(min_size=32, max_size=32))
def test_a_public_key_comes_back_from_its_multikey(public_key):
    text = multikey.multikey_of(public_key)

    assert text.startswith("z6Mk")
    assert multikey.public_key_of(text) == public_key


@pytest.mark.parametrize(
    ("header", "name"),
    [(b"\x80\x24", "P-256"), (b"\xe7\x01", "secp256k1"), (b"\x00\x00", "another"), (b"\x80\x26", "private")],
)
def test_a_key_of_another_type_is_refused_by_name(header, name):
    text = multikey.multibase_encode(header + bytes(33))

    with pytest.raises(CredentialError, match=name) as refused:
        multikey.public_key_of(text)
    assert refused.value.code == "key_type_unsupported"


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_key_of_another_length_is_refused(length):
    assert code_of(multikey.public_key_of, multikey.multibase_encode(b"\xed\x01" + bytes(length))) == "key_length"


def test_no_error_repeats_a_private_key():
    secret = private_multikey_of(bytes(range(32)))

    with pytest.raises(CredentialError) as refused:
        multikey.public_key_of(secret)

    assert secret[5:20] not in str(refused.value) + repr(refused.value) + repr(refused.value.__cause__)


@pytest.mark.parametrize("place", [("keyPair.json",), ("proof-set-chain", "multiKeyPairs.json")])
def test_the_key_pairs_of_the_w3c_vectors_belong_together(place):
    read = vector_json("vc-di-eddsa", *place)

    for pair in [read] if "publicKeyMultibase" in read else read.values():
        seed = seed_of(pair["privateKeyMultibase"])
        assert multikey.multikey_of(ed25519.private_key(seed).public_key) == pair["publicKeyMultibase"]
        assert private_multikey_of(seed) == pair["privateKeyMultibase"]
