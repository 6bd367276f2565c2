# SPDX-License-Identifier: Apache-2.0
"""Attacks with proofs, keys, identifiers and times."""

from __future__ import annotations

import datetime as dt
import json
from base64 import urlsafe_b64encode

from tests.hostile.sound import (
    ATTACKER,
    JCS,
    RDFC,
    altered,
    badge,
    bare,
    by_attacker,
    changed,
    issued,
    resigned,
    with_proof,
)
from tests.hostile.vector import vectors
from tests.touchstone.credentials import badges, edwards
from tests.touchstone.credentials.badges import ISSUER, SCHOOL, written
from tests.touchstone.credentials.registries import key, trusted
from touchstone.credentials.multikey import base58_decode, base58_encode, multibase_encode, multikey_of
from touchstone.credentials.proof import add_proof

METHOD = SCHOOL.verification_method
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def as_multikey(header, content):
    return multibase_encode(bytes(header) + content)


def did_key(multikey):
    return f"did:key:{multikey}#{multikey}"


def signature():
    return base58_decode(badge()["proof"]["proofValue"][1:])


def by_method(method):
    """The attacker's own credential, whose proof names a hostile key."""
    document = add_proof(by_attacker(), ATTACKER, cryptosuite=RDFC, created=badges.SIGNED)
    return written(changed(document, "proof.verificationMethod", method))


def by_key(content, header=(0xED, 0x01)):
    return lambda: by_method(did_key(as_multikey(header, content)))


def many(count, **changes):
    proof = badge()["proof"]
    return lambda: written(
        {**badge(), "proof": [{**proof, "id": f"urn:x:{number}", **changes} for number in range(count)]}
    )


def linked(*previous):
    proof = badge()["proof"]
    proofs = [{**proof, "id": f"urn:x:{number}", "previousProof": each} for number, each in enumerate(previous)]
    return lambda: written({**badge(), "proof": proofs})


PROOFS = {
    "no proof": (lambda: written(bare()), "not_genuine proof proof_missing"),
    "an empty list of proofs": (lambda: altered("proof", []), "not_genuine structure proof_malformed"),
    "a null for a proof": (lambda: altered("proof", None), "not_genuine structure proof_malformed"),
    "a text for a proof": (lambda: altered("proof", "z" + "1" * 64), "not_genuine structure proof_malformed"),
    "a proof without a type": (lambda: with_proof(type=None), "not_genuine structure proof_malformed"),
    "a proof without a value": (lambda: with_proof(proofValue=None), "not_genuine proof proof_value_invalid"),
    "a proof without a method": (lambda: with_proof(verificationMethod=None), "not_genuine proof proof_malformed"),
    "a method that is an object": (
        lambda: with_proof(verificationMethod={"id": METHOD}),
        "not_genuine proof proof_malformed",
    ),
    "the proof of another badge": (
        lambda: altered("proof", json.loads(issued("id", "urn:x:another"))["proof"]),
        "not_genuine proof signature_invalid",
    ),
    "a proof moved into the subject": (
        lambda: written(changed(bare(), "credentialSubject.proof", badge()["proof"])),
        "not_genuine terms term_undefined",
    ),
    "a proof by a stranger": (lambda: resigned(bare(), ATTACKER), "not_genuine proof controller_wrong"),
    "a stranger's proof beside a false one": (
        lambda: resigned(changed(badge(), "awardedDate", "2027-05-01T00:00:00Z"), ATTACKER),
        "not_genuine proof signature_invalid",
    ),
    "the issuer's name in a stranger's document": (
        lambda: written(changed(add_proof(by_attacker(), ATTACKER, cryptosuite=RDFC, created=badges.SIGNED), "issuer", ISSUER)),
        "not_genuine proof signature_invalid",
    ),
    "seventeen proofs": (many(17), "not_genuine proof proof_too_many"),
    "a hundred proofs": (many(100), "not_genuine proof proof_too_many"),
    "two proofs of one id": (
        lambda: altered("proof", [{**badge()["proof"], "id": "urn:x:p"}] * 2),
        "not_genuine proof proof_id_repeated",
    ),
    "a proof for signing in": (
        lambda: resigned(bare(), purpose="authentication"),
        "not_genuine proof purpose_wrong",
    ),
    "a purpose changed": (lambda: with_proof(proofPurpose="keyAgreement"), "not_genuine proof purpose_wrong"),
    "a purpose that is a list": (lambda: with_proof(proofPurpose=["assertionMethod"]), "not_genuine proof proof_malformed"),
    "a proof that has expired": (
        lambda: resigned(bare(), expires=badges.SIGNED.replace(day=2)),
        "not_genuine proof proof_expired",
    ),
    "an end that is no time": (lambda: with_proof(expires="never"), "not_genuine proof proof_expires_invalid"),
    "a time of signing that is none": (
        lambda: with_proof(created="2026-05-01"),
        "not_genuine proof proof_created_invalid",
    ),
    "a time of signing moved": (
        lambda: with_proof(created="2026-04-01T08:00:00Z"),
        "not_genuine proof signature_invalid",
    ),
    "a time of signing taken out": (lambda: with_proof(created=None), "not_genuine proof signature_invalid"),
    "a proof of the future": (
        lambda: written(add_proof(bare(), SCHOOL, cryptosuite=RDFC, created=badges.ASKED.replace(year=2027))),
        "not_yet_valid period proof_created_later",
    ),
    "a word in the proof that no context defines": (lambda: with_proof(grade="A"), "not_genuine proof term_undefined"),
    "a domain of numbers": (lambda: with_proof(previousProof=[7]), "not_genuine proof proof_malformed"),
    "a proof with a context of its own": (
        lambda: with_proof(**{"@context": ["https://attacker.example/context"]}),
        "not_genuine proof proof_context_wrong",
    ),
    "a proof over bytes with a context of its own": (
        lambda: with_proof(JCS, **{"@context": bare()["@context"][::-1]}),
        "not_genuine proof proof_context_wrong",
    ),
    "two proofs that build upon each other": (linked("urn:x:1", "urn:x:0"), "not_genuine proof previous_proof_cycle"),
    "a proof that builds upon itself": (linked("urn:x:0"), "not_genuine proof previous_proof_cycle"),
    "sixteen proofs in a circle": (
        linked(*(f"urn:x:{(number + 1) % 16}" for number in range(16))),
        "not_genuine proof previous_proof_cycle",
    ),
    "a proof that builds upon none": (linked("urn:x:absent"), "not_genuine proof previous_proof_missing"),
    "a cryptosuite that is not known": (
        lambda: with_proof(cryptosuite="ecdsa-rdfc-2019"),
        "cannot_confirm proof cryptosuite_unsupported",
    ),
    "a cryptosuite of no security": (lambda: with_proof(cryptosuite="none"), "cannot_confirm proof cryptosuite_unsupported"),
    "one cryptosuite for the other": (lambda: with_proof(cryptosuite=JCS), "not_genuine proof signature_invalid"),
    "the other cryptosuite for the one": (
        lambda: with_proof(JCS, cryptosuite=RDFC),
        "not_genuine proof signature_invalid",
    ),
    "a cryptosuite that is a list": (lambda: with_proof(cryptosuite=[RDFC]), "not_genuine proof proof_malformed"),
    "an older type of proof": (
        lambda: with_proof(type="Ed25519Signature2020"),
        "cannot_confirm proof proof_type_unsupported",
    ),
    "a value in base64": (
        lambda: with_proof(proofValue="u" + urlsafe_b64encode(signature()).rstrip(b"=").decode()),
        "not_genuine proof proof_value_invalid",
    ),
    "a value without its prefix": (
        lambda: with_proof(proofValue=base58_encode(signature()).lstrip("z")),
        "not_genuine proof proof_value_invalid",
    ),
    "a value with a letter that is none": (
        lambda: with_proof(proofValue=badge()["proof"]["proofValue"][:-1] + "0"),
        "not_genuine proof proof_value_invalid",
    ),
    "a value with zeros before it": (
        lambda: with_proof(proofValue="z11" + base58_encode(signature())),
        "not_genuine proof proof_value_invalid",
    ),
    "a value of a thousand characters": (
        lambda: with_proof(proofValue="z" + "6" * 1_000),
        "not_genuine proof proof_value_invalid",
    ),
    "a value of two hundred thousand characters": (
        lambda: with_proof(proofValue="z" + "6" * 200_000),
        "not_genuine proof proof_value_invalid",
    ),
    "a value of 63 bytes": (
        lambda: with_proof(proofValue=multibase_encode(signature()[:63])),
        "not_genuine proof proof_value_invalid",
    ),
    "a value that is a list": (lambda: with_proof(proofValue=["z1"]), "not_genuine proof proof_value_invalid"),
    "a scalar that is not reduced": (
        lambda: with_proof(
            proofValue=multibase_encode(
                signature()[:32] + (int.from_bytes(signature()[32:], "little") + GROUP_ORDER).to_bytes(32, "little")
            )
        ),
        "not_genuine proof signature_not_canonical",
    ),
    "a commitment of small order": (
        lambda: with_proof(proofValue=multibase_encode(edwards.encoded(edwards.TORSION[1]) + signature()[32:])),
        "not_genuine proof signature_not_canonical",
    ),
    "a signature of nothing but zeros": (
        lambda: with_proof(proofValue=multibase_encode(bytes(64))),
        "not_genuine proof signature_not_canonical",
    ),
}  # fmt: skip

KEYS = {
    **{
        f"a key of small order, the {number}th": (
            by_key(edwards.encoded(edwards.TORSION[number])),
            "not_genuine proof key_small_order",
        )
        for number in range(8)
    },
    "the neutral point, not reduced": (by_key((2**255 - 18).to_bytes(32, "little")), "not_genuine proof key_small_order"),
    "a key that is not reduced": (by_key((2**255 - 16).to_bytes(32, "little")), "not_genuine proof key_not_canonical"),
    "a key on no point": (by_key((2).to_bytes(32, "little")), "not_genuine proof key_not_on_curve"),
    "a key with a part of small order": (
        by_key(edwards.encoded(edwards.added(edwards.times(5, edwards.BASE), edwards.TORSION[1]))),
        "not_genuine proof signature_invalid",
    ),
    "a key of P-256": (by_key(bytes(33), (0x80, 0x24)), "not_genuine proof cryptosuite_key_mismatch"),
    "a key of secp256k1": (by_key(bytes(33), (0xE7, 0x01)), "not_genuine proof cryptosuite_key_mismatch"),
    "a key for encrypting": (by_key(bytes(32), (0xEC, 0x01)), "not_genuine proof cryptosuite_key_mismatch"),
    "a private key": (by_key(bytes(32), (0x80, 0x26)), "not_genuine proof cryptosuite_key_mismatch"),
    "a key of 31 bytes": (by_key(bytes(31)), "not_genuine proof key_length"),
    "a key of 33 bytes": (by_key(SCHOOL.public_key + b"\0"), "not_genuine proof key_length"),
    "a key of a thousand characters": (
        lambda: by_method(did_key("z6Mk" + "6" * 900)),
        "not_genuine proof multibase_invalid",
    ),
    "a key with zeros before it": (
        lambda: by_method(did_key("z1" + multikey_of(ATTACKER.public_key)[1:])),
        "not_genuine proof cryptosuite_key_mismatch",
    ),
}  # fmt: skip


def jwk(**members):
    whole = {
        "crv": "Ed25519",
        "kty": "OKP",
        "x": urlsafe_b64encode(ATTACKER.public_key).rstrip(b"=").decode(),
        **members,
    }
    return f"did:jwk:{urlsafe_b64encode(json.dumps(whole).encode()).rstrip(b'=').decode()}#0"


WEB = "did:web:attacker.example"


def web(*, id=WEB, controller=WEB, twice=False, related=True, **members):
    """A DID document on the web, as bytes."""
    own = {
        "id": f"{WEB}#k",
        "type": "Multikey",
        "controller": controller,
        "publicKeyMultibase": multikey_of(ATTACKER.public_key),
    }
    own = {**own, **members}
    methods = [own, {**own, "publicKeyMultibase": multikey_of(SCHOOL.public_key)}] if twice else [own]
    return json.dumps(
        {"id": id, "verificationMethod": methods, "assertionMethod": [own["id"]] if related else []}
    ).encode()


IDENTIFIERS = {
    "a did:key by another name": (
        lambda: f"did:key:{multikey_of(ATTACKER.public_key)}#{multikey_of(SCHOOL.public_key)}",
        "refused key method_not_found",
    ),
    "a did:key without a name": (lambda: ATTACKER.controller, "refused key did_invalid"),
    "a did:jwk that shows its private key": (lambda: jwk(d="AA"), "refused key private_key_published"),
    "a did:jwk of another curve": (lambda: jwk(crv="P-256", kty="EC"), "refused key key_type_unsupported"),
    "a did:jwk for encrypting": (lambda: jwk(use="enc"), "refused key method_not_found"),
    "a did:jwk whose operations are others": (lambda: jwk(key_ops=["encrypt"]), "refused key method_not_found"),
    "a did:jwk whose operations are a number": (lambda: jwk(key_ops=7), "refused key method_not_found"),
    "a DID document with a key in two forms": (
        lambda: (f"{WEB}#k", web(publicKeyJwk={"kty": "OKP", "crv": "Ed25519", "x": "A" * 43})),
        "refused key did_document_invalid",
    ),
    "a did:jwk that is no JSON": (lambda: "did:jwk:AAAA#0", "refused key json_invalid"),
    "a did:jwk with bits to spare": (lambda: "did:jwk:eyJ9#0", "refused key json_invalid"),
    "a method that is not known": (lambda: "did:example:a#k", "refused key did_method_unsupported"),
    "a method that is no DID": (lambda: "https://attacker.example/#k", "refused key did_method_unsupported"),
    "a DID of a hundred thousand characters": (lambda: "did:web:" + "a." * 50_000 + "a#k", "refused key did_invalid"),
    "a did:web that names an address": (lambda: "did:web:127.0.0.1#k", "refused key did_invalid"),
    "a did:web that names an address in one number": (lambda: "did:web:2130706433#k", "refused key did_invalid"),
    "a did:web with a user": (lambda: "did:web:school.example@attacker.example#k", "refused key did_invalid"),
    "a did:web that climbs": (lambda: "did:web:attacker.example:..:..:etc#k", "refused key did_invalid"),
    "a did:web that climbs by an escape": (lambda: "did:web:attacker.example:%2e%2e#k", "refused key did_invalid"),
    "a did:web that hides a separator": (lambda: "did:web:attacker.example:a%2Fb#k", "refused key did_invalid"),
    "a did:web of a port that is none": (lambda: "did:web:attacker.example%3A99999#k", "refused key did_invalid"),
    "a DID document of another": (lambda: (f"{WEB}#k", web(id=ISSUER)), "refused key did_document_invalid"),
    "a DID document that is a list": (lambda: (f"{WEB}#k", b"[]"), "refused key did_document_invalid"),
    "a DID document that lists another's key": (
        lambda: (f"{WEB}#k", web(controller=ISSUER)),
        "refused key method_controller_wrong",
    ),
    "a DID document with two keys of one name": (lambda: (f"{WEB}#k", web(twice=True)), "refused key did_document_invalid"),
    "a DID document that shows a private key": (
        lambda: (f"{WEB}#k", web(secretKeyMultibase="z3u2")),
        "refused key private_key_published",
    ),
    "a DID document without the key": (lambda: (f"{WEB}#other", web()), "refused key method_not_found"),
    "a DID document with a repeated key": (
        lambda: (f"{WEB}#k", b'{"id": "x", ' + web()[1:]),
        "refused key duplicate_key",
    ),
    "a DID document of a hundred kilobytes": (lambda: (f"{WEB}#k", b" " * 100_000 + web()), "refused key too_large"),
}  # fmt: skip


def issuer(value):
    return lambda: altered("issuer", value)


ISSUERS = {
    "no issuer": (lambda: altered("issuer"), "not_genuine structure issuer_missing"),
    "an issuer without an id": (issuer({"name": "A school"}), "not_genuine structure issuer_malformed"),
    "two issuers": (issuer([ISSUER, ATTACKER.controller]), "not_genuine structure issuer_malformed"),
    "an issuer that is a number": (issuer(7), "not_genuine structure issuer_malformed"),
    "an issuer with a user": (issuer("https://school.example@attacker.example/"), "not_genuine proof signature_invalid"),
    "an issuer that is a web page": (
        lambda: resigned({**bare(), "issuer": {**bare()["issuer"], "id": "https://school.example/"}}),
        "not_genuine proof controller_wrong",
    ),
    "an issuer in capitals": (
        lambda: resigned({**bare(), "issuer": {**bare()["issuer"], "id": ISSUER.upper().replace("DID:WEB", "did:web")}}),
        "not_genuine proof controller_wrong",
    ),
    "an issuer whom nobody lists": (
        lambda: written(add_proof(by_attacker(), ATTACKER, cryptosuite=RDFC, created=badges.SIGNED)),
        "cannot_confirm issuer issuer_not_listed",
    ),
    "a registry without anybody": (
        lambda: {"content": written(badge()), "registry": trusted(), "retrieve": lambda _: (_ for _ in ()).throw(OSError())},
        "cannot_confirm proof did_not_resolved",
    ),
    "a key that was rotated out": (
        lambda: {"content": written(badge()), "registry": badges.trust(keys=[key(SCHOOL, until="2026-04-30")])},
        "not_genuine key key_outside_period",
    ),
    "a key that was not in use yet": (
        lambda: {"content": written(badge()), "registry": badges.trust(keys=[key(SCHOOL, since="2026-05-02")])},
        "not_genuine key key_outside_period",
    ),
    "an accreditation that had ended": (
        lambda: {"content": written(badge()), "registry": badges.trust(valid={"from": "2020-01-01", "until": "2026-04-30"})},
        "cannot_confirm issuer accreditation_not_in_force",
    ),
    "an accreditation that had ended, with an earlier proof of a stranger's": (
        lambda: {
            "content": written(add_proof(badge(), ATTACKER, cryptosuite=RDFC, created=badges.SIGNED - dt.timedelta(days=9))),
            "registry": badges.trust(valid={"from": "2020-01-01", "until": "2026-04-30"}),
        },
        "cannot_confirm issuer accreditation_not_in_force",
    ),
    "an issuer whose id turns the writing around": (
        issuer("did:web:school\u202e.example"),
        "not_genuine structure issuer_malformed",
    ),
    "an issuer with a blank of no width in its id": (
        issuer("did:web:school\u200b.example"),
        "not_genuine structure issuer_malformed",
    ),
    "a registry that is not in force": (
        lambda: {
            "content": written(badge()),
            "registry": trusted(issuers=[{"id": ISSUER, "name": {"en": ISSUER}, "keys": [key(SCHOOL)]}], valid={"from": "2027-01-01"}),
        },
        "cannot_confirm issuer registry_not_in_force",
    ),
}  # fmt: skip


def from_(value):
    return lambda: altered("validFrom", value)


TIMES = {
    "the year zero": (from_("0000-01-01T00:00:00Z"), "not_genuine structure time_malformed"),
    "the year ten thousand": (from_("10000-01-01T00:00:00Z"), "not_genuine structure time_malformed"),
    "a leap second": (from_("2026-06-30T23:59:60Z"), "not_genuine structure time_malformed"),
    "a time zone of 99 hours": (from_("2026-05-01T08:00:00+99:99"), "not_genuine structure time_malformed"),
    "a time without a zone": (from_("2026-05-01T08:00:00"), "not_genuine structure time_malformed"),
    "the 30th of February": (from_("2026-02-30T08:00:00Z"), "not_genuine structure time_malformed"),
    "hour 24": (from_("2026-05-01T24:00:00Z"), "not_genuine structure time_malformed"),
    "digits of another script": (from_("２０２６-05-01T08:00:00Z"), "not_genuine structure time_malformed"),
    "a time that is a number": (from_(1_777_600_000), "not_genuine structure time_malformed"),
    "two beginnings": (from_(["2026-05-01T08:00:00Z"] * 2), "not_genuine structure time_malformed"),
    "a zone that leaves the calendar": (from_("0001-01-01T00:00:00+14:00"), "not_genuine structure time_malformed"),
    "a time of two hundred thousand digits": (from_("2026-05-01T08:00:00." + "0" * 200_000 + "Z"), "not_genuine structure time_malformed"),
    "an end before the beginning": (
        lambda: issued("validUntil", "2026-04-01T00:00:00Z"),
        "not_genuine structure period_reversed",
    ),
    "a badge that has expired": (
        lambda: issued("validUntil", "2026-05-31T00:00:00Z"),
        "expired period expired",
    ),
    "a badge asked about at the end of the calendar": (
        lambda: {"content": written(badge()), "at": dt.datetime.max.replace(tzinfo=dt.UTC)},
        "expired period expired",
    ),
    "a badge asked about at the beginning of the calendar": (
        lambda: {"content": written(badge()), "at": dt.datetime.min.replace(tzinfo=dt.UTC)},
        "not_yet_valid period not_yet_valid",
    ),
    "a badge that does not hold yet": (
        lambda: issued("validFrom", "2026-07-01T00:00:00Z"),
        "not_yet_valid period not_yet_valid",
    ),
}  # fmt: skip

VECTORS = [
    *vectors("verify", {**PROOFS, **KEYS, **ISSUERS, **TIMES}),
    *vectors("did", IDENTIFIERS),
]
