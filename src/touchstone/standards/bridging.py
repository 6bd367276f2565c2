# SPDX-License-Identifier: Apache-2.0
"""Bridging catalogues: what a region offers to close a gap, with its price in time and money."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from touchstone.logic import Count, Identifier, Prose
from touchstone.standards.envelope import Document, Period, Region
from touchstone.text import LanguageMap
from touchstone.value import Value


class Money(Value, frozen=True, kw_only=True):
    """An amount in whole minor units (cents) of an ISO 4217 currency."""

    amount: Annotated[int, Meta(ge=0)]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$", description="an ISO 4217 currency code such as HKD")]


_WHOLE_ONLY = ("JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "XPF")
"""Currencies without minor units (ISO 4217)."""


def in_units(money: Money) -> str:
    """Write an amount in whole units, as people do: ``600.00``."""
    if money.currency in _WHOLE_ONLY:
        return f"{money.amount:,}"
    return f"{money.amount // 100:,}.{money.amount % 100:02d}"


class BridgingOption(Value, frozen=True, kw_only=True):
    """A course, a test or an adaptation period that leads to the units it covers; ``prerequisites`` are options too."""

    id: Identifier
    title: LanguageMap | None = None
    kind: Literal["course", "aptitude_test", "adaptation_period"]
    covers: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    cost: Money
    hours: Count = 0
    dates: tuple[Period, ...] = ()
    prerequisites: tuple[Identifier, ...] = ()
    provider: Prose | None = None


class BridgingCatalogue(Document, frozen=True, kw_only=True, tag_field="kind", tag="BridgingCatalogue"):
    """The bridging options of one region."""

    region: Region
    options: tuple[BridgingOption, ...]
