"""A case is filed on one's own certificates: presented with the wallet's key, claimed by a code, or at least bearing the account's name."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from urllib.parse import urlencode

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, connections, transaction

from tests.touchstone_server.issuing_world import CHEAP, ORIGIN
from tests.touchstone_server.test_cases import asked, decided, file, findings_on
from touchstone.credentials import keystore, status_list
from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
from touchstone.credentials.presentation import present
from touchstone.credentials.proof import add_proof
from touchstone.credentials.signer import SeedSigner
from touchstone.credentials.status_keeping import signed_list
from touchstone.library.samples import _signer
from touchstone.recognition import recheck
from touchstone.recognition.evidence import Evidence
from touchstone_server import documents, trust
from touchstone_server.access.requests import Refused
from touchstone_server.access.rules import Role
from touchstone_server.accounts.models import User
from touchstone_server.cases import certifying, services
from touchstone_server.cases.asked_anew import asked_anew
from touchstone_server.cases.findings import facts_of
from touchstone_server.cases.models import Case, Ruling
from touchstone_server.cases.proving import bears_name_of
from touchstone_server.cases.services import CaseError
from touchstone_server.credentials.services import verify_content
from touchstone_server.exchange.models import Peer
from touchstone_server.issuing.keys import key_file
from touchstone_server.passport import consents, erasing
from touchstone_server.passport import services as passport
from touchstone_server.recognition import proven as sealing
from touchstone_server.recognition.question import Question

pytestmark = pytest.mark.django_db
LIN, TARGET = "LIN Siyu", "https://touchstone.example/qualifications/hk-stone-setter"


def certificates() -> tuple[bytes, ...]:
    """Two certificates of the learner's, as their issuer signed them."""
    wallet = json.loads(trust.samples().wallet)
    return tuple(text.encode() for text in wallet["credentials"][:2])


def query(to: str = "HK", target: str = TARGET) -> str:
    found = verify_content(trust.samples().wallet)
    evidence = [each.evidence for each in found.judged if isinstance(each.evidence, Evidence)]
    question = Question(from_="GD", to=to, purpose="employment", target=target, proven=sealing.seal(evidence))
    return f"/en/cases/file/?{urlencode(question.query)}"


def presentation(
    page: str, signer: SeedSigner | None = None, domain: str = "", challenge: str = ""
) -> dict[str, object]:
    """What the command that stands on a page writes, for the form that asks for it."""
    told = re.search(r"--domain (\S+) --challenge (\S+)", page)
    shown = present(
        certificates(), signer or _signer("holder"), created=dt.datetime.now(dt.UTC), domain=domain or told[1],
        challenge=challenge or told[2],
    )  # fmt: skip
    return {"presentation": SimpleUploadedFile("presentation.json", json.dumps(shown).encode())}


@pytest.fixture
def body(organisation):
    return organisation("council", "certification_body", "HK")


@pytest.fixture
def officer(member, body):
    return member("Olive", body, Role.RECOGNITION_OFFICER)


@pytest.fixture
def college(organisation):
    return organisation("gd-college", issuer="did:web:gd-college.example")


@pytest.fixture
def key(body, settings, tmp_path):
    settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE = tmp_path, "a passphrase for this test"
    (tmp_path / "keys").mkdir()
    keystore.new(key_file(body), "a passphrase for this test", created=dt.datetime.now(dt.UTC), scrypt=CHEAP)


@pytest.fixture
def claims(member, acting):
    """Let a person claim both certificates by a code of an organisation."""

    def claim(user, of) -> None:
        clerk, owner = acting(member(f"Clerk of {of.slug}".replace(" ", "-"), of, Role.ISSUING_OFFICER)), acting(user)
        consents.give(owner, consents.Purpose.KEEP, "en")
        for each in certificates():
            passport.claim(owner, passport.offer(clerk, each, LIN, organisation=of).code)

    return claim


@pytest.fixture
def brings(acting):
    def bring(user, *contents: bytes) -> None:
        consents.give(acting(user), consents.Purpose.KEEP, "en")
        for each in contents or certificates():
            passport.bring(acting(user), each)

    return bring


class TestSomebodyElses:
    def refused(self, client) -> bool:
        page = client.get(query()).content.decode()
        answer = client.post(query(), {"body": "council"})
        return "not shown to be yours" in page and answer.status_code == 400 and not Case.objects.exists()

    def test_whoever_has_a_copy_files_nothing_on_it(self, person, body, signed_in):
        assert self.refused(signed_in(person("Thief")))

    def test_a_copy_in_the_passport_of_another_name_does_not_help(self, person, body, signed_in, brings):
        thief = person("Thief")
        brings(thief)
        assert self.refused(signed_in(thief))

    def test_nor_does_a_forged_copy_that_bears_the_thiefs_name(self, person, body, signed_in, brings):
        thief = person("Thief")
        brings(thief, *(each.replace("LIN Siyu 林思雨".encode(), b"Thief") for each in certificates()))
        assert self.refused(signed_in(thief))

    def test_nor_does_a_code_of_an_organisation_that_did_not_issue_it(
        self, person, body, organisation, signed_in, claims
    ):
        thief = person("Thief")
        claims(thief, organisation("friends", issuer="did:web:friends.example"))
        assert self.refused(signed_in(thief))

    @pytest.mark.parametrize("changed", [{"domain": "elsewhere.example"}, {"challenge": "0" * 32}])
    def test_nor_does_a_presentation_that_was_made_for_somebody_or_something_else(
        self, person, body, signed_in, changed
    ):
        client = signed_in(person("Thief"))
        page = client.get(query()).content.decode()
        answer = client.post(query(), {"body": "council", **presentation(page, **changed)})
        assert answer.status_code == 400
        assert "It does not show that the certificates are yours" in answer.content.decode()
        assert not Case.objects.exists()

    def test_nor_does_a_presentation_of_other_certificates(self, person, body, signed_in):
        client = signed_in(person("Thief"))
        own = SeedSigner(b"\1" * 32)
        document = json.loads(certificates()[0]) | {"credentialSubject": {"id": own.controller}}
        told = re.search(r"--domain (\S+) --challenge (\S+)", client.get(query()).content.decode())
        document.pop("proof")
        signed = add_proof(document, own, cryptosuite=EDDSA_RDFC_2022, created=dt.datetime.now(dt.UTC))
        shown = present(
            [json.dumps(signed).encode()], own, created=dt.datetime.now(dt.UTC), domain=told[1], challenge=told[2]
        )
        handed = SimpleUploadedFile("presentation.json", json.dumps(shown).encode())
        answer = client.post(query(), {"body": "council", "presentation": handed})
        assert answer.status_code == 400
        assert not Case.objects.exists()

    def test_the_service_itself_takes_no_case_on_what_was_not_shown(self, person, body, acting):
        with pytest.raises(CaseError, match="not_yours"):
            services.file_case(acting(person("Thief")), body, asked("further/setter-gd-to-hk"), ())


@pytest.mark.parametrize(
    ("called", "is_theirs"), [(LIN, True), ("lin  siyu", True), ("Thief", False), (",", False), ("", False)]
)
def test_a_certificate_bears_the_name_of_an_account_or_it_does_not(called, is_theirs):
    assert bears_name_of(User(name_latin=called), LIN) is is_theirs


class TestOnesOwn:
    def test_a_presentation_made_for_this_node_files_and_the_decision_becomes_a_credential_of_its_holder(
        self, key, person, body, officer, acting, signed_in
    ):
        client = signed_in(person("Other name"))
        handed = presentation(client.get(query()).content.decode())
        assert client.post(query(), {"body": "council", **handed}).status_code == 302
        case = Case.objects.get()
        assert case.subject == _signer("holder").controller
        desk = html.unescape(signed_in(officer).get(f"/en/cases/{case.id}/").content.decode())
        for told in (LIN, case.subject, "shown with the key of the wallet", "not that of the account, Other name"):
            assert told in desk
        ruling = certifying.certify(acting(officer), decided(case, acting(officer)), ORIGIN)
        assert json.loads(ruling.credential)["credentialSubject"]["id"] == case.subject

    def test_a_presentation_is_taken_once(self, person, body, signed_in):
        client = signed_in(person("Siyu"))
        page = client.get(query()).content.decode()
        assert client.post(query(), {"body": "council", **presentation(page)}).status_code == 302
        Case.objects.all().delete()
        assert client.post(query(), {"body": "council", **presentation(page)}).status_code == 400
        assert not Case.objects.exists()

    def test_what_was_claimed_by_its_issuers_code_is_proven(self, person, body, college, signed_in, claims):
        learner = person(LIN)
        claims(learner, college)
        assert signed_in(learner).post(query(), {"body": "council"}).status_code == 302
        assert {each["how"] for each in Case.objects.get().shown} == {"claimed"}

    def test_a_file_with_the_accounts_name_is_enough_to_ask_and_not_to_certify_until_the_key_proves_it(
        self, key, person, body, officer, acting, signed_in, brings
    ):
        learner = person(LIN)
        brings(learner)
        client = signed_in(learner)
        assert client.post(query(), {"body": "council"}).status_code == 302
        case = Case.objects.get()
        assert "not proven" in signed_in(officer).get(f"/en/cases/{case.id}/").content.decode()
        ruling = decided(case, acting(officer))
        with pytest.raises(CaseError, match="unproven"):
            certifying.certify(acting(officer), ruling, ORIGIN)
        path, client = f"/en/cases/{case.id}/prove/", signed_in(learner)
        assert client.post(path, presentation(client.get(path).content.decode())).status_code == 302
        ruling = certifying.certify(acting(officer), ruling, ORIGIN)
        assert json.loads(ruling.credential)["credentialSubject"]["id"] == _signer("holder").controller

    def test_nobody_proves_anothers_case(self, person, body, acting, signed_in):
        case = file(acting(person("Setter")), body, asked("further/setter-gd-to-hk"))
        assert signed_in(person("Nosy")).get(f"/en/cases/{case.id}/prove/").status_code == 404
        with pytest.raises(Refused):
            services.prove(acting(person("Nosier")), case, ())

    def test_a_person_files_from_an_answer_and_an_officer_decides_on_the_pages(
        self, client, person, brings, officer, body, signed_in
    ):
        holder = person(LIN)
        brings(holder)
        answer = client.get(query().replace("/cases/file/", "/explorer/answer/")).content.decode()
        link = html.unescape(re.search(r'href="(/en/cases/file/\?[^"]+)"', answer)[1])
        assert client.get(link)["Location"].startswith("/en/account/login/?next=%2Fen%2Fcases%2Ffile")
        filed = signed_in(holder).post(link, {"body": "council"})
        case = Case.objects.get()
        assert filed["Location"] == f"/en/cases/{case.id}/"

        desk = signed_in(officer)
        assert LIN in desk.get("/en/cases/of/council/").content.decode()
        said = {"found_0": "yes", "why_0": "seen at the bench", "reasons": "a trial piece"}
        preview = desk.post(f"/en/cases/{case.id}/decide/", said)
        assert "Nothing is decided yet" in preview.content.decode()
        assert not Ruling.objects.exists()
        assert desk.post(f"/en/cases/{case.id}/decide/", {**said, "change": "1"}).status_code == 200
        assert desk.post(f"/en/cases/{case.id}/decide/", {**said, "sign": "1"}).status_code == 302
        assert Ruling.objects.get().outcome == "CONDITIONAL"
        assert desk.post(f"/en/cases/{case.id}/decide/", {**said, "sign": "1"}).status_code == 403


class TestWords:
    @pytest.fixture
    def case(self, person, body, acting):
        return file(acting(person("Setter")), body, asked("further/setter-gd-to-hk"), "I set stones for ten years")

    def test_the_officer_reads_what_the_applicant_wrote(self, case, officer, signed_in):
        for path in ("", "decide/"):
            page = signed_in(officer).get(f"/en/cases/{case.id}/{path}").content.decode()
            assert "I set stones for ten years" in page

    def test_the_applicant_reads_what_waits_before_and_what_has_happened(self, case, officer, acting, signed_in):
        client = signed_in(case.holder)
        page = client.get(f"/en/cases/{case.id}/").content.decode()
        assert "No case waits before it." in page
        assert "nobody can say how long it takes" in page
        decided(case, acting(officer))
        page = client.get(f"/en/cases/{case.id}/").content.decode()
        assert page.index("Filed</span>") < page.index("Decided</span>")

    def test_a_case_that_waits_is_withdrawn_and_can_be_filed_anew(self, case, officer, acting, signed_in):
        client = signed_in(case.holder)
        assert "Withdraw the case" in client.get(f"/en/cases/{case.id}/").content.decode()
        answer = client.post(f"/en/cases/{case.id}/withdraw/", follow=True)
        assert "The case is withdrawn" in answer.content.decode()
        assert signed_in(officer).get(f"/en/cases/{case.id}/").status_code == 404
        with pytest.raises(CaseError, match="withdrawn"):
            decided(case, acting(officer))
        request = services.receipt_of(case.receipt).request
        assert file(acting(case.holder), case.organisation, request) != case
        erasing.purge()
        assert not Case.objects.filter(pk=case.pk).exists()

    def test_what_was_decided_is_not_withdrawn(self, case, officer, acting, signed_in):
        decided(case, acting(officer))
        with pytest.raises(CaseError, match="decided_already"):
            services.withdraw(acting(case.holder), case)
        with pytest.raises(Refused):
            services.withdraw(acting(officer), case)

    def test_after_erasing_neither_the_words_nor_the_name_on_the_certificate_is_kept(self, case, officer, acting):
        decided(case, acting(officer))
        erasing.erase(acting(case.holder))
        case.refresh_from_db()
        assert "Setter" not in json.dumps(case.shown)
        assert not case.note

    def test_who_needs_the_body_of_another_node_reads_how_to_get_there(self, person, signed_in):
        Peer.objects.create(address="https://mo.example")
        client = signed_in(person(LIN))
        for path in (query(), "/en/cases/"):
            page = html.unescape(client.get(path).content.decode())
            assert "An account counts on its own node only" in page
            assert 'href="https://mo.example"' in page


class TestOnce:
    def test_the_database_itself_holds_one_case_that_waits_for_the_same(self, person, body, acting):
        case = file(acting(person("Setter")), body, asked("further/setter-gd-to-hk"))
        case.pk, case.request, case._state.adding = None, "sha256:other", True
        with pytest.raises(IntegrityError), transaction.atomic():
            case.save(force_insert=True)

    def test_no_appeal_is_made_while_the_same_waits(self, person, body, officer, acting):
        holder, request = acting(person("Setter")), asked("further/setter-gd-to-hk")
        first = file(holder, body, request)
        decided(first, acting(officer), met=False)
        file(holder, body, msgspec.structs.replace(request, person={"residence": "HK"}))
        with pytest.raises(CaseError, match="waits_once"):
            services.appeal(holder, first, "not right")

    def test_a_case_of_somebody_who_is_gone_waits_for_nobody(self, person, body, acting):
        case = file(acting(person("Setter")), body, asked("further/setter-gd-to-hk"))
        case.holder.is_active = False
        case.holder.save()
        erasing.purge()
        assert not Case.objects.exists()

    def test_nothing_is_filed_for_somebody_who_was_erased_meanwhile(self, person, body, acting):
        holder = person("Setter")
        actor = acting(holder)
        erasing.erase(actor)
        with pytest.raises(Refused):
            file(actor, body, asked("further/setter-gd-to-hk"))


def test_every_open_fact_is_settled_however_many_there_are():
    from touchstone.recognition import decide
    from touchstone_server import documents

    decision = decide(asked("further/setter-gd-to-hk"), documents.rulebook())
    names = tuple(f"person:fact-{number:02}" for number in range(40))
    assert facts_of(msgspec.structs.replace(decision, open=names)) == names


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
class TestAtOnce:
    def together(self, *calls: Callable[[], object]) -> None:
        def run(call: Callable[[], object]) -> None:
            start.wait()
            with suppress(CaseError, Refused):  # who was erased meanwhile is told to sign in
                call()
            connections.close_all()

        start = threading.Barrier(len(calls))
        with ThreadPoolExecutor(len(calls)) as pool:
            list(pool.map(run, calls))

    def test_one_thing_filed_three_times_at_once_is_one_case(self, person, body, acting):
        holder, request = acting(person("Setter")), asked("further/setter-gd-to-hk")
        places = ("HK", "GD", "MO")
        each = [msgspec.structs.replace(request, person={"residence": place}) for place in places]
        self.together(*(partial(file, holder, body, one) for one in each))
        assert Case.objects.count() == 1

    def test_what_is_filed_while_its_holder_is_erased_waits_for_nobody(self, person, body, acting):
        for number in range(4):
            holder = acting(person(f"Setter-{number}"))
            self.together(partial(file, holder, body, asked("further/setter-gd-to-hk")), partial(erasing.erase, holder))
        assert not Case.objects.exists()


class TestAskedAnew:
    """Between filing, decision and certificate weeks may pass: what was revoked meanwhile counts for nothing."""

    @pytest.fixture
    def case(self, key, person, body, signed_in):
        client = signed_in(person(LIN))
        handed = presentation(client.get(query()).content.decode())
        assert client.post(query(), {"body": "council", **handed}).status_code == 302
        return Case.objects.get()

    @pytest.fixture
    def ends(self, monkeypatch):
        """Let the issuer revoke or suspend the first certificate, as its published lists then say."""

        def end(purpose: str) -> None:
            entries = json.loads(certificates()[0])["credentialStatus"]
            entry = next(each for each in entries if each["statusPurpose"] == purpose)
            url, now = entry["statusListCredential"], dt.datetime.now(dt.UTC).replace(microsecond=0)
            bits = status_list.read_list(json.loads(trust.samples().lists[url]), purpose)
            change = status_list.revoke if purpose == "revocation" else status_list.suspend
            changed = change(bits, int(entry["statusListIndex"]))
            listed = signed_list(changed, url, _signer("college"), at=now, until=now + dt.timedelta(days=1))
            offered = trust.samples()
            monkeypatch.setattr(
                trust, "samples", lambda: offered._replace(lists={**offered.lists, url: json.dumps(listed).encode()})
            )

        return end

    def page(self, client, case) -> str:
        return html.unescape(client.get(f"/en/cases/{case.id}/decide/").content.decode())

    @pytest.mark.parametrize(("purpose", "told"), [("revocation", "was revoked"), ("suspension", "was suspended")])
    def test_an_officer_reads_that_a_certificate_ended_and_the_decision_leaves_it_out(
        self, case, officer, acting, signed_in, ends, purpose, told
    ):
        client = signed_in(officer)
        assert "after the case was filed" not in self.page(client, case)
        before = services.decided_again(case, findings_on(case), asked_anew(case)).decision
        ends(purpose)
        assert f"This certificate {told} after the case was filed" in self.page(client, case)
        ruling = decided(case, acting(officer))
        receipt = services.receipt_of(ruling.receipt)
        assert receipt.request.evidence[0].status == {"revocation": "revoked", "suspension": "suspended"}[purpose]
        assert set(receipt.decision.recognised) < set(before.recognised)
        recheck(receipt, documents.rulebook().documents)

    @pytest.mark.parametrize("purpose", ["revocation", "suspension"])
    def test_no_certificate_is_issued_on_a_decision_that_counts_what_ended_since(
        self, case, officer, acting, signed_in, ends, purpose
    ):
        ruling = decided(case, acting(officer))
        ends(purpose)
        with pytest.raises(CaseError, match="evidence_ended"):
            certifying.certify(acting(officer), ruling, ORIGIN)
        answer = signed_in(officer).post(f"/en/cases/rulings/{ruling.id}/certify/")
        assert answer.status_code == 409
        assert "was revoked or suspended since" in answer.content.decode()
        assert not Ruling.objects.get().credential

    def test_where_a_list_cannot_be_had_the_officer_is_told_so(self, case, officer, signed_in, monkeypatch):
        offered = trust.samples()
        monkeypatch.setattr(trust, "samples", lambda: offered._replace(lists={}))
        assert "could not be asked again" in self.page(signed_in(officer), case)
