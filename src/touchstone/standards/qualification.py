# SPDX-License-Identifier: Apache-2.0
"""Qualifications: what a region asks of a person before it says that she can do the work."""

from __future__ import annotations

from touchstone.logic import Expression, Identifier, Name
from touchstone.standards.criterion import Criterion
from touchstone.standards.envelope import Document, Region


class Qualification(Document, frozen=True, kw_only=True, tag_field="kind", tag="Qualification"):
    """A qualification and its requirement. ``bars`` are facts that exclude, each with the reason that is told;
    ``criteria`` bound what is measured in its examination, and never enter a recognition.
    """

    region: Region
    framework: Identifier
    level: Name | None = None
    awarding_body: Name | None = None
    require: Expression
    bars: tuple[Expression, ...] = ()
    criteria: tuple[Criterion, ...] = ()
