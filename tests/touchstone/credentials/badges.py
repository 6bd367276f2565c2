# SPDX-License-Identifier: Apache-2.0
"""A signed badge to verify, its issuer's status list, and the registry that lists the issuer; each part can be given otherwise."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

from tests.touchstone.credentials.registries import issuer, key, trusted
from touchstone.credentials import credential as badge
from touchstone.credentials import status_list
from touchstone.credentials.cryptosuites import EDDSA_RDFC_2022
from touchstone.credentials.proof import add_proof
from touchstone.credentials.signer import SeedSigner

ISSUER = "did:web:school.example"
SCHOOL = SeedSigner(bytes([9]) * 32, controller=ISSUER)
LIST = "https://school.example/status/1"
INDEX = 4711
SIGNED = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
ASKED = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)

ACHIEVEMENT = badge.Achievement(
    id="urn:example:stone-setting-3",
    name={"en": "Stone setting, level 3", "zh-Hans": "宝石镶嵌三级"},
    description={"en": "Sets round stones in claw and channel."},
    criteria={"en": "A piece set in four hours, judged by two assessors."},
)


def unsigned(**fields):
    """The badge of a setter, without a proof."""
    given = {
        "id": "urn:uuid:7b7c1f0e-8c1f-4d0e-9a53-0d9c6d0f3f11",
        "issuer": badge.Issuer(id=ISSUER, name={"en": "A school"}),
        "subject": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "achievement": ACHIEVEMENT,
        "attestation": badge.Attestation(
            kind="assessment",
            units=(badge.AttestedUnit(id="urn:gd:setting", level="3", score=Decimal("85")),),
            awarded=dt.date(2026, 5, 1),
            expires=dt.date(2031, 5, 1),
        ),
        "status": (badge.StatusPlace(list_id=LIST, index=INDEX),),
        "valid_from": SIGNED,
        **fields,
    }
    return badge.build(badge.Badge(**given))


def signed(document=None, *, signer=SCHOOL, created=SIGNED, cryptosuite=EDDSA_RDFC_2022, **options):
    """A document with its issuer's proof, as bytes."""
    return written(add_proof(document or unsigned(), signer, cryptosuite=cryptosuite, created=created, **options))


def written(document):
    return json.dumps(document, ensure_ascii=False).encode()


def status_lists(*, revoked=(), suspended=(), signer=SCHOOL, id=LIST, valid_until=None, purpose="revocation"):
    """What stands at the address of the issuer's list: a function that fetches it."""
    listed = status_list.StatusList(purpose=purpose, bits=bytes(status_list.MINIMUM_BITS // 8))
    for index in revoked:
        listed = status_list.revoke(listed, index)
    for index in suspended:
        listed = status_list.suspend(listed, index)
    document = status_list.status_list_credential(
        listed, id=id, issuer=signer.controller, valid_from=SIGNED, valid_until=valid_until
    )
    content = signed(document, signer=signer)

    def retrieve(url):
        if url != LIST:
            raise OSError(f"nothing stands at {url}")
        return content

    return retrieve


def trust(*, keys=None, **fields):
    """A registry that lists the school."""
    listed = [key(SCHOOL)] if keys is None else keys
    return trusted(issuers=[issuer(ISSUER, *listed, **fields)])
