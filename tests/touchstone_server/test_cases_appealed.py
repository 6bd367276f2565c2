"""What a body has certified and then decides otherwise counts no more; certifying asks nobody's server, and takes turns with the holder."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from tests.touchstone_server.issuing_world import CHEAP, ORIGIN, page_of
from tests.touchstone_server.test_cases import asked, decided, file, shown
from tests.touchstone_server.test_cases_whose import LIN, certificates, query
from touchstone.credentials import keystore, status_list
from touchstone.credentials.retrieving import Retrieved
from touchstone.errors import CredentialError
from touchstone_server import trust
from touchstone_server.access.rules import Role
from touchstone_server.audit.models import AuditEvent
from touchstone_server.audit.services import _waiting
from touchstone_server.cases import certifying, services
from touchstone_server.cases.models import Case, Ruling
from touchstone_server.cases.receipts import receipt_of
from touchstone_server.cases.services import CaseError
from touchstone_server.issuing import lists, status
from touchstone_server.issuing.keys import key_file
from touchstone_server.issuing.models import Certificate, StatusChange, StatusList
from touchstone_server.passport import consents
from touchstone_server.passport import services as passport

pytestmark = pytest.mark.django_db
Kind = StatusChange.Kind


@pytest.fixture
def body(organisation, settings, tmp_path):
    settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE = tmp_path, "a passphrase for this test"
    body = organisation("council", "certification_body", "HK")
    key_file(body).parent.mkdir()
    keystore.new(key_file(body), settings.TOUCHSTONE_PASSPHRASE, created=dt.datetime.now(dt.UTC), scrypt=CHEAP)
    return body


@pytest.fixture
def officer(member, body):
    return member("Olive", body, Role.RECOGNITION_OFFICER)


@pytest.fixture
def second(member, body):
    return member("Otto", body, Role.RECOGNITION_OFFICER)


@pytest.fixture
def holder(person):
    return person("Setter")


@pytest.fixture
def ruling(holder, body, officer, acting):
    """A first decision, in full."""
    return decided(file(acting(holder), body, asked("further/setter-gd-to-hk")), acting(officer))


@pytest.fixture
def certificate(ruling, officer, acting):
    return certifying.certify(acting(officer), ruling, ORIGIN).certificate


@pytest.fixture
def change(member, body, acting):
    """Propose at the issuing desk; return what approves it."""
    one, two = (acting(member(name, body, Role.ISSUING_OFFICER)) for name in ("Iris", "Ivan"))

    def propose(certificate: Certificate, kind: StatusChange.Kind):
        proposed = status.propose(one, certificate, kind, "a slip")
        return lambda: status.decide(two, proposed, approved=True)

    return propose


def listed(certificate: Certificate, purpose: str) -> bool:
    kept = StatusList.objects.get(organisation=certificate.organisation, purpose=purpose)
    return status_list.StatusList(purpose=kept.purpose_of(), bits=bytes(kept.bits))[certificate.index]


class TestAppealed:
    def appeal(self, ruling: Ruling, actor) -> Case:
        case = Case.objects.get(pk=ruling.case_id)
        services.appeal(actor, case, "there is more")
        return case

    def test_the_certificate_of_a_decision_is_suspended_while_the_appeal_waits(
        self, ruling, certificate, holder, officer, acting, signed_in, client
    ):
        warned = signed_in(holder).get(f"/en/cases/{ruling.case_id}/appeal/").content.decode()
        case = self.appeal(ruling, acting(holder))
        certificate.refresh_from_db()
        assert certificate.state == "suspended"
        assert listed(certificate, "suspension")
        assert "is suspended until the appeal is decided" in warned
        assert "lets it count again, or revokes it" in signed_in(officer).get(f"/en/cases/{case.id}/").content.decode()
        assert AuditEvent.objects.get(action="cases.certificate").thing == f"certificate:{certificate.id}"

    def test_a_decision_on_appeal_that_says_something_else_revokes_it(
        self, ruling, certificate, holder, second, acting, signed_in, client
    ):
        case = self.appeal(ruling, acting(holder))
        assert decided(case, acting(second), met=False).outcome != ruling.outcome
        certificate.refresh_from_db()
        assert certificate.state == "revoked"
        assert listed(certificate, "revocation")
        assert '<h1 class="word">Valid' not in page_of(client, certificate)
        assert "this certificate is revoked" in signed_in(holder).get(f"/en/cases/{case.id}/").content.decode()

    def test_a_decision_on_appeal_that_grants_the_same_lets_it_count_again(
        self, ruling, certificate, holder, second, acting
    ):
        decided(self.appeal(ruling, acting(holder)), acting(second))
        certificate.refresh_from_db()
        assert certificate.state == "good"
        assert not listed(certificate, "suspension")

    def test_what_the_desk_has_suspended_stays_suspended(self, ruling, certificate, holder, second, acting, change):
        change(certificate, Kind.SUSPEND)()
        decided(self.appeal(ruling, acting(holder)), acting(second))
        certificate.refresh_from_db()
        assert certificate.state == "suspended"

    def test_a_proposal_of_before_does_not_undo_it(self, ruling, certificate, holder, second, acting, change):
        change(certificate, Kind.SUSPEND)()
        certificate.refresh_from_db()
        reinstate = change(certificate, Kind.REINSTATE)
        decided(self.appeal(ruling, acting(holder)), acting(second), met=False)
        with pytest.raises(status.StatusError, match="state"):
            reinstate()
        certificate.refresh_from_db()
        assert certificate.state == "revoked"

    def test_an_appeal_waits_for_no_key_and_the_list_is_signed_as_soon_as_there_is_one(
        self, ruling, certificate, holder, acting, settings
    ):
        settings.TOUCHSTONE_PASSPHRASE, known = "", settings.TOUCHSTONE_PASSPHRASE
        self.appeal(ruling, acting(holder))
        certificate.refresh_from_db()
        assert (certificate.state, listed(certificate, "suspension")) == ("suspended", True)
        settings.TOUCHSTONE_PASSPHRASE = known
        kept = StatusList.objects.get(purpose="suspension")
        assert bytes(lists.published(kept).document) != bytes(kept.document)

    def test_an_appealed_decision_is_not_certified(self, ruling, holder, officer, acting):
        self.appeal(ruling, acting(holder))
        with pytest.raises(CaseError, match="not_standing"):
            certifying.certify(acting(officer), ruling, ORIGIN)


class TestProven:
    def test_after_certifying_nobody_else_is_put_in_the_place_of_whom_it_was_issued_to(
        self, ruling, certificate, holder, acting
    ):
        case = Case.objects.get(pk=ruling.case_id)
        others = shown(receipt_of(case.receipt).request, "presented", "did:web:somebody.example")
        with pytest.raises(CaseError, match="certified"):
            services.prove(acting(holder), case, others)
        assert Case.objects.get(pk=case.pk).subject == case.subject

    def test_nor_is_anything_shown_for_a_case_that_was_withdrawn(self, holder, body, acting):
        case = file(acting(holder), body, asked("further/setter-gd-to-hk"))
        services.withdraw(acting(holder), case)
        with pytest.raises(CaseError, match="withdrawn"):
            services.prove(acting(holder), case, shown(receipt_of(case.receipt).request))


def test_neither_a_look_at_a_decided_case_nor_the_transaction_that_certifies_it_asks_anybodys_server(
    person, body, officer, organisation, member, acting, signed_in, settings, monkeypatch
):
    """The certificates lie in the passport, and their lists elsewhere: who they are about needs none of them."""
    learner, college = person("Lin"), organisation("gd-college", issuer="did:web:gd-college.example")
    clerk, owner = acting(member("Clerk", college, Role.ISSUING_OFFICER)), acting(learner)
    consents.give(owner, consents.Purpose.KEEP, "en")
    for each in certificates():
        passport.claim(owner, passport.offer(clerk, each, LIN, organisation=college).code)
    signed_in(learner).post(query(), {"body": "council"})
    ruling, asked_for = decided(Case.objects.get(), acting(officer)), []
    Case.objects.update(shown=[], subject="")  # as where a case was filed by name, and the code came later
    registry = trust.registry()

    def fetch(url: str) -> Retrieved:
        asked_for.append(_waiting.get() is not None)
        raise CredentialError("not_at_hand", "it is far away", found=url)

    settings.TOUCHSTONE_FETCH = True
    monkeypatch.setattr(trust, "registry", lambda: registry)
    monkeypatch.setattr(trust, "samples", lambda: None)  # a node with a registry of its own has no lists at hand
    monkeypatch.setattr(trust, "_fetcher", lambda: fetch)
    assert signed_in(officer).get(f"/en/cases/{ruling.case_id}/").status_code == 200
    assert asked_for == []
    assert certifying.certify(acting(officer), ruling, ORIGIN).certificate
    assert not any(asked_for), "whether the evidence still holds is asked before the transaction"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows one writer")
def test_an_appeal_during_certifying_finds_the_certificate_and_suspends_it(
    ruling, holder, officer, acting, monkeypatch
):
    begun, issued = threading.Event(), certifying._issued

    def slowly(*parts):
        begun.set()
        threading.Event().wait(0.5)
        return issued(*parts)

    monkeypatch.setattr(certifying, "_issued", slowly)

    def certify() -> None:
        certifying.certify(acting(officer), ruling, ORIGIN)
        connections.close_all()

    def appeal() -> None:
        begun.wait(5)
        services.appeal(acting(holder), Case.objects.get(pk=ruling.case_id), "there is more")
        connections.close_all()

    with ThreadPoolExecutor(2) as both:
        for each in [both.submit(certify), both.submit(appeal)]:
            each.result()
    assert Certificate.objects.get().state == "suspended"
