# SPDX-License-Identifier: Apache-2.0
"""The canonical form of all documents of one shape, as a form to fill in.

Documents of one shape differ only in strings that stand in RDF as they stand in JSON: texts and absolute identifiers. Their canonical
statements are then the same but for these strings, for the labels of blank nodes, and for the order of the lines. So the constant bytes
are kept, the strings are put between them, blank nodes are labelled by their first-degree hashes (RDFC-1.0, section 4.6), and the lines are
sorted. Where that is not the whole of RDFC-1.0, because two blank nodes look alike or a line stands twice, there is no answer here and the
general way is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import islice, pairwise
from operator import eq, itemgetter
from typing import TypeAlias

from touchstone.credentials.canonical.expansion import Blank, Expansion, Slot, Statement, text_of
from touchstone.credentials.canonical.nquads import Quad
from touchstone.credentials.canonical.rdfc import Canonical

Piece: TypeAlias = "bytes | int"
"""Constant bytes, or the number of the string that stands here."""

_LABELS = tuple(b"_:c14n%d" % number for number in range(512))
MOST_BLANKS = len(_LABELS)
MOST_REPEATED, LARGEST_REPEATED = 12, 4096
"""A form with so few strings, and no longer than this in bytes, is likely to be filled in alike again: a batch's proofs are."""


class Template:
    """One shape's canonical form.

    :ivar identifiers: the numbers of the strings that stand in it as identifiers.
    :ivar size: about how many bytes of memory it takes.
    """

    def __init__(self, expansion: Expansion, canonical: Canonical, strings: int) -> None:
        statements = in_canonical_order(expansion.statements, canonical)
        self._lines = _Form(joined([line_of(each, strings) for each in statements], b"\n"))
        self._blanks = expansion.blanks
        mentions: list[list[Statement]] = [[] for _ in range(expansion.blanks)]
        for statement in statements:
            for number in {term.number for term in statement if isinstance(term, Blank)}:
                mentions[number].append(statement)
        seen = [first_degree(each, number) for number, each in enumerate(mentions)]
        self._first_degree = _Form(joined([lines for lines, _ in seen], b"\0"))
        self._unsorted = [number for number, (_, settled) in enumerate(seen) if not settled]
        self.identifiers = {
            term.place for each in statements for term in each if isinstance(term, Slot) and term.before == "<"
        }
        self.size = self._lines.size + self._first_degree.size
        used = sorted({term.place for each in statements for term in each if isinstance(term, Slot)})
        self._pick_used = picker(used) if len(used) <= MOST_REPEATED else None
        self.size += LARGEST_REPEATED if self._pick_used else 0
        self._last: tuple[tuple[bytes, ...], bytes] | None = None

    def fill(self, strings: list[bytes]) -> bytes | None:
        """Return the canonical N-Quads of the document with these strings, or ``None`` if they must be found the general way.

        :param strings: every string of the document in its order, as it stands in canonical N-Quads.
        """
        if self._pick_used is None:
            return self._filled(strings)
        used, last = self._pick_used(strings), self._last
        if last is not None and last[0] == used:
            return last[1]
        filled = self._filled(strings)
        if filled is not None and len(filled) < LARGEST_REPEATED:
            self._last = used, filled
        return filled

    def _filled(self, strings: list[bytes]) -> bytes | None:
        if self._blanks:
            labels = self._labels(strings)
            if labels is None:
                return None
            strings = strings + labels
        lines = self._lines.fill(strings).split(b"\n")
        lines.sort()
        if any(map(eq, lines, islice(lines, 1, None))):
            return None
        lines.append(b"")
        return b"\n".join(lines)

    def _labels(self, strings: list[bytes]) -> list[bytes] | None:
        chunks = self._first_degree.fill(strings).split(b"\0")
        for number in self._unsorted:
            lines = chunks[number].split(b"\n")
            lines.pop()
            lines.sort()
            lines.append(b"")
            chunks[number] = b"\n".join(lines)
        hashes = [sha256(chunk).digest() for chunk in chunks]
        ranks = dict(zip(sorted(hashes), _LABELS, strict=False))
        return [ranks[each] for each in hashes] if len(ranks) == len(hashes) else None


class _Form:
    """Constant pieces of bytes with places between them."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        constants, numbers = [b""], []
        for piece in pieces:
            if isinstance(piece, bytes):
                constants[-1] += piece
            else:
                numbers.append(piece)
                constants.append(b"")
        self._pieces: list[bytes] = [b""] * (2 * len(numbers) + 1)
        self._pieces[::2] = constants
        self._pick = picker(numbers)
        self.size = sum(48 + len(piece) for piece in constants) + 48 * len(numbers)

    def fill(self, strings: list[bytes]) -> bytes:
        pieces = self._pieces.copy()
        pieces[1::2] = self._pick(strings)
        return b"".join(pieces)


def picker(numbers: Sequence[int]) -> Callable[[list[bytes]], tuple[bytes, ...]]:
    """Return a function that picks the members with these numbers, always as a tuple."""
    if len(numbers) > 1:
        return itemgetter(*numbers)
    if numbers:
        only = numbers[0]
        return lambda strings: (strings[only],)
    return lambda strings: ()


def in_canonical_order(statements: Iterable[Statement], canonical: Canonical) -> list[Statement]:
    """Sort statements as they stand in the canonical form of the document at hand: others of the shape will be nearly in order."""
    labels = {f"_:{name}": f"_:{label}" for name, label in canonical.labels.items()}

    def line(statement: Statement) -> str:
        return Quad(*(labels.get(text := text_of(term), text) for term in statement)).line

    return sorted(statements, key=line)


def line_of(statement: Statement, strings: int) -> list[Piece]:
    """Return a statement's line, without its line feed; blank nodes' labels are numbered after the document's strings."""
    pieces: list[Piece] = []
    for term in statement:
        if term != "":
            pieces += [strings + term.number] if isinstance(term, Blank) else pieces_of(term)
            pieces.append(b" ")
    return [*pieces, b"."]


def first_degree(mentions: list[Statement], number: int) -> tuple[list[Piece], bool]:
    """Return the lines that a blank node is hashed by, and whether their order is the same whatever is filled in."""
    lines = []
    for statement in mentions:
        pieces: list[Piece] = []
        for term in statement:
            if isinstance(term, Blank):
                pieces.append(b"_:a " if term.number == number else b"_:z ")
            elif term != "":
                pieces += [*pieces_of(term), b" "]
        lines.append([*pieces, b".\n"])
    starts = sorted((start_of(line), place) for place, line in enumerate(lines))
    settled = not any(after.startswith(before) for (before, _), (after, _) in pairwise(starts))
    return [piece for _, place in starts for piece in lines[place]], settled


def start_of(line: list[Piece]) -> bytes:
    """Return the constant bytes that a line starts with."""
    start = b""
    for piece in line:
        if isinstance(piece, int):
            break
        start += piece
    return start


def pieces_of(term: str | Slot | Blank) -> list[Piece]:
    """Return a term that is no blank node in pieces."""
    if isinstance(term, Slot):
        return [term.before.encode(), term.place, term.after.encode()]
    return [text_of(term).encode()]


def joined(parts: list[list[Piece]], between: bytes) -> list[Piece]:
    """Put pieces together with bytes between the parts."""
    found: list[Piece] = []
    for part in parts:
        found += [*part, between]
    return found[:-1]
