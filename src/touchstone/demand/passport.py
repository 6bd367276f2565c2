# SPDX-License-Identifier: Apache-2.0
"""Passports: what a holder has let others look at, for as long as she consents. Personal: never published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from touchstone.errors import DocumentError, InputError
from touchstone.logic import Identifier, Name
from touchstone.recognition.evidence import Evidence, FactName
from touchstone.standards.envelope import Period, Region
from touchstone.standards.folder import SUFFIXES, decode_line, kind_of, read_bytes, read_value
from touchstone.standards.reading import decode_text
from touchstone.value import Value


class Passport(Value, frozen=True, kw_only=True, tag_field="kind", tag="Passport"):
    """A holder's evidence, where her recognition starts from, and the days on which she consents to be found; absent means never."""

    holder: Identifier
    region: Region
    consent: Period | None = None
    person: dict[FactName, Name] = {}
    evidence: tuple[Evidence, ...] = ()

    def may_be_found(self, day: dt.date) -> bool:
        """Tell whether the holder consents on a day."""
        return self.consent is not None and day in self.consent


def load_passports(paths: Iterable[Path]) -> Iterator[Passport]:
    """Read every passport of some files, folders and JSON Lines files, in order.

    :raises DocumentError: for the first that cannot be read, with file, line, field, expected and found; for a holder's second passport,
        with both places: she must not be counted twice.
    """
    seen: dict[str, str] = {}
    for place, passport in _placed(paths):
        first = seen.get(passport.holder)
        if first is not None:
            raise DocumentError(
                "a holder stands in two passports", file=place, field="holder", found=passport.holder,
                hint=f"The other is {first}: give one of them.",
            )  # fmt: skip
        seen[passport.holder] = place
        yield passport


def _placed(paths: Iterable[Path]) -> Iterator[tuple[str, Passport]]:
    """Yield each passport with its file, and the line of JSON Lines."""
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix == ".jsonl":
                for number, passport in _lines(file):
                    yield f"{file}:{number}", passport
            elif not path.is_dir() or (file.suffix in SUFFIXES and kind_of(file) == "Passport"):
                try:
                    yield str(file), read_value(read_bytes(file), str(file), Passport)[0]
                except InputError as error:
                    raise error.at(file=str(file)) from None


def _lines(file: Path) -> Iterator[tuple[int, Passport]]:
    for number, line in enumerate(decode_text(read_bytes(file)).splitlines(), start=1):
        if line.strip():
            try:
                yield number, decode_line(line, Passport)
            except InputError as error:
                raise error.at(file=str(file), line=number) from None
