# SPDX-License-Identifier: Apache-2.0
"""What a copy holds that would let people in who were put out since it was taken: closed when it is put back.

Whoever's password was changed, whose link was ended or whose code was claimed after the copy is in it as before. Sessions, links, codes and
invitations are made anew with a click; roles, passwords and passkeys are not, so that nobody but an operator signs in before ``resume``.
"""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import transaction

from touchstone_server import clock
from touchstone_server.organisations.models import Invitation, OperatorSession
from touchstone_server.passport.models import Offer, ShareLink


@transaction.atomic
def close_all() -> None:
    """End every session, and let every link, code and invitation that is open expire now."""
    now = clock.second()
    Session.objects.all().delete()
    OperatorSession.objects.filter(until__gt=now).update(until=now)
    ShareLink.objects.filter(ended=None, expires__gt=now).update(expires=now)
    Offer.objects.filter(claimed=None, expires__gt=now).update(expires=now)
    Invitation.objects.filter(accepted=None, expires__gt=now).update(expires=now)
