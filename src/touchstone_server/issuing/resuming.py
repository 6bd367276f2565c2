# SPDX-License-Identifier: Apache-2.0
"""Taking up the work after a copy was put back: what the status lists said last, by which whatever was revoked since stays so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec
from django.db import transaction

from touchstone.credentials import status_list
from touchstone.credentials import trust as questions
from touchstone.credentials.did import VerificationMethod, resolver
from touchstone.credentials.multikey import public_key_of
from touchstone.credentials.proof import ProofCheck, check_proofs
from touchstone.credentials.register import Reservation
from touchstone.credentials.timestamps import read_time, write_time
from touchstone.errors import InputError
from touchstone.standards.exchange.strict_json import JsonObject, read_strict
from touchstone.standards.trust_registry import RegisteredKey
from touchstone_server import trust
from touchstone_server.access.rules import Actor
from touchstone_server.audit.services import record
from touchstone_server.issuing import keys, lists, waiting
from touchstone_server.issuing.models import Certificate, IssuingRegister, StatusList
from touchstone_server.issuing.register import bits_of, state_in
from touchstone_server.organisations.models import Organisation

State = Certificate.State


class ResumeError(Exception):
    """The work cannot be taken up; the sentence says why."""


class Resumed(NamedTuple):
    """What came of it.

    :param changed: how many certificates the lists revoke or suspend that the copy did not.
    :param missing: the lists that were not given.
    :param spoke: until when each list that was given tells what was revoked: nobody but the owner knows whether it was the last.
    :param renewed: the organisations whose lists a newer key has signed than the copy holds.
    """

    changed: int
    missing: tuple[str, ...]
    spoke: Mapping[str, dt.datetime]
    renewed: tuple[str, ...] = ()


@transaction.atomic
def resume(published: Sequence[bytes], *, incomplete: bool) -> Resumed:
    """Take over what the lists said last, begin new ones for what is issued from now on, and let the node sign again.

    In the lists of before stand certificates that were issued after the copy: they are out there, and nothing here knows their places. What
    had been prepared by then gets its places in them again, drawn as they were; whatever comes later must not meet them.

    :param published: the status lists as they were published last, from wherever they are kept: a proxy, a peer, somebody's wallet. Of
        several of one address the newest counts.
    :param incomplete: whether to go on without some of them.
    :raises ResumeError: a file is no list of this node, or says less than the copy; or some are missing, and that is not meant.
    """
    kept = {
        each.url: each for each in StatusList.objects.select_for_update(of=("self",)).select_related("organisation")
    }
    read = sorted((_read(content, kept) for content in published), key=lambda each: each.signed)
    told = {each.url: each for each in read}
    missing = tuple(sorted(set(kept) - set(told)))
    if missing and not incomplete:
        raise ResumeError("These lists are not given: " + ", ".join(missing))
    for url, each in told.items():
        _refuse_older(each, kept[url])
        _take_over(kept[url], each.bits)
    organisations = {each.organisation for each in kept.values()}
    changed = sum(_follow(each) for each in organisations)
    StatusList.objects.update(signed=lists.NEVER)  # each is signed anew at once
    for organisation in organisations:
        lists.begin_anew(organisation)
    # where the copy holds no list, the first one may be out there: another name
    IssuingRegister.objects.exclude(organisation__in=organisations).delete()
    renewed = sorted({kept[each.url].organisation.slug for each in told.values() if each.newer_key})
    record(Actor(), "lists.resume", "node", detail={"lists": len(told), "missing": len(missing), "changed": changed})
    transaction.on_commit(waiting.go_on)
    return Resumed(changed, missing, {url: each.signed for url, each in told.items()}, tuple(renewed))


class _Told(NamedTuple):
    url: str
    bits: status_list.StatusList
    signed: dt.datetime
    newer_key: bool


def _read(content: bytes, kept: dict[str, StatusList]) -> _Told:
    try:
        document = read_strict(content)
    except InputError as error:
        raise ResumeError(f"One of the files is no status list. {error}") from None
    url = document.get("id") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(url, str) or url not in kept:
        raise ResumeError(f"This node publishes no list {url}; it publishes {', '.join(sorted(kept)) or 'none'}.")
    newer_key = _check_signature(document, kept[url])
    signed = read_time(document.get("validFrom"))
    if signed is None:
        raise ResumeError(f"{url} does not say since when it speaks.")
    try:
        return _Told(url, status_list.read_list(document, kept[url].purpose), signed, newer_key)
    except InputError as error:
        raise ResumeError(f"{url}: {error}") from None


def _check_signature(document: JsonObject, kept: StatusList) -> bool:
    """Stop where somebody else has signed a list; tell whether it was a key that came after the copy, which the registry alone knows."""
    own = {label.id: label.publicKeyMultibase for label in keys.labels_of(kept.organisation)}
    listed = _listed(kept.organisation) if _methods(document) - own.keys() else {}
    known = {
        name: VerificationMethod(id=name, controller=kept.organisation.issuer, public_key=public_key_of(public))
        for name, public in ({name: key.public_key for name, key in listed.items()} | own).items()
    }
    report = check_proofs(document, resolver(known))
    if report.result != "passed" or not all(_is_theirs(each, own, listed) for each in report.proofs):
        raise ResumeError(f"{kept.url} is not signed by a key of {kept.organisation.slug}: {report.code or 'key'}.")
    return any(each.verification_method not in own for each in report.proofs)


def _methods(document: JsonObject) -> set[str]:
    proofs = document.get("proof")
    each_of = proofs if isinstance(proofs, list) else [proofs]
    return {str(each.get("verificationMethod")) for each in each_of if isinstance(each, dict)}


def _listed(organisation: Organisation) -> dict[str, RegisteredKey]:
    """Return the keys of an organisation that the trust registry lists, by the names of their verification methods."""
    try:
        issuer = questions.issuer_of(trust.registry(), organisation.issuer)
    except InputError as error:
        raise ResumeError(
            f"The trust registry cannot be read, and who has signed is not known without it. {error}"
        ) from None
    return {each.id: each for each in issuer.keys} if issuer else {}


def _is_theirs(proof: ProofCheck, own: Collection[str], listed: Mapping[str, RegisteredKey]) -> bool:
    """Tell whether a proof was made by a key of the copy, or by one that the registry lists as in use on that day."""
    key = listed.get(proof.verification_method)
    return proof.verification_method in own or bool(key and proof.created and key.in_use(proof.created))


def _refuse_older(told: _Told, kept: StatusList) -> None:
    """Stop at a list that was signed before the copy's own: it knows of no suspension that the copy does not, and of fewer."""
    ours = _signed_last(kept)
    if told.signed < ours:
        raise ResumeError(
            f"{told.url} speaks since {write_time(told.signed)}, and that of the copy since {write_time(ours)}: it is not what was"
            " published last, so leave it out."
        )


def _signed_last(kept: StatusList) -> dt.datetime:
    document = read_strict(bytes(kept.document)) if kept.document else None
    return (isinstance(document, dict) and read_time(document.get("validFrom"))) or lists.NEVER


def _take_over(kept: StatusList, told: status_list.StatusList) -> None:
    """What is revoked stays so, whichever of the two says it; of what is suspended the list that was published last is right."""
    ours = bytes(kept.bits)
    if len(told.bits) != len(ours):
        raise ResumeError(f"{kept.url} has {len(told)} places, and ours {len(ours) * 8}.")
    both = bytes(a | b for a, b in zip(ours, told.bits, strict=True))
    kept.bits = both if kept.purpose == "revocation" else told.bits
    kept.save(update_fields=["bits"])


def _follow(organisation: Organisation) -> int:
    """Write on the certificates of an organisation what its lists say; return how many say something else now."""
    changed, bits = 0, bits_of(organisation)
    issued = Certificate.objects.filter(organisation=organisation, document__isnull=False)
    for certificate in issued.exclude(state=State.REVOKED).only("reservation", "state"):
        state = state_in(bits, msgspec.json.decode(certificate.reservation, type=Reservation))
        if state != certificate.state:
            Certificate.objects.filter(pk=certificate.pk).update(state=state)
            changed += 1
    return changed
