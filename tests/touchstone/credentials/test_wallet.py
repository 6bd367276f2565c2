# SPDX-License-Identifier: Apache-2.0
"""A wallet keeps what was handed over, byte for byte, and takes in nothing about anybody else."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.credentials.badges import LIST, status_lists, unsigned, written
from tests.touchstone.credentials.carried import HOLDER, NAME, SECOND, THIEF, carrying, issued
from touchstone.credentials import wallet
from touchstone.errors import CredentialError

EMPTY = wallet.new_wallet(HOLDER.controller)
DOCUMENT = unsigned(subject=HOLDER.controller)
OWN = {"id": HOLDER.controller, "type": ["AchievementSubject"]}


def refused(do, *arguments):
    """The code with which something is refused."""
    with pytest.raises(CredentialError) as told:
        do(*arguments)
    return told.value.code


@given(
    indent=st.none() | st.integers(0, 9),
    ascii=st.booleans(),
    ordered=st.booleans(),
    end=st.sampled_from(["", "\n", " \r\n\t"]),
)
def test_a_credential_comes_out_of_the_file_as_it_was_handed_over(indent, ascii, ordered, end):
    content = (json.dumps(DOCUMENT, indent=indent, ensure_ascii=ascii, sort_keys=ordered) + end).encode()

    carried = wallet.read_wallet(wallet.write_wallet(wallet.add(EMPTY, content)))

    assert wallet.get(carried, NAME) == content


def test_a_wallet_tells_what_it_holds_and_verifies_nothing():
    carried = carrying(issued(), issued(2))

    assert [each.id for each in wallet.contents(carried)] == [NAME, SECOND]
    assert wallet.contents(carried)[0].issuer == "did:web:school.example"
    assert list(wallet.lists_of(carried)) == [LIST]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (written({**DOCUMENT, "credentialSubject": {**OWN, "id": THIEF.controller}}), "subject_not_holder"),
        (written({**DOCUMENT, "credentialSubject": {"type": ["AchievementSubject"]}}), "subject_not_holder"),
        (written({**DOCUMENT, "credentialSubject": [OWN, {**OWN, "id": THIEF.controller}]}), "subject_not_holder"),
        (written({key: value for key, value in DOCUMENT.items() if key != "id"}), "credential_without_id"),
        (written({**DOCUMENT, "id": 7}), "id_malformed"),
        (written({**DOCUMENT, "type": ["Bill"]}), "type_missing"),
        (written([DOCUMENT]), "not_an_object"),
        (b'{"id": 1, "id": 2}', "duplicate_key"),
        (b"\xef\xbb\xbf" + written(DOCUMENT), "bom"),
        (b"\xff", "not_utf8"),
        (b"", "empty"),
        (b"{", "json_invalid"),
    ],
)
def test_what_is_no_credential_of_the_holder_is_not_taken_in(content, code):
    assert refused(wallet.add, EMPTY, content) == code


def test_a_credential_is_carried_once():
    assert refused(wallet.add, wallet.add(EMPTY, issued()), issued()) == "credential_carried"


def test_an_id_is_the_same_however_it_is_written():
    escaped = written(DOCUMENT).replace(b'"urn:uuid:', b'"\\u0075rn:uuid:')

    carried = wallet.add(EMPTY, escaped)

    assert wallet.get(carried, NAME) == escaped
    assert refused(wallet.add, carried, issued()) == "credential_carried"


def test_a_removed_credential_is_gone_and_the_others_stay():
    left = wallet.remove(carrying(issued(), issued(2)), NAME)

    assert wallet.get(left, SECOND) == issued(2)
    assert refused(wallet.get, left, NAME) == refused(wallet.remove, left, NAME) == "credential_not_carried"


def test_a_status_list_takes_the_place_of_an_earlier_one():
    fresh = status_lists(revoked=[1])(LIST)

    assert wallet.lists_of(wallet.carry_list(carrying(), fresh)) == {LIST: fresh}
    assert refused(wallet.carry_list, EMPTY, issued()) == "not_a_status_list"


@pytest.mark.parametrize("holder", ["", "me", "https://example.org/me", "did:key:", "did:key:a b", "urn:", "urn:a b"])
def test_a_holder_is_named_by_a_did_or_a_urn(holder):
    assert refused(wallet.new_wallet, holder) == "holder_malformed"


def test_a_wallet_has_an_end(monkeypatch):
    monkeypatch.setattr(wallet, "MAX_CARRIED", 1)
    assert refused(wallet.add, wallet.add(EMPTY, issued()), issued(2)) == "wallet_full"
    assert refused(wallet.carry_list, wallet.carry_list(EMPTY, status_lists()(LIST)), status_lists(id=f"{LIST}2")(LIST)) == (
        "wallet_full"
    )  # fmt: skip
    monkeypatch.setattr(wallet, "MAX_BYTES", 1000)
    assert refused(wallet.write_wallet, carrying()) == "wallet_full"


FILE = json.loads(wallet.write_wallet(carrying(issued())))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        written({**FILE, "version": 2}),
        written({**FILE, "format": "touchstone-keys"}),
        written({**FILE, "holder": "me"}),
        written({**FILE, "note": "more"}),
        written({**FILE, "credentials": [{}]}),
        written({key: value for key, value in FILE.items() if key != "holder"}),
        written(FILE).replace(b'"version": 1', b'"version": 1, "version": 1'),
    ],
)
def test_what_is_no_wallet_is_said_to_be_none_without_quoting_it(content):
    with pytest.raises(CredentialError, match=r"w\.json: this is no wallet") as told:
        wallet.read_wallet(content, "w.json")

    assert (told.value.code, told.value.found) == ("wallet_unreadable", "")


@given(st.data())
def test_a_torn_file_is_refused(data):
    content = wallet.write_wallet(EMPTY)
    cut = data.draw(st.integers(0, len(content.rstrip()) - 1))

    assert refused(wallet.read_wallet, content[:cut]) == "wallet_unreadable"


def test_a_file_that_is_not_there_or_too_long_is_told_in_a_sentence(tmp_path):
    with pytest.raises(Exception, match="the file is not there"):
        wallet.load_wallet(tmp_path / "none.json")
    (tmp_path / "long.json").write_bytes(b" " * (wallet.MAX_BYTES + 1))
    with pytest.raises(Exception, match="the file is too large"):
        wallet.load_wallet(tmp_path / "long.json")


def test_a_wallet_is_a_value():
    carried = carrying(issued())

    assert wallet.read_wallet(wallet.write_wallet(carried)) == carried
    assert msgspec.json.decode(wallet.write_wallet(carried))["version"] == 1


def test_what_is_taken_in_goes_where_it_belongs():
    listed, badge = status_lists()(LIST), issued()

    taken = wallet.take_in(wallet.take_in(EMPTY, listed), badge)

    assert taken == wallet.add(wallet.carry_list(EMPTY, listed), badge)
