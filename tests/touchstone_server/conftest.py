"""Django is set up here and not in the settings of pytest: the core's tests must pass without it.

Tests that ask for ``db`` get a database of their own for the whole run, SQLite by default and PostgreSQL where TOUCHSTONE_DATABASE names
one; each test's changes are rolled back. They bear the mark ``database``, so that a second run with PostgreSQL takes them alone.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone_server.settings")
os.environ.setdefault("TOUCHSTONE_DATA", tempfile.mkdtemp(prefix="touchstone-"))
os.environ.setdefault("TOUCHSTONE_DATABASE", f"sqlite://{Path(os.environ['TOUCHSTONE_DATA']) / 'node.sqlite3'}")
django.setup()

if TYPE_CHECKING:
    from touchstone_server.access.rules import Role
    from touchstone_server.accounts.models import User
    from touchstone_server.organisations.models import Organisation


@pytest.hookimpl(tryfirst=True)  # before pytest itself looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the database, by fixture or by pytest-django's own mark."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if asked & {"db", "transactional_db"} or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(autouse=True)
def _log_can_be_emptied_by_tests_alone(request: pytest.FixtureRequest):
    """Let what empties all tables after a test with transactions of its own empty the log: PostgreSQL refuses it to everybody else."""
    asked = request.node.get_closest_marker("django_db")
    if not (asked and asked.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    from django.db import connection

    def guard(role: str) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET session_replication_role = {role}")

    guard("DEFAULT")
    yield
    guard("replica")


@pytest.fixture
def person(db: None):
    """Make a person: ``person("Chan")``."""
    from touchstone_server.accounts.models import User

    def make(name: str) -> User:
        return User.objects.create_user(f"{name.lower()}@example.org", name_latin=name)

    return make


@pytest.fixture
def organisation(db: None):
    """Make an organisation: ``organisation("college")``."""
    from touchstone_server.organisations.models import Organisation

    def make(slug: str, kind: str = "school", region: str = "GD", issuer: str = "") -> Organisation:
        return Organisation.objects.create(slug=slug, kind=kind, region=region, names={"en": slug}, issuer=issuer)

    return make


@pytest.fixture
def member(person, organisation):
    """Make a person with roles in an organisation: ``member("Chan", college, Role.TEACHER)``."""
    from touchstone_server.organisations.services import give_role

    def make(name: str, of: Organisation, *roles: Role) -> User:
        user = person(name)
        for role in roles:
            give_role(user, of, role)
        return user

    return make


@pytest.fixture
def acting():
    """Return the actor that a person is after signing in, with a second factor unless told otherwise."""
    from touchstone_server.access.requests import roles_of
    from touchstone_server.access.rules import Actor

    def act(user: User, *, strong: bool = True) -> Actor:
        return Actor(user.id, roles_of(user.id), strong)

    return act


@pytest.fixture
def signed_in(client):
    """Return a client in which somebody has signed in, with a second factor unless told otherwise."""
    from touchstone_server.access.requests import SESSION_METHODS

    def sign_in(user: User, *, strong: bool = True):
        client.force_login(user)
        if strong:
            session = client.session
            session[SESSION_METHODS] = [{"method": "mfa", "type": "webauthn"}]
            session.save()
        return client

    return sign_in
