# SPDX-License-Identifier: Apache-2.0
"""The keys of the demonstration and the registry that lists them. They are made from published words: nobody's secret, and a signature
of theirs proves nothing. Each node keeps the keys of its own organisations, and a registry of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from hashlib import sha256, shake_256
from pathlib import Path

import msgspec

from touchstone.credentials import keystore
from touchstone.credentials.multikey import multikey_of
from touchstone.credentials.signer import SeedSigner
from touchstone.library.samples import samples
from touchstone.library.story import PASSPHRASE
from touchstone.standards import TrustRegistry
from touchstone.standards.envelope import Period
from touchstone.standards.exchange.plain_writing import write_json
from touchstone.standards.trust_registry import RegisteredIssuer, RegisteredKey, RegisteredPublisher
from touchstone_server.demo.cast import CastOrganisation, issuers

BEGAN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
HOLDER = SeedSigner(sha256(b"touchstone demo holder: Lin Siyu").digest())
"""Lin Siyu's own key, a did:key; a real one never leaves its holder's device."""
_CHEAP = keystore.Scrypt(n=2**10)


def key_file(data: Path, organisation: str) -> Path:
    """Return where a node keeps the keys of an organisation."""
    return data / "keys" / organisation


def make_keys(data: Path, region: str) -> None:
    """Make the key files of a region's organisations, those of all where no region is named."""
    for organisation in issuers(region):
        file = key_file(data, organisation.slug)
        if not file.exists():
            _make(file, organisation)


def registry(region: str) -> TrustRegistry:
    """Return the registry of a region's node: the organisations of the demonstration, and whoever vouches for the samples."""
    base = samples(BEGAN.date()).registry
    college = msgspec.structs.replace(base.issuers[0], keys=(*base.issuers[0].keys, _registered(issuers("GD")[0])))
    others = tuple(
        RegisteredIssuer(id=each.issuer, name=each.names, accredited_by=each.issuer, keys=(_registered(each),))
        for each in issuers()
        if each.issuer != college.id
    )
    publishers = tuple(
        RegisteredPublisher(id=each.id, name=each.name, regions=(owner.region,), keys=each.keys)
        for each in others
        for owner in issuers()
        if owner.issuer == each.id
    )
    known = {each.id for each in publishers}
    kept = tuple(each for each in base.publishers if each.id not in known)
    return msgspec.structs.replace(
        base, id=f"urn:x-touchstone:demo:trust-{region.lower() or 'all'}", issuers=(college, *others),
        publishers=(*kept, *publishers),
    )  # fmt: skip


def write_registry(data: Path, region: str) -> Path:
    """Write the registry of a region's node into its folder; return the file."""
    file = data / "trust.json"
    file.write_bytes(write_json(registry(region)))
    return file


def _make(file: Path, organisation: CastOrganisation) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    keystore.new(
        file, PASSPHRASE, created=BEGAN, controller=organisation.issuer, scrypt=_CHEAP, random=_drawn(organisation.slug)
    )


def _registered(organisation: CastOrganisation) -> RegisteredKey:
    """Return how a registry lists an organisation's key, without opening the file: the words give the same key again."""
    signer = SeedSigner(_seed(organisation.slug), controller=organisation.issuer)
    return RegisteredKey(
        id=signer.verification_method, public_key=multikey_of(signer.public_key), valid=Period(from_=BEGAN.date())
    )


def _seed(slug: str) -> bytes:
    return sha256(f"touchstone demo key: {slug}".encode()).digest()


def _drawn(slug: str) -> Callable[[int], bytes]:
    """Return what stands in for chance: the key's own words where 32 bytes are drawn, for all else a stream that begins alike each time."""
    stream, place = shake_256(slug.encode()).digest(4096), iter(range(0, 4096, 64))

    def draw(count: int) -> bytes:
        start = next(place)
        return _seed(slug) if count == 32 else stream[start : start + count]

    return draw
