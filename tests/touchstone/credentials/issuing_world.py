"""A small issuer: a signer, requests for badges, and how a test issues them."""

from __future__ import annotations

import datetime as dt

from touchstone.credentials.batch import Batch, Row
from touchstone.credentials.issuing import IssuingRequest
from touchstone.credentials.register import PublishedList
from touchstone.credentials.signer import SeedSigner
from touchstone.credentials.template import Template
from touchstone.standards.folder import read_value

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


TEMPLATE = f"""\
kind: CredentialTemplate
issuer: {{id: "{SIGNER.controller}", name: {{en: Example School, zh-Hans: 示范学校}}}}
achievement:
  id: https://school.example/achievements/stone-setting-3
  name: {{en: Stone setting, zh-Hans: 镶嵌}}
  description: {{en: Sets stones in four ways.}}
  criteria: {{en: All four settings pass the touch test.}}
attests:
  kind: assessment
  units:
    - {{id: "gd-jewellery#T1", code: T1, title: {{en: Bezel setting}}, level: "3"}}
    - {{id: "gd-jewellery#T2", code: T2, title: {{en: Pavé setting}}, level: "3"}}
    - {{id: "gd-jewellery#T3", code: T3, title: {{en: Channel setting}}, level: "3"}}
valid_months: 60
language: en
status: https://school.example/status/
"""


def template(extra=""):
    """A template of three units; ``extra`` are further lines of it."""
    value, _ = read_value((TEMPLATE + extra).encode(), "template.yaml", Template)
    return value


def write_anew(file, content):
    """Write a file that was not there: some file systems wait for the disk when one is cut to nothing and written again."""
    file.unlink(missing_ok=True)
    file.write_bytes(content)
