# SPDX-License-Identifier: Apache-2.0
"""Icons: a few strokes on a grid of 24, drawn in the colour of the text beside them."""

from __future__ import annotations

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_STROKES = {
    "full": '<circle cx="12" cy="12" r="9.5"/><path d="m7.5 12.5 3.2 3.2 6-7"/>',
    "conditional": '<circle cx="12" cy="12" r="9.5" stroke-dasharray="3.4 2.6"/><path d="m7.5 12.5 3.2 3.2 6-7"/>',
    "alternative": '<circle cx="12" cy="12" r="9.5"/><path d="M7 9.5h9l-2.5-2.5M17 14.5H8l2.5 2.5"/>',
    "partial": '<circle cx="12" cy="12" r="9.5"/><path d="M12 2.5v19a9.5 9.5 0 0 0 0-19Z" fill="currentColor"/>',
    "refused": '<circle cx="12" cy="12" r="9.5"/><path d="m8.5 8.5 7 7m0-7-7 7"/>',
    "refer": '<circle cx="12" cy="12" r="9.5"/><path d="M9.3 9.4a2.8 2.8 0 1 1 4.2 2.4c-.9.5-1.5 1.1-1.5 2.2"/><path d="M12 17.2v.1"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7"/>',
    "cross": '<path d="m6.5 6.5 11 11m0-11-11 11"/>',
    "open": '<path d="M8.6 9a3.5 3.5 0 1 1 5.3 3c-1.2.7-1.9 1.5-1.9 2.8"/><path d="M12 18.5v.1"/>',
    "dash": '<path d="M6 12h12"/>',
    "right": '<path d="M4.5 12h15m-6-6 6 6-6 6"/>',
    "left": '<path d="M19.5 12h-15m6-6-6 6 6 6"/>',
    "languages": '<path d="M3 5.5h9M7.5 3v2.5M10.5 5.5C10 9.5 7 12.5 3.5 14M5 8.5c1 2.5 3 4.5 6 5.5"/>'
    '<path d="m11.5 21 4.5-11 4.5 11M13 17.5h6"/>',
    "certificate": '<rect x="3" y="4" width="18" height="13" rx="2"/><path d="M7 8.5h10M7 12h5"/>'
    '<path d="m14.5 15.5 1 5.5 2-1.5 2 1.5 1-5.5"/>',
    "glass": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "bench": '<path d="M3 9.5h18M5.5 9.5V20M18.5 9.5V20M5.5 14.5h13"/><path d="M9 9.5V5h6v4.5"/>',
    "paper": '<path d="M6 3h8l4.5 4.5V21H6Z"/><path d="M14 3v4.5h4.5M9 12.5h6.5M9 16h6.5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 6.5V12l3.5 2.5"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6"/>',
    "learn": '<path d="M2.5 9 12 4.5 21.5 9 12 13.5Z"/><path d="M6.5 11.5V16c3.5 2.5 7.5 2.5 11 0v-4.5"/>',
    "seal": '<path d="M12 2.8 20 6v6c0 4.8-3.2 7.8-8 9.5-4.8-1.7-8-4.7-8-9.5V6Z"/><path d="m8.5 12 2.5 2.5 4.5-5"/>',
    "pause": '<circle cx="12" cy="12" r="9.5"/><path d="M9.5 8.5v7M14.5 8.5v7"/>',
    "forged": '<path d="M12 2.8 20 6v6c0 4.8-3.2 7.8-8 9.5-4.8-1.7-8-4.7-8-9.5V6Z"/><path d="m9 9 6 6m0-6-6 6"/>',
    "sketch": '<path d="m4 20 1-4.5L16.5 4 20 7.5 8.5 19Z" stroke-dasharray="2.8 2.2"/>',
    "down": '<path d="m6 9.5 6 6 6-6"/>',
    "save": '<path d="M12 3.5v11m-5-5 5 5 5-5M4 20.5h16"/>',
}
NAMES = tuple(_STROKES)
"""Every icon."""
_ICON = '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">{}</svg>'


@cache
def icon_svg(name: str) -> SafeString:
    """Return an icon as SVG."""
    return format_html(_ICON, mark_safe(_STROKES[name]))  # noqa: S308 - our own drawings
