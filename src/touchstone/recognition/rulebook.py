# SPDX-License-Identifier: Apache-2.0
"""The rulebook: public documents compiled, so that a decision only looks things up."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Iterable, Iterator

from touchstone.errors import RulebookError
from touchstone.recognition.decision import DocumentUsed
from touchstone.recognition.edition import Edition, Trusted
from touchstone.standards.agreement import Agreement
from touchstone.standards.digest import digest
from touchstone.standards.envelope import Document
from touchstone.standards.integrity import broken_references
from touchstone.standards.trust_registry import TrustRegistry

_DAY = dt.timedelta(days=1)


class Rulebook:
    """A compiled set of public documents. Make one with :func:`compile_rulebook`."""

    def __init__(self, documents: Iterable[Document], trust: TrustRegistry | None = None) -> None:
        given = tuple(documents) if trust is None else (*_all_but(trust, documents), trust)
        self.documents = tuple(sorted(given, key=lambda document: (document.id, document.version)))
        self.by_id: dict[str, tuple[Document, ...]] = {}
        for document in self.documents:
            self.by_id[document.id] = (*self.by_id.get(document.id, ()), document)
        self._digests = {(document.id, document.version): digest(document) for document in self.documents}
        self.trust = _trusted(self.documents, trust) if trust else None
        self._days = event_days(self.documents)
        self._editions: dict[int, Edition] = {}
        self._directions: dict[tuple[str, str], tuple[Agreement, ...]] = {}
        for document in self.documents:
            if isinstance(document, Agreement):
                direction = (document.from_, document.to)
                self._directions[direction] = (*self._directions.get(direction, ()), document)

    def edition(self, day: dt.date) -> Edition:
        """Return what the documents say on ``day``."""
        index = bisect.bisect_right(self._days, day)
        if index not in self._editions:
            self._editions[index] = Edition(self.by_id, self._digests, day, self.trust)
        return self._editions[index]

    def agreements(self, from_: str, to: str) -> tuple[Agreement, ...]:
        """Return every version of every agreement of a direction, whatever its status, by id and version."""
        return self._directions.get((from_, to), ())

    def document(self, used: DocumentUsed) -> Document:
        """Return a document that a decision names."""
        return next(item for item in self.by_id[used.id] if item.version == used.version)

    def digest_of(self, document: Document) -> str:
        """Return the digest of one of the documents."""
        return self._digests[document.id, document.version]


def compile_rulebook(documents: Iterable[Document], trust: TrustRegistry | None = None) -> Rulebook:
    """Compile public documents into a rulebook.

    :param trust: the registry that the reader relies on. With it the proofs of claimed documents are checked, now and once, and
        decisions may be *verified*; without it no claim is believed.
    :raises RulebookError: when an id dangles, a level is not on its scale, or one name stands for two things.
    """
    rulebook = Rulebook(documents, trust)
    for finding in broken_references(rulebook.documents):
        place = f"{finding.document} version {finding.version}"
        raise RulebookError(finding.message, file=place, field=finding.field, hint=finding.hint)
    return rulebook


def _all_but(trust: TrustRegistry, documents: Iterable[Document]) -> Iterator[Document]:
    """Yield the documents without further copies of the registry; another document under its name is left to be complained of."""
    named = digest(trust)
    yield from (item for item in documents if not (isinstance(item, TrustRegistry) and digest(item) == named))


def _trusted(documents: Iterable[Document], registry: TrustRegistry) -> Trusted:
    """Check the proofs. What that takes is imported only by those who have proofs to check."""
    from touchstone.credentials.document_proofs import check_documents

    return Trusted(registry, check_documents(documents, registry))


def event_days(documents: Iterable[Document]) -> list[dt.date]:
    """Return the days on which some document begins to hold, or no longer holds, sorted."""
    days: set[dt.date] = set()
    for document in documents:
        if document.valid and document.valid.from_:
            days.add(document.valid.from_)
        if document.valid and document.valid.until:
            days.add(document.valid.until + _DAY)
    return sorted(days)
