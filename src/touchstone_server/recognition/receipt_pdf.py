# SPDX-License-Identifier: Apache-2.0
"""The receipt on paper: PDF/A-3 and PDF/UA-1, in the reader's language, the JSON receipt attached. The same receipt, the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).parent / "receipt.typ"
SHAPES = {"cn": "SC", "hk": "HK", "mo": "HK"}
"""Whose glyph shapes each region reads, as on the pages."""
SERIF, SANS = "Noto Serif CJK", "Noto Sans CJK"
HAN = frozenset(f"{han} {shape}" for han in (SERIF, SANS) for shape in SHAPES.values())
LATIN, MONO = "Libertinus Serif", "DejaVu Sans Mono"
"""Both are part of typst: Latin paper looks alike on every machine."""
HAN_PACKAGE = "fonts-noto-cjk"


class PdfUnavailableError(Exception):
    """The node lacks what a PDF needs.

    :param what: the package to install.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"a PDF needs {what}")


def receipt_pdf(paper: Mapping[str, Any], receipt: bytes, day: dt.date) -> bytes:
    """Typeset a receipt.

    :param paper: what stands on it, as plain data (:func:`touchstone_server.recognition.receipt_paper.paper_of`).
    :param receipt: the JSON receipt, to be attached.
    :param day: the day of the decision, written as the day on which the paper was made.
    :raises PdfUnavailableError: where typst, or a Han font that the text needs, is not installed.
    """
    made = _compiler().compile(
        format="pdf",
        sys_inputs=_inputs(paper, receipt),
        pdf_standards=["a-3a", "ua-1"],
        timestamp=dt.datetime.combine(day, dt.time(), dt.UTC),
    )
    assert isinstance(made, bytes), "one document, one file"
    return made


def installed_fonts() -> frozenset[str]:
    """Return the families that paper can be set in on this machine.

    :raises PdfUnavailableError: where typst is not installed.
    """
    return frozenset(_fonts().families())


def _compiler() -> typst.Compiler:
    fonts = _fonts()
    import typst

    return typst.Compiler(TEMPLATE.read_bytes(), font_paths=fonts, ignore_system_fonts=True)


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts of this machine, looked up once: that takes a tenth of a second."""
    try:
        import typst
    except ImportError:
        raise PdfUnavailableError("typst") from None
    return typst.Fonts()


def _inputs(paper: Mapping[str, Any], receipt: bytes) -> dict[str, str]:
    """Return what the template reads: texts as JSON, in which nothing is markup."""
    installed = installed_fonts()
    if not installed >= HAN and _has_han(msgspec.json.encode(paper).decode()):
        raise PdfUnavailableError(HAN_PACKAGE)
    titles = [{**item, "fonts": _family(SERIF, item["language"][1], installed)} for item in paper["documents"]]
    fonts = {
        "serif": _family(SERIF, paper["region"], installed),
        "sans": _family(SANS, paper["region"], installed),
        "mono": [MONO, *_family(SANS, paper["region"], installed)],
    }
    return {
        "data": msgspec.json.encode({**paper, "documents": titles, "fonts": fonts}).decode(),
        "receipt": receipt.decode(),
    }


def _family(han: str, region: str | None, installed: frozenset[str]) -> list[str]:
    """Return the fonts of a text: Latin first, then Han in the shapes of the region."""
    name = f"{han} {SHAPES.get(region or '', 'HK')}"
    return [LATIN, name] if name in installed else [LATIN]


def _has_han(text: str) -> bool:
    return any("\u2e80" <= character <= "\u9fff" or character >= "\U00020000" for character in text)
