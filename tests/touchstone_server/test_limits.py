"""What limits wrong passwords holds, whatever else the node is asked meanwhile."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client

from touchstone_server.accounts.models import User


@pytest.fixture(autouse=True)
def fresh_limits():
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.mark.django_db
def test_looking_at_many_pages_makes_no_room_for_wrong_passwords():
    User.objects.create_user("chan@example.org", "a ring of fine gold", name_latin="Chan")

    def tries(count: int) -> list[bool]:
        told = {"login": "chan@example.org", "password": "a ring of brass"}
        return ["Too many" in Client().post("/en/account/login/", told).content.decode() for _ in range(count)]

    assert tries(8)[-1], "somebody who guesses is stopped"
    for number in range(3_000):
        caches["pages"].set(f"page-{number}", b"packed")
    assert all(tries(3))
