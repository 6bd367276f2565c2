# SPDX-License-Identifier: Apache-2.0
"""The journal: a register of what was reserved and issued, in one file that only ever grows and survives a crash at any byte.

JSON Lines, in UTF-8, one entry a line::

    {"sum":"9f86d081884c7d65","at":8214,"durable":8214,"reserved":{"key":"setter-017","id":"urn:uuid:…","created":"2026-06-01T08:00:00Z",…}}
    {"sum":"60303ae22b998861","at":8637,"durable":8214,"issued":{"key":"setter-017","document":{…}}}

``sum`` is the beginning of SHA-256 over what follows it, ``at`` the place of the line in the file, so that no line can be damaged, moved
or taken out without notice. ``durable`` is how much of the file was known to be on the disk when the line was written. It tells a
*torn tail* from *damage*: what a crash may leave is a broken line after which nothing was acknowledged, and it is cut off when the
journal is opened; a broken line before something that was acknowledged is never passed over in silence.

Nothing but kill -9 in the middle of a write, a full disk or a loss of power is expected to leave a torn tail; all of them do.
The file holds names and the salt from which ids are drawn: it is made readable by its owner alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self

import msgspec

from touchstone.credentials.register import SALT_BYTES, Reservation, States
from touchstone.errors import CredentialError, WriteError
from touchstone.standards.whole_files import sync_folder
from touchstone.value import Value

FILE = "journal.jsonl"
LOCK = "journal.lock"
FORMAT = 1
MAX_LINE = 16 * 1024 * 1024
_SUM_DIGITS = 16
_BODY = len('{"sum":"') + _SUM_DIGITS + len('",')
_BEGIN, _UNWRITTEN = b'{"sum":"', bytes(8)


class Opening(Value, frozen=True, kw_only=True):
    """What the first line of a journal says: the form of the file, the salt (hexadecimal), and what is issued here."""

    format: int
    salt: str
    subject: str


class Run(Value, frozen=True, kw_only=True):
    """A run of a batch: the digest of its table, and the time that its credentials bear however often it is resumed."""

    table: str
    at: str


class _Issued(msgspec.Struct, frozen=True):
    key: str
    document: msgspec.Raw


class _Line(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    at: int
    durable: int
    opened: Opening | None = None
    run: Run | None = None
    reserved: Reservation | None = None
    void: str | None = None
    issued: _Issued | None = None


class _Place(NamedTuple):
    start: int
    length: int


_DECODER = msgspec.json.Decoder(_Line)
_ENCODER = msgspec.json.Encoder()


class _Entries(States):
    """What stands in a journal: read by whoever opens it."""

    _file: BinaryIO
    _open: contextlib.ExitStack[bool | None]

    def __init__(self, folder: Path | str) -> None:
        super().__init__()
        self.folder = Path(folder)
        self._documents: dict[str, _Place] = {}
        self._runs: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, and let go of the lock where there is one."""
        self._open.close()

    @property
    def salt(self) -> bytes:
        """The secret from which ids and indexes are drawn."""
        return bytes.fromhex(self._opening.salt)

    def issued(self, key: str) -> bytes | None:
        """Return the credential that was issued under a key, byte for byte."""
        place = self._documents.get(key)
        return os.pread(self._file.fileno(), place.length, place.start) if place else None

    def _read(self) -> int:
        """Take in all sound lines; return where the first that is not sound begins, or the end."""
        sound = 0
        for start, content in _lines(self._file):
            line = _decoded(content)
            if line is None:
                self._refuse_damage(content, broken=start)
                return sound
            if line.at != start:
                raise _damaged(self.folder, start)
            self._take(line, len(content))
            sound = start + len(content)
        return sound

    def _refuse_damage(self, content: bytes, *, broken: int) -> None:
        """Look beyond a broken line for one that was written when the broken one was durable.

        A first line is no journal's unless it begins like one, or was never written out; nothing else in the file can tell.
        """
        foreign = not broken and (
            content[-1:] == b"\n" or content[: len(_BEGIN)] not in (_BEGIN[: len(content)], _UNWRITTEN)
        )
        lines = ((start, _decoded(content)) for start, content in _lines(self._file, broken + len(content)))
        if foreign or any(line and (line.durable > broken or line.at != start) for start, line in lines):
            raise _damaged(self.folder, broken)

    def _take(self, line: _Line, length: int) -> None:
        """Follow one entry."""
        if line.issued:
            self._follow_issued(line.issued.key)
            size = len(line.issued.document)
            self._documents[line.issued.key] = _Place(line.at + length - size - len("}}\n"), size)
        elif line.reserved:
            self._follow_reservation(line.reserved)
        elif line.void is not None:
            self._follow_void(line.void)
        elif line.run:
            self._runs.setdefault(line.run.table, line.run.at)
        elif line.opened:
            self._opening = line.opened

    def _refuse_other(self, subject: str) -> None:
        """Stop where the first line is of another version of the file, or of something else that is issued."""
        if self._opening.format != FORMAT:
            raise _newer(self.folder)
        if self._opening.subject != subject:
            raise _foreign(self.folder, self._opening.subject)


class JournalReading(_Entries):
    """The :class:`~touchstone.credentials.register.Records` of a folder as they stand, none where nothing was ever issued.

    Nothing is written, locked or cut off. Use it as a context manager.

    :param subject: as of :class:`Journal`.
    :raises CredentialError: ``journal_damaged``, ``journal_foreign``.
    """

    def __init__(self, folder: Path | str, *, subject: str = "") -> None:
        super().__init__(folder)
        self._opening = Opening(format=FORMAT, salt=bytes(SALT_BYTES).hex(), subject=subject)  # unless it has its own
        with _told(self.folder, "read"), contextlib.ExitStack() as opened:
            if (self.folder / FILE).exists():
                self._file = opened.enter_context((self.folder / FILE).open("rb"))
                self._read()
            self._refuse_other(subject)
            self._open = opened.pop_all()


class Journal(_Entries):
    """A :class:`~touchstone.credentials.register.Register` in a folder; use it as a context manager.

    :param folder: made when it is not there.
    :param salt: 32 random bytes, kept in the file; a journal that is there already goes on with its own.
    :param subject: what is issued here, such as the digest of a template; a journal of something else is refused.
    :param sync: how the operating system is told to write through; ``no_sync`` is for tests and figures.
    :raises CredentialError: ``journal_locked``, ``journal_damaged``, ``journal_foreign``.
    :raises WriteError: when the folder cannot be written.
    """

    _size: int
    _durable: int

    def __init__(
        self, folder: Path | str, *, salt: bytes, subject: str = "", sync: Callable[[int], None] = os.fsync
    ) -> None:
        super().__init__(folder)
        if len(salt) != SALT_BYTES:
            raise ValueError(f"the salt must have {SALT_BYTES} bytes")
        self._sync, self._broken = sync, False
        with _told(self.folder), contextlib.ExitStack() as opened:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened.callback(_release, _locked(self.folder))
            self._file = _opened(self.folder / FILE)
            opened.callback(self._close_file)
            self._take_up()
            if self._size:
                self._refuse_other(subject)
            else:
                self._write([{"opened": Opening(format=FORMAT, salt=salt.hex(), subject=subject)}])
                self._make_durable()
                sync_folder(self.folder, sync)
            self._open = opened.pop_all()

    def read_again(self) -> None:
        """Take up what stands in the file, as if it were opened now, and keep the lock: what a stop has torn is cut off by that."""
        with _told(self.folder):
            self._file.close()
            self._file = _opened(self.folder / FILE)
            self._take_up()

    # -------------------------------------------------------------- the register
    def reserve(self, reservations: Sequence[Reservation]) -> None:
        """Record reservations: they stand in the file before anything that is signed for them."""
        self._expect_new(reservations)
        self._write([{"reserved": reservation} for reservation in reservations])

    def void(self, keys: Sequence[str]) -> None:
        """Let go of reservations of what could not be signed; their places stay taken."""
        self._expect(keys, reserved=True)
        self._write([{"void": key} for key in keys])

    def store(self, credentials: Sequence[tuple[str, bytes]]) -> None:
        """Record issued credentials; when this returns they are on the disk, with everything before them."""
        self._expect([key for key, _ in credentials], reserved=True)
        self._write([{"issued": _Issued(key, msgspec.Raw(content))} for key, content in credentials])
        self._make_durable()

    def run_at(self, table: str, at: str) -> str:
        """Return the time of the run of a table: when it began first, ``at`` if that is now; recorded, and durable."""
        if table not in self._runs:
            self._write([{"run": Run(table=table, at=at)}])
            self._make_durable()
        return self._runs[table]

    # -------------------------------------------------------------- writing
    def _write(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Append a line for each entry, all by one write; from a failed one on, nothing more is taken."""
        if not entries:
            return
        self._refuse_broken()
        place, lines, contents = self._size, [], []
        for entry in entries:
            line = _Line(place, self._durable, **entry)
            content = _encoded(line)
            place += len(content)
            lines.append(line)
            contents.append(content)
        self._broken = True  # until it has gone well
        with _told(self.folder):
            _write_all(self._file.fileno(), b"".join(contents))
        self._broken, self._size = False, place
        for line, content in zip(lines, contents, strict=True):
            self._take(line, len(content))

    def _make_durable(self) -> None:
        """A disk that once said it could not write may have dropped what it had; asking again proves nothing."""
        if self._durable == self._size:
            return
        self._refuse_broken()
        self._broken = True
        with _told(self.folder):
            self._sync(self._file.fileno())
        self._broken, self._durable = False, self._size

    def _refuse_broken(self) -> None:
        if self._broken:
            raise WriteError(
                "the journal could not be written before and takes nothing more", file=str(self.folder / FILE),
                hint="Look at the disk, then begin again: what was acknowledged is kept, the rest is completed.",
            )  # fmt: skip

    def _close_file(self) -> None:
        """Close the file that is open at the end: `read_again` opens another."""
        self._file.close()

    def _take_up(self) -> None:
        """Follow what stands in the file; followed already, it leads to the same states."""
        self._size = self._durable = self._read()
        self._cut_off_torn_tail()

    def _cut_off_torn_tail(self) -> None:
        """Begin at the last sound line. What a killed process had written may still be on its way to the disk: wait for it."""
        descriptor = self._file.fileno()
        if os.fstat(descriptor).st_size != self._size:
            os.ftruncate(descriptor, self._size)
        os.lseek(descriptor, self._size, os.SEEK_SET)
        self._sync(descriptor)


def no_sync(_: int) -> None:
    """Leave it to the operating system when the journal reaches the disk: a loss of power may take what was acknowledged."""


# ------------------------------------------------------------------ lines
def _encoded(line: _Line) -> bytes:
    body = _ENCODER.encode(line)[1:]
    if b"\n" in body:
        raise ValueError("a stored document must stand on one line")
    return b'{"sum":"%b",%b\n' % (_sum(body), body)


def _decoded(content: bytes) -> _Line | None:
    """Return a line, or None when it is not as it was written."""
    body = content[_BODY:-1]
    if content[-1:] != b"\n" or content[:_BODY] != b'{"sum":"%b",' % _sum(body):
        return None
    try:
        return _DECODER.decode(b"{" + body)
    except msgspec.MsgspecError:
        raise _newer() from None


def _sum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:_SUM_DIGITS].encode()


def _lines(file: BinaryIO, place: int = 0) -> Iterator[tuple[int, bytes]]:
    while content := file.readline(MAX_LINE):
        yield place, content
        place += len(content)


# ------------------------------------------------------------------ files
def _opened(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _locked(folder: Path) -> int:
    """Take the lock, which the operating system lets go of when its process ends, however it ends."""
    import fcntl

    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        process = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise CredentialError(
            "journal_locked", "another process is issuing here", file=str(folder),
            found=f"process {process}" if process else None, hint="Wait until it has ended.",
        ) from None  # fmt: skip
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
    return descriptor


def _release(descriptor: int) -> None:
    """The file stays: were it taken away, two processes could hold the locks of two files of one name."""
    os.close(descriptor)


@contextlib.contextmanager
def _told(folder: Path, what: str = "written") -> Iterator[None]:
    """Say in a sentence what the operating system refuses."""
    try:
        yield
    except OSError as error:
        raise WriteError(f"the journal cannot be {what} ({error.strerror})", file=str(folder / FILE)) from None


def _damaged(folder: Path, place: int) -> CredentialError:
    return CredentialError(
        "journal_damaged", "this is no journal, or a damaged one", file=str(folder / FILE), found=f"a broken line at byte {place}",
        hint="Take it from a backup; nothing is issued from this one, and nothing in it was changed.",
    )  # fmt: skip


def _newer(folder: Path | str = "") -> CredentialError:
    return CredentialError(
        "journal_foreign", "the journal was written by another version of Touchstone", file=str(folder),
        hint="Go on with the version that began it.",
    )  # fmt: skip


def _foreign(folder: Path, subject: str) -> CredentialError:
    return CredentialError(
        "journal_foreign", "something else is issued from this folder", file=str(folder), found=subject or None,
        hint="Give another folder.",
    )  # fmt: skip
