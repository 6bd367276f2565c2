# SPDX-License-Identifier: Apache-2.0
"""What every brief has: criteria, and the factor of their guard bands; read from YAML or JSON, or from a table with a row a criterion."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import TypeVar

from touchstone.practice.criteria import Criterion
from touchstone.practice.report import COVERAGE
from touchstone.practice.sheet import Arrange, Arranged, Lines, a_row_each, read_sheet
from touchstone.standards.digest import digest
from touchstone.standards.exchange.cells import parted
from touchstone.text import LanguageMap
from touchstone.value import Value

HEADINGS = {
    "id": "criterion · 准则 · 準則 · critério",
    "measure": "measure · 测量 · 測量 · medida",
    "at_least": "at_least · 至少 · no mínimo",
    "at_most": "at_most · 至多 · no máximo",
    "unit": "unit · 单位 · 單位 · unidade",
    "status": "status · 状态 · 狀態 · estado",
    "jurisdiction": "jurisdiction · 法域 · 司法管辖区 · 司法管轄區 · jurisdição",
    "edition": "edition · 版本 · edição",
    "source": "source · 来源 · 來源 · fonte",
}


class Brief(Value, frozen=True, kw_only=True):
    """What an artifact is held against.

    :param k: the factor of the guard bands.
    """

    title: LanguageMap | None = None
    k: Decimal = COVERAGE
    criteria: tuple[Criterion, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.k <= 4:
            raise ValueError("the factor k of the guard bands is above 0 and at most 4")

    @property
    def digest(self) -> str:
        """What names this specification by its content."""
        return digest(self)


B = TypeVar("B", bound=Brief)


def read_brief_as(content: bytes, name: str, kind: type[B], *, listed: Collection[str] = ()) -> B:
    """Read a brief; the ending of ``name`` says how it is written.

    :param listed: the fields about the whole that are lists: in a table their entries are parted by ``;`` or ``,``.
    :raises DocumentError: for the first mistake, with line and field, or row and cell.
    """
    return read_sheet(content, name, kind, HEADINGS, _criteria(listed), needed=("id", "measure"))


def _criteria(listed: Collection[str]) -> Arrange:
    def arrange(lines: Lines) -> Arranged:
        arranged = a_row_each("criteria")(lines)
        for field, value in lines.head.items():
            if isinstance(value, str) and field == "title":
                arranged.tree[field] = {"en": value}
            elif isinstance(value, str) and field in listed:
                arranged.tree[field] = [*parted(value)]
        return arranged

    return arrange
