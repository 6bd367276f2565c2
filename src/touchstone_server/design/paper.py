# SPDX-License-Identifier: Apache-2.0
"""Paper: PDF/A-3 and PDF/UA-1 typeset from plain data, with a file attached. The same data, the same bytes.

A template is :file:`paper.typ` (what all paper shares: colours, fonts, the reading of ``data``) followed by its own text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import typst

SHARED = Path(__file__).parent / "paper.typ"
SHAPES = {"cn": "SC", "hk": "HK", "mo": "HK"}
"""Whose glyph shapes each region reads, as on the pages."""
SERIF, SANS = "Noto Serif CJK", "Noto Sans CJK"
HAN = frozenset(f"{han} {shape}" for han in (SERIF, SANS) for shape in SHAPES.values())
LATIN, MONO = "Libertinus Serif", "DejaVu Sans Mono"
"""Both are part of typst: Latin paper looks alike on every machine."""
HAN_PACKAGE = "fonts-noto-cjk"

_REGIONS = {"zh-Hans": "cn", "zh-Hant": "hk", "zh-Hant-HK": "hk", "zh-Hant-MO": "mo"}


class PdfUnavailableError(Exception):
    """The node lacks what a PDF needs.

    :param what: the package to install.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"a PDF needs {what}")


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


def installed_fonts() -> frozenset[str]:
    """Return the families that paper can be set in on this machine.

    :raises PdfUnavailableError: where typst is not installed.
    """
    return frozenset(_fonts().families())


def family(han: str, region: str | None, installed: frozenset[str]) -> list[str]:
    """Return the fonts of a text: Latin first, then Han in the shapes of the region."""
    name = f"{han} {SHAPES.get(region or '', 'HK')}"
    return [LATIN, name] if name in installed else [LATIN]


def language_of(tag: str) -> tuple[str, str | None]:
    """Return a language tag as typst knows it: language and region, of which the latter tells the script."""
    return tag.partition("-")[0], _REGIONS.get(tag)


def _compiler(template: Path) -> typst.Compiler:
    fonts = _fonts()
    import typst

    return typst.Compiler(SHARED.read_bytes() + template.read_bytes(), font_paths=fonts, ignore_system_fonts=True)


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts of this machine, looked up once: that takes a tenth of a second."""
    try:
        import typst
    except ImportError:
        raise PdfUnavailableError("typst") from None
    return typst.Fonts()


def _inputs(data: Mapping[str, Any], attached: bytes) -> dict[str, str]:
    """Return what the template reads: texts as JSON, in which nothing is markup."""
    installed = installed_fonts()
    if not installed >= HAN and _has_han(msgspec.json.encode(data).decode()):
        raise PdfUnavailableError(HAN_PACKAGE)
    fonts = {
        "serif": family(SERIF, data["region"], installed),
        "sans": family(SANS, data["region"], installed),
        "mono": [MONO, *family(SANS, data["region"], installed)],
    }
    return {"data": msgspec.json.encode({**data, "fonts": fonts}).decode(), "attached": attached.decode()}


def _has_han(text: str) -> bool:
    return any("\u2e80" <= character <= "\u9fff" or character >= "\U00020000" for character in text)
