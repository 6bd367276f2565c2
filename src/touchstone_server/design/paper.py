# SPDX-License-Identifier: Apache-2.0
"""Paper: PDF/A-3 and PDF/UA-1 typeset from plain data, with a file attached. The same data, the same bytes.

A template is :file:`paper.typ` (what all paper shares: colours, fonts, the reading of ``data``) followed by its own text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from touchstone import fonts
from touchstone.fonts import HAN, HAN_PACKAGE, MONO, SANS, SERIF, PdfUnavailableError, family, installed_fonts

if TYPE_CHECKING:
    import typst

SHARED = Path(__file__).parent / "paper.typ"


def pdf(template: Path, data: Mapping[str, Any], attached: bytes, day: dt.date) -> bytes:
    """Typeset data.

    :param data: what stands on the paper, with its ``region``; a value is shown as text and never read as markup.
    :param attached: the file that the template attaches, as UTF-8.
    :param day: written as the day on which the paper was made.
    :raises PdfUnavailableError: where typst, or a Han font that the text needs, is not installed.
    """
    made = _compiler(template).compile(
        format="pdf",
        sys_inputs=_inputs(data, attached),
        pdf_standards=["a-3a", "ua-1"],
        timestamp=dt.datetime.combine(day, dt.time(), dt.UTC),
    )
    assert isinstance(made, bytes), "one document, one file"
    return made


def pages(template: Path, data: Mapping[str, Any], attached: bytes, *, ppi: float = 96) -> list[bytes]:
    """Return the pages of the same paper as PNG, to be looked at.

    :raises PdfUnavailableError: as :func:`pdf`.
    """
    made = _compiler(template).compile(format="png", ppi=ppi, sys_inputs=_inputs(data, attached))
    return made if isinstance(made, list) else [made or b""]


def _compiler(template: Path) -> typst.Compiler:
    found = fonts.fonts()
    import typst  # there, or the fonts had said so

    return typst.Compiler(SHARED.read_bytes() + template.read_bytes(), font_paths=found, ignore_system_fonts=True)


def _inputs(data: Mapping[str, Any], attached: bytes) -> dict[str, str]:
    """Return what the template reads: texts as JSON, in which nothing is markup."""
    installed = installed_fonts()
    if not installed >= HAN and _has_han(msgspec.json.encode(data).decode()):
        raise PdfUnavailableError(HAN_PACKAGE)
    families = {
        "serif": family(SERIF, data["region"], installed),
        "sans": family(SANS, data["region"], installed),
        "mono": [MONO, *family(SANS, data["region"], installed)],
    }
    return {"data": msgspec.json.encode({**data, "fonts": families}).decode(), "attached": attached.decode()}


def _has_han(text: str) -> bool:
    return any("\u2e80" <= character <= "\u9fff" or character >= "\U00020000" for character in text)
