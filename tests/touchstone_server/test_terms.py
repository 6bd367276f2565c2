"""What readers read, page by page and in every locale: the terms of their region, each text in the language that it says it has."""

from __future__ import annotations

from collections import defaultdict
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.touchstone_server.questions import BY_OUTCOME, KINDS, written
from tests.touchstone_server.test_texts import FORBIDDEN_IN_HANT, ONLY_SIMPLIFIED
from touchstone.library import load_termbase
from touchstone.text import localise
from touchstone_server.language import LOCALES
from touchstone_server.texts import all_texts

TERMS = load_termbase()
ACCOUNT = ["account/login/", "account/signup/", "account/password/reset/"]
PAGES = [*KINDS, *ACCOUNT, *(f"explorer/answer/?{written(BY_OUTCOME[outcome])}" for outcome in ("FULL", "REFUSED"))]
VOID = {"meta", "link", "input", "br", "hr", "img"}
SPOKEN = ("alt", "aria-label", "placeholder", "content", "value")


class Read(HTMLParser):
    """Collects the texts of a page by the language that the nearest ``lang`` gives them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.by_language: defaultdict[str, list[str]] = defaultdict(list)
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        language = "" if "hidden" in named else named.get("lang") or self.language
        if tag not in VOID:
            self.open.append((tag, language))
        if tag != "input" or named.get("type") not in ("hidden", "radio", "checkbox"):
            self.by_language[language] += [named[each] for each in SPOKEN if named.get(each)]

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        self.by_language[self.language].append(data)

    @property
    def language(self) -> str:
        return self.open[-1][1] if self.open else ""


def broken(by_language: dict[str, str]) -> list[str]:
    """Return the forbidden labels and the wrong characters that texts hold."""
    found = [str(breach) for breach in TERMS.breaches(by_language)]
    for tag, text in by_language.items():
        if tag.startswith("zh-Hant"):
            found += [f"{tag}: {bad}" for bad in FORBIDDEN_IN_HANT if bad in text]
            found += [f"{tag}: {character}" for character in sorted(set(text) & ONLY_SIMPLIFIED)]
    return found


@pytest.fixture(autouse=True)
def in_the_demonstration(settings, tmp_path):
    from touchstone_server.demo import certificate, keys

    settings.TOUCHSTONE_DEMO, settings.TOUCHSTONE_DATA = True, tmp_path
    certificate._opened.cache_clear()
    keys.make_keys(tmp_path, "GD")


@pytest.mark.django_db
@pytest.mark.parametrize("place", range(len(PAGES)), ids=lambda place: PAGES[place][:40] or "landing")
def test_a_page_speaks_in_the_terms_of_its_region(place):
    """A sample: every page in one locale, the locales going round with its place."""
    _look_at(LOCALES[place % len(LOCALES)], PAGES[place])


@pytest.mark.django_db
@pytest.mark.parametrize("path", ACCOUNT)
@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.path)
def test_pages_whose_words_are_not_ours_speak_in_the_terms_of_the_region(locale, path):
    _look_at(locale, path)


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.path)
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path[:40] or "landing")
def test_every_page_speaks_in_the_terms_of_its_region(locale, path):
    _look_at(locale, path)


def _look_at(locale, path):
    answer = Client(headers={"host": "localhost"}).get(f"/{locale.path}/{path}")
    assert answer.status_code == 200

    read = Read(answer.content.decode())
    texts = {tag: "\n".join(parts) for tag, parts in read.by_language.items()}
    assert len(texts[locale.tag]) > 300
    assert broken(texts) == []


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.path)
def test_every_text_is_read_in_the_terms_of_the_region_that_falls_back_to_it(locale):
    """Macao reads Hong Kong's texts where it has none of its own: there they must do for Macao."""
    read = {key: localise(texts, locale.tag)[0] for key, texts in all_texts().items()}

    assert {key: found for key, words in read.items() if (found := broken({locale.tag: words}))} == {}


def test_a_forbidden_label_on_a_page_is_found_and_one_in_another_language_is_not():
    page = '<html lang="zh-Hant-HK"><p>職業培訓</p><p lang="zh-Hans">职业培训 信息</p><img alt="軟件"></html>'
    texts = {tag: "\n".join(parts) for tag, parts in Read(page).by_language.items()}

    found = broken(texts)

    assert any("職業培訓" in each for each in found)
    assert any("軟件" in each for each in found)
    assert not any("zh-Hans" in each for each in found)
