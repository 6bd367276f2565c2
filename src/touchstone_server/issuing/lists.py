# SPDX-License-Identifier: Apache-2.0
"""The status lists that this node publishes: kept as bits, signed when they change, before they grow stale, and with a new key."""

from __future__ import annotations

import datetime as dt
import logging
import secrets

import orjson
from django.conf import settings
from django.db import transaction

from touchstone.credentials import status_list
from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
from touchstone.credentials.proof import add_proof
from touchstone.credentials.register import PublishedList, own_list
from touchstone.credentials.signer import Signer
from touchstone.credentials.status_list import Purpose
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


PATH = "/status"
"""Where lists are published, below the address of the node."""


def base_of(organisation: Organisation, origin: str) -> str:
    """Return the address below which status lists are published: that of the lists that were begun last, else of this node."""
    found = StatusList.objects.filter(organisation=organisation).order_by("-pk").values_list("url", flat=True).first()
    return found.rpartition("/")[0] if found else f"{origin}{PATH}"


def begin_anew(organisation: Organisation) -> None:
    """Begin further lists, below an address that no list ever had, for what is prepared from now on; each is signed when asked for.

    Those that are there go on for what has its place in them.
    """
    root, until = base_of(organisation, "").partition(f"{PATH}/")[0].removesuffix(PATH), clock.second() + LIFE
    base = PublishedList(
        url=f"{root}{PATH}/{secrets.token_hex(6)}"
    )  # never a number: a node may be put back twice from one copy
    for purpose, url in own_list(base, bytes(organisation.issuing_register.salt)).urls.items():
        _new(organisation, purpose, url, base.size, signed=NEVER, until=until).save()


def _new(organisation: Organisation, purpose: Purpose, url: str, size: int, **more: dt.datetime) -> StatusList:
    bits = status_list.new_list(purpose, size).bits
    name = url.partition(f"{PATH}/")[2]
    return StatusList(organisation=organisation, name=name, url=url, purpose=purpose, bits=bits, document=b"", **more)


def ensure(organisation: Organisation, published: PublishedList, signer: Signer) -> None:
    """Publish the lists that certificates name, where they are not there yet; within the transaction that issues the first."""
    known = set(StatusList.objects.filter(organisation=organisation).values_list("url", flat=True))
    for purpose, url in published.urls.items():
        if url not in known:
            sign(_new(organisation, purpose, url, published.size), signer)


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


def withheld(urls: list[str]) -> set[str]:
    """Return those of some lists of which nobody may say anything while this node waits: whatever stands below its own addresses.

    A list that was begun after the copy is not known here any more; of it, too, an older one that somebody carries must not speak.
    """
    if not (urls and waiting.taken()):
        return set()
    own = {url.partition(f"{PATH}/")[0] for url in StatusList.objects.values_list("url", flat=True)}
    return {url for url in urls if url.partition(f"{PATH}/")[0] in own | {settings.TOUCHSTONE_ADDRESS or None}}
