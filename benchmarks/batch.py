"""A table of a thousand learners, to be issued from its bytes to signed credentials on the disk."""

from __future__ import annotations

import datetime as dt
import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path

from touchstone.credentials.batch import batch_of, run
from touchstone.credentials.journal import FILE, Journal
from touchstone.credentials.signer import SeedSigner
from touchstone.credentials.template import Template
from touchstone.standards.exchange.tables import read_table
from touchstone.standards.folder import read_value

ROWS = 1_000
AT = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
SIGNER = SeedSigner(bytes(range(32)))
TEMPLATE = f"""\
kind: CredentialTemplate
issuer: {{id: "{SIGNER.controller}", name: {{en: Example School}}}}
achievement:
  id: https://school.example/achievements/stone-setting-3
  name: {{en: Stone setting}}
  description: {{en: Sets stones in four ways.}}
  criteria: {{en: All four settings pass the touch test.}}
attests:
  kind: assessment
  units:
    - {{id: "https://gd.example/jewellery#T1", code: T1, title: {{en: Bezel setting}}, level: "3"}}
    - {{id: "https://gd.example/jewellery#T2", code: T2, title: {{en: Pavé setting}}, level: "3"}}
    - {{id: "https://gd.example/jewellery#T3", code: T3, title: {{en: Channel setting}}, level: "3"}}
    - {{id: "https://gd.example/jewellery#T4", code: T4, title: {{en: Flush setting}}, level: "3"}}
valid_months: 60
status: https://school.example/status/
"""


def batches(*cryptosuites: str) -> Callable[[], int]:
    """Return what issues a table, other learners each time, and returns the size of the journal in bytes."""
    template, numbers = template_of(*cryptosuites), itertools.count()
    return lambda: issue(template, table(next(numbers)))


def template_of(*cryptosuites: str) -> Template:
    """Return a template of four units."""
    value, _ = read_value(f"{TEMPLATE}cryptosuites: [{', '.join(cryptosuites)}]\n".encode(), "template.yaml", Template)
    return value


def table(salt: int) -> bytes:
    """Return a table in which every row has scores and an evidence of its own."""
    rows = (
        f"学员{number:04}{salt},2026-06-01,{60 + number % 40},{60 + number % 39},{60 + number % 38},{60 + number % 37},"
        f"sha256:{number:064x}\n"
        for number in range(ROWS)
    )
    return ("姓名,日期,T1,T2,T3,T4,证据\n" + "".join(rows)).encode()


def issue(template: Template, content: bytes) -> int:
    """Issue a table, from its bytes to the last fsync."""
    with tempfile.TemporaryDirectory() as folder:
        batch = batch_of(read_table(content, "learners.csv"), template)
        with Journal(folder, salt=bytes(32), subject=template.digest) as journal:
            assert all(result.result == "issued" for result in run(batch, SIGNER, journal=journal, at=AT))
        return (Path(folder) / FILE).stat().st_size
