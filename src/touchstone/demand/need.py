# SPDX-License-Identifier: Apache-2.0
"""Needs: what an enterprise looks for, in competencies and levels. Documents in form, owned by the enterprise and never published."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.errors import InputError
from touchstone.logic import Amount, Identifier, Name, Prose
from touchstone.standards.envelope import Document, Period, Region, latest_in_force
from touchstone.standards.folder import SUFFIXES, kind_of, read_bytes, read_value
from touchstone.value import Value

Channel = Literal["form", "feed", "scraped"]
Subject = Literal["talent", "technology", "product"]
"""The three lists that the national standard for park consortia asks for (教职成厅函〔2024〕20号) are three subjects of need."""

TRUST = {"form": 10, "feed": 7, "scraped": 4}
"""How much a need counts by the way it came, in tenths: confirmed by the enterprise, from its feed, or read off a page. Illustrative."""


_SPELLING = re.compile(r"[\W_]+")
_FORMS = frozenset({"limited", "ltd", "company", "co", "inc", "lda", "limitada"})
_HAN_FORM = re.compile("(股份|有限|責任|责任|公司)+$")


def voice(employer: str) -> str:
    """Return the one voice with which an employer speaks, whatever the spelling: ``Lotus Ltd`` and ``LOTUS  LTD.`` are one.

    An identifier (``did:…``, ``https://…``) is taken as it stands; a name without case, width, spaces, points and the form of the company.
    A name in another script or language is another voice: only an identifier makes these one.
    """
    if ":" in employer:
        return employer
    words = [word for word in _SPELLING.split(unicodedata.normalize("NFKC", employer).casefold()) if word]
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
    whole = "".join(words)
    return _HAN_FORM.sub("", whole) or whole or employer


def standing_until(needed: Period | None, on: dt.date, days: int) -> dt.date:
    """Return the last day on which a need that came in on a day stands: the end of the time in which people are needed, if it is
    stated, else that many days from when they are needed, or from now.
    """
    if needed and needed.until:
        return needed.until
    begins = needed.from_ if needed and needed.from_ else on
    return max(begins, on) + dt.timedelta(days=days)


class Wanted(Value, frozen=True, kw_only=True):
    """A competency that is needed, at a level if one is named."""

    unit: Identifier
    level: Name | None = None


class Pay(Value, frozen=True, kw_only=True):
    """A range of pay, in whole units of an ISO 4217 currency."""

    low: Amount | None = None
    high: Amount | None = None
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$", description="an ISO 4217 currency code such as HKD")]
    per: Literal["hour", "day", "month", "year"] = "month"

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.high < self.low:
            raise ValueError(f"the pay ends at {self.high}, below where it begins, {self.low}")


class Need(Document, frozen=True, kw_only=True, tag_field="kind", tag="Need"):
    """A need of one enterprise: how many people (``openings``), with which competencies, when (``needed``) and where.

    Levels stand on ``level_scale``; without it, on the scale of the framework of each competency. ``valid`` says how long the need stands.
    """

    employer: Identifier
    region: Region
    subject: Subject = "talent"
    occupation: Name | None = None
    openings: Annotated[int, Meta(ge=1, le=100_000)] = 1
    competencies: tuple[Wanted, ...] = ()
    level_scale: Identifier | None = None
    needed: Period | None = None
    place: Prose | None = None
    pay: Pay | None = None
    contact: Prose | None = None
    channel: Channel = "form"

    def __post_init__(self) -> None:
        units = [wanted.unit for wanted in self.competencies]
        if len(units) != len(set(units)):
            raise ValueError("a competency stands twice in the need")

    @property
    def voice(self) -> str:
        """Who asks: several spellings of one name are one employer."""
        return voice(self.employer)

    @property
    def weight(self) -> int:
        """How much the need counts: its openings, each by the trust in the way it came."""
        return self.openings * TRUST[self.channel]


def standing_on(needs: Iterable[Need], day: dt.date) -> list[Need]:
    """Return the needs for people that stand on a day; of several versions of one need, the latest."""
    standing = (need for need in needs if need.subject == "talent" and need.competencies)
    return latest_in_force(standing, day)


def load_needs(paths: Iterable[Path]) -> Iterator[Need]:
    """Read every need of some files and folders, in order.

    :raises DocumentError: for the first that cannot be read, with file, line, field, expected and found.
    """
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if not path.is_dir() or (file.suffix in SUFFIXES and kind_of(file) == "Need"):
                yield read_need(file)


def read_need(file: Path) -> Need:
    """Read one need.

    :raises DocumentError: with file, line, field, expected and found.
    """
    try:
        return read_value(read_bytes(file), str(file), Need)[0]
    except InputError as error:
        raise error.at(file=str(file)) from None
