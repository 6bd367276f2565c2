# SPDX-License-Identifier: Apache-2.0
"""The certificates that the story follows, and the list that says whether they still count: the college's node signs both."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import msgspec
from django.conf import settings

from touchstone.credentials import keystore, status_list, wallet
from touchstone.credentials.credential import Achievement, Badge, Issuer, StatusPlace, build
from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
from touchstone.credentials.proof import add_proof
from touchstone.credentials.signer import SeedSigner
from touchstone.library.people import load_people
from touchstone.library.story import COLLEGE, PASSPHRASE, SCHOOL
from touchstone.recognition.from_credentials import attestation_of
from touchstone.text import LanguageMap
from touchstone_server import clock
from touchstone_server.demo.keys import HOLDER, key_file

ORGANISATION = "gd-college"
LIST_PATH = "/demo/status.json"
LIST = "https://gd-college.example" + LIST_PATH
NAMES: tuple[LanguageMap, ...] = (
    {"en": "Illustrative certificate: jewellery making", "zh-Hans": "示范证书：首饰制作", "zh-Hant": "示範證書：首飾製作",
     "pt": "Certificado ilustrativo: joalharia"},
    {"en": "Illustrative certificate: mainland law", "zh-Hans": "示范证书：内地法规", "zh-Hant": "示範證書：內地法規",
     "pt": "Certificado ilustrativo: legislação do Interior da China"},
)  # fmt: skip


def carried() -> bytes:
    """Return the wallet with which Lin Siyu leaves Guangdong: two certificates, the same bytes whenever they are asked for."""
    signed = [_signed(number) for number in range(len(NAMES))]
    held = wallet.Wallet(
        format="touchstone-wallet", version=1, holder=HOLDER.controller, credentials=tuple(map(bytes.decode, signed))
    )
    return wallet.write_wallet(held)


def status_list_now() -> bytes:
    """Return the college's status list as it stands, freshly signed."""
    listed, taken_back = status_list.new_list("revocation"), revoked_at()
    begins = dt.datetime.combine(clock.now(), dt.time(), dt.UTC)
    if taken_back:
        listed, begins = status_list.revoke(listed, 0), max(begins, taken_back)
    document = status_list.status_list_credential(
        listed, id=LIST, issuer=COLLEGE, valid_from=begins, valid_until=begins + dt.timedelta(days=2)
    )
    return msgspec.json.encode(add_proof(document, _college(), cryptosuite=EDDSA_RDFC_2022, created=begins))


def revoked_at() -> dt.datetime | None:
    """Return since when the college has taken the first certificate back; None while it counts."""
    try:
        return dt.datetime.fromisoformat(_taken_back().read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def take_back() -> None:
    """Revoke the first certificate."""
    _taken_back().write_text(clock.second().isoformat(), encoding="ascii")


def begin_again() -> None:
    """Let it count again, so that the story can be told once more; no real list ever forgets."""
    _taken_back().unlink(missing_ok=True)


def _taken_back() -> Path:
    return Path(settings.TOUCHSTONE_DATA) / "taken-back.txt"


def _signed(number: int) -> bytes:
    evidence = load_people()[0].request.evidence[number]
    assert evidence.awarded is not None
    moment = dt.datetime.combine(evidence.awarded, dt.time(8), dt.UTC)
    badge = Badge(
        id=f"urn:x-touchstone:demo:lin-siyu:{number + 1}",
        issuer=Issuer(id=COLLEGE, name=SCHOOL),
        subject=HOLDER.controller,
        subject_name="Lin Siyu 林思雨",
        achievement=Achievement(
            id=f"https://gd-college.example/achievements/demo-{number + 1}",
            name=NAMES[number],
            description={"en": "Units of jewellery making, assessed by the college. Illustrative."},
            criteria={"en": "Every unit passed."},
        ),
        attestation=attestation_of(evidence),
        status=(StatusPlace(list_id=LIST, index=number),),
        valid_from=moment,
        language="zh-Hans",
        languages=("zh-Hans", "zh-Hant", "en", "pt"),
    )
    return msgspec.json.encode(add_proof(build(badge), _college(), cryptosuite=EDDSA_RDFC_2022, created=moment))


@cache
def _opened(file: Path) -> SeedSigner:
    return keystore.open_signer(file, PASSPHRASE)


def _college() -> SeedSigner:
    return _opened(key_file(Path(settings.TOUCHSTONE_DATA), ORGANISATION))
