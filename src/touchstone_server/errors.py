# SPDX-License-Identifier: Apache-2.0
"""What a page cannot make sense of. Django turns it into a 400; the page says it in a sentence."""

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
