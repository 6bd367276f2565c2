# SPDX-License-Identifier: Apache-2.0
"""Frameworks: the units of competency of one region (CASE 1.1: CFDocument and CFItem)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from touchstone.logic import Amount, Identifier, Name, is_token
from touchstone.standards.envelope import Document, Region
from touchstone.text import LanguageMap
from touchstone.value import Value


class Supersession(Value, frozen=True, kw_only=True):
    """Which unit this one replaced; ``equivalent`` says whether holders of the old one hold the new one too."""

    id: Identifier
    equivalent: bool


class Competency(Value, frozen=True, kw_only=True):
    """A unit of competency. ``credits`` are in the credit of the framework, ``hours`` are notional learning hours."""

    id: Identifier
    title: LanguageMap
    code: Name | None = None
    statement: LanguageMap | None = None
    level: Name | None = None
    credits: Amount | None = None
    hours: Amount | None = None
    area: Name | None = None
    tags: tuple[Name, ...] = ()
    supersedes: Supersession | None = None

    def __post_init__(self) -> None:
        if is_token(self.id):
            raise ValueError(f"the id {self.id} reads like a fact that is not a unit: begin it otherwise")


class Framework(Document, frozen=True, kw_only=True, tag_field="kind", tag="Framework"):
    """The units of competency of one region, on one level scale."""

    region: Region
    level_scale: Identifier
    competencies: Annotated[tuple[Competency, ...], Meta(min_length=1)]
