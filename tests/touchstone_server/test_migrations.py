"""A node that is there already keeps what it holds when its tables get another shape."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from touchstone_server.transfers.models import Transfer

DAY = dt.date(2026, 11, 24)
BEFORE = [("transfers", None), ("passport", "0002_claimed_by_glue")]
ROW = {
    "to_region": "HK", "recipient": "A body", "purpose": "recognition", "categories": "name", "reference": "F-1",
    "assessed": "PIA-1", "effective": DAY, "filed": DAY, "until": DAY, "created": dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
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
