"""Files are measured apart, within limits."""

from __future__ import annotations

import io
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pytest

from tests.touchstone.practice.pieces import box, stl, torus, tube
from touchstone.errors import InputError, ModelError
from touchstone.practice.criteria import Criterion
from touchstone.practice.evaluators import evaluator_of
from touchstone.practice.model3d.brief import ModelBrief
from touchstone.practice.model3d.evaluating import evaluate
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.model3d.mesh import mesh_of
from touchstone.practice.model3d.pictures import _VIEWS, SIZE, _cuts, _flat, _visible
from touchstone.practice.model3d.reading import read_model
from touchstone.practice.sandbox import Answer, evaluate_apart, read_answer, write_part

BRIEF = ModelBrief(alloys=("ag925",))


def test_what_is_measured_apart_is_what_is_measured_here():
    answer = evaluate_apart("mesh", stl(tube()), BRIEF, limits=Limits(), views=True)

    assert answer.report == evaluate(stl(tube()), BRIEF, limits=Limits())
    assert {"top.png", "front.png", "angle.png", "wall.png", "wall.svg", "mesh.bin"} == set(answer.files)
    assert answer.files["top.png"].startswith(b"\x89PNG")
    assert len(answer.files["mesh.bin"]) == 16 + 12 * 512 + (12 + 2) * 1024


def test_what_takes_too_much_memory_is_refused_and_not_marked():
    brief = ModelBrief(criteria=(Criterion(id="wall", measure="wall_p1", at_least=Decimal(1)),))
    answer = evaluate_apart("mesh", stl(torus(around=200, along=400)), brief, limits=Limits(memory=150 * 2**20))

    assert answer.report.refusal.code == "too_much_work"
    assert [verdict.status for verdict in answer.report.verdicts] == ["not_measurable"]


def test_a_file_refused_unread_gives_the_report_that_its_evaluator_gives():
    brief = ModelBrief(criteria=(Criterion(id="wall", measure="wall_p1", at_least=Decimal("0.8"), at_most=Decimal(3)),))
    small = Limits(bytes=100)

    assert evaluate_apart("mesh", stl(box()), brief, limits=small).report == evaluate(stl(box()), brief, limits=small)


def test_what_takes_too_much_time_is_refused_too():
    answer = evaluate_apart("mesh", stl(torus(around=500, along=1000)), BRIEF, limits=Limits(seconds=1))

    assert answer.report.refusal.code == "too_much_work"


def test_a_child_writes_no_file_and_has_the_bounds_that_it_was_given(tmp_path):
    script = (
        "import resource, sys\nfrom touchstone.apart import Bounds, bind\n"
        "bind(Bounds(seconds=7, further=0, clock=9, memory=2**33))\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU), resource.getrlimit(resource.RLIMIT_AS)[0])\n"
        "sys.stdout.flush()\nopen(sys.argv[1], 'wb', buffering=0).write(b'x')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "file")], capture_output=True, text=True, check=False
    )

    assert done.stdout.split("\n")[0] == f"(7, 7) {2**33}"
    assert done.returncode != 0
    assert (tmp_path / "file").stat().st_size == 0


def test_a_child_is_told_nothing_of_the_environment_but_where_its_modules_are(monkeypatch):
    seen = {}
    monkeypatch.setenv("TOUCHSTONE_SECRET_KEY", "secret")
    monkeypatch.setattr(
        subprocess, "run", lambda *_, env, **__: seen.update(env) or subprocess.CompletedProcess([], -9, b"", b"")
    )

    evaluate_apart("mesh", stl(box()), BRIEF, limits=Limits())

    assert "secret" not in seen.values()


@pytest.mark.parametrize("view", _VIEWS)
def test_a_ring_of_slivers_is_drawn_with_points_by_its_pixels(view):
    mesh = mesh_of(read_model(stl(tube(sides=3000)), Limits())._replace(scale=1.0))
    along, across = _cuts(_flat(mesh, view))

    assert int((along * across).sum()) < 40 * SIZE * SIZE
    seen = _visible(mesh, view)
    assert (seen >= 0).sum() > SIZE * SIZE / 50


def test_a_view_has_no_hole_within_a_facet():
    square = np.array([[[0, 0, 0], [9, 0, 0], [9, 9, 0]], [[0, 0, 0], [9, 9, 0], [0, 9, 0]]], dtype=float)
    mesh = mesh_of(read_model(stl(square), Limits())._replace(scale=1.0))
    rows = (_visible(mesh, _VIEWS[0]) >= 0).reshape(SIZE, SIZE)
    used = rows[rows.any(axis=1)]

    assert all(row[row.argmax() : SIZE - row[::-1].argmax()].all() for row in used)
    assert rows.sum() == pytest.approx((SIZE * 0.9 / 2**0.5) ** 2, rel=0.02)


def test_a_report_stands_though_its_pictures_are_not_whole():
    out, report = io.BytesIO(), evaluate(stl(tube()), BRIEF, limits=Limits())
    write_part(out, report)
    begun = out.tell()
    write_part(out, {"top.png": b"0123456789"})
    whole = out.getvalue()

    assert read_answer(whole, views=True) == Answer(report, {"top.png": b"0123456789"})
    for end in (begun, begun + 4, len(whole) - 1):
        assert read_answer(whole[:end], views=True) == Answer(report, drawn=False)
    assert read_answer(whole[: begun - 1], views=True) is None
    assert read_answer(whole[:begun], views=False) == Answer(report)


def test_a_broken_reference_is_the_callers_mistake():
    with pytest.raises(ModelError, match="empty"):
        evaluate_apart("mesh", stl(tube()), BRIEF, limits=Limits(), reference=b"")


def test_an_unknown_evaluator_is_told_with_those_there_are():
    with pytest.raises(InputError, match="unknown") as error:
        evaluator_of("tea leaves")

    assert "mesh" in error.value.expected


def test_no_module_of_the_folder_we_are_in_is_run(tmp_path, monkeypatch):
    (tmp_path / "msgspec.py").write_text("raise SystemExit('run')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert evaluate_apart("mesh", stl(box()), ModelBrief(), limits=Limits()).report.refusal is None
