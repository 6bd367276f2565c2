# SPDX-License-Identifier: Apache-2.0
"""No identity number, no address, no name where it does not belong. All numbers here are made up and belong to nobody."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.credentials.sample_badges import badge, changed
from touchstone.credentials import privacy
from touchstone.credentials.privacy import check_privacy, has_identity_number

MAINLAND = "11010519491231002X"  # the example of GB 11643 itself
NARRATIVE = "credentialSubject.achievement.criteria.narrative"


def found(document):
    return [(finding.code, finding.field) for finding in check_privacy(document)]


def test_our_own_badge_says_no_more_than_it_may():
    assert check_privacy(badge()) == []


@pytest.mark.parametrize(
    "text",
    [
        MAINLAND,
        MAINLAND.lower(),
        f"身份证{MAINLAND}号",
        f"urn:person:{MAINLAND}",
        "110105 19491231 002X",
        "110105-1949-1231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105194912310021",
        "陈大文 440101199003074518",
        "440101 1990-0307 4518",
        "A123456(3)",
        "A1234563",
        "a123456(3)",
        "HKID: Z683365(A).",
        "AB987654(3)",
        "https://x.example/A123456(3)",
        "5123456(7)",
        "BIR 1/234567/8",
        "１２３４５６７(８)",
    ],
)
def test_an_identity_number_is_found_however_it_is_written(text):
    assert has_identity_number(text)
    assert found(changed(badge(), NARRATIVE, text)) == [("identity_number", NARRATIVE)]


@pytest.mark.parametrize(
    "text",
    [
        "110105194913310021",
        "110105194900310021",
        "110105194912320021",
        "110105194912000021",
        "110105214912310021",
        "2026-05-01T08:00:00Z",
        "A123456(4)",
        "JLZZCT301A",
        "106821L3",
        "1234567890123456789012",
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "urn:uuid:a1234563-35b0-4a0e-9f2b-1d1a0c6b7e11",
        "2234567(8)",
        "12345678",
    ],
)
def test_what_only_resembles_one_passes(text):
    assert not has_identity_number(text)


@given(st.uuids())
def test_a_random_id_is_never_taken_for_one(value):
    assert not has_identity_number(f"urn:uuid:{value}")
    assert not has_identity_number(str(value).upper())
    assert isinstance(value, uuid.UUID)


@given(
    st.integers(110000, 659999),
    st.dates(dt.date(1900, 1, 1), dt.date(2029, 12, 31)),
    st.integers(0, 999),
    st.sampled_from("0123456789X"),
)
def test_every_number_of_the_mainland_is_found_whether_its_check_character_holds_or_not(place, born, sequence, check):
    assert has_identity_number(f"no. {place}{born:%Y%m%d}{sequence:03}{check}")


def test_the_message_never_repeats_the_number():
    finding = check_privacy(changed(badge(), "name", MAINLAND))[0]

    assert MAINLAND not in finding.message


def test_a_number_hidden_in_the_name_of_a_member_is_found():
    assert found(changed(badge(), f"credentialSubject.{MAINLAND}", "x")) == [("identity_number", "credentialSubject")]


@pytest.mark.parametrize(
    "value", ["mailto:lin@example.com", "https://x.example/?u=lin@example.com", "urn:person:lin.siyu@mail.example"]
)
def test_an_address_does_not_stand_in_an_identifier(value):
    document = changed(badge(), "credentialSubject.id", value)

    assert found(document) == [("email_in_identifier", "credentialSubject.id")]


def test_a_name_stands_in_its_field_only():
    document = changed(badge(), NARRATIVE, "林思雨 passed the examination.")

    assert found(document) == [("name_outside_field", NARRATIVE)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Li passed the examination.", [("name_outside_field", NARRATIVE)]), ("Limited to one list.", [])],
)
def test_a_name_in_latin_letters_is_found_as_a_word_and_not_within_one(text, expected):
    named = changed(badge(), "credentialSubject.identifier.0.identityHash", "Li")

    assert found(changed(named, NARRATIVE, text)) == expected


@pytest.mark.parametrize("member", ["name", "dateOfBirth", "email", "phone", "familyName", "address"])
def test_nothing_else_is_said_of_a_person(member):
    document = changed(badge(), f"credentialSubject.{member}", "x")

    assert found(document) == [("personal_data", f"credentialSubject.{member}")]


def test_an_identity_of_a_forbidden_type_is_refused_even_hashed():
    document = changed(badge(), "credentialSubject.identifier.0.identityType", "nationalIdentityNumber")

    assert found(document) == [("personal_data", "credentialSubject.identifier[0].identityType")]


PIECES = [
    *(
        "A123456(3)",
        "Ａ123456(3)",
        "A１２３４５６(3)",
        "123456",
        "5/123456/7",
        "５／123456／7",
        "1234567（8）",
        MAINLAND,
    ),
    *("110105 1949 1231 002X", "110105\u00a019491231002X", "urn:uuid:a123456b-4a0e-4d3e-9b57-a12345678901"),
    *("汉0d6f1b8e-4a0e-4d3e-9b57-a12345678901", "d6f1b8e-4a0e-4d3e-9b57-a12345678901", "MailTo:x@y.example", "urn:"),
    *(
        "x@y.example",
        "@vocab",
        "陈大文",
        "Ana",
        "\n",
        "\b",
        "\\",
        '"',
        "é",
        "e\u0301",
        "\u0301",
        "…",
        "，",
        " ",
        "-",
        "(",
        "/",
    ),
    "2026-06-01T08:00:00Z",
]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)
members = st.sampled_from(["name", "description", "digestMultibase", "identityHash"]) | texts
anything = st.recursive(
    texts | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(members, inner, max_size=3),
    max_leaves=6,
)


@given(anything, texts | st.just("Ana"))
def test_the_quick_look_passes_nothing_that_the_thorough_one_finds(said, name):
    identity = {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}
    document = {"credentialSubject": {"identifier": [identity], "achievement": said}}
    names = [each for each in privacy.subject_names(document) if len(each) > 1]

    assert [*privacy._texts(document, "", names), *privacy._subjects(document)] == check_privacy(document)
