# SPDX-License-Identifier: Apache-2.0
"""The few pieces of SVG of which every chart is made. All text is escaped here."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def picture(
    title: str, description: str, kind: str, width: float, height: float, body: str, role: str = "img"
) -> SafeString:
    """Return a whole picture with its name."""
    told = escape(f"{title}. {description}" if description else title)
    head = (
        f'<svg class="chart {kind}" viewBox="0 0 {number(width)} {number(height)}" role="{role}" aria-label="{told}">'
    )
    return mark_safe(f"{head}<title>{escape(title)}</title>{body}</svg>")  # noqa: S308 - built here, every text escaped


def words(lines: Sequence[str], x: float, y: float, step: float, css: str, size: float, anchor: str = "") -> str:
    """Return lines of text, the first one standing on ``y``."""
    if not lines:
        return ""
    spans = "".join(
        f'<tspan x="{number(x)}" dy="{number(step) if index else 0}">{escape(line)}</tspan>'
        for index, line in enumerate(lines)
    )
    anchored = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{css}" x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{anchored}>{spans}</text>'


def number(value: float) -> str:
    """Return a number with one decimal, or none."""
    return f"{value:.1f}".removesuffix(".0")
