"""Pieces that are easily misread: each passes, or fails, by what a careless measurement would not see."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from decimal import Decimal

import manifold3d
import numpy as np
import pytest

from tests.touchstone.practice.pieces import box, mesh_xml, model_xml, package, sphere, stl, tube, turned
from tests.touchstone.practice.test_models import holds, inspected, value
from touchstone.errors import InputError
from touchstone.practice.criteria import Criterion
from touchstone.practice.model3d.brief import Feature, ModelBrief, refuse_unknown_measures
from touchstone.practice.reasons import because

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
def test_a_strut_across_the_bore_narrows_it_to_what_passes_beside_it_and_is_left_to_people(y, free):
    strutted = united(tube(), box(18.4, 1, 2, at=(-9.2, y, -1)))
    found = inspected(strutted, ModelBrief(criteria=(SIZE,)))

    assert value(found, "bore_diameter") == pytest.approx(free, abs=0.02)
    assert [each.status for each in found.verdicts] == ["indeterminate"] * 2
    assert found.verdicts[0].reasons == because("bore_obstructed")


def test_of_two_rings_in_one_file_the_wider_bore_is_told_and_not_decided():
    two = np.concatenate([tube(8.6), tube(9.6) + np.array([30, 0, 0])])
    found = inspected(two, ModelBrief(criteria=(SIZE,)))

    assert holds(found, "bore_diameter", 19.2)
    assert [each.status for each in found.verdicts] == ["indeterminate"] * 2
    assert found.verdicts[0].reasons == because("many_bores", wide="19.19, 17.19 mm")


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
    assert all(each.reasons == because("open") for each in found.verdicts[:5])


def test_a_share_of_walls_is_not_decided_on_a_file_whose_unit_is_doubtful():
    share = Criterion(id="share", measure="wall_share_below", at_most=Decimal("0.05"), unit="1")

    assert inspected(tube() / 25.4, ModelBrief(criteria=(share,))).verdicts[0].status == "indeterminate"


# ------------------------------------------------------------------ mistakes of a brief
def test_two_features_of_one_name_are_a_mistake_of_the_brief():
    with pytest.raises(ValueError, match="two features are called shank"):
        ModelBrief(features=(Feature(id="shank", kind="shank"),) * 2)


def test_a_criterion_that_no_value_meets_is_a_mistake_of_the_brief():
    with pytest.raises(ValueError, match="nothing can meet"):
        Criterion(id="wall", measure="wall_p1", at_least=Decimal(5), at_most=Decimal(3))


def test_a_deviation_without_a_reference_is_a_mistake_of_the_brief():
    brief = ModelBrief(criteria=(Criterion(id="true", measure="deviation_max", at_most=Decimal("0.1")),))

    refuse_unknown_measures(brief, with_reference=True)
    with pytest.raises(InputError, match="from a reference"):
        refuse_unknown_measures(brief, with_reference=False)


# ------------------------------------------------------------------ how sure a figure is
@pytest.mark.parametrize("rounds", [2, 3, 4])
def test_a_sphere_is_as_large_as_the_formulas_say_however_coarse_it_is(rounds):
    found = inspected(sphere(8, rounds=rounds))

    for name, truth in {"volume": 4 / 3 * math.pi * 512, "area": 256 * math.pi, "wall_median": 16}.items():
        assert holds(found, name, truth)


@pytest.mark.parametrize("sides", [16, 24, 48, 96])
def test_a_tube_is_as_large_as_the_formulas_say_however_coarse_it_is(sides):
    found = inspected(tube(8.6, sides=sides))

    for name, truth in {
        "volume": math.pi * (10.2**2 - 8.6**2) * 4,
        "area": 2 * math.pi * (10.2**2 - 8.6**2) + 2 * math.pi * 18.8 * 4,
        "bore_diameter": 17.2,
    }.items():
        assert holds(found, name, truth)


def test_the_sphere_of_a_coarse_file_deviates_from_a_fine_one_by_no_more_than_its_uncertainty():
    assert holds(inspected(sphere(8, rounds=2), reference=stl(sphere(8, rounds=4))), "deviation_max", 0)


@pytest.mark.parametrize("rounds", [0, 2, 4])
def test_the_wall_of_a_wedge_is_the_same_however_it_is_cut_into_facets(rounds):
    wedge = np.array(box(20, 10, 1))
    wedge[..., 2] *= 0.5 + wedge[..., 0] * 1.5 / 20
    asked = Criterion(id="wall", measure="wall_p5", at_least=Decimal("0.585"))
    found = inspected(halved(wedge, rounds), ModelBrief(criteria=(asked,)))

    assert holds(found, "wall_p5", 0.587)  # by 200,000 spots drawn at random
    assert found.verdicts[0].status == "indeterminate"


def halved(piece, rounds):
    """Cut every facet into four, so many times."""
    for _ in range(rounds):
        a, b, c = piece[:, 0], piece[:, 1], piece[:, 2]
        ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
        piece = np.concatenate(
            [np.stack(each, axis=1) for each in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
        )
    return piece


# ------------------------------------------------------------------ what is thin, flat or in one place
@pytest.mark.parametrize("wide", [0.5, 1.0])
def test_a_shank_is_as_thick_as_where_it_is_cut(wide):
    asked = Criterion(id="shank", measure="shank_thickness", at_least=Decimal("0.8"))
    brief = ModelBrief(features=(Feature(id="shank", kind="shank"),), criteria=(asked,))
    found = inspected(less(tube(8.6), box(wide, 2, 6, at=(-wide / 2, 8.9, -3))), brief)

    assert value(found, "shank_thickness") == pytest.approx(0.3, abs=0.02)
    assert found.verdicts[0].status == "fail"


def test_a_sheet_without_thickness_is_no_solid():
    facet = np.array([[(0, 0, 0), (9, 0, 0), (0, 9, 0)]], dtype=float)
    found = inspected(np.concatenate([facet, facet[:, ::-1]]))

    assert found.flags == ("flat",)
    assert value(found, "volume") is None


@pytest.mark.parametrize("place", [0, 100, 200])
def test_a_block_sunk_into_a_plate_is_found_among_many_that_stand_on_it(place):
    studs = [box(1.5, 1.5, 1.5, at=(3 * i, 3 * j, 4)) for i in range(14) for j in range(14)]
    parts = [box(60, 60, 4, at=(-2, -2, 0)), *studs]

    assert inspected(np.concatenate(parts)).flags == ()
    parts.insert(place, box(0.6, 0.6, 3, at=(1.8, 1.8, 2.7)))
    assert inspected(np.concatenate(parts)).flags == ("interpenetrating",)


def test_more_contacts_than_can_be_asked_leave_a_verdict_to_a_person(monkeypatch):
    monkeypatch.setattr("touchstone.practice.model3d.walls._MOST_ASKED", 20)
    heavy = Criterion(id="volume", measure="volume", at_most=Decimal(900), unit="mm3")
    found = inspected(np.concatenate([box(), box(at=(4, 1, 1))]), ModelBrief(criteria=(heavy,)))

    assert found.verdicts[0].status == "indeterminate"
    assert found.verdicts[0].reasons == because("too_many_touch")


# ------------------------------------------------------------------ how far a piece is from what it should be
ASKED = tuple(
    Criterion(id=name, measure=f"deviation_{name}", at_most=Decimal("0.1")) for name in ("mean", "p95", "max")
)


@pytest.fixture(scope="module")
def headed():
    return united(tube(8.6, sides=64), box(3, 6, 3, at=(-1.5, 8.9, -1.5)))


@pytest.mark.parametrize(("axis", "degrees"), [((1, 0, 0), 90), ((0, 0, 1), 180), ((0, 0, 1), 60), ((1, 2, 3), 131)])
def test_the_same_piece_in_another_position_does_not_deviate(headed, axis, degrees):
    found = inspected(
        turned(headed, axis, math.radians(degrees)) + 5, ModelBrief(criteria=ASKED), reference=stl(headed)
    )

    assert value(found, "deviation_max") < 0.001
    assert [each.status for each in found.verdicts] == ["pass"] * 3


def test_no_order_of_the_facets_hides_that_half_of_a_piece_is_off():
    reference = halved(tube(8.6, sides=64), 1)
    bad = reference.copy()
    bad[(np.hypot(bad[..., 0], bad[..., 1]) > 9.5) & (bad[..., 1] > 0)] *= [1.08, 1.08, 1]
    spoilt = np.abs(bad - reference).max(axis=(1, 2)) > 0
    last = np.concatenate([bad[~spoilt], bad[spoilt]])
    between = bad[np.argsort(np.where(spoilt, 0.5, np.cumsum(~spoilt) % 2), kind="stable")]

    for order in (last, between):
        found = inspected(order, ModelBrief(criteria=ASKED[:2]), reference=stl(reference))
        assert [each.status for each in found.verdicts] == ["fail"] * 2


def test_a_deviation_is_the_same_however_a_piece_is_cut_into_facets():
    block, lugged = box(10, 10, 10), united(box(10, 10, 10), box(2, 2, 3, at=(6, 6, 9)))
    reports = [inspected(halved(block, n), reference=stl(halved(lugged, n))) for n in (0, 3)]

    for name in ("deviation_mean", "deviation_p95"):
        one, other = (each.measurement(name) for each in reports)
        assert abs(one.value - other.value) <= 2 * math.hypot(one.u, other.u)


def test_another_processor_gives_the_same_report():
    code = (
        "from tests.touchstone.practice.test_misread_models import *\n"
        "piece = sphere(9, rounds=3) * [1, 1.1, 0.9]\n"
        "found = inspected(turned(piece, (3, 1, 2), 0.2), ModelBrief(mirror='x'), reference=stl(piece))\n"
        "print(found.digest)"
    )
    told = {
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=os.environ | other).stdout
        for other in ({}, {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3"})
    }

    assert len(told) == 1
