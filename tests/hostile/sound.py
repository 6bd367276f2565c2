# SPDX-License-Identifier: Apache-2.0
"""The sound things that attacks are made of, and small ways to change them."""

from __future__ import annotations

import copy
import json
from functools import cache

from tests.touchstone.credentials import badges
from tests.touchstone.credentials.badges import ISSUER, LIST, SCHOOL, SIGNED, written
from touchstone.credentials import status_list
from touchstone.credentials.credential import StatusPlace
from touchstone.credentials.cryptosuites import EDDSA_JCS_2022, EDDSA_RDFC_2022
from touchstone.credentials.proof import add_proof
from touchstone.credentials.signer import SeedSigner

RDFC, JCS = EDDSA_RDFC_2022, EDDSA_JCS_2022
ATTACKER = SeedSigner(bytes([66]) * 32)
V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLE = "https://attacker.example/"


@cache
def _badge(cryptosuite):
    return badges.signed(cryptosuite=cryptosuite)


def badge(cryptosuite=RDFC):
    """A badge that verifies, decoded."""
    return json.loads(_badge(cryptosuite))


def bare():
    """The same without a proof."""
    return badges.unsigned()


def changed(document, path, *value):
    """A copy with another value at a path such as ``credentialSubject.achievement.id``; without a value the member is gone."""
    document = copy.deepcopy(document)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    holder = document
    for step in way:
        holder = holder[step]
    if value:
        holder[last] = value[0]
    else:
        del holder[last]
    return document


def altered(path, *value, cryptosuite=RDFC):
    """The bytes of the signed badge, changed afterwards."""
    return written(changed(badge(cryptosuite), path, *value))


def resigned(document, signer=SCHOOL, *, cryptosuite=RDFC, **options):
    """The bytes of a document that its issuer did sign; what is wrong was wrong before."""
    return written(add_proof(document, signer, cryptosuite=cryptosuite, created=SIGNED, **options))


def issued(path, *value, **options):
    """The bytes of a badge that its issuer signed with something changed in it."""
    return resigned(changed(bare(), path, *value), **options)


def with_proof(made_with=RDFC, /, **changes):
    """The signed badge with other members in its proof; None takes one away."""
    document = badge(made_with)
    proof = {name: value for name, value in {**document["proof"], **changes}.items() if value is not None}
    return written({**document, "proof": proof})


def as_text(**changes):
    """The signed badge as text, with a piece of it replaced: ``before``, ``after``."""
    text = written(badge()).decode()
    assert changes["before"] in text
    return text.replace(changes["before"], changes["after"], 1).encode()


def by_attacker(**changes):
    """A badge of the attacker's own making and in its own name, soundly signed; nobody vouches for it, and it may cost what it likes."""
    own = {**bare(), "issuer": {**bare()["issuer"], "id": ATTACKER.controller}, **changes}
    return {name: value for name, value in own.items() if name != "credentialStatus"}


def chain(document, length, cryptosuite, signer=ATTACKER):
    """The bytes of a document with a chain of proofs, all of which hold."""
    for number in range(length):
        before = f"urn:x:{number - 1}" if number else None
        document = add_proof(
            document, signer, cryptosuite=cryptosuite, created=SIGNED, id=f"urn:x:{number}", previous=before
        )
    return written(document)


@cache
def long_chain(cryptosuite):
    """As large a document as each cryptosuite finds dear, with sixteen proofs that all hold and build each upon the last."""
    if cryptosuite == RDFC:
        return chain(by_attacker(**{"urn:x:a": [{"urn:x:b": 1}] * 2_300}), 16, RDFC)
    return chain(by_attacker(description="\n" * 100_000, **{"urn:x:a": [1.5]}), 16, JCS)


# ---------------------------------------------------------------- status lists


def list_document(*, encoded=None, purpose="revocation", url=LIST, issuer=ISSUER, **members):
    """An unsigned status list, its members as wanted."""
    document = status_list.status_list_credential(
        status_list.new_list("revocation"), id=url, issuer=issuer, valid_from=SIGNED
    )
    subject = {**document["credentialSubject"], "statusPurpose": purpose}
    if encoded is not None:
        subject["encodedList"] = encoded
    return {**document, "credentialSubject": subject, **members}


def signed_list(document=None, signer=SCHOOL, cryptosuite=RDFC):
    return resigned(document or list_document(), signer, cryptosuite=cryptosuite)


def at(content, url=LIST):
    """What stands at the address of a list."""

    def retrieve(asked):
        if asked != url:
            raise OSError("nothing stands there")
        return content

    return retrieve


def with_list(content, document=None):
    """The badge, and what is fetched as its status list."""
    return {"content": document or written(badge()), "retrieve": at(content)}


def with_places(*urls):
    return resigned(badges.unsigned(status=tuple(StatusPlace(list_id=url, index=5) for url in urls)))
