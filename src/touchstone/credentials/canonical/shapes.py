# SPDX-License-Identifier: Apache-2.0
"""The shape cache: what holds for all documents that differ only in their texts is found out once.

A document's bytes are cut at its quotation marks. What stands outside strings (brackets, commas, numbers) is its skeleton; keys, types,
contexts and whatever else decided about more than its own place are its fixed strings. Two documents with the same skeleton and fixed
strings have the same shape: that keys are not repeated, how deep it is nested, that every term is defined, and the form of its canonical
statements are facts of the shape. For a document of a known shape only the other strings are looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, Generic, TypeVar

import msgspec

from touchstone.credentials.canonical import strict_json
from touchstone.credentials.canonical.contexts import ContextSet
from touchstone.credentials.canonical.expansion import SCHEMES, Expansion, Leaf, expand
from touchstone.credentials.canonical.nquads import escaped
from touchstone.credentials.canonical.rdfc import canonicalise
from touchstone.credentials.canonical.strict_json import Decoded, Json
from touchstone.credentials.canonical.templates import MOST_BLANKS, Template, picker
from touchstone.errors import CredentialError

MOST_MEMORY = 16 << 20
"""Bytes that one of a cache's two generations may take."""

MOST_SHAPES = 1024
LARGEST = 64 << 10
"""Documents above this size, in bytes, are worked out each on their own."""

MOST_WAYS = 4
"""In how many ways the fixed strings of one skeleton may be chosen."""

_DECODER = msgspec.json.Decoder()
_CONTROLS = bytes((*range(0x20), 0x7F))
_STRING = re.compile(rb'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_IDENTIFIERS = re.compile(rb"(?:(?:" + b"|".join(map(str.encode, SCHEMES)) + rb"):[!#-;=?-\[\]_a-z~]*+ )*+")

Cut = Callable[[dict[str, Json]], list[dict[str, Json]]]
"""How a document is cut into the parts that are canonicalised each on its own."""

_Kept = TypeVar("_Kept")


class Plan:
    """What is known of a shape.

    :ivar templates: of each part of the document.
    :ivar whole_numbers: as in `strict_json.Decoded`: numbers belong to the shape.
    """

    def __init__(
        self, templates: list[Template], strings: int, fixed: frozenset[int], *, whole_numbers: bool = False
    ) -> None:
        self.templates, self.whole_numbers = templates, whole_numbers
        free = [number for number in range(strings) if number not in fixed]
        self._free = free
        self._pick_free = picker(free)
        self._identifiers = frozenset[int]().union(*(each.identifiers for each in templates))
        self._pick_identifiers = picker(sorted(self._identifiers))
        self.size = 2048 + 8 * len(free) + sum(each.size for each in templates)

    def ready(self, strings: list[bytes], escapes: bool) -> list[bytes] | None:
        """Return the strings as they stand in canonical N-Quads, or ``None`` if one of them needs the long way.

        :param escapes: whether there is a backslash anywhere in the document.
        """
        free = b"".join(self._pick_free(strings))
        if len(free.translate(None, _CONTROLS)) != len(free):
            return None
        if escapes:
            unescaped = self._unescaped(strings)
            if unescaped is None:
                return None
            strings = unescaped
        identifiers = b" ".join((*self._pick_identifiers(strings), b""))
        return strings if _IDENTIFIERS.fullmatch(identifiers) else None

    def _unescaped(self, strings: list[bytes]) -> list[bytes] | None:
        strings = strings.copy()
        for number in self._free:
            if b"\\" in strings[number]:
                try:
                    text = json.loads(b'"' + strings[number] + b'"')
                    strings[number] = (text if number in self._identifiers else escaped(text)).encode()
                except ValueError:  # an escape that is none, or half of a character
                    return None
        return strings


class Generations(Generic[_Kept]):
    """A bounded store that keeps what is in use: when the young half is full, the old one is forgotten.

    :param most: how many may be kept in each half.
    :param memory: how many bytes they may take there.
    """

    def __init__(self, most: int, memory: int) -> None:
        self._most, self._memory = most, memory
        self._young: dict[Hashable, tuple[_Kept, int]] = {}
        self._old: dict[Hashable, tuple[_Kept, int]] = {}
        self._taken = 0

    def get(self, key: Hashable) -> _Kept | None:
        """Return what is kept under a key."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is None:
                return None
            self.put(key, *found)
        return found[0]

    def put(self, key: Hashable, kept: _Kept, size: int) -> None:
        """Keep something that takes so many bytes."""
        if len(self._young) >= self._most or self._taken + size > self._memory:
            self._old, self._young, self._taken = self._young, {}, 0
        self._young[key] = kept, size
        self._taken += size


Way = tuple[tuple[int, ...], Callable[[list[bytes]], tuple[bytes, ...]]]
"""Which strings of a skeleton are fixed, and the function that picks them."""


class ShapeCache:
    """The shapes met so far over one closed set of contexts."""

    def __init__(self) -> None:
        self._ways: Generations[tuple[Way, ...]] = Generations(MOST_SHAPES, MOST_MEMORY)
        self._plans: Generations[Plan] = Generations(MOST_SHAPES, MOST_MEMORY)

    def find(self, cut: Cut, skeleton: bytes, strings: list[bytes]) -> Plan | None:
        """Return the plan for a document, if its shape is known."""
        for numbers, pick in self._ways.get((cut, skeleton)) or ():
            plan = self._plans.get((cut, skeleton, numbers, b'"'.join(pick(strings))))
            if plan is not None:
                return plan
        return None

    def learn(self, cut: Cut, skeleton: bytes, strings: list[bytes], fixed: frozenset[int], plan: Plan) -> None:
        """Remember the plan of a document's shape."""
        ways = self._ways.get((cut, skeleton)) or ()
        numbers = tuple(sorted(fixed))
        way = next((each for each in ways if each[0] == numbers), None)
        if way is None:
            if len(ways) >= MOST_WAYS:
                return
            way = (numbers, picker(numbers))
            ways = (*ways, way)
            self._ways.put((cut, skeleton), ways, len(skeleton) + 512 * len(ways) + 48 * len(ways) * len(numbers))
        words = b'"'.join(way[1](strings))
        self._plans.put((cut, skeleton, way[0], words), plan, len(skeleton) + len(words) + plan.size)


@lru_cache(maxsize=8)
def shapes_over(contexts: ContextSet) -> ShapeCache:
    """Return the cache for a set of contexts."""
    return ShapeCache()


def whole(document: dict[str, Json]) -> list[dict[str, Json]]:
    """Leave a document in one part."""
    return [document]


def secured(document: dict[str, Json]) -> list[dict[str, Json]]:
    """Cut a secured document into what was secured and the configuration of each of its proofs (Data Integrity EdDSA 1.0, section 3.2)."""
    proofs = document.get("proof", [])
    unsecured = {key: value for key, value in document.items() if key != "proof"}
    context = {"@context": document["@context"]} if "@context" in document else {}
    configurations = [
        {key: value for key, value in proof.items() if key not in ("proofValue", "@context")} | context
        for proof in (proofs if isinstance(proofs, list) else [proofs])
        if isinstance(proof, dict)
    ]
    return [unsecured, *configurations]


def pieces(content: bytes) -> tuple[bytes, list[bytes], bool]:
    """Cut JSON at its quotation marks: what stands outside strings, the strings, and whether there is a backslash in them."""
    escapes = b"\\" in content
    parts = _STRING.split(content) if escapes else content.split(b'"')
    return b'"'.join(parts[::2]), parts[1::2], escapes


class Canonicalisation:
    """The canonical form of the parts of one document.

    :param content: the document's bytes, UTF-8.
    :param cut: how it is cut into parts.
    :raises CredentialError: as ``strict_json.loads``.
    """

    def __init__(
        self, content: bytes, cut: Cut, contexts: ContextSet, *, max_bytes: int = strict_json.MAX_BYTES
    ) -> None:
        self._content, self._cut, self._contexts = content, cut, contexts
        self._cache = shapes_over(contexts)
        self._decoded: Decoded | None = None
        self._found: list[bytes | CredentialError] | None = None
        self._plan: Plan | None = None
        if len(content) <= min(max_bytes, LARGEST):
            self._recognise()
        if self._plan is None:
            self._decoded = strict_json.read(content, max_bytes=max_bytes)

    def _recognise(self) -> None:
        skeleton, strings, escapes = pieces(self._content)
        plan = self._cache.find(self._cut, skeleton, strings)
        if plan is None:
            return
        if not self._content.isascii():
            try:
                self._content.decode("utf-8")
            except UnicodeDecodeError:
                return
        ready = plan.ready(strings, escapes)
        if ready is not None:
            self._plan, self._strings = plan, ready

    @property
    def decoded(self) -> Decoded:
        """The document, decoded, and what is known of it."""
        if self._decoded is None:
            assert self._plan is not None
            self._decoded = Decoded(_DECODER.decode(self._content), self._plan.whole_numbers)
        return self._decoded

    @property
    def by_shape(self) -> bool:
        """Whether all that was asked for so far came from the shape alone."""
        return self._plan is not None and self._found is None

    def part(self, number: int) -> bytes:
        """Return a part's canonical N-Quads, UTF-8.

        :raises CredentialError: as ``expansion.expand``; ``canonicalisation_too_costly``; ``proof_missing`` if there is no such part.
        """
        if self._plan is not None:
            if number >= len(self._plan.templates):
                raise _no_such_part()
            filled = self._plan.templates[number].fill(self._strings)
            if filled is not None:
                return filled
        if self._found is None:
            self._found = self._work_out()
        if number >= len(self._found):
            raise _no_such_part()
        found = self._found[number]
        if isinstance(found, CredentialError):
            raise found
        return found

    def _work_out(self) -> list[bytes | CredentialError]:
        """Canonicalise every part the general way, and remember the shape if it will serve others."""
        document, whole_numbers = self.decoded
        if not isinstance(document, dict):
            return [CredentialError("value_invalid", "a credential is a JSON object", found=type(document).__name__)]
        skeleton, strings, _ = pieces(self._content)
        marked, keys = marked_tree(skeleton, strings)
        found: list[bytes | CredentialError] = []
        templates: list[Template] = []
        fixed = set(keys)
        for part in self._cut(marked):
            try:
                expansion = expand(part, self._contexts)
                canonical = canonicalise([each.quad for each in expansion.statements])
            except CredentialError as error:
                found.append(error)
                continue
            found.append(canonical.nquads.encode())
            if serves_others(expansion, canonical.nquads) and len(self._content) <= LARGEST:
                templates.append(Template(expansion, canonical, len(strings)))
                fixed |= expansion.fixed
        if self._plan is None and len(templates) == len(found):
            plan = Plan(templates, len(strings), frozenset(fixed), whole_numbers=whole_numbers)
            self._cache.learn(self._cut, skeleton, strings, frozenset(fixed), plan)
        return found


def serves_others(expansion: Expansion, nquads: str) -> bool:
    """Say whether a form made of these statements can serve other documents of the shape."""
    return expansion.repeatable and expansion.blanks <= MOST_BLANKS and nquads.count("\n") == len(expansion.statements)


def marked_tree(skeleton: bytes, strings: list[bytes]) -> tuple[dict[str, Any], set[int]]:
    """Return a document whose strings know their numbers, and the numbers of its keys.

    Each string is replaced by its number before the JSON is read, so that whatever it holds cannot be mistaken for anything else.
    """
    texts = [json.loads(b'"' + each + b'"') if b"\\" in each else each.decode() for each in strings]
    outside = skeleton.split(b'"')
    content = outside[0] + b"".join(b'"%d"%b' % (number, part) for number, part in enumerate(outside[1::], start=0))
    keys: set[int] = set()

    def leaf(value: Json) -> Json:
        if isinstance(value, str):
            return Leaf.of(texts[int(value)], int(value))
        return [leaf(each) for each in value] if isinstance(value, list) else value

    def node(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys.update(int(key) for key, _ in pairs)
        return {texts[int(key)]: leaf(value) for key, value in pairs}

    return json.loads(content, object_pairs_hook=node), keys


def _no_such_part() -> CredentialError:
    return CredentialError("proof_missing", "the document has no such proof")
