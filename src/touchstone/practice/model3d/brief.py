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

As a table (:mod:`touchstone.practice.brief`): a row a criterion, and in a workbook a sheet ``document`` of names and values about the whole
(alloys, wall_below, unit). Features and shrinkage need YAML.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.errors import InputError
from touchstone.practice.brief import Brief, read_brief_as
from touchstone.practice.report import Name
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


class ModelBrief(Brief, frozen=True, kw_only=True, tag_field="kind", tag="ModelBrief"):
    """The specification of a model.

    :param unit: the unit of an STL or OBJ, which state none.
    :param smallest: the least length in mm that the longest side of the piece plausibly has; ``largest`` the greatest.
    :param wall_below: the limit in mm of which the report tells the share of the surface below it.
    :param mirror: the direction that the piece is symmetrical along, if it must be.
    """

    unit: Unit = "millimeter"
    alloys: tuple[Name, ...] = ()
    smallest: Decimal = Decimal(3)
    largest: Decimal = Decimal(300)
    wall_below: Decimal = Decimal("0.8")
    mirror: Literal["", "x", "y", "z"] = ""
    features: tuple[Feature, ...] = ()
    shrinkage: tuple[Shrinkage, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        names = [each.id for each in self.features]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise ValueError(f"two features are called {twice}; give each its own id")


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


def refuse_unknown_measures(brief: ModelBrief, *, with_reference: bool) -> None:
    """Refuse a criterion that no model could be held against: that is a mistake of the brief, and not of whoever drew the model.

    :param with_reference: whether there is a model to compare with, without which no deviation is measured.

    :raises InputError: naming the measures that there are, or the unit.
    """
    known = measures_of(brief)
    for place, each in enumerate(brief.criteria):
        if each.measure not in known:
            raise InputError(
                "no report by this brief has this measure", field=f"criteria[{place}].measure", found=each.measure,
                expected="one of " + ", ".join(known), hint="Alloys, features, mirror and shrinkage of the brief add measures.",
            )  # fmt: skip
        if each.measure.startswith("deviation_") and not with_reference:
            raise InputError(
                "a deviation is that from a reference", field=f"criteria[{place}].measure", found=each.measure,
                hint="Give the --reference.",
            )  # fmt: skip
        if each.unit != known[each.measure]:
            raise InputError(
                "this measure has another unit", field=f"criteria[{place}].unit", expected=known[each.measure], found=each.unit
            )  # fmt: skip


def read_brief(content: bytes, name: str) -> ModelBrief:
    """Read a specification from YAML, JSON, XLSX or CSV; the ending of ``name`` says which.

    :raises DocumentError: with line and field, or row and cell, expected and found.
    """
    return read_brief_as(content, name, ModelBrief, listed=("alloys",))
