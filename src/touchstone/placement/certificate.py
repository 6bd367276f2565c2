# SPDX-License-Identifier: Apache-2.0
"""Cut-offs that prove a matching stable, and the check of them that anyone can make in time proportional to the choices.

The check shares nothing with the algorithm but the arrays: it counts seats, holds each student's better choices against the cut-offs,
and compares priority, score and lottery by themselves. A cut-off names the last contract admitted; who comes before it would have been.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from touchstone.placement.contracts import Contracts, Flags, Whole
from touchstone.placement.matching import NOBODY, ranks

OPEN, CLOSED = -1, -2
"""In the place of a contract: anybody is admitted; nobody is (every seat is a reserved one and taken)."""


class Certificate(NamedTuple):
    """By post and by reserve, the contract of the last one admitted, or open, or closed."""

    by_post: Whole
    by_cell: Whole


def certify(contracts: Contracts, given: Whole) -> Certificate:
    """Return the cut-offs of a matching; of one that is not stable they prove nothing."""
    order = ranks(contracts)
    held = np.sort(given[given != NOBODY])
    held = held[np.argsort(order[held], kind="stable")]
    reserved, by_cell = _reserves(contracts, held)
    plain = held[~reserved]
    post, host = contracts.post[held], contracts.host_of[contracts.post[held]]
    post_full = np.bincount(post, minlength=len(contracts.posts)) >= contracts.post_seats
    host_full = np.bincount(host, minlength=len(contracts.hosts)) >= contracts.host_seats
    last_in_post = np.full(len(contracts.posts), CLOSED, dtype=np.int64)
    last_in_host = np.full(len(contracts.hosts), CLOSED, dtype=np.int64)
    last_in_post[contracts.post[plain]] = plain  # the last write is that of the last in order
    last_in_host[contracts.host_of[contracts.post[plain]]] = plain
    by_post = np.where(
        post_full, last_in_post, np.where(host_full[contracts.host_of], last_in_host[contracts.host_of], OPEN)
    )
    return Certificate(by_post, by_cell)


def _reserves(contracts: Contracts, held: Whole) -> tuple[Flags, Whole]:
    """Return which of the contracts held, sorted by rank, sit in a reserve, and the last one in each that is full."""
    by_cell = np.full(len(contracts.cells), OPEN, dtype=np.int64)
    by_cell[contracts.cell_seats == 0] = CLOSED
    reserved = np.zeros(held.size, dtype=bool)
    taken = np.zeros(len(contracts.cells), dtype=np.int64)
    for place in np.flatnonzero(contracts.cell[held] >= 0):
        cell = contracts.cell[held[place]]
        if taken[cell] < contracts.cell_seats[cell]:
            taken[cell] += 1
            reserved[place] = True
            if taken[cell] == contracts.cell_seats[cell]:
                by_cell[cell] = held[place]
    return reserved, by_cell


def verify(contracts: Contracts, given: Whole, certificate: Certificate) -> list[str]:
    """Return what is wrong with a matching and its certificate: nothing, when the matching is feasible and stable."""
    wrong = list(_infeasible(contracts, given))
    return wrong or [*_false_cut_offs(contracts, given, certificate), *_blocked(contracts, given, certificate)]


def _infeasible(contracts: Contracts, given: Whole) -> list[str]:
    matched = given != NOBODY
    held = given[matched]
    if held.size and (held.min() < 0 or held.max() >= contracts.post.size):
        return ["a seat is given that nobody applied for"]
    if (contracts.student[held] != np.flatnonzero(matched)).any():
        return ["a student is given a seat that the student did not apply for"]
    post = contracts.post[held]
    over_post = np.flatnonzero(np.bincount(post, minlength=len(contracts.posts)) > contracts.post_seats)
    over_host = np.flatnonzero(
        np.bincount(contracts.host_of[post], minlength=len(contracts.hosts)) > contracts.host_seats
    )
    return [f"{contracts.posts[number]} has more students than seats" for number in over_post] + [
        f"{contracts.hosts[number]} has more students than seats"
        for number in over_host
        if not contracts.hosts[number].startswith(" ")  # a post without a host, told already
    ]


def _false_cut_offs(contracts: Contracts, given: Whole, certificate: Certificate) -> list[str]:
    """Each cut-off must be what the seats say: who sits in a reserve, who is last beside it, and whether there is room."""
    held = given[given != NOBODY]
    cell = contracts.cell[held]
    last = np.append(certificate.by_cell, CLOSED)[cell]
    reserved = last == OPEN
    bounded = last >= 0
    reserved[bounded] = ~_beats(contracts, last[bounded], held[bounded])
    false_cells = _false_reserves(contracts, certificate.by_cell, held, reserved)
    false_posts = _false_posts(contracts, certificate.by_post, held, held[~reserved])
    return [
        f"the cut-off of the seats reserved for {region} at {contracts.posts[post]} is false"
        for post, region in (contracts.cells[number] for number in np.flatnonzero(false_cells))
    ] + [f"the cut-off of {contracts.posts[number]} is false" for number in np.flatnonzero(false_posts)]


def _false_reserves(contracts: Contracts, by_cell: Whole, held: Whole, reserved: Flags) -> Flags:
    """A reserve is open as long as fewer of its region sit at the post; else as many as it has seats sit up to its cut-off."""
    cell = contracts.cell[held]
    count = len(contracts.cells)
    present = np.bincount(cell[cell >= 0], minlength=count)
    seated = np.bincount(cell[reserved], minlength=count)
    bounded_well = (by_cell >= 0) & (seated == contracts.cell_seats)
    if count and contracts.post.size:
        bounded_well &= np.isin(by_cell, held) & (contracts.cell[np.maximum(by_cell, 0)] == np.arange(count))
    open_well = (by_cell == OPEN) & (present < contracts.cell_seats)
    closed_well = (by_cell == CLOSED) & (contracts.cell_seats == 0)
    false: Flags = ~(bounded_well | open_well | closed_well)
    return false


def _false_posts(contracts: Contracts, by_post: Whole, held: Whole, plain: Whole) -> Flags:
    """A post is open while it and its host have room; else its cut-off is the last, outside reserves, of itself or of its full host."""
    post = contracts.post[held]
    post_full = np.bincount(post, minlength=len(contracts.posts)) >= contracts.post_seats
    host_full = np.bincount(contracts.host_of[post], minlength=len(contracts.hosts)) >= contracts.host_seats
    by_host_only = host_full[contracts.host_of] & ~post_full
    false: Flags = (by_post == OPEN) == (post_full | by_host_only)
    # the cut-off that all posts share which only their full host bounds
    of_host = np.full(len(contracts.hosts), OPEN, dtype=np.int64)
    of_host[contracts.host_of[by_host_only]] = by_post[by_host_only]
    false |= by_host_only & (by_post != of_host[contracts.host_of])
    plain_post = contracts.post[plain]
    plain_host = contracts.host_of[plain_post]
    behind = post_full[plain_post] & _stands_behind(contracts, plain, by_post[plain_post])
    false[plain_post[behind]] = True
    is_host_false = np.zeros(len(contracts.hosts), dtype=bool)
    is_host_false[plain_host[_stands_behind(contracts, plain, of_host[plain_host])]] = True
    false |= by_host_only & is_host_false[contracts.host_of]
    told: Flags = false | _strange(contracts, by_post, plain, post_full)
    return told


def _stands_behind(contracts: Contracts, plain: Whole, last: Whole) -> Flags:
    """Return which contracts stand behind a cut-off: behind a closed one, all do."""
    behind: Flags = last == CLOSED
    bounded = np.flatnonzero(last >= 0)
    behind[bounded] = _beats(contracts, last[bounded], plain[bounded])
    return behind


def _strange(contracts: Contracts, by_post: Whole, plain: Whole, post_full: Flags) -> Flags:
    """Return which cut-offs name a contract that sits on no open seat of that post, or of its host where only that is full."""
    named = by_post >= 0
    if not named.any():
        return named
    at = np.maximum(by_post, 0)
    same_post = contracts.post[at] == np.arange(by_post.size)
    same_host = contracts.host_of[contracts.post[at]] == contracts.host_of
    strange: Flags = named & ~(np.isin(at, plain) & np.where(post_full, same_post, same_host))
    return strange


def _blocked(contracts: Contracts, given: Whole, certificate: Certificate) -> list[str]:
    blocking = blocking_contracts(contracts, given, certificate)
    told = [
        f"{contracts.students[contracts.student[place]]} would rather be at {contracts.posts[contracts.post[place]]}, which would have room"
        for place in blocking[:20]
    ]
    return told + ([f"and {blocking.size - 20} more"] if blocking.size > 20 else [])


def blocking_contracts(contracts: Contracts, given: Whole, certificate: Certificate) -> Whole:
    """Return the contracts that a student prefers to what is given, and that the cut-offs would admit."""
    until = np.where(given == NOBODY, contracts.first[1:], given)
    better = until - contracts.first[:-1]
    wanted = np.repeat(contracts.first[:-1] - np.cumsum(better) + better, better) + np.arange(better.sum())
    last = certificate.by_post[contracts.post[wanted]]
    admitted = last == OPEN
    bounded = np.flatnonzero(last >= 0)
    admitted[bounded] = _beats(contracts, wanted[bounded], last[bounded])
    if len(contracts.cells):
        cell = contracts.cell[wanted]
        last = np.append(certificate.by_cell, CLOSED)[cell]
        admitted |= last == OPEN
        bounded = np.flatnonzero(last >= 0)
        admitted[bounded] |= _beats(contracts, wanted[bounded], last[bounded])
    blocking: Whole = wanted[admitted]
    return blocking


def _beats(contracts: Contracts, one: Whole, other: Whole) -> Flags:
    """Return where one contract comes before another: by priority, score, lottery, and last the order of the posts."""
    beats = contracts.post[one] < contracts.post[other]
    fields = (
        (contracts.lottery[contracts.student[one]], contracts.lottery[contracts.student[other]]),
        (contracts.score[other], contracts.score[one]),
        (contracts.priority[one], contracts.priority[other]),
    )
    for mine, theirs in fields:
        beats = (mine < theirs) | ((mine == theirs) & beats)
    return beats
