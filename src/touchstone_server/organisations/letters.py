# SPDX-License-Identifier: Apache-2.0
"""Letters with invitations: sent by the worker, so that a mail server that is slow or down costs nobody the link on the page."""

from __future__ import annotations

import logging
import secrets
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from touchstone_server import clock
from touchstone_server.language import BY_PATH, Locale
from touchstone_server.organisations.models import Invitation
from touchstone_server.organisations.services import digest_of
from touchstone_server.organisations.tasks import send_letter
from touchstone_server.pages import address
from touchstone_server.texts import plain_text

_log = logging.getLogger(__name__)


def post(invitation: Invitation, locale: Locale, origin: str) -> None:
    """Have a letter sent, where this node sends mail.

    :param origin: scheme and host with which its link begins.
    """
    if not settings.EMAIL_HOST:
        return
    _mark(invitation, Invitation.Letter.WAITING)
    transaction.on_commit(partial(send_letter.enqueue, str(invitation.id), locale.path, origin))


def deliver(invitation: UUID, locale: str, origin: str) -> None:
    """Send the letter of an invitation that is still open, with a link that nobody has seen before."""
    waiting = Invitation.objects.filter(pk=invitation, accepted=None, expires__gt=clock.now())
    found = waiting.select_related("organisation").first()
    if found is None:
        return
    secret, tag = secrets.token_urlsafe(24), BY_PATH[locale].tag
    found.letter_digest = digest_of(secret)
    found.save(update_fields=["letter_digest"])
    name, link = found.organisation.name_in(tag), origin + address("invitation", BY_PATH[locale], None, secret=secret)
    try:
        send_mail(
            plain_text("desk.letter_subject", tag, name=name),
            plain_text("desk.letter", tag, name=name, address=link),
            None,
            [found.email],
        )
    except OSError as error:  # what the server answers is one, too
        _log.warning("The letter of invitation %s could not be sent (%s).", found.id, type(error).__name__)
        _mark(found, Invitation.Letter.FAILED)
    else:
        _mark(found, Invitation.Letter.SENT)


def _mark(invitation: Invitation, letter: Invitation.Letter) -> None:
    invitation.letter = letter
    invitation.save(update_fields=["letter"])
