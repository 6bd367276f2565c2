"""The figures that the README and the issues quote: `make bench`. Medians of one interleaved run; ratios beside absolute times.

The competitor is the independent oracle under tests/: nothing else decides a recognition by machine. It computes the outcome, the
missing sets and the open facts only; the engine's time includes reasons, proof and digests.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import msgspec  # noqa: E402

from tests.oracle import oracle  # noqa: E402
from touchstone.library import DEMO, load_library  # noqa: E402
from touchstone.recognition import RecognitionRequest, compile_rulebook, decide, load_request  # noqa: E402
from touchstone.standards import Document, load_folder, normal_form  # noqa: E402

ROUNDS = 20
IMPORT = "import time; t = time.perf_counter(); import touchstone.recognition; print(time.perf_counter() - t)"


def main() -> None:
    """Measure, print a table, and say which aims were missed (exit 1)."""
    documents = [loaded.document for loaded in load_library()]
    requests = list(people()) + list(variations())
    figures = {
        "import of touchstone.recognition, p50 (ms)": (import_time() * 1e3, 150),
        f"reading the library, {len(documents)} files, p50 (ms)": (median_of(read_library) * 1e3, None),
        "compile of the library and every agreement, p50 (ms)": (
            median_of(lambda: compile_whole(documents)) * 1e3,
            150,
        ),
    }
    engine, other = decisions(documents, requests)
    figures |= {
        f"decision with proof, {len(requests)} requests, p50 (µs)": (percentile(engine, 50) * 1e6, 150),
        f"decision with proof, {len(requests)} requests, p99 (µs)": (percentile(engine, 99) * 1e6, 2000),
        "oracle on the same requests, p50 (µs)": (percentile(other, 50) * 1e6, None),
        "oracle / engine, p50": (percentile(other, 50) / percentile(engine, 50), None),
        "oracle / engine, mean": (statistics.mean(other) / statistics.mean(engine), None),
    }
    width = max(map(len, figures))
    for name, (figure, aim) in figures.items():
        told = "" if aim is None else f"   aim < {aim}" + ("" if figure < aim else "   MISSED")
        print(f"{name:{width}}  {figure:10.2f}{told}")
    if "--json" in sys.argv:
        print(json.dumps({name: figure for name, (figure, _) in figures.items()}, ensure_ascii=False))
    sys.exit(any(aim is not None and figure >= aim for figure, aim in figures.values()))


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


def people() -> Iterator[RecognitionRequest]:
    """Yield the requests of the demonstration."""
    for file in sorted(DEMO.rglob("*.request.yaml")):
        yield load_request(file)


def variations() -> Iterator[RecognitionRequest]:
    """Yield each request with one unit less, with a field unknown, and on other days."""
    for request in people():
        for index, evidence in enumerate(request.evidence):
            for unit in evidence.units:
                fewer = tuple(item for item in evidence.units if item != unit)
                yield with_evidence(request, index, units=fewer)
            yield with_evidence(request, index, status=None)
            yield with_evidence(request, index, assurance=None)
            yield with_evidence(request, index, awarded=None)


def with_evidence(request: RecognitionRequest, index: int, **changes: Any) -> RecognitionRequest:
    """Return a request with one credential changed."""
    changed = msgspec.structs.replace(request.evidence[index], **changes)
    evidence = (*request.evidence[:index], changed, *request.evidence[index + 1 :])
    return msgspec.structs.replace(request, evidence=evidence)


def decisions(documents: list[Document], requests: list[RecognitionRequest]) -> tuple[list[float], list[float]]:
    """Return the times of the engine and of the oracle, taken in turn round by round, in seconds."""
    rulebook = compile_rulebook(documents)
    plain_documents, plain_requests = (
        [normal_form(item) for item in documents],
        [normal_form(item) for item in requests],
    )
    engine: list[float] = []
    other: list[float] = []
    for number in range(ROUNDS):
        engine += [timed(partial(decide, request, rulebook)) for request in requests]
        if number % 10 == 0:
            other += [timed(partial(oracle.decide, plain, plain_documents)) for plain in plain_requests]
    return engine, other


def timed(work: Callable[[], object]) -> float:
    """Return how long ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_of(work: Callable[[], object]) -> float:
    """Return the median time of ``work``."""
    return statistics.median(timed(work) for _ in range(ROUNDS))


def percentile(times: list[float], percent: int) -> float:
    """Return a percentile of ``times``."""
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]


if __name__ == "__main__":
    main()
