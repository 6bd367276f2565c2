"""The record is there for those who check, in their language, and for nobody else."""

from __future__ import annotations

import pytest

from touchstone_server.access.rules import Action, Actor, Role
from touchstone_server.audit.services import record
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
