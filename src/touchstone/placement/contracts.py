# SPDX-License-Identifier: Apache-2.0
"""A market as arrays. A *contract* is one student at one post: everything that decides about it stands at its place in every array.

Students, posts and hosts are numbered in the order of their ids, so that no result depends on the order of the input.
Needs numpy (extra ``[evaluation]``); imported only when a matching is asked.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from touchstone.placement.lottery import lottery_numbers
from touchstone.placement.market import PlacementMarket, Post, Student, in_order
from touchstone.standards.rule_pack import millionths

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Contracts(NamedTuple):
    """The contracts of all students, each student's in the order of choice, one student after the other."""

    students: list[str]
    posts: list[str]
    hosts: list[str]
    first: Whole
    """Where the contracts of each student begin; one more entry says where the last ones end."""
    student: Whole
    post: Whole
    priority: Whole
    """The place of the student's best group among those that the post prefers; 0 comes first."""
    score: Whole
    """In millionths."""
    lottery: Whole
    """By student."""
    cell: Whole
    """Which reserve of the post the student may use, numbered over all posts; -1 for none."""
    host_of: Whole
    """By post."""
    post_seats: Whole
    host_seats: Whole
    cell_seats: Whole
    cells: list[tuple[int, str]]
    """By cell: the post and the region."""


def contracts_of(market: PlacementMarket) -> Contracts:
    """Return a market as arrays; that it is free of flaws is the caller's business."""
    market = in_order(market)
    students, posts = market.students, market.posts
    host_seats = {host.id: host.seats for host in market.hosts}
    # a post of its own has a host of its own, which limits nothing; no id can begin with a space
    for post in posts:
        if post.host is None:
            host_seats[f" {post.id}"] = post.seats
    hosts = sorted(host_seats)
    number_of_post = {post.id: number for number, post in enumerate(posts)}
    number_of_host = {host: number for number, host in enumerate(hosts)}
    cells = [(number, reserve.region) for number, post in enumerate(posts) for reserve in post.reserves]
    number_of_cell = {cell: number for number, cell in enumerate(cells)}
    rows = [
        (number_of_post[choice], student)
        for student in students
        for choice in student.choices
    ]  # fmt: skip
    counts = [len(student.choices) for student in students]
    return Contracts(
        students=[student.id for student in students],
        posts=[post.id for post in posts],
        hosts=hosts,
        first=np.concatenate(([0], np.cumsum(counts, dtype=np.int64))).astype(np.int64),
        student=np.repeat(np.arange(len(students)), counts),
        post=_whole(number for number, _ in rows),
        priority=_whole(_priority(posts[number], student) for number, student in rows),
        score=_whole(_scores(students)),
        lottery=_whole(lottery_numbers(market.lottery, [student.id for student in students])),
        cell=_whole(number_of_cell.get((number, student.region or ""), -1) for number, student in rows),
        host_of=_whole(number_of_host[post.host or f" {post.id}"] for post in posts),
        post_seats=_whole(post.seats for post in posts),
        host_seats=_whole(host_seats[host] for host in hosts),
        cell_seats=_whole(reserve.seats for post in posts for reserve in post.reserves),
        cells=cells,
    )


def _whole(numbers: object) -> Whole:
    return np.fromiter(numbers, dtype=np.int64)  # type: ignore[call-overload, no-any-return]


def _priority(post: Post, student: Student) -> int:
    if not post.priority:
        return 0
    return next((place for place, group in enumerate(post.priority) if group in student.groups), len(post.priority))


def _scores(students: tuple[Student, ...]) -> list[int]:
    scores: list[int] = []
    for student in students:
        general = millionths(student.score)
        for choice in student.choices:
            scores.append(millionths(student.scores[choice]) if choice in student.scores else general)
    return scores
