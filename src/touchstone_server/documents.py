# SPDX-License-Identifier: Apache-2.0
"""The documents that this node reads, compiled once in a process. They never change while it runs."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from django.conf import settings

from touchstone.library import load_library
from touchstone.logic import Experience, Expression, Person, leaves, units_named
from touchstone.recognition import Rulebook, compile_rulebook
from touchstone.recognition.edition import Edition
from touchstone.standards import Agreement, Document, Qualification, Standing, load_folder
from touchstone_server import clock


class Counts(NamedTuple):
    """How many documents there are, and of which standing."""

    all: int
    real: int
    illustrative: int
    kinds: dict[str, int]


@cache
def rulebook() -> Rulebook:
    """Return the rulebook of the shipped library and of the folder that the node's owner names, if any."""
    loaded = load_library()
    if settings.TOUCHSTONE_DOCUMENTS:
        loaded += load_folder(settings.TOUCHSTONE_DOCUMENTS)
    return compile_rulebook(item.document for item in loaded)


def edition(day: dt.date | None = None) -> Edition:
    """Return what the documents say on a day, today if none is given."""
    return rulebook().edition(day or clock.today())


def is_illustrative(document: Document) -> bool:
    """Tell whether a document claims to be no more than an illustration."""
    return document.standing is Standing.ILLUSTRATIVE


@cache
def counts() -> Counts:
    """Count the documents."""
    documents = rulebook().documents
    illustrative = sum(map(is_illustrative, documents))
    kinds = Counter(type(document).__name__ for document in documents)
    return Counts(len(documents), len(documents) - illustrative, illustrative, dict(kinds))


@cache
def short_names() -> dict[str, str]:
    """Return for each document id the shortest end of it that names no other document of its kind: how addresses call it."""
    by_kind: dict[str, set[str]] = {}
    for document in rulebook().documents:
        by_kind.setdefault(type(document).__name__, set()).add(document.id)
    return {
        identifier: _shortest(identifier, identifiers) for identifiers in by_kind.values() for identifier in identifiers
    }


def short(identifier: str) -> str:
    """Return how addresses call a document."""
    return short_names().get(identifier, identifier)


def _shortest(identifier: str, others: set[str]) -> str:
    parts = identifier.split("/")
    for length in range(1, len(parts)):
        tail = "/".join(parts[-length:])
        if tail and sum(other == tail or other.endswith("/" + tail) for other in others) == 1:
            return tail
    return identifier


class Asked(NamedTuple):
    """What the documents ask of a person beside units: occupations, and facts with the values that they name."""

    occupations: tuple[str, ...]
    facts: dict[str, tuple[str, ...]]


@cache
def asked() -> Asked:
    """Return what requirements, bars and conditions ask for beside units."""
    occupations: set[str] = set()
    facts: dict[str, set[str]] = {}
    for expression in _expressions():
        for leaf in leaves(expression):
            match leaf:
                case Experience(experience=part) if part.occupation:
                    occupations.add(part.occupation)
                case Person(person=part):
                    facts.setdefault(part.fact, set()).update(part.in_)
                case _:
                    pass
    return Asked(tuple(sorted(occupations)), {name: tuple(sorted(values)) for name, values in facts.items()})


def _expressions() -> Iterator[Expression]:
    for document in rulebook().documents:
        match document:
            case Qualification(require=require, bars=bars):
                yield from (require, *bars)
            case Agreement(direct=direct):
                yield from (item.conditions for item in direct if item.conditions)
            case _:
                pass


def units_of(qualification: Qualification) -> frozenset[str]:
    """Return the units that a qualification names."""
    return units_named(qualification.require)
