# SPDX-License-Identifier: Apache-2.0
"""Nothing is signed that is not a credential of ours in form, terms and discretion."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.touchstone.credentials.sample_badges import ISSUER, badge, changed, codes
from touchstone.credentials.finding import refuse
from touchstone.credentials.lint import lint, lint_form
from touchstone.credentials.status_list import new_list, status_list_credential
from touchstone.errors import CredentialError


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("credentialStatus", None, ["status_missing"]),
        ("validFrom", None, ["schema_member_missing", "valid_from_missing"]),
        ("credentialSubject.achievement.hallmark", "999", ["term_undefined"]),
        ("credentialSubject.achievement.type", ["Achievement", "Hallmark"], ["term_undefined"]),
        ("name", "11010519491231002X", ["identity_number"]),
        ("issuer", {"id": "did:key:z6Mk"}, ["schema_wrong_value"]),
        ("id", "relative", ["id_malformed", "schema_wrong_value", "iri_relative"]),
    ],
)
def test_each_mistake_is_found_and_named(path, value, expected):
    assert codes(lint(changed(badge(), path, value))) == expected


def test_another_status_mechanism_does_not_make_it_revocable_here():
    other = {"type": "1EdTechRevocationList", "id": "https://issuer.example/revoked"}

    assert codes(lint(changed(badge(), "credentialStatus", other))) == ["status_missing"]


def test_a_status_list_needs_no_place_in_another():
    document = status_list_credential(
        new_list("revocation"),
        id="https://issuer.example/status/1",
        issuer=ISSUER.id,
        valid_from=dt.datetime(2026, 5, 1, tzinfo=dt.UTC),
    )

    assert lint(document) == []


def test_a_conforming_credential_of_any_sort_passes_the_form_alone():
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:subject"},
    }

    assert lint_form(document) == []
    assert codes(lint(document)) == ["status_missing", "valid_from_missing"]


def test_the_first_finding_refuses_the_document():
    with pytest.raises(CredentialError) as caught:
        refuse(lint(changed(badge(), "credentialStatus", None)))

    assert caught.value.code == "status_missing"
    assert caught.value.field == "credentialStatus"
    refuse(lint(badge()))
