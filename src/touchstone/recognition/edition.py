# SPDX-License-Identifier: Apache-2.0
"""What the documents say on a day: everything resolved, and compiled on first use.

What is in force changes only at the ends of validity periods. Between two of them the documents say the same; that is an
*edition*. What it compiles it keeps (a pure memo: the same documents always give the same).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from touchstone.logic import Truth
from touchstone.recognition.comparison import LevelComparison
from touchstone.recognition.coverage import Coverage, CoverageTable, Successors, successions
from touchstone.recognition.decision import DocumentUsed
from touchstone.standards.agreement import Agreement, DirectRecognition
from touchstone.standards.crosswalk import Crosswalk
from touchstone.standards.envelope import Document, Reference, Standing, recency, reference_id, resolve, standing_of
from touchstone.standards.framework import Competency, Framework
from touchstone.standards.levels import LevelReferencing, LevelScale
from touchstone.standards.qualification import Qualification
from touchstone.standards.references import references
from touchstone.standards.trust_registry import TrustRegistry

if TYPE_CHECKING:
    from touchstone.credentials.document_proofs import DocumentReport

D = TypeVar("D", bound=Document)
T = TypeVar("T")
Versions = Mapping[str, tuple[Document, ...]]


class KnownUnit(NamedTuple):
    """A unit with the framework that defines it."""

    competency: Competency
    framework: Framework


class Consulted(NamedTuple):
    """The documents that a decision looked at, and how far they can be believed together."""

    documents: tuple[DocumentUsed, ...]
    standing: Standing


class Trusted(NamedTuple):
    """The registry that a reader relies on, and what it makes of the claimed documents, by id and version."""

    registry: TrustRegistry
    reports: Mapping[tuple[str, str], DocumentReport]

    def standing_of(self, documents: Iterable[Document], day: dt.date) -> Standing:
        """Return the lowest standing of documents that are all claimed to be official."""
        if not self.registry.in_force(day):
            return Standing.UNVERIFIED
        return min(self.reports[item.id, item.version].standing for item in documents)


class Terms:
    """Under which terms evidence counts: those of an agreement, or home terms (``agreement`` None)."""

    def __init__(self, agreement: Agreement | None, edition: Edition) -> None:
        self.agreement = agreement
        self.key = (agreement.id, agreement.version) if agreement else ("", "")
        self.direct: tuple[DirectRecognition, ...] = agreement.direct if agreement else ()
        crosswalks = edition.admitted(agreement.crosswalks, Crosswalk) if agreement else ()
        referencings = edition.admitted(agreement.referencings, LevelReferencing) if agreement else ()
        self.levels = LevelComparison(edition.scales.values(), referencings)
        self.table = CoverageTable(agreement, crosswalks, edition.successors) if agreement else None
        self.unmapped = self.table.unmapped if self.table else Truth.FALSE
        scope = agreement.frameworks if agreement else None
        self._scope = None if scope is None else frozenset(map(_named_version, scope))

    def in_scope(self, framework: str | None, version: str | None = None) -> bool:
        """Tell whether the agreement looks at a framework, in a version, at all."""
        if framework is None or self._scope is None:
            return True
        return any(
            named == framework and (version is None or wanted in (None, version)) for named, wanted in self._scope
        )


class Edition:
    """What the documents say on ``day``, and on all days until one of them begins or ends."""

    def __init__(
        self, by_id: Versions, digests: Mapping[tuple[str, str], str], day: dt.date, trusted: Trusted | None = None
    ) -> None:
        self._by_id, self._digests, self.day, self._trusted = by_id, digests, day, trusted
        self._kept: dict[Hashable, object] = {}
        self.units = dict(self._known_units())
        self.scales = {versions[0].id: self._current(versions) for versions in self._of_kind(LevelScale)}
        self.successors = _successors(self.units.values())
        self._known_levels = frozenset(self._levels())

    def qualification(self, reference: Reference) -> Qualification | None:
        """Return the qualification that a reference means on this day, or None when it is not in force."""
        return resolve(reference, self._versions(reference_id(reference), Qualification), self.day)

    def defining(self, qualification: str) -> Qualification | None:
        """Return the document that defines a qualification, whether in force or not; None when there is none."""
        versions = self._versions(qualification, Qualification)
        return self._current(versions) if versions else None

    def framework(self, identifier: str) -> Framework | None:
        """Return the framework of that id, whether in force or not; None when there is none."""
        versions = self._versions(identifier, Framework)
        return self._current(versions) if versions else None

    def framework_of(self, qualification: str) -> str | None:
        """Return the framework of a qualification, whether in force or not; None when no document defines it."""
        defining = self.defining(qualification)
        return defining.framework if defining else None

    def scale_of(self, unit: str) -> str:
        """Return the id of the level scale of a unit's framework."""
        return self.units[unit].framework.level_scale

    def credits_of(self, unit: str) -> Decimal:
        """Return what a unit is worth in credits; nothing, where its framework does not say."""
        return self.units[unit].competency.credits or Decimal(0)

    def knows(self, unit: str, level: str | None) -> bool:
        """Tell whether a unit is known, and its level on the scale of its framework."""
        return (unit, level) in self._known_levels

    def admitted(self, references: Iterable[Reference], kind: type[D]) -> tuple[D, ...]:
        """Return the documents that references mean on this day; one that is not in force contributes nothing."""
        found = (resolve(item, self._versions(reference_id(item), kind), self.day) for item in references)
        return tuple(document for document in found if document is not None)

    def terms(self, agreement: Agreement | None) -> Terms:
        """Return the compiled terms of an agreement; None gives home terms."""
        key = (agreement.id, agreement.version) if agreement else ("", "")
        return self.once(("terms", key), lambda: Terms(agreement, self))

    def home_coverage(self, source: str) -> Mapping[str, Coverage]:
        """Return what a unit covers without any agreement: itself and its equivalent successors."""
        return self.once(("home", source), lambda: self._home_coverage(source))

    def consulted(self, roots: Iterable[Document]) -> Consulted:
        """Return ``roots`` and all that they refer to, directly or through others, named by digest."""
        found: dict[tuple[str, str], Document] = {}
        for document in roots:
            key = (document.id, document.version)
            if key not in found:
                found.update(self._reached_from(document))
        return self.once(("consulted", frozenset(found)), lambda: self._named([found[key] for key in sorted(found)]))

    def _named(self, documents: list[Document]) -> Consulted:
        """Name documents by digest. The registry is consulted, and named, only where it could make a difference to the standing."""
        standing = standing_of(documents)
        if self._trusted and standing is not Standing.ILLUSTRATIVE:
            standing = self._trusted.standing_of(documents, self.day)
            documents = sorted((*documents, self._trusted.registry), key=lambda item: (item.id, item.version))
        used = (
            DocumentUsed(id=item.id, version=item.version, digest=self._digests[item.id, item.version])
            for item in documents
        )
        return Consulted(tuple(used), standing)

    def _reached_from(self, root: Document) -> dict[tuple[str, str], Document]:
        return self.once(("reached", root.id, root.version), lambda: self._reach(root))

    def _reach(self, root: Document) -> dict[tuple[str, str], Document]:
        found: dict[tuple[str, str], Document] = {}
        waiting = [root]
        while waiting:
            document = waiting.pop()
            if (document.id, document.version) not in found:
                found[document.id, document.version] = document
                waiting.extend(self._referred(document))
        return found

    def _home_coverage(self, source: str) -> dict[str, Coverage]:
        lines = successions(self.successors, source)
        return {line[-1]: Coverage(Truth.TRUE, succession=len(line) > 1) for line in lines}

    def _referred(self, document: Document) -> Iterator[Document]:
        for referral in references(document):
            if referral.id in self.units and referral.kind.startswith("unit"):
                yield self.units[referral.id].framework
            elif versions := self._by_id.get(referral.id, ()):
                named = [
                    item
                    for item in versions
                    if isinstance(referral.target, str) or item.version == referral.target.version
                ]
                yield resolve(referral.target, versions, self.day) or self._current(named)

    def _versions(self, identifier: str, kind: type[D]) -> tuple[D, ...]:
        return tuple(document for document in self._by_id.get(identifier, ()) if isinstance(document, kind))

    def _of_kind(self, kind: type[D]) -> Iterator[tuple[D, ...]]:
        for identifier in self._by_id:
            if versions := self._versions(identifier, kind):
                yield versions

    def _current(self, versions: Iterable[D]) -> D:
        """Return the version in force, else the latest: what is no longer in force can still be read."""
        return max(versions, key=lambda document: (document.in_force(self.day), recency(document)))

    def _known_units(self) -> Iterator[tuple[str, KnownUnit]]:
        """Yield every unit of every framework; of several versions, the one in force comes last and wins."""
        for versions in self._of_kind(Framework):
            for framework in sorted(versions, key=lambda item: (item.in_force(self.day), recency(item))):
                for competency in framework.competencies:
                    yield competency.id, KnownUnit(competency, framework)

    def _levels(self) -> Iterator[tuple[str, str | None]]:
        for unit, (_, framework) in self.units.items():
            yield unit, None
            yield from ((unit, level.code) for level in self.scales[framework.level_scale].levels)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` makes, made once for each ``key``; it may depend on the documents only."""
        if key not in self._kept:
            self._kept[key] = make()
        return cast(T, self._kept[key])


def _named_version(reference: Reference) -> tuple[str, str | None]:
    return reference_id(reference), None if isinstance(reference, str) else reference.version


def _successors(units: Iterable[KnownUnit]) -> Successors:
    """Return, for each unit, the units that supersede it as equivalent."""
    found: dict[str, list[str]] = {}
    for competency, _ in units:
        if competency.supersedes and competency.supersedes.equivalent:
            found.setdefault(competency.supersedes.id, []).append(competency.id)
    return {unit: tuple(sorted(successors)) for unit, successors in found.items()}
