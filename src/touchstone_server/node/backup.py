# SPDX-License-Identifier: Apache-2.0
"""A copy of all that a node keeps, in one file; and a node made from such a file.

The copy is taken while the node runs: SQLite by its own backup (never by copying the file), PostgreSQL by pg_dump. A file is put back
only where nothing would be lost, and only if every part has the digest that the copy names.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson
from django.db import connection

MANIFEST, DUMP = "manifest.json", "database"
FORMAT = "touchstone-node-backup/1"


class BackupError(Exception):
    """A copy cannot be made, or not be put back; the sentence says why and what to do."""


def back_up(data: Path, into: Path) -> int:
    """Write a copy of the database and of the data folder; return its size in bytes.

    :raises BackupError: when the file is there already, or cannot be written.
    """
    if into.exists():
        raise BackupError(f"{into} is there already: name another file.")
    part = into.with_name(into.name + ".part")
    try:
        with tempfile.TemporaryDirectory() as folder:
            dump = Path(folder) / DUMP
            _dump(dump)
            files = {DUMP: dump, **{f"data/{name}": file for name, file in _kept(data)}}
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                _pack(out, files)
                os.fsync(out.fileno())
        part.replace(into)
    except OSError as error:
        raise BackupError(f"The copy cannot be written ({error.strerror or error}).") from None
    finally:
        part.unlink(missing_ok=True)
    return into.stat().st_size


def restore(file: Path, data: Path) -> None:
    """Put a copy back into a data folder that is empty, and into an empty database.

    :raises BackupError: when the file is no copy, was changed or cut off, or when there is something that would be lost.
    """
    there = [each.name for each in data.iterdir() if each.name != "secret.key"] if data.is_dir() else []
    if there:
        raise BackupError(
            f"{data} already holds {', '.join(sorted(there)[:3])}: put the copy back into an empty folder."
        )
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder)
        manifest = _unpack(file, unpacked)
        if manifest["vendor"] != connection.vendor:
            raise BackupError(
                f"The copy is of a {manifest['vendor']} database, and TOUCHSTONE_DATABASE names {connection.vendor}."
            )
        _load(unpacked / DUMP)
        for name in manifest["files"]:
            if name.startswith("data/"):
                target = data / name.removeprefix("data/")
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copyfile(unpacked / name, target)
                target.chmod(0o600)


def _kept(data: Path) -> Iterator[tuple[str, Path]]:
    """Yield every file of the data folder but the database, which is copied by itself."""
    for file in sorted(data.rglob("*")):
        if file.is_file() and ".sqlite3" not in file.name:
            yield file.relative_to(data).as_posix(), file


def _pack(out: IO[bytes], files: dict[str, Path]) -> None:
    digests = {name: _digest(file) for name, file in files.items()}
    manifest = orjson.dumps({"format": FORMAT, "vendor": connection.vendor, "files": digests})
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        head = tarfile.TarInfo(MANIFEST)
        head.size = len(manifest)
        archive.addfile(head, io.BytesIO(manifest))
        for name, file in files.items():
            archive.add(file, name, recursive=False)


def _unpack(file: Path, into: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(into, filter="data")
        manifest: dict[str, Any] = orjson.loads((into / MANIFEST).read_bytes())
        files = {name: into / name for name in manifest["files"]}
        sound = manifest["format"] == FORMAT and all(_digest(files[n]) == d for n, d in manifest["files"].items())
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{file} is no whole copy of a node ({error}).") from None
    if not sound:
        raise BackupError(f"A part of {file} has another digest than the copy names: it was changed or damaged.")
    return manifest


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# ------------------------------------------------------------------ databases
def _dump(into: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(into) as copy:
            connection.connection.backup(copy)
        copy.close()
        return
    _run(["pg_dump", "--format=custom", f"--file={into}"])


def _load(dump: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        if connection.introspection.table_names():
            raise BackupError("The database is not empty: name another in TOUCHSTONE_DATABASE.")
        with sqlite3.connect(dump) as copy:
            copy.backup(connection.connection)
        copy.close()
        return
    if connection.introspection.table_names():
        raise BackupError("The database is not empty: name another in TOUCHSTONE_DATABASE.")
    _run(["pg_restore", "--exit-on-error", "--no-owner", f"--dbname={connection.settings_dict['NAME']}", str(dump)])


def _run(command: list[str]) -> None:
    """Run one of PostgreSQL's programs on our database; its password goes by the environment, never by the command line."""
    told = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = os.environ | {name: str(told[key]) for name, key in names.items() if told[key]}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - fixed programs
    except FileNotFoundError:
        raise BackupError(f"{command[0]} is not installed: it comes with PostgreSQL's client programs.") from None
    if done.returncode:
        raise BackupError(f"{command[0]} says: {done.stderr.strip()}")
