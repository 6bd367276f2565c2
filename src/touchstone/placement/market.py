# SPDX-License-Identifier: Apache-2.0
"""Who applies where: students with ranked choices, posts with seats inside hosts with seats, and the seed of the lottery.

At each post the students are in one order: by the post's priority groups, then by score, then by lottery. Of a post's seats some may
be reserved for students of a region; what they leave free, others take.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, NamedTuple

from msgspec import Meta

from touchstone.errors import InputError
from touchstone.logic import Identifier, Name
from touchstone.standards.envelope import Region
from touchstone.standards.folder import read_bytes, read_value
from touchstone.standards.reading import Path as FieldPath
from touchstone.standards.reading import dotted
from touchstone.value import Value

Seats = Annotated[int, Meta(ge=0, le=1_000_000)]
Score = Annotated[Decimal, Meta(ge=0, le=1_000_000)]


class Host(Value, frozen=True, kw_only=True):
    """An enterprise that takes at most so many students in all its posts together."""

    id: Identifier
    seats: Seats


class Reserve(Value, frozen=True, kw_only=True):
    """Seats of a post that go to students of a region first."""

    region: Region
    seats: Seats


class Post(Value, frozen=True, kw_only=True):
    """A post with its seats; groups of students that come before others there, and seats reserved for regions."""

    id: Identifier
    seats: Seats
    host: Identifier | None = None
    priority: tuple[Name, ...] = ()
    reserves: tuple[Reserve, ...] = ()


class Student(Value, frozen=True, kw_only=True):
    """A student with ranked choices, best first; a score counts at every post that has none of its own in ``scores``."""

    id: Identifier
    choices: tuple[Identifier, ...]
    score: Score = Decimal(0)
    scores: dict[Identifier, Score] = {}
    region: Region | None = None
    groups: tuple[Name, ...] = ()


class PlacementMarket(Value, frozen=True, kw_only=True, tag_field="kind", tag="PlacementMarket"):
    """All that a matching is computed from. Personal: never published."""

    lottery: Annotated[str, Meta(min_length=1, max_length=200)]
    posts: tuple[Post, ...]
    students: tuple[Student, ...]
    hosts: tuple[Host, ...] = ()


class Flaw(NamedTuple):
    """What makes a market unusable, and the field where it stands."""

    message: str
    path: FieldPath
    found: str = ""


def load_market(file: Path) -> PlacementMarket:
    """Read a market from a file.

    :raises InputError: with file, line and field of the first thing that cannot be used.
    """
    try:
        market, reading = read_value(read_bytes(file), str(file), PlacementMarket)
    except InputError as error:
        raise error.at(file=str(file)) from None
    for flaw in flaws(market):
        raise InputError(
            flaw.message,
            file=str(file),
            line=reading.line_of(flaw.path),
            field=dotted(flaw.path),
            found=flaw.found or None,
        )
    return market


def flaws(market: PlacementMarket) -> Iterator[Flaw]:
    """Yield what contradicts itself: ids that stand twice or nowhere, and reserves beyond the seats."""
    for field in ("hosts", "posts", "students"):
        yield from _twice(field, [item.id for item in getattr(market, field)])
    hosts = {host.id: host.seats for host in market.hosts}
    promised = dict.fromkeys(hosts, 0)
    for index, post in enumerate(market.posts):
        reserved = sum(reserve.seats for reserve in post.reserves)
        if reserved > post.seats:
            yield Flaw(f"{reserved} seats are reserved of {post.seats}", ("posts", index, "reserves"))
        yield from _twice_in(("posts", index, "reserves"), [reserve.region for reserve in post.reserves])
        if post.host is None:
            continue
        if post.host not in hosts:
            yield Flaw("no host has this id", ("posts", index, "host"), post.host)
            continue
        promised[post.host] += reserved
        if promised[post.host] > hosts[post.host]:
            message = f"the posts of {post.host} reserve {promised[post.host]} seats; the host has {hosts[post.host]}"
            yield Flaw(message, ("posts", index, "reserves"))
    posts = {post.id for post in market.posts}
    for index, student in enumerate(market.students):
        path: FieldPath = ("students", index, "choices")
        yield from _twice_in(path, list(student.choices))
        yield from (Flaw("no post has this id", path, choice) for choice in student.choices if choice not in posts)


def _twice(field: str, ids: list[str]) -> Iterator[Flaw]:
    seen: set[str] = set()
    for index, name in enumerate(ids):
        if name in seen:
            yield Flaw("this id stands twice", (field, index, "id"), name)
        seen.add(name)


def _twice_in(path: FieldPath, names: list[str]) -> Iterator[Flaw]:
    if len(set(names)) < len(names):
        yield Flaw("something stands twice in this list", path, next(name for name in names if names.count(name) > 1))
