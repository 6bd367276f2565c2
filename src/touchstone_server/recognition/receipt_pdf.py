# SPDX-License-Identifier: Apache-2.0
"""The receipt on paper, in the reader's language, the JSON receipt attached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from touchstone.fonts import SERIF, family, installed_fonts
from touchstone_server.design import paper as design

TEMPLATE = Path(__file__).parent / "receipt.typ"


def receipt_pdf(paper: Mapping[str, Any], receipt: bytes, day: dt.date) -> bytes:
    """Typeset a receipt.

    :param paper: what stands on it, as plain data (:func:`touchstone_server.recognition.receipt_paper.paper_of`).
    :param receipt: the JSON receipt, to be attached.
    :param day: the day of the decision, written as the day on which the paper was made.
    :raises PdfUnavailableError: where typst, or a Han font that the text needs, is not installed.
    """
    return design.pdf(TEMPLATE, with_fonts(paper), receipt, day)


def with_fonts(paper: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same with the fonts of each document's title, which may be in another script than the paper."""
    installed = installed_fonts()
    titles = [{**item, "fonts": family(SERIF, item["language"][1], installed)} for item in paper["documents"]]
    return {**paper, "documents": titles}
