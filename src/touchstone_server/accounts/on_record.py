# SPDX-License-Identifier: Apache-2.0
"""Sign-ins and means to sign in, on record: a second factor that somebody else added must be seen afterwards.

Who fails is not known: that stands on record of the account alone, once an hour, whatever is tried; of an address that nobody has, nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import signals as account
from allauth.account.utils import filter_users_by_email
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as institution
from django.dispatch import Signal

from touchstone_server.access.requests import SESSION_METHODS
from touchstone_server.access.rules import NOBODY, Actor
from touchstone_server.accounts.models import User
from touchstone_server.audit.services import record, record_once_an_hour

ON_RECORD: tuple[tuple[str, Signal], ...] = (
    ("accounts.sign_in", account.user_logged_in),
    ("accounts.sign_up", account.user_signed_up),
    ("accounts.shown_anew", account.authentication_step_completed),
    ("accounts.password", account.password_changed),
    ("accounts.password", account.password_set),
    ("accounts.password_reset", account.password_reset),
    ("accounts.email", account.email_changed),
    ("accounts.email_added", account.email_added),
    ("accounts.email_removed", account.email_removed),
    ("accounts.institution_added", institution.social_account_added),
    ("accounts.institution_removed", institution.social_account_removed),
    ("factors.add", mfa.authenticator_added),
    ("factors.remove", mfa.authenticator_removed),
    ("factors.renew", mfa.authenticator_reset),
    ("factors.failed", mfa.authentication_failed),
)
"""What is written down, and when."""
FAILED = "factors.failed"


def listen() -> None:
    """Write down what allauth does from now on."""
    for number, (action, signal) in enumerate(ON_RECORD):
        signal.connect(_writer(action), weak=False, dispatch_uid=f"on record: {number}")


def sign_in_failed(email: str) -> None:
    """Write down that somebody gave a wrong password for an address."""
    for user in filter_users_by_email(email)[:1]:
        record_once_an_hour(NOBODY, "accounts.sign_in_failed", f"person:{user.pk}")


def _writer(action: str) -> Callable[..., None]:
    def write(sender: object, **told: Any) -> None:  # noqa: ANN401 - whatever allauth tells
        if action == "accounts.shown_anew" and not told.get("reauthenticated"):
            return  # a step of signing in, which is on record when it is done
        user = _whose(told)
        if action == FAILED:
            record_once_an_hour(NOBODY, action, f"person:{user.pk}", detail=_detail(action, told))
        else:
            record(Actor(user.pk), action, f"person:{user.pk}", detail=_detail(action, told))

    return write


def _whose(told: dict[str, Any]) -> User:
    user: User = told["user"] if "user" in told else (told.get("sociallogin") or told["socialaccount"]).user
    return user


def _detail(action: str, told: dict[str, Any]) -> dict[str, Any]:
    """Return by which means: its kind alone, for a key's name may be a person's."""
    if action == "accounts.sign_in" and (request := told.get("request")):
        return {"by": [each.get("type") or each.get("method", "") for each in request.session.get(SESSION_METHODS, [])]}
    if action == "accounts.shown_anew":
        return {"by": [told.get("type") or told["method"]]}
    found = told.get("authenticator")
    return (
        {"kind": str(getattr(found, "type", "") or told.get("authenticator_type", ""))}
        if action.startswith("factors")
        else {}
    )
