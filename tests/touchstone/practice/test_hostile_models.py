"""What a stranger's file must not do."""

from __future__ import annotations

import contextlib
import time
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.practice.hostile import FILES, OBJECT
from tests.touchstone.practice.pieces import ascii_stl, box, model_xml, obj, package, stl, threemf
from touchstone.errors import ModelError
from touchstone.practice.criteria import Criterion
from touchstone.practice.model3d.brief import ModelBrief
from touchstone.practice.model3d.evaluating import evaluate
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.model3d.mesh import mesh_of
from touchstone.practice.model3d.reading import read_model

BRIEF = ModelBrief(criteria=(Criterion(id="wall", measure="wall_p1", at_least=Decimal("0.8")),))
SMALL = Limits(triangles=1_000, inflated=1_000_000)
WHOLE = [stl(box()), ascii_stl(box()), obj(box()), threemf(box())]


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_by_name_soon_and_with_little_memory(name):
    code, content = FILES[name]
    tracemalloc.start()
    start = time.process_time()

    report = evaluate(content, BRIEF, limits=Limits())

    took, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.refusal is not None
    assert report.refusal.code == code
    assert report.measurements == ()
    assert [verdict.status for verdict in report.verdicts] == ["not_measurable"]
    assert took < 1
    assert peak < 64 * 2**20


@given(st.sampled_from(WHOLE), st.data())
def test_a_spoilt_file_is_read_or_refused_and_nothing_else(whole, data):
    spoilt = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(spoilt[: data.draw(st.integers(0, len(spoilt)))]) if data.draw(st.booleans()) else bytes(spoilt))


@given(st.data())
def test_a_spoilt_model_part_of_a_3mf_is_read_or_refused_and_nothing_else(data):
    spoilt = bytearray(model_xml(OBJECT, '<item objectid="1" transform="1 0 0 0 1 0 0 0 1 5 0 0"/>').encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(spoilt) - 1))
        spoilt[place : place + data.draw(st.integers(0, 9))] = data.draw(
            st.sampled_from([b"9", b"-1", b"e", b"nan", b'"', b"<", b"/>"])
        )
    read(package(bytes(spoilt)))


@given(st.binary(max_size=400), st.sampled_from([b"", b"solid x\nfacet normal", b"v 1 2 3\nf 1 2 3\n", b"PK\x03\x04"]))
def test_any_bytes_are_read_or_refused_and_nothing_else(content, start):
    read(start + content)


def read(content: bytes) -> None:
    with contextlib.suppress(ModelError):
        mesh_of(read_model(content, SMALL))
