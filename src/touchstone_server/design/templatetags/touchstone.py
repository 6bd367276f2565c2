# SPDX-License-Identifier: Apache-2.0
"""Tags that every template has: texts, texts of documents, links that keep the language, dates, icons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from touchstone.recognition.wording import Words
from touchstone.standards import Document
from touchstone.standards import Mapping as CrosswalkRow
from touchstone.standards.levels import Level
from touchstone.text import localise
from touchstone_server import clock, documents
from touchstone_server.design.icons import icon_svg
from touchstone_server.language import Locale, django_code
from touchstone_server.pages import address
from touchstone_server.texts import all_texts, counted, region_name, text, written_number

register = template.Library()

_RELATION_TONES = {"exact": "ok", "narrow": "ok", "broad": "part", "close": "open", "related": ""}

_MARKS = ("Illustrative: ", "Illustrative ", "示范：", "示範：", "Ilustrativo: ")
"""How the titles of illustrative documents begin: not said twice where a mark stands beside them."""


@register.simple_tag(takes_context=True)
def t(context: Mapping[str, Any], key: str, **values: object) -> SafeString:
    """``{% t "landing.title" name=value %}``: a text of the pages, values escaped."""
    return text(key, context["locale"].tag, **values)


@register.simple_tag(takes_context=True)
def t_of(context: Mapping[str, Any], group: str, name: str) -> SafeString:
    """``{% t_of "verdict" outcome %}``: one of a group of texts, chosen by a value of the program."""
    return text(f"{group}_{name}", context["locale"].tag)


@register.simple_tag(takes_context=True)
def tn(context: Mapping[str, Any], key: str, count: int, **values: object) -> SafeString:
    """``{% tn "standards.units" count %}``: a text with a number, for one or for many."""
    return counted(key, count, context["locale"].tag, **values)


@register.simple_tag(takes_context=True)
def say(context: Mapping[str, Any], texts: Mapping[str, str] | None) -> SafeString | str:
    """``{% say unit.title %}``: a text of a document, marked with its language where it is not the page's."""
    words, language = localise(texts or {}, context["locale"].tag)
    return in_language(words, language, context["locale"])


@register.simple_tag(takes_context=True)
def say_plain(context: Mapping[str, Any], texts: Mapping[str, str] | None) -> str:
    """``{% say_plain organisation.names %}``: a text where no markup may stand, as in a page's title."""
    return localise(texts or {}, context["locale"].tag)[0]


@register.simple_tag(takes_context=True)
def title_of(context: Mapping[str, Any], document: Document) -> SafeString | str:
    """``{% title_of document %}``: a title without the word *illustrative*, for use beside a mark that says so."""
    words, language = plain_title(document, context["locale"])
    return in_language(words, language, context["locale"])


@register.simple_tag(takes_context=True)
def go(context: Mapping[str, Any], page_name: str, **parts: str) -> str:
    """``{% go "explorer" %}``: the address of a page in the reader's language."""
    return address(page_name, context["locale"], None, **parts)


@register.simple_tag(takes_context=True)
def go_with(context: Mapping[str, Any], page_name: str, query: list[tuple[str, str]], **parts: str) -> str:
    """``{% go_with "answer" question.query %}``: the same, with a query."""
    return address(page_name, context["locale"], query, **parts)


@register.simple_tag(takes_context=True)
def region(context: Mapping[str, Any], code: str) -> str:
    """``{% region "HK" %}``: the name of a region."""
    return region_name(code, context["locale"].tag)


@register.simple_tag(takes_context=True)
def number(context: Mapping[str, Any], told: object) -> str:
    """``{% number step.price %}``: a number with a comma or a point for its decimals, as the language has it."""
    return written_number(str(told), context["locale"].tag)


@register.simple_tag(takes_context=True)
def longdate(context: Mapping[str, Any], day: dt.date | None) -> SafeString | str:
    """``{% longdate day %}``: a date that no two regions read differently, marked for machines; of a moment, the date in all three."""
    day = day.astimezone(clock.HERE).date() if isinstance(day, dt.datetime) else day
    return format_html('<time datetime="{}">{}</time>', day, written_date(day, context["locale"].tag)) if day else ""


@register.simple_tag(name="clock")
def hour_of(at: dt.datetime) -> str:
    """``{% clock at %}``: the time of day, in the time of all three regions."""
    return f"{at.astimezone(clock.HERE):%H:%M}"


@register.simple_tag(takes_context=True)
def moment(context: Mapping[str, Any], at: dt.datetime, *, precise: bool = False) -> SafeString:
    """``{% moment each.given %}``: a day and the time of it, in the time of all three regions; ``precise=True`` to the second."""
    here = at.astimezone(clock.HERE)
    told = f"{written_date(here.date(), context['locale'].tag)} {here:{'%H:%M:%S' if precise else '%H:%M'}}"
    until = "seconds" if precise else "minutes"
    return format_html('<time datetime="{}">{}</time>', here.isoformat(timespec=until), told)


@register.simple_tag(takes_context=True)
def level_name(context: Mapping[str, Any], level: Level) -> SafeString | str:
    """``{% level_name level %}``: a level by its title, with its code where the title does not tell it."""
    language = localise(level.title, context["locale"].tag)[1] if level.title else context["locale"].tag
    return in_language(level_plain(context, level), language, context["locale"])


@register.simple_tag(takes_context=True)
def level_plain(context: Mapping[str, Any], level: Level) -> str:
    """``{% level_plain level %}``: the same where no markup may stand, as in an option."""
    return Words(context["locale"].tag).level(level.code, level.title)


@register.simple_tag(takes_context=True)
def area_name(context: Mapping[str, Any], name: str) -> str:
    """``{% area_name "setting" %}``: an area of work; one that we have no word for stands as its document says."""
    return area_title(name, context["locale"].tag)


@register.simple_tag(takes_context=True)
def tag_name(context: Mapping[str, Any], name: str) -> str:
    """``{% tag_name "green" %}``: a tag of units."""
    return _known("tags", name, context["locale"].tag)


@register.simple_tag(takes_context=True)
def occupation_name(context: Mapping[str, Any], name: str) -> str:
    """``{% occupation_name "goldsmith" %}``: an occupation."""
    return Words(context["locale"].tag).named("occupation", name)


@register.simple_tag(takes_context=True)
def fact_name(context: Mapping[str, Any], name: str) -> str:
    """``{% fact_name "residence" %}``: a fact about a person, as it is asked."""
    return Words(context["locale"].tag).named("fact", name)


@register.simple_tag(takes_context=True)
def fact_value(context: Mapping[str, Any], name: str, value: str) -> str:
    """``{% fact_value "residence" "MO" %}``: an answer; where it names a region, the region's name."""
    return Words(context["locale"].tag).answer(name, value)


@register.simple_tag(takes_context=True)
def relation_name(context: Mapping[str, Any], row: CrosswalkRow) -> dict[str, str]:
    """``{% relation_name row as word %}``: the relation of a crosswalk row, and its tone."""
    name = row.predicate_id.removeprefix("skos:").removesuffix("Match")
    return {"text": text(f"standards.relation_{name}", context["locale"].tag), "tone": _RELATION_TONES[name]}


@register.simple_tag(takes_context=True)
def complaints(context: Mapping[str, Any], errors: Iterable[object]) -> list[str]:
    """``{% complaints field.errors as told %}``: what is wrong with a form, Django's own sentences too, in the reader's language."""
    with translation.override(django_code(context["locale"], foreign=True)):
        return [str(error) for error in errors]


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "check" %}``: a drawing that says nothing on its own: words always stand beside it."""
    return icon_svg(name)


@register.filter
def short(identifier: str) -> str:
    """Return how addresses call a document."""
    return documents.short(identifier)


@register.filter
def illustrative(document: Document) -> bool:
    """Tell whether a document is illustrative."""
    return documents.is_illustrative(document)


@register.filter
def bare(digest: str) -> str:
    """Return a digest without the name of its algorithm."""
    return digest.removeprefix("sha256:")


@register.filter
def mark(digest: str) -> str:
    """Return the first eight characters of a digest: enough to find it in a list."""
    return bare(digest)[:8]


@register.filter
def concat(first: object, second: object) -> str:
    """Join two values with a hyphen, for an id that stands only once in a page."""
    return f"{first}-{second}"


@register.filter
def words(line: str) -> list[str]:
    """Return the words of a line, for a loop over fixed names."""
    return line.split()


@register.filter
def address_in(words_: str) -> str:
    """Return the address with which a text begins."""
    return words_.split(" ", 1)[0]


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 - a template asks for whatever stands there
    """Return what stands under a key, or nothing."""
    return mapping.get(key)


@register.filter
def is_address(words: str) -> bool:
    """Tell whether a text is an address that a reader can visit: made-up hosts are not."""
    host = words.partition("://")[2].partition("/")[0]
    return words.startswith(("https://", "http://")) and not host.endswith(".example")


def area_title(name: str, tag: str) -> str:
    """Return the name of an area of work."""
    return Words(tag).named("area", name)


def _known(group: str, name: str, tag: str) -> str:
    key = f"{group}.{name.replace(' ', '_').replace('-', '_')}"
    return text(key, tag) if key in all_texts() else name


def in_language(words: str, language: str, locale: Locale) -> SafeString | str:
    """Return a text, wrapped with its language when the page's language does not say it already."""
    if language == locale.tag or locale.tag.startswith(language + "-"):
        return words
    return format_html('<span lang="{}">{}</span>', language, words)


def plain_title(document: Document, locale: Locale) -> tuple[str, str]:
    """Return the title of a document and its language, without the word *illustrative*."""
    words, language = localise(document.title, locale.tag)
    if documents.is_illustrative(document):
        for mark in _MARKS:
            if words.startswith(mark):
                rest = words.removeprefix(mark)
                return rest[:1].upper() + rest[1:], language
    return words, language


def written_date(day: dt.date, tag: str) -> str:
    """Return a date in its long form: ``24 November 2026``, ``2026年11月24日``, ``24 de Novembro de 2026``."""
    return Words(tag).date(day)
