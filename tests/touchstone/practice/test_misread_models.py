"""Pieces that are easily misread: each passes, or fails, by what a careless measurement would not see."""

from __future__ import annotations

from decimal import Decimal

import manifold3d
import numpy as np
import pytest

from tests.touchstone.practice.pieces import box, mesh_xml, model_xml, package, stl, tube
from tests.touchstone.practice.test_models import holds, inspected, value
from touchstone.errors import InputError
from touchstone.practice.criteria import Criterion
from touchstone.practice.model3d.brief import Feature, ModelBrief, refuse_unknown_measures

SIZE = Criterion(id="size", measure="ring_size_iso", at_least=Decimal("53"), at_most=Decimal("54.5"))


def solid(triangles):
    vertices, faces = np.unique(np.float32(triangles).reshape(-1, 3), axis=0, return_inverse=True)
    return manifold3d.Manifold(manifold3d.Mesh(vertices, faces.reshape(-1, 3).astype(np.uint32)))


def triangles_of(found):
    mesh = found.to_mesh()
    return np.asarray(mesh.vert_properties, dtype=float)[np.asarray(mesh.tri_verts)]


def united(*pieces):
    return triangles_of(solid(pieces[0]) if len(pieces) == 1 else sum(map(solid, pieces[1:]), start=solid(pieces[0])))


def less(piece, gone):
    return triangles_of(solid(piece) - solid(gone))


# ------------------------------------------------------------------ the bore
@pytest.mark.parametrize(("y", "free"), [(3.0, 11.5), (5.8, 14.3), (-4.0, 11.5)])
def test_a_strut_across_the_bore_narrows_it_to_what_passes_beside_it(y, free):
    strutted = united(tube(), box(18.4, 1, 2, at=(-9.2, y, -1)))
    found = inspected(strutted, ModelBrief(criteria=(SIZE,)))

    assert value(found, "bore_diameter") == pytest.approx(free, abs=0.02)
    assert [each.status for each in found.verdicts] == ["fail", "pass"]


def test_of_two_rings_in_one_file_the_wider_bore_is_told_and_not_decided():
    two = np.concatenate([tube(8.6), tube(9.6) + np.array([30, 0, 0])])
    found = inspected(two, ModelBrief(criteria=(SIZE,)))

    assert holds(found, "bore_diameter", 19.2)
    assert [each.status for each in found.verdicts] == ["indeterminate"] * 2
    assert "19.19, 17.19 mm" in found.verdicts[0].reason


def test_a_lining_and_the_ring_around_it_have_one_bore():
    found = inspected(np.concatenate([tube(8.5, 0.5), tube(9.1)]), ModelBrief(criteria=(SIZE,)))

    assert holds(found, "bore_diameter", 17.0)
    assert [each.status for each in found.verdicts] == ["pass"] * 2


def test_a_loose_part_beside_a_ring_leaves_its_bore_as_it_is():
    assert holds(inspected(np.concatenate([tube(), box(at=(20, 0, 0))])), "bore_diameter", 17.0)


# ------------------------------------------------------------------ what is no part of the piece, or of no solid
def test_supports_of_a_3mf_and_what_is_not_printed_are_no_metal():
    kinds = ("model", "support", "solidsupport", "other", "model")
    things = "".join(f'<object id="{n}" type="{kind}">{mesh_xml(box())}</object>' for n, kind in enumerate(kinds, 1))
    items = "".join(f'<item objectid="{n}" transform="1 0 0 0 1 0 0 0 1 {9 * n} 0 0"/>' for n in range(1, 5))
    found = inspected(package(model_xml(things, items + '<item objectid="5" printable="0"/>')))

    assert value(found, "volume") == pytest.approx(64)
    assert found.measurement("triangles").evidence["remarks"].startswith("4 objects left out")


def test_of_a_broken_file_nothing_is_decided_but_counts():
    measures = {"deviation_p95": "mm", "bounding_box_x": "mm", "area": "mm2", "ring_size_us": "1", "symmetry_rms": "mm"}
    criteria = [Criterion(id=name, measure=name, at_most=Decimal(10_000), unit=unit) for name, unit in measures.items()]
    counted = Criterion(id="shells", measure="shells", at_most=Decimal(1), unit="1")
    brief = ModelBrief(mirror="x", criteria=(*criteria, counted))
    found = inspected(tube(sides=32)[1:], brief, reference=stl(tube(sides=32)))

    assert value(found, "area") is not None
    assert [each.status for each in found.verdicts] == ["not_measurable"] * 5 + ["pass"]
    assert {each.reason for each in found.verdicts[:5]} == {"the surface has holes"}


def test_a_share_of_walls_is_not_decided_on_a_file_whose_unit_is_doubtful():
    share = Criterion(id="share", measure="wall_share_below", at_most=Decimal("0.05"), unit="1")

    assert inspected(tube() / 25.4, ModelBrief(criteria=(share,))).verdicts[0].status == "indeterminate"


# ------------------------------------------------------------------ mistakes of a brief
def test_two_features_of_one_name_are_a_mistake_of_the_brief():
    with pytest.raises(ValueError, match="two features are called shank"):
        ModelBrief(features=(Feature(id="shank", kind="shank"),) * 2)


def test_a_criterion_that_no_value_meets_is_a_mistake_of_the_brief():
    with pytest.raises(ValueError, match="no value is at least 5 and at most 3"):
        Criterion(id="wall", measure="wall_p1", at_least=Decimal(5), at_most=Decimal(3))


def test_a_deviation_without_a_reference_is_a_mistake_of_the_brief():
    brief = ModelBrief(criteria=(Criterion(id="true", measure="deviation_max", at_most=Decimal("0.1")),))

    refuse_unknown_measures(brief, reference=True)
    with pytest.raises(InputError, match="needs a reference"):
        refuse_unknown_measures(brief, reference=False)
