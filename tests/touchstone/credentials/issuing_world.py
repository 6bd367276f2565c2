"""A small issuer: a signer, requests for badges, and how a test issues them."""

from __future__ import annotations

import datetime as dt

from touchstone.credentials.batch import Batch, Row
from touchstone.credentials.issuing import IssuingRequest
from touchstone.credentials.register import PublishedList
from touchstone.credentials.signer import SeedSigner

SALT = bytes(range(32))
AT = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
SIGNER = SeedSigner(bytes(range(1, 33)))
OTHER_SIGNER = SeedSigner(bytes(range(2, 34)))
LIST = PublishedList(url="https://school.example/status/1")
ACHIEVEMENT = {
    "id": "urn:uuid:6b1f0d9c-5d0e-4a8e-9a5e-000000000001",
    "type": ["Achievement"],
    "name": "Stone setting",
    "description": "Sets stones in four ways.",
    "criteria": {"narrative": "All four settings pass the touch test."},
}
BADGE = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": SIGNER.controller, "type": ["Profile"], "name": "示范学校"},
    "name": "Stone setting",
    "credentialSubject": {"type": ["AchievementSubject"], "achievement": ACHIEVEMENT},
}


def request(number, **changes):
    """A request of its own for each number; ``changes`` go into its credential."""
    return IssuingRequest(f"learner-{number}", {**BADGE, **changes})


def batch(rows, *, cryptosuites=("eddsa-rdfc-2022",), status=LIST):
    """A batch of some rows, as a table would give it."""
    requests = [request(number)._replace(cryptosuites=cryptosuites) for number in range(rows)]
    return Batch(
        tuple(Row(number, f"learner {number}", each) for number, each in enumerate(requests, 2)),
        (),
        (),
        status,
        "table",
    )
