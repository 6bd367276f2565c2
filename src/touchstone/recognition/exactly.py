# SPDX-License-Identifier: Apache-2.0
"""Sums and products of decimals are exact, whatever the caller's own context says: for every function that judges a case."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_EXACT = Context(prec=100)


def exactly(judge: Callable[P, R]) -> Callable[P, R]:
    """Let ``judge`` compute exactly, and give the caller's context back afterwards."""

    @wraps(judge)
    def judged(*args: P.args, **named: P.kwargs) -> R:
        with localcontext(_EXACT):
            return judge(*args, **named)

    return judged
