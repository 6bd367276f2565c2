# SPDX-License-Identifier: Apache-2.0
"""Verifying what a stranger hands in: read within bounds, verified against the registry that this node relies on, never kept."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any, Literal, NamedTuple

from django.conf import settings

from touchstone.credentials.canonical import strict_json
from touchstone.credentials.clr import is_clr
from touchstone.credentials.did import resolver
from touchstone.credentials.presentation import HolderCheck, check_holder
from touchstone.credentials.report import VerificationReport
from touchstone.credentials.verification import known_methods, verify_and_read
from touchstone.errors import CredentialError
from touchstone.recognition.evidence import Evidence
from touchstone.recognition.from_wallet import Judge, Lists, RefusedCredential, as_presented
from touchstone.standards import TrustRegistry
from touchstone_server import clock, documents, trust
from touchstone_server.credentials.archive import is_archive
from touchstone_server.credentials.unpacking import MOST_BYTES, Kind, Unpacked, unpack
from touchstone_server.handed_in import HandedIn

MOST_CREDENTIALS = 20
"""Credentials of one file that are verified here; more are verified on one's own computer."""
SECONDS = 4.0
"""When no further credential of a file is begun with."""

State = Literal[
    "verified",
    "nothing",
    "empty",
    "long",
    "unreadable",
    "receipt",
    "status_list",
    "pdf",
    "elsewhere",
    "no_number",
    "both",
    "list",
    "unknown",
    "closed",
]


class Judged(NamedTuple):
    """What could be read of a credential, the report on it, and the evidence in it, or why there is none."""

    document: dict[str, Any] | None
    report: VerificationReport
    evidence: Evidence | RefusedCredential | None = None


class Verified(NamedTuple):
    """What came of a file. ``detail`` is the core's own sentence, in English.

    :param whole: the learner record around the credentials; ``presenting`` the holder's proof around them.
    :param carried: whether the status lists are those that were handed in with the credentials: the holder may have chosen older ones.
    """

    state: State
    kind: Kind = "credential"
    judged: tuple[Judged, ...] = ()
    whole: Judged | None = None
    presenting: HolderCheck | None = None
    carried: bool = False
    at: dt.datetime | None = None
    code: str = ""
    detail: str = ""


def verify_handed(handed: HandedIn) -> Verified:
    """Verify what was handed in, unless it is too large, a list, or a file and a text at once: none of these is passed over in silence."""
    if handed.too_large:
        return Verified("long")
    if is_archive(handed.content):
        return Verified("list")
    return Verified("both") if handed.both else verify_content(handed.content)


def verify_content(content: bytes) -> Verified:
    """Verify everything that a file holds."""
    if not content.strip():
        return Verified("nothing")
    try:
        unpacked = unpack(content)
    except CredentialError as error:
        return Verified("unreadable", code=error.code, detail=str(error))
    if unpacked.kind in ("receipt", "status_list", "pdf"):
        return Verified(unpacked.kind)
    if len(unpacked.credentials) > MOST_CREDENTIALS:
        return Verified("long")
    return _verified(unpacked, trust.registry(), clock.second(), trust.lists(unpacked.lists))


def verify_issued(content: bytes) -> Verified:
    """Verify one certificate that this node issued, as a stranger's would be."""
    return _verified(unpack(content), trust.registry(), clock.second(), trust.lists())


def _verified(unpacked: Unpacked, registry: TrustRegistry, at: dt.datetime, lists: Lists) -> Verified:
    ends, judged = time.monotonic() + SECONDS, []
    whole = _judged(unpacked.whole, registry, at, lists) if unpacked.kind == "record" else None
    presenting = _presenting(unpacked.whole, registry, at, lists) if unpacked.kind == "presentation" else None
    judge = Judge(unpacked.holder, registry, at, lists, documents.edition())
    for content in unpacked.credentials:
        if time.monotonic() > ends:
            return Verified("long")
        one = _judged(content, registry, at, lists)
        if one.document is None or not is_clr(one.document):
            one = one._replace(evidence=as_presented(judge.evidence_in(one.document, one.report), presenting))
        judged.append(one)
    if not judged and whole is None:
        return Verified("empty")
    carried = bool(unpacked.lists) and not settings.TOUCHSTONE_FETCH
    return Verified("verified", unpacked.kind, tuple(judged), whole, presenting, carried, at)


def _judged(content: bytes, registry: TrustRegistry, at: dt.datetime, lists: Lists) -> Judged:
    document, report = verify_and_read(content, registry, at, retrieve=lists.retrieve)
    return Judged(document, report)


def _presenting(content: bytes, registry: TrustRegistry, at: dt.datetime, lists: Lists) -> HolderCheck:
    """Check the holder's proof. Whom it was made for, and with which word, this page has not asked and cannot know."""
    key_of = resolver(known_methods(registry), retrieve=lists.retrieve)
    return check_holder(strict_json.loads(content, max_bytes=MOST_BYTES), key_of, at, domain=None, challenge=None)
