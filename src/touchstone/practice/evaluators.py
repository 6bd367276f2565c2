# SPDX-License-Identifier: Apache-2.0
"""Evaluators by name: the shipped ones, and those that a school registers in the entry-point group ``touchstone.evaluators``.

An entry point names an :class:`Evaluator`. It runs in a child process (:mod:`touchstone.practice.sandbox`) as the shipped ones do.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import NamedTuple

from touchstone.errors import InputError
from touchstone.practice.report import Report
from touchstone.value import Value

GROUP = "touchstone.evaluators"

_SHIPPED = (
    EntryPoint("mesh", "touchstone.practice.model3d.evaluating:MESH", GROUP),
    EntryPoint("plating", "touchstone.practice.plating.evaluating:PLATING", GROUP),
)


class Evaluator(NamedTuple):
    """What measures one kind of artifact.

    :param spec: the type of its specification, a frozen value that documents are read as.
    :param evaluate: ``evaluate(artifact: bytes, spec, *, limits) -> Report``, pure: the same bytes and specification, the same report.
    :param version: what its reports bear, so that one on a file that was refused unread bears it, too.
    """

    spec: type[Value]
    evaluate: Callable[..., Report]
    version: str = "1"


def evaluator_of(name: str) -> Evaluator:
    """Return an evaluator by its name; nobody can take the name of a shipped one.

    :raises InputError: when there is none of that name, or what is registered is no evaluator.
    """
    known = {point.name: point for point in (*entry_points(group=GROUP), *_SHIPPED)}
    if name not in known:
        raise InputError("the evaluator is unknown", expected="one of " + ", ".join(sorted(known)), found=name)
    try:
        found = known[name].load()
    except (ImportError, AttributeError) as error:
        missing = "numpy" in str(error)
        hint = "Install touchstone-gba[practice]." if missing else "Ask whoever installed it."
        raise InputError(f"the evaluator cannot be loaded ({error})", found=name, hint=hint) from None
    if not isinstance(found, Evaluator):
        raise InputError("what is registered is no evaluator", expected="an Evaluator", found=known[name].value)
    return found
