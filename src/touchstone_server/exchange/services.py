# SPDX-License-Identifier: Apache-2.0
"""Pulling documents from peers: an index that has changed, then what is new in it, one document a transaction.

What has come stays; a pull that was broken off goes on where it stopped. Nothing is ever overwritten; only a document of no standing gives
its name up to one that its publisher signed.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec
from django.conf import settings

from touchstone.credentials.document_proofs import MAX_PROOFS
from touchstone.errors import InputError
from touchstone.network.fetching import Fetched, retrieve_changed
from touchstone.standards import Standing
from touchstone_server import clock, trust
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor
from touchstone_server.audit.services import record, writing
from touchstone_server.demo import nodes
from touchstone_server.exchange import naming
from touchstone_server.exchange.models import Peer, Publication, PulledDocument, RefusedDocument
from touchstone_server.exchange.publishing import Entry, address_of
from touchstone_server.exchange.pulling import (
    MAX_DOCUMENT_BYTES,
    MAX_INDEX_BYTES,
    Refused,
    Taken,
    conflicts,
    is_known,
    judge,
    proof_counts,
    read_index,
)
from touchstone_server.organisations.models import Organisation

PATIENCE = 20.0
"""Seconds that a page spends on pulling; what has not come by then comes with the next pull."""

MOST_MISSED = 3
"""Documents in a row that cannot be had before a peer is given up until the next pull."""


class Pulled(NamedTuple):
    """What came of pulling from one peer.

    :param unchanged: the peer's index is the one that was read last.
    :param left: documents that there was no time for, or that could not be had; ``problem`` tells of the last of those.
    """

    peer: str
    taken: int = 0
    known: int = 0
    refused: int = 0
    left: int = 0
    unchanged: bool = False
    problem: str = ""


def pull_for(actor: Actor, organisation: Organisation) -> list[Pulled]:
    """Pull from every peer, for somebody at the desk.

    :raises Refused: when the actor may not.
    """
    require(actor, Action.PULL_DOCUMENTS, organisation.thing)
    told = pull_all(patience=PATIENCE)
    counts = {"taken": sum(each.taken for each in told), "refused": sum(each.refused for each in told)}
    record(actor, Action.PULL_DOCUMENTS, "peers:all", organisation=organisation.id, detail=counts)
    return told


def pull_all(*, patience: float | None = None) -> list[Pulled]:
    """Pull from every peer that the settings name; one that does not answer keeps none of the others back.

    :param patience: seconds for all of it; None: as long as it takes.
    """
    end = None if patience is None else time.monotonic() + patience
    return [pull(address, lambda: end is None or time.monotonic() < end) for address in settings.TOUCHSTONE_PEERS]


def pull(address: str, go_on: Callable[[], bool] = lambda: True) -> Pulled:
    """Pull from one peer.

    :param go_on: asked before each document.
    """
    peer, _ = Peer.objects.get_or_create(address=address)
    try:
        answered = _fetch(f"{address}/documents/", peer.etag, MAX_INDEX_BYTES)
        told = Pulled(address, unchanged=True) if answered.body is None else _take_new(peer, answered.body, go_on)
    except InputError as error:
        peer.problem = str(error)[:500]
        peer.save(update_fields=["problem"])
        return Pulled(address, problem=str(error))
    # A mark is kept only for an index of which everything has come: what is left over or was refused is looked at again.
    whole = told.unchanged or not (told.left or told.refused)
    peer.etag, peer.problem, peer.pulled = (answered.etag if whole else ""), told.problem[:500], clock.second()
    peer.save(update_fields=["etag", "problem", "pulled"])
    return told


def _take_new(peer: Peer, body: bytes, go_on: Callable[[], bool]) -> Pulled:
    """Take what is new in an index. A document that cannot be had keeps none of the others back; a peer that hands out none is given up.

    :raises InputError: the index is none, or several documents in a row cannot be had.
    """
    known, told, missed = dict(naming.known()), Pulled(peer.address), 0
    gives_way = _without_standing()
    signed = dict(PulledDocument.objects.values_list("digest", "proofs"))
    for entry in read_index(body).documents:
        if is_known(entry, known):
            _take_proofs(entry, signed)
            told = told._replace(known=told.known + 1)
        elif conflicts(entry, known) and not (entry.proof and known[entry.id, entry.version] in gives_way):
            _refuse(peer, entry, Refused("conflict"), known[entry.id, entry.version])
            told = told._replace(refused=told.refused + 1)
        elif not go_on():
            told = told._replace(left=told.left + 1)
        else:
            try:
                taken, missed = _take(peer, entry), 0
            except InputError as error:
                missed += 1
                if missed == MOST_MISSED:
                    raise
                told = told._replace(left=told.left + 1, problem=f"{entry.id} {entry.version}: {error}")
                continue
            if taken:
                known[entry.id, entry.version] = entry.digest
            told = told._replace(taken=told.taken + taken, refused=told.refused + (not taken))
    return told


def _take_proofs(entry: Entry, signed: Mapping[str, list[dict[str, str]]]) -> None:
    if further := [proof for proof in entry.proof[:MAX_PROOFS] if proof not in signed.get(entry.digest, entry.proof)]:
        _add_proofs(entry, further)


def _take(peer: Peer, entry: Entry) -> bool:
    """Fetch and judge one document; tell whether it was taken."""
    content = _fetch(f"{peer.address}{address_of(entry.digest)}", "", MAX_DOCUMENT_BYTES).body or b""
    judged = judge(entry, content, trust.registry(), clock.today())
    if isinstance(judged, Refused):
        _refuse(peer, entry, judged, offered=f"sha256:{hashlib.sha256(content).hexdigest()}")
        return False
    return _keep(peer, entry, judged)


@writing()
def _keep(peer: Peer, entry: Entry, taken: Taken) -> bool:
    """Keep a document; tell whether it is here. Where another content has had its name meanwhile, that is a conflict."""
    here = naming.claim(entry.id, entry.version, entry.digest)
    if here != entry.digest and not (taken.standing == Standing.VERIFIED.label and _give_way(entry, here)):
        _refuse(peer, entry, Refused("conflict"), here)
        return False
    kept, is_new = PulledDocument.objects.get_or_create(
        digest=entry.digest,
        defaults={
            "peer": peer,
            "document": entry.id,
            "version": entry.version,
            "kind": entry.kind,
            "title": taken.document.title,
            "content": taken.content.decode(),
            "proofs": list(entry.proof[:MAX_PROOFS]),
            "standing": taken.standing,
            "lacks": list(taken.lacks),
            "pulled": clock.second(),
        },
    )
    if is_new:
        record(Actor(), "documents.pulled", f"document:{kept.id}", detail={"digest": entry.digest})
    return True


def _without_standing(**which: str) -> set[str]:
    """Return the digests of what came and nobody who speaks for it has signed; what was published here stays, whatever its standing.

    :param which: fields and what stands in them; none: all.
    """
    came = PulledDocument.objects.filter(**which).exclude(standing=Standing.VERIFIED.label)
    published = Publication.objects.filter(state=Publication.State.PUBLISHED, **which)
    return set(came.values_list("digest", flat=True)) - set(published.values_list("digest", flat=True))


def _give_way(entry: Entry, here: str) -> bool:
    """Have what came without standing give its name up to what its publisher signed; tell whether it did."""
    if not _without_standing(digest=here):
        return False
    former = PulledDocument.objects.select_related("peer").get(digest=here)
    stood = Entry(id=entry.id, version=entry.version, kind=former.kind, digest=here, address=address_of(here))
    _refuse(former.peer, stood, Refused("conflict"), entry.digest)
    record(Actor(), "documents.gave_way", f"document:{former.id}", detail={"digest": here, "to": entry.digest})
    former.delete()
    naming.hand_over(entry.id, entry.version, entry.digest)
    return True


@writing()
def _add_proofs(entry: Entry, further: list[dict[str, str]]) -> None:
    """Keep what was signed since a document came: the proofs are no part of its content, and each side may sign on another day."""
    kept, registry = PulledDocument.objects.select_for_update().get(digest=entry.digest), trust.registry()
    count = [proof for proof in further if proof_counts(kept.content.encode(), proof, registry)]
    if not count:
        return
    kept.proofs = [*count, *kept.proofs][:MAX_PROOFS]
    judged = judge(
        msgspec.structs.replace(entry, proof=tuple(kept.proofs)), kept.content.encode(), registry, clock.today()
    )
    if isinstance(judged, Taken):
        kept.standing, kept.lacks = judged.standing, list(judged.lacks)
        kept.save(update_fields=["proofs", "standing", "lacks"])
        record(Actor(), "documents.signed", f"document:{kept.id}", detail={"standing": judged.standing})


@writing()
def _refuse(peer: Peer, entry: Entry, refused: Refused, here: str = "", offered: str = "") -> None:
    told, is_new = RefusedDocument.objects.get_or_create(
        peer=peer,
        document=entry.id,
        version=entry.version,
        offered=offered or entry.digest,
        why=refused.why,
        defaults={
            "here": here or (entry.digest if refused.why == "changed" else ""),
            "detail": refused.detail,
            "seen": clock.second(),
        },
    )
    if is_new:
        record(Actor(), "documents.refused", f"document:{told.id}", detail={"why": refused.why})


def _fetch(url: str, etag: str, most: int) -> Fetched:
    fetch = nodes.retrieve_changed if settings.TOUCHSTONE_DEMO else retrieve_changed
    return fetch(url, etag, max_bytes=most)
