"""The figures that the README and the issues quote: `make bench`; `python benchmarks/run.py credentials` for a part of them.

Medians of one interleaved run; ratios beside absolute times. What is measured of credentials and of placement
stands in credentials.py and placement.py.

The competitor in deciding is the independent oracle under tests/: nothing else decides a recognition by machine. It computes the
outcome, the missing sets and the open facts only; the engine's time includes reasons, proof and digests. The competitor in planning is
HiGHS, a mixed-integer solver, on the same problems; both must return the same options.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.credentials import credentials  # noqa: E402
from benchmarks.evaluation import evaluation  # noqa: E402
from benchmarks.figures import Figure, Figures, below, print_table  # noqa: E402
from benchmarks.models import models  # noqa: E402
from benchmarks.placement import placement  # noqa: E402
from benchmarks.programmes import programmes  # noqa: E402
from benchmarks.questions import across_the_library, people, plan_problem, variations  # noqa: E402
from benchmarks.timing import ROUNDS, median_of, percentile, timed  # noqa: E402

from tests.oracle import oracle  # noqa: E402
from touchstone.library import load_library  # noqa: E402
from touchstone.recognition import RecognitionRequest, Rulebook, bridging, compile_rulebook, decide  # noqa: E402
from touchstone.recognition.bridging import plan  # noqa: E402
from touchstone.standards import Agreement, Document, load_folder, normal_form  # noqa: E402

IMPORT = "import time; t = time.perf_counter(); import touchstone.recognition; print(time.perf_counter() - t)"
WIDE, PROBLEMS = 1_000, 25

PARTS = ("recognition", "credentials", "placement", "evaluation", "programmes", "models")


def main() -> None:
    """Measure, print a table, and say which floors and aims were missed; exit 1 for a floor."""
    asked = [part for part in PARTS if part in sys.argv] or PARTS
    figures: Figures = {}
    for part in asked:
        part_of = {
            "recognition": recognition,
            "credentials": credentials,
            "placement": placement,
            "evaluation": evaluation,
            "programmes": programmes,
            "models": models,
        }
        figures |= part_of[part]()
    print_table(figures)
    if "--json" in sys.argv:
        print(json.dumps({name: figure.value for name, figure in figures.items()}, ensure_ascii=False))
    sys.exit(not all(figure.reaches(figure.floor) for figure in figures.values()))


def recognition() -> Figures:
    """Measure all that a decision takes."""
    documents = [loaded.document for loaded in load_library()]
    rulebook = compile_rulebook(documents)
    return starting(documents) | deciding(documents, rulebook) | deciding_widely(documents, rulebook) | planning()


def starting(documents: list[Document]) -> Figures:
    """Measure what comes before the first decision."""
    return {
        "import of touchstone.recognition, p50 (ms)": below(import_time() * 1e3, 150),
        f"reading the library, {len(documents)} files, p50 (ms)": Figure(median_of(read_library) * 1e3),
        "compile of the library and every agreement, p50 (ms)": below(
            median_of(lambda: compile_whole(documents)) * 1e3, 150
        ),
    }


def deciding(documents: list[Document], rulebook: Rulebook) -> Figures:
    """Measure decisions near those of the demonstration, by the engine and by the oracle in turn."""
    requests = [*people(), *variations()]
    plain_documents = [normal_form(item) for item in documents]
    plain_requests = [normal_form(item) for item in requests]
    engine: list[float] = []
    other: list[float] = []
    for number in range(ROUNDS):
        engine += times_of(requests, rulebook)
        if number % 10 == 0:
            other += [timed(partial(oracle.decide, plain, plain_documents)) for plain in plain_requests]
    return {
        f"decision with proof, {len(requests)} requests, p50 (µs)": below(percentile(engine, 50) * 1e6, 150),
        f"decision with proof, {len(requests)} requests, p99 (µs)": below(percentile(engine, 99) * 1e6, 2000),
        "oracle on the same requests, p50 (µs)": Figure(percentile(other, 50) * 1e6),
        "oracle / engine, p50": Figure(percentile(other, 50) / percentile(engine, 50)),
        "oracle / engine, mean": Figure(statistics.mean(other) / statistics.mean(engine)),
    }


def deciding_widely(documents: list[Document], rulebook: Rulebook) -> Figures:
    """Measure decisions on random evidence, for every qualification and in every direction between which agreements exist."""
    among = frozenset(item.to for item in documents if isinstance(item, Agreement))
    requests = list(across_the_library(documents, WIDE, among=among))
    times_of(requests, rulebook)
    times = times_of(requests, rulebook)
    return {
        f"decision, {WIDE} random requests in all directions, p50 (µs)": below(percentile(times, 50) * 1e6, 150),
        f"decision, {WIDE} random requests in all directions, p99 (µs)": below(percentile(times, 99) * 1e6, 2000),
    }


def planning() -> Figures:
    """Measure plans, by the own search and by HiGHS in turn; both must prove the same options."""
    own: list[float] = []
    highs: list[float] = []
    for seed in range(PROBLEMS):
        request, rulebook = plan_problem(seed)
        found = plan(request, rulebook)
        assert found.plan
        assert found.plan.proven
        own.append(timed(partial(plan, request, rulebook)))
        with only_highs():
            assert plan(request, rulebook) == found
            highs.append(timed(partial(plan, request, rulebook)))
    return {
        f"plan, 100 options, 20 missing units, {PROBLEMS} problems, p50 (ms)": below(statistics.median(own) * 1e3, 60),
        f"plan, 100 options, 20 missing units, {PROBLEMS} problems, max (ms)": Figure(max(own) * 1e3),
        "HiGHS on the same problems, p50 (ms)": Figure(statistics.median(highs) * 1e3),
        "HiGHS / own search, p50": Figure(statistics.median(highs) / statistics.median(own)),
    }


@contextmanager
def only_highs() -> Iterator[None]:
    """Let the own search give up before its first step."""
    steps, bridging.MOST_STEPS = bridging.MOST_STEPS, 0
    try:
        yield
    finally:
        bridging.MOST_STEPS = steps


def times_of(requests: list[RecognitionRequest], rulebook: Rulebook) -> list[float]:
    """Return how long each decision takes, in seconds."""
    return [timed(partial(decide, request, rulebook)) for request in requests]


def import_time() -> float:
    """Return the median time of an import in a fresh interpreter, in seconds."""
    command = [sys.executable, "-c", IMPORT]
    runs = [
        float(
            subprocess.run(
                command, capture_output=True, check=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT / "src")}
            ).stdout
        )
        for _ in range(ROUNDS)
    ]
    return statistics.median(runs)


def read_library() -> None:
    """Read all shipped documents from their files."""
    for part in ("real", "illustrative"):
        load_folder(ROOT / "src" / "touchstone" / "library" / part)


def compile_whole(documents: list[Document]) -> None:
    """Compile the library and, by deciding once in each direction, every agreement."""
    rulebook = compile_rulebook(documents)
    for request in people():
        decide(request, rulebook)


if __name__ == "__main__":
    main()
