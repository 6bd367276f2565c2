# SPDX-License-Identifier: Apache-2.0
"""The contract of every signer: it signs what its public key verifies, alike each time, and does not show its key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from touchstone.credentials import did, ed25519, keystore
from touchstone.credentials.signer import SeedSigner
from touchstone.errors import CredentialError

SEED = bytes(range(32))
WEB = "did:web:academy.example"


def in_memory(folder):
    return SeedSigner(SEED)


def in_memory_of_a_web_did(folder):
    return SeedSigner(SEED, controller=WEB, fragment="key-1")


def from_a_key_file(folder):
    path = folder / "keys"
    keystore.new(
        path,
        "x",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        scrypt=keystore.Scrypt(n=2**10),
        random=lambda count: SEED[:count],
    )
    return keystore.open_signer(path, "x")


@pytest.fixture(params=[in_memory, in_memory_of_a_web_did, from_a_key_file])
def signer(request, tmp_path):
    return request.param(tmp_path)


def test_what_it_signs_its_public_key_verifies(signer):
    assert ed25519.verify(signer.public_key, b"message", signer.sign(b"message"))


def test_it_signs_a_message_alike_each_time(signer):
    assert signer.sign(b"message") == signer.sign(b"message") != signer.sign(b"another")


def test_its_verification_method_is_one_of_its_controllers(signer):
    assert signer.verification_method.startswith(f"{signer.controller}#")


def test_its_key_shows_in_no_representation(signer):
    shown = repr(signer) + str(signer)

    assert SEED.hex() not in shown
    assert signer.verification_method in shown


def test_a_key_of_its_own_is_found_by_its_name():
    signer = SeedSigner(SEED)

    assert did.resolve(signer.verification_method).public_key == signer.public_key


@pytest.mark.parametrize(
    ("controller", "fragment"),
    [
        ("academy", ""),
        ("did:web:academy.example#1", ""),
        ("did:web:a b", ""),
        ("did:web:\ud800", ""),
        (WEB, "key 1"),
        (WEB, "#1"),
        (WEB, "钥匙"),
    ],
)
def test_names_that_make_no_url_are_refused(controller, fragment):
    with pytest.raises(CredentialError) as refused:
        SeedSigner(SEED, controller=controller, fragment=fragment)
    assert refused.value.code == "did_invalid"
