"""Who writes takes turns in one order: the person or the group, then rows, the head of the audit log last; nobody waits for a stranger."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from tests.touchstone_server.issuing.conftest import college, issue, officer, second, teacher  # noqa: F401 - fixtures
from tests.touchstone_server.issuing_world import ORIGIN, draft_of
from tests.touchstone_server.test_passport import sample
from touchstone_server import trust
from touchstone_server.access.requests import Refused
from touchstone_server.access.rules import NOBODY, Role
from touchstone_server.accounts.models import User
from touchstone_server.audit.models import AuditEvent
from touchstone_server.audit.services import broken_links, newest, record, writing
from touchstone_server.issuing import offering, status
from touchstone_server.issuing.models import Certificate, Group, StatusChange
from touchstone_server.issuing.services import prepare
from touchstone_server.organisations import services as organisations
from touchstone_server.organisations.models import Membership
from touchstone_server.passport import consents, erasing, exporting, services, sharing
from touchstone_server.passport.consents import Purpose
from touchstone_server.passport.models import Consent, HeldCredential
from touchstone_server.passport.services import PassportError

TABLE = "awarded,name\n" + "\n".join(f"2026-11-01,Chan {number}" for number in range(20))


@pytest.fixture
def holder(person, acting):
    actor = acting(person("Siyu"), strong=False)
    for purpose in Purpose:
        consents.give(actor, purpose, "en")
    return actor


def together(*calls) -> list[str]:
    """Do some things at once, each on a connection of its own; return how each ended."""
    ends, gate = [""] * len(calls), threading.Barrier(len(calls))

    def run(place, call):
        gate.wait()
        try:
            call()
            ends[place] = "done"
        except Exception as error:
            ends[place] = getattr(error, "code", type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return ends


class TestTheHeadIsLockedLast:
    @pytest.mark.django_db
    @pytest.mark.parametrize(
        "doing", ["consent", "claim", "bring", "share", "remove", "withdraw", "erase", "offer", "propose"]
    )
    def test_whoever_has_the_head_of_the_log_asks_for_nothing_else(self, doing, holder, issue, officer, second, acting):  # noqa: F811
        issued = issue("name,awarded\nChan,2026-11-01\nWong,2026-11-01")
        one, other = offering.offer_group(acting(officer), issued[0].group).values()
        held = services.claim(holder, one)
        do = {
            "consent": lambda: consents.give(holder, Purpose.KEEP, "pt"),
            "claim": lambda: services.claim(holder, other),
            "bring": lambda: services.bring(holder, bytes(issued[1].document)),
            "share": lambda: sharing.share(holder, held, [], 7),
            "remove": lambda: services.remove(holder, held),
            "withdraw": lambda: consents.withdraw(holder, Consent.objects.get(purpose=Purpose.KEEP)),
            "erase": lambda: erasing.erase(holder),
            "offer": lambda: offering.offer_group(acting(officer), issued[0].group),
            "propose": lambda: status.propose(acting(second), issued[0], StatusChange.Kind.REVOKE, "forged papers"),
        }[doing]
        if doing == "consent":
            Consent.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            do()
        told = [each["sql"] for each in asked]
        locked = next(place for place, sql in enumerate(told) if "audit_audithead" in sql)
        later = [sql for sql in told[locked:] if "audit_" not in sql and "SAVEPOINT" not in sql]
        assert not later

    @pytest.mark.django_db
    def test_a_part_that_fails_takes_its_entries_with_it(self):
        @writing()
        def fail():
            record(NOBODY, "tests.two", "thing:2")
            raise ZeroDivisionError

        with writing():
            record(NOBODY, "tests.one", "thing:1")
            with pytest.raises(ZeroDivisionError):
                fail()
            with writing():
                record(NOBODY, "tests.three", "thing:3")
            assert newest().number == 0
        assert list(AuditEvent.objects.order_by("number").values_list("action", flat=True)) == [
            "tests.one",
            "tests.three",
        ]
        assert not list(broken_links())


@pytest.mark.django_db
def test_an_export_waits_for_nobodys_server(holder, settings, monkeypatch):
    settings.TOUCHSTONE_FETCH = True
    fetched: list[str] = []
    depths: list[int] = []
    monkeypatch.setattr(trust, "_fetcher", lambda: fetched.append)
    at_hand = trust.lists_at_hand
    monkeypatch.setattr(trust, "lists_at_hand", lambda: depths.append(len(connection.atomic_blocks)) or at_hand())
    services.bring(holder, sample("wallet"))
    outside = len(connection.atomic_blocks)
    assert exporting.export(holder, "en")
    assert not fetched
    assert depths == [outside], "gathered in no transaction, so that nobody waits for it"


@pytest.mark.django_db
def test_nothing_is_written_for_somebody_who_was_erased(holder):
    held = services.bring(holder, sample())[0]
    erasing.erase(holder)
    for late in (
        lambda: consents.give(holder, Purpose.KEEP, "en"),
        lambda: services.bring(holder, sample()),
        lambda: services.claim(holder, "ZZZZZ-00000-00000"),
        lambda: sharing.share(holder, held, [], 7),
    ):
        with pytest.raises(Refused):
            late()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_new_codes_and_a_claim_do_not_block_each_other(self, issue, officer, holder, acting):  # noqa: F811
        issued = issue(TABLE)
        codes = list(offering.offer_group(acting(officer), issued[0].group).values())

        def claims():
            for code in reversed(codes[-3:]):
                with suppress(PassportError):  # the code was given anew by then
                    services.claim(holder, code)

        assert together(lambda: offering.offer_group(acting(officer), issued[0].group), claims) == ["done", "done"]

    def test_new_codes_and_a_proposal_do_not_block_each_other(self, issue, officer, second, acting):  # noqa: F811
        issued = issue(TABLE)

        def proposals():
            for each in reversed(issued):
                status.propose(acting(second), each, StatusChange.Kind.REVOKE, "forged papers")

        assert together(lambda: offering.offer_group(acting(officer), issued[0].group), proposals) == ["done", "done"]

    def test_codes_made_anew_and_revoking_do_not_block_each_other(self, issue, officer, second, acting):  # noqa: F811
        issued = issue(TABLE)
        offering.offer_group(acting(officer), issued[0].group)
        revoke = StatusChange.Kind.REVOKE
        waiting = [status.propose(acting(second), each, revoke, "forged papers") for each in reversed(issued)]

        def decides():
            for each in waiting:
                status.decide(acting(officer), each, approved=True)

        def offers():
            for _ in range(4):
                offering.offer_group(acting(officer), issued[0].group)

        assert together(offers, decides) == ["done", "done"]
        assert Certificate.objects.filter(state="revoked").count() == len(issued)
        assert not Certificate.objects.filter(offer__isnull=False).exclude(offer__content=b"").exists(), "a code works"

    def test_a_consent_that_is_sent_twice_is_given_once(self, person, acting):
        actor = acting(person("Siyu"), strong=False)
        assert together(*[lambda: consents.give(actor, Purpose.KEEP, "en")] * 4) == ["done"] * 4
        assert Consent.objects.count() == 1

    def test_a_form_that_is_sent_twice_makes_one_group(self, college, teacher, acting):  # noqa: F811
        draft = draft_of(college, "Chan Tai Man")
        assert together(*[lambda: prepare(acting(teacher), college, draft, ORIGIN)] * 4) == ["done"] * 4
        assert Group.objects.count() == 1

    def test_a_file_that_is_sent_twice_is_held_once(self, holder):
        assert sorted(together(*[lambda: services.bring(holder, sample())] * 4)) == ["done", "held", "held", "held"]
        assert HeldCredential.objects.count() == 1

    def test_what_comes_while_somebody_is_erased_is_theirs_no_more(self, holder):
        for _ in range(2):
            together(lambda: erasing.erase(holder), lambda: services.bring(holder, sample()))
        assert not User.objects.get(pk=holder.user).is_active
        assert not HeldCredential.objects.exists()

    def test_two_administrators_do_not_end_each_other(self, organisation, member, acting):
        studio = organisation("studio")
        one, other = (member(name, studio, Role.ADMINISTRATOR) for name in ("Ana", "Bea"))
        roles = {each.user_id: each for each in Membership.objects.all()}
        ends = together(
            lambda: organisations.end_membership(acting(one), roles[other.id]),
            lambda: organisations.end_membership(acting(other), roles[one.id]),
        )
        assert sorted(ends) == ["Refused", "done"]
        assert Membership.objects.filter(until=None).count() == 1
