# SPDX-License-Identifier: Apache-2.0
"""Reading the receipts that are kept with cases."""

from __future__ import annotations

from touchstone.recognition import Receipt
from touchstone.standards.folder import read_value


def receipt_of(text: str) -> Receipt:
    """Return a receipt that was kept."""
    return read_value(text.encode(), "receipt.json", Receipt)[0]
