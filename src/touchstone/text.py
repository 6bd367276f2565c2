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


_BY_REGION = {"cn": "zh-Hans", "sg": "zh-Hans", "hk": "zh-Hant-HK", "mo": "zh-Hant-MO", "tw": "zh-Hant"}


def known_language(tag: str) -> str:
    """Return the tag of ours that somebody means by ``tag`` (``ZH_hk``, ``pt-PT``, ``en_GB.UTF-8``), or an empty text."""
    parts = tag.split(".", maxsplit=1)[0].replace("_", "-").lower().split("-")
    if parts[0] in ("en", "pt"):
        return parts[0]
    if parts[0] not in ("zh", "yue"):
        return ""
    script = next((part for part in parts[1:] if part in ("hans", "hant")), "")
    region = next((part for part in parts[1:] if part in _BY_REGION), "")
    if script == "hant" and region in ("hk", "mo"):
        return _BY_REGION[region]
    if script:
        return f"zh-{script.capitalize()}"
    return _BY_REGION.get(region, "zh-Hant-HK" if parts[0] == "yue" else "zh-Hans" if len(parts) == 1 else "")
