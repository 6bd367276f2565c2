# SPDX-License-Identifier: Apache-2.0
"""What of a credential a share link can show. Its name, how it stands and who issued it are always seen: without them it says nothing."""

from __future__ import annotations

from enum import StrEnum


class Field(StrEnum):
    """One thing that the holder shows or does not show."""

    NAME = "name"
    DATES = "dates"
    UNITS = "units"
    WORTH = "worth"
    FILE = "file"


DEFAULT = (Field.NAME,)
"""Name, qualification and status (design/security.md)."""
