# SPDX-License-Identifier: Apache-2.0
"""What a platform keeps in files, one kind of file for each thing that is computed from it. A platform's own: never published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from touchstone.cooperation.agreements import AgreementTerms, Step
from touchstone.cooperation.benefits import BenefitFormula, require_contributions
from touchstone.cooperation.construction import Begun, Shown
from touchstone.cooperation.membership import Charter, Event
from touchstone.cooperation.research import Means, Problem
from touchstone.cooperation.votes import Ballot, VotingRule, outcome
from touchstone.logic import Amount, Identifier, Name
from touchstone.text import LanguageMap
from touchstone.value import Value


class MemberRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="MemberRecord"):
    """What was done about a member, under which charter."""

    member: Identifier
    charter: Charter
    events: tuple[Event, ...]

    def __post_init__(self) -> None:
        for event in self.events:
            if event.ballot:
                outcome(event.ballot, self.charter.rule_on(event.on))


class AgreementRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="AgreementRecord"):
    """The steps of an agreement, and who must sign it."""

    agreement: Identifier
    terms: AgreementTerms
    steps: tuple[Step, ...]


class VoteRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="VoteRecord"):
    """A motion, the rule that it is decided by, and what was counted."""

    motion: LanguageMap
    rule: VotingRule
    ballot: Ballot

    def __post_init__(self) -> None:
        outcome(self.ballot, self.rule)


class SharingRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="SharingRecord"):
    """A sum in whole units, who contributed what, and the formula that was agreed."""

    amount: Annotated[int, Meta(ge=0)]
    unit: Name
    formula: BenefitFormula
    contributions: Annotated[dict[Identifier, dict[Name, Amount]], Meta(min_length=1)]

    def __post_init__(self) -> None:
        require_contributions(self.contributions, self.formula)


class ConstructionRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="ConstructionRecord"):
    """What was handed in for the clauses of a standard, and what is being worked on."""

    shown: tuple[Shown, ...] = ()
    begun: tuple[Begun, ...] = ()

    def __post_init__(self) -> None:
        _once("clause", (each.clause for each in self.begun))


class ResearchRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="ResearchRecord"):
    """Enterprises' problems, and the means that may help."""

    problems: Annotated[tuple[Problem, ...], Meta(min_length=1)]
    means: tuple[Means, ...] = ()

    def __post_init__(self) -> None:
        _once("problem", (each.id for each in self.problems))
        _once("means", (each.id for each in self.means))


def _once(what: str, names: Iterable[str]) -> None:
    """Refuse what stands twice: the one would be taken for the other."""
    for name, count in Counter(names).items():
        if count > 1:
            raise ValueError(f"the {what} {name} stands twice")
