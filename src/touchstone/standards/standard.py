# SPDX-License-Identifier: Apache-2.0
"""Standards: a group standard as structured clauses, so that every check, task and line of a report can cite one.

The elements follow GB/T 1.1-2020: foreword, introduction, scope (1), normative references (2), terms (3), then the chapters with their
clauses. Numbers are given by position and never written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta

from touchstone.logic import Identifier, Prose
from touchstone.standards.envelope import Document
from touchstone.text import LanguageMap
from touchstone.value import Value

ClauseType = Literal["requirement", "instruction", "recommendation", "permission", "statement"]
"""The five kinds of clause of GB/T 1.1-2020, annex C: 应, 祈使, 宜, 可, 能."""

Owner = Literal["council", "steering_committee", "secretariat", "working_group", "school", "enterprise", "member"]
"""Who sees to a clause."""

FIRST_CHAPTER = 4


class AskedEvidence(Value, frozen=True, kw_only=True):
    """One thing that shows that a clause is kept."""

    id: Identifier
    title: LanguageMap


class Clause(Value, frozen=True, kw_only=True):
    """What is required, recommended, permitted or stated, and what it is linked to."""

    id: Identifier
    heading: LanguageMap
    type: ClauseType
    text: LanguageMap
    owner: Owner | None = None
    evidence: tuple[AskedEvidence, ...] = ()
    rules: tuple[Identifier, ...] = ()
    indicators: tuple[Identifier, ...] = ()
    units: tuple[Identifier, ...] = ()


class Chapter(Value, frozen=True, kw_only=True):
    """A numbered chapter and its clauses."""

    id: Identifier
    heading: LanguageMap
    clauses: Annotated[tuple[Clause, ...], Meta(min_length=1)]


class DefinedTerm(Value, frozen=True, kw_only=True):
    """A term and its definition."""

    id: Identifier
    label: LanguageMap
    definition: LanguageMap


class Cited(Value, frozen=True, kw_only=True):
    """A document that the standard refers to."""

    id: Prose
    title: LanguageMap


class Numbered(NamedTuple):
    """A clause with the number that its place gives it: ``5.2``."""

    number: str
    clause: Clause
    chapter: Chapter


class Standard(Document, frozen=True, kw_only=True, tag_field="kind", tag="Standard"):
    """A standard for an organisation's work, clause by clause; who is evaluated by it reads why."""

    foreword: LanguageMap | None = None
    introduction: LanguageMap | None = None
    scope: LanguageMap
    references: tuple[Cited, ...] = ()
    terms: tuple[DefinedTerm, ...] = ()
    chapters: Annotated[tuple[Chapter, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        ids = [name for chapter in self.chapters for name in (chapter.id, *(clause.id for clause in chapter.clauses))]
        for name, count in Counter(ids).items():
            if count > 1:
                raise ValueError(f"the id {name} stands twice; every chapter and clause needs its own")

    def numbered(self) -> Iterator[Numbered]:
        """Yield every clause with its number: chapters follow scope, references and terms, so the first is 4."""
        for place, chapter in enumerate(self.chapters, start=FIRST_CHAPTER):
            for below, clause in enumerate(chapter.clauses, start=1):
                yield Numbered(f"{place}.{below}", clause, chapter)
