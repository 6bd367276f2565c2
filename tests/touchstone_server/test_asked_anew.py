"""Before what is sensitive a person shows anew who they are, unless they have just done so; then what was asked for is done."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings as node

from touchstone_server.access.requests import SESSION_METHODS
from touchstone_server.access.rules import Role
from touchstone_server.accounts.models import User
from touchstone_server.organisations.models import Invitation

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
BEFORE = {
    "a second factor is added": "account/2fa/totp/activate/",
    "a passkey is added": "account/2fa/webauthn/add/",
    "recovery codes are made": "account/2fa/recovery-codes/generate/",
}


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def chan(person):
    user = person("Chan")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def minutes_ago(client):
    """Return a client in which somebody has signed in so many minutes ago, with a second factor."""

    def sign_in(user: User, minutes: float):
        client.force_login(user)
        session = client.session
        session[SESSION_METHODS] = [{"method": "mfa", "type": "totp", "at": time.time() - 60 * minutes}]
        session[f"{SESSION_METHODS}_user"] = str(user.id)
        session.save()
        return client

    return sign_in


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.mark.parametrize("path", BEFORE.values(), ids=BEFORE)
def test_it_is_asked_anew_when_the_last_sign_in_is_some_minutes_old_before(chan, minutes_ago, path):
    TOTP.activate(chan, generate_totp_secret()) if "recovery" in path else None
    assert minutes_ago(chan, 9).get(f"/en/{path}").status_code == 200
    sent = minutes_ago(chan, 11).get(f"/en/{path}")
    assert (sent.status_code, sent["Location"].split("?")[0]) == (302, "/en/account/reauthenticate/")


def test_a_factor_is_not_removed_nor_an_address_added_by_whoever_finds_the_browser_open(chan, minutes_ago):
    TOTP.activate(chan, generate_totp_secret())
    client = minutes_ago(chan, 11)
    for path, form in (
        ("account/2fa/totp/deactivate/", {}),
        ("account/email/", {"action_add": "", "email": "b@example.org"}),
    ):
        assert "/account/reauthenticate/" in client.post(f"/en/{path}", form)["Location"]
    assert Authenticator.objects.filter(user=chan).exists()
    assert not chan.emailaddress_set.filter(email="b@example.org").exists()


def confirming(organisation, member, person) -> tuple[User, str]:
    """Return a second administrator, and where they agree to a role that approves."""
    from touchstone_server.access.requests import roles_of
    from touchstone_server.access.rules import Actor
    from touchstone_server.organisations import services

    college = organisation("college")
    first, second = member("Ada", college, Role.ADMINISTRATOR), member("Bo", college, Role.ADMINISTRATOR)
    second.set_password(PASSWORD)
    second.save()
    made = services.invite(
        Actor(first.id, roles_of(first.id), strong=True), college, "new@example.org", [Role.ISSUING_OFFICER]
    )
    return second, f"/pt/desk/college/members/invitations/{made.invitation.id}/confirm/"


def test_what_was_asked_for_is_done_once_the_password_is_given(organisation, member, person, minutes_ago):
    second, address = confirming(organisation, member, person)
    client = minutes_ago(second, 11)
    sent = client.post(address)
    assert "/pt/account/reauthenticate/" in sent["Location"]
    assert not Invitation.objects.get().confirmed_by
    assert client.post(sent["Location"], {"password": "another horse, another staple"}).status_code == 200
    assert not Invitation.objects.get().confirmed_by
    done = client.post(sent["Location"], {"password": PASSWORD})
    assert done["Location"] == "/pt/desk/college/members/"
    assert Invitation.objects.get().confirmed_by == second


def test_a_code_does_as_well_and_a_passkey_is_offered_beside_it(organisation, member, person, minutes_ago):
    second, address = confirming(organisation, member, person)
    second.set_unusable_password()
    second.save()
    secret = generate_totp_secret()
    TOTP.activate(second, secret)
    Authenticator.objects.create(user=second, type="webauthn", data={"name": "key", "credential": {}})
    client = minutes_ago(second, 11)
    sent = client.post(address)
    assert "/pt/account/2fa/reauthenticate/" in sent["Location"]
    assert "/pt/account/2fa/webauthn/reauthenticate/" in client.get(sent["Location"]).content.decode()
    assert client.post(sent["Location"], {"code": code_of(secret)}).status_code == 302
    assert Invitation.objects.get().confirmed_by == second


def test_whoever_has_just_signed_in_is_not_asked_again(organisation, member, person, minutes_ago):
    second, address = confirming(organisation, member, person)
    assert minutes_ago(second, 9).post(address)["Location"] == "/pt/desk/college/members/"
    assert Invitation.objects.get().confirmed_by == second


SENSITIVE = (
    ("desk/college/issuing/groups/{id}/", {"do": "approve"}),
    ("desk/college/issuing/groups/{id}/certificates.zip", {}),
    ("desk/college/issuing/changes/{id}/", {"do": "approve"}),
    ("desk/college/members/{id}/end/", {}),
    ("passport/export/", {}),
    ("passport/erase/", {}),
)


@pytest.mark.parametrize(("path", "form"), SENSITIVE, ids=[path for path, _ in SENSITIVE])
def test_it_is_asked_before_each_of_the_sensitive_things_and_not_before_reading(chan, minutes_ago, path, form):
    address, client = f"/en/{path.format(id=chan.id)}", minutes_ago(chan, 11)
    assert "/account/reauthenticate/" in client.post(address, form)["Location"]
    assert "/account/reauthenticate/" not in client.get(address).get("Location", "")


def test_other_buttons_of_the_same_form_ask_nobody_anew(chan, minutes_ago):
    answer = minutes_ago(chan, 11).post(f"/en/desk/college/issuing/changes/{chan.id}/", {"do": "decline"})
    assert answer.status_code == 404


def test_it_takes_ten_minutes():
    assert node.ACCOUNT_REAUTHENTICATION_TIMEOUT == 600
