# SPDX-License-Identifier: Apache-2.0
"""Evidence survives being issued as a credential: every field, for any evidence that a request can bring."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from hypothesis import given, settings

from tests.touchstone.credentials.sample_badges import BADGE, badge, changed, evidences
from touchstone.credentials.canonical import canonical_nquads
from touchstone.credentials.credential import Issuer, build
from touchstone.credentials.schema import check_schema
from touchstone.credentials.structure import check_structure
from touchstone.errors import CredentialError
from touchstone.recognition.evidence import Evidence
from touchstone.recognition.from_credentials import attestation_of, evidence_of


def issued(evidence):
    """The document of a credential that attests this evidence."""
    return build(
        msgspec.structs.replace(
            BADGE,
            id=evidence.credential,
            issuer=Issuer(id=evidence.issuer, name={"en": "An issuer"}),
            attestation=attestation_of(evidence),
            valid_from=dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
        )
    )


@given(evidences)
@settings(max_examples=40)
def test_every_field_of_any_evidence_survives(evidence):
    document = issued(evidence)

    assert evidence_of(document) == evidence
    assert check_structure(document) == []
    assert check_schema(document) == []


@given(evidences)
@settings(max_examples=8)
def test_nothing_of_any_evidence_is_outside_the_signature(evidence):
    """Safe mode accepts the document, and evidence that differs is other N-Quads."""
    further = msgspec.structs.replace(evidence, hours=(evidence.hours or 0) + 1)

    assert canonical_nquads(issued(evidence)) != canonical_nquads(issued(further))


def test_every_field_but_the_status_comes_from_the_document():
    """A field that is added to evidence must find its place in a credential too."""
    from_verification = {"status", "status_checked"}
    from_credential = {"credential", "issuer"}
    attested = set(attestation_of(Evidence(credential="urn:a", kind="training")).__struct_fields__)

    assert set(Evidence.__struct_fields__) - from_verification - from_credential == attested


def test_the_status_is_what_the_verification_found():
    checked = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)

    evidence = evidence_of(badge(), status="valid", status_checked=checked)

    assert (evidence.status, evidence.status_checked) == ("valid", checked)
    assert evidence_of(badge()).status is None


def test_a_badge_without_an_id_is_no_evidence():
    with pytest.raises(CredentialError) as caught:
        evidence_of(changed(badge(), "id", None))

    assert caught.value.code == "badge_unreadable"


@pytest.mark.soak
@given(evidences)
@settings(max_examples=1_500)
def test_soak_every_field_of_any_evidence_survives(evidence):
    assert evidence_of(issued(evidence)) == evidence
