# SPDX-License-Identifier: Apache-2.0
"""All certificates of a group in one file, made while it is handed out: nothing is held beyond one certificate."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from uuid import UUID

from touchstone.fonts import installed_fonts
from touchstone.standards.exchange.cells import protected
from touchstone_server.access.rules import Actor
from touchstone_server.audit.services import record_once_an_hour, writing
from touchstone_server.issuing import offering, services
from touchstone_server.issuing.certificate_paper import certificate_pdf, spaced
from touchstone_server.issuing.models import Certificate, Group, Row
from touchstone_server.language import Locale
from touchstone_server.passport.services import note_certificates_seen

TABLE = "certificates.csv"
COLUMNS = ("row", "name", "number", "file", "address")
NO_CODES: Mapping[UUID, str] = MappingProxyType({})
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same group, the same bytes."""


@writing()
def hand_out(actor: Actor, group: Group, locale: Locale, origin: str, *, with_codes: bool) -> Iterator[bytes]:
    """Return the file for somebody who may see the group; whoever has claimed one of its certificates is told.

    :param with_codes: whether new codes stand in it. A code that nobody is told is not given: either all of this is done, or nothing.
    :raises GroupError: ``not_issued``.
    :raises Refused: when the actor may not give codes.
    :raises PdfUnavailableError: where no PDF can be made.
    """
    codes = offering.offer_group(actor, group) if with_codes else NO_CODES
    services.expect_issued(group)
    parts = stream(group, locale, origin, codes)
    note_certificates_seen(group.organisation, offering.claimed_in(group))
    record_once_an_hour(actor, "groups.save", f"group:{group.id}", organisation=group.organisation_id)
    return parts


def stream(group: Group, locale: Locale, origin: str, codes: Mapping[UUID, str] = NO_CODES) -> Iterator[bytes]:
    """Yield a zip with a PDF and the signed credential of each learner, and a table that says whose is which.

    :param codes: by which holders claim their certificates, where they are told.
    :raises PdfUnavailableError: before anything is yielded, where no PDF can be made.
    """
    installed_fonts()
    lines = group.lines.filter(certificate__isnull=False).select_related("certificate").order_by("number")
    return _parts(list(lines.values_list("id", flat=True)), locale, origin, codes)


def _parts(lines: list[int], locale: Locale, origin: str, codes: Mapping[UUID, str]) -> Iterator[bytes]:
    sink = _Sink()
    rows: list[tuple[str, ...]] = [(*COLUMNS, "code") if codes else COLUMNS]
    with zipfile.ZipFile(sink, "w") as into:
        for place, identifier in enumerate(lines, 1):
            line = Row.objects.select_related("certificate__organisation").get(pk=identifier)
            certificate = line.certificate
            if certificate is None:
                continue
            name = f"{place:04}-{certificate.short}"
            _put(into, f"{name}.pdf", certificate_pdf(certificate, locale, origin), zipfile.ZIP_STORED)
            _put(into, f"{name}.json", bytes(certificate.document or b""), zipfile.ZIP_DEFLATED)
            code = (codes.get(certificate.id, ""),) if codes else ()
            rows.append(_row(line, certificate, name, origin) + code)
            yield sink.taken()
        _put(into, TABLE, _csv(rows), zipfile.ZIP_DEFLATED)
    yield sink.taken()


def _row(line: Row, certificate: Certificate, name: str, origin: str) -> tuple[str, ...]:
    address = f"{origin}/C/{certificate.short}"
    return str(line.number), protected(certificate.name), spaced(certificate.short), f"{name}.pdf", address


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    told = io.StringIO()
    csv.writer(told, lineterminator="\r\n").writerows(rows)
    return told.getvalue().encode("utf-8-sig")


def _put(into: zipfile.ZipFile, name: str, content: bytes, how: int) -> None:
    into.writestr(zipfile.ZipInfo(name, _EPOCH), content, how)


class _Sink(io.RawIOBase):
    """Takes what a zip file writes, and gives it away at once."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._place = 0

    def writable(self) -> bool:
        """Tell that it can be written; it cannot be sought in."""
        return True

    def tell(self) -> int:
        """Return how much was written."""
        return self._place

    def write(self, part: object) -> int:
        """Take a part."""
        content = bytes(part)  # type: ignore[call-overload]
        self._parts.append(content)
        self._place += len(content)
        return len(content)

    def taken(self) -> bytes:
        """Return what was written since this was asked last."""
        content = b"".join(self._parts)
        self._parts.clear()
        return content
