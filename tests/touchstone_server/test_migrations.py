"""A node that is there already keeps what it holds when its tables get another shape."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from touchstone_server.exchange.models import DocumentName
from touchstone_server.transfers.models import Transfer

DAY = dt.date(2026, 11, 24)
BEFORE = [("transfers", None), ("passport", "0002_claimed_by_glue")]
NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
ROW = {
    "to_region": "HK", "recipient": "A body", "purpose": "recognition", "categories": "name", "reference": "F-1",
    "assessed": "PIA-1", "effective": DAY, "filed": DAY, "until": DAY, "created": NOW,
}  # fmt: skip


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.fixture
def as_before():
    """Return the models of a node before its register of transfers had an app of its own."""
    executor = MigrationExecutor(connection)
    yield executor.migrate(BEFORE).apps
    forward()


def forward() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_the_register_of_transfers_keeps_its_rows_when_it_gets_an_app_of_its_own(as_before):
    college = as_before.get_model("organisations", "Organisation").objects.create(slug="college", names={})
    entered = as_before.get_model("passport", "Transfer").objects.create(organisation=college, **ROW)

    forward()

    found = Transfer.objects.get()
    assert (found.pk, found.organisation.slug, found.reference) == (entered.pk, "college", "F-1")


@pytest.mark.django_db(transaction=True)
def test_it_can_go_back_to_the_version_before_with_all_its_rows(as_before):
    forward()
    college = as_before.get_model("organisations", "Organisation").objects.create(slug="college", names={})
    entered = Transfer.objects.create(organisation_id=college.pk, **ROW)

    before = MigrationExecutor(connection).migrate(BEFORE).apps

    assert before.get_model("passport", "Transfer").objects.get().pk == entered.pk


@pytest.mark.django_db(transaction=True)
def test_documents_that_are_there_claim_their_names_and_what_is_public_comes_first():
    before = MigrationExecutor(connection).migrate([("exchange", "0002_publication_publish")]).apps
    college = before.get_model("organisations", "Organisation").objects.create(slug="college", names={})
    author = before.get_model("accounts", "User").objects.create(email="ada@example.org")
    peer = before.get_model("exchange", "Peer").objects.create(address="https://peer.example")
    row = {"document": "urn:a", "kind": "LevelScale", "title": {}, "content": "{}"}
    put_up = {**row, "organisation": college, "proposed_by": author, "proposed": NOW, "note": "due"}
    for version, state in (("1", "published"), ("2", "waiting")):
        before.get_model("exchange", "Publication").objects.create(
            **put_up, version=version, digest=f"p{version}", state=state
        )
    for version in ("1", "2"):
        before.get_model("exchange", "PulledDocument").objects.create(
            **row, version=version, digest=f"c{version}", peer=peer, standing="unverified", pulled=NOW
        )

    forward()

    assert dict(DocumentName.objects.values_list("version", "digest")) == {"1": "p1", "2": "c2"}
