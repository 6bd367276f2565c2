# SPDX-License-Identifier: Apache-2.0
"""Keeping a status list: only what the issuer itself has signed leads to a place in it, for a revocation is for ever."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.touchstone.credentials.badges import (
    ASKED,
    INDEX,
    ISSUER,
    LIST,
    SCHOOL,
    signed,
    status_lists,
    trust,
    unsigned,
)
from touchstone.credentials import credential as badge
from touchstone.credentials.did import resolver
from touchstone.credentials.signer import SeedSigner
from touchstone.credentials.status_keeping import set_status
from touchstone.credentials.status_list import read_list
from touchstone.credentials.verification import known_methods, verify
from touchstone.errors import CredentialError

STRANGER = SeedSigner(bytes([7]) * 32)
NEW_KEY = SeedSigner(bytes([8]) * 32, controller=ISSUER)
UNTIL = ASKED + dt.timedelta(days=30)
ANN = json.loads(signed())
BOB = json.loads(signed(unsigned(id="urn:uuid:b0b", status=(badge.StatusPlace(list_id=LIST, index=INDEX + 1),))))


def kept(**changes):
    return json.loads(status_lists(**changes)(LIST))


def changed(credential=ANN, listed=None, *, act="revoke", signer=SCHOOL):
    return set_status(
        act, credential, listed or kept(), signer, key_of=resolver(known_methods(trust())), at=ASKED, until=UNTIL
    )


def refusal(*given, **options):
    with pytest.raises(CredentialError) as refused:
        changed(*given, **options)
    return refused.value.code


def verdict(credential, listed):
    return verify(
        json.dumps(credential).encode(), trust(), ASKED, retrieve=lambda _: json.dumps(listed).encode()
    ).verdict


def test_who_is_revoked_is_revoked_and_nobody_else():
    listed = changed().document

    assert verdict(ANN, listed) == "revoked"
    assert verdict(BOB, listed) == "valid"


def test_a_credential_with_the_place_of_another_revokes_nobody():
    forged = {**ANN, "credentialStatus": BOB["credentialStatus"]}

    assert refusal(forged) == "credential_altered"


def test_a_credential_without_a_proof_revokes_nobody():
    assert refusal({name: value for name, value in BOB.items() if name != "proof"}) == "credential_altered"


def test_a_list_in_which_somebody_else_set_a_place_is_not_signed_again():
    meddled = kept(revoked=[INDEX + 1])
    encoded = meddled["credentialSubject"]["encodedList"]
    listed = kept()

    listed["credentialSubject"]["encodedList"] = encoded

    assert refusal(ANN, listed) == "status_list_altered"


def test_only_the_issuer_keeps_its_list():
    assert refusal(signer=STRANGER) == "issuer_not_signer"
    assert refusal(ANN, kept(signer=STRANGER)) == "issuer_not_signer"


def test_a_list_of_another_address_or_purpose_has_no_place_for_the_credential():
    assert refusal(ANN, kept(id=f"{LIST}0")) == "status_not_kept"
    assert refusal(act="suspend") == "status_not_kept"


def test_where_the_list_of_the_other_purpose_is_given_the_credentials_own_list_is_named():
    places = (
        badge.StatusPlace(list_id=LIST, index=INDEX),
        badge.StatusPlace(list_id=f"{LIST}-s", index=INDEX, purpose="suspension"),
    )

    with pytest.raises(CredentialError, match="no place for suspension in this list") as refused:
        changed(json.loads(signed(unsigned(status=places))), act="reinstate")

    assert (refused.value.expected, refused.value.found) == (f"the list at {LIST}-s", f"'{LIST}'")


def test_a_list_that_serves_two_purposes_is_not_signed_again_for_one():
    assert refusal(ANN, kept(purpose=["revocation", "suspension"])) == "status_list_of_several"


def test_a_new_key_of_the_issuer_changes_what_its_old_key_signed():
    listed = changed(signer=NEW_KEY).document

    assert listed["proof"]["verificationMethod"] == NEW_KEY.verification_method
    assert read_list(listed, "revocation")[INDEX]
