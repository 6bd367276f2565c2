# SPDX-License-Identifier: Apache-2.0
"""Characters that nobody sees: they make a text read otherwise than it is written, or two different texts look alike.

What is signed is what people read. U+202E turns the rest of a name round, NUL cuts it off in some readers, a zero-width space makes a
second "Lin Siyu" of which no search finds the first. Such characters are refused in every text and never taken out, for signed text is
not changed.

Refused are the controls (U+0000 to U+001F, U+007F to U+009F), line and paragraph separators, everything that directs the order of
writing (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), the invisible format characters, and tags (U+E0000 to U+E007F).
The languages of the regions need none of them.

Admitted are tabs and line breaks in what is prose, not in names; every letter and mark, so that Han characters keep their variation
selectors and Portuguese its combining accents; and the joiners U+200C and U+200D where a script needs them for its spelling, after a
letter or mark of a script such as Arabic or Devanagari (RFC 5892, appendix A; here by the blocks U+0600 to U+1AFF). Urdu, Nepali and
Sinhala names are written with them. Elsewhere a joiner is as invisible as the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

from touchstone.credentials.finding import Finding
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue

_ALWAYS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f"
)
_JOINERS = "\u200c\u200d"
_UNSEEN = re.compile(f"[{_ALWAYS}]|(?<![\u0600-\u1aff])[{_JOINERS}]")
_SUSPECT = re.compile(f"[{_ALWAYS}{_JOINERS}]")
_ASCII = bytes(range(128))
_LINES = re.compile("[\t\n\r]")
_NAMES = {"name", "identityHash"}
"""Members that hold names: of whom and what a credential speaks, and the person's own."""


def check_characters(document: JsonObject) -> list[Finding]:
    """Check that a credential reads as it is written; code ``unseen_character``, with the place and the number of the character."""
    return [] if _is_plain(document) else list(_texts(document, "", names=False))


def _is_plain(document: JsonObject) -> bool:
    """Tell quickly that no text holds such a character, as in nearly every credential: as JSON, where controls are escaped."""
    try:
        content = orjson.dumps(document)
    except (TypeError, ValueError, RecursionError):
        return False
    if b"\\" in content or b"\x7f" in content:
        return False
    return _SUSPECT.search(content.translate(None, _ASCII).decode()) is None


def _texts(value: JsonValue, path: str, *, names: bool) -> Iterator[Finding]:
    """Look at every text; the language values of a name are the name."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _text(key, path, names=True)
            yield from _texts(
                each, f"{path}.{key}" if path else key, names=key in _NAMES or (names and key == "@value")
            )
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _texts(each, f"{path}[{place}]", names=names)
    elif isinstance(value, str):
        yield from _text(value, path, names=names)


def _text(text: str, path: str, *, names: bool) -> Iterator[Finding]:
    found = _UNSEEN.search(text) or (_LINES.search(text) if names else None)
    if found:
        message = f"a text holds a character that nobody sees, U+{ord(found[0]):04X}; take it out"
        yield Finding(code="unseen_character", message=message, field=path)
