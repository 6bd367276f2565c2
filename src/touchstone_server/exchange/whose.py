# SPDX-License-Identifier: Apache-2.0
"""In whose name is a document? Nobody publishes in another's. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote

from touchstone.standards import Agreement, Document

_DID_WEB = "did:web:"


class Speaker(NamedTuple):
    """Somebody who publishes.

    :param issuer: the DID; empty where there is none.
    :param regions: those that the trust registry says they speak for, or whose authority they are; they agree for these.
    """

    issuer: str
    regions: frozenset[str]


def is_in_name_of(speaker: Speaker, document: Document, editions: Iterable[Document], issuers: Iterable[str]) -> bool:
    """Tell whether a document is a speaker's to publish: it names them as its publisher, or is an agreement of a region of theirs.

    :param editions: of this id that are here: who published those publishes the next.
    :param issuers: everybody who is known to publish: an id that is new here does not lie below another's address.
    """
    before = list(editions)
    if not before and _place_of(document.id, issuers) not in ("", speaker.issuer):
        return False
    return all(_is_of(each, speaker) for each in (document, *before))


def _is_of(document: Document, speaker: Speaker) -> bool:
    if isinstance(document, Agreement):
        return not speaker.regions.isdisjoint((document.from_, document.to))
    return bool(speaker.issuer) and document.publisher == speaker.issuer


def _place_of(identifier: str, issuers: Iterable[str]) -> str:
    """Return the issuer below whose address (did:web) an id lies, the nearest one; empty where it is nobody's."""
    found = [each for each in issuers if each.startswith(_DID_WEB) and f"{identifier}/".startswith(_address_of(each))]
    return max(found, key=len, default="")


def _address_of(issuer: str) -> str:
    return "https://" + "/".join(unquote(part) for part in issuer.removeprefix(_DID_WEB).split(":")) + "/"
