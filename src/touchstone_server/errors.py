# SPDX-License-Identifier: Apache-2.0
"""What a page cannot make sense of, which Django turns into a 400, and what cannot be done; the page says either in a sentence."""

from __future__ import annotations

from django.core.exceptions import BadRequest


class UnknownValue(BadRequest):
    """A value in the address means nothing here.

    :param field: which part of the question it answers; a key of the texts (``errors.field_FIELD``).
    :param value: what stands there.
    :param detail: a sentence of the core about it, if there is one.
    :param range: the first and the last value that mean something, where it is outside them.
    """

    def __init__(self, field: str, value: str, detail: str = "", range: tuple[object, object] | None = None) -> None:
        self.field, self.value, self.detail, self.range = field, value[:80], detail, range
        super().__init__(f"{field}: {value!r}")


class CannotError(Exception):
    """Something cannot be done; ``code`` says why, and a page has its own sentence for it.

    :param detail: what that sentence names, or the core's own sentence.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail
