# SPDX-License-Identifier: Apache-2.0
"""Spoiling files: a seeded mutator that makes of a good document or request a bad one, in the ways in which people do.

It works on the written text, so that every mistake has a place; a file is spoilt as it stands or written as JSON first. Some
mistakes are always mistakes (``FATAL``); others may by chance leave a valid file, which is then no mistake and is not counted.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

import yaml

KEY = re.compile(rb"^(\s*(?:- )?)([A-Za-z_]+)(:\s+)(\S.*)$", re.MULTILINE)
SCALAR = re.compile(rb'(?<=: )("[^"\n{}\[\]]*"|[^\s"{}\[\],#&*!|>%@`\'][^\n{}\[\],"#]*)')
NUMBER = re.compile(rb'"?\b\d+(\.\d+)?\b"?')
IDENTIFIER = re.compile(rb"(https://touchstone\.example/[a-z0-9/-]+|DEMO-[A-Z]+:[a-z-]+|urn:example:[a-z0-9-]+)")
DATE = re.compile(rb"\d{4}-\d{2}-\d{2}")
LEVEL = re.compile(rb'(?<=level: )"?[A-Za-z0-9]+"?|(?<="level": )"[^"]+"')
ENUM = re.compile(
    rb"\b(in_force|employment|assessment|practice|training|valid|provider_assessed|skos:\w+|course|none|FULL|GD|HK)\b"
)
NONSENSE = (
    b"[]",
    b"{}",
    b'""',
    b"maybe",
    b"-1",
    b"1e9",
    b"NaN",
    b"2026-02-30",
    b"x y",
    b"[[1], {a: b}]",
    b"'|'",
    b"true",
    b"0",
)


class Spoilt(NamedTuple):
    """A spoilt file: how it was done, what it is called now, and what stands in it."""

    how: str
    name: str
    content: bytes


def _replace(rng, pattern, content, make):
    found = list(pattern.finditer(content))
    if not found:
        return None
    match = rng.choice(found)
    return content[: match.start()] + make(match) + content[match.end() :]


def _insert(rng, content, piece):
    place = rng.randrange(len(content) + 1)
    return content[:place] + piece + content[place:]


def truncated(rng, content):
    return content[: rng.randrange(len(content))]


def emptied(rng, content):
    return rng.choice((b"", b"\n\n", b"# nothing\n", b"[]", b"just a text", b"{}"))


def not_utf_8(rng, content):
    return _insert(rng, content, rng.choice((b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80")))


def control_character(rng, content):
    return _replace(
        rng, SCALAR, content, lambda match: b'"x' + rng.choice((b"\x00", b"\x07", b"\x1b", b"\x0b")) + b'y"'
    )


def key_twice(rng, content):
    return _replace(
        rng,
        KEY,
        content,
        lambda match: match[0] + b"\n" + match[1].replace(b"-", b" ") + match[2] + match[3] + match[4],
    )


def field_renamed(rng, content):
    return _replace(rng, KEY, content, lambda match: match[1] + _typo(rng, match[2]) + match[3] + match[4])


def _typo(rng, word):
    place = rng.randrange(len(word))
    return rng.choice((word[:place] + word[place + 1 :], word + b"s", word[:place] + b"_" + word[place:], word.upper()))


def line_deleted(rng, content):
    lines = content.splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def value_replaced(rng, content):
    return _replace(rng, SCALAR, content, lambda match: rng.choice(NONSENSE))


def value_absent(rng, content):
    return _replace(rng, SCALAR, content, lambda match: rng.choice((b"null", b"~")))


def choice_unknown(rng, content):
    return _replace(rng, ENUM, content, lambda match: _typo(rng, match[0]))


def bad_date(rng, content):
    bad = (b"2026-13-01", b"2026-02-30", b"01/02/2026", b"2026-6-1", b"soon", b"20260601", b"99999-01-01")
    return _replace(rng, DATE, content, lambda match: rng.choice(bad))


def huge_number(rng, content):
    return _replace(
        rng, NUMBER, content, lambda match: rng.choice((b"9" * 400, b"1e400", b"-" + b"9" * 30, b"0." + b"3" * 50))
    )


def id_dangling(rng, content):
    return _replace(rng, IDENTIFIER, content, lambda match: match[0] + b"-gone")


def level_off_scale(rng, content):
    return _replace(rng, LEVEL, content, lambda match: rng.choice((b'"99"', b'"0"', b'"expert"')))


def tab(rng, content):
    return _replace(rng, KEY, content, lambda match: b"\t" + match[0])


def anchored(rng, content):
    return _replace(rng, SCALAR, content, lambda match: b"&a " + match[0])


def alias(rng, content):
    return _replace(rng, SCALAR, content, lambda match: b"*a")


def tagged(rng, content):
    return _replace(
        rng, SCALAR, content, lambda match: rng.choice((b"!!int ", b"!!python/name:os.system ", b"!x ")) + match[0]
    )


def nested(rng, content):
    opening, closing = rng.choice(((b"[", b"]"), (b"{a: ", b"}"), (b'{"all_of": [', b"]}")))
    return _replace(rng, SCALAR, content, lambda match: opening * 10_000 + b"x" + closing * 10_000)


def two_documents(rng, content):
    return content + b"\n---\n" + content


def quote_lost(rng, content):
    return _replace(rng, re.compile(rb'"'), content, lambda match: b"")


def brackets_swapped(rng, content):
    swapped = {b"[": b"{", b"]": b"}", b"{": b"[", b"}": b"]", b":": b"", b",": b";"}
    return _replace(rng, re.compile(rb"[\[\]{}:,]"), content, lambda match: swapped[match[0]])


FATAL = (not_utf_8, control_character, key_twice, value_absent, anchored, alias, tagged, nested, two_documents, emptied)
OTHER = (
    truncated, field_renamed, line_deleted, value_replaced, choice_unknown, bad_date, huge_number, id_dangling,
    level_off_scale, tab, quote_lost, brackets_swapped,
)  # fmt: skip
ONLY_YAML = (anchored, alias, tagged, two_documents, tab, key_twice)


def as_json(content):
    """The same document as JSON, a field a line."""
    return json.dumps(yaml.load(content, Loader=yaml.BaseLoader), ensure_ascii=False, indent=1).encode()


def spoil(rng, files):
    """Spoil one of ``files``, in one way."""
    while True:
        file: Path = rng.choice(files)
        content, name = file.read_bytes(), file.name
        how = rng.choice((*FATAL, *OTHER))
        if file.suffix == ".tsv" and how in (key_twice, nested, anchored, alias, tagged, two_documents, value_absent):
            continue
        if file.suffix == ".yaml" and how not in ONLY_YAML and rng.random() < 0.25:
            content, name = as_json(content), f"{file.stem}.json"
        spoilt = how(rng, content)
        if spoilt is not None and spoilt != content:
            return file, Spoilt(how.__name__, name, spoilt)
