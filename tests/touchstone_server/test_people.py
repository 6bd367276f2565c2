"""People: what they are called, how they sign in, and what of it stands on record."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed

from touchstone_server.accounts.models import User
from touchstone_server.audit.models import AuditEvent


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


@pytest.mark.django_db
def test_a_sign_in_stands_on_record_with_its_means_and_no_address(client):
    chan = User.objects.create_user("chan@example.org", "correct horse battery staple", name_latin="Chan")
    form = {"login": "chan@example.org", "password": "correct horse battery staple"}
    client.post("/en/account/login/", form | {"password": "another horse, another staple"})
    assert not AuditEvent.objects.exists()
    client.post("/en/account/login/", form)
    entry = AuditEvent.objects.get()
    assert (entry.action, entry.actor, entry.thing) == ("accounts.sign_in", chan.id, f"person:{chan.id}")
    assert entry.detail == {"by": ["password"]}


@pytest.mark.django_db
def test_a_second_factor_that_comes_or_goes_stands_on_record(person, client):
    chan = person("Chan")
    for signal in (authenticator_added, authenticator_removed):
        signal.send(Authenticator, request=None, user=chan, authenticator=Authenticator(user=chan, type="totp"))
    found = AuditEvent.objects.order_by("number").values_list("action", "detail")
    assert list(found) == [("factors.add", {"kind": "totp"}), ("factors.remove", {"kind": "totp"})]
