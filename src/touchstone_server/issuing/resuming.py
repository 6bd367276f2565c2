# SPDX-License-Identifier: Apache-2.0
"""Taking up the work after a copy was put back: what the status lists said last, by which whatever was revoked since stays so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from django.db import transaction

from touchstone.credentials import status_list
from touchstone.credentials.did import VerificationMethod, resolver
from touchstone.credentials.multikey import public_key_of
from touchstone.credentials.proof import check_proofs
from touchstone.credentials.register import Reservation
from touchstone.errors import InputError
from touchstone.standards.exchange.strict_json import JsonObject, read_strict
from touchstone_server.access.rules import Actor
from touchstone_server.audit.services import record
from touchstone_server.issuing import keys, waiting
from touchstone_server.issuing.models import Certificate, StatusList

LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
State = Certificate.State


class ResumeError(Exception):
    """The work cannot be taken up; the sentence says why."""


class Resumed(NamedTuple):
    """What came of it: how many certificates the lists revoke or suspend that the copy did not, and which lists were not given."""

    changed: int
    missing: tuple[str, ...]


@transaction.atomic
def resume(published: Sequence[bytes], *, incomplete: bool) -> Resumed:
    """Take over what the lists said last, and let the node sign again.

    :param published: the status lists as they were published last, from wherever they are kept: a proxy, a peer, somebody's wallet.
    :param incomplete: whether to go on without some of them.
    :raises ResumeError: a file is no list of this node; or some are missing, and that is not meant.
    """
    kept = {
        each.url: each for each in StatusList.objects.select_for_update(of=("self",)).select_related("organisation")
    }
    told = {each.url: each for each in (_read(content, kept) for content in published)}
    missing = tuple(sorted(set(kept) - set(told)))
    if missing and not incomplete:
        raise ResumeError("These lists are not given: " + ", ".join(missing))
    for url, each in told.items():
        _take_over(kept[url], each.bits)
    changed = sum(_follow(url, each) for url, each in told.items())
    StatusList.objects.update(signed=LONG_AGO)  # each is signed anew at once
    record(Actor(), "lists.resume", "node", detail={"lists": len(told), "missing": len(missing), "changed": changed})
    transaction.on_commit(waiting.go_on)
    return Resumed(changed, missing)


class _Told(NamedTuple):
    url: str
    bits: status_list.StatusList


def _read(content: bytes, kept: dict[str, StatusList]) -> _Told:
    try:
        document = read_strict(content)
    except InputError as error:
        raise ResumeError(f"One of the files is no status list. {error}") from None
    url = document.get("id") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(url, str) or url not in kept:
        raise ResumeError(f"This node publishes no list {url}; it publishes {', '.join(sorted(kept)) or 'none'}.")
    _check_signature(document, kept[url])
    try:
        return _Told(url, status_list.read_list(document, kept[url].purpose))
    except InputError as error:
        raise ResumeError(f"{url}: {error}") from None


def _check_signature(document: JsonObject, kept: StatusList) -> None:
    known = {
        label.id: VerificationMethod(
            id=label.id, controller=label.controller, public_key=public_key_of(label.publicKeyMultibase)
        )
        for label in keys.labels_of(kept.organisation)
    }
    report = check_proofs(document, resolver(known))
    signed_by = {each.verification_method for each in report.proofs}
    if report.result != "passed" or not signed_by <= set(known):
        raise ResumeError(f"{kept.url} is not signed by a key of {kept.organisation.slug}: {report.code or 'key'}.")


def _take_over(kept: StatusList, told: status_list.StatusList) -> None:
    """What is revoked stays so, whichever of the two says it; of what is suspended the list that was published last is right."""
    ours = bytes(kept.bits)
    if len(told.bits) != len(ours):
        raise ResumeError(f"{kept.url} has {len(told)} places, and ours {len(ours) * 8}.")
    both = bytes(a | b for a, b in zip(ours, told.bits, strict=True))
    kept.bits = both if kept.purpose == "revocation" else told.bits
    kept.save(update_fields=["bits"])


def _follow(url: str, told: _Told) -> int:
    """Write on the certificates of a list what it says; return how many say something else now."""
    changed, purpose = 0, told.bits.purpose
    issued = Certificate.objects.filter(organisation__status_lists__url=url, document__isnull=False)
    for certificate in issued.only("reservation", "index", "state"):
        status = msgspec.json.decode(certificate.reservation, type=Reservation).status
        if status is None or status.urls.get(purpose) != url or certificate.state == State.REVOKED:
            continue
        listed = told.bits[certificate.index]
        if purpose == "revocation":
            state = State.REVOKED if listed else certificate.state
        else:
            state = State.SUSPENDED if listed else State.GOOD
        if state != certificate.state:
            Certificate.objects.filter(pk=certificate.pk).update(state=state)
            changed += 1
    return changed
