# SPDX-License-Identifier: Apache-2.0
"""Every error that Touchstone raises on purpose.

::

    TouchstoneError
    └── InputError            something that somebody wrote cannot be used; says where, what, and how to mend it
        ├── DocumentError     a document cannot be read, or is not what its kind asks for
        ├── RulebookError     documents that are sound alone do not fit together (a dangling id, a cycle)
        ├── RequestError      a recognition request cannot be read or cannot be decided
        ├── RecheckError      a receipt cannot be derived again (documents missing, another result)
        ├── CredentialError   something signed, or to be signed, cannot be used; its code names the check that it fails
        ├── ModelError        a model of a piece cannot be read; its code names why
        ├── TooComplexError   an exact answer would take too long; there is none rather than a guess
        └── WriteError        a file cannot be written

A *negative decision* is never an error: it is a value with reasons.
"""

from __future__ import annotations

import re
from typing import Any, Self

MAX_FOUND = 60
MAX_FIELD = 200


class TouchstoneError(Exception):
    """Base of all errors raised on purpose; anything else that escapes is a bug."""


class InputError(TouchstoneError):
    """Input that cannot be used, told in one sentence.

    :param message: what is wrong, as a clause without a full stop.
    :param expected: what was expected, if that helps.
    :param found: what was found instead; long values are shortened.
    :param hint: what to do next, as a sentence.
    :param field: path of the field, for example ``competencies[3].level``.
    :param file: name of the file; ``line`` counts from 1.
    """

    def __init__(
        self,
        message: str,
        *,
        expected: str = "",
        found: object = None,
        hint: str = "",
        field: str = "",
        file: str = "",
        line: int | None = None,
    ) -> None:
        self.message, self.expected, self.hint = message, expected, hint
        self.found = "" if found is None else shortened(found)
        self.field, self.file, self.line = field, file, line
        super().__init__(message)

    def at(self, *, file: str = "", line: int | None = None, field: str = "") -> Self:
        """Return this error, told where it happened; what it already knows is kept."""
        self.file, self.line, self.field = self.file or file, self.line or line, self.field or field
        return self

    @classmethod
    def of(cls, error: InputError, *, line: int | None = None) -> Self:
        """Return the same complaint as an error of this class, on another line if one is given."""
        copy = cls(error.message, expected=error.expected, hint=error.hint)
        copy.found, copy.field, copy.file, copy.line = error.found, error.field, error.file, line or error.line
        return copy

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        told = self.message
        if self.expected:
            told += f": expected {self.expected}"
        if self.found:
            told += f"{',' if self.expected else ':'} found {self.found}"
        field = on_one_line(self.field if len(self.field) <= MAX_FIELD else f"{self.field[: MAX_FIELD - 1]}…")
        sentence = ": ".join(part for part in (place, field, told) if part) + "."
        return f"{sentence} {self.hint}" if self.hint else sentence


class DocumentError(InputError):
    """A document cannot be read, or is not what its kind asks for."""


class RulebookError(InputError):
    """Documents that are sound alone do not fit together."""


class RequestError(InputError):
    """A recognition request cannot be read or cannot be decided."""


class RecheckError(InputError):
    """A receipt cannot be derived again."""


class CredentialError(InputError):
    """Something signed, or about to be signed, cannot be used.

    :param code: the name of what is wrong, in words joined by underscores (``term_undefined``, ``key_small_order``); stable, so
        that programs may branch on it. Every code is listed in ``docs/reference/credential-codes.md``.
    """

    def __init__(self, code: str, message: str, **details: Any) -> None:  # noqa: ANN401 - as InputError takes them
        self.code = code
        super().__init__(message, **details)


class ModelError(InputError):
    """A model of a piece (STL, 3MF, OBJ) cannot be read within its bounds.

    :param code: the name of what is wrong (``truncated``, ``not_finite``, ``archive_bomb``); stable, so that programs may branch on it.
    """

    def __init__(self, code: str, message: str, **details: Any) -> None:  # noqa: ANN401 - as InputError takes them
        self.code = code
        super().__init__(message, **details)


class TooComplexError(InputError):
    """An exact answer would take too long; there is none rather than a guess."""


class WriteError(InputError):
    """A file cannot be written."""


_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def on_one_line(text: str) -> str:
    """Return a text in which nothing moves the cursor, ends the line or turns the writing around; numbers stand for what would."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def shortened(value: object) -> str:
    """Quote a found value on one line, cut to a readable length."""
    text = repr(value) if isinstance(value, str) else str(value)
    if len(text) <= MAX_FOUND:
        return text
    end = f"…{text[-1]}" if isinstance(value, str) else "…"  # the quotation mark that it began with
    return text[: MAX_FOUND - len(end)] + end
