# SPDX-License-Identifier: Apache-2.0
"""One verdict from two libraries: the edges of the curve, where libsodium and OpenSSL part ways by themselves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.touchstone.credentials import edwards
from tests.touchstone.credentials.edwards import BASE, TORSION, L, P, encoded, made
from touchstone.credentials import ed25519
from touchstone.errors import CredentialError

MESSAGE = b"Touchstone"
SEED = bytes(range(32))

# RFC 8032, 7.1: seed, public key, message, signature
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def encoding(y, sign=0):
    return (y | sign << 255).to_bytes(32, "little")


def fitting(public_key, commitment_torsion=0):
    """A signature that satisfies the equation under a key of small order, for as many messages as one likes to try."""
    commitment = encoded(edwards.added(edwards.times(7, BASE), TORSION[commitment_torsion]))
    return commitment + (7).to_bytes(32, "little")


def with_scalar(change):
    public_key, signature = made(11, 13, MESSAGE)
    response = change(int.from_bytes(signature[32:], "little"))
    return public_key, signature[:32] + response.to_bytes(32, "little")


def table():
    """Edge cases after "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko 2020), each made here."""
    honest_key, honest = made(11, 13, MESSAGE)
    zero = bytes(32)
    rows = {
        "honest": (honest_key, honest, True),
        "scalar + L": (*with_scalar(lambda s: s + L), "signature_not_canonical"),
        "scalar = L": (*with_scalar(lambda _: L), "signature_not_canonical"),
        "scalar = 2^256 - 1": (*with_scalar(lambda _: 2**256 - 1), "signature_not_canonical"),
        "scalar + 1": (*with_scalar(lambda s: (s + 1) % L), False),
        "commitment of the neutral element": (*made(11, 0, MESSAGE), "signature_not_canonical"),
        "signature one byte short": (honest_key, honest[:-1], "signature_length"),
        "signature one byte long": (honest_key, honest + b"\0", "signature_length"),
        "no signature": (honest_key, b"", "signature_length"),
        "key one byte short": (honest_key[:-1], honest, "key_length"),
        "key on no point": (encoding(2), honest, "key_not_on_curve"),
        "commitment on no point": (honest_key, encoding(2) + honest[32:], False),
    }
    for index, torsion in enumerate(TORSION):
        key = encoded(torsion)
        rows[f"key of small order {index}"] = key, fitting(key), "key_small_order"
        rows[f"key and commitment of small order {index}"] = key, encoded(TORSION[-index]) + zero, "key_small_order"
        rows[f"commitment of small order {index}"] = (
            *made(11, 0, MESSAGE, commitment_torsion=index),
            "signature_not_canonical",
        )
        if index:
            rows[f"mixed commitment {index}"] = *made(11, 13, MESSAGE, commitment_torsion=index), False
            rows[f"mixed key {index}"] = *made(11, 13, MESSAGE, key_torsion=index), None
            rows[f"both mixed {index}"] = *made(11, 13, MESSAGE, key_torsion=index, commitment_torsion=-index), None
    for sign in (0, 1):
        for y in range(P, 2**255):
            code = "key_small_order" if y - P in (0, 1) else "key_not_canonical"
            rows[f"key p + {y - P}, sign {sign}"] = encoding(y, sign), honest, code
            rows[f"commitment p + {y - P}, sign {sign}"] = (
                honest_key,
                encoding(y, sign) + honest[32:],
                "signature_not_canonical",
            )
        for y in (1, P - 1):
            rows[f"key {y} has no x to bear sign {sign}"] = encoding(y, sign), honest, "key_small_order"
    return rows


TABLE = table()


def judged(public_key, signature, using, message=MESSAGE):
    """True, False, or the code of a refusal."""
    try:
        return ed25519.verify(public_key, message, signature, using=using)
    except CredentialError as error:
        return error.code


@pytest.mark.parametrize("using", ed25519.BACKENDS)
@pytest.mark.parametrize("row", RFC_8032, ids=["empty", "one byte", "two bytes"])
def test_the_vectors_of_the_standard_are_signed_and_verified_as_it_says(row, using):
    seed, public_key, message, signature = map(bytes.fromhex, row)

    assert ed25519.private_key(seed, using=using).public_key == public_key
    assert ed25519.sign(seed, message, using=using) == signature == edwards.signed(seed, message)
    assert ed25519.verify(public_key, message, signature, using=using)


@pytest.mark.parametrize("name", TABLE)
def test_both_libraries_judge_an_edge_case_as_the_plain_reference_does(name):
    public_key, signature, expected = TABLE[name]

    verdicts = {judged(public_key, signature, using) for using in ed25519.BACKENDS}

    assert len(verdicts) == 1
    verdict = verdicts.pop()
    if expected is not None:
        assert verdict == expected
    if len(public_key) == 32 and len(signature) == 64:
        assert (verdict is True) == edwards.verdict(public_key, MESSAGE, signature)


def test_a_key_of_small_order_would_fit_many_messages_which_is_why_it_is_refused():
    key = encoded(TORSION[0])
    openssl = ed25519.backend("cryptography")

    assert all(openssl.verify(key, message, fitting(key)) for message in (b"one", b"two", b"three"))


scalars = st.integers(1, L - 1)
turns = st.integers(0, 7)


@settings(deadline=None, max_examples=25)
@given(scalars, scalars, turns, turns, st.binary(max_size=80))
def test_both_libraries_agree_on_any_mixture_of_small_order(scalar, nonce, key_torsion, commitment_torsion, message):
    public_key, signature = made(scalar, nonce, message, key_torsion=key_torsion, commitment_torsion=commitment_torsion)

    verdicts = {judged(public_key, signature, using, message) for using in ed25519.BACKENDS}

    assert verdicts == {edwards.verdict(public_key, message, signature)}


@pytest.mark.soak
@settings(deadline=None, max_examples=2000)
@given(scalars, scalars, turns, turns, st.binary(max_size=80))
def test_both_libraries_agree_on_very_many_mixtures_of_small_order(
    scalar, nonce, key_torsion, commitment_torsion, message
):
    public_key, signature = made(scalar, nonce, message, key_torsion=key_torsion, commitment_torsion=commitment_torsion)

    assert {judged(public_key, signature, using, message) for using in ed25519.BACKENDS} == {
        edwards.verdict(public_key, message, signature)
    }


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_one_library_signs_the_other_verifies_and_both_sign_alike(seed, message):
    signature = ed25519.sign(seed, message, using="pynacl")

    assert ed25519.sign(seed, message, using="cryptography") == signature
    public_key = ed25519.private_key(seed).public_key
    assert all(ed25519.verify(public_key, message, signature, using=using) for using in ed25519.BACKENDS)


@given(st.binary(max_size=100), st.integers(0, 95), st.integers(1, 255))
def test_a_changed_byte_of_signature_or_key_never_verifies(message, place, change):
    public_key, signature = ed25519.private_key(SEED).public_key, ed25519.sign(SEED, message)
    changed = bytearray(signature + public_key)
    changed[place] ^= change

    verdicts = {judged(bytes(changed[64:]), bytes(changed[:64]), using, message) for using in ed25519.BACKENDS}

    assert len(verdicts) == 1
    assert verdicts.pop() is not True


def test_a_seed_of_another_length_is_refused():
    with pytest.raises(CredentialError) as refused:
        ed25519.sign(SEED[:-1], MESSAGE)

    assert refused.value.code == "key_length"


def test_without_a_name_the_faster_library_is_chosen():
    assert ed25519.backend() is not None
    assert type(ed25519.backend()) is type(ed25519.backend("pynacl"))
