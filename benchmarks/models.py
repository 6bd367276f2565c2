"""Models measured beside trimesh, all in turn in one run; CPU seconds, medians.

The mesh is a torus, which every reader takes. trimesh reads and merges, looks whether the mesh is closed and consistently wound, and takes
its volume; ours does that and counts the faulty edges, too.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.figures import Figure, Figures, below
from benchmarks.timing import medians_in_turn

from tests.touchstone.practice.pieces import stl, torus

ROUNDS = 5
ROOT = Path(__file__).parents[1]


def models() -> Figures:
    """Measure reading, walls, a whole large model, and the start."""
    import trimesh

    from touchstone.practice.model3d.audit import audit, smoothness
    from touchstone.practice.model3d.limits import Limits
    from touchstone.practice.model3d.mesh import Mesh, mesh_of
    from touchstone.practice.model3d.rays import rays_of
    from touchstone.practice.model3d.reading import read_model
    from touchstone.practice.model3d.solids import solids
    from touchstone.practice.model3d.walls import walls

    half_million, ring = stl(torus(around=500, along=500)), stl(torus(around=140, along=250))

    def read(content: bytes) -> Mesh:
        return mesh_of(read_model(content, Limits()))

    def ours() -> float:
        mesh = read(half_million)
        return solids(mesh, audit(mesh)).volume

    def theirs() -> float:
        mesh = trimesh.load(io.BytesIO(half_million), file_type="stl")
        assert mesh.is_watertight
        assert mesh.is_winding_consistent
        return mesh.volume

    def thick(backend: str) -> None:
        mesh = read(ring)
        found = walls(mesh, smoothness(mesh, audit(mesh)).sagitta, rays_of(mesh, backend), most=10**7)
        assert found.told.all()

    took = medians_in_turn(
        {
            "ours": [ours], "trimesh": [theirs], "embreex": [partial(thick, "embreex")], "numpy": [partial(thick, "numpy")],
            "ring, read": [partial(read, ring)],
        },
        ROUNDS,
    )  # fmt: skip
    whole, memory = large()
    return {
        "500k triangles: read, audit, volume (CPU s)": Figure(took["ours"]),
        "trimesh on the same (CPU s)": Figure(took["trimesh"]),
        "500k triangles: our time / trimesh's": below(took["ours"] / took["trimesh"], 1 / 3),
        "walls on every facet of a 70k ring, embreex (CPU s)": below(took["embreex"], 0.3),
        "walls on every facet of a 70k ring, numpy (CPU s)": below(took["numpy"], 6),
        "2M triangles, whole inspection (CPU s)": below(whole, 10),
        "2M triangles, peak memory (MiB)": below(memory, 1024),
        "start to verdict on a 20k ring (CPU s)": below(start_to_verdict(), 0.8),
    }


def large() -> tuple[float, float]:
    """Return CPU seconds and peak MiB of a whole inspection of two million triangles, in a process of its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_inspect_large, (stl(torus(around=1000, along=1000)),))


def _inspect_large(content: bytes) -> tuple[float, float]:
    from touchstone.practice.model3d.brief import ModelBrief
    from touchstone.practice.model3d.evaluating import evaluate
    from touchstone.practice.model3d.limits import Limits

    start = time.process_time()
    report = evaluate(content, ModelBrief(alloys=("ag925",)), limits=Limits())
    assert report.flags == ()
    return time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def start_to_verdict() -> float:
    """Return the median CPU seconds of the command on a ring of 20,000 triangles, its child process included."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        ring, brief = Path(folder, "ring.stl"), Path(folder, "brief.yaml")
        ring.write_bytes(stl(torus(around=100, along=100)))
        brief.write_text(
            'kind: ModelBrief\ncriteria:\n  - {id: wall, measure: wall_p1, at_least: "0.8"}\n', encoding="utf-8"
        )
        command = [sys.executable, "-m", "touchstone", "inspect", str(ring), "--spec", str(brief)]
        times = []
        for _ in range(ROUNDS):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(command, check=True, capture_output=True, env={"PYTHONPATH": str(ROOT / "src")})
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return sorted(times)[ROUNDS // 2]
