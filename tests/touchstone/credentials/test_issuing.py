"""Issuing: once for every request key, the same bytes whenever it is asked again, and nothing that is not as it should be."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise

import pytest

from tests.touchstone.credentials.issuing_world import AT, BADGE, LIST, OTHER_SIGNER, SALT, SIGNER, request
from touchstone.credentials.did import resolver
from touchstone.credentials.issuing import Drawing, IssuingRequest, issue, issue_group
from touchstone.credentials.journal import FILE, Journal, no_sync
from touchstone.credentials.proof import check_proofs
from touchstone.credentials.register import MemoryRegister, PublishedList, own_list
from touchstone.credentials.status_list import status_entry
from touchstone.errors import CredentialError

LATER = AT + dt.timedelta(days=30)


@pytest.fixture
def register():
    return MemoryRegister(SALT)


def issued(asked, register, *, at=AT, signer=SIGNER, status=LIST):
    return json.loads(issue(asked, signer, register=register, at=at, status=status))


def refusal(asked, register, **options):
    with pytest.raises(CredentialError) as refused:
        issued(asked, register, **options)
    return refused.value.code


def test_an_issued_credential_verifies(register):
    document = issued(request(1)._replace(cryptosuites=("eddsa-rdfc-2022", "eddsa-jcs-2022")), register)

    report = check_proofs(document, resolver(), controllers=[SIGNER.controller])

    assert report.result == "passed"
    assert [each.cryptosuite for each in report.proofs] == ["eddsa-rdfc-2022", "eddsa-jcs-2022"]


def test_what_is_not_asked_for_is_drawn(register):
    document = issued(request(1), register)

    assert document["id"].startswith("urn:uuid:")
    assert document["credentialSubject"]["id"].startswith("urn:x-touchstone:subject:")
    assert document["credentialSubject"]["id"] != document["id"]
    assert document["validFrom"] == "2026-06-01T08:00:00Z"
    (status,) = document["credentialStatus"]
    assert status["statusListCredential"] == LIST.url
    assert 0 <= int(status["statusListIndex"]) < 131_072


def test_what_is_asked_for_stays_as_it_is(register):
    subject = {"id": "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp", **BADGE["credentialSubject"]}
    asked = request(1, id="https://school.example/c/1", validFrom="2026-05-01T00:00:00Z", credentialSubject=subject)

    document = issued(asked, register)

    assert {name: document[name] for name in asked.document} == asked.document


def test_a_credential_has_one_index_in_a_list_for_revocation_and_in_one_for_suspension(register):
    status = own_list(LIST, SALT)

    revocation, suspension = issued(request(1), register, status=status)["credentialStatus"]

    assert (revocation["statusPurpose"], suspension["statusPurpose"]) == ("revocation", "suspension")
    assert revocation["statusListIndex"] == suspension["statusListIndex"]
    assert revocation["statusListCredential"] == status.url
    assert suspension["statusListCredential"] == f"{status.url}-suspension"


def test_an_earlier_versions_journal_is_finished_as_it_was_begun_and_goes_on_with_both_lists(tmp_path):
    own = own_list(LIST, SALT)
    only = PublishedList(url=own.url)  # what earlier versions reserved
    with Journal(tmp_path, salt=SALT, sync=no_sync) as journal, pytest.raises(KeyboardInterrupt):
        issue(request(1), SIGNER, register=Crashing(journal), at=AT, status=only)
    line = (tmp_path / FILE).read_text("utf-8").splitlines()[1]

    with Journal(tmp_path, salt=bytes(32), sync=no_sync) as journal:
        begun, new = (issued(request(number), journal, status=own)["credentialStatus"] for number in (1, 2))

    assert f'"status":{{"url":"{own.url}"}},"index"' in line
    assert [each["statusPurpose"] for each in begun] == ["revocation"]
    assert [each["statusPurpose"] for each in new] == ["revocation", "suspension"]
    assert begun[0]["statusListIndex"] != new[0]["statusListIndex"]


def test_a_place_in_a_status_list_that_is_asked_for_stays_as_it_is(register):
    status = [status_entry(list_id="https://school.example/other", index=7, purpose="revocation")]

    assert issued(request(1, credentialStatus=status), register)["credentialStatus"] == status


def test_what_could_never_be_revoked_is_not_signed(register):
    assert refusal(request(1), register, status=None) == "status_missing"


def test_the_same_request_gets_the_same_bytes_whenever_it_is_made(register):
    first = issue(request(1), SIGNER, register=register, at=AT, status=LIST)

    assert issue(request(1), SIGNER, register=register, at=LATER, status=LIST) == first
    assert issue(request(1), OTHER_SIGNER, register=register, at=LATER) == first


def test_a_changed_request_under_a_known_key_is_refused(register):
    issued(request(1), register)

    assert refusal(request(1, name="Another"), register) == "request_key_reused"
    assert refusal(request(1)._replace(cryptosuites=("eddsa-jcs-2022",)), register) == "request_key_reused"


def test_a_reservation_is_completed_with_what_was_drawn_at_first(register):
    expected = issue(request(1), SIGNER, register=MemoryRegister(SALT), at=AT, status=LIST)
    crashed = Crashing(register)
    with pytest.raises(KeyboardInterrupt):
        issue(request(1), SIGNER, register=crashed, at=AT, status=LIST)

    assert register.reservation("learner-1")
    assert register.issued("learner-1") is None
    assert issue(request(1), SIGNER, register=register, at=LATER, status=None) == expected


class Crashing:
    """A register whose process ends before anything is stored."""

    def __init__(self, register):
        self._register = register

    def __getattr__(self, name):
        return getattr(self._register, name)

    def store(self, credentials):
        raise KeyboardInterrupt


def test_a_reservation_is_completed_by_the_key_it_was_made_for(register):
    with pytest.raises(KeyboardInterrupt):
        issue(request(1), SIGNER, register=Crashing(register), at=AT, status=LIST)

    issuer = {**BADGE["issuer"], "id": OTHER_SIGNER.controller}
    assert refusal(request(1), register, signer=OTHER_SIGNER) == "signer_changed"
    assert refusal(request(1, issuer=issuer), register, signer=OTHER_SIGNER) == "request_key_reused"


def test_nobody_signs_in_the_name_of_another_issuer(register):
    assert refusal(request(1), register, signer=OTHER_SIGNER) == "issuer_not_signer"
    assert register.reservation("learner-1") is None


def test_nothing_that_fails_lint_is_reserved_and_mending_it_needs_no_other_key(register):
    unsaid = {name: value for name, value in BADGE.items() if name != "issuer"}

    assert refusal(IssuingRequest("learner-1", unsaid), register) == "issuer_missing"
    assert register.reservation("learner-1") is None
    assert issued(request(1), register)["issuer"] == BADGE["issuer"]


def test_what_cannot_be_signed_is_let_go_and_its_place_never_given_again(register):
    outcomes = issue_group(
        [request(1, unheard_of="x"), request(2)], SIGNER, register=register, at=AT, status=LIST, lint=lambda _: []
    )

    assert [(each.result, each.error and each.error.code) for each in outcomes] == [
        ("refused", "term_undefined"), ("issued", None),
    ]  # fmt: skip
    assert register.reservation("learner-1") is None
    assert issued(request(1), register)["credentialStatus"] != issued(request(2), register)["credentialStatus"]


def test_a_request_twice_in_a_group_is_issued_once(register):
    first, again, changed, other = issue_group(
        [request(1), request(1), request(1, name="Another"), request(2)], SIGNER, register=register, at=AT, status=LIST
    )

    assert (first.result, again.result, other.result) == ("issued", "known", "issued")
    assert again.document == first.document
    assert changed.error.code == "request_key_reused"


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "\ud800"])
def test_a_key_that_does_not_fit_is_refused(register, key):
    assert refusal(request(1)._replace(key=key), register) == "request_key_unfit"


def test_what_is_no_json_is_refused(register):
    assert refusal(request(1, name={1, 2}), register) == "json_unfit"


def test_a_moment_without_a_time_zone_is_a_mistake_of_the_program(register):
    with pytest.raises(ValueError, match="time zone"):
        issued(request(1), register, at=dt.datetime(2026, 6, 1))


def test_ids_cannot_be_guessed_from_the_key():
    documents = [issued(request(1), MemoryRegister(bytes([number]) * 32)) for number in range(3)]

    for name in ("id", "credentialSubject", "credentialStatus"):
        assert len({json.dumps(document[name]) for document in documents}) == 3


def test_places_in_the_status_list_are_scattered_and_never_given_twice(register):
    drawing = Drawing(register, SIGNER, at=AT, status=LIST, lint=lambda _: [])
    drawn = [drawing.draft(request(number)).reservation.index for number in range(3_000)]

    assert len(set(drawn)) == len(drawn)
    assert 0.45 < sum(first < second for first, second in pairwise(drawn)) / len(drawn) < 0.55
    assert min(drawn) < 1_000
    assert max(drawn) > 130_000


def test_a_list_without_a_place_left_is_told(register):
    class Full:
        salt, taken = SALT, {(LIST.url, index) for index in range(LIST.size)}
        reservation = issued = reserve = store = staticmethod(lambda _: None)

    assert refusal(request(1), Full()) == "status_list_full"
