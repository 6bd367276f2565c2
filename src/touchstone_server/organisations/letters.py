# SPDX-License-Identifier: Apache-2.0
"""Letters with invitations: sent by the worker, so that a mail server that is slow or down costs nobody the link on the page."""

from __future__ import annotations

import logging
import secrets
from uuid import UUID

from django.core.mail import send_mail

from touchstone_server import clock
from touchstone_server.language import BY_PATH
from touchstone_server.organisations.models import Invitation
from touchstone_server.organisations.services import digest_of
from touchstone_server.pages import address
from touchstone_server.texts import plain_text

_log = logging.getLogger(__name__)


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
        mark(found, Invitation.Letter.FAILED)
    else:
        mark(found, Invitation.Letter.SENT)


def mark(invitation: Invitation, letter: Invitation.Letter) -> None:
    """Note how far a letter has come."""
    invitation.letter = letter
    invitation.save(update_fields=["letter"])
