"""Files are measured apart, within limits."""

from __future__ import annotations

import pytest

from tests.touchstone.practice.pieces import box, stl, torus, tube
from touchstone.errors import InputError, ModelError
from touchstone.practice.criteria import Criterion
from touchstone.practice.evaluators import evaluator_of
from touchstone.practice.model3d.brief import ModelBrief
from touchstone.practice.model3d.evaluating import evaluate
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.sandbox import evaluate_apart

BRIEF = ModelBrief(alloys=("ag925",))


def test_what_is_measured_apart_is_what_is_measured_here():
    answer = evaluate_apart("mesh", stl(tube()), BRIEF, limits=Limits(), views=True)

    assert answer.report == evaluate(stl(tube()), BRIEF, limits=Limits())
    assert {"top.png", "front.png", "angle.png", "wall.png", "wall.svg", "mesh.bin"} == set(answer.files)
    assert answer.files["top.png"].startswith(b"\x89PNG")
    assert len(answer.files["mesh.bin"]) == 16 + 12 * 512 + (12 + 2) * 1024


def test_what_takes_too_much_memory_is_refused_and_not_marked():
    from decimal import Decimal

    brief = ModelBrief(criteria=(Criterion(id="wall", measure="wall_p1", at_least=Decimal(1)),))
    answer = evaluate_apart("mesh", stl(torus(around=200, along=400)), brief, limits=Limits(memory=150 * 2**20))

    assert answer.report.refusal.code == "too_much_work"
    assert [verdict.status for verdict in answer.report.verdicts] == ["not_measurable"]


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
