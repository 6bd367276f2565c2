# SPDX-License-Identifier: Apache-2.0
"""The specification that a model is measured against.

::

    kind: ModelBrief
    title: {en: "Solitaire, size 54"}
    alloys: [au750_yellow]
    wall_below: "0.8"
    features:
      - {id: prong_1, kind: prong, low: ["-0.5", "-0.5", "0"], high: ["0.5", "0.5", "3"]}
    criteria:
      - {id: wall, measure: wall_p1, at_least: "0.8", unit: mm, source: casting house}
      - {id: size, measure: ring_size_iso, at_least: "53.5", at_most: "54.5", unit: mm}

As a workbook: a row a criterion (criterion, measure, at_least, at_most, unit, source …), and beside it a sheet ``document`` of names and
values about the whole (alloys, wall_below, unit). Features and shrinkage need YAML.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.errors import DocumentError, InputError
from touchstone.practice.criteria import Criterion
from touchstone.practice.report import COVERAGE, Name
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.digest import digest
from touchstone.standards.exchange.cells import Sheet
from touchstone.standards.exchange.workbook import read_workbook
from touchstone.standards.folder import read_value
from touchstone.standards.reading import Tree, dotted
from touchstone.text import LanguageMap
from touchstone.value import Value

Unit = Literal["micron", "millimeter", "centimeter", "inch", "foot", "meter"]
Point = Annotated[tuple[Decimal, ...], Meta(min_length=3, max_length=3)]


class Feature(Value, frozen=True, kw_only=True):
    """A part of the piece: a prong (whatever lies in the box), or the shank (the facets of the bore, in the box if there is one).

    Its thickness is the wall that five per cent of its area stay below; of a shank, in that sector of 36 where it is thinnest.

    :param low: the least coordinates of the box in mm, as in the file; ``high`` the greatest.
    """

    id: Name
    kind: Literal["prong", "shank"]
    low: Point | None = None
    high: Point | None = None

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None) or (self.kind == "prong" and self.low is None):
            raise ValueError("a prong has a box: give low and high")


class Shrinkage(Value, frozen=True, kw_only=True):
    """A step from model to metal, by how many per cent of its length the piece shrinks in it (negative: it grows), and how sure that is."""

    step: Name
    percent: Decimal
    u: Decimal

    def __post_init__(self) -> None:
        if not (-20 <= self.percent <= 20 and 0 <= self.u <= 20):
            raise ValueError("a step shrinks by 20 per cent at most, and u is 0 to 20")


class ModelBrief(Value, frozen=True, kw_only=True, tag_field="kind", tag="ModelBrief"):
    """The specification of a model.

    :param unit: the unit of an STL or OBJ, which state none.
    :param smallest: the least length in mm that the longest side of the piece plausibly has; ``largest`` the greatest.
    :param k: the factor of the guard bands.
    :param wall_below: the limit in mm of which the report tells the share of the surface below it.
    :param mirror: the direction that the piece is symmetrical along, if it must be.
    """

    title: LanguageMap | None = None
    unit: Unit = "millimeter"
    alloys: tuple[Name, ...] = ()
    smallest: Decimal = Decimal(3)
    largest: Decimal = Decimal(300)
    k: Decimal = COVERAGE
    wall_below: Decimal = Decimal("0.8")
    mirror: Literal["", "x", "y", "z"] = ""
    features: tuple[Feature, ...] = ()
    shrinkage: tuple[Shrinkage, ...] = ()
    criteria: tuple[Criterion, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.k <= 4:
            raise ValueError("the factor k of the guard bands is above 0 and at most 4")
        names = [each.id for each in self.features]
        if twice := next((name for place, name in enumerate(names) if name in names[:place]), ""):
            raise ValueError(f"two features are called {twice}: give each a name of its own")

    @property
    def digest(self) -> str:
        """What names this specification by its content."""
        return digest(self)


COUNTS = ("triangles", "boundary_edges", "non_manifold_edges", "inconsistent_edges", "shells", "bodies", "cavities")
"""What is counted: it is known whatever the unit of a file, and however broken it is."""

_LENGTHS = ("bounding_box_x", "bounding_box_y", "bounding_box_z", "bore_diameter", "ring_size_iso", "wall_p1", "wall_p5", "wall_median",
            "deviation_mean", "deviation_p95", "deviation_max")  # fmt: skip
_CAST_LENGTHS = ("cast_bore_diameter", "cast_ring_size_iso", "cast_wall_p1")


def measures_of(brief: ModelBrief) -> dict[str, str]:
    """Return what a report on some model can tell by this brief, with its unit; deviations if a reference is given with it."""
    told = {**dict.fromkeys((*COUNTS, "ring_size_us", "wall_share_below"), "1"), **dict.fromkeys(_LENGTHS, "mm")}
    told |= {"volume": "mm3", "area": "mm2", **{f"mass_{each}": "g" for each in brief.alloys}}
    told |= {f"{each.id}_thickness": "mm" for each in brief.features}
    if brief.mirror:
        told["symmetry_rms"] = "mm"
    if brief.shrinkage:
        told |= dict.fromkeys(_CAST_LENGTHS, "mm") | {"cast_volume": "mm3"}
        told |= {f"cast_mass_{each}": "g" for each in brief.alloys}
    return told


def refuse_unknown_measures(brief: ModelBrief, *, reference: bool = True) -> None:
    """Refuse a criterion that no model could be held against: that is a mistake of the brief, and not of whoever drew the model.

    :param reference: whether a reference is given with it, from which a model may deviate.
    :raises InputError: naming the measures that there are, or the unit.
    """
    known = measures_of(brief)
    for place, each in enumerate(brief.criteria):
        if each.measure not in known:
            raise InputError(
                "no report by this brief has this measure", field=f"criteria[{place}].measure", found=each.measure,
                expected="one of " + ", ".join(known), hint="Alloys, features, mirror and shrinkage of the brief add measures.",
            )  # fmt: skip
        if each.measure.startswith("deviation_") and not reference:
            raise InputError("this measure needs a reference, and none is given", field=f"criteria[{place}].measure", found=each.measure,
                             hint="Give the model that it should be like with --reference.")  # fmt: skip
        if each.unit != known[each.measure]:
            raise InputError(
                "this measure has another unit", field=f"criteria[{place}].unit", expected=known[each.measure], found=each.unit
            )  # fmt: skip


def read_brief(content: bytes, name: str) -> ModelBrief:
    """Read a specification from YAML, JSON or XLSX; the ending of ``name`` says which.

    :raises InputError: with line or cell, field, expected and found.
    """
    if not name.casefold().endswith(".xlsx"):
        brief, _ = read_value(content, name, ModelBrief)
        return brief
    sheets = read_workbook(content)
    first, *_ = sheets
    tree: Tree = {**_head(sheets.get("document")), "criteria": _criteria(sheets[first])}
    try:
        return decode(tree, ModelBrief)
    except FieldError as error:
        raise InputError(error.message, expected=error.expected, field=dotted(error.path), hint=error.hint) from None


def _head(sheet: Sheet | None) -> dict[str, Tree]:
    tree: dict[str, Tree] = {"kind": "ModelBrief"}
    for row in sheet.rows if sheet else ():
        cells = [cell.strip() for cell in row.cells[:2]]
        if len(cells) == 2 and all(cells) and cells[0] not in ("name", "field"):
            lists = cells[0] == "alloys"
            tree[cells[0]] = [part.strip() for part in cells[1].split(",")] if lists else cells[1]
    return {name: {"en": value} if name == "title" else value for name, value in tree.items()}


def _criteria(sheet: Sheet) -> list[Tree]:
    heads = [cell.strip() for cell in sheet.rows[0].cells] if sheet.rows else []
    if "criterion" not in heads or "measure" not in heads:
        raise DocumentError("the first row of the workbook has no headings", expected="criterion, measure, at_least, at_most, unit",
                            found=", ".join(heads[:8]))  # fmt: skip
    rows: list[Tree] = []
    for row in sheet.rows[1:]:
        cells = {head: cell.strip() for head, cell in zip(heads, row.cells, strict=False) if head and cell.strip()}
        if cells:
            rows.append({("id" if head == "criterion" else head): cell for head, cell in cells.items()})
    return rows
