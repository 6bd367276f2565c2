# SPDX-License-Identifier: Apache-2.0
"""Whose the certificates of a case are. That one is genuine says nothing of who hands it in: anybody may have a copy.

A certificate is the applicant's when the key that it names has signed a presentation made for this node and its challenge, or when it
lies in the applicant's passport, claimed by the code that its issuer gave to whom it names. One that was brought into the passport as a
file is taken where it bears the account's name: enough to ask an officer, who is told so, never enough for a credential.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from touchstone.credentials.canonical import encoded, strict_json
from touchstone.credentials.members import first_object, string
from touchstone.credentials.presentation import read_presentation
from touchstone.credentials.privacy import subject_names
from touchstone.credentials.status_list import status_entries
from touchstone.credentials.verification import verify_and_read
from touchstone.credentials.wallet import is_about
from touchstone.errors import CredentialError
from touchstone.recognition.evidence import Evidence
from touchstone.recognition.from_credentials import evidence_of
from touchstone.recognition.from_wallet import Lists
from touchstone.standards.exchange.strict_json import JsonObject
from touchstone_server import clock, trust
from touchstone_server.accounts.models import User
from touchstone_server.credentials.unpacking import MOST_BYTES, unpack
from touchstone_server.issuing.same_person import names_one_of
from touchstone_server.passport.models import HeldCredential

How = Literal["presented", "claimed", "named"]
PROVES: tuple[How, ...] = ("presented", "claimed")
_OF_THE_DAY = ("status", "period")
"""The checks that the evidence has of its own day; here it is only asked who it is about."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate of a case: whom it names, and how the applicant showed that to be themselves.

    :param subject: the id of whom it is about, a DID or another; :param name: the name on it, empty where it bears none.
    :param entries: where its status stands in the lists of its issuer, as it says; None where that was not kept.
    """

    credential: str
    issuer: str
    subject: str
    name: str
    how: How
    entries: list[dict[str, Any]] | None = None


class _Read(NamedTuple):
    """A certificate as its issuer signed it: what it attests, and about whom."""

    evidence: Evidence
    subject: str
    names: tuple[str, ...]
    document: JsonObject

    def shown(self, how: How) -> Shown:
        """Return it as it is kept with the case."""
        return Shown(
            credential=self.evidence.credential,
            issuer=self.evidence.issuer or "",
            subject=self.subject,
            name=" · ".join(self.names),
            how=how,
            entries=status_entries(self.document),
        )


def in_passport(person: User, evidence: Sequence[Evidence], lists: Lists | None = None) -> tuple[Shown, ...]:
    """Return which certificates of some evidence lie in a person's passport as theirs; what was claimed goes before what was brought.

    :param lists: what can be looked up, where that is not all that the node may fetch.
    """
    lists, found = lists or trust.lists(), dict[str, Shown]()
    held = HeldCredential.objects.filter(holder=person).select_related("given_by").order_by("received", "id")
    for each in held:
        for read in _genuine(bytes(each.content), evidence, lists):
            given = bool(each.given_by and each.given_by.issuer and each.given_by.issuer == read.evidence.issuer)
            if given:
                found[read.evidence.credential] = read.shown("claimed")
            elif any(bears_name_of(person, name) for name in read.names):
                found.setdefault(read.evidence.credential, read.shown("named"))
    return tuple(found.values())


def presented(content: bytes, evidence: Sequence[Evidence], *, domain: str, challenge: str) -> tuple[Shown, ...]:
    """Return which certificates of some evidence their holder presents to this node.

    :param domain: the name of this node as it was told to the holder; ``challenge`` the word that it drew.
    :raises CredentialError: the presentation is not its holder's, or was made for somebody or something else; the code says which.
    """
    lists = trust.lists()
    holder, documents = read_presentation(
        content, trust.registry(), clock.second(), domain=domain, challenge=challenge, retrieve=lists.retrieve
    )
    read = (each for document in documents for each in _genuine(encoded(document), evidence, lists))
    return tuple(each.shown("presented") for each in read if is_about(each.document, holder))


def bears_name_of(person: User, name: str) -> bool:
    """Tell whether a name on a certificate is that of an account; one without a letter is nobody's."""
    called = (person.name_han, person.name_latin)
    return names_one_of(name, tuple(each for each in called if any(map(str.isalnum, each))))


def unshown(evidence: Iterable[Evidence], shown: Iterable[Shown]) -> tuple[Evidence, ...]:
    """Return the evidence of which nobody has shown whose it is."""
    known = {(each.credential, each.issuer) for each in shown}
    return tuple(each for each in evidence if (each.credential, each.issuer or "") not in known)


def proven_subject(evidence: Sequence[Evidence], shown: Iterable[Shown]) -> str:
    """Return the one DID that every piece of evidence is about, where the applicant has proven to be it; else an empty text."""
    proven = {(each.credential, each.issuer): each.subject for each in shown if each.how in PROVES}
    subjects = {proven.get((each.credential, each.issuer or ""), "") for each in evidence}
    subject = subjects.pop() if len(subjects) == 1 else ""
    return subject if subject.startswith("did:") else ""


def _genuine(content: bytes, evidence: Sequence[Evidence], lists: Lists) -> Iterator[_Read]:
    """Yield what a file holds of some evidence, word for word as its issuer signed it; a forged copy bears the same id and is none."""
    wanted = {_undated(each) for each in evidence}
    ids = {each.credential for each in evidence}
    registry, now = trust.registry(), clock.second()
    for each in _unpacked(content):
        if _id_of(each) not in ids:
            continue
        document, report = verify_and_read(each, registry, now, retrieve=lists.retrieve)
        if document is None or any(
            check.result != "passed" for check in report.checks if check.check not in _OF_THE_DAY
        ):
            continue
        read = _undated(evidence_of(document))
        if read in wanted:
            subject = string(first_object(document.get("credentialSubject")).get("id"))
            one = subject if is_about(document, subject) else ""
            yield _Read(read, one, tuple(filter(None, subject_names(document)))[:3], document)


def _undated(evidence: Evidence) -> Evidence:
    return msgspec.structs.replace(evidence, status=None, status_checked=None)


def _unpacked(content: bytes) -> tuple[bytes, ...]:
    try:
        return unpack(content).credentials
    except CredentialError:  # what cannot be read shows nothing
        return ()


def _id_of(content: bytes) -> str:
    try:
        document = strict_json.loads(content, max_bytes=MOST_BYTES)
    except CredentialError:
        return ""
    return string(document.get("id")) if isinstance(document, dict) else ""
