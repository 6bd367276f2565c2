# SPDX-License-Identifier: Apache-2.0
"""The report of an evaluation as PDF/UA-1: the core's typst source, set in the fonts of this machine. The same report, the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from touchstone.blocks import Block, as_typst
from touchstone_server.design.paper import (
    HAN,
    HAN_PACKAGE,
    LATIN,
    SERIF,
    SHAPES,
    PdfUnavailableError,
    installed_fonts,
)

_SHAPES = {"zh-Hans": SHAPES["cn"], "zh-Hant": SHAPES["hk"], "zh-Hant-HK": SHAPES["hk"], "zh-Hant-MO": SHAPES["mo"]}


def report_pdf(blocks: Sequence[Block], language: str, day: dt.date) -> bytes:
    """Typeset a report.

    :param day: the day of the evaluation, written as the day on which the paper was made.
    :raises PdfUnavailableError: where typst, or a Han font that the text needs, is not installed.
    """
    shape = _SHAPES.get(language)
    if shape and not installed_fonts() >= HAN:
        raise PdfUnavailableError(HAN_PACKAGE)
    # a name in Han may stand in a report of any language; where no Han font is installed it is left to typst
    han = f"{SERIF} {shape or SHAPES['hk']}"
    fonts = [LATIN, han] if han in installed_fonts() else [LATIN]
    import typst  # there, or asking for the fonts had said so

    made = typst.compile(
        as_typst(blocks, language, fonts).encode(),
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=dt.datetime.combine(day, dt.time(), dt.UTC),
    )
    assert isinstance(made, bytes), "one document, one file"
    return made
