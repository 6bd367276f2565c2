"""Whatever people of any role try in any organisation, each gets what the model says and reads nothing that is not for them."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from tests.touchstone_server.issuing_world import PASSPHRASE
from tests.touchstone_server.permission_walk import Walk
from tests.touchstone_server.test_passport import left_in_the_database
from touchstone_server.accounts.models import User
from touchstone_server.audit.models import AuditEvent
from touchstone_server.audit.services import broken_links
from touchstone_server.cases.models import Ruling
from touchstone_server.issuing.models import Group, StatusChange

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """Begin a walk; papers are typeset elsewhere."""
    monkeypatch.setattr(settings, "TOUCHSTONE_DATA", tmp_path)
    monkeypatch.setattr(settings, "TOUCHSTONE_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr("touchstone_server.issuing.archive.certificate_pdf", lambda *told: b"%PDF")
    return Walk


@pytest.mark.parametrize(
    ("seed", "steps"), [(8, 250), *(pytest.param(seed, 1_000, marks=pytest.mark.soak) for seed in range(5))]
)
def test_everybody_gets_what_is_theirs_and_reads_nothing_else(begun, seed, steps, tally):
    walk = begun(seed)
    for _ in range(steps):
        walk.step()
    tally("permission walk", walk.done)
    assert not list(broken_links())
    assert not [event.number for event in AuditEvent.objects.all() if "cnry" in f"{event.thing} {event.detail}"]
    for group in Group.objects.filter(state="issued"):
        assert group.prepared_by_id != group.decided_by_id
    for change in StatusChange.objects.exclude(state="waiting"):
        assert change.proposed_by_id != change.decided_by_id
    for ruling in Ruling.objects.select_related("case"):
        assert ruling.officer_id != ruling.case.holder_id
    for each in walk.gone:  # each fence by itself, for one would hide a hole in another
        assert not User.objects.get(pk=each.user.pk).is_active
        assert not each.user.memberships.filter(until=None).exists()
        assert not [
            session
            for session in Session.objects.all()
            if session.get_decoded().get("_auth_user_id") == str(each.user.pk)
        ]
    assert not walk.gone or not left_in_the_database(*(each.email for each in walk.gone))
