# SPDX-License-Identifier: Apache-2.0
"""The letter that there is a decision. Mail is read on the way, so it says nothing else: no name, no body, no outcome.

Nobody knows which language its reader prefers, so it speaks all four.
"""

from __future__ import annotations

import logging
from uuid import UUID

from django.core.mail import send_mail

from touchstone_server.cases.models import Case
from touchstone_server.language import BY_PATH, Locale
from touchstone_server.pages import address
from touchstone_server.texts import plain_text

_log = logging.getLogger(__name__)


def deliver(case: UUID, origin: str) -> None:
    """Send the letter, unless its reader has left meanwhile."""
    found = Case.objects.filter(pk=case, kept_until=None).select_related("holder", "organisation").first()
    if found is None:
        return
    spoken = _spoken(found.organisation.region)
    subject = " · ".join(plain_text("cases.letter_subject", each.tag) for each in spoken)
    told = (plain_text("cases.letter", each.tag, address=origin + address("my_cases", each)) for each in spoken)
    try:
        send_mail(subject, "\n\n".join(told), None, [found.holder.email])
    except OSError as error:  # what the server answers is one, too
        _log.warning("The letter of case %s could not be sent (%s).", found.id, type(error).__name__)


def _spoken(region: str) -> tuple[Locale, ...]:
    """Return the four languages, with the Chinese characters of the region before all."""
    traditional = "zh-hant-mo" if region == "MO" else "zh-hant-hk"
    return tuple(BY_PATH[path] for path in (traditional, "zh-hans", "en", "pt"))
