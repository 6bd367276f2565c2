# SPDX-License-Identifier: Apache-2.0
"""A child process with little memory, CPU and time: what reads a stranger's file there may be ruined by it as it likes.

The parent starts a module of ours by :func:`ask`. That module reads its question from standard input, binds its own hands by :func:`bind`,
and writes what it found to standard output, or says no by :func:`refuse`. It reads no secrets either: its environment holds only where
Python finds its modules.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated, Literal, NamedTuple, NoReturn

from msgspec import Meta

from touchstone.value import Value

_KEPT = ("PATH", "PYTHONPATH", "LANG", "SYSTEMROOT")
_TOO_LITTLE_MEMORY = ("MemoryError", "Memory allocation")  # of Python and numpy; of OpenBLAS
_REFUSED = 3
Positive = Annotated[int, Meta(ge=1)]


class Bounds(Value, frozen=True, kw_only=True):
    """How much of a machine a child may take.

    :param memory: bytes of address space, the interpreter's own (some 30 MB) among them.
    :param seconds: CPU seconds; ``further`` are those that :func:`bind_further` may add.
    :param clock: seconds on the clock, after which it is ended from outside.
    """

    memory: Positive
    seconds: Positive
    clock: Positive
    further: int = 0


class Ended(NamedTuple):
    """How a child ended.

    :param how: ``answered``; ``refused``, on purpose; ``too_much`` when a bound ended it; ``broken`` otherwise, which is a mistake of ours.
    :param content: what it wrote until then.
    :param told: its last line of complaint, for a log.
    """

    how: Literal["answered", "refused", "too_much", "broken"]
    content: bytes
    told: str = ""


def ask(module: str, question: bytes, bounds: Bounds) -> Ended:
    """Run a module of ours apart, and return what came of it.

    :param module: its name; it runs as ``python -m`` does. :param question: what it reads on standard input.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-m", module],  # -P: no module from the folder we are in
            input=question,
            capture_output=True,
            timeout=bounds.clock,
            check=False,
            env=environment | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired as stopped:
        return Ended("too_much", stopped.stdout or b"")
    last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    match done.returncode:
        case 0:
            return Ended("answered", done.stdout)
        case code if code == _REFUSED:
            return Ended("refused", done.stdout)
        case code if code < 0 or any(word in last for word in _TOO_LITTLE_MEMORY):
            return Ended("too_much", done.stdout, last)
        case _:
            return Ended("broken", done.stdout, last)


def bind(bounds: Bounds) -> None:
    """Limit this process for good: address space, CPU seconds, no core dump, no file written."""
    try:
        import resource
    except ImportError:  # not on Windows: there the parent's clock alone counts
        return
    for kind, most, last in (
        (resource.RLIMIT_AS, bounds.memory, bounds.memory),
        (resource.RLIMIT_CPU, bounds.seconds, bounds.seconds + bounds.further),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
    ):
        resource.setrlimit(kind, (most, last))


def bind_further() -> None:
    """Let this process go on beyond its CPU seconds, by those that its bounds call ``further``."""
    try:
        import resource
    except ImportError:
        return
    _, last = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (last, last))


def refuse(content: bytes) -> NoReturn:
    """End this process with a no, and say which."""
    sys.stdout.buffer.write(content)
    sys.stdout.flush()
    sys.exit(_REFUSED)
