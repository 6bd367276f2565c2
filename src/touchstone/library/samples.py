# SPDX-License-Identifier: Apache-2.0
"""Credentials to try verification with, one for each way in which it can come out. Illustrative: their private keys are public (they
are made from the published words below), so anybody can sign with them and a signature of theirs proves nothing.

They are made for a day and are the same bytes for whoever makes them for that day: Ed25519 signatures are deterministic.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal, NamedTuple, get_args

import msgspec

from touchstone.credentials import status_list, wallet
from touchstone.credentials.credential import Achievement, Attestation, Badge, Issuer, StatusPlace, build
from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
from touchstone.credentials.multikey import multikey_of
from touchstone.credentials.proof import add_proof
from touchstone.credentials.signer import SeedSigner
from touchstone.credentials.status_keeping import signed_list
from touchstone.library.people import load_people
from touchstone.library.story import AUTHORITIES, BODY, COLLEGE, SCHOOL
from touchstone.recognition.from_credentials import attestation_of
from touchstone.standards.envelope import Period
from touchstone.standards.trust_registry import RegisteredIssuer, RegisteredKey, RegisteredPublisher, TrustRegistry
from touchstone.text import LanguageMap

SampleName = Literal["valid", "revoked", "suspended", "expired", "early", "unlisted", "altered"]
SAMPLES: tuple[SampleName, ...] = get_args(SampleName)

_STRANGER_NAME: LanguageMap = {"en": "Illustrative stranger, in no registry", "zh-Hans": "示范机构（不在名录内）"}
_LISTS: dict[status_list.Purpose, str] = {
    "revocation": "https://gd-college.example/status/samples-revocation",
    "suspension": "https://gd-college.example/status/samples-suspension",
}
_BEGAN = dt.date(2020, 1, 1)
_NAME: LanguageMap = {
    "zh-Hans": "示范证书：首饰制作", "zh-Hant": "示範證書：首飾製作",
    "en": "Illustrative certificate: jewellery making", "pt": "Certificado ilustrativo: joalharia",
}  # fmt: skip
_LAW: LanguageMap = {
    "zh-Hans": "示范证书：内地法规", "zh-Hant": "示範證書：內地法規",
    "en": "Illustrative certificate: mainland law", "pt": "Certificado ilustrativo: legislação do Interior da China",
}  # fmt: skip
_SIGNED_DAYS_AGO = 500


class Samples(NamedTuple):
    """The registry that vouches for the samples, the samples themselves, their status lists by URL, and a wallet with some of them."""

    registry: TrustRegistry
    credentials: dict[str, bytes]
    lists: dict[str, bytes]
    wallet: bytes


@lru_cache(4)
def samples(day: dt.date) -> Samples:
    """Return the samples for a day: valid then, expired then, and so on."""
    credentials: dict[str, bytes] = {name: _sample(name, day) for name in SAMPLES}
    law = _signed(_badge("law", day, evidence=1), _signer("college"), _signed_at(day))
    lists = {url: _list(purpose, url, day) for purpose, url in _LISTS.items()}
    carried = wallet.Wallet(
        format="touchstone-wallet",
        version=1,
        holder=_signer("holder").controller,
        credentials=tuple(content.decode() for content in (credentials["valid"], law, credentials["altered"])),
        status_lists=tuple(content.decode() for content in lists.values()),
    )
    return Samples(_registry(), credentials, lists, wallet.write_wallet(carried))


def _sample(name: SampleName, day: dt.date) -> bytes:
    if name == "unlisted":
        badge = _badge(name, day, issuer=Issuer(id=_signer("stranger").controller, name=_STRANGER_NAME))
        return _signed(msgspec.structs.replace(badge, status=()), _signer("stranger"), _signed_at(day))
    badge = _badge(name, day)
    if name == "early":
        badge = msgspec.structs.replace(badge, valid_from=_morning(day + dt.timedelta(days=30)))
    if name == "expired":
        ended = msgspec.structs.replace(badge.attestation, expires=day - dt.timedelta(days=30))
        badge = msgspec.structs.replace(badge, attestation=ended)
    signed = _signed(badge, _signer("college"), _signed_at(day))
    return signed.replace(b'"level":"3"', b'"level":"1"') if name == "altered" else signed


def _badge(name: str, day: dt.date, *, evidence: int = 0, issuer: Issuer | None = None) -> Badge:
    awarded = _signed_at(day).date()
    attested: Attestation = attestation_of(load_people()[0].request.evidence[evidence])
    attested = msgspec.structs.replace(attested, awarded=awarded, expires=day + dt.timedelta(days=5 * 365))
    return Badge(
        id=f"urn:x-touchstone:sample:{name}",
        issuer=issuer or Issuer(id=COLLEGE, name=SCHOOL),
        subject=_signer("holder").controller,
        subject_name="LIN Siyu 林思雨",
        achievement=Achievement(
            id=f"https://gd-college.example/achievements/sample-{evidence}",
            name=_LAW if evidence else _NAME,
            description={"en": "Units of jewellery making, assessed by the college. Illustrative."},
            criteria={"en": "Every unit passed."},
        ),
        attestation=attested,
        status=tuple(StatusPlace(list_id=url, index=_place(name), purpose=purpose) for purpose, url in _LISTS.items()),
        valid_from=_signed_at(day),
        language="zh-Hans",
        languages=("zh-Hans", "zh-Hant", "en", "pt"),
    )


def _list(purpose: status_list.Purpose, url: str, day: dt.date) -> bytes:
    listed = status_list.new_list(purpose)
    if purpose == "revocation":
        listed = status_list.revoke(listed, _place("revoked"))
    else:
        listed = status_list.suspend(listed, _place("suspended"))
    begins = dt.datetime.combine(day, dt.time(), dt.UTC)
    until = begins + dt.timedelta(days=2)
    return _bytes(signed_list(listed, url, _signer("college"), at=begins, until=until))


def _registry() -> TrustRegistry:
    def key(name: str) -> tuple[RegisteredKey, ...]:
        signer = _signer(name)
        return (
            RegisteredKey(
                id=signer.verification_method, public_key=multikey_of(signer.public_key), valid=Period(from_=_BEGAN)
            ),
        )

    authority = RegisteredPublisher(
        id=AUTHORITIES["HK"], name=BODY, regions=("HK",), keys=key("authority")
    )  # fmt: skip
    college = RegisteredIssuer(id=COLLEGE, name=SCHOOL, accredited_by=AUTHORITIES["HK"], keys=key("college"))
    return TrustRegistry(
        id="urn:x-touchstone:samples:trust", version="1", status="in_force", publisher=AUTHORITIES["HK"],
        title={
            "en": "Illustrative: trust registry", "zh-Hans": "示范：信任名录", "zh-Hant": "示範：信任名錄",
            "pt": "Ilustrativo: registo de confiança",
        },
        issuers=(college,), publishers=(authority,),
    )  # fmt: skip


@lru_cache
def _signer(name: str) -> SeedSigner:
    """Return a key made from published words: it is nobody's secret."""
    owner = {"college": COLLEGE, "authority": AUTHORITIES["HK"]}.get(name, "")
    return SeedSigner(sha256(f"touchstone sample key: {name}".encode()).digest(), controller=owner)


def _place(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:2])


def _signed_at(day: dt.date) -> dt.datetime:
    return _morning(day - dt.timedelta(days=_SIGNED_DAYS_AGO))


def _morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(8), dt.UTC)


def _signed(badge: Badge, signer: SeedSigner, created: dt.datetime) -> bytes:
    return _bytes(add_proof(build(badge), signer, cryptosuite=EDDSA_RDFC_2022, created=created))


def _bytes(document: dict[str, Any]) -> bytes:
    return msgspec.json.encode(document)
