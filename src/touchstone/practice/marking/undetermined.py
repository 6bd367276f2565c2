# SPDX-License-Identifier: Apache-2.0
"""What a study of too few readings, or of the wrong ones, ends in."""

from __future__ import annotations

from touchstone.practice.reasons import Reasons, because


class Undetermined(ValueError):
    """A statistic that these readings do not determine.

    ``why`` says it with a code and values, as :mod:`touchstone.practice.reasons` does.
    """

    def __init__(self, code: str, **values: object) -> None:
        self.why: Reasons = because(code, **values)
        super().__init__(code)
