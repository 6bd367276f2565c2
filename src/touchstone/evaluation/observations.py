# SPDX-License-Identifier: Apache-2.0
"""What was observed of each organisation: the input of an evaluation, with the evidence of every value.

It speaks of organisations and may be confidential, so it is no public document; in form and digest it is one all the same.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from touchstone.logic import Amount, Identifier, Name, Prose
from touchstone.standards.folder import read_bytes, read_value
from touchstone.text import LanguageMap
from touchstone.value import Value

NOT_APPLICABLE = "not_applicable"
"""What is written instead of a value where an indicator does not apply to an organisation: its weight then goes to the others."""


class Observation(Value, frozen=True, kw_only=True):
    """A value with what shows it, and the day it was taken; ``not_applicable``, where the system allows it, needs evidence too."""

    value: Name
    evidence: tuple[Prose, ...] = ()
    on: dt.date | None = None


class Assessed(Value, frozen=True, kw_only=True):
    """An organisation and its values by indicator; an indicator that is not there is missing, never zero.

    ``votes`` count, for a fuzzy evaluation, who put the organisation in which band.
    """

    id: Identifier
    name: LanguageMap | None = None
    values: dict[Identifier, Name | Observation] = {}
    votes: dict[Identifier, dict[Name, Amount]] = {}


class EvaluationData(Value, frozen=True, kw_only=True, tag_field="kind", tag="EvaluationData"):
    """The observations of one period, as known on a day."""

    system: Identifier
    period: Name
    on: dt.date
    organisations: Annotated[tuple[Assessed, ...], Meta(min_length=1)]

    def __post_init__(self) -> None:
        for name, count in Counter(each.id for each in self.organisations).items():
            if count > 1:
                raise ValueError(f"the organisation {name} stands twice")


def load_data(file: Path) -> EvaluationData:
    """Read observations from YAML or JSON.

    :raises DocumentError: with file, line, field, expected and found.
    """
    from touchstone.errors import InputError

    try:
        return read_value(read_bytes(file), str(file), EvaluationData)[0]
    except InputError as error:
        raise error.at(file=str(file)) from None
