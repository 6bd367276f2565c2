# SPDX-License-Identifier: Apache-2.0
"""A qualification under terms, compiled for whoever comes: all that a case needs and that depends on documents only."""

from __future__ import annotations

from typing import NamedTuple

from touchstone.logic import Truth, units_named
from touchstone.recognition.claims import Outlook, Standpoint
from touchstone.recognition.edition import Edition, Terms
from touchstone.recognition.obtaining import Obtaining
from touchstone.recognition.requirement import Requirement
from touchstone.standards.qualification import Qualification


class Blueprint(NamedTuple):
    """What is asked (requirement, bars, direct conditions), what obtaining it would bring, and what every unit is worth for it."""

    requirement: Requirement
    bars: tuple[Requirement, ...]
    conditions: tuple[Requirement | None, ...]
    obtaining: Obtaining
    outlook: Outlook


def blueprint(qualification: Qualification, terms: Terms, edition: Edition, *, all_home: bool) -> Blueprint:
    """Return the compiled case of a qualification under terms, made once an edition."""
    key = ("blueprint", qualification.id, qualification.version, terms.key, all_home)
    return edition.once(key, lambda: _draw(qualification, terms, edition, all_home))


def _draw(qualification: Qualification, terms: Terms, edition: Edition, all_home: bool) -> Blueprint:
    def meets(held_unit: str, held: str | None, asked_unit: str, asked: str | None) -> Truth:
        return home.meets(edition.scale_of(held_unit), held, edition.scale_of(asked_unit), asked)

    home = edition.terms(None).levels
    share = terms.agreement.recognised_share_max if terms.agreement else None
    conditions = [direct.conditions for direct in terms.direct]
    expressions = (qualification.require, *qualification.bars, *(item for item in conditions if item))
    requirement = Requirement(qualification.require, edition.credits_of, share)
    standpoint = Standpoint(terms, qualification.framework, all_home)
    return Blueprint(
        requirement=requirement,
        bars=tuple(Requirement(bar, edition.credits_of, None) for bar in qualification.bars),
        conditions=tuple(Requirement(item, edition.credits_of, None) if item else None for item in conditions),
        obtaining=Obtaining(requirement, edition.home_coverage, meets),
        outlook=Outlook(standpoint, frozenset[str]().union(*map(units_named, expressions)), edition),
    )
