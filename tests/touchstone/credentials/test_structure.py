# SPDX-License-Identifier: Apache-2.0
"""VC Data Model 2.0: each rule broken alone is found alone, and what the standard allows passes."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.credentials.sample_badges import badge, changed, codes
from touchstone.credentials.canonical import canonical_nquads
from touchstone.credentials.structure import (
    BASE_CONTEXT,
    EARLIER_PUBLICATIONS,
    check_presentation_structure,
    check_structure,
    digest_matches,
    digest_multibase,
    digest_sri,
    multibase_digest,
)

MINIMAL = {
    "@context": [BASE_CONTEXT],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:issuer",
    "credentialSubject": {"id": "did:example:subject"},
}
CONTENT = b"a related resource"
RESOURCE = "https://issuer.example/report"


def with_(**members):
    return {**MINIMAL, **members}


ALLOWED = [
    MINIMAL,
    with_(type="VerifiableCredential"),
    with_(type=["https://example.org/types#Custom", "VerifiableCredential"]),
    with_(**{"@context": [BASE_CONTEXT, "https://www.w3.org/ns/credentials/examples/v2", {"term": "urn:term"}]}),
    with_(id="urn:uuid:9f3c1f6e-35b0-4a0e-9f2b-1d1a0c6b7e11"),
    with_(id="https://例え.example/資格/1"),
    with_(issuer={"id": "did:example:issuer", "name": {"@value": "Example", "@language": "en", "@direction": "ltr"}}),
    with_(name=[{"@value": "镶石工", "@language": "zh-Hans"}, {"@value": "Setter", "@language": "en"}]),
    with_(credentialSubject=[{"id": "did:example:1"}, {"name": "Alice"}]),
    with_(validFrom="2023-02-25T19:10:39-06:00", validUntil="2023-02-26T01:10:39.447Z"),
    with_(validFrom="2026-06-01T08:00:00Z", validUntil="2026-06-01T08:00:00Z"),
    with_(credentialStatus={"type": "https://example.org/#Status"}),
    with_(
        credentialSchema=[{"id": "did:example:1", "type": "JsonSchema"}, {"id": "did:example:2", "type": "JsonSchema"}]
    ),
    with_(evidence={"type": "Evidence"}, termsOfUse={"type": ["Policy"]}, refreshService=[{"type": "urn:x"}]),
    with_(relatedResource={"id": RESOURCE, "digestMultibase": multibase_digest(CONTENT), "mediaType": "text/plain"}),
]


@pytest.mark.parametrize("document", ALLOWED)
def test_what_the_standard_allows_passes(document):
    assert check_structure(document) == []


@pytest.mark.parametrize(
    ("document", "code", "field"),
    [
        (changed(MINIMAL, "@context", None), "context_absent", "@context"),
        (with_(**{"@context": []}), "context_absent", "@context"),
        (with_(**{"@context": BASE_CONTEXT}), "context_malformed", "@context"),
        (with_(**{"@context": ["https://www.w3.org/2018/credentials/v1"]}), "context_order", "@context[0]"),
        (with_(**{"@context": [{"a": "urn:a"}, BASE_CONTEXT]}), "context_order", "@context[0]"),
        (with_(**{"@context": [BASE_CONTEXT, "https ://not-a-url"]}), "context_malformed", "@context[1]"),
        (with_(**{"@context": [BASE_CONTEXT, 123192875]}), "context_malformed", "@context[1]"),
        (changed(MINIMAL, "type", None), "type_missing", "type"),
        (with_(type=[]), "type_missing", "type"),
        (with_(type=["RelationshipCredential"]), "type_missing", "type"),
        (with_(type=["VerifiableCredential", 2]), "type_malformed", "type"),
        (with_(type=["VerifiableCredential", "a type"]), "type_malformed", "type"),
        (with_(id=None), "id_malformed", "id"),
        (with_(id="relative"), "id_malformed", "id"),
        (with_(id="https ://not-a-url/1"), "id_malformed", "id"),
        (with_(id=["https://example.org/1", "https://example.org/2"]), "id_malformed", "id"),
        (with_(name={"@value": "Name", "url": "did:example:1"}), "language_value_malformed", "name"),
        (with_(name={"@language": "en"}), "language_value_malformed", "name"),
        (with_(description={"@value": "x", "@language": "e n"}), "language_value_malformed", "description"),
        (with_(description={"@value": "x", "@direction": "up"}), "language_value_malformed", "description"),
        (with_(description=["plain"]), "language_value_malformed", "description"),
        (changed(MINIMAL, "issuer", None), "issuer_missing", "issuer"),
        (with_(issuer=None), "issuer_missing", "issuer"),
        (with_(issuer="fake-issuer"), "issuer_malformed", "issuer"),
        (with_(issuer=["did:example:1"]), "issuer_malformed", "issuer"),
        (with_(issuer={"id": None}), "issuer_malformed", "issuer.id"),
        (with_(issuer={"id": "did:example:1", "name": 5}), "language_value_malformed", "issuer.name"),
        (changed(MINIMAL, "credentialSubject", None), "subject_missing", "credentialSubject"),
        (with_(credentialSubject=[]), "subject_missing", "credentialSubject"),
        (with_(credentialSubject={}), "subject_empty", "credentialSubject"),
        (with_(credentialSubject=[{"id": "did:example:1"}, {}]), "subject_empty", "credentialSubject[1]"),
        (with_(credentialSubject="did:example:1"), "subject_malformed", "credentialSubject"),
        (with_(credentialSubject={"id": ["did:example:1"]}), "id_malformed", "credentialSubject.id"),
        (with_(validFrom="Sat 25 Feb 2023"), "time_malformed", "validFrom"),
        (with_(validFrom="2026-06-01"), "time_malformed", "validFrom"),
        (with_(validFrom="2026-06-01T08:00:00"), "time_malformed", "validFrom"),
        (with_(validFrom="2026-02-30T08:00:00Z"), "time_malformed", "validFrom"),
        (with_(validUntil=20260601), "time_malformed", "validUntil"),
        (
            with_(validFrom="2026-06-01T08:00:00Z", validUntil="2026-06-01T15:59:59+08:00"),
            "period_reversed",
            "validUntil",
        ),
        (with_(credentialStatus={"id": "did:example:1"}), "status_malformed", "credentialStatus.type"),
        (with_(credentialStatus={"type": 2}), "status_malformed", "credentialStatus.type"),
        (with_(credentialStatus={"type": "S", "id": "https ://x"}), "status_malformed", "credentialStatus.id"),
        (
            with_(credentialStatus={"type": "S", "id": ["did:a:1", "did:a:2"]}),
            "status_malformed",
            "credentialStatus.id",
        ),
        (
            with_(credentialStatus={"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}),
            "status_entry_malformed",
            "credentialStatus.statusListIndex",
        ),
        (with_(credentialSchema={"type": "JsonSchema"}), "schema_reference_malformed", "credentialSchema.id"),
        (with_(credentialSchema={"id": "did:example:1"}), "schema_reference_malformed", "credentialSchema.type"),
        (with_(evidence={}), "evidence_malformed", "evidence.type"),
        (with_(evidence=[{"type": "E"}, "text"]), "evidence_malformed", "evidence[1]"),
        (with_(termsOfUse={"id": "did:example:1"}), "terms_of_use_malformed", "termsOfUse.type"),
        (with_(refreshService={"id": "did:example:1"}), "refresh_malformed", "refreshService.type"),
        (with_(proof={"created": "2023-07-28T22:25:05Z"}), "proof_malformed", "proof.type"),
        (with_(relatedResource=[RESOURCE]), "related_resource_malformed", "relatedResource[0]"),
        (with_(relatedResource={"digestSRI": "sha256-x"}), "related_resource_malformed", "relatedResource[0]"),
        (with_(relatedResource={"id": RESOURCE}), "related_resource_malformed", "relatedResource[0]"),
        (
            with_(relatedResource={"id": RESOURCE, "digestSRI": "md5-x"}),
            "related_resource_malformed",
            "relatedResource[0].digestSRI",
        ),
        (with_(evidence={"type": "E", "id": "urn:a", "about": {"id": "_:b0"}}), "id_blank", "evidence.about.id"),
    ],
)
def test_each_rule_broken_alone_is_found_alone_and_where(document, code, field):
    assert [(finding.code, finding.field) for finding in check_structure(document)] == [(code, field)]


@pytest.mark.parametrize("document", [None, [], "text", 5])
def test_what_is_no_object_is_no_credential(document):
    assert codes(check_structure(document)) == ["not_an_object"]
    assert codes(check_presentation_structure(document)) == ["not_an_object"]


leaves = st.sampled_from([None, True, -3, 0.5, "", "urn:a", "no url", "VerifiableCredential"])
inner = st.lists(leaves, max_size=2) | st.dictionaries(st.sampled_from(["id", "type", "@value", "digestSRI"]), leaves)
json_values = leaves | inner | st.lists(inner, max_size=2)


@given(
    st.dictionaries(
        st.sampled_from([*MINIMAL, "id", "name", "proof", "evidence", "relatedResource", "holder"]), json_values
    )
)
def test_no_json_makes_the_checks_stumble(members):
    check_structure({**MINIMAL, **members})
    check_presentation_structure({**MINIMAL, **members})


def test_the_end_of_a_credential_cannot_be_moved_out_of_sight_under_a_valid_proof():
    """To RDF both documents are one, so a proof over the first holds over the second, which seems to have no end."""
    endorsed = {"id": "urn:credential:1", "type": ["EndorsementSubject"]}
    endorsement = {**MINIMAL, "type": ["VerifiableCredential", "EndorsementCredential"], "credentialSubject": endorsed}
    open_badges = [BASE_CONTEXT, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
    plain = with_(
        **{
            "@context": open_badges,
            "id": "urn:credential:1",
            "endorsement": [endorsement],
            "validUntil": "2026-06-01T08:00:00Z",
        }
    )
    types = {"type": ["EndorsementSubject", "VerifiableCredential"], "validUntil": "2026-06-01T08:00:00Z"}
    moved = changed(changed(plain, "endorsement.0.credentialSubject", {**endorsed, **types}), "validUntil", None)

    assert canonical_nquads(plain) == canonical_nquads(moved)
    assert check_structure(plain) == []
    assert [(finding.code, finding.field) for finding in check_structure(moved)] == [
        ("node_split", "endorsement[0].credentialSubject")
    ]


# ---------------------------------------------------------------- related resources


def digests_of(content):
    sha384 = base64.b64encode(hashlib.sha384(content).digest()).decode()
    raw = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return (
        {"digestSRI": f"sha384-{sha384}"},
        {"digestMultibase": f"u{raw}"},
        {"digestMultibase": multibase_digest(content)},
    )


@pytest.mark.parametrize("form", [0, 1, 2])
def test_a_related_resource_at_hand_must_have_its_digest(form):
    right = with_(relatedResource={"id": RESOURCE, **digests_of(CONTENT)[form]})
    wrong = with_(relatedResource={"id": RESOURCE, **digests_of(b"another")[form]})

    assert check_structure(right, {RESOURCE: CONTENT}.get) == []
    assert codes(check_structure(wrong, {RESOURCE: CONTENT}.get)) == ["related_resource_digest"]
    assert check_structure(wrong) == []


def test_a_related_resource_stands_once():
    first, second, _ = digests_of(CONTENT)
    twice = with_(relatedResource=[{"id": RESOURCE, **first}, {"id": RESOURCE, **second}])

    assert codes(check_structure(twice)) == ["related_resource_twice"]


def test_a_digest_of_an_earlier_publication_of_the_base_context_still_holds():
    digest = EARLIER_PUBLICATIONS[BASE_CONTEXT][0][1]
    document = with_(relatedResource={"id": BASE_CONTEXT, "digestMultibase": f"u{digest}"})

    assert check_structure(document, {BASE_CONTEXT: b"what it is now"}.get) == []


def test_digests_are_read_in_every_form_and_in_no_other():
    assert digest_matches(digest_multibase("zQmWvQxTqbG2Z9HPJgG57jjwR154cKhbtJenbyYTWkjgF3e"), b"") is False
    assert digest_multibase(multibase_digest(CONTENT)) == ("sha256", hashlib.sha256(CONTENT).digest())
    for wrong in ("", "u", "uAA", "z0", "m" + "A" * 43, "u" + "A" * 42 + "="):
        assert digest_multibase(wrong) is None
    for wrong in ("sha256-AAAA", "sha1-" + "A" * 28, "sha384-" + "_" * 64):
        assert digest_sri(wrong) is None


# ---------------------------------------------------------------- presentations and envelopes

PRESENTATION = {"@context": [BASE_CONTEXT], "type": ["VerifiablePresentation"], "verifiableCredential": [MINIMAL]}
ENVELOPE = {
    "@context": BASE_CONTEXT,
    "type": "EnvelopedVerifiableCredential",
    "id": "data:application/vc+jwt,eyJ.e30.c2ln",
}


@pytest.mark.parametrize(
    "document",
    [
        PRESENTATION,
        changed(PRESENTATION, "verifiableCredential", None),
        {**PRESENTATION, "holder": "did:example:holder"},
        {**PRESENTATION, "holder": {"id": "did:example:holder", "name": "Acme"}},
        {**PRESENTATION, "verifiableCredential": [ENVELOPE, MINIMAL]},
    ],
)
def test_a_conforming_presentation_passes(document):
    assert check_presentation_structure(document) == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({**PRESENTATION, "@context": [{}, BASE_CONTEXT]}, "context_order"),
        ({**PRESENTATION, "type": ["VerifiableCredential"]}, "type_missing"),
        ({**PRESENTATION, "holder": "z6Mk"}, "holder_malformed"),
        ({**PRESENTATION, "holder": {"name": "Acme"}}, "holder_malformed"),
        ({**PRESENTATION, "verifiableCredential": ["eyJ"]}, "presented_malformed"),
        ({**PRESENTATION, "verifiableCredential": [{**MINIMAL, "type": []}]}, "type_missing"),
    ],
)
def test_a_presentation_that_does_not_conform_is_told_why(document, code):
    assert codes(check_presentation_structure(document)) == [code]


def test_our_own_badge_has_the_structure():
    assert check_structure(badge()) == []
