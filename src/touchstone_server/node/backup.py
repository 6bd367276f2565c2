# SPDX-License-Identifier: Apache-2.0
"""A copy of all that a node cannot do without, in one file; and a node made from such a file.

The copy is taken while the node runs: SQLite by its own backup (never by copying the file), PostgreSQL by pg_dump. What is kept is named
here, so that no log and no earlier copy gets in. It is read once, its digests at the end, and is unpacked again before it gets its name. It
is put back only where nothing would be lost, and only if every part has the digest that the copy names; what was revoked since it was taken
would count again, so that the node signs nothing before ``resume`` (issuing/resuming.py).
"""

from __future__ import annotations

import datetime as dt
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
from typing import IO, Any, cast

import orjson
from django.conf import settings
from django.db import connection

from touchstone_server import clock
from touchstone_server.issuing import waiting
from touchstone_server.node import closing
from touchstone_server.passport import erasures

MANIFEST, DUMP = "manifest.json", "database"
KEPT = ("secret.key", "keys")
"""What is kept of the data folder; the database is copied by itself."""
OF_NO_CONCERN = {"secret.key", "worker.beat", waiting.FILE, erasures.FILE}
"""What may stand in a folder into which a copy is put back: each process makes it by itself, or it is in no copy."""
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
            taken = clock.second()
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                _pack(out, {DUMP: dump, **dict(_kept(data))}, taken)
                os.fsync(out.fileno())
            _unpack(part, Path(folder) / "again")
        part.replace(into)
    except OSError as error:
        raise BackupError(f"The copy cannot be written ({error.strerror or error}).") from None
    finally:
        part.unlink(missing_ok=True)
    return into.stat().st_size


def restore(file: Path, data: Path) -> list[str]:
    """Put a copy back into a data folder that is empty, and into an empty database; the node that comes of it waits for ``resume``.

    :return: what the owner has to name in settings again, for it lies in the data folder now.
    :raises BackupError: when the file is no copy, was changed or cut off, or when there is something that would be lost.
    """
    there = [each.name for each in data.iterdir() if each.name not in OF_NO_CONCERN] if data.is_dir() else []
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
        waiting.wait_for_resume(data, manifest.get("taken", "an unknown day"))
        _load(unpacked / DUMP)
        for name in manifest["files"]:
            if name.startswith("data/"):
                target = data / name.removeprefix("data/")
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copyfile(unpacked / name, target)
                target.chmod(0o600)
        closing.close_all()
        return [
            f"{setting}={data / named}"
            for setting, named in manifest.get("settings", {}).items()
            if (data / named).exists()
        ]


def _kept(data: Path) -> Iterator[tuple[str, Path]]:
    """Yield what is kept, by its name in the copy: of the data folder, and the owner's documents and registry, which decisions rest on."""
    for name in KEPT:
        yield from _below(data / name, f"data/{name}")
    for setting, name in _owned().items():
        yield from _below(Path(getattr(settings, setting)), f"data/{name}")


def _owned() -> dict[str, str]:
    """Return by which name what a setting names is kept in the data folder of a node that is made from the copy."""
    trust: str = settings.TOUCHSTONE_TRUST
    named = {"TOUCHSTONE_TRUST": f"trust/{Path(trust).name}"} if trust else {}
    return named | ({"TOUCHSTONE_DOCUMENTS": "documents"} if settings.TOUCHSTONE_DOCUMENTS else {})


def _below(place: Path, name: str) -> Iterator[tuple[str, Path]]:
    if place.is_file():
        yield name, place
    elif place.is_dir():
        for file in sorted(place.rglob("*")):
            if file.is_file():
                yield f"{name}/{file.relative_to(place).as_posix()}", file


class _Digesting:
    """Reads a file, and digests what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def _pack(out: IO[bytes], files: dict[str, Path], taken: dt.datetime) -> None:
    digests = {}
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, file in files.items():
            with file.open("rb") as opened:
                head, reading = tarfile.TarInfo(name), _Digesting(opened)
                head.size, head.mode = os.fstat(opened.fileno()).st_size, 0o600
                archive.addfile(head, cast("IO[bytes]", reading))
                digests[name] = reading.digest.hexdigest()
        told = {"format": FORMAT, "vendor": connection.vendor, "taken": taken.isoformat(), "settings": _owned()}
        manifest = orjson.dumps({**told, "files": digests})
        head = tarfile.TarInfo(MANIFEST)
        head.size = len(manifest)
        archive.addfile(head, io.BytesIO(manifest))


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
    _run(["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(dump)])


def _run(command: list[str]) -> None:
    """Run one of PostgreSQL's programs on our database, with all that its address says (``sslmode`` and the like).

    It goes by a file that nobody else reads (libpq's connection service file), so that no password stands on a command line.
    """
    with tempfile.TemporaryDirectory() as folder:
        service = Path(folder) / "service"
        service.touch(0o600)
        service.write_text("[touchstone]\n" + "".join(f"{name}={value}\n" for name, value in _told()), encoding="utf-8")
        words = [command[0], "--dbname=service=touchstone", *command[1:]]
        environment = os.environ | {"PGSERVICEFILE": str(service)}
        try:
            done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - fixed programs
        except FileNotFoundError:
            raise BackupError(f"{command[0]} is not installed: it comes with PostgreSQL's client programs.") from None
    if done.returncode:
        raise BackupError(f"{command[0]} says: {done.stderr.strip()}")


def _told() -> Iterator[tuple[str, str]]:
    """Yield what the address of the database says, in libpq's words."""
    told = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    yield from ((name, str(told[key])) for name, key in names.items() if told[key])
    yield from ((name, str(value)) for name, value in told["OPTIONS"].items())
