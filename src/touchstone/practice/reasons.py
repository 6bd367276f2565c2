# SPDX-License-Identifier: Apache-2.0
"""Why something was not measured, or not decided: a code with values, so that a report says the same whoever reads it.

The words for every code are in ``wording.yaml`` (``why.CODE``), in four languages; :mod:`touchstone.practice.telling` puts them together.
"""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta

from touchstone.errors import InputError
from touchstone.value import Value

Code = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_.-]*$", description="a name of small letters, digits, _ . -")]

_PLACE = re.compile(r"^(line|triangle|object) (.+)$")
_MOST = re.compile(r"^at most (\d[\d.e+]*)")


class Reason(Value, frozen=True, kw_only=True):
    """One reason.

    :param code: its name, stable, so that programs may branch on it.
    :param values: the numbers and names that its words have places for.
    :param of: what it is said of, such as an aspect, where it is not what bears the reason.
    """

    code: Code
    values: dict[str, str] = {}
    of: str = ""


Reasons = tuple[Reason, ...]
"""Reasons that hold together; none at all is no reason."""


def because(code: str, **values: object) -> Reasons:
    """Return one reason, its values written as text."""
    return (Reason(code=code, values={name: str(value) for name, value in values.items()}),)


def refused_for(error: InputError, code: str) -> Reason:
    """Return what an error says as a reason: where, what was found and how much there may be; its words are the code's."""
    values: dict[str, str] = {}
    if place := _PLACE.match(error.field):
        values[place[1]] = place[2]
    elif error.field:
        values["part"] = error.field
    if most := _MOST.match(error.expected):
        values["most"] = most[1]
    if error.found:
        values["found"] = error.found
    return Reason(code=code, values=values)
