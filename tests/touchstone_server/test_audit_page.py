"""The record is there for those who check, in their language, and for nobody else."""

from __future__ import annotations

import pytest

from touchstone_server.access.rules import NOBODY, Action, Actor, Refusal, Role
from touchstone_server.accounts.on_record import ON_RECORD
from touchstone_server.audit.models import AuditEvent
from touchstone_server.audit.services import broken_links, record
from touchstone_server.pages import PAGE
from touchstone_server.texts import all_texts

pytestmark = pytest.mark.django_db


def test_an_auditor_reads_who_did_what_and_nothing_of_another_organisation(organisation, member, signed_in, person):
    college, studio, learner = organisation("college"), organisation("studio"), person("Learner")
    ada, aud = member("Ada", college, Role.ADMINISTRATOR), member("Aud", college, Role.AUDITOR)
    record(Actor(ada.id), Action.INVITE_MEMBERS, "invitation:1", organisation=college.id, detail={"roles": ["teacher"]})
    record(Actor(ada.id), Action.APPROVE_GROUP, "group:1", organisation=studio.id)
    record(Actor(learner.id), "passport.claim", "credential:1", organisation=college.id)
    page = signed_in(aud).get("/zh-hans/desk/college/record/").content.decode()
    assert "发出邀请" in page
    assert "Ada" in page
    assert "roles: teacher" in page
    assert "批准一批证书" not in page
    assert "Learner" not in page, "who holds certificates is no news for an auditor"
    assert str(learner.id)[:8] in page


def test_the_record_comes_in_pages_the_newest_first(organisation, member, signed_in):
    college = organisation("college")
    ada = member("Ada", college, Role.ADMINISTRATOR)
    for number in range(PAGE + 1):
        record(Actor(ada.id), "groups.issued", f"group:{number:03}", organisation=college.id)
    client = signed_in(ada)
    assert "group 000" not in client.get("/en/desk/college/record/").content.decode()
    assert "group 000" in client.get("/en/desk/college/record/?page=2").content.decode()


def test_a_teacher_does_not_read_it(organisation, member, signed_in):
    college = organisation("college")
    assert signed_in(member("Tess", college, Role.TEACHER)).get("/en/desk/college/record/").status_code == 404


def test_what_an_organisation_does_has_words():
    of_persons_or_seen = {"passport.use", "cases.file"}
    written = {action for action in Action if not action.value.endswith((".see", "_drafts"))} - of_persons_or_seen
    assert {f"audit.action_{each.value.replace('.', '_')}" for each in written} <= set(all_texts())


def test_a_refusal_stands_on_record_once_an_hour_for_each_action_and_of_strangers_never(
    organisation, member, signed_in, client
):
    college = organisation("college")
    tess = member("Tess", college, Role.TEACHER)
    client.post("/en/desk/college/members/", {})
    assert not AuditEvent.objects.exists()
    teacher = signed_in(tess)
    for _ in range(3):
        assert teacher.post("/en/desk/college/members/", {}).status_code == 404
    assert teacher.get("/en/desk/college/record/").status_code == 404
    entries = AuditEvent.objects.order_by("number")
    assert [(each.action, each.detail) for each in entries] == [
        ("refused.not_yours", {"action": "members.invite"}),
        ("refused.not_yours", {"action": "audit.see"}),
    ]
    assert {(each.actor, each.thing, each.organisation) for each in entries} == {
        (tess.id, f"organisation:{college.id}", college.id)
    }
    page = signed_in(member("Aud", college, Role.AUDITOR)).get("/pt/desk/college/record/").content.decode()
    assert "Recusado: sem direito" in page
    assert "Tess" in page


def test_what_is_refused_leaves_nothing_but_the_refusal(organisation, member, signed_in):
    college = organisation("college")
    ada = member("Ada", college, Role.ADMINISTRATOR)
    assert signed_in(ada, strong=False).post("/en/desk/college/members/", {"email": "a@example.org"}).status_code == 403
    assert AuditEvent.objects.get().action == "refused.second_factor"
    assert not list(broken_links())


def test_somebody_reads_their_own_sign_ins_and_nobody_elses(person, signed_in):
    chan, wong = person("Chan"), person("Wong")
    record(Actor(chan.id), "accounts.sign_in", f"person:{chan.id}", detail={"by": ["password", "totp"]})
    record(NOBODY, "accounts.sign_in_failed", f"person:{chan.id}")
    record(Actor(wong.id), "factors.add", f"person:{wong.id}", detail={"kind": "webauthn"})
    page = signed_in(chan, strong=False).get("/zh-hant-hk/desk/sign-ins/").content.decode()
    assert "密碼 + 驗證器應用程式" in page
    assert "登入失敗" in page
    assert "加入第二驗證" not in page


def test_operators_read_what_belongs_to_no_organisation_and_others_do_not(person, organisation, signed_in):
    op, chan = person("Op"), person("Chan")
    record(Actor(chan.id), "accounts.sign_in", f"person:{chan.id}", detail={"by": ["password"]})
    record(NOBODY, "accounts.sign_in_failed", f"person:{chan.id}")
    record(Actor(op.id), Action.INVITE_MEMBERS, "invitation:1", organisation=organisation("college").id)
    assert signed_in(op, strong=False).get("/en/desk/sign-ins/node/").status_code == 404
    op.is_operator = True
    op.save()
    assert signed_in(op, strong=False).get("/en/desk/sign-ins/node/").status_code == 403
    page = signed_in(op).get("/en/desk/sign-ins/node/").content.decode()
    assert "Signed in" in page
    assert str(chan.id)[:8] in page
    assert "Chan" not in page
    assert "not known" in page
    assert "Invitation made" not in page


def test_what_signs_in_and_every_refusal_has_words():
    words = [action for action, _ in ON_RECORD] + [f"refused.{why.value}" for why in Refusal]
    assert {f"audit.action_{each.replace('.', '_')}" for each in words} <= set(all_texts())
