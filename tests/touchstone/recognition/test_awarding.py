# SPDX-License-Identifier: Apache-2.0
"""What a recognition leads to, as credentials: decisions and passed qualifications, each by the body whose it is."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from tests.touchstone.credentials.badges import SCHOOL, trust, written
from tests.touchstone.credentials.registries import HONG_KONG, MACAO, issuer, key, trusted
from tests.touchstone.recognition.test_joint import generated, joint_of, perfect_candidate
from touchstone.credentials.credential import Issuer, StatusPlace
from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
from touchstone.credentials.lint import lint
from touchstone.credentials.proof import add_proof
from touchstone.credentials.reading import read_badge
from touchstone.credentials.structure import multibase_digest
from touchstone.credentials.verification import verify
from touchstone.errors import CredentialError, RecheckError
from touchstone.library import load_library
from touchstone.library.people import load_people
from touchstone.recognition import Receipt, compile_rulebook, decide
from touchstone.recognition.awarding import (
    Award,
    credential_of_decision,
    credential_of_qualification,
    credential_of_result,
)
from touchstone.recognition.evidence import Assumption
from touchstone.recognition.from_credentials import evidence_of
from touchstone.recognition.joint_exam import examine
from touchstone.standards.digest import canonical_bytes
from touchstone.standards.qualification import Qualification

RULEBOOK = compile_rulebook(loaded.document for loaded in load_library())
CONDITIONAL, FULL, REFER = (person.request for person in load_people())
MOMENT = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
HOLDER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def award(signer=SCHOOL, **fields):
    given = {
        "id": "urn:uuid:7b7c1f0e-8c1f-4d0e-9a53-0d9c6d0f3f11",
        "issuer": Issuer(id=signer.controller, name={"en": "A body"}),
        "subject": HOLDER,
        "status": (StatusPlace(list_id="https://body.example/status/1", index=5),),
        "valid_from": MOMENT,
        **fields,
    }
    return Award(**given)


def receipt_of(request):
    return Receipt(request=request, decision=decide(request, RULEBOOK))


def refused(do, *arguments, **options):
    with pytest.raises(CredentialError) as told:
        do(*arguments, **options)
    return told.value.code


# A decision


def test_a_conditional_decision_says_its_condition_and_ends_with_its_deadline():
    document = credential_of_decision(receipt_of(CONDITIONAL), RULEBOOK, award())

    assert document["name"].startswith("Recognised on a condition: ")
    assert "within 6 months" in document["description"]
    assert document["validUntil"] == "2027-05-24T23:59:59Z"
    assert lint(document) == []


def test_a_full_decision_ends_when_the_outcome_would_change_by_itself():
    document = credential_of_decision(receipt_of(FULL), RULEBOOK, award())

    assert document["validUntil"] == "2028-12-31T23:59:59Z"
    assert document["awardedDate"] == "2026-11-24T00:00:00Z"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "On illustrative documents: "),
        ("zh-Hans", "示范"),
        ("zh-Hant", "示範"),
        ("pt", "Com base em documentos ilustrativos"),
    ],
)
def test_that_it_rests_on_illustrative_documents_is_said_in_its_text(language, told):
    document = credential_of_decision(receipt_of(FULL), RULEBOOK, award(language=language))

    assert told in document["description"]
    assert document["credentialSubject"]["achievement"]["inLanguage"] == language


def test_the_receipt_is_named_by_its_digest():
    receipt = receipt_of(FULL)

    (evidence,) = credential_of_decision(receipt, RULEBOOK, award())["evidence"]

    assert evidence["digestMultibase"] == multibase_digest(canonical_bytes(receipt))


def test_a_recognition_is_not_the_qualification_and_nothing_is_held_by_it():
    badge = read_badge(credential_of_decision(receipt_of(FULL), RULEBOOK, award()))

    assert (badge.attestation.holds, badge.attestation.units) == ((), ())


def test_what_grants_nothing_is_not_issued():
    barely = msgspec.structs.replace(CONDITIONAL, evidence=())

    assert refused(credential_of_decision, receipt_of(REFER), RULEBOOK, award()) == "outcome_not_issued"
    assert refused(credential_of_decision, receipt_of(barely), RULEBOOK, award()) == "outcome_not_issued"


def test_a_what_if_is_not_issued():
    supposed = msgspec.structs.replace(FULL, assume=Assumption(status="valid"))

    assert refused(credential_of_decision, receipt_of(supposed), RULEBOOK, award()) == "decision_assumed"


def test_a_decision_that_has_lapsed_is_not_issued():
    last_day, next_day = (dt.datetime(2027, 5, day, 9, tzinfo=dt.UTC) for day in (24, 25))

    assert credential_of_decision(receipt_of(CONDITIONAL), RULEBOOK, award(valid_from=last_day))
    late = award(valid_from=next_day)
    assert refused(credential_of_decision, receipt_of(CONDITIONAL), RULEBOOK, late) == "decision_lapsed"


def test_a_decision_on_other_documents_is_not_issued():
    receipt = receipt_of(FULL)
    target = next(item for item in RULEBOOK.documents if item.id == FULL.target)
    retitled = msgspec.structs.replace(target, title={"en": "Another"})
    others = compile_rulebook(retitled if item == target else item for item in RULEBOOK.documents)

    with pytest.raises(RecheckError):
        credential_of_decision(receipt, others, award())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "the issuer answers for having verified it"),
        ("zh-Hans", "由签发机构负责核验"),
        ("zh-Hant", "由簽發機構負責核驗"),
        ("pt", "o emissor responde por as ter verificado"),
    ],
)
def test_a_decisions_credential_says_who_answers_for_the_evidence_for_the_receipt_cannot(language, said):
    document = credential_of_decision(receipt_of(FULL), RULEBOOK, award(language=language))

    assert document["credentialSubject"]["achievement"]["criteria"]["narrative"].endswith(said)


# A qualification, and the results of a joint examination


def a_qualification():
    return next(item for item in RULEBOOK.documents if isinstance(item, Qualification) and item.region == "HK")


def test_a_passed_qualification_is_held_by_its_credential():
    qualification = a_qualification()

    document = credential_of_qualification(
        qualification, award(), awarded=MOMENT.date(), assurance="authority_assessed"
    )

    evidence = evidence_of(document)
    assert document["credentialSubject"]["achievement"]["achievementType"] == "Certification"
    assert (evidence.kind, evidence.holds, evidence.assurance) == (
        "assessment", (qualification.id,), "authority_assessed",
    )  # fmt: skip
    assert "illustrative" in document["credentialSubject"]["achievement"]["description"]
    assert lint(document) == []


def results_of(rulebook, day, targets, rng):
    """What somebody earns who does exactly what a joint standard asks."""
    joint = joint_of(rulebook, day, *targets)
    return examine(joint, perfect_candidate(joint, day, rng), rulebook)


def test_each_regions_result_of_one_examination_is_issued_and_verified_as_its_own_bodys():
    examined = ((*world[:2], results_of(*world)) for world in map(generated, range(50)))
    rulebook, day, results = next(item for item in examined if all(result.earned for result in item[2]))
    bodies = dict(zip((result.qualification for result in results), (HONG_KONG, MACAO, SCHOOL), strict=False))
    registry = trusted(issuers=[issuer(body.controller, key(body, since="")) for body in bodies.values()])
    moment = dt.datetime.combine(day, dt.time(9), dt.UTC)

    for result in results:
        body = bodies[result.qualification]
        fields = award(body, status=(), valid_from=moment)
        document = credential_of_result(result, rulebook, fields, awarded=day)
        content = written(add_proof(document, body, cryptosuite=EDDSA_RDFC_2022, created=moment))
        assert verify(content, registry, moment).verdict == "valid"
        assert evidence_of(document).holds == (result.qualification,)
    assert len({body.controller for body in bodies.values()}) == len(results) >= 2


def test_what_was_not_earned_is_not_issued():
    results = []
    for rulebook, day, targets, rng in map(generated, range(8)):
        joint = joint_of(rulebook, day, *targets)
        somebody = perfect_candidate(joint, day, rng)
        nobody = msgspec.structs.replace(somebody, request=msgspec.structs.replace(somebody.request, evidence=()))
        results += [(result, rulebook, day) for result in examine(joint, nobody, rulebook) if not result.earned]
    result, rulebook, day = results[0]

    assert refused(credential_of_result, result, rulebook, award(), awarded=day) == "result_not_earned"
    elsewhere = msgspec.structs.replace(result, earned=True, qualification="urn:none")
    assert refused(credential_of_result, elsewhere, rulebook, award(), awarded=day) == "qualification_unknown"


def test_a_stranger_cannot_issue_a_bodys_decision():
    document = credential_of_decision(receipt_of(FULL), RULEBOOK, award(status=()))
    forged = written(add_proof(document, MACAO, cryptosuite=EDDSA_RDFC_2022, created=MOMENT))

    assert verify(forged, trust(), MOMENT).verdict == "not_genuine"
