# SPDX-License-Identifier: Apache-2.0
"""What a new edition would change, and for whom: made-up people by name, the cases of a body counted. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import msgspec

from touchstone.errors import InputError
from touchstone.library import DEMO
from touchstone.library.people import Person, load_people
from touchstone.recognition import RecognitionRequest, Rulebook, compile_rulebook, decide
from touchstone.recognition.difference import Affected, difference
from touchstone.recognition.names import Names
from touchstone.recognition.wording import Words
from touchstone.standards import Document
from touchstone.text import LanguageMap
from touchstone_server.exchange.looking import in_place, with_edition

W = TypeVar("W")


class Consequences(NamedTuple):
    """Whose answer changes.

    :param day: on which everybody asks: today, or the day on which the edition begins.
    :param people: those of the demonstration whose answer changes, of ``asked``.
    :param before: the documents without the edition; :param after: with it.
    :param cases: how many cases change from which outcome to which, of ``filed``, once they were counted: nobody is named.
    """

    day: dt.date
    people: tuple[tuple[Person, Affected], ...]
    asked: int
    before: Rulebook
    after: Rulebook
    cases: tuple[tuple[str, str, int], ...] = ()
    filed: int = 0


class Told(NamedTuple):
    """Somebody whose answer changes, in words; ``differs`` where neither the outcome nor a unit does."""

    name: LanguageMap
    before: str
    after: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    differs: tuple[str, ...]


def told(effect: Consequences, tag: str) -> Iterator[Told]:
    """Yield the people whose answer changes, units by their titles in a language."""
    names = Names(effect.after.edition(effect.day), effect.after, Words(tag))
    for person, each in effect.people:
        gained, lost = (tuple(map(names.unit, units)) for units in (each.gained, each.lost))
        plain = () if gained or lost or each.before != each.after else each.differs
        yield Told(person.name, each.before, each.after, gained, lost, plain)


def consequences(beside: Sequence[Document], edition: Document, today: dt.date) -> Consequences | None:
    """Decide what the people of the demonstration ask twice, without an edition and with it in the place of those before it; None where
    they do not fit together.
    """
    day = max(today, edition.valid.from_) if edition.valid and edition.valid.from_ else today
    before, after = _compiled(beside), _compiled(in_place(beside, edition))
    after = after or _compiled(with_edition(beside, edition))  # some documents name the edition before by its version
    if before is None or after is None:
        return None
    people = list(_decidable(((each, each.request) for each in _people()), day, before, after))
    named = difference(before, after, [request for _, request in people])
    return Consequences(day, tuple((people[each.request][0], each) for each in named), len(people), before, after)


class Counted(NamedTuple):
    """How many cases change from which outcome to which, of how many."""

    cases: tuple[tuple[str, str, int], ...]
    filed: int


def counted(effect: Consequences, filed: Iterable[RecognitionRequest]) -> Counted:
    """Decide twice what was asked in cases, too, and count."""
    cases = [each for _, each in _decidable((("", each) for each in filed), effect.day, effect.before, effect.after)]
    found = Counter((each.before, each.after) for each in difference(effect.before, effect.after, cases))
    return Counted(tuple((one, other, count) for (one, other), count in sorted(found.items())), len(cases))


def _compiled(found: Iterable[Document]) -> Rulebook | None:
    try:
        return compile_rulebook(found)
    except InputError:
        return None


def _people() -> tuple[Person, ...]:
    return (*load_people(), *load_people(DEMO / "further"))


def _decidable(
    asked: Iterable[tuple[W, RecognitionRequest]], day: dt.date, *rulebooks: Rulebook
) -> Iterator[tuple[W, RecognitionRequest]]:
    """Yield the requests, put on the day, that can be decided by all rulebooks."""
    for who, request in asked:
        moved = _on(request, day)
        try:
            for each in rulebooks:
                decide(moved, each)
        except InputError:
            continue
        yield who, moved


def _on(request: RecognitionRequest, day: dt.date) -> RecognitionRequest:
    """Return a request as it would be made on a day, its certificates looked up on that day."""
    moment = dt.datetime.combine(day, dt.time(), dt.UTC)
    evidence = tuple(
        msgspec.structs.replace(each, status_checked=moment) if each.status_checked else each
        for each in request.evidence
    )
    return msgspec.structs.replace(request, decided_on=day, decided_at=None, evidence=evidence)
