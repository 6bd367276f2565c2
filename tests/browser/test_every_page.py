"""Every page on a phone and a desk, by day and by night: accessible, whole, and asking no other host.

A look takes most of a second, and colours know no language: each kind of page is looked at in both widths and both schemes, one kind on
a phone by day and at a desk by night, the next the other way round. `make soak` looks at every pair of them in all five languages.
Pictures are kept in build/screenshots, to be looked at.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.touchstone_server.questions import KINDS, PAGES
from touchstone_server.language import LOCALES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
WIDTHS = {390: 844, 1280: 900}
SCHEMES = ("light", "dark")
LOOKS = (((390, "light"), (1280, "dark")), ((390, "dark"), (1280, "light")))
"""Both widths and both schemes, in two ways; the two together are every pair of them."""
EVERY_LOOK = (*LOOKS[0], *LOOKS[1])
STATES = [path for path in PAGES if path not in KINDS]
EVERY_RULE = {"resultTypes": ["violations"]}
"""What axe is asked: reports of what is well are left out, which halves the time."""
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SPILLING = """() => [...document.querySelectorAll('.chart .box, .loop .station')].flatMap(box => {
  const frame = box.querySelector('rect').getBoundingClientRect();
  return frame.width ? [...box.querySelectorAll('text')].filter(text => {
    const line = text.getBoundingClientRect();
    return line.right > frame.right + 1 || line.left < frame.left - 1 || line.bottom > frame.bottom + 1;
  }).map(text => text.textContent) : [];
})"""
"""The texts that leave their box, as the browser measures them."""
SMALL = """() => [...document.querySelectorAll('main a, main button, main select, main input, header a, footer a, summary')]
  .filter(item => item.offsetParent)
  .filter(item => !item.closest('p, dd, td, th, .bullets, .list span'))
  .filter(item => (item.closest('label') || item).getBoundingClientRect().height < 43.5)
  .map(item => item.outerHTML.slice(0, 90))"""
"""What a thumb would miss: controls lower than 44 px, links inside running text and lists aside."""


class Watched:
    """One page that goes everywhere, whose requests to other hosts and complaints are written down."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.page: Page = context.new_page()
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda asked: asked.url.startswith(site) or self.elsewhere.append(asked.url))
        self.page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))


@pytest.fixture(scope="module")
def walker(context: BrowserContext, site: str) -> Iterator[Watched]:
    walker = Watched(context, site)
    yield walker
    walker.page.close()


@pytest.fixture
def watched(walker: Watched) -> Watched:
    """The page as if it were new: a new one for each test would take as long as what is looked at."""
    walker.page.goto("about:blank")
    walker.page.set_viewport_size({"width": 1280, "height": 900})
    walker.page.emulate_media(media="screen", color_scheme="light", forced_colors="none", reduced_motion="reduce")
    walker.elsewhere.clear()
    walker.complaints.clear()
    return walker


@pytest.mark.parametrize("place", range(len(KINDS)), ids=lambda place: KINDS[place][:40])
def test_a_page_is_accessible_and_whole_on_every_screen(watched: Watched, site: str, place: int):
    """A sample of all: every kind of page once in each width and each scheme, the pairs and two languages going round with its place."""
    locale = ("en", "zh-hant-hk")[place // 2 % 2]
    _look_at_all(watched, site, locale, KINDS[place], LOOKS[place % 2])


@pytest.mark.soak
@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("locale", [locale.path for locale in LOCALES])
def test_a_page_is_accessible_and_whole_everywhere(watched: Watched, site: str, locale: str, path: str):
    """Every kind of page, two widths, two schemes, five languages, each with each."""
    _look_at_all(watched, site, locale, path, EVERY_LOOK)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_spills_in_the_longest_language_or_on_the_smallest_screen(watched: Watched, site: str, path: str):
    watched.page.set_viewport_size({"width": 320, "height": 640})
    watched.page.goto(f"{site}/pt/{path}")

    assert not watched.page.evaluate(WIDER)
    watched.page.set_viewport_size({"width": 1280, "height": 900})
    assert watched.page.evaluate(SPILLING) == []


@pytest.mark.parametrize("place", range(len(STATES)), ids=lambda place: STATES[place][:40])
def test_the_other_states_are_accessible_too(watched: Watched, site: str, place: int):
    """Each state that no test above looks at, once, in a language, width and scheme that go round with its place in the list."""
    locale = LOCALES[place % len(LOCALES)].path
    width, scheme = list(WIDTHS)[place % 2], SCHEMES[place // 2 % 2]
    watched.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    watched.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    watched.page.goto(f"{site}/{locale}/{STATES[place]}")

    _look_at(watched, f"state-{place:02}-{locale}-{width}-{scheme}")

    assert not watched.elsewhere
    assert not watched.complaints, "\n".join(watched.complaints)


@pytest.mark.parametrize("path", ["explorer/certificate/?from=XX", "nothing/"])
def test_a_page_that_says_no_is_accessible(watched: Watched, site: str, path: str):
    watched.page.set_viewport_size({"width": 390, "height": 844})
    watched.page.goto(f"{site}/zh-hant-mo/{path}")

    _look_at(watched, f"no-{_name(path)}-zh-hant-mo-390-light")

    assert all("Failed to load resource" in complaint for complaint in watched.complaints)


def test_forced_colours_and_print_keep_the_picture(watched: Watched, site: str):
    answer = next(path for path in PAGES if "explorer/answer/" in path)
    watched.page.goto(f"{site}/en/{answer}")

    watched.page.emulate_media(forced_colors="active")
    watched.page.screenshot(path=SCREENSHOTS / "answer-forced-colours.png", full_page=True)
    watched.page.emulate_media(media="print", forced_colors="none")
    watched.page.screenshot(path=SCREENSHOTS / "answer-print.png", full_page=True)

    assert watched.page.locator(".verdict").is_visible()
    assert watched.page.locator(".chart.ladder").first.is_visible()
    assert not watched.page.locator(".bar").is_visible()
    assert watched.page.locator(".proof").is_visible(), "what is folded away on a screen is printed"


def _look_at_all(watched: Watched, site: str, locale: str, path: str, looks: tuple[tuple[int, str], ...]) -> None:
    watched.page.goto(f"{site}/{locale}/{path}")
    for width, scheme in looks:
        watched.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        watched.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        _look_at(watched, f"{_name(path)}-{locale}-{width}-{scheme}")

    assert not watched.elsewhere
    assert not watched.complaints, "\n".join(watched.complaints)


def _look_at(watched: Watched, name: str) -> None:
    """Take a picture and complain."""
    from axe_playwright_python.sync_playwright import Axe

    page = watched.page
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.jpg", full_page=True, type="jpeg", quality=80)  # twice as fast as PNG
    axe = Axe(axe_script="0") if page.evaluate("'axe' in window") else Axe()  # a page keeps it from the first look on
    found = axe.run(page, options=EVERY_RULE)
    if found.violations_count:
        watched.complaints.append(f"{name}: {found.generate_report()}")
    if page.evaluate(WIDER):
        watched.complaints.append(f"{name}: wider than the screen")
    watched.complaints.extend(f"{name}: leaves its box: {text}" for text in page.evaluate(SPILLING))
    if "-390-" in name:
        watched.complaints.extend(f"{name}: too small to touch: {item}" for item in page.evaluate(SMALL))


def _name(path: str) -> str:
    outcome = re.search(r"target=([\w-]+)", path)
    plain = re.sub(r"\W+", "-", path.partition("?")[0]).strip("-") or "landing"
    if outcome:
        return f"{plain}-{outcome[1]}-{_place(path)}"
    return f"{plain}-{_place(path)}" if "?" in path else plain


def _place(path: str) -> int:
    return PAGES.index(path) if path in PAGES else len(PAGES)
