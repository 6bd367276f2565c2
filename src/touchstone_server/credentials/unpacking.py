# SPDX-License-Identifier: Apache-2.0
"""What a file holds: one credential, a picture or a PDF that carries one, a learner record, a presentation, or a wallet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from touchstone.credentials.baking import is_image, unbake
from touchstone.credentials.canonical import encoded, strict_json
from touchstone.credentials.canonical.strict_json import Json
from touchstone.credentials.clr import is_clr
from touchstone.credentials.members import first_object, identifier, objects, string, strings
from touchstone.credentials.wallet import lists_of, read_wallet
from touchstone.errors import CredentialError
from touchstone.recognition.attachment import attached_json, is_pdf

MOST_BYTES = 1024 * 1024
"""Bytes that a reader may hand in."""

Kind = Literal["credential", "record", "presentation", "wallet", "receipt", "status_list", "pdf"]


class Unpacked(NamedTuple):
    """The credentials of a file, each as bytes, and whose they say they are; after a learner record in it come its badges.

    :param kind: what it is; ``pdf`` for one that carries nothing.
    :param whole: the file itself, as far as it is signed as such: a learner record, a presentation.
    :param lists: status lists that came along, by URL.
    """

    kind: Kind
    credentials: tuple[bytes, ...]
    holder: str = ""
    whole: bytes = b""
    lists: dict[str, bytes] = {}


def unpack(content: bytes) -> Unpacked:
    """Return what a file holds; nothing of it is verified.

    :raises CredentialError: it cannot be read at all: what is wrong with the picture, the JSON, or the wallet.
    """
    inside = attached_json(content) if is_pdf(content) else unbake(content) if is_image(content) else content
    if inside is None:
        return Unpacked("pdf", ())
    document = strict_json.loads(inside, max_bytes=MOST_BYTES)
    if not isinstance(document, dict):
        raise CredentialError("not_an_object", "a credential is a JSON object", found=type(document).__name__)
    if document.get("format") == "touchstone-wallet":
        return _wallet(inside)
    if document.get("kind") == "Receipt":
        return Unpacked("receipt", ())
    if "BitstringStatusListCredential" in strings(document.get("type")):
        return Unpacked("status_list", ())
    if "VerifiablePresentation" in strings(document.get("type")):
        presented = _all(objects(document.get("verifiableCredential")))
        return Unpacked("presentation", _opened(presented), identifier(document.get("holder")), inside)
    holder = string(first_object(document.get("credentialSubject")).get("id"))
    if is_clr(document):
        return Unpacked("record", _all(_bundled(document)), holder, inside)
    return Unpacked("credential", (inside,), holder)


def _wallet(content: bytes) -> Unpacked:
    wallet = read_wallet(content)
    carried = _opened(text.encode() for text in wallet.credentials)
    return Unpacked("wallet", carried, wallet.holder, lists=lists_of(wallet))


def _opened(credentials: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(each for content in credentials for each in (content, *_badges(content)))


def _badges(content: bytes) -> tuple[bytes, ...]:
    try:
        return _all(_bundled(strict_json.loads(content, max_bytes=MOST_BYTES)))
    except CredentialError:  # what cannot be read is told where it is verified
        return ()


def _bundled(document: Json) -> list[dict[str, Json]]:
    """Return the badges of a learner record; none of what is no record."""
    if not isinstance(document, dict) or not is_clr(document):
        return []
    return objects(first_object(document.get("credentialSubject")).get("verifiableCredential"))


def _all(documents: list[dict[str, Json]]) -> tuple[bytes, ...]:
    return tuple(map(encoded, documents))
