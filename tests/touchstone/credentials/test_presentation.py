# SPDX-License-Identifier: Apache-2.0
"""A presentation is its holder's, for one verifier, once; and it shows valid credentials about the holder, or says which are not."""

from __future__ import annotations

import datetime as dt
import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.touchstone.credentials.badges import ACHIEVEMENT, ASKED, INDEX, LIST, signed, status_lists, trust, written
from tests.touchstone.credentials.carried import CHALLENGE, DOMAIN, HOLDER, NAME, SECOND, THIEF, issued
from touchstone.credentials import presentation
from touchstone.credentials.cryptosuites import CRYPTOSUITES, EDDSA_RDFC_2022
from touchstone.credentials.proof import add_proof
from touchstone.credentials.wallet import read_wallet
from touchstone.errors import CredentialError
from touchstone.library.samples import _signer, samples
from touchstone.recognition.from_wallet import Lists

JCS = "eddsa-jcs-2022"


def present(*contents, signer=HOLDER, created=ASKED, domain=DOMAIN, challenge=CHALLENGE, cryptosuite=JCS):
    return presentation.present(
        contents, signer, created=created, domain=domain, challenge=challenge, cryptosuite=cryptosuite
    )


def checked(document, *, at=ASKED, domain=DOMAIN, challenge=CHALLENGE, retrieve=None):
    content = document if isinstance(document, bytes) else written(document)
    retrieve = retrieve or status_lists()
    return presentation.verify_presentation(content, trust(), at, domain=domain, challenge=challenge, retrieve=retrieve)


def resigned(document, signer=HOLDER, **options):
    """A presentation with other members than :func:`present` would give it, and a proof over them."""
    given = {
        "cryptosuite": JCS,
        "created": ASKED,
        "purpose": "authentication",
        "domain": DOMAIN,
        "challenge": CHALLENGE,
    }
    bare = {key: value for key, value in document.items() if key != "proof"}
    return add_proof(bare, signer, **{**given, **options})


@pytest.mark.parametrize("cryptosuite", CRYPTOSUITES)
@pytest.mark.parametrize("issuing", CRYPTOSUITES)
def test_what_a_holder_presents_verifies_for_whom_it_was_made(cryptosuite, issuing):
    contents = [issued(signing={"cryptosuite": issuing}), issued(2)]

    report = checked(present(*contents, cryptosuite=cryptosuite))

    assert report.valid
    assert (report.holder, report.presenting.code) == (HOLDER.controller, "presented_by_holder")
    assert [(each.credential, each.of_holder, each.report.verdict) for each in report.credentials] == [
        (NAME, True, "valid"), (SECOND, True, "valid"),
    ]  # fmt: skip


def test_a_credential_is_shown_as_it_was_handed_over():
    assert present(issued())["verifiableCredential"] == [json.loads(issued())]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"challenge": "another"}, "challenge_wrong"),
        ({"domain": "mo-body.example"}, "domain_wrong"),
        ({"challenge": ""}, "challenge_wrong"),
        ({"at": ASKED - dt.timedelta(hours=1)}, "proof_created_later"),
    ],
)
def test_a_presentation_for_somebody_else_or_another_time_is_refused_by_name(asked, code):
    report = checked(present(issued()), **asked)

    assert (report.valid, report.presenting.result, report.presenting.code) == (False, "failed", code)
    assert report.credentials == ()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"purpose": "assertionMethod"}, "purpose_wrong"),
        ({"challenge": None}, "challenge_wrong"),
        ({"domain": None}, "domain_wrong"),
        ({"domain": [DOMAIN, "everybody.example"]}, "domain_wrong"),
        ({"expires": ASKED - dt.timedelta(seconds=1)}, "proof_expired"),
        ({"signer": THIEF}, "controller_wrong"),
    ],
)
def test_a_proof_that_does_not_bind_the_holder_to_this_verifier_is_refused(options, code):
    assert checked(resigned(present(issued()), **options)).presenting.code == code


@pytest.mark.parametrize("days", [-30, 0, 30])
def test_when_somebody_else_says_to_have_signed_a_presentation_too_changes_nothing(days):
    witnessed = add_proof(
        present(issued()), THIEF, cryptosuite=JCS, created=ASKED + dt.timedelta(days=days), purpose="authentication",
        domain=DOMAIN, challenge=CHALLENGE,
    )  # fmt: skip

    assert checked(witnessed).valid


def test_a_thief_who_presents_in_his_own_name_presents_what_is_not_about_him():
    stolen = resigned({**present(issued()), "holder": THIEF.controller}, THIEF)

    report = checked(stolen)

    assert (report.presenting.result, report.valid) == ("passed", False)
    assert [(each.of_holder, each.report.verdict) for each in report.credentials] == [(False, "valid")]


def test_a_revoked_credential_is_told_as_such_and_the_presentation_is_not_valid():
    report = checked(present(issued()), retrieve=status_lists(revoked=[INDEX]))

    assert (report.presenting.result, report.valid) == ("passed", False)
    assert report.credentials[0].report.verdict == "revoked"


def test_nothing_shown_is_nothing_proven():
    empty = {**present(issued()), "verifiableCredential": []}

    report = checked(resigned(empty))

    assert (report.presenting.result, report.valid) == ("passed", False)


def test_a_presentation_that_does_not_say_whose_it_is_proves_nothing():
    nobody = {key: value for key, value in present(issued()).items() if key != "holder"}

    assert checked(resigned(nobody)).presenting.code == "holder_missing"


@pytest.mark.parametrize("cryptosuite", CRYPTOSUITES)
def test_as_many_as_may_be_presented_can_be_even_if_they_differ_in_nothing_but_their_id(cryptosuite):
    contents = [issued(id=f"urn:example:{number}") for number in range(presentation.MAX_PRESENTED)]

    report = checked(present(*contents, cryptosuite=cryptosuite))

    assert report.valid
    assert len(report.credentials) == presentation.MAX_PRESENTED


def test_the_sample_wallet_can_be_presented_whole():
    made = samples(ASKED.date())
    contents = [text.encode() for text in read_wallet(made.wallet).credentials]
    shown = written(present(*contents, signer=_signer("holder"), cryptosuite=EDDSA_RDFC_2022))

    report = presentation.verify_presentation(
        shown, made.registry, ASKED, domain=DOMAIN, challenge=CHALLENGE, retrieve=Lists(made.lists).retrieve
    )

    assert report.presenting.result == "passed"
    assert len(report.credentials) == len(contents)


@pytest.mark.parametrize("cryptosuite", CRYPTOSUITES)
def test_more_than_a_verifier_looks_at_is_not_signed_and_the_holder_is_told_what_to_do(cryptosuite):
    rich = issued(achievement=msgspec.structs.replace(ACHIEVEMENT, description={"en": "x" * 200_000}))

    with pytest.raises(CredentialError, match=r"Show fewer of them at once\.") as told:
        present(*[rich] * 6, cryptosuite=cryptosuite)

    assert told.value.code == "too_large"


def test_more_credentials_than_anybody_looks_at_are_refused(monkeypatch):
    monkeypatch.setattr(presentation, "MAX_PRESENTED", 1)

    several = {**present(issued()), "verifiableCredential": [json.loads(issued()), json.loads(issued(2))]}

    assert checked(resigned(several)).presenting.code == "presented_too_many"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "json_invalid"),
        (b"[]", "not_an_object"),
        (b"{}", "context_absent"),
        (written({**present(issued()), "verifiableCredential": ["text"]}), "presented_malformed"),
        (signed(), "type_missing"),
    ],
)
def test_what_is_no_presentation_is_told_in_a_report(content, code):
    report = checked(content)

    assert (report.valid, report.presenting.result, report.presenting.code) == (False, "failed", code)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (present, "presented_nothing"),
        (lambda: present(issued(), challenge=""), "challenge_missing"),
        (lambda: present(issued(), domain=""), "domain_missing"),
        (lambda: present(issued(), signer=THIEF), "subject_not_holder"),
        (lambda: present(b"{}"), "subject_not_holder"),
    ],
)
def test_a_holder_is_kept_from_presenting_what_would_prove_nothing(make, code):
    with pytest.raises(CredentialError) as told:
        make()

    assert told.value.code == code


def spoiled(content, data):
    """The bytes with another one in one place."""
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda other: other != content[place]))
    return content[:place] + bytes([byte]) + content[place + 1 :]


COMPACT = json.dumps(present(issued()), ensure_ascii=False, separators=(",", ":")).encode()


def test_the_presentation_that_is_spoiled_below_is_valid():
    assert checked(COMPACT).valid


def never_valid(data):
    assert not checked(spoiled(COMPACT, data)).valid


@settings(max_examples=60)
@given(data=st.data())
def test_a_presentation_with_any_byte_changed_is_not_valid(data):
    never_valid(data)


@pytest.mark.soak
@settings(max_examples=5_000)
@given(data=st.data())
def test_a_presentation_with_any_byte_changed_is_not_valid_many_times(data):
    never_valid(data)


def test_the_list_at_hand_is_asked_and_no_other():
    asked = []

    def retrieve(url):
        asked.append(url)
        return status_lists()(url)

    assert checked(present(issued()), retrieve=retrieve).valid
    assert asked == [LIST]
