# SPDX-License-Identifier: Apache-2.0
"""The words of the pages: language maps in ``locale/*.yaml``, read once and chosen along the core's fallback chain."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from touchstone.errors import DocumentError
from touchstone.recognition.wording import Words
from touchstone.standards.decoding import decode
from touchstone.standards.reading import read_yaml
from touchstone.text import LanguageMap, text_in

FOLDER = Path(__file__).parent / "locale"


@cache
def all_texts() -> dict[str, dict[str, str]]:
    """Return every text by its key: the file's name, a dot, and the key in the file."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        tree = read_yaml(file.read_text(encoding="utf-8")).tree
        for key, texts in decode(tree, dict[str, LanguageMap]).items():
            found[f"{file.stem}.{key}"] = texts
    if not found:
        raise DocumentError("there are no texts for the pages", file=str(FOLDER))
    return found


def text(key: str, tag: str, **values: object) -> SafeString:
    """Return a text as HTML, with ``{name}`` replaced by ``values``, each escaped unless it is already HTML.

    :raises KeyError: for a key that no file has, or a name that no value fills; a test calls every key.
    """
    template = escape(text_in(all_texts()[key], tag))
    if not values:
        return template
    return mark_safe(template.format_map({name: _as_html(value) for name, value in values.items()}))  # noqa: S308 - every part is escaped


def _as_html(value: object) -> str:
    return conditional_escape(value if isinstance(value, str) else str(value))


def counted(key: str, count: int, tag: str, **values: object) -> SafeString:
    """Return the text ``KEY_one`` or ``KEY_many``, with ``{count}`` filled in."""
    return text(f"{key}_{'one' if count == 1 else 'many'}", tag, count=count, **values)


def plain_text(key: str, tag: str, **values: object) -> str:
    """Return a text as it is read, with nothing escaped: for paper, never for a page."""
    return text_in(all_texts()[key], tag).format_map(values)


def plain_counted(key: str, count: int, tag: str, **values: object) -> str:
    """Return the text ``KEY_one`` or ``KEY_many`` as it is read."""
    return plain_text(f"{key}_{'one' if count == 1 else 'many'}", tag, count=count, **values)


_PORTUGUESE = str.maketrans({",": "\N{NO-BREAK SPACE}", ".": ","})


def written_number(number: str, tag: str) -> str:
    """Return a number such as ``1,200.00`` as a language writes it; Macao's gazette writes ``1 200,00`` in Portuguese."""
    return number.translate(_PORTUGUESE) if tag == "pt" else number


def region_name(code: str, tag: str) -> str:
    """Return the name of a region, or its code."""
    return Words(tag).region(code)
