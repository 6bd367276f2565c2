# SPDX-License-Identifier: Apache-2.0
"""Which cases somebody sees, and a case arranged for reading. Every list is cut to what the reader may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property
from statistics import median_low
from typing import NamedTuple

import msgspec
from django.db.models import Case as Choose
from django.db.models import IntegerField, Q, QuerySet, Value, When
from django.http import Http404

from touchstone.recognition import Evidence, Explanation, Receipt
from touchstone.recognition.names import Names
from touchstone.recognition.wording import Words
from touchstone.standards import Qualification
from touchstone_server import documents
from touchstone_server.access.lists import within
from touchstone_server.access.rules import Action, Actor
from touchstone_server.accounts.models import User
from touchstone_server.cases.findings import Finding, facts_of, not_counted
from touchstone_server.cases.models import Case, Ruling
from touchstone_server.cases.proving import Shown, bears_name_of
from touchstone_server.cases.receipts import receipt_of
from touchstone_server.exchange.models import Peer
from touchstone_server.handed_in import HandedIn
from touchstone_server.organisations.models import Organisation
from touchstone_server.recognition.rechecking import Rechecked, recheck_content

LAST, PEERS = 20, 12
COMPETENT = (Organisation.Kind.CERTIFICATION_BODY, Organisation.Kind.AUTHORITY)


def bodies(region: str) -> QuerySet[Organisation]:
    """Return the bodies of a region that decide cases."""
    return Organisation.objects.filter(region=region, kind__in=COMPETENT).order_by("slug")


def mine(actor: Actor) -> QuerySet[Case]:
    """Return the cases that somebody filed, the newest first."""
    found = Case.objects.filter(holder=actor.user, kept_until=None).select_related("organisation")
    return found.order_by("-filed", "id")


class Waiting(NamedTuple):
    """How long an answer takes here, as far as the body's own cases tell.

    :param ahead: cases that were filed before and wait still; :param days: what half of the last first decisions took at most; None
        before there was any; :param of: how many decisions that is.
    """

    ahead: int
    days: int | None
    of: int


def waiting(organisations: Iterable[Organisation]) -> list[tuple[Organisation, Waiting]]:
    """Return what waits with some bodies now."""
    return [(each, _waiting(each, Q())) for each in organisations]


def expected(case: Case) -> Waiting | None:
    """Return what waits before a case; None once it was decided."""
    return _waiting(case.organisation, Q(filed__lt=case.filed)) if case.is_open else None


def _waiting(organisation: Organisation, before: Q) -> Waiting:
    ahead = Case.objects.filter(before, organisation=organisation, state__in=Case.OPEN, kept_until=None).count()
    first = Ruling.objects.filter(case__organisation=organisation, number=1).order_by("-made")
    took = [(made - filed).days + 1 for made, filed in first.values_list("made", "case__filed")[:LAST]]
    return Waiting(ahead, median_low(took) if took else None, len(took))


class Step(NamedTuple):
    """Something that happened with a case, and when."""

    name: str
    at: dt.datetime


def history(case: Case, rulings: Iterable[Ruling]) -> list[Step]:
    """Return what has happened with a case, in its order."""
    steps = [Step("filed", case.filed)]
    for ruling in rulings:
        steps.append(Step(f"ruling_{ruling.number}", ruling.made))
        if ruling.certificate and ruling.certificate.issued:
            steps.append(Step("issued", ruling.certificate.issued))
    if appeal := getattr(case, "appeal", None):
        steps.append(Step("appealed", appeal.filed))
    return sorted(steps, key=lambda step: step.at)


class CaseEvidence(NamedTuple):
    """A certificate of a case: what it attests, in words; whom it names, and how its holder showed to be that person."""

    item: Evidence
    attested: list[str]
    shown: Shown | None
    is_of_this_name: bool


def evidence_of(case: Case, view: ReceiptView) -> list[CaseEvidence]:
    """Return the certificates on which a case rests, each with the name on it beside that of the account."""
    return certificates_of(case.holder, view, msgspec.convert(case.shown, tuple[Shown, ...]))


def certificates_of(holder: User, view: ReceiptView, shown: Iterable[Shown]) -> list[CaseEvidence]:
    """Return the certificates of a receipt, each with what its holder has shown of it."""
    known = {(each.credential, each.issuer): each for each in shown}
    told = []
    for item, attested in view.evidence():
        found = known.get((item.credential, item.issuer or ""))
        names = found.name.split(" · ") if found else []
        told.append(CaseEvidence(item, attested, found, any(bears_name_of(holder, name) for name in names)))
    return told


def elsewhere() -> list[str]:
    """Return the addresses of the nodes that this one knows: an account counts on its own node only."""
    return list(Peer.objects.order_by("address").values_list("address", flat=True)[:PEERS])


def queue(actor: Actor, organisation: Organisation) -> QuerySet[Case]:
    """Return a body's cases: those that wait first, the oldest of them at the top."""
    waits = Choose(When(state__in=Case.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = within(Case.objects.filter(organisation=organisation, kept_until=None), actor, Action.SEE_CASES)
    return found.select_related("holder").defer("receipt").annotate(done=waits).order_by("done", "filed", "id")


def case_of(actor: Actor, identifier: str) -> Case:
    """Return a case that somebody may see.

    :raises Http404: for any other, whether it is there or not.
    """
    seen = within(Case.objects.filter(pk=identifier, kept_until=None), actor, Action.SEE_CASES, person="holder")
    found = seen.select_related("organisation", "holder", "appeal").first()
    if found is None:
        raise Http404
    return found


def ruling_of(actor: Actor, identifier: str) -> Ruling:
    """Return a ruling on a case that somebody may see.

    :raises Http404: for any other.
    """
    found = Ruling.objects.select_related("case__organisation").filter(pk=identifier).first()
    if found is None:
        raise Http404
    case_of(actor, str(found.case_id))
    return found


def target_title(case: Case) -> Qualification | None:
    """Return the qualification that a case asks for, in any version that is known here."""
    known = documents.rulebook().by_id.get(case.target, ())
    return next((item for item in reversed(known) if isinstance(item, Qualification)), None)


class Fact(NamedTuple):
    """A fact to settle, in words: what it is, why it is open, and the answers where it is one about the person."""

    name: str
    title: str
    level: str
    why: tuple[str, ...]
    held: tuple[str, ...]
    values: tuple[tuple[str, str], ...]

    @property
    def is_about_the_person(self) -> bool:
        """Whether it is stated of the person, and not attested."""
        return self.name.startswith("person:")


class FoundFact(NamedTuple):
    """A fact that a person settled, in words."""

    title: str
    finding: Finding
    value: str
    counted: bool


class ReceiptView:
    """A receipt that is kept here, derived again as it is shown: the page never says what does not come out."""

    def __init__(self, text: str, tag: str) -> None:
        self._content, self._tag = text.encode(), tag

    @cached_property
    def found(self) -> Rechecked:
        """The receipt, derived again."""
        return recheck_content(self._content)

    @cached_property
    def receipt(self) -> Receipt:
        """The receipt as it was written."""
        return receipt_of(self._content.decode())

    @property
    def again(self) -> str:
        """The receipt as the recheck page takes it from a form."""
        return HandedIn(self._content).again

    @cached_property
    def explanation(self) -> Explanation | None:
        """The engine's answer in words; None where it does not come out again."""
        return self.found.explained(self._tag)

    @property
    def names(self) -> Names:
        """What things are called."""
        edition = documents.edition(self.receipt.request.decided_on)
        return Names(edition, documents.rulebook(), Words(self._tag))

    def evidence(self) -> list[tuple[Evidence, list[str]]]:
        """Return the evidence of the request, each with what it attests in words."""
        return [(each, list(self._attested(each))) for each in self.receipt.request.evidence]

    def _attested(self, evidence: Evidence) -> Iterator[str]:
        names = self.names
        for unit in evidence.units:
            yield f"{names.unit(unit.id)} · {names.level(unit.id, unit.level)}".rstrip(" ·")
        yield from (names.document(each) for each in evidence.holds)
        if evidence.framework:
            yield f"{names.document(evidence.framework)} {evidence.hours or ''} h"
        if evidence.kind == "practice":
            work = Words(self._tag).named("occupation", evidence.occupation or evidence.area or "")
            ends = (evidence.period.from_, evidence.period.until) if evidence.period else ()
            yield " · ".join([work, *(Words(self._tag).date(day) for day in ends if day)])

    def facts(self) -> list[Fact]:
        """Return the facts that a person settles."""
        return [self._fact(name) for name in facts_of(self.receipt.decision)]

    def settled(self, findings: Iterable[Finding]) -> Iterator[FoundFact]:
        """Yield what a person found, and whether the engine counts it."""
        findings = list(findings)
        useless = not_counted(findings, self.receipt.decision)
        for each in findings:
            value = Words(self._tag).answer(each.fact.partition(":")[2], each.value) if each.value else ""
            yield FoundFact(self._title(each.fact), each, value, each.fact not in useless)

    def _fact(self, name: str) -> Fact:
        rows = [row for row in self.explanation.rows if row.name == name] if self.explanation else []
        why = dict.fromkeys(text for row in rows for text in row.why)
        held = dict.fromkeys(f"{unit.title} · {unit.level}".rstrip(" ·") for row in rows for unit in row.held)
        return Fact(name, self._title(name), rows[0].level if rows else "", tuple(why), tuple(held), self._values(name))

    def _title(self, name: str) -> str:
        edition = documents.edition(self.receipt.request.decided_on)
        told = self.names.unit(name) if name in edition.units else self.names.fact(name)
        return told[:1].upper() + told[1:]

    def _values(self, name: str) -> tuple[tuple[str, str], ...]:
        kind, _, fact = name.partition(":")
        words = Words(self._tag)
        known = documents.asked().facts.get(fact, ()) if kind == "person" else ()
        return tuple((value, words.answer(fact, value)) for value in known)
