# SPDX-License-Identifier: Apache-2.0
"""Termbases: what a thing is called in each language, and what it must not be called.

Script conversion is not translation. 职业培训 is 職業訓練 in Hong Kong and 職業培訓 in Macao: three labels of one concept, none of
them made from another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, NamedTuple

from msgspec import Meta

from touchstone.logic import Identifier, Name, Prose
from touchstone.standards.envelope import Document
from touchstone.text import LanguageMap, LanguageTag, text_in
from touchstone.value import Value

_HAN = re.compile(r"[\u3400-\u9fff]")


class Concept(Value, frozen=True, kw_only=True):
    """A thing with one preferred label in each language.

    ``units`` are units of competency whose titles hold the preferred label.
    """

    id: Identifier
    labels: LanguageMap
    forbidden: dict[LanguageTag, Annotated[tuple[Name, ...], Meta(min_length=1)]] = {}
    units: tuple[Identifier, ...] = ()
    note: Prose | None = None
    source: Prose | None = None

    def __post_init__(self) -> None:
        for tag, labels in self.forbidden.items():
            if self.label(tag) in labels:
                raise ValueError(f"{self.label(tag)} is both the preferred label in {tag} and forbidden there")

    def label(self, tag: str) -> str:
        """Return the preferred label for a reader of ``tag``."""
        return text_in(self.labels, tag)

    def forbidden_in(self, tag: str) -> tuple[str, ...]:
        """Return the labels that a text of ``tag`` must not hold: zh-Hant's hold for zh-Hant-MO, unless it has its own."""
        parts = tag.split("-")
        tags = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
        labels = next((self.forbidden[known] for known in tags if known in self.forbidden), ())
        return tuple(label for label in labels if label != self.label(tag))


class Breach(NamedTuple):
    """A forbidden label that stands in a text, and what to write instead."""

    tag: str
    label: str
    concept: Concept

    def __str__(self) -> str:
        return f"{self.label} ({self.tag}): write {self.concept.label(self.tag)}"


class Termbase(Document, frozen=True, kw_only=True, tag_field="kind", tag="Termbase"):
    """The terms of a field, each with its preferred and its forbidden labels."""

    concepts: Annotated[tuple[Concept, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        for name, count in Counter(concept.id for concept in self.concepts).items():
            if count > 1:
                raise ValueError(f"the concept {name} stands twice")

    def breaches(self, texts: Mapping[str, str]) -> Iterator[Breach]:
        """Yield the forbidden labels that the texts of a language map hold."""
        for tag, text in texts.items():
            for concept in self.concepts:
                yield from (Breach(tag, label, concept) for label in concept.forbidden_in(tag) if _holds(text, label))


def _holds(text: str, label: str) -> bool:
    """Tell whether a label stands in a text: anywhere in Han script, as whole words in Latin script."""
    if _HAN.search(label):
        return label in text
    return re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text, re.IGNORECASE) is not None
