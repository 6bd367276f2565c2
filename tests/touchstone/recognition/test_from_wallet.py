# SPDX-License-Identifier: Apache-2.0
"""What a wallet proves is decided on as if it had been typed in by somebody who knew; what it does not prove is refused by name."""

from __future__ import annotations

import datetime as dt
import json
import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.worlds import random_world
from tests.touchstone import plain
from tests.touchstone.credentials.badges import (
    ACHIEVEMENT,
    ASKED,
    INDEX,
    ISSUER,
    LIST,
    SCHOOL,
    SIGNED,
    signed,
    status_lists,
    trust,
    unsigned,
    written,
)
from tests.touchstone.credentials.carried import CHALLENGE, DOMAIN, HOLDER, NAME, SECOND, THIEF, issued
from tests.touchstone.small_world import framework, qualification, scale
from touchstone.credentials.clr import Clr, build_clr
from touchstone.credentials.credential import Attestation, AttestedUnit, Issuer, StatusPlace
from touchstone.credentials.presentation import HolderCheck, present
from touchstone.credentials.proof import add_proof
from touchstone.credentials.retrieving import Retrieved
from touchstone.errors import CredentialError, RequestError
from touchstone.recognition import RecognitionRequest, compile_rulebook, decide
from touchstone.recognition.evidence import load_question
from touchstone.recognition.from_credentials import attestation_of, evidence_of
from touchstone.recognition.from_wallet import (
    Lists,
    as_presented,
    evidence_from,
    evidence_shown,
    moment_of,
    with_evidence,
)

RECORD = "urn:uuid:7b7c1f0e-8c1f-4d0e-9a53-0d9c6d0f3fff"
QUESTION = RecognitionRequest(
    from_="GD", to="HK", target="target", purpose="employment", decided_on=ASKED.date(), decided_at=ASKED, evidence=()
)


def lists(**changes):
    return Lists({LIST: status_lists(**changes)(LIST)})


UNIT, TAUGHT, PASSED = "urn:gd:setting", "urn:gd:framework", "urn:gd:qualification"
EDITION = compile_rulebook(
    plain.documents_of(
        [
            scale("urn:gd:scale", "12345"),
            framework(TAUGHT, "urn:gd:scale", UNIT, region="GD"),
            qualification({"unit": UNIT}, identifier=PASSED, framework=TAUGHT, region="GD"),
        ]
    )
).edition(ASKED.date())
"""What the documents say of the school's badges: units of a framework of Guangdong, and a qualification there."""


def found(*contents, at=ASKED, registry=None, holder=HOLDER.controller, of=None):
    return evidence_from(contents, holder, registry or trust(), at, of or lists(), EDITION)


def refusal(*contents, **options):
    """Verdict, check and code of the only credential, which is refused."""
    told = found(*contents, **options)
    (refused,) = told.refused
    assert told.evidence == ()
    return refused.verdict, refused.check, refused.code


# What is evidence


def test_a_valid_credential_is_the_evidence_that_it_attests():
    (evidence,) = found(issued()).evidence

    assert evidence == evidence_of(json.loads(issued()), status="valid", status_checked=SIGNED)
    assert evidence.issuer == ISSUER


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"of": lists(revoked=[INDEX])}, "revoked"),
        ({"of": lists(revoked=[INDEX + 1])}, "valid"),
        ({"at": dt.datetime(2031, 5, 2, tzinfo=dt.UTC)}, "expired"),
    ],
)
def test_what_became_of_a_genuine_credential_is_its_status(options, status):
    (evidence,) = found(issued(), **options).evidence

    assert evidence.status == status


def test_a_status_is_known_for_the_moment_of_its_list_and_of_fetching_where_it_was_fetched():
    """A list that is carried along grows old; one that is fetched speaks for now, but never for what is asked after now."""
    an_hour = dt.timedelta(hours=1)

    def checked(fetched_at):
        (evidence,) = found(issued(), of=Lists({}, lambda url: Retrieved(status_lists()(url), fetched_at))).evidence
        return evidence.status_checked

    assert found(issued()).evidence[0].status_checked == SIGNED
    assert checked(ASKED - an_hour) == ASKED - an_hour
    assert checked(ASKED + an_hour) == ASKED


def test_what_cannot_be_revoked_has_its_status_known_at_any_moment():
    (evidence,) = found(issued(status=()), of=Lists({})).evidence

    assert (evidence.status, evidence.status_checked) == ("valid", ASKED)


def test_a_list_is_fetched_once_for_all_credentials_that_name_it():
    fetched = []

    def fetch(url):
        fetched.append(url)
        return status_lists()(url)

    assert len(found(issued(), issued(2), of=Lists({}, fetch)).evidence) == 2
    assert fetched == [LIST]


# What is none


def test_one_bad_credential_is_refused_by_name_and_the_others_count():
    told = found(issued().replace(b'"85"', b'"95"'), issued(2))

    assert [each.credential for each in told.evidence] == [SECOND]
    (refused,) = told.refused
    assert (refused.credential, refused.verdict, refused.check, refused.code) == (
        NAME, "not_genuine", "proof", "signature_invalid",
    )  # fmt: skip
    assert refused.message.endswith(".")


STRANGER = {"issuer": Issuer(id=THIEF.controller, name={"en": "Anybody"}), "status": ()}


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        (b"{", {}, ("not_genuine", "structure", "json_invalid")),
        (written(unsigned(subject=HOLDER.controller)), {}, ("not_genuine", "proof", "proof_missing")),
        (issued(**STRANGER, signing={"signer": THIEF}), {}, ("cannot_confirm", "issuer", "issuer_not_listed")),
        (issued(), {"of": Lists({})}, ("cannot_confirm", "status", "status_list_not_retrieved")),
        (issued(valid_from=ASKED + dt.timedelta(days=1)), {}, ("not_yet_valid", "period", "not_yet_valid")),
        (
            signed(unsigned(**STRANGER | {"valid_from": ASKED + dt.timedelta(days=1)}), signer=THIEF),
            {},
            ("cannot_confirm", "issuer", "issuer_not_listed"),
        ),
        (issued(subject=THIEF.controller), {}, ("valid", "", "subject_not_holder")),
        (issued(), {"registry": trust(qualifications=[])}, None),
        (
            issued(attestation=Attestation(kind="assessment", holds=("urn:q",), awarded=SIGNED.date())),
            {"registry": trust(qualifications=["urn:other"])},
            ("valid", "", "qualification_not_accredited"),
        ),
        (
            issued(attestation=Attestation(kind="training", framework="urn:f", awarded=SIGNED.date())),
            {"registry": trust(frameworks=["urn:other"])},
            ("valid", "", "framework_not_accredited"),
        ),
    ],
)
def test_what_is_not_confirmed_is_refused_with_its_verdict_check_and_code(content, options, expected):
    if expected is None:
        assert found(content, **options).evidence
    else:
        assert refusal(content, **options) == expected


@pytest.mark.parametrize(
    ("attested", "scope", "code"),
    [
        ({"units": (AttestedUnit(id=UNIT),)}, {"regions": ["GD", "HK"]}, None),
        ({"units": (AttestedUnit(id=UNIT),)}, {"regions": ["HK"]}, "region_not_accredited"),
        ({"units": (AttestedUnit(id=UNIT),)}, {"frameworks": ["urn:other"]}, "framework_not_accredited"),
        ({"framework": TAUGHT, "kind": "training"}, {"regions": ["HK"]}, "region_not_accredited"),
        ({"holds": (PASSED,)}, {"regions": ["HK"]}, "region_not_accredited"),
        ({"holds": (PASSED,)}, {"frameworks": ["urn:other"]}, "framework_not_accredited"),
        ({"holds": (PASSED,)}, {"regions": ["GD"], "frameworks": [TAUGHT], "qualifications": [PASSED]}, None),
        ({"units": (AttestedUnit(id="urn:nobody-knows"),)}, {"regions": ["HK"]}, None),
    ],
)
def test_an_issuer_vouches_only_for_what_belongs_to_the_regions_and_frameworks_that_it_is_accredited_for(
    attested, scope, code
):
    content = issued(attestation=Attestation(awarded=SIGNED.date(), **{"kind": "assessment", **attested}))

    told = found(content, registry=trust(**scope))

    assert [each.code for each in told.refused] == ([code] if code else [])
    assert len(told.evidence) == (0 if code else 1)


# A learner record


def record_of(*contents, spoilt=False, signer=SCHOOL):
    """The school's bundle of these credentials, signed; or altered afterwards."""
    bundle = build_clr(
        Clr(
            id=RECORD,
            issuer=Issuer(id=signer.controller, name={"en": "A school"}),
            subject=HOLDER.controller,
            target=ACHIEVEMENT,
            credentials=tuple(map(json.loads, contents)),
            status=(StatusPlace(list_id=LIST, index=INDEX + 9),),
            valid_from=SIGNED,
        )
    )
    content = signed(bundle, signer=signer)
    return content.replace(b'"isPartOf"', b'"isChildOf"') if spoilt else content


def test_a_learner_record_is_opened_and_each_of_its_badges_is_verified_as_if_it_had_been_carried_alone():
    forged, theirs = issued(2).replace(b'"85"', b'"95"'), issued(3, issuer=STRANGER["issuer"], status=())

    told = found(record_of(issued(), forged, theirs))

    assert told == found(issued(), forged, theirs)
    assert [each.credential for each in told.evidence] == [NAME]
    assert [each.code for each in told.refused] == ["signature_invalid", "controller_wrong"]


def test_a_record_that_does_not_hold_is_told_by_name_and_its_badges_stand_on_their_own():
    told = found(record_of(issued(), spoilt=True), issued(2), of=lists())

    assert [(each.credential, each.verdict, each.code) for each in told.refused] == [
        (RECORD, "not_genuine", "signature_invalid")
    ]
    assert [each.credential for each in told.evidence] == [NAME, SECOND]


def test_a_record_that_was_withdrawn_says_so_and_revokes_none_of_its_badges():
    told = found(record_of(issued()), of=lists(revoked=[INDEX + 9]))

    assert [(each.credential, each.verdict) for each in told.refused] == [(RECORD, "revoked")]
    assert [each.status for each in told.evidence] == ["valid"]


def test_a_badge_that_stands_alone_and_in_a_record_counts_once():
    assert found(issued(), record_of(issued(), issued(2))) == found(issued(), issued(2))


def test_a_record_about_several_people_is_not_opened():
    mixed = json.loads(record_of(issued()))
    mixed["credentialSubject"]["verifiableCredential"].append(json.loads(issued(2, subject=THIEF.controller)))
    del mixed["proof"]

    told = found(signed(mixed))

    assert told.evidence == ()
    assert [each.code for each in told.refused] == ["clr_subject_mismatch"]


def spoiled(content, place, byte):
    return content[:place] + bytes([byte]) + content[place + 1 :]


COMPACT = json.dumps(json.loads(issued()), ensure_ascii=False, separators=(",", ":")).encode()


def is_never_evidence(place, byte):
    place %= len(COMPACT)
    if byte != COMPACT[place]:
        assert found(spoiled(COMPACT, place, byte)).evidence == ()


@settings(max_examples=60)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_forged_credential_never_becomes_evidence(place, byte):
    is_never_evidence(place, byte)


@pytest.mark.soak
@settings(max_examples=10_000)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_forged_credential_never_becomes_evidence_many_times(place, byte):
    is_never_evidence(place, byte)


# What a holder presents


def shown(*contents, signer=HOLDER, challenge=CHALLENGE):
    presentation = present(contents, signer, created=ASKED, domain=DOMAIN, challenge=CHALLENGE)
    return evidence_shown(written(presentation), trust(), ASKED, lists(), EDITION, domain=DOMAIN, challenge=challenge)


def test_what_is_presented_is_the_same_evidence_as_what_is_carried():
    forged = issued().replace(b'"85"', b'"95"')

    assert shown(forged, issued(2)) == found(forged, issued(2))


def test_a_replayed_presentation_is_no_evidence():
    with pytest.raises(CredentialError) as told:
        shown(issued(), challenge="another")

    assert told.value.code == "challenge_wrong"


@pytest.mark.parametrize("result", ["failed", "unknown"])
def test_nothing_is_evidence_that_was_presented_by_whoever_has_not_proven_to_be_its_holder(result):
    (evidence,), (refused,) = found(issued()).evidence, found(b"").refused
    stranger = HolderCheck(result=result, code="controller_wrong", message="…")
    holder = HolderCheck(result="passed", code="presented_by_holder", message="…")

    told = as_presented(evidence, stranger)

    assert (told.credential, told.verdict, told.check, told.code) == (NAME, "valid", "", "holder_not_proven")
    assert as_presented(evidence, holder) is as_presented(evidence, None) is evidence
    assert as_presented(refused, stranger) is refused


def test_what_a_thief_presents_as_his_is_refused_as_somebody_elses():
    stolen = present([issued(subject=THIEF.controller)], THIEF, created=ASKED, domain=DOMAIN, challenge=CHALLENGE)
    stolen["verifiableCredential"] = [json.loads(issued())]
    bare = {member: value for member, value in stolen.items() if member != "proof"}
    resigned = add_proof(
        bare, THIEF, cryptosuite="eddsa-jcs-2022", created=ASKED, purpose="authentication", domain=DOMAIN,
        challenge=CHALLENGE,
    )  # fmt: skip

    told = evidence_shown(written(resigned), trust(), ASKED, lists(), EDITION, domain=DOMAIN, challenge=CHALLENGE)

    assert told.evidence == ()
    assert [(each.credential, each.code) for each in told.refused] == [(NAME, "subject_not_holder")]


# The request


def test_a_request_with_evidence_of_its_own_is_not_mixed_with_a_wallet():
    told = found(issued())
    typed_in = msgspec.structs.replace(QUESTION, evidence=told.evidence)

    assert with_evidence(QUESTION, told).evidence == told.evidence
    with pytest.raises(RequestError, match="evidence of its own"):
        with_evidence(typed_in, told)


def test_two_credentials_of_one_id_are_not_counted_as_one():
    with pytest.raises(RequestError, match="two credentials have one id"):
        with_evidence(
            QUESTION, found(issued(), issued(attestation=Attestation(kind="assessment", awarded=SIGNED.date())))
        )


def test_the_moment_is_that_of_the_decision_else_the_last_second_of_its_day():
    assert moment_of(QUESTION) == ASKED
    assert moment_of(msgspec.structs.replace(QUESTION, decided_at=None)) == dt.datetime(
        2026, 6, 1, 23, 59, 59, tzinfo=dt.UTC
    )


def test_a_question_may_leave_its_evidence_out_or_bring_it(tmp_path):
    file = tmp_path / "question.yaml"
    asked = "kind: RecognitionRequest\nfrom: GD\nto: HK\ntarget: t\npurpose: employment\ndecided_on: 2026-06-01\n"
    file.write_text(asked, encoding="utf-8")

    question = load_question(file)

    assert type(question) is RecognitionRequest
    assert question.evidence == ()
    file.write_text(asked + "evidence: [{credential: c, kind: training}]\n", encoding="utf-8")
    assert load_question(file).evidence[0].credential == "c"
    file.write_text(asked + "evidense: []\n", encoding="utf-8")
    with pytest.raises(RequestError, match="evidense"):
        load_question(file)


# The law: a decision on a wallet is the decision on what it proves, typed in


LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def credential_of(evidence):
    return signed(
        unsigned(
            id=evidence.credential, subject=HOLDER.controller, attestation=attestation_of(evidence), valid_from=LONG_AGO
        ),
        created=SIGNED,
        cryptosuite="eddsa-jcs-2022",
    )


def same_decision(seed):
    """Decide a random world twice: on evidence typed in by somebody who knows it all, and on a wallet that proves it."""
    request, documents = random_world(random.Random(seed))
    asked, rulebook = plain.request_of(request), compile_rulebook(plain.documents_of(documents))
    day = max(asked.decided_on, ASKED.date())
    moment = dt.datetime.combine(day, dt.time(9), dt.UTC)
    question = msgspec.structs.replace(asked, decided_on=day, decided_at=moment, evidence=())
    typed_in = tuple(
        msgspec.structs.replace(
            evidence,
            credential=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
            issuer=ISSUER,
            status="expired" if evidence.expires and evidence.expires < day else "valid",
            status_checked=SIGNED,
        )
        for number, evidence in enumerate(asked.evidence)
    )

    edition = rulebook.edition(day)
    told = evidence_from(map(credential_of, typed_in), HOLDER.controller, trust(), moment, lists(), edition)

    request = with_evidence(question, told)
    assert told.refused == ()
    assert decide(request, rulebook) == decide(msgspec.structs.replace(question, evidence=typed_in), rulebook)
    return len(typed_in)


@pytest.mark.parametrize("seed", range(12))
def test_a_wallet_that_verifies_decides_like_typed_in_evidence(seed):
    same_decision(seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(12, 1012))
def test_a_wallet_that_verifies_decides_like_typed_in_evidence_in_many_worlds(seed):
    same_decision(seed)


def test_the_sample_of_worlds_holds_evidence():
    assert sum(map(same_decision, range(3))) >= 3


def test_units_come_with_their_levels_and_scores():
    content = issued(
        attestation=Attestation(kind="assessment", units=(AttestedUnit(id="S1", level="4"),), awarded=SIGNED.date())
    )

    assert [(unit.id, unit.level) for unit in found(content).evidence[0].units] == [("S1", "4")]
