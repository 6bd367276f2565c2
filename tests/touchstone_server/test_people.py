"""People: what they are called, how they sign in, and what of it stands on record."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.signals import social_account_added, social_account_removed

from touchstone_server import clock
from touchstone_server.accounts.models import User
from touchstone_server.audit.models import AuditEvent


def test_a_name_stands_in_the_order_of_the_reader():
    lin = User(email="lin@example.org", name_han="林思雨", name_latin="LIN Siyu")
    assert [lin.called(tag) for tag in ("zh-Hans", "zh-Hant-MO")] == ["林思雨 LIN Siyu"] * 2
    assert [lin.called(tag) for tag in ("en", "pt")] == ["LIN Siyu (林思雨)"] * 2
    assert User(email="lin@example.org").called("zh-Hans") == "lin@example.org"


def test_a_name_that_was_given_twice_alike_is_told_once():
    pessoa = User(email="novo@example.org", name_han="Novo Pessoa", name_latin="NOVO Pessoa")
    assert pessoa.called("en") == pessoa.called("zh-Hans") == "NOVO Pessoa"


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


@pytest.mark.django_db
def test_an_institution_that_comes_or_goes_stands_on_record(person):
    linked = SocialAccount(user=person("Chan"), provider="university", uid="chan@university.example")
    social_account_added.send(SocialAccount, request=None, sociallogin=SocialLogin(user=linked.user, account=linked))
    social_account_removed.send(SocialAccount, request=None, socialaccount=linked)
    found = AuditEvent.objects.order_by("number").values_list("action", "actor", "detail")
    assert list(found) == [
        ("accounts.institution_added", linked.user.id, {}), ("accounts.institution_removed", linked.user.id, {}),
    ]  # fmt: skip


@pytest.mark.django_db
def test_failed_sign_ins_stand_on_record_once_an_hour_and_only_of_accounts_that_are_there(
    client, settings, monkeypatch
):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    chan = User.objects.create_user("chan@example.org", "correct horse battery staple", name_latin="Chan")
    for email in ("chan@example.org", "Chan@example.org", "nobody@example.org"):
        client.post("/en/account/login/", {"login": email, "password": "another horse, another staple"})
    entry = AuditEvent.objects.get()
    assert (entry.action, entry.actor, entry.thing, entry.detail) == (
        "accounts.sign_in_failed", None, f"person:{chan.id}", {},
    )  # fmt: skip
    later = clock.now() + dt.timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    client.post("/en/account/login/", {"login": "chan@example.org", "password": "another horse, another staple"})
    assert AuditEvent.objects.count() == 2


@pytest.mark.django_db
def test_a_changed_password_and_an_identity_shown_anew_stand_on_record(client, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    chan = User.objects.create_user("chan@example.org", "correct horse battery staple", name_latin="Chan")
    client.force_login(chan)
    client.post("/en/account/reauthenticate/", {"password": "correct horse battery staple"})
    new = {"password1": "another horse, another staple", "password2": "another horse, another staple"}
    client.post("/en/account/password/change/", {"oldpassword": "correct horse battery staple", **new})
    found = AuditEvent.objects.order_by("number").values_list("action", "detail")
    assert list(found) == [("accounts.shown_anew", {"by": ["password"]}), ("accounts.password", {})]
