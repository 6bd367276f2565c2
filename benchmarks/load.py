"""How the node bears many readers and learners: `make load`. Loopback only, bounded requests, a folder that is thrown away.

1. The verify page at 200 requests a second for ten seconds, sent when they are due whether or not the last has come back; the sender takes
   its share of the same cores.
2. What it costs beside an empty view, in CPU time of one process, both behind the same middleware and in turn.
3. Every list of an organisation with 10,000 learners: time and number of queries, beside those of one with next to none.
"""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.figures import Figure, Figures, below, print_table  # noqa: E402
from benchmarks.timing import medians_in_turn, percentile, timed  # noqa: E402

PORT = 8399
RATE, SECONDS, SENDERS = 200, 10, 32
LEARNERS, A_GROUP = 10_000, 50
SLOWEST = 300
"""Milliseconds that a list may take."""
MOST_COST = 3
ROUNDS, BATCH = 9, 20


def main() -> None:
    """Measure, print a table; exit 1 where something is missed."""
    with tempfile.TemporaryDirectory(prefix="touchstone-load-") as folder:
        prepare(Path(folder))
        short = populate_issuing(6)
        figures = serving(f"/C/{short}") | costs(short)
        few = lists()
        populate_issuing(LEARNERS)
        populate_rest(LEARNERS)
        figures |= told(few, lists())
    print_table(figures)
    sys.exit(not all(figure.reaches(figure.floor) for figure in figures.values()))


def prepare(folder: Path) -> None:
    """Make a node of the demonstration in an empty folder, in this process and in those that it starts."""
    from touchstone.library.story import PASSPHRASE
    from touchstone_server.demo.keys import write_registry

    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "touchstone_server.settings",
        "TOUCHSTONE_DATA": str(folder),
        "TOUCHSTONE_DATABASE": "",
        "TOUCHSTONE_DEMO": "1",
        "TOUCHSTONE_TRUST": str(write_registry(folder, "")),
        "TOUCHSTONE_PASSPHRASE": PASSPHRASE,
        "TOUCHSTONE_PORT": str(PORT),
        "TOUCHSTONE_ADDRESS": f"http://localhost:{PORT}",
        "TOUCHSTONE_HOSTS": "localhost,127.0.0.1,testserver",
        "PYTHONPATH": str(ROOT / "src"),
    }
    import django

    django.setup()
    from django.core.management import call_command

    from touchstone_server.demo.seeding import seed

    call_command("migrate", verbosity=0, interactive=False)
    seed()


# ------------------------------------------------------------------ readers


def serving(path: str) -> Figures:
    """Send requests when they are due, and measure until each is answered."""
    with server() as process:
        for _ in range(20):
            get(connection := connected(), path)
        connection.close()
        before = cpu_of(process.pid)
        times, failed = sent(path)
        spent = cpu_of(process.pid) - before
    count = RATE * SECONDS
    return {
        f"verify page, {count:,} requests at {RATE} a second, p50 (ms)": Figure(percentile(times, 50) * 1e3),
        "  p99 (ms)": Figure(percentile(times, 99) * 1e3),
        "  not answered with 200": below(failed, 1),
        "  CPU of the node a request (ms)": Figure(spent / count * 1e3),
    }


@contextmanager
def server() -> Iterator[subprocess.Popen[bytes]]:
    """Run the node until the block ends."""
    process = subprocess.Popen([sys.executable, "-m", "touchstone_server"], stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                connected().close()
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def connected() -> http.client.HTTPConnection:
    """Return an open connection to the node."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    connection.connect()
    return connection


def get(connection: http.client.HTTPConnection, path: str) -> int:
    """Return the status of an answer that was read to its end."""
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept-Language": "en"})
    response = connection.getresponse()
    response.read()
    return response.status


def sent(path: str) -> tuple[list[float], int]:
    """Return seconds from when a request was due until it was answered, and how many failed."""
    due, lock = iter(range(RATE * SECONDS)), threading.Lock()
    times: list[float] = []
    failures: list[int] = []
    begin = time.perf_counter() + 0.5

    def send() -> None:
        connection = connected()
        while True:
            with lock:
                number = next(due, None)
            if number is None:
                return connection.close()
            at = begin + number / RATE
            time.sleep(max(0.0, at - time.perf_counter()))
            if get(connection, path) != 200:
                failures.append(number)
            times.append(time.perf_counter() - at)

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    return times, len(failures)


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU that a process and its children have used."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat.parent.name) == pid or int(fields[1]) == pid:
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def costs(short: str) -> Figures:
    """Measure the verify page beside an empty view, in this process."""
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    from touchstone_server import urls

    urls.urlpatterns.append(path("empty", lambda request: HttpResponse("")))
    client = Client()
    pages = {"empty": "/empty", "issued": f"/C/{short}", "sample": "/en/verify/sample/valid/"}
    works: dict[str, list[Callable[[], object]]] = {}
    for name, address in pages.items():
        assert client.get(address).status_code == 200, address
        works[name] = [lambda address=address: client.get(address, HTTP_ACCEPT_ENCODING="gzip")] * BATCH
    found = medians_in_turn(works, ROUNDS)
    return {
        "empty view, CPU (ms)": Figure(found["empty"] * 1e3),
        "verify page of an issued certificate, CPU (ms)": Figure(found["issued"] * 1e3),
        "  as a multiple of the empty view": below(found["issued"] / found["empty"], MOST_COST),
        "verify page of a sample, worked out each time, as a multiple": Figure(found["sample"] / found["empty"]),
    }


# ------------------------------------------------------------------ learners


def populate_issuing(count: int) -> str:
    """Issue six certificates in earnest and write as many more like them as are asked for; return the number of one."""
    from django.utils import timezone

    from tests.touchstone_server.issuing_world import approved
    from touchstone_server.access.requests import roles_of
    from touchstone_server.access.rules import Actor
    from touchstone_server.accounts.models import User
    from touchstone_server.issuing.models import Certificate, Group, Row
    from touchstone_server.issuing.running import run
    from touchstone_server.organisations.models import Organisation

    college = Organisation.objects.get(slug="gd-college")
    teacher, officer = (
        Actor(user.id, roles_of(user.id), True)
        for key in ("teacher", "certification-officer-gd")
        for user in User.objects.filter(email=f"{key}@demo.example")
    )
    if not (made := Certificate.objects.first()):
        run(approved(college, teacher, officer, "\n".join(f"Learner {each}" for each in range(6))).id)
        made = Certificate.objects.exclude(document=None).first()
    like = Group.objects.defer("table").get(pk=made.group_id)
    groups, certificates, rows = [], [], []
    for number in range(max(0, count - 6)):
        if number % A_GROUP == 0:
            groups.append(Group(organisation=college, title=f"Class {number}", template=like.template, table=b"", state="issued",
                                prepared_by=like.prepared_by, prepared=timezone.now()))  # fmt: skip
        certificates.append(
            Certificate(organisation=college, group=groups[-1], key=f"k{number}", reservation="{}", list_url=f"x{number % 2}",
                        index=10_000 + number, document=made.document, short=f"Z{number:015}", name=f"Learner {number}",
                        issued=timezone.now())
        )  # fmt: skip
        rows.append(
            Row(group=groups[-1], number=number, name=f"L {number}", result="issued", certificate=certificates[-1])
        )
    for model, new in ((Group, groups), (Certificate, certificates), (Row, rows)):
        model.objects.bulk_create(new, batch_size=500)
    return made.short


def populate_rest(count: int) -> None:
    """Write as many members, cases, and links and accesses of one learner."""
    from django.utils import timezone

    from touchstone_server.accounts.models import User
    from touchstone_server.cases.models import Case
    from touchstone_server.organisations.models import Membership, Organisation

    college, body = (Organisation.objects.get(slug=slug) for slug in ("gd-college", "hk-recognition"))
    now = timezone.now()
    people = [User(email=f"l{number}@example.org", name_latin=f"Learner {number}") for number in range(count)]
    User.objects.bulk_create(people, batch_size=500)
    Membership.objects.bulk_create(
        [Membership(user=each, organisation=college, role="teacher", since=now) for each in people], batch_size=500
    )
    Case.objects.bulk_create(
        [
            Case(organisation=body, holder=each, region="GD", outcome="REFER", receipt="{}", filed=now, request=f"sha256:{number:064}",
                 target="https://touchstone.example/qualifications/hk-stone-setter")
            for number, each in enumerate(people)
        ],
        batch_size=500,
    )  # fmt: skip


LISTS = {
    "issuing desk": ("certification-officer-gd", "/en/desk/gd-college/issuing/"),
    "certificates": ("certification-officer-gd", "/en/desk/gd-college/issuing/certificates/"),
    "certificates by name": ("certification-officer-gd", "/en/desk/gd-college/issuing/certificates/?q=Learner+99"),
    "certificates, a late page": ("certification-officer-gd", "/en/desk/gd-college/issuing/certificates/?page=150"),
    "members": ("certification-officer-gd", "/en/desk/gd-college/members/"),
    "cases": ("certification-officer-hk", "/en/cases/of/hk-recognition/"),
    "passport": ("learner", "/en/passport/"),
    "exchange": ("certification-officer-gd", "/en/desk/gd-college/exchange/"),
}


def signed_in(person: Any) -> Any:
    """Return a client in which the person has signed in with a second factor: an officer's role counts only then."""
    from django.conf import settings
    from django.test import Client

    from touchstone_server.access.requests import SESSION_METHODS

    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[SESSION_METHODS] = [{"method": "mfa", "type": "webauthn"}]
    session.save()
    return client


def lists() -> dict[str, tuple[float, int, int]]:
    """Return milliseconds, queries and bytes of each list."""
    from django.conf import settings
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from touchstone_server.accounts.models import User

    settings.SESSION_COOKIE_SECURE = False
    found = {}
    for name, (key, address) in LISTS.items():
        client = signed_in(User.objects.get(email=f"{key}@demo.example"))
        answer: Any = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        milliseconds = statistics.median(timed(lambda: client.get(address)) for _ in range(5)) * 1e3  # noqa: B023
        found[name] = (milliseconds, len(asked), len(answer.content))
    return found


def told(few: dict[str, tuple[float, int, int]], many: dict[str, tuple[float, int, int]]) -> Figures:
    """Put both beside each other."""
    figures: Figures = {}
    for name, (milliseconds, queries, size) in many.items():
        figures[f"{name}, {LEARNERS:,} learners (ms)"] = below(milliseconds, SLOWEST)
        figures[f"  queries more than with a few ({queries})"] = below(queries - few[name][1], 1)
        if size > 200_000:
            figures[f"  {name}, kB"] = below(size / 1000, 200)
    return figures


if __name__ == "__main__":
    main()
