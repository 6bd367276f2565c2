# SPDX-License-Identifier: Apache-2.0
"""The words of an evaluation in four languages (``words.yaml``)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from touchstone.standards.folder import read_bytes
from touchstone.standards.reading import decode_text, read_yaml
from touchstone.text import text_in

_WORDS = Path(__file__).parent / "words.yaml"


def say(key: str, language: str, **parts: object) -> str:
    """Return a text in a language, its ``{…}`` filled in."""
    return text_in(_words()[key], language).format(**parts)


@cache
def _words() -> dict[str, dict[str, str]]:
    tree = read_yaml(decode_text(read_bytes(_WORDS))).tree
    return {key: {tag: str(text) for tag, text in texts.items()} for key, texts in tree.items()}  # type: ignore[union-attr]
