# SPDX-License-Identifier: Apache-2.0
"""Looking at a document that somebody wants to publish: can it be read, may it be published, what is wrong with it? Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from touchstone.credentials.privacy import has_identity_number
from touchstone.errors import DocumentError
from touchstone.standards import Document, canonical_bytes, check, digest, normal_form, read_document
from touchstone.standards.envelope import recency
from touchstone.standards.findings import Finding
from touchstone_server.exchange.publishing import is_public
from touchstone_server.exchange.pulling import Known

MOST_BYTES = 1024 * 1024
ENDS = ("withdrawn", "suspended")
"""The states of an edition that ends those before it."""


class Looked(NamedTuple):
    """A document and what was found; ``problem`` is the code of what keeps it from being published whatever its content."""

    document: Document
    findings: tuple[Finding, ...]
    problem: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether it may be published: remarks are told and keep nothing back."""
        return not self.problem and all(each.severity != "error" for each in self.findings)


def read(content: bytes, name: str = "") -> Document:
    """Read a document that was handed in.

    :param name: of its file, which says how it is written; of a text that was typed the beginning says it.
    :raises DocumentError: with what is wrong with it, and where.
    """
    loaded = read_document(content, name or _guessed(content))
    if loaded is None:
        raise DocumentError(
            "the file is personal, not a public document", hint="Nothing personal is published; carry it in a wallet."
        )
    return loaded.document


def look(document: Document, beside: Sequence[Document], known: Known) -> Looked:
    """Look at a document among others as ``touchstone documents check`` does, and tell what it brings that was not there before.

    :param known: the digests of everything that has a name here: one name has one content. What came from elsewhere may be
        published here too, so that both sides of an agreement sign it.
    """
    others = [each for each in beside if (each.id, each.version) != (document.id, document.version)]
    before = set(check(others))
    findings = tuple(each for each in check([*others, document]) if each not in before)
    return Looked(document, findings, _problem(document, known))


def with_edition(documents: Iterable[Document], edition: Document) -> list[Document]:
    """Return the documents as they stand with a new edition: one that is withdrawn or suspended ends the editions before it, and no later
    one.
    """
    ends = edition.status in ENDS
    return [*(each for each in documents if not _goes(each, edition, with_those_before=ends)), edition]


def in_place(documents: Iterable[Document], edition: Document) -> list[Document]:
    """Return the documents with an edition in the place of all those before it; what follows it stays."""
    return [*(each for each in documents if not _goes(each, edition, with_those_before=True)), edition]


def members_changed(before: Document, after: Document) -> list[str]:
    """Return the members of the normal form in which two editions differ, by name."""
    one, other = normal_form(before), normal_form(after)
    return sorted(name for name in (one.keys() | other.keys()) - {"proof"} if one.get(name) != other.get(name))


def _goes(each: Document, edition: Document, *, with_those_before: bool) -> bool:
    is_before = with_those_before and recency(each) < recency(edition)
    return each.id == edition.id and (each.version == edition.version or is_before)


def _problem(document: Document, known: Known) -> str:
    if not is_public(document):
        return "draft"
    here = known.get((document.id, document.version))
    if here not in (None, digest(document)):
        return "taken"
    return "identity_number" if has_identity_number(canonical_bytes(document).decode()) else ""


def _guessed(content: bytes) -> str:
    beginning = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if beginning == b"{":
        return "document.json"
    return "document.tsv" if beginning == b"#" and b"\t" in content else "document.yaml"
