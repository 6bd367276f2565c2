# SPDX-License-Identifier: Apache-2.0
"""Joint standards: what several regions ask for, composed into one by the Bay Area's published rule 就高不就低,就多不就少.

Take the higher, not the lower; take more, not less. A contradiction is reported, never resolved silently.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from touchstone.logic import Amount, Expression, Identifier, Name, Prose
from touchstone.standards.criterion import Criterion
from touchstone.standards.envelope import Document
from touchstone.value import Value


class JointUnit(Value, frozen=True, kw_only=True):
    """A unit that the joint standard asks for, at the highest level and score that any part asks."""

    id: Identifier
    level: Name | None = None
    min_score: Amount | None = None


class Conflict(Value, frozen=True, kw_only=True):
    """Something that the parts cannot have together: which fact or criterion, and what each part says."""

    code: Literal["other_unit_of_measure", "minimum_above_maximum", "no_common_value", "cannot_be_met", "barred"]
    about: Name
    says: tuple[Prose, ...]


class JointStandard(Document, frozen=True, kw_only=True, tag_field="kind", tag="JointStandard"):
    """The union of what its parts ask; who passes it, passes each of them.

    ``parts`` are the digests of the qualifications; ``also`` holds what is asked beside units (credits from pools of units, experience,
    training, other qualifications, facts about the person). The bars of every part hold as well.
    """

    parts: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    units: tuple[JointUnit, ...]
    criteria: tuple[Criterion, ...] = ()
    also: tuple[Expression, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
