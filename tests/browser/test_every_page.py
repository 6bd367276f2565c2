"""Each page in two languages, on a phone and a desk, by day and by night.

The pages are found by following the landing page's own links, so that a new page is looked at without being listed here;
`DEEPER` adds those which only a filled-in form reaches. Pictures are kept in build/screenshots.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
DEEPER: tuple[str, ...] = ()
A_KIND = 2
"""How many pages of one kind (by first part of the path) are enough: the units of a framework all look alike."""
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


def _walk(page: Page, site: str, language: str):
    """Open one page after another, breadth first; yield the path of each that is in the language asked for."""
    ahead = ["/", *DEEPER]
    known = set(ahead)
    kinds: dict[str, int] = {}
    shown = 0
    while ahead and shown < AT_MOST:
        path = ahead.pop(0)
        answer = page.goto(site + path)
        assert answer is not None, path
        assert answer.ok, f"{path} answers {answer.status}"
        if page.locator("html").get_attribute("lang") != language:
            assert path != "/", f"a reader who asks for {language} is given another language"
            continue
        shown += 1
        yield path
        for href in page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))"):
            there = urlsplit(urljoin(page.url, href))
            kind = "/".join(there.path.split("/")[:3])
            if f"{there.scheme}://{there.netloc}" != site or there.path in known or kinds.get(kind, 0) >= A_KIND:
                continue
            kinds[kind] = kinds.get(kind, 0) + 1
            known.add(there.path)
            ahead.append(there.path)


def _look_at(page: Page, path: str, asked: str, width: int, scheme: str, complaints: list[str]) -> str:
    from axe_playwright_python.sync_playwright import Axe

    name = path.strip("/").replace("/", "_") or "landing"
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{asked}-{width}-{scheme}.png", full_page=True)
    found = Axe().run(page)
    if found.violations_count:
        complaints.append(f"{path}: {found.generate_report()}")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        complaints.append(f"{path}: wider than the screen")
    return path
