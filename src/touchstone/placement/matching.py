# SPDX-License-Identifier: Apache-2.0
"""Deferred acceptance: students propose in the order of their choices, hosts keep the best they can seat, nobody gains by lying.

A host's choice among the contracts before it: first, at each post, the best of each region up to the seats reserved for it; then the
best of all others, as long as the post and the host have seats. Reserves inside posts inside hosts are nested, and every contract has
one place in one order, so the choice maximises an M♮-concave value and the mechanism is stable and strategy-proof for students
(Kojima, Tamura and Yokoo, "Designing matching mechanisms under constraints", 2018; from memory).
"""

from __future__ import annotations

import numpy as np

from touchstone.placement.contracts import Contracts, Flags, Whole

NOBODY = -1
_LARGEST = 2**62


def match(contracts: Contracts) -> Whole:
    """Return for each student the contract that deferred acceptance gives, or -1."""
    order = ranks(contracts)
    host = contracts.host_of[contracts.post]
    following, ends = contracts.first[:-1].copy(), contracts.first[1:]
    given = np.full(len(contracts.students), NOBODY, dtype=np.int64)
    proposing = np.flatnonzero(following < ends)
    while proposing.size:
        proposals = following[proposing]
        touched = np.zeros(len(contracts.hosts), dtype=bool)
        touched[host[proposals]] = True
        holding = np.flatnonzero(given != NOBODY)
        holding = holding[touched[host[given[holding]]]]
        before = np.concatenate((given[holding], proposals))
        kept = choose(contracts, order, before)
        given[contracts.student[before]] = np.where(kept, before, NOBODY)
        refused = contracts.student[before[~kept]]
        following[refused] += 1
        proposing = refused[following[refused] < ends[refused]]
    return given


def ranks(contracts: Contracts) -> Whole:
    """Return a number for each contract: the lower comes first, by priority, then score, lottery and the order of the posts."""
    if not contracts.post.size:
        return contracts.post
    fields = (
        contracts.priority,
        contracts.score.max() - contracts.score,
        contracts.lottery[contracts.student],
        contracts.post,
    )
    room = 1
    for field in fields:
        room *= int(field.max()) + 1
    if room > _LARGEST:
        order = np.empty(contracts.post.size, dtype=np.int64)
        order[np.lexsort(fields[::-1])] = np.arange(contracts.post.size)
        return order
    packed = fields[0].copy()
    for field in fields[1:]:
        packed = packed * (int(field.max()) + 1) + field
    return packed


def choose(contracts: Contracts, order: Whole, before: Whole) -> Flags:
    """Return which of the contracts ``before`` the hosts keep; all of a host's must be there that it holds or is offered."""
    reserved = _reserved(contracts, order, before)
    rank, post = order[before], contracts.post[before]
    kept = np.zeros(before.size, dtype=bool)
    ordered = np.lexsort((rank, ~reserved, post)) if reserved.any() else np.lexsort((rank, post))
    seated = ordered[_place_in_run(post[ordered]) < contracts.post_seats[post[ordered]]]
    host = contracts.host_of[post[seated]]
    by_host = np.lexsort((rank[seated], ~reserved[seated], host))
    host = host[by_host]
    kept[seated[by_host[_place_in_run(host) < contracts.host_seats[host]]]] = True
    return kept


def _reserved(contracts: Contracts, order: Whole, before: Whole) -> Flags:
    """Return which contracts sit in a reserve: the best of each region at a post, up to its seats."""
    reserved = np.zeros(before.size, dtype=bool)
    cell = contracts.cell[before]
    places = np.flatnonzero(cell >= 0)
    if places.size:
        ordered = places[np.lexsort((order[before[places]], cell[places]))]
        run = cell[ordered]
        reserved[ordered[_place_in_run(run) < contracts.cell_seats[run]]] = True
    return reserved


def _place_in_run(values: Whole) -> Whole:
    """Return for each of some sorted values its place among its equals, 0 first."""
    if not values.size:
        return values
    begins = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    return np.arange(values.size) - np.repeat(begins, np.diff(np.append(begins, values.size)))
