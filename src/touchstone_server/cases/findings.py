# SPDX-License-Identifier: Apache-2.0
"""What an officer finds of the facts that the engine leaves open, and how the engine decides again with it. Pure.

A fact that is found becomes evidence: an attestation of the deciding body itself, dated the day of the decision, under the terms that
the documents set for such evidence. A fact that is not found adds nothing: it counts against the holder, which is what the engine's
floor says. So the request holds all that the person added, and anybody derives the decision again (docs/decisions/0015).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from touchstone.errors import RequestError
from touchstone.logic import Experience, Leaf, Unit, leaves
from touchstone.recognition import Decision, Evidence, RecognitionRequest
from touchstone.recognition.edition import Edition
from touchstone.recognition.evidence import HeldUnit
from touchstone.recognition.requirement import token
from touchstone.standards.calendar import months_later
from touchstone.standards.envelope import Period

FILED: tuple[str, ...] = ("REFER", "PARTIAL")
"""The outcomes that a person may bring before an officer."""
OTHER = "other"
"""What is stated of a fact about a person when it is none of the values that documents ask for."""
_DAY = dt.timedelta(days=1)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One fact, settled by a person.

    :param met: whether it is so; of a fact about a person ``value`` says what is the case instead.
    :param reason: why, in the officer's words; it stays beside the engine's reasons.
    """

    fact: str
    met: bool
    reason: str
    value: str = ""


def facts_of(decision: Decision) -> tuple[str, ...]:
    """Return the facts to settle: those that are open or, where none is, what is missing."""
    missing = sorted({name for names in decision.missing for name in names})
    return decision.open or tuple(missing)


def settle(request: RecognitionRequest, findings: Iterable[Finding], edition: Edition, body: str) -> RecognitionRequest:
    """Return the request with what a person found.

    :param body: who attests it: the deciding body's DID, or the name that it has here.
    :raises RequestError: for a fact of a kind that nobody can attest.
    """
    found = [each for each in findings if each.met or each.value]
    person = {each.fact.partition(":")[2]: each.value for each in found if each.fact.startswith("person:")}
    attested = [each.fact for each in found if not each.fact.startswith("person:")]
    evidence = (_attested(fact, number, request, edition, body) for number, fact in enumerate(attested, start=1))
    return msgspec.structs.replace(
        request, person=person | request.person, evidence=(*request.evidence, *evidence), assume=None
    )


def outcome_of(decision: Decision) -> str:
    """Return what a person's decision comes to: the engine's floor, in which all that was not found counts against the holder."""
    return decision.floor if decision.compared else "REFUSED"


def not_counted(findings: Iterable[Finding], decision: Decision) -> tuple[str, ...]:
    """Return the facts that were found and that the engine does not count all the same: the terms admit no such evidence."""
    lacking = {name for names in decision.missing for name in names} | set(decision.open)
    return tuple(each.fact for each in findings if each.met and each.fact in lacking)


def _attested(fact: str, number: int, request: RecognitionRequest, edition: Edition, body: str) -> Evidence:
    day = request.decided_on
    moment = request.decided_at or dt.datetime.combine(day, dt.time(23, 59, 59), dt.UTC)
    common: Mapping[str, Any] = {
        "credential": f"urn:x-touchstone:finding:{number}",
        "issuer": body,
        "awarded": day,
        "assurance": "authority_assessed",
        "status": "valid",
        "status_checked": moment,
    }
    kind, _, rest = fact.partition(":")
    what, _, amount = rest.rpartition(":")
    if fact in edition.units:
        return Evidence(kind="assessment", units=(_unit(fact, request, edition),), **common)
    match kind:
        case "holds":
            return Evidence(kind="assessment", holds=(rest,), **common)
        case "training":
            return Evidence(kind="training", framework=what, hours=Decimal(amount), **common)
        case "experience":
            period = Period(from_=months_later(day, -int(amount)), until=day - _DAY)
            return Evidence(kind="practice", period=period, **_work(fact, what, request, edition), **common)
        case _:
            raise RequestError("nobody can attest this fact", field="findings", found=fact)


def _unit(unit: str, request: RecognitionRequest, edition: Edition) -> HeldUnit:
    """Return a unit at the highest level, and with the highest score, that is asked of it."""
    asked = list(_asked(unit, request, edition))
    scale = edition.scales[edition.scale_of(unit)]
    levels = sorted(
        (each.level for each in asked if each.level is not None), key=lambda code: scale.position(code) or 0
    )
    scores = [each.min_score for each in asked if each.min_score is not None]
    return HeldUnit(id=unit, level=levels[-1] if levels else None, score=max(scores, default=None))


def _work(fact: str, what: str, request: RecognitionRequest, edition: Edition) -> dict[str, Any]:
    """Return whether a fact speaks of an occupation or of an area: its name does not say, the requirement does."""
    areas = {
        each.experience.area
        for each in _leaves(request, edition)
        if isinstance(each, Experience) and token(each) == fact
    }
    return {"area" if what in areas else "occupation": what}


def _asked(unit: str, request: RecognitionRequest, edition: Edition) -> Iterator[Unit]:
    return (leaf for leaf in _leaves(request, edition) if isinstance(leaf, Unit) and leaf.unit == unit)


def _leaves(request: RecognitionRequest, edition: Edition) -> Iterator[Leaf]:
    """Yield everything that the qualification asks for, its bars included."""
    target = edition.qualification(request.target)
    for expression in (target.require, *target.bars) if target else ():
        yield from leaves(expression)
