# SPDX-License-Identifier: Apache-2.0
"""What a platform keeps in files, one kind of file for each thing that is computed from it. A platform's own: never published."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from touchstone.cooperation.agreements import AgreementTerms, Step
from touchstone.cooperation.benefits import BenefitFormula
from touchstone.cooperation.construction import Begun, Shown
from touchstone.cooperation.membership import Charter, Event
from touchstone.cooperation.research import Means, Problem
from touchstone.cooperation.votes import Ballot, VotingRule
from touchstone.logic import Amount, Identifier, Name
from touchstone.text import LanguageMap
from touchstone.value import Value


class MemberRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="MemberRecord"):
    """What was done about a member, under which charter."""

    member: Identifier
    charter: Charter = Charter()
    events: tuple[Event, ...]


class AgreementRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="AgreementRecord"):
    """The steps of an agreement, and who must sign it."""

    agreement: Identifier
    terms: AgreementTerms
    steps: tuple[Step, ...]


class VoteRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="VoteRecord"):
    """A motion, the rule that it is decided by, and what was counted."""

    motion: LanguageMap
    rule: VotingRule = VotingRule()
    ballot: Ballot


class SharingRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="SharingRecord"):
    """A sum in whole units, who contributed what, and the formula that was agreed."""

    amount: Annotated[int, Meta(ge=0)]
    unit: Name
    formula: BenefitFormula
    contributions: Annotated[dict[Identifier, dict[Name, Amount]], Meta(min_length=1)]


class ConstructionRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="ConstructionRecord"):
    """What was handed in for the clauses of a standard, and what is being worked on."""

    shown: tuple[Shown, ...] = ()
    begun: tuple[Begun, ...] = ()


class ResearchRecord(Value, frozen=True, kw_only=True, tag_field="kind", tag="ResearchRecord"):
    """Enterprises' problems, and the means that may help."""

    problems: Annotated[tuple[Problem, ...], Meta(min_length=1)]
    means: tuple[Means, ...] = ()
