# SPDX-License-Identifier: Apache-2.0
"""Written matter as blocks, and two ways to write them down: Markdown and typst.

Setting typst as PDF is :mod:`touchstone.blocks_pdf`'s: compiler and fonts are an extra.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Heading(NamedTuple):
    """A heading; the report's own has level 1."""

    level: int
    text: str


class Paragraph(NamedTuple):
    """A paragraph."""

    text: str


class Grid(NamedTuple):
    """A table: its head and its rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Grid


def as_markdown(blocks: Iterable[Block]) -> str:
    """Write blocks as Markdown; what would be markup in a text is not."""
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def as_typst(blocks: Sequence[Block], language: str, fonts: Sequence[str] = ()) -> str:
    """Write blocks as a typst document. Every text is a string literal, so nothing in it is markup or code.

    :param fonts: families in the order in which they are tried; without any, typst's own.
    """
    tag, _, region = language.partition("-")
    title = next((block.text for block in blocks if isinstance(block, Heading)), "")
    families = f"font: ({', '.join(map(_literal, fonts))},), " if fonts else ""
    region = f"region: {_literal(_REGIONS[region])}, " if region in _REGIONS else ""
    head = (
        f"#set document(title: {_literal(title)})",
        '#set page(paper: "a4", margin: 22mm, numbering: "1")',
        f"#set text({families}{region}size: 10pt, lang: {_literal(tag)})",
        "#set table(stroke: 0.4pt)",
    )
    return "\n".join([*head, *map(_typst, blocks)]) + "\n"


_REGIONS = {"Hans": "cn", "Hant": "hk", "Hant-HK": "hk", "Hant-MO": "mo"}


def _markdown(block: Block) -> str:
    match block:
        case Heading(level=level, text=text):
            return f"{'#' * level} {_plain(text)}"
        case Paragraph(text=text):
            return _plain(text)
        case Grid(head=head, rows=rows):
            lines = [head, tuple("---" for _ in head), *rows]
            return "\n".join(f"| {' | '.join(map(_plain, line))} |" for line in lines)


def _plain(text: str) -> str:
    """Return a text on one line in which no character is markup."""
    escaped = "".join(
        f"\\{character}" if character in "\\`*_[]<>|#" else character for character in " ".join(text.split())
    )
    return "---" if escaped == "---" else escaped


def _typst(block: Block) -> str:
    match block:
        case Heading(level=level, text=text):
            return f"#heading(level: {level}, {_literal(text)})"
        case Paragraph(text=text):
            return f"#par({_literal(text)})"
        case Grid(head=head, rows=rows):
            cells = ", ".join(_literal(cell) for row in rows for cell in row)
            columns = ", ".join(["1fr", *["auto"] * (len(head) - 1)])
            header = ", ".join(f"strong({_literal(cell)})" for cell in head)
            return f"#table(columns: ({columns}), table.header({header}), {cells})"


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
