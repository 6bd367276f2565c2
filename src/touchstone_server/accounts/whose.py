# SPDX-License-Identifier: Apache-2.0
"""Whose an account is: whether the person of its address has proven it, and how a person for whom one is made comes into it.

Where the node sends no mail, anybody signs up with anybody's address, so that an address alone says nothing of who is behind an account.
"""

from __future__ import annotations

import datetime as dt

from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.urls import reverse

from touchstone_server import environment
from touchstone_server.accounts.models import User


def is_proven(user: User) -> bool:
    """Tell whether whoever is behind an account has read a letter that was sent to its address."""
    return EmailAddress.objects.filter(user=user, verified=True, email__iexact=user.email).exists()


def is_nobodys(user: User) -> bool:
    """Tell whether nobody can sign in yet: an account that a command has made, and that has no password and no other key."""
    keys = (Authenticator.objects.filter(user=user), SocialAccount.objects.filter(user=user))
    return not user.has_usable_password() and not any(each.exists() for each in keys)


def first_password(user: User) -> tuple[str, dt.timedelta]:
    """Return the address at which somebody sets the first password of an account, and for how long; it is good once."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    here = settings.TOUCHSTONE_ADDRESS or f"http://localhost:{environment.port('TOUCHSTONE_PORT', 8000)}"
    return here + path, dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
