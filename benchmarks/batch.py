"""A table of a thousand learners, from its bytes to signed credentials on the disk; raw signatures in turn measure the machine."""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from touchstone.credentials.batch import batch_of, run
from touchstone.credentials.journal import FILE, Journal
from touchstone.credentials.signer import SeedSigner
from touchstone.credentials.template import Template
from touchstone.standards.exchange.tables import read_table
from touchstone.standards.folder import read_value

ROWS, ROUNDS = 1_000, 7
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
Figures = dict[str, tuple[float, float | None]]


def issuing() -> Figures:
    """Measure the batch with one proof and with two, and raw signatures, in turn."""
    one, two = template(), template("cryptosuites: [eddsa-rdfc-2022, eddsa-jcs-2022]\n")
    cpu: dict[str, list[float]] = {"one": [], "two": [], "raw": []}
    wall: list[float] = []
    size = 0
    issue(one, table("warm"))
    for number in range(ROUNDS):
        content = table(str(number))
        start = time.perf_counter()
        spent, size = issue(one, content)
        wall.append(time.perf_counter() - start)
        cpu["one"].append(spent)
        cpu["two"].append(issue(two, content)[0])
        cpu["raw"].append(cpu_of(sign_a_thousand_times))
    median = {name: statistics.median(times) for name, times in cpu.items()}
    what = f"durable batch of {ROWS:,} rows"
    return {
        f"{what}, {size // ROWS} bytes a row, eddsa-rdfc-2022, CPU (µs a row)": (median["one"] / ROWS * 1e6, 1_000),
        f"{what}, eddsa-rdfc-2022, rows per CPU-second": (ROWS / median["one"], None),
        f"{what}, with eddsa-jcs-2022 too, rows per CPU-second": (ROWS / median["two"], None),
        f"{what}, eddsa-rdfc-2022, rows per second of the clock": (ROWS / statistics.median(wall), None),
        f"{what}, raw Ed25519 signatures in the time of a row": (median["one"] / median["raw"], None),
    }


def template(extra: str = "") -> Template:
    """A template of four units."""
    value, _ = read_value((TEMPLATE + extra).encode(), "template.yaml", Template)
    return value


def table(salt: str) -> bytes:
    """A table in which every row has scores and an evidence of its own."""
    rows = (
        f"学员{number:04}{salt},2026-06-01,{60 + number % 40},{60 + number % 39},{60 + number % 38},{60 + number % 37},"
        f"sha256:{number:064x}\n"
        for number in range(ROWS)
    )
    return ("姓名,日期,T1,T2,T3,T4,证据\n" + "".join(rows)).encode()


def issue(shared: Template, content: bytes) -> tuple[float, int]:
    """Issue a table; return the seconds of CPU that it takes from its bytes to the last fsync, and the size of the journal."""
    with tempfile.TemporaryDirectory() as folder:

        def work() -> None:
            batch = batch_of(read_table(content, "learners.csv"), shared)
            with Journal(folder, salt=bytes(32), subject=shared.digest) as journal:
                assert all(result.result == "issued" for result in run(batch, SIGNER, journal=journal, at=AT))

        return cpu_of(work), (Path(folder) / FILE).stat().st_size


def sign_a_thousand_times() -> None:
    """Sign what a proof signs, as often as a batch does."""
    for number in range(ROWS):
        SIGNER.sign(number.to_bytes(64))


def cpu_of(work: Callable[[], None]) -> float:
    """Return the seconds of CPU, of this process and of the system for it, that ``work`` takes."""
    start = time.process_time()
    work()
    return time.process_time() - start
