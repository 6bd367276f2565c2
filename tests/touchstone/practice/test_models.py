"""Pieces of known truth, measured."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pytest

import touchstone.practice.model3d.deviation
from tests.touchstone.practice.pieces import (
    ascii_stl,
    box,
    mesh_xml,
    model_xml,
    obj,
    package,
    prism,
    rod,
    sphere,
    stl,
    threemf,
    torus,
    tube,
    turned,
)  # fmt: skip
from touchstone.errors import InputError
from touchstone.practice.criteria import Criterion
from touchstone.practice.model3d.audit import audit
from touchstone.practice.model3d.brief import Feature, ModelBrief, Shrinkage, measures_of, read_brief
from touchstone.practice.model3d.evaluating import evaluate, inspect
from touchstone.practice.model3d.findings import say
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.model3d.mesh import merged, mesh_of
from touchstone.practice.model3d.pictures import files_of
from touchstone.practice.model3d.reading import read_model
from touchstone.practice.reasons import because
from touchstone.standards.exchange.workbook_writing import write_workbook

WALL = Criterion(id="wall", measure="wall_p1", at_least=Decimal("0.6"))
WRITERS = (stl, ascii_stl, obj, threemf)


def inspected(triangles, brief=None, backend="auto", reference=None):
    content = triangles if isinstance(triangles, bytes) else stl(triangles)
    return evaluate(
        content, brief or ModelBrief(criteria=(WALL,)), limits=Limits(), backend=backend, reference=reference
    )


def value(report, name):
    found = report.measurement(name).value
    return None if found is None else float(found)


def holds(report, name, truth, k=2):
    """Tell whether a truth lies within k uncertainties of what was measured."""
    found = report.measurement(name)
    return abs(float(found.value) - truth) <= k * float(found.u)


@pytest.mark.parametrize("write", WRITERS)
def test_every_format_tells_the_same_of_a_tube(write):
    report = inspected(write(tube()))

    assert report.flags == ()
    assert value(report, "triangles") == 1024
    assert holds(report, "volume", math.pi * (10.1**2 - 8.5**2) * 4)
    assert holds(report, "bore_diameter", 17.0)
    assert holds(report, "ring_size_iso", 17 * math.pi)
    assert holds(report, "wall_p1", 1.6)


@pytest.mark.parametrize("backend", ["embreex", "numpy"])
@pytest.mark.parametrize(
    ("piece", "limit"), [(tube(), 1.58), (torus(), 1.98), (turned(tube()), 1.58), (turned(torus()), 1.98)]
)
def test_tubes_and_tori_raise_no_false_alarm_of_thin_walls(piece, limit, backend):
    report = inspected(piece, ModelBrief(wall_below=Decimal(str(limit))), backend)

    assert value(report, "wall_share_below") == 0
    assert value(report, "wall_p1") > limit


def test_a_torus_is_measured_as_the_formulas_say():
    report = inspected(torus())

    assert holds(report, "volume", 2 * math.pi**2 * 9)
    assert holds(report, "area", 4 * math.pi**2 * 9)
    assert holds(report, "wall_median", 2.0)
    assert holds(report, "bore_diameter", 16.0)


def test_a_hollow_sphere_is_one_body_with_one_cavity():
    report = inspected(np.concatenate([sphere(5), sphere(3)[:, ::-1]]))

    assert [value(report, name) for name in ("shells", "bodies", "cavities")] == [2, 1, 1]
    assert holds(report, "volume", 4 / 3 * math.pi * (125 - 27))
    assert holds(report, "wall_median", 2.0)
    assert value(report, "bore_diameter") is None


@pytest.mark.parametrize("at", [(4.03, 0.02, 0.01), (9.8, 0.02, 0.01), (0, 0, 0)])
def test_overlapping_spheres_have_no_volume_that_may_be_scored(at):
    report = inspected(np.concatenate([sphere(5), sphere(4.9, at)]))

    assert report.flags == ("interpenetrating",)
    assert value(report, "volume") is None
    assert report.verdicts[0].status == "not_measurable"


def test_touching_boxes_do_not_interpenetrate():
    assert inspected(np.concatenate([box(), box(at=(4, 1, 1))])).flags == ()


def test_cubes_that_share_an_edge_are_not_manifold():
    report = inspected(np.concatenate([box(), box(at=(4, 4, 0))]))

    assert report.flags == ("non_manifold",)
    assert value(report, "non_manifold_edges") == 1


def test_a_flipped_facet_is_found_and_not_mended():
    piece = tube()
    piece[5] = piece[5, ::-1]
    report = inspected(piece)

    assert report.flags == ("winding",)
    assert value(report, "inconsistent_edges") == 3
    assert value(report, "volume") is None


def test_missing_facets_leave_open_edges():
    report = inspected(np.delete(tube(), [7, 7 + 512], axis=0))  # the two halves of one field

    assert report.flags == ("open",)
    assert value(report, "boundary_edges") == 4
    assert report.verdicts[0].status == "not_measurable"


def test_a_piece_turned_inside_out_is_told_as_such():
    report = inspected(tube()[:, ::-1])

    assert report.flags == ("inverted",)
    assert report.measurement("volume").evidence["signed_sum"].startswith("-373.8")
    assert value(report, "bore_diameter") is None


def test_duplicate_facets_are_found():
    piece = box()
    found = audit(mesh_of(read_model(stl(np.concatenate([piece, piece[:2]])), Limits())))

    assert (found.non_manifold, found.duplicates) == (5, 2)


def test_a_ring_in_inches_is_suspect_as_stl_and_right_as_3mf():
    assert inspected(tube() / 25.4).flags == ("unit_suspect",)
    assert inspected(tube() / 25.4, ModelBrief(unit="inch")).flags == ()
    assert holds(inspected(threemf(tube() / 25.4, unit="inch")), "bore_diameter", 17.0)


@pytest.mark.parametrize("backend", ["embreex", "numpy"])
def test_the_wall_of_a_wedge_grows_with_its_height(backend):
    report = inspected(prism([(0, 0), (10, 0), (10, 3)], 4), ModelBrief(wall_below=Decimal(1)), backend)

    assert value(report, "wall_p1") < 0.1
    assert value(report, "wall_share_below") == pytest.approx(0.244, abs=0.01)


@pytest.mark.parametrize("backend", ["embreex", "numpy"])
def test_a_prong_at_its_limit_goes_to_a_person(backend):
    prong = Feature(id="prong", kind="prong", low=(-1, -1, Decimal("0.1")), high=(1, 1, Decimal("2.9")))
    asked = Criterion(id="prong", measure="prong_thickness", at_least=Decimal("0.6"))
    report = inspected(rod(0.6, 3), ModelBrief(features=(prong,), criteria=(asked, WALL)), backend)

    assert value(report, "prong_thickness") == pytest.approx(0.5993, abs=1e-4)
    assert [verdict.status for verdict in report.verdicts] == ["indeterminate", "indeterminate"]


@pytest.mark.parametrize(("diameter", "status"), [(0.62, "pass"), (0.58, "fail")])
def test_a_prong_clear_of_its_limit_is_decided(diameter, status):
    assert inspected(rod(diameter, 3)).verdicts[0].status == status


def test_a_shank_is_measured_where_the_finger_is():
    report = inspected(tube(), ModelBrief(features=(Feature(id="shank", kind="shank"),)))

    assert holds(report, "shank_thickness", 1.6)


def test_both_backends_agree_within_the_stated_uncertainty():
    one, other = (inspected(turned(torus()), backend=backend) for backend in ("embreex", "numpy"))

    assert one.backends != other.backends
    for name in ("wall_p1", "wall_p5", "wall_median"):
        assert abs(value(one, name) - value(other, name)) <= float(one.measurement(name).u)


@pytest.mark.parametrize("backend", ["embreex", "numpy"])
def test_the_same_bytes_give_the_same_report(backend):
    assert len({inspected(turned(torus()), backend=backend).digest for _ in range(3)}) == 1


def test_the_same_bytes_give_the_same_report_in_other_processes_with_other_threads_and_hashes(tmp_path):
    file = tmp_path / "torus.stl"
    file.write_bytes(stl(turned(torus(around=32, along=64))))
    asked = (
        "import pathlib, sys; from touchstone.practice.model3d.evaluating import evaluate; "
        "from touchstone.practice.model3d.brief import ModelBrief; from touchstone.practice.model3d.limits import Limits; "
        "content = pathlib.Path(sys.argv[1]).read_bytes(); brief = ModelBrief(alloys=('ag925',), mirror='x'); "
        "print(evaluate(content, brief, limits=Limits(), reference=content).digest)"
    )

    def told(threads, seed):
        varied = {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "PYTHONHASHSEED": seed}
        path = os.pathsep.join(each for each in sys.path if each)
        done = subprocess.run(
            [sys.executable, "-c", asked, str(file)], env={**os.environ, **varied, "PYTHONPATH": path}, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        return done.stdout.strip()

    assert len({told("1", "0"), told("2", "7"), told("4", "77")}) == 1


def test_a_deviation_is_measured_in_both_directions_after_registration():
    brief = ModelBrief()
    reference = stl(turned(torus(small=1.05, around=32, along=64), (1, 1, 0), 0.02) + 0.3)
    report = inspected(torus(around=32, along=64), brief, reference=reference)

    assert holds(report, "deviation_mean", 0.05)
    assert report.measurement("deviation_mean").evidence["moved"].startswith("0.5")


def test_what_is_missing_shows_in_the_deviation():
    whole = np.concatenate([box(10, 10, 2), box(1, 1, 3, at=(4, 4, 3))])

    assert value(inspected(box(10, 10, 2), reference=stl(whole)), "deviation_max") > 2


@pytest.mark.parametrize("place", [1, 15_996])
def test_a_part_too_many_shows_in_the_deviation_wherever_it_stands_in_the_file(place):
    whole = torus(around=50, along=160)
    a, b, c, d = np.array([(11, 0, 0), (12.5, 0, 0), (11, 1.5, 0), (11, 0, 1.5)])
    lump = np.array([(a, c, b), (a, b, d), (b, c, d), (c, a, d)])
    report = inspected(np.concatenate([whole[:place], lump, whole[place:]]), ModelBrief(), reference=stl(whole))

    assert value(report, "deviation_max") == pytest.approx(2.5, abs=0.1)


def test_a_deviation_is_no_surer_than_the_facets_of_its_reference():
    fine, coarse = tube(sides=500), tube(sides=24)

    for model, reference in ((fine, coarse), (coarse, fine)):
        assert holds(inspected(model, ModelBrief(), reference=stl(reference)), "deviation_p95", 0)


def test_the_largest_deviation_is_not_told_where_not_all_was_asked(monkeypatch):
    monkeypatch.setattr(touchstone.practice.model3d.deviation, "_ALL", 100)
    report = inspected(torus(), ModelBrief(), reference=stl(torus()))

    assert value(report, "deviation_max") is None
    assert report.measurement("deviation_max").why[0].code == "too_many_to_ask"
    assert "spots drawn by area" in report.measurement("deviation_p95").method


def test_nothing_that_has_a_unit_is_decided_on_a_file_whose_unit_is_doubtful():
    measures = {"mass_ag925": "g", "ring_size_iso": "mm", "wall_p1": "mm", "volume": "mm3", "ring_size_us": "1"}
    criteria = (*(Criterion(id=name, measure=name, at_most=Decimal(60), unit=unit) for name, unit in measures.items()),
                Criterion(id="closed", measure="boundary_edges", at_most=Decimal(0), unit="1"))  # fmt: skip
    found = inspected(tube() / 25.4, ModelBrief(alloys=("ag925",), criteria=criteria))

    assert "unit_suspect" in found.flags
    assert [each.status for each in found.verdicts] == ["indeterminate"] * 5 + ["pass"]
    assert found.verdicts[0].reasons == because("unit_suspect")


def test_the_bore_of_a_broken_file_is_told_and_not_decided():
    found = inspected(
        tube()[1:], ModelBrief(criteria=(Criterion(id="size", measure="ring_size_iso", at_most=Decimal(60)),))
    )

    assert value(found, "ring_size_iso") == pytest.approx(53.4, abs=0.1)
    assert [(each.status, each.reasons) for each in found.verdicts] == [("not_measurable", because("open"))]


def test_the_cast_piece_is_lighter_and_thinner_than_the_model_by_the_chain():
    steps = (
        Shrinkage(step="wax", percent=Decimal("2.5"), u=Decimal("0.3")),
        Shrinkage(step="casting", percent=Decimal(1), u=Decimal("0.3")),
    )
    found = inspected(tube(), ModelBrief(alloys=("au750_yellow",), shrinkage=steps))
    factor = 0.975 * 0.99

    assert value(found, "cast_mass_au750_yellow") == pytest.approx(
        value(found, "mass_au750_yellow") * factor**3, rel=1e-3
    )
    assert value(found, "cast_wall_p1") == pytest.approx(value(found, "wall_p1") * factor, rel=1e-3)
    density, volume = (found.measurement(each) for each in ("mass_au750_yellow", "cast_volume"))
    shares = (
        float(density.evidence["u_density"].split()[0]) / float(density.evidence["density"].split()[0]),
        float(volume.u / volume.value),
    )
    mass = found.measurement("cast_mass_au750_yellow")
    assert float(mass.u / mass.value) == pytest.approx(math.hypot(*shares), rel=0.1)


def test_what_a_brief_says_can_be_told_is_what_a_report_tells():
    step = Shrinkage(step="casting", percent=Decimal(1), u=Decimal("0.3"))
    brief = ModelBrief(alloys=("ag925",), mirror="x", features=(Feature(id="shank", kind="shank"),), shrinkage=(step,))
    found = inspected(tube(), brief, reference=stl(tube()))

    assert {each.id: each.unit for each in found.measurements} == measures_of(brief)


def test_a_mirrored_piece_is_told_from_a_lopsided_one():
    mirror = ModelBrief(mirror="x")

    assert value(inspected(tube(), mirror), "symmetry_rms") < 1e-4
    assert value(inspected(np.concatenate([tube(), box(at=(12, 0, 0))]), mirror), "symmetry_rms") > 0.1


def test_shrinkage_is_a_chain_and_its_uncertainties_add_in_squares():
    steps = (
        Shrinkage(step="wax", percent=Decimal("2.5"), u=Decimal("0.3")),
        Shrinkage(step="casting", percent=Decimal(1), u=Decimal("0.4")),
    )
    report = inspected(tube(), ModelBrief(shrinkage=steps))

    found = report.measurement("cast_bore_diameter")
    assert float(found.value) == pytest.approx(17 * 0.975 * 0.99, abs=0.01)
    assert float(found.u) == pytest.approx(17 * 0.975 * 0.99 * math.hypot(0.3 / 97.5, 0.4 / 99), rel=0.1)


def test_a_mass_bears_the_uncertainty_of_its_density():
    report = inspected(box(10, 10, 10), ModelBrief(alloys=("au750_yellow",)))

    assert value(report, "mass_au750_yellow") == pytest.approx(15.58)
    assert float(report.measurement("mass_au750_yellow").u) == pytest.approx(0.15, abs=0.011)  # rounded up


def test_components_are_placed_with_their_transforms():
    resources = (
        f'<object id="1">{mesh_xml(box())}</object><object id="2"><components>'
        '<component objectid="1"/><component objectid="1" transform="-1 0 0 0 1 0 0 0 1 -5 0 0"/></components></object>'
    )
    report = inspected(package(model_xml(resources, '<item objectid="2" transform="2 0 0 0 2 0 0 0 2 0 0 0"/>')))

    assert value(report, "bodies") == 2
    assert value(report, "volume") == pytest.approx(2 * 8 * 64)


def test_rows_that_are_mixed_into_one_number_are_still_told_apart(monkeypatch):
    rows = np.random.default_rng(1).integers(0, 9, (500, 3)).astype(np.float32)
    monkeypatch.setattr("touchstone.practice.model3d.mesh._mixed", lambda bits, _: np.zeros(len(bits), dtype=np.uint64))

    kept, which = merged(rows)

    assert np.array_equal(kept[which], rows)
    assert len(kept) == len(np.unique(rows, axis=0))


def test_zero_and_minus_zero_are_one_place():
    kept, _ = merged(np.array([[0.0, 0, 0], [-0.0, 0, 0]], dtype=np.float32))

    assert len(kept) == 1


def test_a_brief_is_read_from_a_workbook():
    rows = [("criterion", "measure", "at_least", "source"), ("wall", "wall_p1", "0.8", "casting house")]
    book = write_workbook({"criteria": rows, "document": [("alloys", "ag925, brass"), ("unit", "inch")]})

    brief = read_brief(book, "brief.xlsx")

    assert brief.alloys == ("ag925", "brass")
    assert brief.criteria[0].at_least == Decimal("0.8")


def test_a_mistake_in_a_workbook_is_told_by_its_cell():
    rows = [("准则", "测量", "至少"), ("wall", "wall_p1", "0,8")]

    with pytest.raises(InputError) as told:
        read_brief(write_workbook({"criteria": rows}), "brief.xlsx")

    assert "C2 (at_least)" in str(told.value)


# ------------------------------------------------------------------ oracles
@pytest.mark.parametrize(
    "piece", [tube(), torus(), np.concatenate([sphere(5), sphere(3)[:, ::-1]]), prism([(0, 0), (10, 0), (10, 3)], 4)]
)
def test_trimesh_and_manifold3d_agree(piece):
    import io

    import manifold3d
    import trimesh

    report = inspected(piece)
    other = trimesh.load(io.BytesIO(stl(piece)), file_type="stl")
    solid = manifold3d.Manifold(manifold3d.Mesh(other.vertices.astype(np.float32), other.faces.astype(np.uint32)))

    assert other.is_watertight
    assert other.is_winding_consistent
    for name, theirs in (
        ("volume", other.volume),
        ("volume", solid.volume()),
        ("area", other.area),
        ("area", solid.surface_area()),
    ):
        assert value(report, name) == pytest.approx(theirs, rel=2e-3)


def test_manifold3d_finds_the_overlap_that_the_flag_tells():
    import manifold3d

    first, second = (manifold3d.Manifold.sphere(5, 64), manifold3d.Manifold.sphere(5, 64).translate((4, 0.1, 0.2)))
    both = np.concatenate(
        [np.asarray(m.to_mesh().vert_properties)[np.asarray(m.to_mesh().tri_verts)] for m in (first, second)]
    )
    united = (first + second).to_mesh()

    assert inspected(both).flags == ("interpenetrating",)
    assert inspected(np.asarray(united.vert_properties)[np.asarray(united.tri_verts)]).flags == ()


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant", "pt"])
def test_the_histogram_of_walls_has_a_title_a_share_axis_and_its_limit_in_the_readers_language(language):
    found = inspect(stl(tube()), ModelBrief(wall_below=Decimal("0.7")), limits=Limits())
    svg = files_of(found, 0.7, language)["wall.svg"].decode()

    assert f"<title>{say('histogram.title', language)}</title>" in svg
    assert say("histogram.limit", language, limit="0.7") in svg
    assert ">0%<" in svg


def test_where_more_facets_meet_in_an_edge_nobody_counts_shells():
    fin = np.concatenate([box(), np.array([[[0.0, 0, 0], [4, 0, 0], [2, -9, 0]]]) + box().min(axis=(0, 1))])

    report = inspected(fin)

    assert "non_manifold" in report.flags
    assert value(report, "shells") is None
