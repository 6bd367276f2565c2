"""How soon a page is there for somebody with a slow line and a slow phone: `make soak PYTEST=tests/browser/test_budgets.py`.

The line is 700 kbit/s with a round trip of 300 ms, the processor four times slower than this one, and nothing is cached: chromium is told
so over its own protocol, which delays requests and not the opening of a connection: a first visit over TLS takes two or three round
trips more. Bytes are what went over the line, heads and all. They are counted on every run; times are measured in soak.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.browser.test_journeys import PHONE, issued, opened  # noqa: F401 - fixtures
from tests.touchstone_server.questions import LIN, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, CDPSession, Page

    from tests.browser.conftest import Node
    from tests.browser.test_journeys import Issued

pytestmark = pytest.mark.browser

SLOW_LINE = {"offline": False, "latency": 300, "downloadThroughput": 700_000 / 8, "uploadThroughput": 700_000 / 8}
SLOWER = 4
VERIFY, OTHER = (30_000, 1.2), (90_000, 2.0)
"""Bytes, and seconds until the largest piece of the first screen is there (experience.md)."""
PAGES = {
    "verify/sample/valid/": VERIFY,
    "verify/": OTHER,
    "": OTHER,
    f"explorer/answer/?{written(LIN)}": OTHER,
    "explorer/certificate/?from=GD": OTHER,
    "standards/": OTHER,
    "demo/": OTHER,
    "account/login/": OTHER,
}
LOOKS = 3
LARGEST = """() => new Promise(done => {
  new PerformanceObserver(list => done(list.getEntries().at(-1).startTime)).observe({type: 'largest-contentful-paint', buffered: true});
  setTimeout(() => done(-1), 3000);
})"""


class Looked(NamedTuple):
    """What one look took: seconds until the largest piece was painted, and bytes over the line."""

    seconds: float
    size: int


class Line:
    """A page that is new at every look, behind a line and a processor of our choice."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.cdp: CDPSession = self.context.new_cdp_session(self.page)
        self.cdp.send("Network.enable")
        self.cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.cdp.on("Network.loadingFinished", lambda said: self.sizes.append(int(said["encodedDataLength"])))
        self.page.on("request", lambda asked: asked.url.startswith(site) or self.elsewhere.append(asked.url))
        self.sizes: list[int] = []
        self.elsewhere: list[str] = []

    def slow(self) -> None:
        """Make line and processor slow."""
        self.cdp.send("Network.emulateNetworkConditions", SLOW_LINE)
        self.cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def look(self, address: str) -> Looked:
        """Go there as if for the first time."""
        self.page.goto("about:blank")
        self.sizes.clear()
        self.page.goto(address, wait_until="networkidle")
        return Looked(self.page.evaluate(LARGEST) / 1000, sum(self.sizes))


@pytest.fixture
def line(browser: Browser, site: str) -> Iterator[Line]:
    line = Line(browser, site)
    yield line
    line.context.close()
    assert not line.elsewhere


@pytest.mark.soak
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.partition("?")[0] or "landing")
def test_a_page_is_there_in_time_on_a_slow_line(line: Line, site: str, path: str, capsys):
    line.slow()
    _measure(line, f"{site}/en/{path}", *PAGES[path], capsys)


@pytest.mark.soak
def test_what_a_qr_code_leads_to_is_there_in_time_on_a_slow_line(line: Line, node: Node, issued: Issued, capsys):  # noqa: F811
    line.slow()
    _measure(line, f"{node.address}/C/{issued.public.rstrip('/').rsplit('/', 1)[1]}", *VERIFY, capsys)


def test_the_verify_page_is_small_and_asks_no_other_host(line: Line, site: str):
    assert line.look(f"{site}/en/verify/sample/valid/").size <= VERIFY[0]


def _measure(line: Line, address: str, most_bytes: int, most_seconds: float, capsys) -> None:
    looks = [line.look(address) for _ in range(LOOKS)]
    seconds, size = statistics.median(each.seconds for each in looks), max(each.size for each in looks)
    with capsys.disabled():
        print(
            f"\n{address.partition('?')[0]}: LCP {seconds:.2f} s of {most_seconds} s, {size / 1000:.1f} kB of {most_bytes / 1000:.0f} kB"
        )
    assert 0 < seconds <= most_seconds
    assert size <= most_bytes
