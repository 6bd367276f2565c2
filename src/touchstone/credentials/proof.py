# SPDX-License-Identifier: Apache-2.0
"""Data Integrity proofs: signatures that lie within a document, over its meaning or over its bytes.

W3C Verifiable Credential Data Integrity 1.0 (DI), sections 4.2 to 4.5, and Data Integrity EdDSA Cryptosuites 1.0 (EdDSA), 3.2 and 3.3.
What exactly is signed is for `touchstone.credentials.cryptosuites`. Several proofs form a set; a proof that names others in
``previousProof`` signs these too, which makes a chain.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal

from touchstone.credentials import ed25519
from touchstone.credentials.canonical.contexts import DEFAULT, NOT_AT_HAND, ContextSet
from touchstone.credentials.cryptosuites import (
    CRYPTOSUITES,
    EDDSA_JCS_2022,
    Document,
    Hashing,
    Proof,
    Secured,
    hash_data,
    listed,
)
from touchstone.credentials.did import KeyOf, VerificationMethod
from touchstone.credentials.multikey import multibase_decode, multibase_encode
from touchstone.credentials.signer import Signer
from touchstone.credentials.timestamps import read_time, write_time
from touchstone.errors import CredentialError
from touchstone.value import Value

Result = Literal["passed", "failed", "unknown"]

MAX_PROOFS = 16
"""Proofs in one document that are checked at most."""

_TYPE = "DataIntegrityProof"
_NOT_SUPPORTED = frozenset(("proof_type_unsupported", "cryptosuite_unsupported"))
_COULD_NOT_BE_CHECKED = (
    _NOT_SUPPORTED
    | NOT_AT_HAND
    | {
        "canonicalisation_too_costly",
        "did_method_unsupported",
        "did_not_resolved",
        "previous_proof_unknown",
    }
)
"""What says nothing about the proof itself: it may hold, but not for a verifier with these means."""


class ProofCheck(Value, frozen=True, kw_only=True):
    """How the check of one proof came out.

    :param result: *failed*: it was checked and does not hold; *unknown*: it could not be checked here.
    :param code: ``proof_passed``, or the name of what is wrong; ``message`` says it in a sentence.
    :param number: the place of the proof in the document, from 1.
    :param controller: who controls the key, once that is known; ``created`` as the proof says, if it does.
    """

    result: Result
    code: str
    message: str
    number: int
    id: str = ""
    cryptosuite: str = ""
    verification_method: str = ""
    controller: str = ""
    created: datetime | None = None


class ProofReport(Value, frozen=True, kw_only=True):
    """How the check of all proofs of a document came out: the whole, and each proof in the order of the document."""

    result: Result
    code: str
    message: str
    proofs: tuple[ProofCheck, ...] = ()

    @property
    def controllers(self) -> frozenset[str]:
        """Who has signed the document with a proof that passed."""
        return frozenset(each.controller for each in self.proofs if each.result == "passed")

    def by(self, controller: str) -> tuple[ProofCheck, ...]:
        """Return the proofs of one controller that passed: what others have added says nothing of when or with which key it signed."""
        return tuple(each for each in self.proofs if each.result == "passed" and each.controller == controller)


class _Expected(Value, frozen=True, kw_only=True):
    at: datetime | None
    purpose: str
    domain: frozenset[str] | None
    challenge: str | None


# ---------------------------------------------------------------- adding


def add_proof(
    document: Document,
    signer: Signer,
    *,
    cryptosuite: str,
    created: datetime,
    purpose: str = "assertionMethod",
    previous: str | Sequence[str] | None = None,
    expires: datetime | None = None,
    domain: str | Sequence[str] | None = None,
    challenge: str | None = None,
    id: str | None = None,
    contexts: ContextSet = DEFAULT,
) -> dict[str, Any]:
    """Return the document with one more proof; the document itself stays as it is (DI 4.2 and 4.3; EdDSA 3.2.1 and 3.3.1).

    Ed25519 is deterministic: with the same arguments the result is the same, byte for byte.

    :param document: with or without proofs; for ``eddsa-rdfc-2022`` its contexts must define the terms of proofs, too.
    :param cryptosuite: one of `CRYPTOSUITES`.
    :param created: when the proof is made, to the second; ``expires`` until when it is good.
    :param previous: ids of proofs of this document that the new proof signs, too: a proof chain.
    :param domain: for whom the proof is meant; ``challenge`` the verifier's word that keeps it from being used twice.
    :param id: a URL by which later proofs can name this one.
    :param contexts: the closed set of contexts that the document may name.
    :raises CredentialError: ``cryptosuite_unsupported``; ``previous_proof_missing``; ``proof_id_repeated``; ``proof_malformed`` or
        ``proof_too_many`` for the proofs that are there; and what keeps the document from being canonicalised (``term_undefined`` …).
    """
    _check_cryptosuite(cryptosuite)
    there = _proofs_of(document) if "proof" in document else []
    if id is not None and any(proof.get("id") == id for proof in there):
        raise CredentialError("proof_id_repeated", "another proof of the document has this id", found=id)
    options: dict[str, Any] = {
        "id": id,
        "type": _TYPE,
        "cryptosuite": cryptosuite,
        "created": write_time(created),
        "expires": expires and write_time(expires),
        "verificationMethod": signer.verification_method,
        "proofPurpose": purpose,
        "domain": _plain(domain),
        "challenge": challenge,
        "previousProof": _plain(previous),
    }
    proof = {name: value for name, value in options.items() if value is not None}
    if cryptosuite == EDDSA_JCS_2022 and "@context" in document:
        proof["@context"] = document["@context"]
    hashed = hash_data(document, proof, tuple(_named_by(proof, there).values()), contexts=contexts)
    proof["proofValue"] = multibase_encode(signer.sign(hashed))
    return {**document, "proof": [*there, proof] if there else proof}


# ---------------------------------------------------------------- checking


def check_proofs(
    document: Secured,
    key_of: KeyOf,
    *,
    at: datetime | None = None,
    purpose: str = "assertionMethod",
    controllers: Collection[str] = (),
    domain: str | Collection[str] | None = None,
    challenge: str | None = None,
    contexts: ContextSet = DEFAULT,
    using: str | None = None,
) -> ProofReport:
    """Check every proof of a document (DI 4.4 and 4.5; EdDSA 3.2.2 and 3.3.2). Whatever is wrong with it is told, not raised.

    The whole has *passed* if at least one proof has, and each of ``controllers`` has signed, and none has failed, and none is
    unknown for another reason than an unsupported type or cryptosuite: other people's further proofs do no harm.

    :param document: decoded by the strict reader, or as it was read from its bytes, which spares work; of a `Reading` the contexts
        are those that it was read with.
    :param key_of: finds a verification method by its URL, see `did.resolver`.
    :param at: the moment at which ``expires`` and the ends of keys are judged; without it they are not.
    :param purpose: what the proofs must be for.
    :param controllers: the DIDs of all who must have signed: a credential's issuer, a presentation's holder, an agreement's sides.
    :param domain: for whom the proofs must be meant, ``challenge`` the word that they must repeat; if None, neither is looked at.
    :param contexts: the closed set of contexts that the document may name.
    :param using: a name of `ed25519.BACKENDS`, to force one.
    """
    try:
        hashing = Hashing(document, contexts=contexts)
        proofs = _proofs_of(hashing.document)
    except CredentialError as error:
        return ProofReport(result="failed", code=error.code, message=str(error))
    expected = _Expected(
        at=at,
        purpose=purpose,
        domain=None if domain is None else frozenset((domain,) if isinstance(domain, str) else domain),
        challenge=challenge,
    )
    examination = _Examination(proofs, hashing, expected, key_of, using)
    return _whole(tuple(map(examination.check, range(len(proofs)))), controllers)


class _Examination:
    """The check of one document's proofs; it remembers which it has checked, as a chain asks for some of them again."""

    def __init__(
        self, proofs: list[Proof], hashing: Hashing, expected: _Expected, key_of: KeyOf, using: str | None
    ) -> None:
        self._proofs, self._hashing, self._expected = proofs, hashing, expected
        self._key_of, self._using = key_of, using
        self._checks: dict[int, ProofCheck] = {}
        self._under_way: set[int] = set()

    def check(self, index: int) -> ProofCheck:
        """Return the check of the proof at an index."""
        if index not in self._checks:
            self._under_way.add(index)
            self._checks[index] = self._made(index)
            self._under_way.discard(index)
        return self._checks[index]

    def _made(self, index: int) -> ProofCheck:
        proof = self._proofs[index]
        method: VerificationMethod | None = None
        result: Result
        try:
            _check_kind(proof)
            _check_options(proof, self._expected)
            previous = self._previous(proof)
            method = self._method(proof)
            self._check_signature(index, previous, method.public_key)
            result, code, message = "passed", "proof_passed", "The proof holds."
        except CredentialError as error:
            result = "unknown" if error.code in _COULD_NOT_BE_CHECKED else "failed"
            code, message = error.code, str(error)
        return ProofCheck(
            result=result,
            code=code,
            message=message,
            number=index + 1,
            id=_text(proof, "id"),
            cryptosuite=_text(proof, "cryptosuite"),
            verification_method=_text(proof, "verificationMethod"),
            controller=method.controller if method else "",
            created=read_time(proof.get("created")),
        )

    def _previous(self, proof: Proof) -> dict[int, Proof]:
        """All proofs that a proof names must hold for it to hold (DI 2.1)."""
        if "previousProof" not in proof:
            return {}
        named = _named_by(proof, self._proofs)
        for index, each in named.items():
            if index in self._under_way:
                raise CredentialError(
                    "previous_proof_cycle", "the proofs name each other in a circle", found=each.get("id")
                )
            before = self.check(index)
            if before.code == "previous_proof_cycle":
                raise CredentialError(
                    before.code, "the proof builds upon proofs that name each other in a circle", found=before.id
                )
            if before.result == "failed":
                raise CredentialError(
                    "previous_proof_failed", "a proof that this one builds upon does not hold", found=before.id
                )
            if before.result == "unknown":
                raise CredentialError(
                    "previous_proof_unknown", "a proof that this one builds upon could not be checked", found=before.id
                )
        return named

    def _method(self, proof: Proof) -> VerificationMethod:
        try:
            method = self._key_of(proof["verificationMethod"])
        except CredentialError as error:
            if error.code != "key_type_unsupported":
                raise
            raise CredentialError(
                "cryptosuite_key_mismatch",
                "the cryptosuite is for Ed25519, and the key is not",
                found=error.found.strip("'"),
            ) from None
        if self._expected.purpose not in method.purposes:
            raise CredentialError(
                "purpose_not_authorised",
                "the key's controller does not allow it for this purpose",
                found=self._expected.purpose,
            )
        if (at := self._expected.at) is not None:
            if method.revoked is not None and at >= method.revoked:
                raise CredentialError(
                    "method_revoked", "the key has been revoked by its controller", found=write_time(method.revoked)
                )
            if method.expires is not None and at >= method.expires:
                raise CredentialError("method_expired", "the key has expired", found=write_time(method.expires))
        return method

    def _check_signature(self, index: int, previous: dict[int, Proof], public_key: bytes) -> None:
        signature = _signature(self._proofs[index])
        ed25519.check_public_key(public_key)
        hashed = self._hashing.data(index, self._proofs[index], previous)
        if not ed25519.verify(public_key, hashed, signature, using=self._using):
            raise CredentialError(
                "signature_invalid",
                "the signature does not fit: the document or its proof was changed, or another key has signed",
            )


def _whole(checks: tuple[ProofCheck, ...], controllers: Collection[str]) -> ProofReport:
    def told(check: ProofCheck) -> ProofReport:
        place = f"Proof {check.number} of {len(checks)}: " if len(checks) > 1 else ""
        return ProofReport(result=check.result, code=check.code, message=place + check.message, proofs=checks)

    failed = [check for check in checks if check.result == "failed"]
    if failed:  # told is the cause, not what follows from it
        return told(next((check for check in failed if check.code != "previous_proof_failed"), failed[0]))
    for check in checks:
        if check.result == "unknown" and check.code not in _NOT_SUPPORTED:
            return told(check)
    signed = {check.controller for check in checks if check.result == "passed"}
    unsupported = [check for check in checks if check.result == "unknown"]
    missing = sorted(set(controllers) - signed)
    if unsupported and (missing or not signed):
        return told(unsupported[0])
    if missing:
        found = ", ".join(sorted(signed))
        error = CredentialError(
            "controller_wrong", "the document bears no proof by whom it should", expected=missing[0], found=found
        )
        return ProofReport(result="failed", code=error.code, message=str(error), proofs=checks)
    count = f"All {len(checks)} proofs hold." if len(checks) > 1 else "The proof holds."
    if unsupported:
        count = f"{len(checks) - len(unsupported)} of {len(checks)} proofs hold; the others are of kinds that are not supported here."
    return ProofReport(result="passed", code="proof_passed", message=count, proofs=checks)


# ---------------------------------------------------------------- one proof


def _check_kind(proof: Proof) -> None:
    """The kind comes first: of a proof of another kind nothing else is known (DI 2.1, 3.1; EdDSA 3.1)."""
    kind = _required(proof, "type")
    if kind != _TYPE:
        raise CredentialError(
            "proof_type_unsupported", "this type of proof is not supported", expected=_TYPE, found=kind
        )
    _check_cryptosuite(_required(proof, "cryptosuite"))


def _check_cryptosuite(cryptosuite: str) -> None:
    if cryptosuite not in CRYPTOSUITES:
        raise CredentialError(
            "cryptosuite_unsupported",
            "this cryptosuite is not supported",
            expected=", ".join(CRYPTOSUITES),
            found=cryptosuite,
        )


def _check_options(proof: Proof, expected: _Expected) -> None:
    """What the proof says of itself (DI 4.4, steps 4 to 7; EdDSA 3.2.5, step 3)."""
    _required(proof, "verificationMethod")
    if (purpose := _required(proof, "proofPurpose")) != expected.purpose:
        raise CredentialError(
            "purpose_wrong", "the proof was made for another purpose", expected=expected.purpose, found=purpose
        )
    if "created" in proof and read_time(proof["created"]) is None:
        raise CredentialError("proof_created_invalid", "the proof's time is no dateTimeStamp", found=proof["created"])
    if "expires" in proof:
        expires = read_time(proof["expires"])
        if expires is None:
            raise CredentialError(
                "proof_expires_invalid", "the proof's end is no dateTimeStamp", found=proof["expires"]
            )
        if expected.at is not None and expected.at >= expires:
            raise CredentialError("proof_expired", "the proof has expired", found=proof["expires"])
    if expected.domain is not None and frozenset(_texts(proof, "domain")) != expected.domain:
        raise CredentialError(
            "domain_wrong",
            "the proof is meant for others",
            expected=", ".join(sorted(expected.domain)),
            found=proof.get("domain"),
        )
    if expected.challenge is not None and proof.get("challenge") != expected.challenge:
        raise CredentialError(
            "challenge_wrong",
            "the proof does not repeat the challenge",
            expected=expected.challenge,
            found=proof.get("challenge"),
        )


def _signature(proof: Proof) -> bytes:
    value = proof.get("proofValue")
    try:
        signature = multibase_decode(value)
    except CredentialError as error:
        raise CredentialError(
            "proof_value_invalid", "the proof's value is not multibase in base58btc", found=value
        ) from error
    if len(signature) != ed25519.SIGNATURE_BYTES:
        raise CredentialError(
            "proof_value_invalid", "the proof's value is no signature", expected="64 bytes", found=len(signature)
        )
    return signature


def _proofs_of(document: Document) -> list[Proof]:
    """Return a document's proofs as a list; ids by which proofs may name each other must be their own."""
    proof = document.get("proof")
    if proof is None or proof == []:
        raise CredentialError("proof_missing", "the document bears no proof")
    proofs = listed(proof)
    if len(proofs) > MAX_PROOFS:
        raise CredentialError(
            "proof_too_many", "the document bears too many proofs", expected=f"{MAX_PROOFS} at most", found=len(proofs)
        )
    if not all(isinstance(each, dict) for each in proofs):
        raise CredentialError("proof_malformed", "a proof is an object", field="proof")
    ids = [each["id"] for each in proofs if "id" in each]
    if not all(isinstance(each, str) for each in ids):
        raise CredentialError("proof_malformed", "a proof's id is a URL", field="proof.id")
    if len(set(ids)) != len(ids):
        raise CredentialError("proof_id_repeated", "two proofs of the document have one id")
    return proofs


def _named_by(proof: Proof, proofs: Sequence[Proof]) -> dict[int, Proof]:
    """Return the proofs that a proof names in ``previousProof``, by their indices (DI 4.3, steps 4 and 5; 4.5, step 3)."""
    named = set(_texts(proof, "previousProof"))
    found = {index: each for index, each in enumerate(proofs) if each.get("id") in named}
    missing = named - {each["id"] for each in found.values()}
    if missing:
        raise CredentialError(
            "previous_proof_missing", "the proof builds upon one that is not there", found=min(missing)
        )
    return found


def _required(proof: Proof, name: str) -> str:
    value = proof.get(name)
    if not isinstance(value, str):
        raise CredentialError(
            "proof_malformed", "the proof lacks what it needs", expected="a text", field=f"proof.{name}", found=value
        )
    return value


def _texts(proof: Proof, name: str) -> list[str]:
    """One string stands for the list of it alone (DI 2.1 and 4.4, step 6); nothing for none."""
    texts = listed(proof.get(name, []))
    if not all(isinstance(each, str) for each in texts):
        raise CredentialError(
            "proof_malformed", "the proof's value is neither a text nor a list of texts", field=f"proof.{name}"
        )
    return texts


def _text(proof: Proof, name: str) -> str:
    value = proof.get(name)
    return value if isinstance(value, str) else ""


def _plain(value: str | Sequence[str] | None) -> str | list[str] | None:
    return value if value is None or isinstance(value, str) else list(value)
