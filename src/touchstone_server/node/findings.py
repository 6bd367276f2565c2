# SPDX-License-Identifier: Apache-2.0
"""What is unsafe, or not well, about a node: each finding a sentence, and what to do about it."""

from __future__ import annotations

import datetime as dt
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from touchstone_server import clock
from touchstone_server.audit.services import broken_links
from touchstone_server.issuing import waiting
from touchstone_server.issuing.keys import files_allowed
from touchstone_server.issuing.models import Group, StatusList
from touchstone_server.issuing.services import STALLED
from touchstone_server.node.looking_after import beat_file
from touchstone_server.node.owners import out_of_reach
from touchstone_server.pages import mails

LOWEST_SPACE = 500 * 1024 * 1024
"""Bytes that must be free where the node keeps its data."""

SILENT = dt.timedelta(minutes=5)
"""After this a worker that shows no sign of life is taken for dead: ten of its beats."""
A_DAY = dt.timedelta(days=1)


class Finding(NamedTuple):
    """Something about a node.

    :param severity: *unsafe*: no real people may use it so; *unwell*: it does not work; *advice*: it works, and could be better.
    """

    code: str
    severity: Literal["unsafe", "unwell", "advice"]
    sentence: str


def health() -> list[Finding]:
    """Return what keeps the node from working; quick, and asked every few seconds."""
    return [*_database(), *_space(), *_worker(), *_restored()]


def findings() -> list[Finding]:
    """Return everything that is unsafe or not well, the worst first."""
    order = {"unwell": 0, "unsafe": 1, "advice": 2}
    found = [
        finding
        for look in (
            _database,
            _space,
            _worker,
            _restored,
            _switches,
            _address,
            _files,
            _owners,
            _keys,
            _peers,
            _audit,
            _mail,
        )
        for finding in look()
    ]
    return sorted(found, key=lambda finding: order[finding.severity])


def pending_migrations() -> int:
    """Return how many changes of the database's shape have not been made yet."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _database() -> Iterator[Finding]:
    try:
        if pending := pending_migrations():
            yield Finding(
                "migrations_pending",
                "unwell",
                f"The database lacks {pending} changes of its shape: run  touchstone-node migrate",
            )
    except DatabaseError as error:
        yield Finding("database_unreachable", "unwell", f"The database does not answer ({str(error).strip()}).")


def _space() -> Iterator[Finding]:
    try:
        free = shutil.disk_usage(settings.TOUCHSTONE_DATA).free
    except OSError as error:
        yield Finding(
            "data_unreachable", "unwell", f"The data folder cannot be read ({error.strerror}): {error.filename}"
        )
        return
    if free < LOWEST_SPACE:
        yield Finding(
            "disk_nearly_full",
            "unwell",
            f"{free // 2**20} MiB are free in {settings.TOUCHSTONE_DATA}; {LOWEST_SPACE // 2**20} are needed.",
        )


def _worker() -> Iterator[Finding]:
    now = clock.now()
    with suppress(OSError):  # no file: no worker was ever begun, and what would wait for it is told below
        if now.timestamp() - beat_file().stat().st_mtime > SILENT.total_seconds():
            yield Finding("worker_silent", "unwell", "The worker does not work any more: start  touchstone-node worker")
    try:
        standing = Group.objects.filter(state=Group.State.APPROVED).exclude(beat__gt=now - STALLED).count()
        stale = StatusList.objects.filter(until__lt=now + A_DAY).count()
    except DatabaseError:
        return  # told already
    if standing:
        yield Finding(
            "group_stands_still",
            "unwell",
            f"{standing} approved for issuing, and nothing moves: look whether  touchstone-node worker  runs, and at its log.",
        )
    if stale:
        yield Finding(
            "list_stale",
            "unwell",
            f"{stale} of the status lists end within a day, and then nothing verifies: look whether the worker runs and can sign.",
        )


def _restored() -> Iterator[Finding]:
    if taken := waiting.taken():
        yield Finding(
            "restored",
            "unwell",
            f"The node was put back from a copy of {taken}. It signs nothing and hands out no status list, for what was revoked since"
            " would count again: run  touchstone-node resume",
        )


def _switches() -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding("debug", "unsafe", "TOUCHSTONE_DEBUG shows readers what the code holds: unset it.")
    if settings.TOUCHSTONE_DEMO:
        yield Finding("demo", "unsafe", "TOUCHSTONE_DEMO lets anybody in as anybody: unset it.")
    if not settings.TOUCHSTONE_TRUST:
        yield Finding(
            "trust_illustrative",
            "unsafe",
            "The node relies on an illustrative trust registry, whose keys anybody can have: name yours in TOUCHSTONE_TRUST.",
        )


def _address() -> Iterator[Finding]:
    address: str = settings.TOUCHSTONE_ADDRESS
    if not address:
        yield Finding(
            "address_missing",
            "unsafe",
            "TOUCHSTONE_ADDRESS is not set, so that sign-in cookies go over plain http: set it to https:// and your host.",
        )
    elif not address.startswith("https://"):
        yield Finding("address_not_https", "unsafe", f"{address} is plain http: passwords could be read on the way.")
    elif address.split("//", 1)[1].split(":", maxsplit=1)[0] not in settings.ALLOWED_HOSTS:
        yield Finding("host_missing", "unwell", f"TOUCHSTONE_HOSTS does not name the host of {address}.")
    if address.startswith("https://") and not settings.ALLAUTH_TRUSTED_CLIENT_IP_HEADER:
        yield Finding(
            "client_unknown",
            "unsafe",
            "All readers seem to be the proxy, so that one who mistypes passwords locks everybody out: "
            "let the proxy set a header with the reader's address, and name it:  TOUCHSTONE_CLIENT=X-Real-IP",
        )


def _files() -> Iterator[Finding]:
    data: Path = settings.TOUCHSTONE_DATA
    if data.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding("readable_by_others", "unsafe", f"Others on this machine may open {data}: chmod go= {data}")


def _owners() -> Iterator[Finding]:
    data: Path = settings.TOUCHSTONE_DATA
    if found := list(out_of_reach(data)):
        named = ", ".join(str(each.relative_to(data)) for each in found[:3])
        yield Finding(
            "owned_by_another",
            "unwell",
            f"The owner of {data} cannot read and write all of it ({named}{', …' if found[3:] else ''}):"
            f" run  chown -R --reference={data} {data}  and  chmod -R u+rwX {data}",
        )


def _peers() -> Iterator[Finding]:
    for peer in settings.TOUCHSTONE_PEERS:
        if not (peer.startswith("https://") or settings.TOUCHSTONE_DEMO):
            yield Finding(
                "peer_not_https",
                "unwell",
                f"Nothing is pulled from {peer}, for it is plain http: name it with https://.",
            )


def _audit() -> Iterator[Finding]:
    try:
        broken = next(broken_links(), None)
    except DatabaseError:
        return  # told already
    if broken is not None:
        yield Finding("audit_broken", "unsafe", f"Entry {broken} of the audit log does not follow from the one before.")


def _keys() -> Iterator[Finding]:
    folder: Path = settings.TOUCHSTONE_DATA / "keys"
    kept = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    if kept and not files_allowed():
        yield Finding(
            "key_files_refused",
            "unwell",
            "Keys are kept in files, so nothing is signed: set TOUCHSTONE_KEY_FILES=1 if that is meant.",
        )
    elif kept and not settings.TOUCHSTONE_PASSPHRASE:
        yield Finding("passphrase_missing", "unwell", "TOUCHSTONE_PASSPHRASE is not set, so nothing can be signed.")


def _mail() -> Iterator[Finding]:
    if mails():
        return
    if settings.TOUCHSTONE_ADDRESS.startswith("https://") and not settings.TOUCHSTONE_DEMO:
        yield Finding(
            "mail_missing",
            "unsafe",
            "TOUCHSTONE_EMAIL is not set, so anybody signs up with anybody's address, and nobody gets back in who forgot a password.",
        )
    else:
        yield Finding(
            "mail_missing", "advice", "TOUCHSTONE_EMAIL is not set: letters are printed here and reach nobody."
        )
