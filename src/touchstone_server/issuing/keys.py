# SPDX-License-Identifier: Apache-2.0
"""The key of an organisation: an encrypted file in the data folder, behind a `Signer`, opened by a passphrase from the environment.

Where real people are (an https address, no demonstration) a key in a file is refused unless the node's owner says that it is meant.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache

from touchstone.credentials import keystore
from touchstone.credentials.keystore import KeyEntry
from touchstone.credentials.signer import SeedSigner, Signer
from touchstone.errors import CredentialError
from touchstone_server.errors import CannotError
from touchstone_server.issuing import waiting
from touchstone_server.organisations.models import Organisation

PAUSE = 60
"""Seconds for which a key that could not be opened is not tried again: a try takes half a second, and any reader can ask for one."""


class KeysUnavailableError(CannotError):
    """Nothing can be signed; ``code`` says why: none, refused, locked, wrong, damaged, or restored (``waiting.py``)."""


class PublicHalf(NamedTuple):
    """What a preview needs of a key: whose it is and what it is called. It signs nothing."""

    verification_method: str
    controller: str
    public_key: bytes = b""

    def sign(self, message: bytes) -> bytes:
        """Refuse: a preview signs nothing."""
        raise AssertionError(f"{self.controller} signs nothing here ({len(message)} bytes)")


def key_file(organisation: Organisation) -> Path:
    """Return where the key of an organisation is kept."""
    folder: Path = settings.TOUCHSTONE_DATA
    return folder / "keys" / organisation.slug


def labels_of(organisation: Organisation) -> tuple[KeyEntry, ...]:
    """Return the labels of an organisation's keys, the oldest first; none where it has none."""
    file = key_file(organisation)
    try:
        return keystore.list_keys(file) if file.exists() else ()
    except CredentialError:
        return ()


def public_half(organisation: Organisation) -> PublicHalf:
    """Return the public half of the key in use.

    :raises KeysUnavailableError: where there is none.
    """
    for entry in labels_of(organisation):
        if entry.retired is None:
            return PublicHalf(entry.id, entry.controller)
    raise KeysUnavailableError("none")


def signer_of(organisation: Organisation) -> Signer:
    """Open the key of an organisation.

    :raises KeysUnavailableError: where it cannot be used.
    """
    file = key_file(organisation)
    if not file.exists():
        raise KeysUnavailableError("none")
    if not files_allowed():
        raise KeysUnavailableError("refused")
    if not settings.TOUCHSTONE_PASSPHRASE:
        raise KeysUnavailableError("locked")
    if waiting.taken():
        raise KeysUnavailableError("restored")
    tried = (file, file.stat().st_mtime_ns, settings.TOUCHSTONE_PASSPHRASE)
    mark = f"key-tried:{hash(tried)}"
    if code := cache.get(mark):
        raise KeysUnavailableError(code)
    try:
        return _opened(*tried)
    except CredentialError as error:
        code = "wrong" if error.code == "passphrase_wrong" else "damaged"
        cache.set(mark, code, PAUSE)
        raise KeysUnavailableError(code) from error


def can_sign(organisation: Organisation) -> bool:
    """Tell whether the key of an organisation can be used now."""
    try:
        signer_of(organisation)
    except KeysUnavailableError:
        return False
    return True


def files_allowed() -> bool:
    """Tell whether keys may be kept in files here: where no real people are, or where the node's owner says so."""
    address: str = settings.TOUCHSTONE_ADDRESS
    real = address.startswith("https://") and not settings.TOUCHSTONE_DEMO
    return not real or bool(settings.TOUCHSTONE_KEY_FILES)


def make_key(organisation: Organisation, now: dt.datetime, controller: str = "") -> KeyEntry:
    """Give an organisation its first key, or a new one in place of the one in use; it issues under the key's owner from now on.

    :raises KeysUnavailableError: where keys may not be kept in files, or no passphrase is given; ``own`` where the issuer is its key
        (``did:key``), so that a new one would be another issuer, who could not speak for the certificates of the first.
    :raises CredentialError: what the key file refuses.
    """
    if not files_allowed():
        raise KeysUnavailableError("refused")
    if not settings.TOUCHSTONE_PASSPHRASE:
        raise KeysUnavailableError("locked")
    file = key_file(organisation)
    if file.exists():
        if organisation.issuer.startswith("did:key:"):
            raise KeysUnavailableError("own")
        return keystore.rotate(file, settings.TOUCHSTONE_PASSPHRASE, at=now)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    entry = keystore.new(
        file, settings.TOUCHSTONE_PASSPHRASE, created=now, controller=controller or organisation.issuer
    )
    organisation.issuer = entry.controller
    organisation.save(update_fields=["issuer"])
    return entry


@lru_cache(64)
def _opened(file: Path, changed: int, passphrase: str) -> SeedSigner:
    """Open a key file once: trying a passphrase is made to take half a second. A file that ``changed`` is opened anew."""
    return keystore.open_signer(file, passphrase)
