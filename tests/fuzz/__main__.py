"""Fuzz the readers of practice evidence: `python -m tests.fuzz [READER...] [--seconds 300]`; goes on from the corpus, and keeps it.

What crashes a reader is written to build/fuzz/; the corpus, least inputs first, lies in tests/fuzz/corpus/ and is read in every test run.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from tests.fuzz.fuzzing import fuzz, watched
from tests.fuzz.targets import TARGETS, Target

CORPUS = Path(__file__).parent / "corpus"
CRASHES = Path("build") / "fuzz"


def main(arguments: list[str]) -> int:
    """Fuzz, tell, keep; exit 1 where something crashed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER", help=f"one of {', '.join(TARGETS)}; all without one")
    parser.add_argument("--seconds", type=float, default=300, help="CPU seconds a reader (300)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other changes")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.readers) - set(TARGETS)):
        parser.error(f"there is no reader {unknown[0]}: {', '.join(TARGETS)}")
    crashed = 0
    for name in asked.readers or TARGETS:
        target = TARGETS[name]
        found = fuzz(target, asked.seconds, asked.seed, corpus_of(name), lambda line: print(line, file=sys.stderr))
        keep(target, found.corpus)
        for crash in found.crashes:
            CRASHES.mkdir(parents=True, exist_ok=True)
            file = CRASHES / f"{name}-{hashlib.sha256(crash.content).hexdigest()[:12]}"
            file.write_bytes(crash.content)
            print(f"{file}\n{crash.told}")
        crashed += len(found.crashes)
        print(
            f"{name}: {found.runs:,} inputs in {asked.seconds:.0f} CPU s, {found.steps:,} steps reached, {len(found.crashes)} crashes"
        )
    return 1 if crashed else 0


def corpus_of(name: str) -> list[bytes]:
    """Return what earlier runs kept for a reader."""
    return [file.read_bytes() for file in sorted((CORPUS / name).glob("*"))]


def keep(target: Target, found: list[bytes]) -> None:
    """Write the inputs that together reach everything, the shortest first; what reaches nothing of its own is dropped."""
    folder = CORPUS / target.name
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*"):
        file.unlink()
    reached: set[object] = set()
    for content in sorted(found, key=lambda each: (len(each), each)):
        steps, _ = watched(target, content)
        if not steps <= reached:
            reached |= steps
            (folder / hashlib.sha256(content).hexdigest()[:12]).write_bytes(content)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
