# SPDX-License-Identifier: Apache-2.0
"""Sign-ins and means to sign in, on record: a second factor that somebody else added must be seen afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.dispatch import Signal

from touchstone_server.access.requests import SESSION_METHODS
from touchstone_server.access.rules import Actor
from touchstone_server.accounts.models import User
from touchstone_server.audit.services import record

ON_RECORD: dict[str, Signal] = {
    "accounts.sign_in": account.user_logged_in,
    "accounts.sign_up": account.user_signed_up,
    "accounts.password": account.password_changed,
    "accounts.password_reset": account.password_reset,
    "accounts.email": account.email_changed,
    "factors.add": mfa.authenticator_added,
    "factors.remove": mfa.authenticator_removed,
    "factors.renew": mfa.authenticator_reset,
    "factors.failed": mfa.authentication_failed,
}
"""What is written down, and when."""


def listen() -> None:
    """Write down what allauth does from now on."""
    for action, signal in ON_RECORD.items():
        signal.connect(_writer(action), weak=False, dispatch_uid=f"on record: {action}")


def _writer(action: str) -> Callable[..., None]:
    def write(sender: object, *, user: User, **told: Any) -> None:  # noqa: ANN401 - whatever allauth tells
        record(Actor(user.id), action, f"person:{user.id}", detail=_detail(action, told))

    return write


def _detail(action: str, told: dict[str, Any]) -> dict[str, Any]:
    """Return by which means: its kind alone, for a key's name may be a person's."""
    if action == "accounts.sign_in" and (request := told.get("request")):
        return {"by": [each.get("type") or each.get("method", "") for each in request.session.get(SESSION_METHODS, [])]}
    found = told.get("authenticator")
    return (
        {"kind": str(getattr(found, "type", "") or told.get("authenticator_type", ""))}
        if action.startswith("factors")
        else {}
    )
