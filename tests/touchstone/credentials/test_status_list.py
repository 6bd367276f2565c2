# SPDX-License-Identifier: Apache-2.0
"""Status lists: made, changed, and asked, where nothing that cannot be read is ever *good*."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.credentials.sample_badges import changed, codes, measured
from touchstone.credentials import status_list
from touchstone.credentials.canonical import canonical_nquads
from touchstone.credentials.status_list import (
    MINIMUM_BITS,
    StatusList,
    allocate,
    check,
    decode,
    encode,
    new_list,
    read_list,
    reinstate,
    revoke,
    status_entry,
    status_list_credential,
    suspend,
    worst,
)
from touchstone.credentials.structure import check_structure
from touchstone.errors import CredentialError

AT = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
URL = "https://issuer.example/status/1"


def published(a_list, **changes):
    """The list credential as its issuer publishes it."""
    given_ = {"id": URL, "issuer": "did:key:z6Mk", "valid_from": AT - dt.timedelta(hours=1), **changes}
    return status_list_credential(a_list, **given_)


def entry(index=5, purpose="revocation"):
    return status_entry(list_id=URL, index=index, purpose=purpose)


def multibase(packed):
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def refusal(work):
    with pytest.raises(CredentialError) as caught:
        work()
    return caught.value.code


def test_bit_zero_is_the_left_most_one():
    assert revoke(new_list("revocation"), 0).bits[0] == 0b1000_0000
    assert revoke(new_list("revocation"), 15).bits[1] == 0b0000_0001


def test_revoking_returns_a_new_list_and_touches_one_bit():
    empty = new_list("revocation")

    revoked = revoke(empty, 94_567)

    assert not empty[94_567]
    assert [index for index in range(len(revoked)) if revoked[index]] == [94_567]


def test_a_suspension_is_lifted_and_a_revocation_never():
    suspended = suspend(new_list("suspension"), 7)

    assert reinstate(suspended, 7) == new_list("suspension")
    assert refusal(lambda: reinstate(revoke(new_list("revocation"), 7), 7)) == "status_purpose_mismatch"


@pytest.mark.parametrize("index", [-1, MINIMUM_BITS])
def test_an_index_outside_the_list_is_refused(index):
    assert refusal(lambda: revoke(new_list("revocation"), index)) == "status_index_out_of_range"


@pytest.mark.parametrize("length", [0, 131_071, 131_080 + 1, 2**28])
def test_a_list_too_short_to_hide_anybody_or_too_long_to_be_read_is_not_made(length):
    assert refusal(lambda: new_list("revocation", length)) == "status_list_length"


@given(st.sets(st.integers(0, MINIMUM_BITS - 1), max_size=40))
def test_whatever_is_revoked_reads_so_after_encoding(indexes):
    bits = bytearray(MINIMUM_BITS // 8)
    for index in indexes:
        bits[index // 8] |= 128 >> index % 8

    read = StatusList(purpose="revocation", bits=decode(encode(bytes(bits))))

    assert read.bits == bytes(bits)
    assert all(read[index] for index in indexes)


def test_the_encoding_is_gzip_without_a_time_and_always_the_same_bytes():
    encoded = encode(bytes(MINIMUM_BITS // 8))
    packed = base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4))

    assert encoded == encode(bytes(MINIMUM_BITS // 8))
    assert packed[:10] == bytes.fromhex("1f8b08000000000002ff")
    assert gzip.decompress(packed) == bytes(MINIMUM_BITS // 8)


@given(st.integers(0, 2**32 - 1))
def test_an_index_is_never_given_twice(seed):
    below = random.Random(seed).randrange
    first, taken = allocate(bytes(MINIMUM_BITS // 8), below, 30)
    second, taken = allocate(taken, below, 30)

    assert len({*first, *second}) == 60
    assert sum(byte.bit_count() for byte in taken) == 60


def test_the_last_free_indexes_are_found_and_then_the_list_is_full():
    taken = bytearray(b"\xff" * (MINIMUM_BITS // 8))
    taken[700] = 0b1011_1110
    below = random.Random(1).randrange

    indexes, full = allocate(bytes(taken), below, 2)

    assert sorted(indexes) == [5601, 5607]
    assert refusal(lambda: allocate(full, below)) == "status_list_full"


def test_a_list_credential_conforms_and_means_something_in_every_term():
    document = published(new_list("revocation"), valid_until=AT, ttl=dt.timedelta(minutes=5))

    assert codes(check_structure(document)) == []
    assert document["credentialSubject"]["encodedList"] in canonical_nquads(document)
    assert document["credentialSubject"]["ttl"] == 300_000


@pytest.mark.parametrize(
    ("purpose", "state", "code"),
    [("revocation", "revoked", "status_revoked"), ("suspension", "suspended", "status_suspended")],
)
def test_a_set_bit_says_what_its_list_is_for(purpose, state, code):
    a_list = new_list(purpose)
    a_set = revoke(a_list, 5) if purpose == "revocation" else suspend(a_list, 5)

    told = check(entry(purpose=purpose), published(a_set), AT)

    assert (told.state, told.code) == (state, code)
    assert check(entry(purpose=purpose), published(a_list), AT).state == "good"
    assert told.as_of == AT - dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("statusListIndex", 5, "status_entry_malformed"),
        ("statusListIndex", "-5", "status_entry_malformed"),
        ("statusListIndex", "٥", "status_entry_malformed"),
        ("statusListIndex", "9" * 5000, "status_entry_malformed"),
        ("statusListIndex", str(MINIMUM_BITS), "status_index_out_of_range"),
        ("statusPurpose", None, "status_entry_malformed"),
        ("statusPurpose", "message", "status_purpose_unsupported"),
        ("statusPurpose", "suspension", "status_purpose_mismatch"),
        ("statusListCredential", "https://issuer.example/status/2", "status_list_mismatch"),
        ("statusListCredential", "status/1", "status_entry_malformed"),
        ("id", URL, "status_entry_malformed"),
        ("type", "StatusList2021Entry", "status_entry_malformed"),
        ("statusSize", 2, "status_size_unsupported"),
        ("statusSize", 0, "status_entry_malformed"),
        ("statusSize", True, "status_entry_malformed"),
    ],
)
def test_an_entry_that_does_not_fit_is_unknown_and_named(path, value, code):
    told = check(changed(entry(), path, value), published(new_list("revocation")), AT)

    assert (told.state, told.code) == ("unknown", code)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("id", None, "status_list_mismatch"),
        ("type", ["VerifiableCredential"], "status_list_malformed"),
        ("credentialSubject.type", "List", "status_list_malformed"),
        ("credentialSubject.encodedList", "z123", "status_list_malformed"),
        ("credentialSubject.encodedList", "u!!!", "status_list_malformed"),
        ("credentialSubject.encodedList", "uAAAA", "status_list_malformed"),
        ("credentialSubject.encodedList", encode(bytes(100)), "status_list_too_short"),
        ("credentialSubject.encodedList", encode(bytes(16384))[:-8], "status_list_malformed"),
        ("credentialSubject.encodedList", encode(bytes(16384)) + "==", "status_list_malformed"),
        ("credentialSubject.ttl", "soon", "status_list_malformed"),
        ("validFrom", "2026-11-25T08:00:00Z", "status_list_not_yet_valid"),
        ("validFrom", "yesterday", "status_list_malformed"),
        ("validUntil", "2026-11-24T07:59:59Z", "status_list_stale"),
        ("credentialSubject.ttl", 3_599_999, "status_list_stale"),
    ],
)
def test_a_list_that_does_not_do_is_unknown_and_named(path, value, code):
    told = check(entry(), changed(published(new_list("revocation")), path, value), AT)

    assert (told.state, told.code) == ("unknown", code)


def test_a_list_serves_each_purpose_that_it_lists():
    several = changed(
        published(new_list("revocation")), "credentialSubject.statusPurpose", ["revocation", "suspension"]
    )

    assert check(entry(purpose="suspension"), several, AT).state == "good"


def test_a_time_to_live_counts_from_the_fetch_if_there_was_one():
    document = published(new_list("revocation"), valid_from=AT - dt.timedelta(days=9), ttl=dt.timedelta(hours=1))

    assert check(entry(), document, AT).code == "status_list_stale"
    assert check(entry(), document, AT, retrieved=AT - dt.timedelta(minutes=59)).state == "good"


def test_a_list_holds_to_the_very_second_of_its_end():
    document = published(new_list("revocation"), valid_until=AT)

    assert check(entry(), document, AT).state == "good"
    assert check(entry(), document, AT + dt.timedelta(seconds=1)).code == "status_list_stale"


def test_several_entries_count_by_the_worst():
    def told(state):
        return status_list.Status(state=state, code="", message="")

    assert worst([told("good"), told("unknown"), told("suspended"), told("revoked")]).state == "revoked"
    assert worst([told("unknown"), told("suspended")]).state == "suspended"
    assert worst([told("good"), told("unknown")]).state == "unknown"
    assert worst([]) is None


@pytest.mark.parametrize(
    "bomb",
    [
        multibase(gzip.compress(bytes(256 * 1024 * 1024), 9, mtime=0)),
        "u" + "A" * (64 * 1024 * 1024 // 4),
    ],
    ids=["a quarter of a gigabyte in a quarter of a megabyte", "a text longer than any list"],
)
def test_a_bomb_is_refused_before_it_is_held(bomb):
    document = changed(published(new_list("revocation")), "credentialSubject.encodedList", bomb)

    told, seconds, peak = measured(lambda: check(entry(), document, AT))

    assert told.code == "status_list_too_large"
    assert seconds < 0.25
    assert peak < 64 * 1024 * 1024


def test_two_gzip_members_are_not_one():
    packed = gzip.compress(bytes(20_000), mtime=0)

    assert refusal(lambda: decode(multibase(packed + packed))) == "status_list_malformed"


def test_reading_a_list_for_another_purpose_is_refused():
    assert refusal(lambda: read_list(published(new_list("revocation")), "suspension")) == "status_purpose_mismatch"
