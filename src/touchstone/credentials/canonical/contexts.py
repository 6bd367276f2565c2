# SPDX-License-Identifier: Apache-2.0
"""The closed set of JSON-LD contexts, each pinned by the SHA-256 of its file.

A context decides what a signed word means; whoever could swap one could change the meaning of every signature. So contexts are never
fetched: their bytes come from an installed package that ships them (``openbadgeslib``, read by path and never imported), and a byte that
differs is an error. Data Integrity 1.0, section 2.4.1, asks for exactly this: hashes of contexts known beforehand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from touchstone.credentials.canonical import jcs
from touchstone.credentials.canonical.strict_json import Json, loads
from touchstone.errors import CredentialError
from touchstone.value import Value

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
MULTIKEY_V1 = "https://w3id.org/security/multikey/v1"
OPEN_BADGES_3_0_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR_2_0_1 = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"

NOT_AT_HAND = frozenset(("context_changed", "context_missing", "context_unknown"))
"""Codes that say nothing against a document: a context of its is not at hand, so that it cannot be read here."""

PACKAGE = "openbadgeslib"
FOLDER = "ob3/contexts"


class PinnedContext(Value, frozen=True):
    """A context that may be used.

    :param url: the address that documents name it by.
    :param sha256: the hexadecimal SHA-256 of its bytes.
    :param file: its file's name in the installed package, or
    :param content: its bytes themselves.
    """

    url: str
    sha256: str
    file: str = ""
    content: bytes = b""

    @classmethod
    def of(cls, url: str, content: bytes) -> PinnedContext:
        """Pin a context as it is now."""
        return cls(url=url, sha256=hashlib.sha256(content).hexdigest(), content=content)

    def load(self) -> dict[str, Json]:
        """Return the context's document.

        :raises CredentialError: ``context_missing`` if the package that ships it is not installed, ``context_changed`` if its bytes are
            not those pinned, ``context_invalid`` if there is no context in them.
        """
        document = loads(self.read())
        if not isinstance(document, dict) or "@context" not in document:
            raise CredentialError("context_invalid", "the file holds no JSON-LD context", found=self.url)
        return document

    def read(self) -> bytes:
        """Return the context's bytes, which are those pinned.

        :raises CredentialError: ``context_missing`` or ``context_changed``.
        """
        content = self.content or _installed(self.file)
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise CredentialError(
                "context_changed",
                "the context's file is not the one that was pinned",
                found=self.url,
                hint=f"Install the version of {PACKAGE} that the lock file names.",
            )
        return content


class ContextSet:
    """A closed set of contexts, immutable; two sets are the same only if they are one object.

    :param pinned: the contexts that documents may name.
    :param inline: the contexts that documents may have written into them, word for word.
    """

    def __init__(self, pinned: Iterable[PinnedContext], inline: Iterable[dict[str, Json]] = ()) -> None:
        self._pinned = {each.url: each for each in pinned}
        self._inline = {_digest(each): each for each in inline}
        self._loaded: dict[str, dict[str, Json]] = {}

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses of all contexts in the set."""
        return tuple(self._pinned)

    def including(self, *more: PinnedContext, inline: Iterable[dict[str, Json]] = ()) -> ContextSet:
        """Return a set that has further contexts."""
        return ContextSet([*self._pinned.values(), *more], [*self._inline.values(), *inline])

    def content(self, url: str) -> bytes | None:
        """Return the bytes of a context's file, or None if the set does not have it: documents may bear their digest.

        :raises CredentialError: as ``PinnedContext.load``.
        """
        pinned = self._pinned.get(url)
        return pinned.read() if pinned else None

    def inline(self, context: dict[str, Json]) -> tuple[str, dict[str, Json]]:
        """Return what names a context that stands in a document, the digest of its canonical form, and the pinned one that it equals.

        :raises CredentialError: ``context_inline`` if documents may not have this one.
        """
        digest = _digest(context)
        if digest not in self._inline:
            raise CredentialError(
                "context_inline",
                "a context written into the document could give signed words another meaning",
                expected="contexts named by their addresses",
            )
        return digest, self._inline[digest]

    def context(self, url: str) -> dict[str, Json]:
        """Return a context's document, to be read only.

        :raises CredentialError: ``context_unknown`` if the set does not have it, and as ``PinnedContext.load``.
        """
        if url not in self._loaded:
            pinned = self._pinned.get(url)
            if pinned is None:
                raise CredentialError(
                    "context_unknown",
                    "this JSON-LD context is not among those that are built in",
                    found=url,
                    hint="Contexts are never fetched: whoever could change one could change what was signed.",
                )
            self._loaded[url] = pinned.load()
        return self._loaded[url]


def _digest(context: dict[str, Json]) -> str:
    return hashlib.sha256(jcs.canonicalise(context)).hexdigest()


@cache
def _installed(file: str) -> bytes:
    from importlib.util import find_spec

    found = find_spec(PACKAGE)  # of the top level only, which finds the package without running it
    places = found.submodule_search_locations if found else None
    try:
        return Path(next(iter(places or ["."])), FOLDER, file).read_bytes()
    except OSError:
        raise CredentialError(
            "context_missing",
            f"the JSON-LD contexts are not installed: {PACKAGE} has no file {file}",
            hint=f"Install {PACKAGE} as the lock file names it.",
        ) from None


DEFAULT = ContextSet(
    PinnedContext(url=url, sha256=sha256, file=file)
    for url, sha256, file in (
        (CREDENTIALS_V2, "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734", "credentials-v2.json"),
        (
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
            "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
            "ob-v3p0-context-3.0.1.json",
        ),
        (
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
            "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
            "ob-v3p0-context-3.0.2.json",
        ),
        (
            OPEN_BADGES_3_0_3,
            "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
            "ob-v3p0-context-3.0.3.json",
        ),
        (
            OPEN_BADGES_EXTENSIONS,
            "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
            "ob-v3p0-extensions.json",
        ),
        (CLR_2_0_1, "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6", "clr_context_2.0.1.json"),
        (
            DATA_INTEGRITY_V2,
            "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
            "security-data-integrity-v2.json",
        ),
        (MULTIKEY_V1, "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597", "security-multikey-v1.json"),
    )
)
"""What this version of Touchstone knows: VC 2.0, Open Badges 3.0, CLR 2.0, Data Integrity, Multikey."""
