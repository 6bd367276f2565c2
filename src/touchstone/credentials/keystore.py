# SPDX-License-Identifier: Apache-2.0
"""Keys in an encrypted file, behind a `Signer`.

A key file is JSON. Its labels (which key, whose, since when, retired when) can be read by anybody who may read the file; each private
key is sealed with ChaCha20-Poly1305 (RFC 8439) under a key that scrypt (RFC 7914) makes from the passphrase, and bound to its
labels: a label that is changed opens nothing. Every change writes a whole new file and puts it in the old one's place at once, so that
a crash leaves either, and never half of one. A rotated key stays in the file: it is retired, not removed.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from hashlib import scrypt
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from touchstone.credentials.ed25519 import SEED_BYTES, private_key
from touchstone.credentials.multikey import multikey_of
from touchstone.credentials.signer import SeedSigner, names_of
from touchstone.credentials.timestamps import write_time
from touchstone.errors import CredentialError, WriteError
from touchstone.standards.whole_files import alone_in, write_whole
from touchstone.value import Value

Random = Callable[[int], bytes]
"""Returns so many bytes that nobody can foretell."""

MAX_FILE_BYTES = 1024 * 1024
MAX_SCRYPT_BYTES = 256 * 1024 * 1024
_SALT_BYTES, _NONCE_BYTES = 16, 12
_CHECKED = b"touchstone-keys"


class Scrypt(Value, frozen=True, kw_only=True):
    """What it costs to try a passphrase (RFC 7914, 2). The bounds hold for files that are read, too: a hostile one may not exhaust us.

    :param n: the cost, a power of two. Memory is 128 × n × r bytes: 128 MiB as it stands, at most 256 MiB.
    :param r: the size of a block; ``p`` how often it is all done.
    """

    n: Annotated[int, Meta(ge=2**10, le=2**18)] = 2**17
    r: Annotated[int, Meta(ge=1, le=16)] = 8
    p: Annotated[int, Meta(ge=1, le=4)] = 1


class _Sealed(Value, frozen=True, kw_only=True):
    nonce: str
    text: str


class KeyEntry(Value, frozen=True, kw_only=True):
    """The labels of one key.

    :param id: its verification method.
    :param controller: who may use it.
    :param created: since when it is there, and ``retired`` since when it signs no more, as ``2026-06-01T08:00:00Z``.
    """

    id: str
    controller: str
    publicKeyMultibase: str
    created: str
    retired: str | None = None


class _Key(Value, frozen=True, kw_only=True):
    labels: KeyEntry
    sealed: _Sealed


class _File(Value, frozen=True, kw_only=True):
    format: Literal["touchstone-keys"]
    version: Literal[1]
    scrypt: Scrypt
    salt: str
    check: _Sealed
    keys: Annotated[tuple[_Key, ...], Meta(min_length=1, max_length=1000)]


class _Unlocked(NamedTuple):
    """A key file and what opens it; its representation shows neither secret."""

    file: _File
    key: bytes

    def __repr__(self) -> str:
        return "_Unlocked(…)"


def new(
    path: Path,
    passphrase: str,
    *,
    created: datetime,
    controller: str = "",
    fragment: str = "",
    scrypt: Scrypt | None = None,
    random: Random = os.urandom,
) -> KeyEntry:
    """Make a key file with one new key, readable by its owner alone, and return the key's labels.

    :param passphrase: opens the file; whoever loses it has lost the key.
    :param created: now.
    :param controller: the issuer's DID; without one the key is a ``did:key`` of its own. ``fragment`` names it within its document.
    :param scrypt: the cost of trying a passphrase.
    :param random: where the key comes from.
    :raises CredentialError: ``keystore_exists``, ``passphrase_empty``.
    :raises WriteError: the file cannot be written.
    """
    cost, salt = scrypt or Scrypt(), random(_SALT_BYTES)
    key = _stretched(passphrase, cost, salt)
    check = _seal(key, b"", _CHECKED, random)
    first = _fresh(key, created, controller, fragment, random)
    file = _File(format="touchstone-keys", version=1, scrypt=cost, salt=_text(salt), check=check, keys=(first,))
    _write(path, file, replace=False)
    return first.labels


def list_keys(path: Path) -> tuple[KeyEntry, ...]:
    """Return the labels of all keys, the oldest first. They are authentic only once the file is opened.

    :raises CredentialError: ``keystore_unreadable``.
    """
    return tuple(key.labels for key in _read(path).keys)


def rotate(path: Path, passphrase: str, *, at: datetime, fragment: str = "", random: Random = os.urandom) -> KeyEntry:
    """Retire the key in use, add a new one of the same controller, and return the new key's labels.

    The old key stays in the file: what it signed stays verifiable for as long as its period is published, and a batch that it began can
    be resumed byte for byte.

    :param at: now.
    :param fragment: names the new key within its controller's document; without one its multikey does.
    :raises CredentialError: ``passphrase_wrong``, ``keystore_unreadable``, ``keystore_damaged``,
        ``key_id_repeated``.
    :raises WriteError: the file cannot be written.
    """
    with _alone(path):
        unlocked = _unlock(path, passphrase)
        old = _in_use(unlocked.file)
        seed = _seed(unlocked, old)
        retired = _sealed_key(unlocked.key, msgspec.structs.replace(old.labels, retired=write_time(at)), seed, random)
        own = old.labels.controller == f"did:key:{old.labels.publicKeyMultibase}"
        fresh = _fresh(unlocked.key, at, "" if own else old.labels.controller, fragment, random)
        if any(key.labels.id == fresh.labels.id for key in unlocked.file.keys):
            raise CredentialError("key_id_repeated", "a key of this name is in the file already", found=fresh.labels.id)
        kept = tuple(retired if key is old else key for key in unlocked.file.keys)
        _write(path, msgspec.structs.replace(unlocked.file, keys=(*kept, fresh)), replace=True)
    return fresh.labels


def open_signer(path: Path, passphrase: str, *, key: str = "", using: str | None = None) -> SeedSigner:
    """Open a key file and return the signer of a key.

    :param key: the verification method of a key, a retired one if need be; without it the key in use.
    :param using: a name of `ed25519.BACKENDS`, to force one.
    :raises CredentialError: ``passphrase_wrong``; ``key_not_found``; ``keystore_unreadable`` (no key file, or one of another version);
        ``keystore_damaged`` (the passphrase is right, but a key or its labels have been changed).
    """
    unlocked = _unlock(path, passphrase)
    chosen = _named(unlocked.file, key) if key else _in_use(unlocked.file)
    labels = chosen.labels
    fragment = labels.id.partition("#")[2]
    return SeedSigner(_seed(unlocked, chosen), controller=labels.controller, fragment=fragment, using=using)


# ---------------------------------------------------------------- keys within the file


def _fresh(key: bytes, created: datetime, controller: str, fragment: str, random: Random) -> _Key:
    seed = random(SEED_BYTES)
    public_key = private_key(seed).public_key
    owner, method = names_of(public_key, controller, fragment)
    labels = KeyEntry(
        id=method, controller=owner, publicKeyMultibase=multikey_of(public_key), created=write_time(created)
    )
    return _sealed_key(key, labels, seed, random)


def _in_use(file: _File) -> _Key:
    in_use = [key for key in file.keys if key.labels.retired is None]
    if len(in_use) != 1:
        raise CredentialError(
            "key_not_found", "the key file has not exactly one key in use", found=len(in_use), hint="Name the key."
        )
    return in_use[0]


def _named(file: _File, name: str) -> _Key:
    for key in file.keys:
        if key.labels.id == name:
            return key
    raise CredentialError("key_not_found", "the key file has no key of this name", found=name)


# ---------------------------------------------------------------- sealing


def _stretched(passphrase: str, cost: Scrypt, salt: bytes) -> bytes:
    if not passphrase:
        raise CredentialError("passphrase_empty", "a key file needs a passphrase")
    memory = 128 * cost.n * cost.r
    if cost.n & (cost.n - 1) or memory > MAX_SCRYPT_BYTES:
        raise CredentialError(
            "keystore_unreadable", "the cost of the passphrase is out of bounds", found=f"n={cost.n}, r={cost.r}"
        )
    spare = 128 * cost.r * (cost.p + 4) + 1024 * 1024
    return scrypt(
        passphrase.encode(errors="surrogatepass"),
        salt=salt,
        n=cost.n,
        r=cost.r,
        p=cost.p,
        maxmem=memory + spare,
        dklen=32,
    )


def _seal(key: bytes, secret: bytes, bound: bytes, random: Random) -> _Sealed:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    nonce = random(_NONCE_BYTES)
    return _Sealed(nonce=_text(nonce), text=_text(ChaCha20Poly1305(key).encrypt(nonce, secret, bound)))


def _opened(key: bytes, sealed: _Sealed, bound: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        return ChaCha20Poly1305(key).decrypt(_bytes(sealed.nonce), _bytes(sealed.text), bound)
    except (InvalidTag, ValueError):
        return None


def _sealed_key(key: bytes, labels: KeyEntry, seed: bytes, random: Random) -> _Key:
    return _Key(labels=labels, sealed=_seal(key, seed, msgspec.json.encode(labels), random))


def _seed(unlocked: _Unlocked, key: _Key) -> bytes:
    seed = _opened(unlocked.key, key.sealed, msgspec.json.encode(key.labels))
    if (
        seed is None
        or len(seed) != SEED_BYTES
        or multikey_of(private_key(seed).public_key) != key.labels.publicKeyMultibase
    ):
        raise CredentialError("keystore_damaged", "the key or its labels have been changed", found=key.labels.id)
    return seed


def _unlock(path: Path, passphrase: str) -> _Unlocked:
    file = _read(path)
    key = _stretched(passphrase, file.scrypt, _bytes(file.salt))
    if _opened(key, file.check, _CHECKED) is None:
        raise CredentialError("passphrase_wrong", "the passphrase does not open this key file").at(file=str(path))
    return _Unlocked(file, key)


def _text(content: bytes) -> str:
    return b64encode(content).decode()


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise CredentialError("keystore_unreadable", "the key file is not in order", expected="base64") from None


# ---------------------------------------------------------------- the file


def _read(path: Path) -> _File:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise CredentialError("keystore_unreadable", f"the key file cannot be read: {error.strerror}").at(
            file=str(path)
        ) from error
    if len(content) > MAX_FILE_BYTES:
        raise CredentialError("keystore_unreadable", "the file is too long for a key file").at(file=str(path))
    try:
        return msgspec.json.decode(content, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # What the decoder says may quote the file; a key file is quoted nowhere.
        raise CredentialError(
            "keystore_unreadable", "this is no key file, or one of another version",
            hint="Name the file that `touchstone key new` wrote, or take it from a backup.",
        ).at(file=str(path)) from None  # fmt: skip


def _write(path: Path, file: _File, *, replace: bool) -> None:
    content = msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"
    try:
        write_whole(path, content, replace=replace)
    except FileExistsError:
        raise CredentialError(
            "keystore_exists",
            "there is a file of this name, and a key file is never overwritten",
            hint="Choose another name.",
        ).at(file=str(path)) from None
    except OSError as error:
        raise WriteError(f"the key file cannot be written: {error.strerror}").at(file=str(path)) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Of two rotations at once neither may lose the other's key."""
    with ExitStack() as held:
        try:
            held.enter_context(alone_in(path.parent))
        except OSError as error:
            raise CredentialError("keystore_unreadable", f"the key file cannot be read: {error.strerror}").at(
                file=str(path)
            ) from error
        yield
