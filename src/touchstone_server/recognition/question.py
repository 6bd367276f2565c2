# SPDX-License-Identifier: Apache-2.0
"""What a reader has answered so far. All of it stands in the address: the way back works, nothing is kept, and a page can be sent on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple, get_args

from django.http import QueryDict

from touchstone.recognition.edition import Edition
from touchstone.recognition.evidence import CredentialStatus, HeldUnit
from touchstone.standards import Agreement, Framework, Qualification
from touchstone.standards.agreement import Assurance, Purpose
from touchstone_server import clock, documents
from touchstone_server.errors import UnknownValue
from touchstone_server.recognition.proven import Proven, opened

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
ASSUMABLE: tuple[str, ...] = ("none", *get_args(Assurance))
STATUSES: tuple[str, ...] = ("none", *get_args(CredentialStatus))
BAY = ("GD", "HK", "MO")
MOST_MONTHS = 720
EARLIEST, LATEST = dt.date(1950, 1, 1), dt.date(2200, 1, 1)


class Question(NamedTuple):
    """A question to the engine, complete or not. ``assurance`` and ``status`` are what a what-if takes for granted; evidence that was
    verified (``proven``) takes the place of everything that a reader says of a certificate.
    """

    from_: str = ""
    holds: str = ""
    units: tuple[HeldUnit, ...] = ()
    awarded: dt.date | None = None
    months: int = 0
    work: str = ""
    issuer: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    to: str = ""
    purpose: str = ""
    target: str = ""
    assurance: str = "provider_assessed"
    status: str = "valid"
    on: dt.date | None = None
    proven: Proven | None = None

    @property
    def has_evidence(self) -> bool:
        """Whether there is anything to recognise."""
        return bool(self.proven or self.units or self.holds or self.months)

    @property
    def day(self) -> dt.date:
        """The day to decide on: the one asked for, or today."""
        return self.on or clock.today()

    @property
    def query(self) -> list[tuple[str, str]]:
        """The question as it stands in an address, without what was not answered."""
        plain: list[tuple[str, object]] = [
            ("from", self.from_),
            ("holds", documents.short(self.holds) if self.holds else ""),
            *(("unit", written(unit)) for unit in self.units),
            ("awarded", self.awarded or ""),
            ("months", self.months or ""),
            ("work", self.work if self.months else ""),
            ("issuer", self.issuer),
            *(("fact", f"{name}|{value}") for name, value in self.facts),
            ("to", self.to),
            ("purpose", self.purpose),
            ("target", documents.short(self.target) if self.target else ""),
            ("assurance", self.assurance if self.assurance != "provider_assessed" else ""),
            ("status", self.status if self.status != "valid" else ""),
            ("on", self.on or ""),
            ("proven", self.proven.token if self.proven else ""),
        ]
        return [(name, str(value)) for name, value in plain if value != ""]

    def but(self, **changes: Any) -> Question:  # noqa: ANN401 - whatever the field is
        """Return the question with other answers."""
        return self._replace(**changes)


def written(unit: HeldUnit) -> str:
    """Return a unit as it stands in an address: ``ID|LEVEL|SCORE``, the ends left off where nothing stands."""
    return f"{unit.id}|{unit.level or ''}|{unit.score if unit.score is not None else ''}".rstrip("|") or unit.id


def read_question(query: QueryDict, edition: Edition) -> Question:
    """Read a question from an address.

    :raises UnknownValue: for the first value that means nothing here.
    """
    asked = _asked(query, edition)
    token = query.get("proven", "").strip()
    return asked.but(proven=opened(token), holds="", units=(), awarded=None, months=0, issuer="") if token else asked


def _asked(query: QueryDict, edition: Edition) -> Question:
    return Question(
        from_=_one_of("from", query, regions()),
        holds=_qualification("holds", query),
        units=_units(query, edition),
        awarded=_day("awarded", query),
        months=_months(query),
        work=_one_of("work", query, occupations()),
        issuer=_one_of("issuer", query, all_issuers()),
        facts=_facts(query),
        to=_one_of("to", query, regions()),
        purpose=_one_of("purpose", query, PURPOSES),
        target=_qualification("target", query),
        assurance=_one_of("assurance", query, ASSUMABLE) or "provider_assessed",
        status=_one_of("status", query, STATUSES) or "valid",
        on=_day("on", query),
    )


# ------------------------------------------------------------------ what may be answered: whatever the documents know


def regions() -> tuple[str, ...]:
    """Return the regions that have units or qualifications: the Greater Bay Area first, then the others."""
    found = {item.region for item in documents.rulebook().documents if isinstance(item, (Framework, Qualification))}
    first = [region for region in BAY if region in found]
    return (*first, *sorted(found.difference(first)))


def occupations() -> tuple[str, ...]:
    """Return the occupations in which some document asks for experience."""
    return documents.asked().occupations


def all_issuers() -> tuple[str, ...]:
    """Return every issuer that an agreement names."""
    agreements = (item for item in documents.rulebook().documents if isinstance(item, Agreement))
    return tuple(sorted({issuer for agreement in agreements for issuer in agreement.issuers or ()}))


# ------------------------------------------------------------------ one field at a time


def _one_of(name: str, query: QueryDict, known: tuple[str, ...]) -> str:
    value = query.get(name, "").strip()
    if value and value not in known:
        raise UnknownValue(name, value)
    return value


def _qualification(name: str, query: QueryDict) -> str:
    value = query.get(name, "").strip()
    if not value:
        return ""
    for item in documents.rulebook().documents:
        if isinstance(item, Qualification) and value in (item.id, documents.short(item.id)):
            return item.id
    raise UnknownValue(name, value)


def _units(query: QueryDict, edition: Edition) -> tuple[HeldUnit, ...]:
    found: dict[str, HeldUnit] = {}
    for value in query.getlist("unit"):
        if value.strip():
            unit = _unit(value.strip(), edition)
            found[unit.id] = unit
    return tuple(found.values())


def _unit(value: str, edition: Edition) -> HeldUnit:
    identifier, _, rest = value.partition("|")
    level, _, score = rest.partition("|")
    if identifier not in edition.units:
        raise UnknownValue("unit", identifier)
    scale = edition.scales[edition.scale_of(identifier)]
    if level and scale.position(level) is None:
        raise UnknownValue("level", level)
    if score and not (score.isascii() and score.replace(".", "", 1).isdigit() and len(score) <= 6):
        raise UnknownValue("score", score)
    return HeldUnit(id=identifier, level=level or None, score=Decimal(score) if score else None)


def _day(name: str, query: QueryDict) -> dt.date | None:
    value = query.get(name, "").strip()
    if not value:
        return None
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        raise UnknownValue(name, value) from None
    if not EARLIEST <= day <= LATEST:
        raise UnknownValue(name, value, range=(EARLIEST, LATEST))
    return day


def _months(query: QueryDict) -> int:
    value = query.get("months", "").strip()
    if not value:
        return 0
    if not (value.isascii() and value.isdigit() and len(value) <= 4 and int(value) <= MOST_MONTHS):
        raise UnknownValue("months", value)
    return int(value)


def _facts(query: QueryDict) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for pair in filter(None, map(str.strip, query.getlist("fact"))):
        name, _, value = pair.partition("|")
        if value not in documents.asked().facts.get(name, ()):
            raise UnknownValue("fact", pair)
        found[name] = value
    return tuple(sorted(found.items()))
