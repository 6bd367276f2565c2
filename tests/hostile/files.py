# SPDX-License-Identifier: Apache-2.0
"""Attacks with files: pictures, key files, wallets, tables."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path

from tests.hostile.doors import PASSPHRASE
from tests.hostile.vector import vectors
from tests.touchstone.credentials.badges import SIGNED, written
from tests.touchstone.credentials.carried import carrying, issued
from tests.touchstone.credentials.test_baking import HOSTILE as PICTURES
from touchstone.credentials import keystore, wallet


@cache
def _keys():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "issuer.keys"
        keystore.new(
            path, PASSPHRASE, created=SIGNED, scrypt=keystore.Scrypt(n=2**10), random=lambda count: bytes([7]) * count
        )
        return path.read_bytes()


def keys(change=lambda file: None):
    """A key file, changed."""
    file = json.loads(_keys())
    change(file)
    return written(file)


def label(**changes):
    return lambda: keys(lambda file: file["keys"][0]["labels"].update(changes))


def cost(**changes):
    return lambda: keys(lambda file: file["scrypt"].update(changes))


KEY_FILES = {
    "a passphrase that costs a tebibyte": (cost(n=2**40), "refused keys keystore_unreadable"),
    "a passphrase that costs nothing": (cost(n=2), "refused keys keystore_unreadable"),
    "a cost that is no power of two": (cost(n=1025), "refused keys keystore_unreadable"),
    "a cost of many passes": (cost(p=1_000_000), "refused keys keystore_unreadable"),
    "a cost of large blocks": (cost(n=2**18, r=16), "refused keys keystore_unreadable"),
    "a cost that is a text": (cost(n="1024"), "refused keys keystore_unreadable"),
    "another cost than the file was made with": (cost(n=2**11), "refused keys passphrase_wrong"),
    "another salt": (lambda: keys(lambda file: file.update(salt="A" * 22 + "==")), "refused keys passphrase_wrong"),
    "a salt that is no base64": (lambda: keys(lambda file: file.update(salt="~")), "refused keys keystore_unreadable"),
    "a key under another controller": (label(controller="did:web:attacker.example"), "refused keys keystore_damaged"),
    "a key under another name": (label(id="did:web:attacker.example#k"), "refused keys keystore_damaged"),
    "a key beside another public key": (label(publicKeyMultibase="z6Mk"), "refused keys keystore_damaged"),
    "a key whose retirement was undone": (label(created="2020-01-01T00:00:00Z"), "refused keys keystore_damaged"),
    "two keys in use": (
        lambda: keys(lambda file: file["keys"].append(file["keys"][0])),
        "refused keys key_not_found",
    ),
    "no key in use": (label(retired="2026-06-01T00:00:00Z"), "refused keys key_not_found"),
    "no key at all": (lambda: keys(lambda file: file.update(keys=[])), "refused keys keystore_unreadable"),
    "two thousand keys": (
        lambda: keys(lambda file: file.update(keys=file["keys"] * 2_000)),
        "refused keys keystore_unreadable",
    ),
    "a key that was cut short": (
        lambda: keys(lambda file: file["keys"][0]["sealed"].update(text=file["keys"][0]["sealed"]["text"][:8])),
        "refused keys keystore_damaged",
    ),
    "another version of key files": (lambda: keys(lambda file: file.update(version=2)), "refused keys keystore_unreadable"),
    "a member that is not known": (lambda: keys(lambda file: file.update(note="x")), "refused keys keystore_unreadable"),
    "no key file at all": (lambda: b"{}", "refused keys keystore_unreadable"),
    "a key file of brackets": (lambda: b"[" * 1_000_000, "refused keys keystore_unreadable"),
    "a key file of two mebibytes": (lambda: _keys() + b" " * (2 << 20), "refused keys keystore_unreadable"),
    "a key file that is not text": (lambda: b"\xff" * 1_000, "refused keys keystore_unreadable"),
}  # fmt: skip


@cache
def _wallet():
    return wallet.write_wallet(carrying(issued()))


def carried(**changes):
    return lambda: written({**json.loads(_wallet()), **changes})


WALLETS = {
    "a wallet of nobody": (carried(holder="me"), "refused wallet wallet_unreadable"),
    "a wallet with a member that is not known": (carried(trusted=True), "refused wallet wallet_unreadable"),
    "a wallet whose credentials are objects": (carried(credentials=[{}]), "refused wallet wallet_unreadable"),
    "a wallet of two thousand credentials": (carried(credentials=["{}"] * 2_000), "refused wallet wallet_unreadable"),
    "a wallet with a holder twice": (
        lambda: _wallet().replace(b'"holder"', b'"holder": "did:web:attacker.example", "holder"', 1),
        "refused wallet wallet_unreadable",
    ),
    "a key file for a wallet": (_keys, "refused wallet wallet_unreadable"),
    "a wallet of brackets": (lambda: b"[" * 1_000_000, "refused wallet wallet_unreadable"),
    "a wallet of half a character": (
        lambda: _wallet().replace(b'"version"', b'"\\ud800": 1, "version"', 1),
        "refused wallet wallet_unreadable",
    ),
}  # fmt: skip

BAKED = {
    f"a picture: {name}": (lambda content=content: content, f"refused picture {code}")
    for name, (content, code) in PICTURES.items()
}

VECTORS = [*vectors("picture", BAKED), *vectors("key file", KEY_FILES), *vectors("wallet", WALLETS)]
