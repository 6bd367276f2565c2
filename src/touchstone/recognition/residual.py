# SPDX-License-Identifier: Apache-2.0
"""What is left of a requirement: itself, without what is already met. ``Any 2 of these 5: …`` is exact, and never longer than it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from touchstone.logic import AllOf, AnyOf, AtLeast, Credits, CreditsPart, Expression
from touchstone.recognition.names import Names
from touchstone.recognition.requirement import token
from touchstone.recognition.retold import Retold


def residual(expression: Expression, retold: Retold, names: Names) -> str:
    """Return what is left of an expression, in words."""
    match expression:
        case AllOf(all_of=parts):
            return _joined("residual.all", "and", [part for part in parts if not retold.is_met(part)], retold, names)
        case AnyOf(any_of=parts):
            return _joined("residual.any", "or", parts, retold, names)
        case AtLeast(at_least=body):
            left = [part for part in body.of if not retold.is_met(part)]
            count = body.count - (len(body.of) - len(left))
            told = names.words.listed([residual(part, retold, names) for part in left])
            return names.words.say("residual.some", count=count, of=len(left), parts=told)
        case Credits(credits=pool):
            return _credits(pool, retold, names)
        case _:
            return names.fact(token(expression))


def _joined(key: str, joint: str, parts: Sequence[Expression], retold: Retold, names: Names) -> str:
    texts = [residual(part, retold, names) for part in parts]
    if len(texts) < 2:
        return "".join(texts)
    return names.words.say(key, parts=names.words.listed(texts, joint))


def _credits(part: CreditsPart, retold: Retold, names: Names) -> str:
    pool, served = retold.requirement.pools[retold.requirement.pool_parts.index(part)], retold.assignment.served
    left = [unit for unit in part.from_ if unit not in served and pool.worth[unit] > 0]
    return names.words.say("residual.credits", count=_plain(pool.lacks(served)), parts=names.facts(left))


def _plain(number: Decimal) -> str:
    """Write a number without an exponent or needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
