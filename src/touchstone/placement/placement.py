# SPDX-License-Identifier: Apache-2.0
"""A placement as the rules see it: facts, as they were stated, and the exemptions that somebody granted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from touchstone.errors import InputError
from touchstone.logic import Name, Prose
from touchstone.standards.envelope import Region
from touchstone.standards.folder import SUFFIXES, decode_line, kind_of, read_bytes, read_value
from touchstone.standards.reading import decode_text
from touchstone.standards.rule_pack import FactName, RuleId
from touchstone.value import Value


class Placement(Value, frozen=True, kw_only=True, tag_field="kind", tag="Placement"):
    """What is known about a placement, as texts: the rule packs say which facts there are and of what type. Personal: never published.

    :ivar jurisdiction: where the host is.
    :ivar school: where the school is, if elsewhere: its law judges the placement too.
    """

    jurisdiction: Region
    facts: dict[FactName, str]
    name: Name | None = None
    exemptions: dict[RuleId, Prose] = {}
    school: Region | None = None


class Named(NamedTuple):
    """A placement with where it stands: a file, or ``file:line``."""

    name: str
    placement: Placement


def load_placements(paths: Iterable[Path], refuse: Callable[[InputError], None] | None = None) -> Iterator[Named]:
    """Read every placement of some files, folders and JSON Lines files, in order.

    :param refuse: hears each that cannot be read, and the others are read all the same; without it the first one ends the reading.
    :raises InputError: for one that cannot be read, with file, line and field; or where there is none at all.
    """
    paths, found = tuple(paths), False
    for path in paths:
        for item in _placements(path):
            found = True
            if isinstance(item, Named):
                yield item
            elif refuse:
                refuse(item)
            else:
                raise item
    if not found:
        hint = "Give files of kind Placement, folders that hold some, or JSON Lines."
        raise InputError("no placement is there", file=", ".join(map(str, paths)), hint=hint)


def _placements(path: Path) -> Iterator[Named | InputError]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.suffix == ".jsonl" or (file.suffix in SUFFIXES and kind_of(file) == "Placement"):
                yield from _placements(file)
        return
    try:
        content = read_bytes(path)
        if path.suffix != ".jsonl":
            yield Named(str(path), read_value(content, str(path), Placement)[0])
            return
        lines = decode_text(content).splitlines()
    except InputError as error:
        yield error.at(file=str(path))
        return
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield Named(f"{path}:{number}", decode_line(line, Placement))
            except InputError as error:
                error.line = number
                yield error.at(file=str(path))
