# SPDX-License-Identifier: Apache-2.0
"""Text in several languages: maps from language tag to text, and what to read when a language is missing.

Tags are BCP 47. Script conversion is not translation, so a chain falls back to another *written* text and never converts one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

LANGUAGES = ("en", "zh-Hans", "zh-Hant", "pt")

LanguageTag = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="a BCP 47 language tag")]
LanguageMap = Annotated[dict[LanguageTag, Annotated[str, Meta(min_length=1)]], Meta(min_length=1)]

_NEIGHBOURS = {"zh-Hant": ("zh-Hans",), "zh-Hans": ("zh-Hant",)}


def fallback_chain(tag: str) -> tuple[str, ...]:
    """Languages to try for ``tag``, best first: ``zh-Hant-HK`` → zh-Hant-HK, zh-Hant, zh-Hans, en."""
    parts = tag.split("-")
    chain = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    for known in tuple(chain):
        chain += _NEIGHBOURS.get(known, ())
    return tuple(dict.fromkeys([*chain, "en"]))


def localise(texts: Mapping[str, str], tag: str) -> tuple[str, str]:
    """Return the text of a language map that a reader of ``tag`` reads best, and the language it is really in.

    An empty map gives an empty text; a map without any language of the chain gives its first, by tag.
    """
    for language in fallback_chain(tag):
        if language in texts:
            return texts[language], language
    first = min(texts, default="")
    return (texts[first], first) if first else ("", tag)


def text_in(texts: Mapping[str, str], tag: str) -> str:
    """Return only the text of :func:`localise`."""
    return localise(texts, tag)[0]
