"""Issuing and verifying beside PyLD and beside raw signatures, all in turn in one run; per CPU-second of one core, medians.

The document is a badge of 3.7 KB with one proof. Issuing starts at the decoded badge and ends at the signed one; verifying starts at
bytes and ends at the verdict of the proof: strict JSON, safe mode, canonicalisation and hashing of the document and of its proof's
configuration, the key found by its did:key, Ed25519. PyLD does the same work but for safe mode and the key; its contexts are at hand,
too. Raw is the same library's verification of a signature over 64 bytes. A first document of a shape is canonicalised and hashed with
its proof's configuration, beside PyLD's canonicalising of the document alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from typing import Any

from benchmarks.batch import ROWS, batches
from benchmarks.figures import Figure, Figures, below
from benchmarks.timing import medians_in_turn

from tests.touchstone.credentials.canonical.badge import PROOF, badge
from tests.touchstone.credentials.canonical.flood import flood
from touchstone.credentials import ed25519
from touchstone.credentials.canonical import DEFAULT, Reading, encoded, strict_json
from touchstone.credentials.cryptosuites import EDDSA_JCS_2022, EDDSA_RDFC_2022
from touchstone.credentials.did import resolver
from touchstone.credentials.multikey import multibase_decode
from touchstone.credentials.proof import add_proof, check_proofs
from touchstone.credentials.signer import SeedSigner

ROUNDS, DOCUMENTS, FEW = 9, 240, 4
SHAPES = 100_000
CREATED = datetime(2026, 6, 1, 8, tzinfo=UTC)
SIGNER = SeedSigner(b"\1" * 32)
KEY_OF = resolver()

Document = dict[str, Any]


def credentials() -> Figures:
    """Measure everything but memory in turn."""
    rdfc, jcs = (
        [sign(badge(number), suite) for number in range(DOCUMENTS)] for suite in (EDDSA_RDFC_2022, EDDSA_JCS_2022)
    )
    messages, raw = [number.to_bytes(64) for number in range(DOCUMENTS)], ed25519.backend().verify
    one_proof, two_proofs = batches(EDDSA_RDFC_2022), batches(EDDSA_RDFC_2022, EDDSA_JCS_2022)
    size, blanks = one_proof() / ROWS, itertools.count(1)
    took = medians_in_turn(
        {
            "issue": [partial(sign, badge(number), EDDSA_RDFC_2022) for number in range(DOCUMENTS)],
            "issue, PyLD": [partial(sign_by_pyld, badge(number)) for number in range(FEW)],
            "verify": [partial(verify, Reading, encoded(each)) for each in rdfc],
            "verify, PyLD": [partial(verify_by_pyld, encoded(each)) for each in rdfc[:FEW]],
            "verify, jcs": [partial(verify, strict_json.read, encoded(each)) for each in jcs],
            "raw": [partial(raw, SIGNER.public_key, each, SIGNER.sign(each)) for each in messages],
            "new shape": [partial(hash_first, encoded(each), blanks) for each in rdfc[:FEW]],
            "PyLD": [partial(by_pyld, badge(number)) for number in range(FEW)],
            "batch": [one_proof],
            "batch, jcs too": [two_proofs],
        },
        ROUNDS,
    )
    what, batch = (
        f"badge of {len(encoded(rdfc[0])):,} bytes",
        f"durable batch of {ROWS:,} rows, {size:,.0f} bytes a row",
    )
    return {
        f"eddsa-rdfc-2022, {what}: issue (/s)": Figure(1 / took["issue"], 3_500, 6_000),
        "eddsa-rdfc-2022: issue, PyLD's time / its time": Figure(took["issue, PyLD"] / took["issue"], 30),
        "eddsa-rdfc-2022: verify (/s)": Figure(1 / took["verify"], 3_000, 5_000),
        "eddsa-rdfc-2022: verify, PyLD's time / its time": Figure(took["verify, PyLD"] / took["verify"], 30),
        "eddsa-jcs-2022: verify (/s)": Figure(1 / took["verify, jcs"]),
        "raw Ed25519: verify (/s)": Figure(1 / took["raw"]),
        "eddsa-jcs-2022: verify, share of raw Ed25519": Figure(took["raw"] / took["verify, jcs"], 0.4, 0.6),
        "first document of a new shape, its time / PyLD's time": below(took["new shape"] / took["PyLD"], 1.5, 1.1),
        f"{batch}, eddsa-rdfc-2022 (rows/s)": Figure(ROWS / took["batch"], 1_000, 2_500),
        "durable batch, with eddsa-jcs-2022 too (rows/s)": Figure(ROWS / took["batch, jcs too"]),
        f"shape cache, {SHAPES:,} shapes of an attacker's choice (MiB)": below(memory_of_shapes(), 64),
    }


# ---------------------------------------------------------------- ours


def sign(document: Document, cryptosuite: str) -> Document:
    return add_proof(document, SIGNER, cryptosuite=cryptosuite, created=CREATED)


def verify(read: Callable[[bytes], Any], content: bytes) -> None:
    report = check_proofs(read(content), KEY_OF)
    assert report.result == "passed", report


def hash_first(content: bytes, blanks: itertools.count[int]) -> bytes:
    """Forget nothing but the shape: so many blanks no document had before."""
    return Reading(content[:-1] + b" " * next(blanks) + b"}").hash_data()


def memory_of_shapes() -> float:
    """Return by how many MiB a process grows that has held nothing before."""
    with get_context("forkserver").Pool(1) as process:
        return process.apply(flood, (SHAPES,))


# ---------------------------------------------------------------- by PyLD


def sign_by_pyld(document: Document) -> bytes:
    return SIGNER.sign(hash_data_by_pyld(document, PROOF))


def verify_by_pyld(content: bytes) -> None:
    document = strict_json.loads(content)
    assert isinstance(document, dict)
    proof = document.pop("proof")
    signature = multibase_decode(proof.pop("proofValue"))
    assert ed25519.verify(SIGNER.public_key, hash_data_by_pyld(document, proof), signature)


def hash_data_by_pyld(document: Document, proof: Document) -> bytes:
    configuration = {**proof, "@context": document["@context"]}
    return b"".join(sha256(by_pyld(part).encode()).digest() for part in (configuration, document))


def by_pyld(document: Document) -> str:
    from pyld import jsonld

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return jsonld.normalize(document, options)


def load(url: str, options: object) -> Document:
    return {"contextUrl": None, "documentUrl": url, "document": DEFAULT.context(url), "tag": "static"}
