# SPDX-License-Identifier: Apache-2.0
"""A badge says everything that a decision needs in terms of the standards, and is read back without loss."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given

from tests.touchstone.credentials.sample_badges import (
    ATTESTATION,
    BADGE,
    badge,
    changed,
    codes,
    ids,
)
from touchstone.credentials.canonical import canonical_nquads
from touchstone.credentials.credential import ACHIEVEMENT_TYPE, Attestation, AttestedUnit, build, kind_of
from touchstone.credentials.identifiers import as_url, from_url, salted_subject
from touchstone.credentials.lint import lint, lint_form
from touchstone.credentials.members import is_url
from touchstone.credentials.reading import read_badge
from touchstone.errors import CredentialError

SUBJECT = "credentialSubject"
ACHIEVEMENT = "credentialSubject.achievement"


def refusal(work):
    with pytest.raises(CredentialError) as caught:
        work()
    return caught.value.code


def test_a_badge_has_its_contexts_in_order_and_passes_the_lint():
    document = badge()

    assert document["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    ]
    assert document["validUntil"] == "2029-05-01T23:59:59Z"
    assert lint(document) == []


def test_a_badge_without_the_extensions_names_no_type_of_theirs():
    document = badge(with_schema=False)

    assert len(document["@context"]) == 2
    assert "credentialSchema" not in document
    assert lint(document) == []


def test_equal_badges_are_equal_bytes():
    assert json.dumps(badge()) == json.dumps(build(BADGE))


def test_no_null_and_no_empty_list_is_written():
    text = json.dumps(badge(exhibits=(), subject_name=None, attestation=Attestation(kind="training")))

    assert "null" not in text
    assert "[]" not in text
    assert "{}" not in text


def test_texts_are_in_the_language_asked_for_and_fall_back():
    document = badge(language="zh-Hant-HK")

    assert document["name"] == "镶石工三级"
    assert document["credentialSubject"]["achievement"]["inLanguage"] == "zh-Hant-HK"


def test_a_name_in_several_languages_is_a_list_of_language_values():
    document = badge(languages=("zh-Hans", "en", "pt"))

    assert document["name"] == [
        {"@value": "镶石工三级", "@language": "zh-Hans"},
        {"@value": "Stone setter, level three", "@language": "en"},
    ]
    assert lint(document) == []
    assert read_badge(document).name == BADGE.achievement.name


def test_every_fact_of_a_badge_is_signed():
    """Whatever is changed in the document changes what a proof is computed over."""
    document = badge()
    nquads = canonical_nquads(document)

    for path in [
        "validUntil",
        "awardedDate",
        f"{SUBJECT}.result.0.value",
        f"{SUBJECT}.result.0.achievedLevel",
        f"{SUBJECT}.result.2.value",
        f"{SUBJECT}.identifier.0.identityHash",
        f"{ACHIEVEMENT}.alignment.2.targetUrl",
        f"{ACHIEVEMENT}.achievementType",
        f"{ACHIEVEMENT}.resultDescription.0.rubricCriterionLevel.0.level",
        f"{ACHIEVEMENT}.resultDescription.0.alignment.0.targetUrl",
        "evidence.0.digestMultibase",
    ]:
        assert canonical_nquads(changed(document, path, "urn:another")) != nquads, path


def test_the_achievement_type_tells_the_kind():
    for kind, type_name in ACHIEVEMENT_TYPE.items():
        document = badge(attestation=Attestation(kind=kind))
        assert document["credentialSubject"]["achievement"]["achievementType"] == type_name
        assert read_badge(document).attestation.kind == kind
    assert badge()["credentialSubject"]["achievement"]["achievementType"] == "Certification"
    assert kind_of("ext:Anything") == kind_of("") == "assessment"


def test_a_type_of_its_own_must_not_change_the_kind():
    own = msgspec.structs.replace(BADGE.achievement, type="Course")

    assert refusal(lambda: badge(achievement=own)) == "achievement_type_mismatch"


@given(ids)
def test_every_id_becomes_a_url_and_comes_back(identifier):
    assert is_url(as_url(identifier))
    assert from_url(as_url(identifier)) == identifier


def test_a_salted_subject_is_the_same_for_the_same_salt_and_tells_nothing():
    subject = salted_subject("learner-17", b"0123456789abcdef")

    assert subject == salted_subject("learner-17", b"0123456789abcdef")
    assert subject != salted_subject("learner-17", b"0123456789abcdeg")
    assert is_url(subject)
    assert "17" not in subject
    assert refusal(lambda: salted_subject("learner-17", b"short")) == "salt_too_short"


# ---------------------------------------------------------------- reading


def test_what_was_built_is_read():
    reading = read_badge(badge())

    assert (reading.id, reading.issuer, reading.subject) == (BADGE.id, BADGE.issuer.id, BADGE.subject)
    assert reading.subject_name == "林思雨"
    assert reading.valid_from == BADGE.valid_from
    assert reading.attestation.units[0] == AttestedUnit(
        id="DEMO-GD:setting-micro",
        level="3",
        score=Decimal("82.5"),
        title={"und": "Setting under the microscope"},
        code="GD-17",
        framework={"und": "Illustrative jewellery units, Guangdong"},
    )
    assert reading.attestation.holds == ATTESTATION.holds


FOREIGN = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    "id": "https://elsewhere.example/credentials/1",
    "type": ["VerifiableCredential", "AchievementCredential"],
    "issuer": "https://elsewhere.example/issuers/1",
    "validFrom": "2026-05-01T08:00:00Z",
    "validUntil": "2027-05-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:somebody",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://elsewhere.example/achievements/1",
            "type": ["Achievement"],
            "name": "Setting",
            "description": "Setting stones.",
            "criteria": {"narrative": "An examination."},
            "alignment": [
                {"type": ["Alignment"], "targetName": "A", "targetUrl": "urn:unit:a", "targetType": "ceasn:Competency"},
                {"type": ["Alignment"], "targetName": "B", "targetUrl": "urn:unit:b", "targetType": "CFItem"},
                {"type": ["Alignment"], "targetName": "Q", "targetUrl": "urn:q", "targetType": "ceterms:Credential"},
            ],
            "resultDescription": [
                {
                    "id": "urn:result:1",
                    "type": ["ResultDescription"],
                    "name": "Grade",
                    "resultType": "LetterGrade",
                    "alignment": [
                        {"type": ["Alignment"], "targetName": "B", "targetUrl": "urn:unit:b", "targetType": "CFItem"}
                    ],
                }
            ],
        },
        "result": [{"type": ["Result"], "resultDescription": "urn:result:1", "value": "5", "status": "Completed"}],
    },
}


def test_a_foreign_badge_is_read_as_far_as_it_says_it_and_no_further():
    attestation = read_badge(FOREIGN).attestation

    assert [(unit.id, unit.level, unit.score) for unit in attestation.units] == [
        ("urn:unit:b", None, None),
        ("urn:unit:a", None, None),
    ]
    assert attestation.holds == ()
    assert attestation.awarded is None
    assert attestation.assurance is None
    assert lint_form(FOREIGN) == []


def test_a_moment_of_expiry_counts_by_the_days_that_it_leaves_whole():
    assert read_badge(FOREIGN).attestation.expires == dt.date(2027, 4, 30)
    late = changed(FOREIGN, "validUntil", "2027-05-01T23:59:59.5Z")
    assert read_badge(late).attestation.expires == dt.date(2027, 5, 1)


@pytest.mark.parametrize("status", ["Failed", "InProgress", "Provisional"])
def test_a_result_that_was_not_completed_holds_no_unit(status):
    failed = changed(FOREIGN, f"{SUBJECT}.result.0.status", status)

    assert [unit.id for unit in read_badge(failed).attestation.units] == ["urn:unit:a"]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("type", ["VerifiableCredential"], "not_a_badge"),
        (SUBJECT, [{}, {}], "not_a_badge"),
        (ACHIEVEMENT, [{}, {}], "badge_unreadable"),
        (f"{SUBJECT}.activityStartDate", "2026-13-01T00:00:00Z", "badge_unreadable"),
        (f"{ACHIEVEMENT}.alignment.0.targetUrl", "two words", "badge_unreadable"),
    ],
)
def test_what_cannot_be_meant_is_not_read(path, value, code):
    assert refusal(lambda: read_badge(changed(FOREIGN, path, value))) == code


def test_a_period_that_ends_before_it_begins_is_not_read():
    subject = {
        **FOREIGN["credentialSubject"],
        "activityStartDate": "2026-05-02T00:00:00Z",
        "activityEndDate": "2026-05-01T00:00:00Z",
    }

    assert refusal(lambda: read_badge({**FOREIGN, "credentialSubject": subject})) == "badge_unreadable"


def test_a_result_torn_apart_under_a_valid_proof_is_refused():
    """To RDF the two halves are one node, so the proof over them holds; a reader of JSON would miss that it failed."""
    whole = {"id": "_:b0", "type": ["Result"], "resultDescription": "urn:result:1", "status": "Failed"}
    half = {"id": "_:b0", "type": ["Result"]}
    halves = [{**half, "resultDescription": "urn:result:1"}, {**half, "status": "Failed"}]
    signed = changed(FOREIGN, f"{SUBJECT}.result", [whole])
    torn = changed(FOREIGN, f"{SUBJECT}.result", halves)

    assert canonical_nquads(signed) == canonical_nquads(torn)
    assert refusal(lambda: read_badge(torn)) == "node_split"
    assert codes(lint_form(torn)).count("id_blank") == 2


def test_a_node_told_twice_differently_is_refused():
    description = FOREIGN["credentialSubject"]["achievement"]["resultDescription"][0]
    twice = [description, {"id": "urn:result:1", "type": ["ResultDescription"], "resultType": "RawScore"}]

    assert refusal(lambda: read_badge(changed(FOREIGN, f"{ACHIEVEMENT}.resultDescription", twice))) == "node_split"
