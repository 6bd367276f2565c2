# SPDX-License-Identifier: Apache-2.0
"""What is on record of issuing: reservations, the credentials issued for them, and whoever keeps both.

The states of a request key::

    unknown ── reserve ──▶ reserved ── store ──▶ issued
       ▲                      │
       └─────── void ─────────┘        its place in the status list stays taken
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Container, Sequence
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from touchstone.credentials.status_list import MINIMUM_BITS, PURPOSES, Purpose
from touchstone.value import Value

RequestKey = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,200}$", description="1 to 200 printable characters")]
Place = tuple[str, int]
"""A place in a status list: its URL and the index."""
SALT_BYTES = 32


class PublishedList(Value, frozen=True, kw_only=True):
    """The status lists in which issued credentials get their places (W3C Bitstring Status List 1.0).

    A credential has one index, which counts in two lists: in one it can be revoked, in the other suspended.

    :param url: where the list of ``purpose`` is published: ``statusListCredential``. A place is named by it, whichever list is meant.
    :param size: the bits of each, at least 131,072 (clause 6.1: so that an index says nothing about a person).
    :param beside: where the list of the other purpose is published; empty where there is none, as in journals of earlier versions.
    """

    url: str
    purpose: Purpose = "revocation"
    size: Annotated[int, Meta(ge=MINIMUM_BITS)] = MINIMUM_BITS
    beside: str = ""

    @property
    def urls(self) -> dict[Purpose, str]:
        """Where each list is published, by what it is for."""
        return {self.purpose: self.url, **({_other(self.purpose): self.beside} if self.beside else {})}


class Reservation(Value, frozen=True, kw_only=True):
    """Everything that is decided once for a request, and on record before anything is signed.

    :param key: the request key; ``request`` is the digest of what was asked for under it.
    :param id: the id of the credential; ``subject`` that of a learner who has none of their own.
    :param created: the time of the proofs, and where the request says nothing of ``validFrom``.
    :param method: the verification method that signs.
    :param status: the lists in which the credential has its place ``index``.
    """

    key: RequestKey
    request: str
    id: str
    created: dt.datetime
    method: str
    subject: str | None = None
    status: PublishedList | None = None
    index: int | None = None


class Records(Protocol):
    """What can be asked of what was issued: enough to draw credentials up, and to say what would become of a request."""

    @property
    def salt(self) -> bytes:
        """The secret, of 32 random bytes, from which ids and indexes are drawn."""

    @property
    def taken(self) -> Container[tuple[str, int]]:
        """The places in status lists, as URL and index, that were ever reserved here."""

    def reservation(self, key: str) -> Reservation | None:
        """Return what stands reserved or issued under a key."""

    def issued(self, key: str) -> bytes | None:
        """Return the credential that was issued under a key, byte for byte."""


class Register(Records, Protocol):
    """Where reservations and issued credentials are kept: a :class:`~touchstone.credentials.journal.Journal`, or a database.

    One register serves one process at a time. ``reserve`` and ``void`` return when what they record is in its place before
    whatever is recorded later; ``store`` returns only when it is durable, with everything before it.
    """

    def reserve(self, reservations: Sequence[Reservation]) -> None:
        """Record reservations."""

    def void(self, keys: Sequence[str]) -> None:
        """Let go of reservations of what could not be signed."""

    def store(self, credentials: Sequence[tuple[str, bytes]]) -> None:
        """Record issued credentials by their keys; they are durable when this returns."""


class States:
    """What every register shares: it knows the state of each key, and lets nothing be recorded twice."""

    def __init__(self) -> None:
        self._reservations: dict[str, Reservation] = {}
        self._issued: dict[str, None] = {}
        self._taken: set[Place] = set()

    @property
    def taken(self) -> Container[Place]:
        """The places in status lists that were ever reserved here, those of void reservations too."""
        return self._taken

    @property
    def lists_in_use(self) -> frozenset[str]:
        """The addresses of the status lists in which something that was issued has its place."""
        kept = (self._reservations[key].status for key in self._issued)
        return frozenset(url for status in kept if status for url in status.urls.values())

    @property
    def keys_issued(self) -> Sequence[str]:
        """The keys of everything issued, in the order in which it was stored."""
        return tuple(self._issued)

    def reservation(self, key: str) -> Reservation | None:
        """Return what stands reserved or issued under a key."""
        return self._reservations.get(key)

    def _expect(self, keys: Sequence[str], *, reserved: bool) -> None:
        """Stop before anything is recorded that would contradict what is; only a mistake in the program does."""
        if len(set(keys)) != len(keys) or any(
            key in self._issued or (key in self._reservations) is not reserved for key in keys
        ):
            raise AssertionError("the register would contradict itself")

    def _expect_new(self, reservations: Sequence[Reservation]) -> None:
        """Stop, too, before a place in a status list is given twice."""
        self._expect([each.key for each in reservations], reserved=False)
        places = [place for each in reservations if (place := place_of(each))]
        if len(set(places)) != len(places) or not self._taken.isdisjoint(places):
            raise AssertionError("a place in the status list would be given twice")

    def _follow_reservation(self, reservation: Reservation) -> None:
        self._reservations[reservation.key] = reservation
        if place := place_of(reservation):
            self._taken.add(place)

    def _follow_void(self, key: str) -> None:
        del self._reservations[key]

    def _follow_issued(self, key: str) -> None:
        self._issued[key] = None


class MemoryRegister(States):
    """A register that is forgotten with its process: where somebody else keeps what was issued."""

    def __init__(self, salt: bytes) -> None:
        super().__init__()
        if len(salt) != SALT_BYTES:
            raise ValueError(f"the salt must have {SALT_BYTES} bytes")
        self.salt = salt
        self._documents: dict[str, bytes] = {}

    def issued(self, key: str) -> bytes | None:
        """Return the credential that was issued under a key, byte for byte."""
        return self._documents.get(key)

    def reserve(self, reservations: Sequence[Reservation]) -> None:
        """Record reservations."""
        self._expect_new(reservations)
        for reservation in reservations:
            self._follow_reservation(reservation)

    def void(self, keys: Sequence[str]) -> None:
        """Let go of reservations of what could not be signed."""
        self._expect(keys, reserved=True)
        for key in keys:
            self._follow_void(key)

    def store(self, credentials: Sequence[tuple[str, bytes]]) -> None:
        """Record issued credentials by their keys."""
        self._expect([key for key, _ in credentials], reserved=True)
        self._documents.update(credentials)
        for key, _ in credentials:
            self._follow_issued(key)


def place_of(reservation: Reservation) -> Place | None:
    """Return the place that a reservation takes in a status list."""
    if reservation.status is None or reservation.index is None:
        return None
    return reservation.status.url, reservation.index


def own_list(base: PublishedList, salt: bytes) -> PublishedList:
    """Return the lists below an address that belong to one register alone: two that shared a list would give its places twice."""
    name = hmac.digest(salt, b"list", "sha256").hex()[:16]
    url = f"{base.url.removesuffix('/')}/{name}"
    return msgspec.structs.replace(base, url=url, beside=f"{url}-{_other(base.purpose)}")


def _other(purpose: Purpose) -> Purpose:
    return next(each for each in PURPOSES if each != purpose)
