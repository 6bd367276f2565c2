"""What the rules leave open goes to an officer of the receiving region's body, who decides with reasons; an appeal goes to another."""

from __future__ import annotations

import datetime as dt
import html
import io
import itertools
import json
import random
import subprocess
import sys
import zipfile
from importlib.resources import files
from urllib.parse import urlencode

import msgspec
import pytest
from django.core import mail
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone_server.issuing_world import CHEAP, ORIGIN
from touchstone.credentials import status_list
from touchstone.recognition import decide
from touchstone.recognition.evidence import RecognitionRequest, load_request
from touchstone.standards.digest import digest
from touchstone_server import documents
from touchstone_server.access.requests import Refused
from touchstone_server.access.rules import Actor, Role
from touchstone_server.audit.models import AuditEvent
from touchstone_server.audit.services import broken_links
from touchstone_server.cases import certifying, letters, selectors, services
from touchstone_server.cases.findings import Finding, facts_of, outcome_of, settle
from touchstone_server.cases.models import Case, Ruling
from touchstone_server.cases.proving import How, Shown
from touchstone_server.cases.receipts import receipt_of
from touchstone_server.cases.services import CaseError
from touchstone_server.issuing import status
from touchstone_server.issuing.forms import ChangeForm
from touchstone_server.issuing.keys import key_file
from touchstone_server.issuing.models import StatusChange, StatusList
from touchstone_server.language import LOCALES
from touchstone_server.organisations.models import Organisation
from touchstone_server.passport import erasing, exporting
from touchstone_server.passport.models import Access
from touchstone_server.recognition import proven as sealing
from touchstone_server.recognition.question import Question

DEMO = files("touchstone.library") / "demo"
RPL = "https://touchstone.example/qualifications/hk-rpl-jewellery-2"


def asked(name: str) -> RecognitionRequest:
    """A person's request as the explorer makes it today, on certificates whose lists were read a moment ago."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    request = load_request(str(DEMO / f"{name}.request.yaml"))
    evidence = tuple(msgspec.structs.replace(each, status_checked=now) for each in request.evidence)
    return msgspec.structs.replace(request, decided_on=now.date(), decided_at=None, evidence=evidence)


HOLDER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


def shown(request: RecognitionRequest, how: How = "claimed", *subjects: str, name: str = "Setter") -> tuple[Shown, ...]:
    """Whose the certificates of a request are, as the filer has shown it."""
    about = itertools.cycle(subjects or (HOLDER,))
    return tuple(
        Shown(credential=each.credential, issuer=each.issuer or "", subject=next(about), name=name, how=how)
        for each in request.evidence
    )


def file(actor: Actor, body: Organisation, request: RecognitionRequest, note: str = "") -> Case:
    return services.file_case(actor, body, request, shown(request), note)


def found(request: RecognitionRequest, *, met: bool) -> list[Finding]:
    return [
        Finding(fact=fact, met=met, reason="seen at the bench")
        for fact in facts_of(decide(request, documents.rulebook()))
    ]


def again(request: RecognitionRequest, findings: list[Finding]):
    settled = settle(request, findings, documents.edition(request.decided_on), "did:web:body.example")
    return decide(settled, documents.rulebook())


class TestFindings:
    @pytest.mark.parametrize(
        ("who", "met", "missed"),
        [
            ("further/setter-gd-to-hk", "FULL", "PARTIAL"),
            ("further/caster-gd-to-mo", "FULL", "PARTIAL"),
            ("maker-mo-to-hk", "FULL", "REFUSED"),  # no agreement: nothing binds the body to less
        ],
    )
    def test_what_is_found_counts_and_what_is_not_found_counts_against_the_holder(self, who, met, missed):
        request = asked(who)
        assert outcome_of(again(request, found(request, met=True))) == met
        assert outcome_of(again(request, found(request, met=False))) == missed

    @given(st.lists(st.booleans(), min_size=6, max_size=6))
    def test_finding_more_never_leads_to_less(self, met):
        order = ["REFUSED", "PARTIAL", "ALTERNATIVE", "CONDITIONAL", "FULL"]
        request = asked("maker-mo-to-hk")
        findings = [
            msgspec.structs.replace(each, met=yes) for each, yes in zip(found(request, met=True), met, strict=True)
        ]
        less = [*findings[:2], msgspec.structs.replace(findings[2], met=False), *findings[3:]]
        assert order.index(outcome_of(again(request, less))) <= order.index(outcome_of(again(request, findings)))

    def test_findings_do_not_depend_on_their_order(self):
        request = asked("further/caster-gd-to-mo")
        findings = found(request, met=True)
        one, other = again(request, findings), again(request, findings[::-1])
        assert (one.outcome, one.recognised) == (other.outcome, other.recognised)

    def test_a_fact_that_the_evidence_states_is_not_changed_by_a_finding(self):
        request = msgspec.structs.replace(asked("further/setter-gd-to-hk"), person={"residence": "GD"})
        finding = Finding(fact="person:residence", met=True, reason="told", value="MO")
        settled = settle(request, [finding], documents.edition(request.decided_on), "did:web:body.example")
        assert settled.person == {"residence": "GD"}


@pytest.fixture
def body(organisation):
    return organisation("council", "certification_body", "HK")


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
def case(holder, body, acting):
    return file(acting(holder), body, asked("further/setter-gd-to-hk"))


def findings_on(case: Case, *, met: bool = True) -> list[Finding]:
    facts = facts_of(receipt_of(case.receipt).decision)
    return [Finding(fact=fact, met=met, reason="seen at the bench") for fact in facts]


def decided(case: Case, actor, *, met: bool = True) -> Ruling:
    return services.decide_case(
        actor, Case.objects.get(pk=case.pk), findings_on(case, met=met), "a trial piece was set"
    )


@pytest.mark.django_db
class TestFiling:
    def test_a_case_is_filed_once(self, case, holder, body, acting):
        request = receipt_of(case.receipt).request
        assert file(acting(holder), body, request) == case
        assert AuditEvent.objects.filter(action="cases.file").count() == 1

    def test_the_same_certificate_checked_again_is_no_second_case_while_the_first_waits(
        self, case, holder, body, acting
    ):
        later = msgspec.structs.replace(receipt_of(case.receipt).request, person={"residence": "HK"})
        assert file(acting(holder), body, later) == case

    @pytest.mark.parametrize(("kind", "region"), [("school", "HK"), ("enterprise", "HK"), ("authority", "MO")])
    def test_only_a_body_of_the_receiving_region_is_asked(self, holder, organisation, acting, kind, region):
        with pytest.raises(CaseError, match="not_competent"):
            file(acting(holder), organisation("other", kind, region), asked("further/setter-gd-to-hk"))

    def test_what_the_rules_settle_is_no_case(self, holder, body, acting):
        with pytest.raises(CaseError, match="nothing_open"):
            file(acting(holder), body, asked("further/plater-gd-to-hk"))


@pytest.mark.django_db
class TestWhoMay:
    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.RECOGNITION_OFFICER}))
    def test_nobody_but_a_recognition_officer_decides(self, case, member, body, acting, role):
        with pytest.raises(Refused):
            decided(case, acting(member("Ben", body, role)))

    def test_an_officer_without_a_second_factor_does_not_decide(self, case, officer, acting):
        with pytest.raises(Refused, match="second_factor"):
            decided(case, acting(officer, strong=False))

    def test_an_officer_of_another_body_neither_sees_nor_decides(self, case, member, organisation, acting, signed_in):
        other = organisation("bureau", "authority", "MO")
        stranger = member("Mo", other, Role.RECOGNITION_OFFICER)
        with pytest.raises(Refused):
            decided(case, acting(stranger))
        client = signed_in(stranger)
        for path in (f"/en/cases/{case.id}/", f"/en/cases/{case.id}/decide/", "/en/cases/of/council/"):
            assert client.get(path).status_code == 404
        assert "Setter" not in client.get("/en/cases/of/bureau/").content.decode()

    def test_another_person_does_not_see_it(self, case, person, signed_in):
        client = signed_in(person("Nosy"))
        for path in (f"/en/cases/{case.id}/", f"/en/cases/{case.id}/decide/", f"/en/cases/{case.id}/appeal/"):
            assert client.get(path).status_code == 404
        assert str(case.id) not in client.get("/en/cases/").content.decode()

    def test_nobody_decides_their_own(self, officer, body, acting):
        own = file(acting(officer), body, asked("further/setter-gd-to-hk"))
        with pytest.raises(Refused, match="about_yourself"):
            decided(own, acting(officer))

    def test_an_auditor_reads_and_does_not_decide(self, case, member, body, signed_in):
        client = signed_in(member("Ada", body, Role.AUDITOR))
        assert client.get(f"/en/cases/{case.id}/").status_code == 200
        assert client.get(f"/en/cases/{case.id}/decide/").status_code == 404

    def test_a_receipt_is_for_those_who_see_the_case(self, case, officer, person, acting, signed_in):
        ruling = decided(case, acting(officer))
        path = f"/en/cases/rulings/{ruling.id}/receipt.json"
        assert signed_in(officer).get(path).status_code == 200
        assert signed_in(person("Nosy")).get(path).status_code == 404

    def test_whoever_saves_a_receipt_of_another_person_stands_on_record(self, case, officer, holder, acting, signed_in):
        path = f"/en/cases/rulings/{decided(case, acting(officer)).id}/receipt.json"
        signed_in(holder).get(path)
        assert not AuditEvent.objects.filter(action="cases.save").exists()
        signed_in(officer).get(path)
        assert AuditEvent.objects.get(action="cases.save").actor == officer.id


@pytest.mark.django_db
class TestSeeing:
    def test_a_holder_reads_in_the_log_that_the_body_has_looked_at_the_case(
        self, case, officer, holder, acting, signed_in
    ):
        client = signed_in(officer)
        ruling = decided(case, acting(officer))
        paths = (f"/en/cases/{case.id}/", f"/en/cases/rulings/{ruling.id}/receipt.json")
        assert [client.get(path).status_code for path in paths] == [200, 200]
        noted = Access.objects.values_list("person_id", "what", "organisation__slug")
        assert list(noted) == [(holder.id, "case", "council")] * 2
        assert "council" in signed_in(holder).get("/en/passport/log/").content.decode()

    def test_a_holder_who_looks_at_the_own_case_is_not_noted(self, case, holder, signed_in):
        assert signed_in(holder).get(f"/en/cases/{case.id}/").status_code == 200
        assert not Access.objects.exists()


@pytest.mark.django_db
class TestDeciding:
    def test_the_persons_reasons_stay_beside_the_engines(self, case, officer, acting, signed_in, holder):
        decided(case, acting(officer))
        page = html.unescape(signed_in(holder).get(f"/en/cases/{case.id}/").content.decode())
        assert "seen at the bench" in page
        assert "a trial piece was set" in page
        assert "the decision comes out the same." in page
        assert "olive@" not in page

    def test_every_fact_is_settled_with_a_reason(self, case, officer, acting):
        with pytest.raises(CaseError, match="facts_left"):
            services.decide_case(acting(officer), case, [], "a whole")
        silent = [msgspec.structs.replace(each, reason=" ") for each in findings_on(case)]
        with pytest.raises(CaseError, match="reasons_missing"):
            services.decide_case(acting(officer), case, silent, "a whole")
        with pytest.raises(CaseError, match="reasons_missing"):
            services.decide_case(acting(officer), case, findings_on(case), "  ")
        assert not Ruling.objects.exists()

    def test_a_case_is_decided_once(self, case, officer, second, acting):
        decided(case, acting(officer))
        with pytest.raises(Refused, match="own_proposal"):
            decided(case, acting(officer))
        with pytest.raises(CaseError, match="decided_already"):
            decided(case, acting(second))

    @pytest.mark.parametrize("met", [True, False])
    def test_a_decision_comes_out_the_same_with_touchstone_recheck(
        self, case, officer, acting, signed_in, tmp_path, met
    ):
        ruling = decided(case, acting(officer), met=met)
        answer = signed_in(officer).get(f"/en/cases/rulings/{ruling.id}/receipt.json")
        (tmp_path / "receipt.json").write_bytes(answer.content)
        command = [sys.executable, "-m", "touchstone", "recheck", str(tmp_path / "receipt.json"), "--library", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert digest(receipt_of(answer.content.decode())) == ruling.digest

    def test_a_changed_receipt_does_not_come_out(self, case, officer, acting):
        ruling = decided(case, acting(officer), met=False)
        changed = ruling.receipt.replace('"floor":"PARTIAL"', '"floor":"FULL"')
        assert changed != ruling.receipt
        assert selectors.ReceiptView(changed, "en").found.state == "differs"

    def test_the_button_derives_it_again_on_the_public_page(self, case, officer, acting, client):
        view = selectors.ReceiptView(decided(case, acting(officer)).receipt, "en")
        answer = client.post("/en/explorer/recheck/", {"again": view.again})
        assert "verdict ok" in answer.content.decode()

    def test_what_is_done_is_on_record_without_names(self, case, officer, acting):
        decided(case, acting(officer))
        event = AuditEvent.objects.get(action="cases.decide")
        assert event.detail["outcome"] == "FULL"
        assert "bench" not in json.dumps(event.detail)


@pytest.mark.django_db
class TestAppeal:
    def test_an_appeal_goes_to_another_officer_and_is_final(self, case, officer, second, holder, acting):
        decided(case, acting(officer), met=False)
        services.appeal(acting(holder), case, "the piece was mine")
        with pytest.raises(Refused, match="own_proposal"):
            decided(case, acting(officer))
        assert decided(case, acting(second)).number == 2
        with pytest.raises(CaseError, match="not_appealable"):
            services.appeal(acting(holder), case, "again")

    def test_only_the_holder_appeals(self, case, officer, acting):
        decided(case, acting(officer))
        with pytest.raises(Refused):
            services.appeal(acting(officer), case, "not mine")

    def test_there_is_nothing_to_appeal_before_a_decision(self, case, holder, acting):
        with pytest.raises(CaseError, match="not_appealable"):
            services.appeal(acting(holder), case, "too slow")

    def test_the_first_officer_is_told_that_another_decides(self, case, officer, holder, acting, signed_in):
        decided(case, acting(officer), met=False)
        services.appeal(acting(holder), case, "the piece was mine")
        page = signed_in(officer).get(f"/en/cases/{case.id}/").content.decode()
        assert "another officer decides the appeal" in page
        assert "/decide/" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("steps", [120, pytest.param(5_000, marks=pytest.mark.soak)])
def test_whatever_people_try_nobody_judges_themselves_and_no_officer_twice(member, person, organisation, acting, steps):
    draw = random.Random(20261124)
    bodies = [organisation("council", "certification_body", "HK"), organisation("bureau", "authority", "HK")]
    people = [
        person("Setter"),
        *(member(f"Officer {number}", bodies[number % 2], Role.RECOGNITION_OFFICER) for number in range(5)),
    ]
    request = asked("further/setter-gd-to-hk")
    done = refused = 0
    for step in range(steps):
        actor, cases = acting(draw.choice(people), strong=draw.random() < 0.9), list(Case.objects.order_by("id"))
        case = draw.choice(cases) if cases else None
        try:
            with transaction.atomic():
                if case is None or draw.random() < 0.2:
                    other = {"person": {"residence": f"R{step // 40}"}}  # now and then another request
                    file(actor, draw.choice(bodies), msgspec.structs.replace(request, **other))
                elif draw.random() < 0.6:
                    services.decide_case(actor, case, findings_on(case, met=draw.random() < 0.5), "because")
                else:
                    services.appeal(actor, case, "no")
            done += 1
        except (Refused, CaseError):
            refused += 1
    assert done > steps / 10
    assert refused > steps / 10
    for case in Case.objects.all():
        rulings = list(case.rulings.order_by("number"))
        officers = [ruling.officer_id for ruling in rulings]
        assert case.holder_id not in officers
        assert len(officers) == len(set(officers)) <= 2
        assert len(officers) == {"waiting": 0, "decided": 1, "appealed": 1, "final": 2}[case.state]
        for ruling in rulings:
            assert ruling.case.organisation_id in acting(ruling.officer).roles
            assert digest(receipt_of(ruling.receipt)) == ruling.digest
    assert not list(broken_links())


@pytest.mark.django_db
class TestCertifying:
    @pytest.fixture
    def key(self, body, settings, tmp_path):
        from touchstone.credentials import keystore

        settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE = tmp_path, "a passphrase for this test"
        (tmp_path / "keys").mkdir()
        keystore.new(key_file(body), "a passphrase for this test", created=dt.datetime.now(dt.UTC), scrypt=CHEAP)

    def test_a_decision_becomes_a_credential_of_the_body_once(self, key, case, holder, officer, acting, signed_in):
        ruling = certifying.certify(acting(officer), decided(case, acting(officer)), ORIGIN)
        issued = json.loads(ruling.credential)
        assert issued["credentialSubject"]["id"] == HOLDER
        assert issued["proof"]
        assert certifying.certify(acting(officer), ruling, ORIGIN).credential == ruling.credential
        assert signed_in(holder).get(f"/en/cases/rulings/{ruling.id}/credential.json").json() == issued
        assert "in force" in signed_in(holder).get(f"/en/cases/{case.id}/").content.decode()

    def test_it_is_revoked_and_suspended_like_any_certificate_of_the_body(
        self, key, case, body, officer, member, acting
    ):
        ruling = certifying.certify(acting(officer), decided(case, acting(officer)), ORIGIN)
        places = {each["statusPurpose"]: each for each in json.loads(ruling.credential)["credentialStatus"]}
        assert set(places) == {"revocation", "suspension"}
        one, two = (acting(member(name, body, Role.ISSUING_OFFICER)) for name in ("Iris", "Ivan"))
        for kind, purpose in (("suspend", "suspension"), ("revoke", "revocation")):
            status.decide(
                two, status.propose(one, ruling.certificate, StatusChange.Kind(kind), "a slip"), approved=True
            )
            kept = StatusList.objects.get(url=places[purpose]["statusListCredential"])
            listed = status_list.StatusList(purpose=kept.purpose_of(), bits=bytes(kept.bits))
            assert listed[int(places[purpose]["statusListIndex"])]
            ruling.certificate.refresh_from_db()
        assert ruling.certificate.state == "revoked"
        assert [each.value for each in ChangeForm(ruling.certificate).offered] == []

    def test_a_decision_is_not_issued_anew_at_the_issuing_desk(self, key, case, officer, acting):
        ruling = certifying.certify(acting(officer), decided(case, acting(officer)), ORIGIN)
        assert [each.value for each in ChangeForm(ruling.certificate).offered] == ["revoke", "suspend"]

    @pytest.mark.parametrize(
        ("how", "subjects"),
        [
            ("named", (HOLDER,)),
            ("claimed", ("urn:uuid:8f0c7d6e-0000-4000-8000-000000000001",)),
            ("presented", (HOLDER, "did:web:x")),
        ],
    )
    def test_unless_every_certificate_is_proven_to_be_the_holders_it_is_not_given_and_the_page_says_what_to_do(
        self, key, holder, body, officer, acting, signed_in, how, subjects
    ):
        request = asked("further/setter-gd-to-hk")
        more = tuple(msgspec.structs.replace(each, credential=f"{each.credential}-2") for each in request.evidence)
        request = msgspec.structs.replace(request, evidence=request.evidence + more)
        case = services.file_case(acting(holder), body, request, shown(request, how, *subjects))
        ruling = decided(case, acting(officer))
        with pytest.raises(CaseError, match="unproven"):
            certifying.certify(acting(officer), ruling, ORIGIN)
        assert f"/en/cases/{case.id}/prove/" in signed_in(holder).get(f"/en/cases/{case.id}/").content.decode()
        desk = signed_in(officer).get(f"/en/cases/{case.id}/").content.decode()
        assert "with the key of the wallet (did:" in desk
        assert "Issue it as a certificate" not in desk

    def test_a_decision_that_was_appealed_is_not_issued(self, key, case, holder, officer, acting):
        ruling = decided(case, acting(officer))
        services.appeal(acting(holder), case, "another level was asked")
        with pytest.raises(CaseError, match="not_standing"):
            certifying.certify(acting(officer), ruling, ORIGIN)

    def test_a_body_that_the_registry_lists_for_another_region_issues_none(
        self, key, case, body, officer, acting, settings, tmp_path
    ):
        from touchstone.credentials import keystore

        ruling = decided(case, acting(officer))
        (own,) = keystore.list_keys(key_file(body))
        registry = {
            "kind": "TrustRegistry", "id": "urn:trust", "version": "1", "title": {"en": "Trust"}, "status": "in_force",
            "issuers": [{"id": own.controller, "name": {"en": "Council"}, "regions": ["MO"]}],
        }  # fmt: skip
        settings.TOUCHSTONE_TRUST = tmp_path / "trust.json"
        settings.TOUCHSTONE_TRUST.write_text(json.dumps(registry), encoding="utf-8")
        with pytest.raises(CaseError, match="not_issued") as refusal:
            certifying.certify(acting(officer), ruling, ORIGIN)
        assert "other regions than the one that decided: expected HK, found 'MO'" in refusal.value.detail

    def test_without_a_key_there_is_none(self, case, officer, acting):
        with pytest.raises(CaseError, match="no_key"):
            certifying.certify(acting(officer), decided(case, acting(officer)), ORIGIN)

    def test_the_holder_does_not_issue_it(self, key, case, holder, officer, acting):
        ruling = decided(case, acting(officer))
        with pytest.raises(Refused):
            certifying.certify(acting(holder), ruling, ORIGIN)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def query(self) -> str:
        request = asked("further/setter-gd-to-hk")
        question = Question(
            from_="GD", to="HK", purpose=request.purpose, target=request.target, proven=sealing.seal(request.evidence)
        )
        return urlencode(question.query)

    def test_an_officer_is_told_before_being_asked_which_findings_cannot_count(
        self, holder, body, officer, acting, signed_in
    ):
        request = msgspec.structs.replace(asked("maker-mo-to-hk"), target=RPL)
        case = file(acting(holder), body, request)
        asking = signed_in(officer).get(f"/en/cases/{case.id}/decide/").text

        assert (
            asking.count("Whatever you find here does not count") == 2
        )  # the months of work; the body's own test counts
        assert "its reason is the missing agreement" in asking

    def test_a_refusal_says_that_something_was_not_found_only_where_that_is_so(
        self, holder, body, officer, acting, signed_in
    ):
        request = msgspec.structs.replace(asked("maker-mo-to-hk"), target=RPL)
        case = file(acting(holder), body, request)
        decided(case, acting(officer))
        told = signed_in(officer).get(f"/en/cases/{case.id}/").text

        assert "What was not found" not in told
        assert "no terms stand under which all of it counts" in told

    def test_where_every_finding_counts_the_officer_is_warned_of_nothing(self, case, officer, signed_in):
        assert "does not count" not in signed_in(officer).get(f"/en/cases/{case.id}/decide/").text

    def test_what_was_typed_by_hand_cannot_be_filed(self, holder, body, signed_in):
        answer = signed_in(holder).get("/en/cases/file/?from=GD&unit=DEMO-GD:wax|4&to=HK&target=hk-jewellery-maker")
        assert answer.status_code == 400
        assert "certificates that were verified today" in answer.content.decode()

    def test_a_damaged_seal_is_told_in_a_sentence(self, query, holder, signed_in):
        answer = signed_in(holder).get(f"/en/cases/file/?{query}x")
        assert answer.status_code == 400
        assert "Traceback" not in answer.content.decode()

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({}, "This field is required"),
            ({"found_0": "perhaps", "why_0": "x", "reasons": "x"}, "perhaps"),
            ({"found_0": "yes", "why_0": "x" * 5000, "reasons": "x"}, "at most 4000"),
        ],
    )
    def test_a_form_that_is_not_whole_is_shown_again(self, case, officer, signed_in, said, told):
        answer = signed_in(officer).post(f"/en/cases/{case.id}/decide/", said)
        assert answer.status_code == 400
        assert told in html.unescape(answer.content.decode())

    @pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.path)
    def test_every_page_speaks_the_language_of_its_address(self, case, holder, officer, acting, signed_in, locale):
        decided(case, acting(officer), met=False)
        services.appeal(acting(holder), case, "the piece was mine")
        client = signed_in(officer)
        for path in ("", "of/council/", f"{case.id}/", "file/"):
            answer = client.get(f"/{locale.path}/cases/{path}")
            assert answer.status_code == 200, path
            assert f'<html lang="{locale.tag}">' in answer.content.decode()

    def test_the_queue_takes_as_many_queries_for_fifty_cases_as_for_one(
        self, case, officer, body, signed_in, django_assert_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = signed_in(officer)
        with CaptureQueriesContext(
            connection,
        ) as one:
            client.get("/en/cases/of/council/")
        for number in range(49):
            Case.objects.create(
                organisation=body, holder=case.holder, region="GD", target=f"{case.target}-{number}", outcome="REFER",
                request=f"sha256:{number:064}", receipt=case.receipt, filed=case.filed,
            )  # fmt: skip
        with django_assert_num_queries(len(one)):
            client.get("/en/cases/of/council/")


@pytest.mark.django_db
class TestLeaving:
    def test_a_holder_takes_cases_decisions_and_appeals_along(self, case, officer, holder, acting):
        decided(case, acting(officer))
        services.appeal(acting(holder), Case.objects.get(), "the piece was mine")
        with zipfile.ZipFile(io.BytesIO(exporting.export(acting(holder), "en"))) as saved:
            (told,) = json.loads(saved.read("cases.json"))
        assert told["appeal"]["grounds"] == "the piece was mine"
        assert told["rulings"][0]["reasons"] == "a trial piece was set"
        assert told["receipt"] == json.loads(case.receipt)

    def test_what_nobody_has_decided_goes_with_its_holder(self, case, holder, acting):
        erasing.erase(acting(holder))
        assert not Case.objects.exists()

    def test_a_decision_is_on_no_page_after_its_holder_was_erased_and_goes_after_five_years(
        self, case, officer, holder, acting, signed_in
    ):
        ruling = decided(case, acting(officer))
        services.appeal(acting(holder), Case.objects.get(), "the piece was mine")
        erasing.erase(acting(holder))
        client = signed_in(officer)
        for path in (f"/en/cases/{case.id}/", f"/en/cases/rulings/{ruling.id}/receipt.json"):
            assert client.get(path).status_code == 404
        assert str(case.id) not in client.get("/en/cases/of/council/").content.decode()
        erasing.purge(ruling.made + dt.timedelta(days=4 * 366))
        assert Case.objects.exists()
        erasing.purge(ruling.made + dt.timedelta(days=5 * 366))
        assert not Case.objects.exists()

    def test_what_others_filed_stays(self, case, person, acting):
        erasing.erase(acting(person("Other")))
        assert selectors.case_of(acting(case.holder), str(case.id)) == case


@pytest.mark.django_db
class TestLetters:
    def decided_on_the_page(self, case, client) -> None:
        said = {
            f"{name}_{place}": told
            for place, _ in enumerate(findings_on(case))
            for name, told in (("found", "yes"), ("why", "seen at the bench"))
        }
        told = {**said, "reasons": "a trial piece was set", "sign": "1"}
        assert client.post(f"/en/cases/{case.id}/decide/", told).status_code == 302

    def test_a_decision_and_one_on_appeal_are_told_by_a_letter_that_says_nothing_else(
        self, case, officer, second, holder, acting, signed_in, settings, django_capture_on_commit_callbacks
    ):
        settings.EMAIL_HOST = "mail.example"
        for who in (officer, second):
            with django_capture_on_commit_callbacks(execute=True):
                self.decided_on_the_page(case, signed_in(who))
            case.refresh_from_db()
            if case.state == Case.State.DECIDED:
                services.appeal(acting(holder), case, "not right")
        queued = [each.args_kwargs["args"] for each in DBTaskResult.objects.all()]
        assert queued == [[str(case.id), "http://testserver"]] * 2
        letters.deliver(*queued[0])
        [letter] = mail.outbox
        assert letter.to == [holder.email]
        for words in ("有一項決定", "有一项决定", "A decision for you", "Uma decisão para si"):
            assert words in letter.subject
        for path in ("zh-hant-hk", "zh-hans", "en", "pt"):
            assert f"http://testserver/{path}/cases/\n" in letter.body + "\n"
        for personal in (holder.name, str(case.id), case.target, "FULL", case.organisation.name_in("en")):
            assert personal not in letter.subject + letter.body

    def test_a_mail_server_that_is_down_undoes_no_decision(self, case, officer, acting, settings, caplog):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        services.decide_case(acting(officer), case, findings_on(case), "a trial piece", ORIGIN)
        letters.deliver(case.id, ORIGIN)
        assert "could not be sent" in caplog.text
        assert Ruling.objects.exists()

    def test_whoever_has_left_gets_no_letter(self, case, officer, holder, acting):
        decided(case, acting(officer))
        erasing.erase(acting(holder))
        letters.deliver(case.id, ORIGIN)
        assert not mail.outbox
