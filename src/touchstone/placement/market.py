# SPDX-License-Identifier: Apache-2.0
"""Who applies where: students with ranked choices, posts with seats inside hosts with seats, and the seed of the lottery.

At each post the students are in one order: by the post's priority groups, then by score, then by lottery. Of a post's seats some may
be reserved for students of a region; what they leave free, others take.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar

from msgspec import Meta
from msgspec.structs import replace

from touchstone.errors import InputError
from touchstone.logic import Identifier, Name, Prose
from touchstone.standards.envelope import Region
from touchstone.standards.folder import read_bytes, read_value
from touchstone.standards.tree import Path as FieldPath
from touchstone.standards.tree import Reading, dotted
from touchstone.value import Value

T = TypeVar("T")
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


class Announced(Value, frozen=True, kw_only=True):
    """That the seed of the lottery was made public before anybody knew the choices: when, and where it can be read."""

    on: dt.date
    where: Prose


class PlacementMarket(Value, frozen=True, kw_only=True, tag_field="kind", tag="PlacementMarket"):
    """All that a matching is computed from. Personal: never published.

    Whoever chooses the seed after the choices are known can try seeds until somebody wins, and leaves no trace: a lottery is fair only with
    a seed that was ``announced`` before the choices close, or follows from something that nobody chooses.
    """

    lottery: Annotated[str, Meta(min_length=1, max_length=200)]
    announced: Announced | None = None
    posts: tuple[Post, ...]
    students: tuple[Student, ...]
    hosts: tuple[Host, ...] = ()


class Flaw(NamedTuple):
    """What makes a market unusable, or is remarkable in it, and the field where it stands."""

    message: str
    path: FieldPath
    found: str = ""
    hint: str = ""


def in_order(market: PlacementMarket) -> PlacementMarket:
    """Return the same market with everything that has no order of its own sorted: what a record is bound to by digest."""
    posts = (replace(post, reserves=_by(post.reserves, "region")) for post in _by(market.posts, "id"))
    students = (
        replace(student, groups=tuple(sorted(student.groups))) if student.groups else student
        for student in _by(market.students, "id")
    )
    return replace(market, hosts=_by(market.hosts, "id"), posts=tuple(posts), students=tuple(students))


def _by(items: Iterable[T], name: str) -> tuple[T, ...]:
    return tuple(sorted(items, key=attrgetter(name)))


def load_market(file: Path, tell: Callable[[str], None] = lambda _: None) -> PlacementMarket:
    """Read a market from a file.

    :param tell: hears each remark, as a sentence with file, line and field.
    :raises InputError: with file, line and field of the first thing that cannot be used.
    """
    try:
        market, reading = read_value(read_bytes(file), str(file), PlacementMarket)
    except InputError as error:
        raise error.at(file=str(file)) from None
    for flaw in flaws(market):
        raise _placed(flaw, file, reading)
    for remark in remarks(market):
        tell(str(_placed(remark, file, reading)))
    return market


def _placed(flaw: Flaw, file: Path, reading: Reading) -> InputError:
    return InputError(
        flaw.message, file=str(file), line=reading.line_of(flaw.path), field=dotted(flaw.path), found=flaw.found or None,
        hint=flaw.hint,
    )  # fmt: skip


def remarks(market: PlacementMarket) -> Iterator[Flaw]:
    """Yield what may be a slip of the pen: groups and regions that meet nobody, and a seed that nobody announced."""
    groups = {group for student in market.students for group in student.groups}
    regions = {student.region for student in market.students if student.region}
    preferred = {group for post in market.posts for group in post.priority}
    for index, post in enumerate(market.posts):
        for group in post.priority:
            if group not in groups:
                path: FieldPath = ("posts", index, "priority")
                yield Flaw("no student is in the group that this post prefers", path, group, _near(group, groups))
        for place, reserve in enumerate(post.reserves):
            if reserve.region not in regions:
                path = ("posts", index, "reserves", place, "region")
                yield Flaw("seats are reserved for a region that no student is from", path, reserve.region)
    told: set[str] = set()
    for index, student in enumerate(market.students):
        for group in student.groups:
            if group not in preferred and group not in told:
                told.add(group)
                yield Flaw("no post prefers this group", ("students", index, "groups"), group, _near(group, preferred))
    if market.announced is None:
        hint = "Fix it in public before the choices close, and say under announced on which day and where."
        yield Flaw("nothing says that the seed of the lottery was announced", ("lottery",), hint=hint)


def _near(name: str, known: Iterable[str]) -> str:
    folded = {each.casefold(): each for each in sorted(known)}
    near = difflib.get_close_matches(name.casefold(), folded, n=1)
    return f"Did you mean {folded[near[0]]}?" if near else ""


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
        for choice in student.scores:
            if choice not in student.choices:
                where: FieldPath = ("students", index, "scores", choice)
                yield Flaw(
                    "this score is for a post that is not among the choices",
                    where,
                    choice,
                    _near(choice, student.choices),
                )


def _twice(field: str, ids: list[str]) -> Iterator[Flaw]:
    seen: set[str] = set()
    for index, name in enumerate(ids):
        if name in seen:
            yield Flaw("this id stands twice", (field, index, "id"), name)
        seen.add(name)


def _twice_in(path: FieldPath, names: list[str]) -> Iterator[Flaw]:
    if len(set(names)) < len(names):
        yield Flaw("something stands twice in this list", path, next(name for name in names if names.count(name) > 1))
