# SPDX-License-Identifier: Apache-2.0
"""What a page cannot make sense of. Django turns it into a 400; the page says it in a sentence."""

from __future__ import annotations

from django.core.exceptions import BadRequest


class UnknownValue(BadRequest):
    """A value in the address means nothing here.

    :param field: which part of the question it answers; a key of the texts (``errors.field_FIELD``).
    :param value: what stands there.
    :param detail: a sentence of the core about it, if there is one.
    """

    def __init__(self, field: str, value: str, detail: str = "") -> None:
        self.field, self.value, self.detail = field, value[:80], detail
        super().__init__(f"{field}: {value!r}")
