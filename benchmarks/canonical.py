"""Canonicalisation and proofs beside PyLD, in one interleaved run: `python benchmarks/canonical.py`. Per CPU-second of one core; medians.

The document is the badge of 3.7 KB with one proof. Issuing starts at the decoded badge and ends at the signed one; verifying starts at
bytes and ends at the verdict of the proof: strict JSON, safe mode, canonicalisation and hashing of the document and of its proof's
configuration, the key found by its did:key, Ed25519. Hash data is the same without Ed25519. PyLD canonicalises the document alone.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.touchstone.credentials.canonical.badge import PROOF, badge  # noqa: E402
from touchstone.credentials import ed25519  # noqa: E402
from touchstone.credentials.canonical import (  # noqa: E402
    DEFAULT,
    Reading,
    encoded,
    strict_json,
)
from touchstone.credentials.canonical.contexts import ContextSet  # noqa: E402
from touchstone.credentials.did import resolver  # noqa: E402
from touchstone.credentials.proof import add_proof, check_proofs  # noqa: E402
from touchstone.credentials.signer import SeedSigner  # noqa: E402

ROUNDS, DOCUMENTS = 15, 60
CREATED = datetime(2026, 6, 1, 8, tzinfo=UTC)
VALUE = "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"

Figures = dict[str, tuple[float, float | None]]
"""Each figure with the aim that it must reach, if there is one."""


def main() -> None:
    """Measure, print a table, and say which aims were missed (exit 1)."""
    figures = measured()
    width = max(map(len, figures))
    for name, (figure, aim) in figures.items():
        told = "" if aim is None else f"   aim >= {aim:g}" + ("" if figure >= aim else "   MISSED")
        print(f"{name:{width}}  {figure:12,.2f}{told}")
    sys.exit(any(aim is not None and figure < aim for figure, aim in figures.values()))


def measured() -> Figures:
    """Time everything in turn, a few documents at a time."""
    documents = [{**badge(number), "proof": {**PROOF, "proofValue": VALUE}} for number in range(DOCUMENTS)]
    contents = [encoded(each) for each in documents]
    signer, key_of = SeedSigner(b"\1" * 32), resolver()
    rdfc = [encoded(sign(badge(number), signer, "eddsa-rdfc-2022")) for number in range(DOCUMENTS)]
    jcs = [encoded(sign(badge(number), signer, "eddsa-jcs-2022")) for number in range(DOCUMENTS)]
    message = bytes(64)
    signature = signer.sign(message)
    works: dict[str, list[Callable[[], object]]] = {
        "issue": [partial(sign, badge(number), signer, "eddsa-rdfc-2022") for number in range(DOCUMENTS)],
        "verify": [partial(passes, Reading, each, key_of) for each in rdfc],
        "verify jcs": [partial(passes, strict_json.read, each, key_of) for each in jcs],
        "Ed25519": [partial(ed25519.verify, signer.public_key, message, signature)] * DOCUMENTS,
        "to be issued": [partial(issue, each) for each in documents],
        "to be verified": [partial(verify, each) for each in contents],
        "first of a shape": [partial(verify_first, each) for each in contents[:12]],
        "verify by PyLD": [partial(verify_by_pyld, each, signer.public_key, signature) for each in contents[:3]],
        "PyLD": [partial(by_pyld, badge(number)) for number in range(3)],
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(cpu_time(work) / len(work))
    median = {name: statistics.median(each) for name, each in times.items()}
    pyld = median["PyLD"]
    return {
        f"bytes of the signed badge ({len(rdfc[0]):,}), in JSON": (len(rdfc[0]), None),
        "eddsa-rdfc-2022: issue (/s)": (1 / median["issue"], 6_000),
        "eddsa-rdfc-2022: verify, from bytes to verdict (/s)": (1 / median["verify"], 5_000),
        "the same with PyLD's canonicalisation (/s)": (1 / median["verify by PyLD"], None),
        "verify / the same with PyLD's canonicalisation": (median["verify by PyLD"] / median["verify"], 30),
        "eddsa-jcs-2022: verify, from bytes to verdict (/s)": (1 / median["verify jcs"], None),
        "eddsa-jcs-2022: verify, share of raw Ed25519": (median["Ed25519"] / median["verify jcs"], 0.6),
        "raw Ed25519 verify (/s)": (1 / median["Ed25519"], None),
        "hash data to be issued (/s)": (1 / median["to be issued"], None),
        "hash data to be verified (/s)": (1 / median["to be verified"], None),
        "PyLD alone, canonicalising the document (/s)": (1 / pyld, None),
        "first document of a shape: hash data (/s)": (1 / median["first of a shape"], None),
        "first document of a shape: PyLD's time / its time": (pyld / median["first of a shape"], 1 / 1.1),
    }


def sign(document: dict[str, Any], signer: SeedSigner, cryptosuite: str) -> dict[str, Any]:
    return add_proof(document, signer, cryptosuite=cryptosuite, created=CREATED)


def passes(read: Callable[[bytes], Any], content: bytes, key_of: Any) -> None:
    report = check_proofs(read(content), key_of)
    assert report.result == "passed", report


def issue(document: dict[str, object]) -> bytes:
    return Reading(encoded(document)).hash_data()


def verify(content: bytes) -> bytes:
    return Reading(content).hash_data()


def verify_first(content: bytes) -> bytes:
    """Forget nothing but the shape: a space that no document before had makes it a new one."""
    verify_first.blanks += 1  # type: ignore[attr-defined]
    return Reading(content[:-1] + b" " * verify_first.blanks + b"}").hash_data()  # type: ignore[attr-defined]


verify_first.blanks = 0  # type: ignore[attr-defined]


def by_pyld(document: dict[str, object]) -> str:
    from pyld import jsonld

    return jsonld.normalize(
        document, {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    )


def verify_by_pyld(content: bytes, public_key: bytes, signature: bytes) -> None:
    document = strict_json.loads(content)
    configuration = {**document.pop("proof"), "@context": document["@context"]}
    del configuration["proofValue"]
    hashed = [sha256(by_pyld(part).encode()).digest() for part in (configuration, document)]
    assert len(b"".join(hashed)) == len(bytes(64))
    ed25519.verify(public_key, bytes(64), signature)


def load(url: str, options: object, contexts: ContextSet = DEFAULT) -> dict[str, object]:
    return {"contextUrl": None, "documentUrl": url, "document": contexts.context(url), "tag": "static"}


def cpu_time(work: list[Callable[[], object]]) -> float:
    gc.collect()
    gc.freeze()  # what was there before is not looked through again, neither for us nor for PyLD
    start = time.process_time()
    for each in work:
        each()
    return time.process_time() - start


if __name__ == "__main__":
    main()
