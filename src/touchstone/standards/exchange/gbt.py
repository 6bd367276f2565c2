# SPDX-License-Identifier: Apache-2.0
"""A standard as a draft in the element order of GB/T 1.1-2020.

Foreword, introduction, scope, normative references, terms, chapters, annex, bibliography.
"""

from __future__ import annotations

from collections.abc import Iterator

from touchstone.blocks import Block, Grid, Heading, Paragraph
from touchstone.standards.standard import Standard
from touchstone.text import LanguageMap, text_in

_WORDS: dict[str, LanguageMap] = {
    "foreword": {"en": "Foreword", "zh-Hans": "前言", "zh-Hant": "前言", "pt": "Preâmbulo"},
    "introduction": {"en": "Introduction", "zh-Hans": "引言", "zh-Hant": "引言", "pt": "Introdução"},
    "scope": {"en": "Scope", "zh-Hans": "范围", "zh-Hant": "範圍", "pt": "Objecto"},
    "references": {
        "en": "Normative references", "zh-Hans": "规范性引用文件", "zh-Hant": "規範性引用文件", "pt": "Referências normativas",
    },
    "terms": {"en": "Terms and definitions", "zh-Hans": "术语和定义", "zh-Hant": "術語和定義", "pt": "Termos e definições"},
    "none": {"en": "There are none.", "zh-Hans": "本文件没有此项内容。", "zh-Hant": "本文件沒有此項內容。", "pt": "Não há."},
    "annex": {
        "en": "Annex A (informative) Evidence and links of each clause", "zh-Hans": "附录 A（资料性）各条款的证据与关联",
        "zh-Hant": "附錄 A（資料性）各條款的證據與關聯", "pt": "Anexo A (informativo) Provas e ligações de cada cláusula",
    },
    "clause": {"en": "clause", "zh-Hans": "条款", "zh-Hant": "條款", "pt": "cláusula"},
    "evidence": {"en": "evidence", "zh-Hans": "证据", "zh-Hant": "證據", "pt": "provas"},
    "indicators": {"en": "indicators", "zh-Hans": "指标", "zh-Hant": "指標", "pt": "indicadores"},
    "rules": {"en": "rules", "zh-Hans": "规则", "zh-Hant": "規則", "pt": "regras"},
    "bibliography": {"en": "Bibliography", "zh-Hans": "参考文献", "zh-Hant": "參考文獻", "pt": "Bibliografia"},
}  # fmt: skip


def draft(standard: Standard, language: str) -> list[Block]:
    """Return a standard as a draft. What a body alone can give (number, dates, adopting body) is left out and not invented."""
    return list(_draft(standard, language))


def _draft(standard: Standard, language: str) -> Iterator[Block]:
    def say(key: str) -> str:
        return text_in(_WORDS[key], language)

    yield Heading(1, text_in(standard.title, language))
    for element, texts in (("foreword", standard.foreword), ("introduction", standard.introduction)):
        if texts:
            yield Heading(2, say(element))
            yield Paragraph(text_in(texts, language))
    yield Heading(2, f"1 {say('scope')}")
    yield Paragraph(text_in(standard.scope, language))
    yield Heading(2, f"2 {say('references')}")
    yield from (Paragraph(f"{cited.id} {text_in(cited.title, language)}") for cited in standard.references)
    if not standard.references:
        yield Paragraph(say("none"))
    yield Heading(2, f"3 {say('terms')}")
    for number, term in enumerate(standard.terms, start=1):
        yield Heading(3, f"3.{number} {text_in(term.label, language)}")
        yield Paragraph(text_in(term.definition, language))
    if not standard.terms:
        yield Paragraph(say("none"))
    yield from _chapters(standard, language)
    yield Heading(2, say("annex"))
    yield Grid(
        tuple(say(key) for key in ("clause", "evidence", "indicators", "rules")), tuple(_links(standard, language))
    )
    if standard.source:
        yield Heading(2, say("bibliography"))
        yield from map(Paragraph, standard.source)


def _chapters(standard: Standard, language: str) -> Iterator[Block]:
    latest = ""
    for number, clause, chapter in standard.numbered():
        if chapter.id != latest:
            latest = chapter.id
            yield Heading(2, f"{number.partition('.')[0]} {text_in(chapter.heading, language)}")
        yield Heading(3, f"{number} {text_in(clause.heading, language)}")
        yield Paragraph(text_in(clause.text, language))


def _links(standard: Standard, language: str) -> Iterator[tuple[str, ...]]:
    for number, clause, _ in standard.numbered():
        evidence = "; ".join(text_in(each.title, language) for each in clause.evidence)
        yield number, evidence, ", ".join(clause.indicators), ", ".join(clause.rules)
