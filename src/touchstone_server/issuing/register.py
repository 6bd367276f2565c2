# SPDX-License-Identifier: Apache-2.0
"""The register of the core over the database: a row a reservation, with unique constraints on key and place.

It is used within one transaction that holds the organisation's row, so that of two workers one waits. A worker that is killed leaves
nothing of the group of rows it was at; ids and indexes are drawn from a secret that stays, so that whoever resumes makes the same bytes.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping, Sequence

import msgspec

from touchstone.credentials import status_list
from touchstone.credentials.register import SALT_BYTES, Place, Reservation
from touchstone_server import clock
from touchstone_server.codes import of_bytes
from touchstone_server.issuing.models import Certificate, IssuingRegister, StatusList
from touchstone_server.organisations.models import Organisation

SHORT = 16
"""Characters of a printed number: 80 bits, which nobody guesses."""


class Taken:
    """The places in status lists that were ever reserved."""

    def __contains__(self, place: object) -> bool:
        """Tell whether a place was given."""
        if not isinstance(place, tuple):
            return False
        return Certificate.objects.filter(list_url=place[0], index=place[1]).exists()


class DatabaseRegister:
    """A :class:`~touchstone.credentials.register.Register` of one organisation; within a transaction only.

    :param lock: whether others wait until the transaction ends.
    """

    def __init__(self, organisation: Organisation, *, lock: bool) -> None:
        IssuingRegister.objects.get_or_create(organisation=organisation, defaults={"salt": os.urandom(SALT_BYTES)})
        kept = IssuingRegister.objects.select_for_update() if lock else IssuingRegister.objects
        self.salt = bytes(kept.get(organisation=organisation).salt)
        self.taken = Taken()
        self._organisation = organisation

    def reservation(self, key: str) -> Reservation | None:
        """Return what stands reserved or issued under a key."""
        found = self._rows.filter(key=key).values_list("reservation", flat=True).first()
        return msgspec.json.decode(found, type=Reservation) if found else None

    def issued(self, key: str) -> bytes | None:
        """Return the certificate that was issued under a key, byte for byte."""
        found = self._rows.filter(key=key).values_list("document", flat=True).first()
        return bytes(found) if found is not None else None

    def reserve(self, reservations: Sequence[Reservation]) -> None:
        """Record reservations; the database refuses a key or a place that is taken.

        What its place in the lists says already is its state: after a copy was put back, what was issued since is issued again, with the
        same id in the same place (``resuming.py``), and may have been revoked there.
        """
        bits = bits_of(self._organisation) if reservations else {}
        Certificate.objects.bulk_create([self._row(each, state_in(bits, each)) for each in reservations])

    def void(self, keys: Sequence[str]) -> None:
        """Let go of reservations of what could not be signed; their places stay taken."""
        self._rows.filter(key__in=keys, document=None).update(key=None)

    def store(self, credentials: Sequence[tuple[str, bytes]]) -> None:
        """Record what was signed."""
        documents, now = dict(credentials), clock.now()
        rows = list(self._rows.filter(key__in=documents, document=None))
        if len(rows) != len(documents):
            raise AssertionError("the register would contradict itself")
        for row in rows:
            row.document, row.issued = documents[row.key or ""], now
        Certificate.objects.bulk_update(rows, ["document", "issued"])

    @property
    def _rows(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a queryset
        return Certificate.objects.filter(organisation=self._organisation)

    def _row(self, reservation: Reservation, state: Certificate.State) -> Certificate:
        url, index = self._place(reservation)
        return Certificate(
            organisation=self._organisation,
            key=reservation.key,
            reservation=msgspec.json.encode(reservation).decode(),
            list_url=url,
            index=index,
            state=state,
            short=short_number(self.salt, reservation.key),
        )

    @staticmethod
    def _place(reservation: Reservation) -> Place:
        if reservation.status is None or reservation.index is None:
            raise AssertionError("what is issued here can always be revoked")
        return reservation.status.url, reservation.index


def bits_of(organisation: Organisation) -> dict[str, status_list.StatusList]:
    """Return the status lists of an organisation as they stand, by their URLs."""
    return {
        each.url: status_list.StatusList(purpose=each.purpose_of(), bits=bytes(each.bits))
        for each in StatusList.objects.filter(organisation=organisation).only("url", "purpose", "bits")
    }


def state_in(lists: Mapping[str, status_list.StatusList], reservation: Reservation) -> Certificate.State:
    """Return what lists say of a place; a list that is not there says nothing."""
    if reservation.status is None or reservation.index is None:
        return Certificate.State.GOOD
    index, urls = reservation.index, reservation.status.urls
    said = {purpose for purpose, url in urls.items() if url in lists and lists[url][index]}
    if "revocation" in said:
        return Certificate.State.REVOKED
    return Certificate.State.SUSPENDED if said else Certificate.State.GOOD


def short_number(salt: bytes, key: str) -> str:
    """Return the printed number of a certificate: drawn like its id, so that a repeated issue prints the same."""
    return of_bytes(hmac.digest(salt, f"short\0{key}".encode(), "sha256"))[:SHORT]
