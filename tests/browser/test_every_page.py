"""Each page in two languages, on a phone and a desk, by day and by night.

The pages are found by following the landing page's own links, so that a new page is looked at without being listed here;
`DEEPER` adds those which only a filled-in form reaches. Pictures are kept in build/screenshots.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
DEEPER: tuple[str, ...] = ()
"""Addresses below the landing page, such as ``explorer/?from=GD``."""
A_KIND = 2
"""How many pages of one kind are enough: the units of a framework all look alike."""
AT_MOST = 14

LANGUAGES = {"en-GB": "en", "zh-HK": "zh-Hant-HK"}
WIDTHS = {390: 844, 1280: 900}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("asked", LANGUAGES)
def test_every_page_is_accessible_and_asks_no_other_host(
    browser: Browser, site: str, asked: str, width: int, scheme: str
):
    context = browser.new_context(
        locale=asked, viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    elsewhere: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(site) else None)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    seen = [_look_at(page, path, asked, width, scheme, complaints) for path in _walk(page, site, LANGUAGES[asked])]
    context.close()

    assert seen, "no page was found"
    assert not elsewhere
    assert not complaints, "\n".join(complaints)


def _walk(page: Page, site: str, language: str) -> Iterator[str]:
    """Open one page after another, breadth first, within the language asked for; yield the address of each."""
    ahead = ["/"]
    known: set[str] = set()
    kinds: Counter[str] = Counter()
    home = ""
    while ahead and len(known) < AT_MOST:
        answer = page.goto(site + ahead.pop(0))
        assert answer is not None
        assert answer.ok, f"{page.url} answers {answer.status}"
        assert page.locator("html").get_attribute("lang") == language, page.url
        here = page.url.removeprefix(site)
        if not home:
            home = here
            ahead += [home + path for path in DEEPER]
        if here in known:
            continue
        known.add(here)
        yield here
        for href in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href.split('#')[0])"):
            there = href.removeprefix(site)
            if not there.startswith(home) or there in known or there in ahead:
                continue
            kind = _kind(there.removeprefix(home))
            kinds[kind] += 1
            if not kind or kinds[kind] <= A_KIND:
                ahead.append(there)


def _kind(address: str) -> str:
    """What an address below home has in common with its like: the page it is asked of, or the folder it stands in."""
    path, question, _ = address.partition("?")
    return path if question else path.strip("/").rpartition("/")[0]


def _look_at(page: Page, path: str, asked: str, width: int, scheme: str, complaints: list[str]) -> str:
    from axe_playwright_python.sync_playwright import Axe

    name = re.sub(r"[^\w.-]+", "_", path.strip("/"))[:80] or "landing"
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{asked}-{width}-{scheme}.png", full_page=True)
    found = Axe().run(page)
    if found.violations_count:
        complaints.append(f"{path}: {found.generate_report()}")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        complaints.append(f"{path}: wider than the screen")
    return path
