# SPDX-License-Identifier: Apache-2.0
"""Attacks with status lists: anything that says less than "good" must never read as "good"."""

from __future__ import annotations

import struct
import zlib
from base64 import urlsafe_b64encode

from tests.hostile.sound import (
    ATTACKER,
    JCS,
    altered,
    bare,
    changed,
    issued,
    list_document,
    resigned,
    signed_list,
    with_list,
    with_places,
)
from tests.hostile.vector import vectors
from tests.touchstone.credentials.badges import INDEX, LIST, written
from touchstone.credentials import status_list

MIB = 1 << 20


def gzipped(content):
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    return deflate.compress(content) + deflate.flush()


def multibase(content):
    return "u" + urlsafe_b64encode(content).rstrip(b"=").decode()


def listed(content):
    """The badge, with a list of whatever stands as its bits."""
    return lambda: with_list(signed_list(list_document(encoded=multibase(content))))


def encoded(text):
    return lambda: with_list(signed_list(list_document(encoded=text)))


def document(**members):
    return lambda: with_list(signed_list(list_document(**members)))


def entry(**members):
    return lambda: issued("credentialStatus.0", {**bare()["credentialStatus"][0], **members})


def revoked():
    return status_list.encode(status_list.revoke(status_list.new_list("revocation"), INDEX).bits)


def subject(**members):
    listing = list_document()
    return lambda: with_list(signed_list({**listing, "credentialSubject": {**listing["credentialSubject"], **members}}))


def bomb(mebibytes):
    """Zeros that compress a thousandfold, made piece by piece."""
    deflate, zeros = zlib.compressobj(9, zlib.DEFLATED, 31), bytes(MIB)
    return b"".join(deflate.compress(zeros) for _ in range(mebibytes)) + deflate.flush()


LISTS = {
    "a list of another issuer": (
        lambda: with_list(signed_list(list_document(issuer=ATTACKER.controller), ATTACKER)),
        "cannot_confirm status status_list_issuer",
    ),
    "a list that a stranger signed in the issuer's name": (
        lambda: with_list(signed_list(signer=ATTACKER)),
        "cannot_confirm status status_list_proof",
    ),
    "a list without a proof": (lambda: with_list(written(list_document())), "cannot_confirm status status_list_proof"),
    "a list in which a revocation was undone": (
        lambda: with_list(
            signed_list(list_document(encoded=revoked())).replace(
                revoked().encode(), list_document()["credentialSubject"]["encodedList"].encode()
            )
        ),
        "cannot_confirm status status_list_proof",
    ),
    "another list of the same issuer": (
        lambda: with_list(signed_list(list_document(url=LIST + "0"))),
        "cannot_confirm status status_list_mismatch",
    ),
    "a list of another purpose": (document(purpose="suspension"), "cannot_confirm status status_purpose_mismatch"),
    "a list that is stale": (
        document(validUntil="2026-05-31T00:00:00Z"),
        "cannot_confirm status status_list_stale",
    ),
    "a list that outlived its time to live": (subject(ttl=1000), "cannot_confirm status status_list_stale"),
    "a time to live below zero": (subject(ttl=-1), "cannot_confirm status status_list_malformed"),
    "a time to live that is a text": (subject(ttl="86400000"), "cannot_confirm status status_list_malformed"),
    "a list of the future": (
        document(validFrom="2026-07-01T00:00:00Z"),
        "cannot_confirm status status_list_not_yet_valid",
    ),
    "a list that is too short to hide anybody": (listed(gzipped(bytes(1024))), "cannot_confirm status status_list_too_short"),
    "a list of no bits": (listed(gzipped(b"")), "cannot_confirm status status_list_too_short"),
    "a list in base58": (encoded("zAbc"), "cannot_confirm status status_list_malformed"),
    "a list in the other base64": (encoded("u+/+/"), "cannot_confirm status status_list_malformed"),
    "a list that is not compressed": (listed(bytes(16_384)), "cannot_confirm status status_list_malformed"),
    "a list compressed twice": (listed(gzipped(gzipped(bytes(16_384)))), "cannot_confirm status status_list_too_short"),
    "a list that ends in the middle": (
        listed(gzipped(bytes(16_384))[:-9]),
        "cannot_confirm status status_list_malformed",
    ),
    "a list with a second one behind it": (
        listed(gzipped(bytes(16_384)) * 2),
        "cannot_confirm status status_list_malformed",
    ),
    "a list whose checksum is wrong": (
        listed(gzipped(bytes(16_384))[:-8] + struct.pack("<II", 0, 16_384)),
        "cannot_confirm status status_list_malformed",
    ),
    "a list that inflates to five mebibytes": (listed(bomb(5)), "cannot_confirm status status_list_too_large"),
    "a list that inflates to half a gibibyte": (listed(bomb(500)), "cannot_confirm status status_list_too_large"),
    "a list of a mebibyte and more": (
        lambda: with_list(b" " * MIB + signed_list()),
        "cannot_confirm status too_large",
    ),
    "a list with much to say besides": (
        document(**{"urn:x:a": [{"urn:x:b": 1}] * 400}),
        "cannot_confirm status too_large",
    ),
    "a list that is a list": (lambda: with_list(b"[]"), "cannot_confirm status status_list_malformed"),
    "a list with a key twice": (
        lambda: with_list(signed_list().replace(b'{"@context"', b'{"id": "urn:x:1", "@context"', 1)),
        "cannot_confirm status duplicate_key",
    ),
    "a badge in the place of a list": (
        lambda: with_list(issued("id", LIST)),
        "cannot_confirm status status_list_malformed",
    ),
    "a list of many lists": (
        lambda: with_list(signed_list(changed(list_document(), "credentialSubject", [list_document()["credentialSubject"]] * 2))),
        "cannot_confirm status status_list_malformed",
    ),
    "a list signed over its bytes by a stranger": (
        lambda: with_list(signed_list(signer=ATTACKER, cryptosuite=JCS)),
        "cannot_confirm status status_list_proof",
    ),
}  # fmt: skip

ENTRIES = {
    "an index below zero": (entry(statusListIndex="-1"), "not_genuine structure status_entry_malformed"),
    "an index in Arabic digits": (entry(statusListIndex="٣"), "not_genuine structure status_entry_malformed"),
    "an index with an exponent": (entry(statusListIndex="1e3"), "not_genuine structure status_entry_malformed"),
    "an index with a blank": (entry(statusListIndex=" 7"), "not_genuine structure status_entry_malformed"),
    "an index that is a number": (entry(statusListIndex=INDEX), "not_genuine structure status_entry_malformed"),
    "an index of a hundred thousand digits": (
        entry(statusListIndex="9" * 100_000),
        "not_genuine structure status_entry_malformed",
    ),
    "an index behind the end of the list": (
        entry(statusListIndex="131072"),
        "cannot_confirm status status_index_out_of_range",
    ),
    "a status of two bits": (entry(statusSize=2), "cannot_confirm status status_size_unsupported"),
    "a status of no bits": (entry(statusSize=0), "not_genuine structure status_entry_malformed"),
    "a purpose that is not known": (entry(statusPurpose="message"), "cannot_confirm status status_purpose_unsupported"),
    "a purpose of a status changed": (entry(statusPurpose="suspension"), "cannot_confirm status status_purpose_mismatch"),
    "a list on the verifier's own disk": (
        entry(statusListCredential="file:///etc/passwd", id="urn:x:e"),
        "cannot_confirm status status_list_not_retrieved",
    ),
    "a list that is no URL": (
        lambda: altered("credentialStatus.0.statusListCredential", "list-1"),
        "not_genuine structure status_entry_malformed",
    ),
    "a status of an unknown type": (
        lambda: issued("credentialStatus.0", {"id": "urn:x:s", "type": "urn:x:Always"}),
        "cannot_confirm status status_entry_malformed",
    ),
    "an entry that is a text": (lambda: issued("credentialStatus", "urn:x:good"), "not_genuine structure status_malformed"),
    "nine entries": (lambda: with_places(*[LIST] * 9), "cannot_confirm status status_too_many"),
    "five lists": (
        lambda: with_places(*(f"{LIST}{number}" for number in range(5))),
        "cannot_confirm status status_too_many",
    ),
    "a good entry beside one that cannot be read": (
        lambda: resigned(changed(bare(), "credentialStatus", [
            bare()["credentialStatus"][0], {**bare()["credentialStatus"][0], "id": "urn:x:2", "statusListCredential": LIST + "9"}
        ])),
        "cannot_confirm status status_list_not_retrieved",
    ),
    "a revoked badge": (
        lambda: with_list(signed_list(list_document(encoded=revoked()))),
        "revoked status revoked",
    ),
}  # fmt: skip

VECTORS = vectors("verify", {**LISTS, **ENTRIES})
