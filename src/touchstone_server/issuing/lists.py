# SPDX-License-Identifier: Apache-2.0
"""The status lists that this node publishes: kept as bits, signed when they change, before they grow stale, and with a new key."""

from __future__ import annotations

import datetime as dt
import logging

import orjson
from django.db import transaction

from touchstone.credentials import status_list
from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
from touchstone.credentials.proof import add_proof
from touchstone.credentials.register import PublishedList
from touchstone.credentials.signer import Signer
from touchstone_server import clock
from touchstone_server.issuing import keys, waiting
from touchstone_server.issuing.models import StatusList
from touchstone_server.organisations.models import Organisation

LIFE = dt.timedelta(days=7)
"""For how long a signed list speaks."""
FRESH = dt.timedelta(days=1)
"""After this it is signed anew when somebody asks for it: long before it grows stale."""
SLACK = dt.timedelta(minutes=1)
"""How long before its signing a list begins to speak, so that it answers those, too, who asked while it was being signed."""
NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""As when a list was signed that is to be signed at once."""
_log = logging.getLogger(__name__)


def base_of(organisation: Organisation, origin: str) -> str:
    """Return the address below which status lists are published: that of the lists that are there, else of this node."""
    found = StatusList.objects.filter(organisation=organisation).values_list("url", flat=True).first()
    return found.rpartition("/")[0] if found else f"{origin}/status"


def ensure(organisation: Organisation, published: PublishedList, signer: Signer) -> None:
    """Publish the lists that certificates name, where they are not there yet; within the transaction that issues the first."""
    known = set(StatusList.objects.filter(organisation=organisation).values_list("url", flat=True))
    for purpose, url in published.urls.items():
        if url not in known:
            bits = status_list.new_list(purpose, published.size).bits
            fresh = StatusList(
                organisation=organisation, name=url.rpartition("/")[2], url=url, purpose=purpose, bits=bits
            )
            sign(fresh, signer)


def sign(kept: StatusList, signer: Signer) -> None:
    """Sign a list as it stands now, and keep it."""
    now = clock.second()
    listed = status_list.StatusList(purpose=kept.purpose_of(), bits=bytes(kept.bits))
    document = status_list.status_list_credential(
        listed, id=kept.url, issuer=signer.controller, valid_from=now - SLACK, valid_until=now + LIFE
    )
    kept.document = orjson.dumps(add_proof(document, signer, cryptosuite=EDDSA_RDFC_2022, created=now))
    kept.signed, kept.until = now, now + LIFE
    kept.save()


def change(organisation: Organisation, url: str, index: int, signer: Signer | None, *, value: bool) -> None:
    """Set or clear one place of a list, and sign it anew; within the transaction that decides so.

    :param signer: None where the key cannot be used now: then it is signed as soon as somebody asks for it and it can.
    """
    kept = StatusList.objects.select_for_update().get(organisation=organisation, url=url)
    listed = status_list.StatusList(purpose=kept.purpose_of(), bits=bytes(kept.bits))
    if kept.purpose_of() == "revocation":
        listed = status_list.revoke(listed, index)
    else:
        listed = (status_list.suspend if value else status_list.reinstate)(listed, index)
    kept.bits = listed.bits
    if signer:
        sign(kept, signer)
    else:
        kept.signed = NEVER
        kept.save(update_fields=["bits", "signed"])


def published(kept: StatusList) -> StatusList:
    """Return a list in a form that is fresh; where it cannot be signed now, the one that was signed last."""
    if not _is_due(kept):
        return kept
    try:
        signer = keys.signer_of(kept.organisation)
    except keys.KeysUnavailableError as error:
        _log.warning("The status list %s is not signed anew: the key is %s.", kept.url, error.code)
        return kept
    with transaction.atomic():
        locked = StatusList.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=kept.pk)
        if _is_due(locked):
            sign(locked, signer)
        return locked


def _is_due(kept: StatusList) -> bool:
    """Tell whether a list has grown old, or its key is in use no longer: verifiers do not count what such a key has signed."""
    if clock.now() - kept.signed >= FRESH:
        return True
    try:
        named = keys.public_half(kept.organisation).verification_method
    except keys.KeysUnavailableError:
        return False
    return f'"{named}"'.encode() not in bytes(kept.document)


def refresh_all() -> int:
    """Sign every list anew that is due; return how many there are."""
    found = list(StatusList.objects.select_related("organisation"))
    for each in found:
        published(each)
    return len(found)


def at_hand(urls: list[str]) -> dict[str, bytes]:
    """Return those of some lists that this node publishes, by their URLs; none while it waits after a copy was put back."""
    if waiting.taken():
        return {}
    found = StatusList.objects.filter(url__in=urls).select_related("organisation")
    return {each.url: bytes(published(each).document) for each in found}
