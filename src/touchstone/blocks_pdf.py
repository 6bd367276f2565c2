# SPDX-License-Identifier: Apache-2.0
"""Written matter as PDF/UA-1, by typst in the fonts of this machine. The same blocks, the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from touchstone.blocks import Block, as_typst
from touchstone.fonts import HAN, HAN_PACKAGE, SERIF, PdfUnavailableError, family, installed_fonts, language_of


def as_pdf(blocks: Sequence[Block], language: str, day: dt.date) -> bytes:
    """Typeset blocks.

    :param day: written as the day on which the paper was made.
    :raises PdfUnavailableError: where typst, or a Han font that the text needs, is not installed.
    """
    region = language_of(language)[1]
    if region and not installed_fonts() >= HAN:
        raise PdfUnavailableError(HAN_PACKAGE)
    # a name in Han may stand in a text of any language; where no Han font is installed it is left to typst
    fonts = family(SERIF, region, installed_fonts())
    import typst  # there, or asking for the fonts had said so

    made = typst.compile(
        as_typst(blocks, language, fonts).encode(),
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=dt.datetime.combine(day, dt.time(), dt.UTC),
    )
    assert isinstance(made, bytes), "one document, one file"
    return made
