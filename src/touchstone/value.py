# SPDX-License-Identifier: Apache-2.0
"""The base of every value in the core: frozen, exact about its fields, and plain to write down."""

from __future__ import annotations

from msgspec import Struct


def _plain(name: str) -> str:
    """Field names that Python reserves bear an underscore in code only: ``from_`` is written ``from``."""
    return name.rstrip("_")


class Value(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, rename=_plain):
    """A frozen value whose absent fields are left out when it is written down."""
