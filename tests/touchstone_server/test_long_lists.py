"""A list that is longer than a page has a next one, and what a page asks the database does not grow with what stands on it."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.touchstone_server.issuing_world import PASSPHRASE, approved, give_key, write_registry
from touchstone_server import clock
from touchstone_server.access.rules import Role
from touchstone_server.exchange.models import Peer, RefusedDocument
from touchstone_server.issuing import running
from touchstone_server.issuing.models import Certificate, Group
from touchstone_server.pages import PAGE
from touchstone_server.passport.models import Access, HeldCredential
from touchstone_server.transfers.models import Transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def college(organisation):
    return organisation("college", region="GD")


@pytest.fixture
def everything(member, college):
    return member("Ada", college, *Role)


def both_pages(client, address: str, name: str = "page") -> str:
    """What stands on the first two pages of a list, the first of which leads to the second."""
    first = client.get(address).content.decode()
    assert f'href="?{name}=2"' in first, "it has a next page"
    second = client.get(f"{address}?{name}=2").content.decode()
    assert f'href="?{name}=1"' in second
    return first + second


def test_every_group_is_on_some_page_of_the_desk(college, everything, signed_in):
    now = clock.now()
    Group.objects.bulk_create(
        Group(
            organisation=college, title=f"group-{n:03}", prepared_by=everything, prepared=now + dt.timedelta(seconds=n)
        )
        for n in range(PAGE + 11)
    )
    told = both_pages(signed_in(everything), "/en/desk/college/issuing/")
    assert all(f"group-{n:03}" in told for n in range(PAGE + 11))


def test_every_refused_document_is_on_some_page(college, everything, signed_in):
    peer = Peer.objects.create(address="https://peer.example")
    RefusedDocument.objects.bulk_create(
        RefusedDocument(peer=peer, document=f"urn:x:{n:03}", version="1", why="conflict", seen=clock.now())
        for n in range(PAGE + 3)
    )
    told = both_pages(signed_in(everything), "/en/desk/college/exchange/", "refused")
    assert all(f"urn:x:{n:03}" in told for n in range(PAGE + 3))


def test_every_transfer_is_on_some_page_of_the_register(college, everything, signed_in):
    day = clock.today()
    Transfer.objects.bulk_create(
        Transfer(
            organisation=college, to_region="HK", recipient=f"recipient-{n:03}", purpose="x", categories="x",
            effective=day, filed=day, assessed="2026", until=day, created=clock.now(),
        )
        for n in range(PAGE + 3)
    )  # fmt: skip
    told = both_pages(signed_in(everything), "/en/desk/college/transfers/")
    assert all(f"recipient-{n:03}" in told for n in range(PAGE + 3))


def test_every_look_is_on_some_page_of_the_passport(person, signed_in):
    chan = person("Chan")
    Access.objects.bulk_create(
        Access(person=chan, what=Access.What.CERTIFICATE, at=clock.now() - dt.timedelta(days=n))
        for n in range(PAGE + 3)
    )
    client = signed_in(chan)
    first, second = (client.get(f"/en/passport/log/?page={n}").content.decode() for n in (1, 2))
    assert (first.count("<time"), second.count("<time")) == (PAGE, 3)


@pytest.mark.parametrize("number", ["0", "-1", "x", "999999999", "%00", "１"])
def test_a_number_that_is_none_gives_a_page_all_the_same(college, everything, signed_in, number):
    assert signed_in(everything).get(f"/en/desk/college/issuing/?page={number}").status_code in (200, 400)


def test_a_passport_of_many_issuers_asks_the_database_as_often_as_one_of_a_few(
    organisation, member, acting, person, signed_in, settings, tmp_path
):
    settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE, settings.TOUCHSTONE_ADDRESS = tmp_path, PASSPHRASE, ""
    chan = person("Chan")

    def hold(slug: str) -> None:
        college = organisation(slug, region="GD")
        give_key(college)
        settings.TOUCHSTONE_TRUST = str(write_registry(college, tmp_path))
        officers = [acting(member(f"{slug}{n}", college, Role.ISSUING_OFFICER)) for n in range(2)]
        running.run(approved(college, *officers, "Chan Tai Man\nWong Ka Yan").id)
        for each in Certificate.objects.filter(organisation=college):
            content = bytes(each.document)
            HeldCredential.objects.create(
                holder=chan, content=content, digest=hashlib.sha256(content).hexdigest(), received=clock.now()
            )

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/en/passport/").status_code == 200
        return len(queries)

    client = signed_in(chan)
    hold("first")
    asked()
    few = asked()
    hold("second")
    hold("third")
    assert asked() == few
