# SPDX-License-Identifier: Apache-2.0
"""Changing files so that nothing is lost: whole (after a crash the old content or the new, never half of one), and one at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp


def write_whole(file: Path, content: bytes, *, mode: int = 0o600, replace: bool = True) -> None:
    """Write a file beside its place, make it durable, and move it there.

    :param mode: who may use the file.
    :param replace: whether a file that is there already gives way.
    :raises FileExistsError: there is one, and it does not. Other :class:`OSError` as the system gives them; nothing is left behind.
    """
    handle, name = mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(content)
            temporary.flush()
            os.fsync(temporary.fileno())
        os.chmod(name, mode)
        if replace:
            os.replace(name, file)
        else:
            os.link(name, file)  # unlike a rename this fails where a file is already
    finally:
        Path(name).unlink(missing_ok=True)
    sync_folder(file.parent)


def sync_folder(folder: Path, sync: Callable[[int], None] = os.fsync) -> None:
    """Make durable what is called what in a folder: that is written with the folder itself.

    :param sync: how the operating system is told to write through.
    """
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        sync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep others who ask alike from changing files in a folder meanwhile; they wait. Read what is to be changed only within.

    :raises OSError: the folder cannot be opened.
    """
    try:
        from fcntl import LOCK_EX, flock
    except ImportError:  # Windows: there the last of two simultaneous changes wins
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        flock(handle, LOCK_EX)
        yield
    finally:
        os.close(handle)
