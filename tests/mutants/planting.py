# SPDX-License-Identifier: Apache-2.0
"""Planting a mistake in a copy of the core, and asking the fast tests whether they notice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.planted import FAST, Mutant

ROOT = Path(__file__).parents[2]
CORE = ROOT / "src" / "touchstone"
SOUND = Mutant("no mistake", "__init__.py", "", "", FAST)
PASSED, FAILED = 0, 1


def occurrences(mutant: Mutant) -> int:
    """How often the text to replace stands in its file; it must be once."""
    return (CORE / mutant.file).read_text(encoding="utf-8").count(mutant.old)


def exit_code(mutant: Mutant) -> int:
    """Run the tests of a mutant against a copy of the core in which it is planted: 0 it survived, 1 it was noticed."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        source = Path(folder) / "src"
        shutil.copytree(CORE, source / "touchstone", ignore=shutil.ignore_patterns("__pycache__"))
        file = source / "touchstone" / mutant.file
        if mutant.old:
            file.write_text(file.read_text(encoding="utf-8").replace(mutant.old, mutant.new), encoding="utf-8")
        return _run(mutant.tests, source, Path(folder))


def _run(tests: Iterable[str], source: Path, folder: Path) -> int:
    files = [file for file in (ROOT / "tests" / "touchstone" / name for name in tests) if file.exists()]
    words = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={folder / 'tmp'}"]
    paths = f"pythonpath={source} {ROOT}"
    command = [sys.executable, "-m", "pytest", *words, "-o", paths, *map(str, files)]
    environment = {**os.environ, "PYTHONPATH": f"{source}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode


def plant(mutants: Iterable[Mutant], workers: int | None = None) -> Iterator[tuple[Mutant, bool]]:
    """Plant mutants, several at a time, and yield each with whether a test failed because of it."""
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        mutants = tuple(mutants)
        for mutant, code in zip(mutants, pool.map(exit_code, mutants), strict=True):
            assert code in (PASSED, FAILED), f"{mutant.name}: the tests could not run (pytest exited {code})"
            yield mutant, code == FAILED
