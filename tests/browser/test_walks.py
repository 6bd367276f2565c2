"""Walks that a person makes with the keyboard alone: no mouse, no script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.touchstone_server.questions import THREE_UNITS, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const item = document.activeElement;
  const frame = item.getBoundingClientRect();
  const style = getComputedStyle(item.closest('label') || item);
  return {
    text: item.labels?.[0]?.innerText || item.innerText || item.getAttribute('aria-label') || '',
    tag: item.tagName,
    seen: style.outlineStyle !== 'none' || getComputedStyle(item).outlineStyle !== 'none' || item.closest('svg') !== null,
    inside: frame.bottom > 0 && frame.top < innerHeight,
  };
}"""
MOST_STEPS = 80


@pytest.fixture
def page(context: BrowserContext, site: str) -> Iterator[Page]:
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}/en/")
    yield page
    page.close()


def tab_to(page: Page, words: str) -> None:
    """Press the tab key until something that says ``words`` has the focus, and see that the focus can be seen."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["tag"] != "BODY":
            assert focused["seen"], f"the focus on {focused['text']!r} cannot be seen"
            assert focused["inside"], f"the focus on {focused['text']!r} is off the screen"
        if words in focused["text"]:
            return
    pytest.fail(f"no way by keyboard to {words!r} on {page.url}", pytrace=False)


def enter(page: Page) -> None:
    """Press the enter key on a link or a button, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_explorer_can_be_walked_by_keyboard(page: Page):
    tab_to(page, "Ask about a certificate")
    enter(page)
    tab_to(page, "Guangdong")
    enter(page)
    tab_to(page, "Stone setter (Guangdong, level three)")
    enter(page)
    tab_to(page, "Date of award")
    page.keyboard.type("01052026")
    tab_to(page, "Continue")
    enter(page)
    tab_to(page, "Hong Kong")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.querySelector('input[name=to]:checked').value") == "MO"
    page.keyboard.press("ArrowUp")
    tab_to(page, "Continue")
    enter(page)
    tab_to(page, "Certificate in stone setting (Hong Kong")
    enter(page)

    assert page.locator("h1.answer").is_visible()
    assert "awarded=2026-01-05" in page.url
    tab_to(page, "The same as a table")
    page.keyboard.press("Enter")
    assert page.locator("section[aria-labelledby=units] table.cards").is_visible()
    tab_to(page, "The proof, step by step")
    page.keyboard.press("Enter")
    assert page.locator(".proof").is_visible()


def test_the_way_back_returns_to_each_question_with_its_answers(page: Page, site: str):
    page.goto(f"{site}/en/explorer/units/?from=GD&holds=gd-stone-setter-3")
    page.locator("#awarded").fill("2026-01-05")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    page.locator("a.choice").first.click()

    page.go_back()
    page.go_back()
    assert page.locator("h1").inner_text() == "Where do you want to use it?"
    page.get_by_role("link", name="Back").click()

    assert page.locator("#awarded").input_value() == "2026-01-05"


def test_the_skip_link_comes_first_and_leads_to_the_content(page: Page):
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "Skip to the content"
    page.keyboard.press("Enter")

    page.wait_for_url("**#content")  # the browser tells its address a moment after the key


def test_the_language_can_be_changed_by_keyboard_and_the_page_stays(page: Page, site: str):
    page.goto(f"{site}/en/standards/crosswalks/gd-hk/")
    tab_to(page, "English")
    page.keyboard.press("Enter")
    tab_to(page, "Português")
    enter(page)

    assert page.locator("html").get_attribute("lang") == "pt"


def test_a_station_of_the_loop_can_be_entered_by_keyboard(page: Page):
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('svg') !== null"):
            break
    enter(page)

    assert page.url.endswith("/en/standards/")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_the_other_ways_to_full_recognition_open_by_keyboard_and_stay_within_their_picture(
    browser: Browser, site: str, width: int, scheme: str
):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}/en/explorer/answer/?{written(THREE_UNITS)}")
    tab_to(page, "other ways")
    page.keyboard.press("Enter")
    tab_to(page, "The same as a table")
    page.keyboard.press("Enter")

    assert page.locator(".plan table").is_visible()
    frame = page.locator(".chart.scatter").bounding_box()
    for text in page.locator(".chart.scatter text").all():
        box = text.bounding_box()
        assert frame["x"] - 1 <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert not found.violations_count, found.generate_report()
    context.close()


def test_a_receipt_is_rechecked_by_keyboard_and_a_changed_one_is_not_confirmed(page: Page, site: str, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    page.goto(f"{site}/en/explorer/answer/?{written(THREE_UNITS)}")
    tab_to(page, "Show the QR code")
    page.keyboard.press("Enter")
    assert page.locator("figure .qr").is_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Receipt as PDF").click()
    saved.value.save_as(tmp_path / "receipt.pdf")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Receipt as a file").click()
    changed = Path(saved.value.path()).read_text().replace('"outcome": "PARTIAL"', '"outcome": "FULL"')

    tab_to(page, "Recheck a receipt")
    enter(page)
    page.locator("#file").set_input_files(tmp_path / "receipt.pdf")
    tab_to(page, "Derive it again")
    enter(page)
    assert page.locator(".verdict.ok .word").inner_text() == "The answer comes out the same"
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert not found.violations_count, found.generate_report()

    tab_to(page, "Recheck another one")
    enter(page)
    page.locator("#text").fill(changed)
    tab_to(page, "Derive it again")
    enter(page)
    assert page.locator(".verdict.no .word").inner_text() == "The answer comes out differently"


def test_a_certificate_is_verified_by_keyboard_and_an_altered_one_is_told(page: Page):
    tab_to(page, "Verify a certificate")
    enter(page)
    tab_to(page, "A good one")
    enter(page)
    assert page.locator(".verdict.ok h1").inner_text() == "Valid"
    tab_to(page, "Save it as a file")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    altered = Path(saved.value.path()).read_text().replace("LIN Siyu", "CHAN Tai Man")

    tab_to(page, "Verify another one")
    enter(page)
    page.locator("#text").fill(altered)
    tab_to(page, "Verify")
    enter(page)
    assert page.locator(".verdict.no h1").inner_text() == "Not genuine"
    tab_to(page, "Codes and technical sentences")
    page.keyboard.press("Enter")
    assert page.locator("dl[lang=en]").is_visible()


def test_a_wallet_leads_to_a_proven_answer_by_keyboard(page: Page, site: str):
    page.goto(f"{site}/en/explorer/")
    tab_to(page, "I have it as a file")
    enter(page)
    tab_to(page, "Try it with a sample wallet")
    enter(page)
    tab_to(page, "Continue")
    enter(page)
    tab_to(page, "Continue")
    enter(page)
    tab_to(page, "Certificate in jewellery making (Hong Kong")
    enter(page)

    assert (
        page.locator("h1.answer")
        .inner_text()
        .startswith("On illustrative documents: in Hong Kong, recognition covers 5 of the 6")
    )
    assert page.locator("#proven").inner_text() == "Verified certificates"
