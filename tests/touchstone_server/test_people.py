"""People: what they are called, how they sign in, and what of it stands on record."""

from __future__ import annotations

import pytest

from touchstone_server.accounts.models import User


def test_a_name_stands_in_the_order_of_the_reader():
    lin = User(email="lin@example.org", name_han="林思雨", name_latin="LIN Siyu")
    assert [lin.called(tag) for tag in ("zh-Hans", "zh-Hant-MO")] == ["林思雨 LIN Siyu"] * 2
    assert [lin.called(tag) for tag in ("en", "pt")] == ["LIN Siyu (林思雨)"] * 2
    assert User(email="lin@example.org").called("zh-Hans") == "lin@example.org"


@pytest.mark.django_db
def test_a_chinese_page_calls_people_by_their_han_name_first(person, signed_in):
    lin = person("Lin")
    lin.name_han, lin.name_latin = "林思雨", "LIN Siyu"
    lin.save()
    client = signed_in(lin)
    assert "林思雨 LIN Siyu" in client.get("/zh-hant-hk/desk/").content.decode()
    assert "LIN Siyu (林思雨)" in client.get("/pt/desk/").content.decode()
