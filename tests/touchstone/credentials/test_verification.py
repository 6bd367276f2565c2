# SPDX-License-Identifier: Apache-2.0
"""A verifier's questions, each answered by a check of its own: real badges, real signatures, real status lists."""

from __future__ import annotations

import datetime as dt
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
)  # fmt: skip
from tests.touchstone.credentials.registries import issuer, key, trusted
from touchstone.credentials.clr import Clr, build_clr
from touchstone.credentials.credential import Issuer, StatusPlace
from touchstone.credentials.report import CHECKS
from touchstone.credentials.retrieving import Retrieved
from touchstone.credentials.signer import SeedSigner
from touchstone.credentials.status_list import new_list, status_list_credential
from touchstone.credentials.verification import verify
from touchstone.errors import CredentialError

STRANGER = SeedSigner(bytes([77]) * 32)


def asked(content=None, registry=None, at=ASKED, retrieve=None):
    return verify(
        signed() if content is None else content, registry or trust(), at, retrieve=retrieve or status_lists()
    )


def outcome(report, name):
    check = report.check(name)
    return check.result, check.code


def test_a_badge_of_a_listed_issuer_is_valid_and_every_check_says_why():
    report = asked()

    assert report.verdict == "valid"
    assert tuple(check.check for check in report.checks) == CHECKS
    assert {check.result for check in report.checks} == {"passed"}
    assert all(check.message.endswith(".") for check in report.checks)


def test_a_second_proof_over_the_bytes_is_good_as_well():
    once = json.loads(signed())

    report = asked(signed(once, cryptosuite="eddsa-jcs-2022"))

    assert report.verdict == "valid"
    assert report.check("proof").message == "All 2 proofs hold."


@pytest.mark.parametrize("place", ["name", "validUntil", "awardedDate"])
def test_a_changed_word_makes_a_badge_not_genuine(place):
    document = json.loads(signed())
    document[place] = document[place].replace("3", "4") if place == "name" else "2031-06-01T00:00:00Z"

    report = asked(written(document))

    assert report.verdict == "not_genuine"
    assert outcome(report, "proof") == ("failed", "signature_invalid")


def test_a_word_that_no_context_defines_is_not_covered_by_any_signature():
    document = {**json.loads(signed()), "grade": "excellent"}

    report = asked(written(document))

    assert (report.verdict, *outcome(report, "terms")) == ("not_genuine", "failed", "term_undefined")


def test_without_a_proof_nothing_is_genuine():
    report = asked(written(unsigned()))

    assert (report.verdict, *outcome(report, "proof")) == ("not_genuine", "failed", "proof_missing")


def test_another_issuers_key_signs_nothing_for_this_one():
    report = asked(signed(signer=STRANGER))

    assert (report.verdict, *outcome(report, "proof")) == ("not_genuine", "failed", "controller_wrong")


def test_a_stranger_may_be_genuine_but_nobody_vouches_for_it():
    document = unsigned(issuer=Issuer(id=STRANGER.controller, name={"en": "Somebody"}), status=())

    report = asked(signed(document, signer=STRANGER))

    assert report.verdict == "cannot_confirm"
    assert outcome(report, "proof") == ("passed", "proof_passed")
    assert outcome(report, "key") == ("passed", "key_of_did")
    assert outcome(report, "issuer") == ("unknown", "issuer_not_listed")


def test_the_key_of_an_unlisted_web_issuer_is_not_fetched_without_leave():
    report = asked(registry=trusted(), retrieve=lambda url: (_ for _ in ()).throw(OSError("no line")))

    assert (report.verdict, *outcome(report, "proof")) == ("cannot_confirm", "unknown", "did_not_resolved")


def test_a_rotated_key_answers_for_its_own_period_only():
    until_april = trust(keys=[key(SCHOOL, since="2026-01-01", until="2026-04-30")])
    until_may = trust(keys=[key(SCHOOL, since="2026-01-01", until="2026-05-01"), key(NEXT, since="2026-05-01")])

    assert outcome(asked(registry=until_april), "key") == ("failed", "key_outside_period")
    assert asked(registry=until_april).verdict == "not_genuine"
    assert asked(registry=until_may, retrieve=status_lists(signer=NEXT)).verdict == "valid"


def test_an_accreditation_that_had_ended_confirms_nothing():
    ended = trust(valid={"from": "2020-01-01", "until": "2026-04-30"})

    report = asked(registry=ended)

    assert (report.verdict, *outcome(report, "issuer")) == ("cannot_confirm", "failed", "accreditation_not_in_force")


def test_an_accreditation_that_ended_since_does_not_undo_what_was_signed_under_it():
    assert asked(registry=trust(valid={"from": "2020-01-01", "until": "2026-05-01"})).verdict == "valid"


BEFORE, AFTER = SIGNED - dt.timedelta(days=90), ASKED + dt.timedelta(days=90)


def endorsed(created):
    """The badge with a stranger's proof beside its issuer's, made whenever the stranger says."""
    return signed(json.loads(signed()), signer=STRANGER, created=created)


@pytest.mark.parametrize("created", [BEFORE, SIGNED, AFTER])
@pytest.mark.parametrize(
    ("registry", "verdict"),
    [
        (trust(), "valid"),
        (trust(valid={"from": "2026-01-01", "until": "2026-03-31"}), "cannot_confirm"),
        (trust(valid={"from": "2026-04-01"}), "valid"),
        (trust(keys=[key(SCHOOL, until="2026-04-30")]), "not_genuine"),
        (trust(keys=[key(SCHOOL, since="2026-05-01")]), "valid"),
    ],
)
def test_when_a_stranger_says_to_have_signed_too_changes_nothing_of_what_the_issuer_signed(created, registry, verdict):
    assert asked(registry=registry).verdict == verdict
    assert asked(endorsed(created), registry=registry) == with_two_proofs(asked(registry=registry))


def with_two_proofs(report):
    """The report as it is on the same badge with one more proof that holds."""
    said = report.check("proof")
    told = msgspec.structs.replace(said, message="All 2 proofs hold.")
    return msgspec.structs.replace(report, checks=tuple(told if check is said else check for check in report.checks))


def test_a_revoked_badge_is_revoked():
    report = asked(retrieve=status_lists(revoked=[INDEX]))

    assert (report.verdict, *outcome(report, "status")) == ("revoked", "failed", "revoked")


def test_a_neighbours_revocation_is_no_business_of_this_badge():
    assert asked(retrieve=status_lists(revoked=[INDEX - 1, INDEX + 1])).verdict == "valid"


# A learner record


def record(*credentials, id="urn:example:record"):
    """The school's bundle of these credentials, about whom the first is about."""
    documents = tuple(map(json.loads, credentials))
    bundle = Clr(
        id=id, issuer=Issuer(id=ISSUER, name={"en": "A school"}), target=ACHIEVEMENT,
        subject=documents[0]["credentialSubject"]["id"], credentials=documents, valid_from=SIGNED,
    )  # fmt: skip
    return signed(build_clr(bundle))


def second(**fields):
    return signed(unsigned(id="urn:example:second", status=(StatusPlace(list_id=LIST, index=INDEX + 1),), **fields))


def verdicts(report):
    return [report.verdict, *((each.credential, each.report.verdict) for each in report.bundled)]


def test_a_learner_record_is_opened_and_every_credential_in_it_is_told():
    first = json.loads(signed())["id"]

    assert verdicts(asked(record(signed(), second()))) == ["valid", (first, "valid"), ("urn:example:second", "valid")]


def test_a_learner_record_with_an_altered_credential_is_not_genuine_though_its_own_proof_holds():
    report = asked(record(signed(), second().replace(b'"level": "3"', b'"level": "5"')))

    assert verdicts(report)[0] == "not_genuine"
    assert [each.report.verdict for each in report.bundled] == ["valid", "not_genuine"]
    assert report.check("proof").result == "passed"


def test_a_learner_record_holds_only_as_far_as_everything_in_it_does():
    report = asked(record(signed(), second()), retrieve=status_lists(revoked=[INDEX + 1]))

    assert report.verdict == "revoked"
    assert [each.report.verdict for each in report.bundled] == ["valid", "revoked"]


def test_a_learner_record_that_speaks_of_several_people_is_not_genuine():
    document = json.loads(record(signed()))
    del document["proof"]
    document["credentialSubject"]["id"] = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"

    report = asked(signed(document))

    assert (report.verdict, report.check("structure").code) == ("not_genuine", "clr_subject_mismatch")


def test_a_record_within_a_record_cannot_be_confirmed():
    report = asked(record(signed(), record(second(), id="urn:example:inner")))

    assert report.verdict == "cannot_confirm"
    assert [each.report.verdict for each in report.bundled] == ["valid", "cannot_confirm"]


@pytest.mark.parametrize("several", [False, True])
def test_what_holds_credentials_and_is_not_called_a_record_cannot_be_confirmed(several):
    document = json.loads(record(signed(), second()))
    del document["proof"]
    document["type"] = ["VerifiableCredential"]
    if several:
        document["credentialSubject"] = [{"id": "urn:example:somebody"}, document["credentialSubject"]]

    report = asked(signed(document), retrieve=status_lists(revoked=[INDEX + 1]))

    assert (report.verdict, *outcome(report, "structure")) == ("cannot_confirm", "unknown", "record_unopened")
    assert report.check("proof").result == "passed"


def test_without_the_list_the_status_is_unknown_and_said_to_be():
    report = verify(signed(), trust(), ASKED)

    assert (report.verdict, *outcome(report, "status")) == ("cannot_confirm", "unknown", "status_list_not_retrieved")


def test_a_stale_list_says_nothing():
    stale = status_lists(valid_until=SIGNED + dt.timedelta(days=1))

    report = asked(retrieve=stale)

    assert (report.verdict, *outcome(report, "status")) == ("cannot_confirm", "unknown", "status_list_stale")


@pytest.mark.parametrize(
    ("fetched", "code"),
    [
        (ASKED, "status_good"),
        (ASKED - dt.timedelta(minutes=5), "status_good"),
        (ASKED - dt.timedelta(minutes=6), "status_list_stale"),
        (None, "status_list_stale"),
    ],
)
def test_the_time_to_live_of_a_list_runs_from_when_it_was_fetched_and_of_a_kept_copy_from_its_own_moment(fetched, code):
    listed = status_list_credential(
        new_list("revocation"), id=LIST, issuer=ISSUER, valid_from=SIGNED, ttl=dt.timedelta(minutes=5)
    )
    content = signed(listed)

    assert asked(retrieve=lambda url: Retrieved(content, fetched)).check("status").code == code


def test_a_list_that_somebody_else_signed_says_nothing():
    forged = status_lists(signer=STRANGER)

    assert outcome(asked(retrieve=forged), "status") == ("unknown", "status_list_issuer")


NEXT = SeedSigner(bytes([10]) * 32, controller=ISSUER)
ROTATED = trust(keys=[key(SCHOOL, until="2026-05-10"), key(NEXT, since="2026-05-11")])
LATE = SIGNED + dt.timedelta(days=29)


@pytest.mark.parametrize(
    ("signer", "signed_at", "speaks_for", "code"),
    [
        (NEXT, LATE, LATE, "status_good"),
        # signed in its time or dated back into it by a thief: nobody can tell, so a rotation means signing the lists anew
        (SCHOOL, SIGNED, SIGNED, "status_list_proof"),
        (SCHOOL, LATE, LATE, "status_list_proof"),
        (SCHOOL, SIGNED, LATE, "status_list_proof"),
        (SCHOOL, SIGNED, None, "status_list_proof"),
        (NEXT, SIGNED, SIGNED, "status_list_proof"),
        (NEXT, AFTER, LATE, "status_list_proof"),
        (NEXT, AFTER, None, "status_list_proof"),
    ],
)
def test_a_list_speaks_only_if_its_key_was_in_use_when_it_signed_and_is_so_at_the_moment_asked_about(
    signer, signed_at, speaks_for, code
):
    listed = status_list_credential(new_list("revocation"), id=LIST, issuer=ISSUER, valid_from=speaks_for or LATE)
    if speaks_for is None:
        del listed["validFrom"]
    content = signed(listed, signer=signer, created=signed_at)

    report = asked(registry=ROTATED, retrieve=lambda url: content)

    assert report.check("status").code == code
    assert report.verdict == ("valid" if code == "status_good" else "cannot_confirm")


def test_a_list_goes_on_to_speak_of_the_time_in_which_its_key_was_in_use():
    report = asked(registry=ROTATED, at=dt.datetime(2026, 5, 10, 20, tzinfo=dt.UTC))

    assert (report.verdict, report.check("status").code) == ("valid", "status_good")


def test_a_stolen_key_that_was_rotated_out_undoes_no_revocation_whatever_day_it_writes():
    empty = status_list_credential(
        new_list("revocation"), id=LIST, issuer=ISSUER, valid_from=SIGNED, valid_until=SIGNED + dt.timedelta(days=3650)
    )
    forged = signed(empty, created=SIGNED)

    report = asked(registry=ROTATED, at=dt.datetime(2027, 6, 1, tzinfo=dt.UTC), retrieve=lambda url: forged)

    assert (report.verdict, *outcome(report, "status")) == ("cannot_confirm", "unknown", "status_list_proof")
    assert "The key was not in use on 2027-06-01." in report.check("status").message


def test_another_list_in_the_place_of_the_named_one_says_nothing():
    other = status_lists(id="https://school.example/status/2")

    assert outcome(asked(retrieve=other), "status") == ("unknown", "status_list_mismatch")


def test_the_end_is_never_stretched_and_the_beginning_by_five_minutes_only():
    second, end = dt.timedelta(seconds=1), dt.datetime(2031, 5, 1, 23, 59, 59, tzinfo=dt.UTC)
    early = SIGNED - dt.timedelta(minutes=5)

    assert asked(at=end).verdict == "valid"
    assert asked(at=end + second).verdict == "expired"
    assert asked(at=early).check("period").result == "passed"
    assert outcome(asked(at=early - second), "period") == ("failed", "not_yet_valid")


def test_a_certificate_is_no_forgery_on_the_day_before_it_was_signed():
    report = asked(at=SIGNED - dt.timedelta(days=1))

    assert report.check("proof").result == "passed"
    assert report.verdict == "not_yet_valid"


def test_what_begins_later_is_not_yet_valid():
    document = unsigned(valid_from=ASKED + dt.timedelta(days=1))

    report = asked(signed(document))

    assert (report.verdict, *outcome(report, "period")) == ("not_yet_valid", "failed", "not_yet_valid")


def test_what_is_forged_is_never_called_expired():
    document = json.loads(signed())
    document["validUntil"] = "2026-05-02T00:00:00Z"

    assert asked(written(document)).verdict == "not_genuine"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"[]", "not_an_object"),
        (b"{", "json_invalid"),
        (b'{"a":1,"a":2}', "duplicate_key"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":1e999}', "not_finite"),
        (b"\xff", "not_utf8"),
    ],
)
def test_what_is_no_json_object_is_reported_and_not_raised(content, code):
    report = asked(content)

    assert (report.verdict, *outcome(report, "structure")) == ("not_genuine", "failed", code)
    assert len(report.checks) == len(CHECKS)


def test_an_unknown_context_cannot_be_read_and_so_not_be_confirmed():
    document = json.loads(signed())
    document["@context"].append("https://example.com/our-own-words")

    report = asked(written(document))

    assert (report.verdict, *outcome(report, "context")) == ("cannot_confirm", "unknown", "context_unknown")


@given(st.data())
def test_no_byte_of_a_signed_badge_can_be_changed(data):
    """The law of the house: whichever byte is changed, the badge is not valid, unless its JSON still says the same."""
    content = signed()
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]))
    changed = content[:place] + bytes([byte]) + content[place + 1 :]

    report = asked(changed)

    assert report.verdict != "valid" or json.loads(changed) == json.loads(content)


# The moment asked about, and who fetches


HERE = dt.timezone(dt.timedelta(hours=8))
MORNING = dt.datetime(2026, 6, 1, 4, tzinfo=HERE)
"""Still the last of May in UTC."""


@pytest.mark.parametrize("since", ["2026-05-31", "2026-06-01"])
def test_a_moment_is_the_same_in_every_time_zone(since):
    registry = trusted(issuers=[issuer(ISSUER, key(SCHOOL))], valid={"from": since})

    assert asked(registry=registry, at=MORNING) == asked(registry=registry, at=MORNING.astimezone(dt.UTC))


@pytest.mark.parametrize("at", [ASKED.replace(tzinfo=None), dt.datetime.min.replace(tzinfo=HERE)])
@pytest.mark.parametrize("content", [signed(), b""])
def test_a_moment_that_is_none_is_refused_in_a_sentence(at, content):
    with pytest.raises(
        CredentialError, match=r"expected a moment with its time zone, such as 2026-06-01T08:00:00Z"
    ) as told:
        asked(content, at=at)

    assert told.value.code == "moment_unclear"


@pytest.mark.parametrize("at", [dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)])
def test_the_first_and_the_last_moment_there_are_can_be_asked_about(at):
    assert asked(at=at).verdict in ("expired", "not_yet_valid")


def raising(error):
    def retrieve(url):
        raise error

    return retrieve


@pytest.mark.parametrize(
    "retrieve",
    [
        raising(OSError("no line")),
        raising(CredentialError("fetch_failed", "the server cannot be read")),
        raising(ValueError("a bug")),
        raising(RecursionError("a bug")),
        lambda url: None,
        lambda url: "text",
        lambda url: Retrieved("text"),
        lambda url: Retrieved(status_lists()(url), ASKED.replace(tzinfo=None)),
    ],
)
def test_whatever_fetching_does_is_an_unknown_status_or_key_and_never_an_exception(retrieve):
    of_web = trusted(issuers=[issuer(ISSUER)])

    assert outcome(asked(retrieve=retrieve), "status") == ("unknown", "status_list_not_retrieved")
    assert outcome(asked(registry=of_web, retrieve=retrieve), "proof") == ("unknown", "did_not_resolved")


def test_a_list_signed_with_a_key_that_the_registry_does_not_list_names_the_key_and_the_remedy():
    next_year = SeedSigner(bytes([78]) * 32, controller=ISSUER, fragment="key-2027")

    message = asked(retrieve=status_lists(signer=next_year)).check("status").message

    assert f"does not list the key {ISSUER}#key-2027" in message
    assert "get its newest edition" in message
