# SPDX-License-Identifier: Apache-2.0
"""Errors among bridging options: one id for two of them, and options that are prerequisites of one another.

An option is named by its id alone, in plans and in prerequisites. So an id may be used again only where the two can never be on
offer together: in another version of the same catalogue, or in a catalogue that is in force on other days.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from touchstone.standards.bridging import BridgingCatalogue, BridgingOption
from touchstone.standards.envelope import resolve
from touchstone.standards.findings import Finding, finding

_DAY = dt.timedelta(days=1)

Offer = tuple[BridgingCatalogue, ...]
"""Catalogues that are on offer together."""


def broken_options(catalogues: Sequence[BridgingCatalogue]) -> Iterator[Finding]:
    """Yield the errors among the options of all catalogues."""
    known = {option.id for catalogue in catalogues for option in catalogue.options}
    for catalogue in catalogues:
        yield from _unknown_prerequisites(catalogue, known)
        yield from _twice_in_one(catalogue)
    together = list(_together(catalogues))
    yield from _twice_together(together)
    yield from _circles([*((catalogue,) for catalogue in catalogues), *together])


def _together(catalogues: Sequence[BridgingCatalogue]) -> Iterator[Offer]:
    """Yield what is on offer on any day, each offer once; it changes only where some catalogue begins or has ended."""
    days = {dt.date.min}
    by_id: dict[str, list[BridgingCatalogue]] = {}
    for catalogue in catalogues:
        by_id.setdefault(catalogue.id, []).append(catalogue)
        valid = catalogue.valid
        days.update(day for day in (valid and valid.from_, valid and valid.until and valid.until + _DAY) if day)
    seen: set[tuple[int, ...]] = set()
    for day in sorted(days):
        speaking = (resolve(identifier, versions, day) for identifier, versions in by_id.items())
        offer = tuple(catalogue for catalogue in speaking if catalogue is not None)
        if len(offer) > 1 and tuple(map(id, offer)) not in seen:
            seen.add(tuple(map(id, offer)))
            yield offer


def _unknown_prerequisites(catalogue: BridgingCatalogue, known: set[str]) -> Iterator[Finding]:
    for index, option in enumerate(catalogue.options):
        for prerequisite in option.prerequisites:
            if prerequisite not in known:
                path = ("options", index, "prerequisites")
                yield finding("error", "dangling", catalogue, path, f"no option has the id {prerequisite}")


def _twice_in_one(catalogue: BridgingCatalogue) -> Iterator[Finding]:
    counted = Counter(option.id for option in catalogue.options)
    for index, option in enumerate(catalogue.options):
        if counted[option.id] > 1:
            yield finding(
                "error",
                "option_twice",
                catalogue,
                ("options", index, "id"),
                f"the option {option.id} stands twice",
                "Give each its own id.",
            )


def _twice_together(offers: Sequence[Offer]) -> Iterator[Finding]:
    told: set[tuple[str, str, str]] = set()
    for offer in offers:
        owner: dict[str, str] = {}
        for catalogue in offer:
            for index, option in enumerate(catalogue.options):
                other = owner.setdefault(option.id, catalogue.id)
                if other != catalogue.id and (option.id, catalogue.id, catalogue.version) not in told:
                    told.add((option.id, catalogue.id, catalogue.version))
                    yield finding(
                        "error",
                        "option_twice",
                        catalogue,
                        ("options", index, "id"),
                        f"the option {option.id} also stands in {other}, and both catalogues are in force on one day",
                        "Give one of them another id.",
                    )


def _circles(offers: Sequence[Offer]) -> Iterator[Finding]:
    """Yield one circle of prerequisites for each offer that has any, told where its first member stands."""
    told: set[frozenset[str]] = set()
    for offer in offers:
        options = {option.id: option for catalogue in offer for option in catalogue.options}
        members = _circle_among(options)
        if members and members not in told:
            told.add(members)
            places = (
                (catalogue, index, option.id)
                for catalogue in offer
                for index, option in enumerate(catalogue.options)
                if option.id in members
            )
            catalogue, index, first = next(places)
            message = (
                f"the options {', '.join(sorted(members))} are prerequisites of one another, so none can be begun"
                if len(members) > 1
                else f"the option {first} is its own prerequisite, so it cannot be begun"
            )
            hint = "Take one of the prerequisites away."
            yield finding("error", "prerequisite_cycle", catalogue, ("options", index, "prerequisites"), message, hint)


def _circle_among(options: Mapping[str, BridgingOption]) -> frozenset[str]:
    try:
        TopologicalSorter({name: option.prerequisites for name, option in options.items()}).prepare()
    except CycleError as error:
        return frozenset(error.args[1])
    return frozenset()
