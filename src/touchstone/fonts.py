# SPDX-License-Identifier: Apache-2.0
"""The fonts that paper is set in, by typst, and the shapes of Han that each region reads."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typst

SHAPES = {"cn": "SC", "hk": "HK", "mo": "HK"}
"""Whose glyph shapes each region reads, as on the pages."""
SERIF, SANS = "Noto Serif CJK", "Noto Sans CJK"
HAN = frozenset(f"{han} {shape}" for han in (SERIF, SANS) for shape in SHAPES.values())
LATIN, MONO = "Libertinus Serif", "DejaVu Sans Mono"
"""Both are part of typst: Latin paper looks alike on every machine."""
HAN_PACKAGE = "fonts-noto-cjk"

_REGIONS = {"zh-Hans": "cn", "zh-Hant": "hk", "zh-Hant-HK": "hk", "zh-Hant-MO": "mo"}


class PdfUnavailableError(Exception):
    """The machine lacks what a PDF needs.

    :param what: the package to install.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"a PDF needs {what}")


def installed_fonts() -> frozenset[str]:
    """Return the families that paper can be set in on this machine.

    :raises PdfUnavailableError: where typst is not installed.
    """
    return frozenset(fonts().families())


def family(han: str, region: str | None, installed: frozenset[str]) -> list[str]:
    """Return the fonts of a text: Latin first, then Han in the shapes of the region."""
    name = f"{han} {SHAPES.get(region or '', 'HK')}"
    return [LATIN, name] if name in installed else [LATIN]


def language_of(tag: str) -> tuple[str, str | None]:
    """Return a language tag as typst knows it: language and region, of which the latter tells the script."""
    return tag.partition("-")[0], _REGIONS.get(tag)


@cache
def fonts() -> typst.Fonts:
    """Return the fonts of this machine, looked up once: that takes a tenth of a second."""
    try:
        import typst
    except ImportError:
        raise PdfUnavailableError("typst") from None
    return typst.Fonts()
