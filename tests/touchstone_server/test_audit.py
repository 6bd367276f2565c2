"""The audit log only grows, and shows when somebody has changed it behind the database's back."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from touchstone_server.access.rules import NOBODY
from touchstone_server.audit.models import AuditEvent, AuditHead
from touchstone_server.audit.services import BEGINNING, broken_links, newest, record, still_holds

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_entries() -> None:
    for number in range(3):
        record(NOBODY, "tests.do", f"thing:{number}", detail={"姓": "no name"})


def behind_the_triggers(sql: str) -> None:
    """Do what only somebody who owns the database can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_no_update")
            cursor.execute("DROP TRIGGER audit_no_delete")
        else:
            cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_only_grows")
        cursor.execute(sql)


def test_entries_follow_each_other_without_a_gap(three_entries):
    assert list(AuditEvent.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert not list(broken_links())


@pytest.mark.parametrize("change", [lambda events: events.update(action="x"), lambda events: events.delete()])
def test_the_database_refuses_to_change_an_entry(three_entries, change):
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        change(AuditEvent.objects.filter(number=2))


def test_a_changed_entry_shows(three_entries):
    behind_the_triggers("UPDATE audit_auditevent SET action = 'tests.other' WHERE number = 2")
    assert list(broken_links()) == [2]


def test_a_missing_entry_shows(three_entries):
    behind_the_triggers("DELETE FROM audit_auditevent WHERE number = 2")
    assert 3 in list(broken_links())


def test_a_missing_last_entry_shows(three_entries):
    behind_the_triggers("DELETE FROM audit_auditevent WHERE number = 3")
    assert list(broken_links()) == [3]


def test_a_head_that_was_set_back_shows(three_entries):
    AuditHead.objects.update(number=2, digest=AuditEvent.objects.get(number=2).digest)
    assert list(broken_links()) == [3]


def test_what_is_written_while_the_log_is_read_breaks_nothing(three_entries):
    behind_the_triggers("UPDATE audit_auditevent SET action = 'tests.other' WHERE number = 1")
    reading = broken_links()
    assert next(reading) == 1
    record(NOBODY, "tests.do", "thing:4")
    assert not list(reading)


def test_what_is_not_done_is_not_written_down():
    with transaction.atomic():
        record(NOBODY, "tests.do", "thing:1")
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()
    assert newest() == (0, BEGINNING)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditevent SET action = 'tests.other'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent"
        if connection.vendor == "postgresql"
        else "REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent",
    ],
)
def test_the_database_refuses_every_statement_that_would_take_an_entry_away(three_entries, sql):
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert not list(broken_links())


def test_a_log_without_a_head_was_emptied(three_entries):
    behind_the_triggers("DELETE FROM audit_auditevent")
    AuditHead.objects.all().delete()
    assert list(broken_links()) == [1]


def test_a_chain_that_was_written_anew_shows_against_a_mark_that_was_kept(three_entries):
    kept = newest()
    assert still_holds(kept)
    behind_the_triggers("DELETE FROM audit_auditevent WHERE number = 3")
    AuditHead.objects.update(number=2, digest=AuditEvent.objects.get(number=2).digest)
    record(NOBODY, "tests.forged", "thing:2")
    assert not list(broken_links()), "by itself it looks whole"
    assert not still_holds(kept)
