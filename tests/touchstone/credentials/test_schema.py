# SPDX-License-Identifier: Apache-2.0
"""Open Badges 3.0 and CLR 2.0: what their tables require is asked, and what they leave open stays open."""

from __future__ import annotations

import pytest

from tests.touchstone.credentials.sample_badges import badge, changed, codes
from touchstone.credentials.schema import MAX_FINDINGS, check_schema

SUBJECT = "credentialSubject"
ACHIEVEMENT = "credentialSubject.achievement"


def test_our_own_badge_follows_the_schema():
    assert check_schema(badge()) == []


def test_a_credential_of_another_kind_has_no_schema_here():
    assert check_schema({"type": ["VerifiableCredential"], "credentialSubject": 5}) == []


@pytest.mark.parametrize(
    "member",
    [
        "id",
        "issuer",
        "validFrom",
        "@context",
        SUBJECT,
        f"{SUBJECT}.type",
        ACHIEVEMENT,
        f"{ACHIEVEMENT}.id",
        f"{ACHIEVEMENT}.type",
        f"{ACHIEVEMENT}.name",
        f"{ACHIEVEMENT}.description",
        f"{ACHIEVEMENT}.criteria",
        f"{ACHIEVEMENT}.alignment.0.targetName",
        f"{ACHIEVEMENT}.alignment.0.targetUrl",
        f"{ACHIEVEMENT}.resultDescription.0.id",
        f"{ACHIEVEMENT}.resultDescription.0.name",
        f"{ACHIEVEMENT}.resultDescription.0.resultType",
        f"{ACHIEVEMENT}.resultDescription.0.rubricCriterionLevel.0.name",
        f"{SUBJECT}.identifier.0.identityType",
        f"{SUBJECT}.result.0.type",
        "evidence.0.type",
    ],
)
def test_what_is_required_must_be_there(member):
    found = check_schema(changed(badge(), member, None))

    assert codes(found) == ["schema_member_missing"]
    assert found[0].message == f"{member.rpartition('.')[2]} is missing"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("@context", ["https://www.w3.org/ns/credentials/v2"]),
        ("id", "no url"),
        ("awardedDate", "2026-05-01"),
        ("evidence", {"type": ["Evidence"]}),
        ("issuer", {"id": "did:key:z6Mk"}),
        (f"{SUBJECT}.role", 7),
        (f"{SUBJECT}.activityStartDate", "2026-05-01"),
        (f"{SUBJECT}.result", {"type": ["Result"]}),
        (f"{SUBJECT}.result.0.status", "Passed"),
        (f"{SUBJECT}.result.0.value", 82.5),
        (f"{SUBJECT}.identifier.0.hashed", "false"),
        (f"{ACHIEVEMENT}.achievementType", "Stone setting"),
        (f"{ACHIEVEMENT}.type", ["Achieved"]),
        (f"{ACHIEVEMENT}.alignment.0.targetType", "Competency"),
        (f"{ACHIEVEMENT}.alignment.0.targetType", "ext:"),
        (f"{ACHIEVEMENT}.resultDescription.0.resultType", "Score"),
    ],
)
def test_a_value_of_another_form_is_refused_without_being_quoted(member, value):
    found = check_schema(changed(badge(), member, value))

    assert len(found) == 1
    assert found[0].code in ("schema_wrong_value", "schema_wrong_type")
    assert found[0].field.replace("[", ".").replace("]", "") in (member, member.removesuffix(".type"))
    assert str(value) not in found[0].message


@pytest.mark.parametrize("value", ["ext:Bridging", "MicroCredential"])
def test_an_extensible_vocabulary_takes_words_of_its_own(value):
    assert check_schema(changed(badge(), f"{ACHIEVEMENT}.achievementType", value)) == []


@pytest.mark.parametrize("member", [f"{SUBJECT}.further", f"{ACHIEVEMENT}.further", f"{SUBJECT}.result.0.further"])
def test_further_members_are_left_to_the_check_of_terms(member):
    assert check_schema(changed(badge(), member, "x")) == []


def test_a_subject_is_somebody():
    document = changed(badge(subject_name=None), f"{SUBJECT}.id", None)

    assert codes(check_schema(document)) == ["schema_wrong_value"]


def test_a_document_full_of_mistakes_is_not_listed_to_the_end():
    document = changed(badge(), f"{SUBJECT}.result", [{} for _ in range(500)])

    assert len(check_schema(document)) == MAX_FINDINGS


def test_a_credential_is_not_badge_and_learner_record_at_once():
    document = changed(badge(), "type", ["VerifiableCredential", "OpenBadgeCredential", "ClrCredential"])

    assert codes(check_schema(document)) == ["schema_ambiguous"]
