# SPDX-License-Identifier: Apache-2.0
"""What comes of a market: a seat or a reason for every student, and the record that anyone can check again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

import numpy as np

from touchstone.errors import InputError
from touchstone.logic import Identifier, Name
from touchstone.placement.certificate import CLOSED, OPEN, Certificate, blocking_contracts, certify, verify
from touchstone.placement.contracts import Contracts, Whole, contracts_of
from touchstone.placement.market import PlacementMarket, in_order
from touchstone.placement.matching import NOBODY, match
from touchstone.standards.digest import digest
from touchstone.standards.envelope import Region
from touchstone.value import Value

Decided = Literal["priority", "score", "lottery", "order", "full"]


class CutOff(Value, frozen=True, kw_only=True):
    """The last one admitted to a post, or to its seats reserved for a region; without a student it is open, or closed to all."""

    post: Identifier
    region: Region | None = None
    open: bool = False
    student: Identifier | None = None
    at: Identifier | None = None
    priority: int | None = None
    score: Decimal | None = None
    lottery: int | None = None


class Seat(Value, frozen=True, kw_only=True):
    """Where a student is placed, by which choice (1 is the first); without a post the student has no seat."""

    student: Identifier
    post: Identifier | None = None
    choice: int | None = None


class PlacementRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="PlacementRecord"):
    """A matching with its certificate and the seed of its lottery, bound to its market by digest. Personal: never published."""

    market: Name
    lottery: Name
    seats: tuple[Seat, ...]
    cut_offs: tuple[CutOff, ...]


class Refusal(NamedTuple):
    """Why a student did not get a choice that was better: the cut-off that was nearest, and what decided."""

    post: str
    choice: int
    by: Decided
    own_score: Decimal
    own_lottery: int
    cut_off: CutOff


class Reason(NamedTuple):
    """A student's seat, and the better choices refused."""

    seat: Seat
    refused: tuple[Refusal, ...]
    choices: int


class Matched:
    """A matching of a market with its certificate."""

    def __init__(self, market: PlacementMarket, given: Whole | None = None, contracts: Contracts | None = None) -> None:
        self.market = market
        self.contracts = contracts or contracts_of(market)
        self.given = match(self.contracts) if given is None else given
        self.certificate = certify(self.contracts, self.given)

    def record(self) -> PlacementRecord:
        """Return what is kept, and checked again by others."""
        return PlacementRecord(
            market=digest(in_order(self.market)),
            lottery=self.market.lottery,
            seats=tuple(self.seats()),
            cut_offs=tuple(_cut_offs(self.contracts, self.certificate)),
        )

    def seats(self) -> Iterator[Seat]:
        """Yield every student's seat, in the order of their ids."""
        contracts = self.contracts
        for number, contract in enumerate(self.given.tolist()):
            name = contracts.students[number]
            if contract == NOBODY:
                yield Seat(student=name)
            else:
                choice = contract - int(contracts.first[number]) + 1
                yield Seat(student=name, post=contracts.posts[contracts.post[contract]], choice=choice)

    def reasons(self) -> Iterator[Reason]:
        """Yield every student's seat with the reason for each better choice that was refused."""
        contracts = self.contracts
        for number, seat in enumerate(self.seats()):
            begins, ends = int(contracts.first[number]), int(contracts.first[number + 1])
            better = range(begins, begins + seat.choice - 1 if seat.choice else ends)
            refused = tuple(self._refusal(contract, contract - begins + 1) for contract in better)
            yield Reason(seat, refused, ends - begins)

    def blocking(self) -> Whole:
        """Return the contracts that block: none of a stable matching."""
        return blocking_contracts(self.contracts, self.given, self.certificate)

    def _refusal(self, contract: int, choice: int) -> Refusal:
        contracts = self.contracts
        post, cell = int(contracts.post[contract]), int(contracts.cell[contract])
        last, region = int(self.certificate.by_post[post]), None
        if cell >= 0 and last == CLOSED and self.certificate.by_cell[cell] >= 0:
            last, region = int(self.certificate.by_cell[cell]), contracts.cells[cell][1]
        return Refusal(
            post=contracts.posts[post],
            choice=choice,
            by=_decided(contracts, contract, last),
            own_score=_score(contracts, contract),
            own_lottery=_lottery(contracts, contract),
            cut_off=_cut_off(contracts, post, region, last),
        )


def _decided(contracts: Contracts, contract: int, last: int) -> Decided:
    if last < 0:
        return "full"
    if contracts.priority[contract] != contracts.priority[last]:
        return "priority"
    if contracts.score[contract] != contracts.score[last]:
        return "score"
    return "lottery" if contracts.student[contract] != contracts.student[last] else "order"


def _cut_offs(contracts: Contracts, certificate: Certificate) -> Iterator[CutOff]:
    for post, last in enumerate(certificate.by_post.tolist()):
        yield _cut_off(contracts, post, None, last)
    for (post, region), last in zip(contracts.cells, certificate.by_cell.tolist(), strict=True):
        yield _cut_off(contracts, post, region, last)


def _cut_off(contracts: Contracts, post: int, region: str | None, last: int) -> CutOff:
    name = contracts.posts[post]
    if last < 0:
        return CutOff(post=name, region=region, open=last == OPEN)
    return CutOff(
        post=name, region=region, student=contracts.students[contracts.student[last]],
        at=contracts.posts[contracts.post[last]], priority=int(contracts.priority[last]),
        score=_score(contracts, last), lottery=_lottery(contracts, last),
    )  # fmt: skip


def _score(contracts: Contracts, contract: int) -> Decimal:
    score = Decimal(int(contracts.score[contract])) / 1_000_000
    return Decimal(int(score)) if score == int(score) else score.normalize()


def _lottery(contracts: Contracts, contract: int) -> int:
    """Return a student's number in the draw as people count, from 1."""
    return int(contracts.lottery[contracts.student[contract]]) + 1


def check_record(market: PlacementMarket, record: PlacementRecord) -> list[str]:
    """Return what is wrong with a record: nothing, where it is a stable matching of this market with true cut-offs.

    :raises InputError: the record is of another market, or names what is not in it.
    """
    market = in_order(market)
    if record.market != (expected := digest(market)):
        raise InputError("the record is of another market", field="market", expected=expected, found=record.market)
    contracts = contracts_of(market)
    place = _Places(contracts)
    given = np.full(len(contracts.students), NOBODY, dtype=np.int64)
    if [seat.student for seat in record.seats] != contracts.students:
        raise InputError(
            "the record does not seat each student of the market once, in the order of their ids", field="seats"
        )
    for number, seat in enumerate(record.seats):
        if seat.post is not None:
            given[number] = place.of(number, seat.post)
    certificate = place.certificate(record.cut_offs)
    wrong = verify(contracts, given, certificate)
    if not wrong and not _is_told_truly(record, market, contracts, given, certificate):
        wrong = ["a choice, a score, a lottery number or the seed in the record is not what the market says"]
    return wrong


def _is_told_truly(
    record: PlacementRecord, market: PlacementMarket, contracts: Contracts, given: Whole, certificate: Certificate
) -> bool:
    """Tell whether the numbers beside the names are those of the market."""
    choices = np.where(given == NOBODY, 0, given - contracts.first[:-1] + 1).tolist()
    return (
        record.lottery == market.lottery
        and all((seat.choice or 0) == choice for seat, choice in zip(record.seats, choices, strict=True))
        and record.cut_offs == tuple(_cut_offs(contracts, certificate))
    )


class _Places:
    """Finds a contract by its student and post."""

    def __init__(self, contracts: Contracts) -> None:
        self.contracts = contracts
        self._student = {name: number for number, name in enumerate(contracts.students)}
        self._post = {name: number for number, name in enumerate(contracts.posts)}
        self._first, self._posts = contracts.first.tolist(), contracts.post.tolist()

    def of(self, student: int, post: str) -> int:
        """Return the contract of a student, by number, at a post, by name."""
        begins, ends = self._first[student], self._first[student + 1]
        try:
            return int(self._posts.index(self._post.get(post, NOBODY), begins, ends))
        except ValueError:
            found = f"{self.contracts.students[student]} at {post}"
            raise InputError("the record names a seat that the student did not apply for", found=found) from None

    def certificate(self, cut_offs: tuple[CutOff, ...]) -> Certificate:
        """Return cut-offs as arrays."""
        contracts = self.contracts
        expected = [(post, None) for post in contracts.posts]
        reserves = [(contracts.posts[post], region) for post, region in contracts.cells]
        if [(cut_off.post, cut_off.region) for cut_off in cut_offs] != [*expected, *reserves]:
            raise InputError("the record does not give each post and each reserve its cut-off", field="cut_offs")
        last = [self._last(cut_off) for cut_off in cut_offs]
        return Certificate(
            np.array(last[: len(expected)], dtype=np.int64), np.array(last[len(expected) :], dtype=np.int64)
        )

    def _last(self, cut_off: CutOff) -> int:
        if cut_off.student is None or cut_off.at is None:
            return OPEN if cut_off.open else CLOSED
        if cut_off.student not in self._student:
            raise InputError("the record names a student that the market does not have", found=cut_off.student)
        return self.of(self._student[cut_off.student], cut_off.at)
