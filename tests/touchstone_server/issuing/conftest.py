"""A college that issues, and its people."""

from __future__ import annotations

import pytest

from tests.touchstone_server.issuing_world import approved, issuing_college
from touchstone_server.access.rules import Role
from touchstone_server.issuing import running
from touchstone_server.issuing.models import Certificate


@pytest.fixture
def college(organisation, settings, tmp_path):
    return issuing_college(organisation, settings, tmp_path)


@pytest.fixture
def officer(member, college):
    return member("Olive", college, Role.ISSUING_OFFICER)


@pytest.fixture
def second(member, college):
    return member("Sam", college, Role.ISSUING_OFFICER)


@pytest.fixture
def teacher(member, college):
    return member("Tess", college, Role.TEACHER)


@pytest.fixture
def issue(college, teacher, second, acting):
    """Issue to those in a table and return their certificates, in its order."""

    def issue(table: str = "陳大文 CHAN Tai Man", **more) -> list[Certificate]:
        group = approved(college, acting(teacher), acting(second), table, **more)
        running.run(group.id)
        return [
            row.certificate for row in group.lines.select_related("certificate").order_by("number") if row.certificate
        ]

    return issue
