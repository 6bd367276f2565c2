# SPDX-License-Identifier: Apache-2.0
"""Needs from and to schema.org JobPosting (JSON-LD): ``skills`` as DefinedTerm with the id of a competency as ``termCode``.

Skills in free words are left out and told: nothing is guessed from an advert's text here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from touchstone.demand.competency_list import CompetencyList
from touchstone.demand.importing import STANDS, ending, near_names, need_id, titled
from touchstone.demand.need import Channel, Need
from touchstone.errors import DocumentError, InputError
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.envelope import Document
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue, read_strict
from touchstone.standards.exchange.uris import uri_of
from touchstone.standards.tree import dotted, tree_of
from touchstone.text import localise

_UNITS = {"HOUR": "hour", "DAY": "day", "MONTH": "month", "YEAR": "year"}


class Postings(NamedTuple):
    """The needs of a file, and what was left out of it."""

    needs: tuple[Need, ...]
    remarks: tuple[str, ...]


def needs_of(
    content: bytes,
    documents: Iterable[Document],
    *,
    region: str,
    channel: Channel = "feed",
    on: dt.date | None = None,
    days: int = STANDS,
) -> Postings:
    """Read one JobPosting, a list of them, or an ``@graph``.

    :param documents: the competency list: frameworks, and the level scales on which levels are checked.
    :param on: the day on which they come in, from which they stand for ``days`` where they do not say until when; without it, for good.
    :param region: of the needs: a posting's address does not say which of ours it is.
    :raises DocumentError: when it is no JobPosting, or lacks its title, its organisation or an identifier.
    """
    known, remarks, needs = CompetencyList(documents), [], []
    for place, posting in enumerate(_postings(read_strict(content))):
        where = f"JobPosting {place + 1}"
        skills, left_out = _skills(posting, known)
        remarks += [
            f"{where}: the skill {text!r} names no competency of the list and was left out." for text in left_out
        ]
        try:
            need = decode(tree_of(_need(posting, skills, region, channel)), Need)
            known.check_levels(need)
        except FieldError as error:
            raise error.at(field=f"{where}: {dotted(error.path)}") from None
        except InputError as error:
            told = DocumentError.of(error)
            told.field = f"{where}: skills"
            raise told from None
        needs.append(ending(need, on, days))
    return Postings(tuple(needs), (*remarks, *near_names(needs)))


def posting_of(need: Need, *, language: str = "en") -> JsonObject:
    """Return a need as a JobPosting; who reads it finds each level beside its term."""
    title, spoken = localise(need.title, language)
    posting: dict[str, Any] = {
        "@context": "https://schema.org/", "@type": "JobPosting", "@id": uri_of(need.id), "identifier": need.id, "title": title,
        "inLanguage": spoken, "hiringOrganization": {"@type": "Organization", "@id": need.employer},
        "totalJobOpenings": need.openings, "skills": [_term(item.unit, item.level) for item in need.competencies],
    }  # fmt: skip
    if need.valid and need.valid.from_:
        posting["datePosted"] = str(need.valid.from_)
    if need.valid and need.valid.until:
        posting["validThrough"] = str(need.valid.until)
    if need.occupation:
        posting["occupationalCategory"] = {"@type": "CategoryCode", "name": need.occupation}
    if need.needed and need.needed.from_:
        posting["jobStartDate"] = str(need.needed.from_)
    if need.place:
        posting["jobLocation"] = {"@type": "Place", "address": need.place}
    if need.pay:
        ends = {"minValue": need.pay.low, "maxValue": need.pay.high}
        value = {name: float(amount) for name, amount in ends.items() if amount is not None}
        unit = next(code for code, per in _UNITS.items() if per == need.pay.per)
        amount = {"@type": "QuantitativeValue", **value, "unitText": unit}
        posting["baseSalary"] = {"@type": "MonetaryAmount", "currency": need.pay.currency, "value": amount}
    return posting


def _term(unit: str, level: str | None) -> JsonObject:
    term: JsonObject = {"@type": "DefinedTerm", "termCode": unit}
    if level:
        term["additionalProperty"] = {"@type": "PropertyValue", "name": "level", "value": level}
    return term


def _postings(value: JsonValue) -> Iterator[dict[str, Any]]:
    items = (
        value
        if isinstance(value, list)
        else value["@graph"]
        if isinstance(value, dict) and "@graph" in value
        else [value]
    )
    for item in items if isinstance(items, list) else [items]:
        if not isinstance(item, dict) or "JobPosting" not in _list(item.get("@type")):
            raise DocumentError(
                "this is no JobPosting", field="@type", expected="JobPosting", hint="Give schema.org JSON-LD."
            )
        yield item


def _need(posting: dict[str, Any], skills: list[dict[str, str]], region: str, channel: Channel) -> dict[str, Any]:
    employer = _named(posting.get("hiringOrganization"), "hiringOrganization").replace(" ", "_")
    reference = _named(posting.get("identifier") or posting.get("@id") or posting.get("url"), "identifier")
    title = posting.get("title")
    if not isinstance(title, str) or not title:
        raise DocumentError("the posting has no title", field="title")
    valid = {"from": _day(posting.get("datePosted")), "until": _day(posting.get("validThrough"))}
    need: dict[str, Any] = {
        "kind": "Need", "id": need_id(employer, reference), "version": "1", "status": "in_force", "title": titled(title, region),
        "employer": employer, "region": region, "occupation": title, "openings": posting.get("totalJobOpenings", 1),
        "competencies": skills, "channel": channel, "valid": {end: day for end, day in valid.items() if day},
        "pay": _pay(posting.get("baseSalary")), "needed": {"from": day} if (day := _day(posting.get("jobStartDate"))) else None,
    }  # fmt: skip
    return {name: value for name, value in need.items() if value not in (None, {})}


def _skills(posting: dict[str, Any], known: CompetencyList) -> tuple[list[dict[str, str]], list[str]]:
    """Return the skills that name a competency of the list, with their levels, and the words of the others."""
    found: dict[str, dict[str, str]] = {}
    left_out = []
    for skill in _list(posting.get("skills")):
        term = skill if isinstance(skill, dict) else {"name": skill}
        called = [str(term[name]) for name in ("termCode", "@id", "name") if term.get(name)]
        ids = next((ids for name in called if len(ids := known.named(name)) == 1), None)
        if ids is None:
            left_out.append(called[0] if called else "")
            continue
        level = _list(term.get("additionalProperty"))
        stated = [
            str(each["value"])
            for each in level
            if isinstance(each, dict) and each.get("name") == "level" and "value" in each
        ]
        found[ids[0]] = {"unit": ids[0], **({"level": stated[0]} if stated else {})}
    return list(found.values()), left_out


def _pay(salary: object) -> dict[str, Any] | None:
    if not isinstance(salary, dict) or "currency" not in salary:
        return None
    value = salary.get("value")
    quantity = value if isinstance(value, dict) else {"minValue": value, "maxValue": value}
    ends = {
        "low": quantity.get("minValue", quantity.get("value")),
        "high": quantity.get("maxValue", quantity.get("value")),
    }
    per = _UNITS.get(str(quantity.get("unitText", "MONTH")).upper(), "month")
    return {
        **{end: _number(each) for end, each in ends.items() if each is not None},
        "currency": salary["currency"],
        "per": per,
    }


def _number(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _day(value: object) -> str | None:
    return value[:10] if isinstance(value, str) and value else None


def _named(value: object, field: str) -> str:
    """Return what something is called: an id before a value before a name."""
    if isinstance(value, dict):
        value = next((value[name] for name in ("@id", "sameAs", "value", "url", "name") if value.get(name)), None)
    if not isinstance(value, str | int) or not str(value):
        raise DocumentError(
            f"the posting has no {field}", field=field, hint="It names the need, together with the employer."
        )
    return str(value)


def _list(value: object) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
