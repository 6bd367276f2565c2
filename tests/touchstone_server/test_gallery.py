"""The gallery shows every component: none can be added without its place there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

import touchstone_server
from touchstone_server.design.icons import NAMES
from touchstone_server.language import LOCALES

SERVER = Path(touchstone_server.__file__).parent
COMPONENTS = SERVER / "design" / "templates" / "components"
SHEET = (SERVER / "design" / "static" / "design" / "base.css").read_text(encoding="utf-8")
INCLUDED = re.compile(r'\{% include "(components/[\w]+\.html)"')
PARTS_OF_PAGES = {"between", "body", "home", "main", "number", "reply", "three"}
"""Classes of the sheet that lay out one page or one table, and are no components."""


@pytest.fixture(scope="module")
def shown() -> str:
    return Client(headers={"host": "localhost"}).get("/en/gallery/").content.decode()


def included_by(template: Path) -> set[str]:
    """Return the components that a template includes, and those that they include."""
    found = set(INCLUDED.findall(template.read_text(encoding="utf-8")))
    return found | {name for each in found for name in included_by(COMPONENTS.parent / each)}


def test_every_component_is_in_the_gallery():
    there = {f"components/{file.name}" for file in COMPONENTS.glob("*.html")}
    gallery, frame = SERVER / "home/templates/home/gallery.html", SERVER / "design/templates/base.html"

    assert there - included_by(gallery) - included_by(frame) == set()


def test_every_class_of_the_components_is_in_the_gallery(shown):
    sections = re.split(r"^/\* -+ (\w+)[^*]*\*/$", SHEET, flags=re.MULTILINE)
    named = dict(zip(sections[1::2], sections[2::2], strict=True))
    classes = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", " ", named["controls"] + named["components"])))

    used = set(" ".join(re.findall(r'class="([^"]*)"', shown)).split())
    assert sorted(classes - used - PARTS_OF_PAGES) == []


def test_every_icon_is_in_the_gallery(shown):
    assert all(f'<span class="small mono"> {name}</span>' in shown for name in NAMES)


@pytest.mark.parametrize("locale", [locale.path for locale in LOCALES])
def test_a_form_complains_in_the_language_of_the_page(locale):
    page = Client(headers={"host": "localhost"}).get(f"/{locale}/gallery/").content.decode()

    complaints = re.findall(r'<p class="told no" id="wrong_\w+_error">([^<]+)</p>', page)
    english = {"This field is required.", "Enter a valid email address."}
    assert len(complaints) == 8
    assert (set(complaints) == english) if locale == "en" else english.isdisjoint(complaints)
