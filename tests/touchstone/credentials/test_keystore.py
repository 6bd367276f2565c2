# SPDX-License-Identifier: Apache-2.0
"""The key file: sealed, rotated, never half written, and silent about its secret."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import logging
import os
import pickle
import stat
import threading
import tracemalloc
from datetime import UTC, datetime

import pytest

from tests.touchstone.credentials.private_keys import private_multikey_of
from touchstone.credentials import ed25519, keystore
from touchstone.credentials.keystore import Scrypt
from touchstone.credentials.multikey import multibase_encode
from touchstone.credentials.signer import SeedSigner
from touchstone.errors import CredentialError, WriteError

CHEAP = Scrypt(n=2**10)
PASSPHRASE = "正确的马 battery"
SPRING, AUTUMN = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
WEB = "did:web:academy.example"


class Dice:
    """Randomness that can be thrown again."""

    def __init__(self, name="dice"):
        self.name, self.thrown = name, []

    def __call__(self, count):
        self.thrown.append(hashlib.shake_256(f"{self.name} {len(self.thrown)}".encode()).digest(count))
        return self.thrown[-1]

    @property
    def seeds(self):
        return [each for each in self.thrown if len(each) == 32]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "issuer.keys"


def made(path, **options):
    return keystore.new(path, PASSPHRASE, **{"created": SPRING, "scrypt": CHEAP, "random": Dice()} | options)


def code_of(act, *arguments, **options):
    with pytest.raises(CredentialError) as refused:
        act(*arguments, **options)
    return refused.value.code


def changed(path, change):
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content))


def test_a_new_key_can_be_listed_opened_and_used(path):
    labels = made(path)

    signer = keystore.open_signer(path, PASSPHRASE)

    assert keystore.list_keys(path) == (labels,)
    assert (signer.verification_method, signer.controller) == (labels.id, labels.controller)
    assert labels.id == f"{labels.controller}#{labels.publicKeyMultibase}"
    assert ed25519.verify(signer.public_key, b"x", signer.sign(b"x"))


def test_a_key_of_a_web_did_bears_the_names_it_is_given(path):
    labels = made(path, controller=WEB, fragment="key-1")

    assert (labels.id, labels.controller) == (f"{WEB}#key-1", WEB)
    assert keystore.open_signer(path, PASSPHRASE).verification_method == f"{WEB}#key-1"


def test_the_file_is_its_owners_alone_and_nothing_else_is_left_beside_it(path):
    made(path)
    keystore.rotate(path, PASSPHRASE, at=AUTUMN)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == [path.name]


def test_a_key_file_is_never_overwritten(path):
    made(path)
    before = path.read_bytes()

    assert code_of(made, path) == "keystore_exists"
    assert path.read_bytes() == before


def test_rotating_adds_a_key_and_keeps_the_old_one(path):
    old = made(path)
    first = keystore.open_signer(path, PASSPHRASE)

    new = keystore.rotate(path, PASSPHRASE, at=AUTUMN)

    retired, current = keystore.list_keys(path)
    assert (retired.id, retired.retired, current) == (old.id, "2026-09-01T00:00:00Z", new)
    assert keystore.open_signer(path, PASSPHRASE).verification_method == new.id
    assert keystore.open_signer(path, PASSPHRASE, key=old.id).sign(b"x") == first.sign(b"x")


def test_a_rotated_key_keeps_its_controller(path):
    made(path, controller=WEB, fragment="key-1")

    new = keystore.rotate(path, PASSPHRASE, at=AUTUMN, fragment="key-2")

    assert (new.id, new.controller) == (f"{WEB}#key-2", WEB)
    assert code_of(keystore.rotate, path, PASSPHRASE, at=AUTUMN, fragment="key-1") == "key_id_repeated"
    assert len(keystore.list_keys(path)) == 2


def test_rotations_at_the_same_time_lose_no_key(path):
    made(path)
    threads = [
        threading.Thread(target=keystore.rotate, args=(path, PASSPHRASE), kwargs={"at": AUTUMN}) for _ in range(5)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    keys = keystore.list_keys(path)
    assert len(keys) == 6
    assert [key.retired is None for key in keys] == [False] * 5 + [True]


def test_a_wrong_passphrase_opens_nothing(path):
    made(path)

    assert code_of(keystore.open_signer, path, "wrong") == "passphrase_wrong"
    assert code_of(keystore.rotate, path, "wrong", at=AUTUMN) == "passphrase_wrong"
    assert code_of(keystore.open_signer, path, "") == "passphrase_empty"


def test_an_unknown_key_is_refused_by_name(path):
    made(path)

    assert code_of(keystore.open_signer, path, PASSPHRASE, key="did:web:x#1") == "key_not_found"


@pytest.mark.parametrize("label", ["id", "controller", "created", "publicKeyMultibase", "retired"])
def test_a_label_changed_by_another_hand_opens_nothing(path, label):
    key = made(path).id
    changed(path, lambda content: content["keys"][0]["labels"].update({label: "did:web:evil#1"}))

    name = "did:web:evil#1" if label == "id" else key
    assert code_of(keystore.open_signer, path, PASSPHRASE, key=name) == "keystore_damaged"


def test_a_key_sealed_for_another_place_opens_nothing(path):
    made(path)
    keystore.rotate(path, PASSPHRASE, at=AUTUMN)

    def swap(content):
        one, two = content["keys"]
        one["sealed"], two["sealed"] = two["sealed"], one["sealed"]

    changed(path, swap)
    assert code_of(keystore.open_signer, path, PASSPHRASE) == "keystore_damaged"


@pytest.mark.parametrize(
    "cost",
    [
        {"n": 2**40, "r": 8, "p": 1},
        {"n": 2**18, "r": 16, "p": 1},
        {"n": 2**17, "r": 8, "p": 2**20},
        {"n": 1000, "r": 8, "p": 1},
        {"n": 1025, "r": 8, "p": 1},
        {"n": 2**17, "r": 2**30, "p": 1},
        {"n": -1, "r": 8, "p": 1},
        {"n": "many", "r": 8, "p": 1},
    ],
)
def test_a_hostile_cost_is_refused_before_any_memory_is_taken(path, cost):
    made(path)
    changed(path, lambda content: content.update(scrypt=cost))
    tracemalloc.start()

    try:
        assert code_of(keystore.open_signer, path, PASSPHRASE) == "keystore_unreadable"
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"null",
        b"[" * 100_000,
        b" " * 2_000_000,
        b'{"format":"touchstone-keys","version":2}',
    ],
    ids=["empty", "object", "list", "bytes", "null", "deep", "long", "version"],
)
def test_what_is_no_key_file_is_told_in_a_sentence(path, content):
    path.write_bytes(content)

    assert code_of(keystore.list_keys, path) == "keystore_unreadable"


def test_a_file_that_is_not_there_is_told_in_a_sentence(path):
    assert code_of(keystore.list_keys, path) == "keystore_unreadable"
    assert code_of(keystore.open_signer, path, PASSPHRASE) == "keystore_unreadable"
    assert code_of(keystore.rotate, path / "deeper", PASSPHRASE, at=AUTUMN) == "keystore_unreadable"
    with pytest.raises(WriteError):
        made(path / "deeper")


def test_base64_that_is_none_is_told_in_a_sentence(path):
    made(path)
    changed(path, lambda content: content.update(salt="!!"))

    assert code_of(keystore.open_signer, path, PASSPHRASE) == "keystore_unreadable"


def test_a_crash_before_the_renaming_leaves_the_old_file_as_it_was(path, monkeypatch):
    made(path)
    before = path.read_bytes()

    def crash(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(WriteError):
        keystore.rotate(path, PASSPHRASE, at=AUTUMN)

    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_the_same_randomness_gives_the_same_file(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    made(one), made(two)

    assert one.read_bytes() == two.read_bytes()


def test_the_secret_shows_nowhere(path, caplog):
    caplog.set_level(logging.DEBUG)
    dice = Dice()
    labels = made(path, random=dice)
    seed = dice.seeds[0]
    signer = keystore.open_signer(path, PASSPHRASE)
    shown = [path.read_text(), repr(signer), str(signer), repr(labels), caplog.text]
    changed(path, lambda content: content["keys"][0]["labels"].update(created="then"))
    for passphrase in (PASSPHRASE, "wrong"):
        with pytest.raises(CredentialError) as refused:
            keystore.open_signer(path, passphrase)
        shown += [str(refused.value), repr(refused.value.__cause__), repr(refused.value.__context__)]

    forms = {
        seed.hex(),
        base64.b64encode(seed).decode(),
        repr(seed)[2:-1],
        private_multikey_of(seed),
        multibase_encode(seed),
    }
    for form in forms | {PASSPHRASE}:
        assert not any(form in text for text in shown)


@pytest.mark.parametrize("write_down", [pickle.dumps, copy.deepcopy, copy.copy])
def test_a_signer_cannot_be_written_down(write_down):
    with pytest.raises(TypeError, match="key file"):
        write_down(SeedSigner(bytes(32)))


def test_signers_of_both_libraries_sign_alike(path):
    made(path)

    one, two = (keystore.open_signer(path, PASSPHRASE, using=using).sign(b"x") for using in ed25519.BACKENDS)

    assert one == two
