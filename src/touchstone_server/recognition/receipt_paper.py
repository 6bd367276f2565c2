# SPDX-License-Identifier: Apache-2.0
"""What stands on the paper receipt, as plain data: every word chosen here, none of them in the template."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from touchstone.fonts import language_of
from touchstone.qr import QUIET_ZONE, qr_address, qr_matrix, qr_svg
from touchstone.recognition.decision import Receipt
from touchstone.recognition.receipt_code import read_receipt_code, receipt_code
from touchstone.standards.agreement import AlsoNeeded
from touchstone.standards.digest import digest
from touchstone.text import localise, text_in
from touchstone_server import documents, trust
from touchstone_server.design.icons import icon_svg
from touchstone_server.design.templatetags.touchstone import (
    fact_name,
    fact_value,
    is_address,
    occupation_name,
    plain_title,
    written_date,
)
from touchstone_server.language import Locale
from touchstone_server.recognition.picture import ladder_of
from touchstone_server.recognition.selectors import AnswerView
from touchstone_server.recognition.services import Answer
from touchstone_server.texts import plain_counted, plain_text, region_name

MODULE = 0.6
"""Millimetres of one module on paper: phones ask for half a millimetre at least."""
MOST_WAYS = 6
"""How many ways to close a gap are written out; the rest is told in a sentence, as on the page."""
TONES = {"FULL": "ok", "REFUSED": "no", "REFER": "open"}
STROKES = {"ok": "#0a6350", "part": "#7a5200", "no": "#9c2b23", "open": "#46536a"}


class Code(NamedTuple):
    """The QR code of a receipt: the address that it holds, its picture, and whether the request is in it."""

    address: str
    svg: str
    alt: str
    whole: bool
    millimetres: float

    @property
    def picture(self) -> SafeString:
        """The picture for a page: drawn by us, its name escaped."""
        return mark_safe(self.svg)  # noqa: S308 - see above

    @property
    def token(self) -> str:
        """The last part of the address."""
        return self.address.rpartition("/")[2]


def code_of(receipt: Receipt, origin: str, tag: str) -> Code:
    """Return the QR code of a receipt.

    :param origin: scheme and host under which this node is read.
    """
    token = receipt_code(receipt)
    whole = read_receipt_code(token).request is not None
    address = qr_address(origin, "R", token)
    alt = plain_text("receipt.qr_alt", tag) if whole else plain_text("receipt.qr_alt_short", tag)
    width = (len(qr_matrix(address)) + 2 * QUIET_ZONE) * MODULE
    return Code(address, qr_svg(address, alt), alt, whole, width)


def paper_of(answer: Answer, locale: Locale, code: Code, recheck_at: str) -> dict[str, Any]:
    """Return what stands on the paper.

    :param recheck_at: the address of the page that rechecks receipts.
    """
    return _Paper(answer, locale, code).data(recheck_at)


class _Paper:
    def __init__(self, answer: Answer, locale: Locale, code: Code) -> None:
        self.answer, self.locale, self.tag, self.code = answer, locale, locale.tag, code
        self.view = AnswerView(answer, locale.tag)
        self.question, self.decision, self.explanation = answer.question, answer.decision, answer.explanation

    def data(self, recheck_at: str) -> dict[str, Any]:
        day, name = self.question.day, self._say("site.name")
        demo = f"DEMO {self._say('site.illustrative')}" if self.decision.standing == "illustrative" else None
        told = digest(self.decision)
        language, region = language_of(self.tag)
        return {
            "language": language,
            "region": region,
            "node": name,
            "title": f"{self._say('receipt.heading')}: {self._target()}",
            "heading": self._say("receipt.heading"),
            "demo": demo,
            "day": {"year": day.year, "month": day.month, "day": day.day},
            "mark": told,
            "page-of": self._say("receipt.page_of", page="{page}", pages="{pages}"),
            "verdict": self._verdict(),
            "sentence": self.explanation.sentence,
            "facts": [{"label": label, "value": value} for label, value in self._facts()],
            "nature": self._nature(),
            "code": self._code(),
            "head": [
                self._say("answer.column_asked"),
                self._say("answer.column_held"),
                self._say("answer.column_result"),
            ],
            "rows": list(self._rows()),
            "parts": list(self._parts()),
            "documents": list(self._documents()),
            "steps": [
                {"text": self._say("receipt.step_scan"), "code": recheck_at},
                {"text": self._say("receipt.step_offline"), "code": "touchstone recheck receipt.json"},
            ],
            "digests": [
                {"label": self._say("receipt.request_digest"), "value": self.decision.inputs.request},
                {"label": self._say("receipt.decision_digest"), "value": told},
                {"label": self._say("receipt.engine"), "value": self.decision.engine},
            ],
            "words": {
                "unit-by-unit": self._say("answer.unit_by_unit"),
                "documents": plain_counted("answer.documents", len(self.answer.documents), self.tag),
                "recheck": self._say("answer.recheck"),
                "attached": self._say("receipt.attached"),
            },
        }

    def _verdict(self) -> dict[str, str]:
        outcome = self.decision.outcome
        tone = TONES.get(outcome, "part")
        drawn = str(icon_svg(outcome.lower())).replace("currentColor", STROKES[tone])
        styled = drawn.replace(
            "<svg ",
            '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke-width="1.5" stroke-linecap="round" '
            f'stroke-linejoin="round" stroke="{STROKES[tone]}" ',
        )
        return {"tone": tone, "icon": styled, "word": self.explanation.outcome, "about": self._target()}

    def _facts(self) -> Iterator[tuple[str, str]]:
        question, edition = self.question, documents.edition(self.question.day)
        yield self._say("receipt.from"), region_name(question.from_, self.tag)
        if held := edition.qualification(question.holds) if question.holds else None:
            yield self._say("receipt.holds"), plain_title(held, self.locale)[0]
        if question.awarded:
            yield self._say("explorer.awarded"), written_date(question.awarded, self.tag)
        if question.issuer:
            yield self._say("explorer.issuer"), question.issuer
        if question.months:
            work = occupation_name({"locale": self.locale}, question.work) if question.work else ""
            yield self._say("explorer.months"), " · ".join(filter(None, (str(question.months), _plain(work))))
        for name, value in question.facts:
            context = {"locale": self.locale}
            yield _plain(fact_name(context, name)), _plain(fact_value(context, name, value))
        yield self._say("receipt.to"), region_name(question.to, self.tag)
        yield self._say("receipt.purpose"), plain_text(f"explorer.purpose_{question.purpose}", self.tag)
        yield self._say("answer.decided_on"), written_date(question.day, self.tag)
        for evidence in question.proven.evidence if question.proven else ():
            yield self._say("receipt.verified"), evidence.credential
        if question.proven:
            yield self._say("verify.registry"), localise(trust.registry().title, self.tag)[0]
            return
        for field, value in (("assurance", question.assurance), ("status", question.status)):
            told = plain_text(f"assume.{field}_{value}", self.tag)
            asked = plain_text(f"answer.{field}", self.tag)
            yield asked, self._say("receipt.assumed", answer=told) if value != "none" else told

    def _nature(self) -> str:
        """Say of what kind the paper is: a what-if, or an answer on credentials that were verified."""
        return self._say("receipt.nature_proven") if self.question.proven else self._say("receipt.nature")

    def _code(self) -> dict[str, Any]:
        caption = self._say("receipt.qr_caption") if self.code.whole else self._say("receipt.qr_short")
        return {
            "svg": self.code.svg,
            "alt": self.code.alt,
            "caption": caption,
            "millimetres": max(self.code.millimetres, 36),
        }

    def _rows(self) -> Iterator[dict[str, str]]:
        """Yield the lines of the table that the page shows beside its picture."""
        for asked, held, result in ladder_of(self.answer, self.tag).table.rows:
            yield {
                "asked": _plain(asked.text),
                "level": _plain(asked.note),
                "held": _plain(held.text),
                "held-level": _plain(held.note),
                "state": _plain(result.text),
                "relation": _plain(result.note),
                "tone": result.tone or "muted",
            }

    def _parts(self) -> Iterator[dict[str, Any]]:
        if part := self._gap():
            yield part
        if reasons := self.answer.reasons:
            groups = [(plain_text(f"answer.remedy_{remedy}", self.tag), list(texts)) for remedy, texts in reasons]
            yield _part(self._say("answer.reasons"), groups)
        if times := self.explanation.times:
            yield _part(self._say("answer.times"), [("", list(times))])
        if also := self.explanation.also_needed:
            yield _part(
                self._say("answer.also"),
                [("", [self._also(item) for item in also])],
                text=self._say("answer.also_text"),
            )
        if appeal := self.explanation.appeal:
            yield _part(self._say("answer.appeal"), [("", [appeal])], text=self._say("answer.appeal_text"))

    def _gap(self) -> dict[str, Any] | None:
        view = self.view
        if view.must_obtain:
            conditions = self.decision.conditions
            months = conditions.deadline_months if conditions else None
            after = plain_counted("answer.deadline", months, self.tag) if months else ""
            return _part(self._say("answer.condition"), [("", view.must_obtain)], after=after)
        if not (view.missing_anyway or view.missing_ways):
            return None
        groups: list[tuple[str, list[str]]] = [("", view.missing_anyway)] if view.missing_anyway else []
        if ways := view.missing_ways:
            head = (
                plain_counted("answer.and_one_of", len(ways), self.tag)
                if view.missing_anyway
                else plain_counted("answer.one_of", len(ways), self.tag)
            )
            groups.append((head, [" + ".join(names) for names in ways[:MOST_WAYS]]))
        heading = self._say("answer.missing") if self.decision.compared else self._say("answer.to_compare")
        return _part(heading, groups, more=self.explanation.residual if len(view.missing_ways) > MOST_WAYS else "")

    def _also(self, item: AlsoNeeded) -> str:
        """Return what the law also asks for, with its source; a made-up one is called so."""
        source = item.source if item.source and is_address(item.source) else self._say("site.illustrative")
        return " · ".join((text_in(item.title, self.tag), source)) if item.source else text_in(item.title, self.tag)

    def _documents(self) -> Iterator[dict[str, Any]]:
        for document, mark in self.answer.documents:
            illustrative = documents.is_illustrative(document)
            title, language = plain_title(document, self.locale)
            yield {
                "title": title,
                "language": language_of(language if not self.tag.startswith(language) else self.tag),
                "id": document.id,
                "version": f"{self._say('answer.version')} {document.version}",
                "digest": mark,
                "illustrative": illustrative,
                "standing": self._say("site.illustrative") if illustrative else self._say("site.real"),
            }

    def _target(self) -> str:
        return plain_title(self.answer.target, self.locale)[0]

    def _say(self, key: str, **values: object) -> str:
        return plain_text(key, self.tag, **values)


def _part(
    heading: str, groups: list[tuple[str, list[str]]], *, text: str = "", after: str = "", more: str = ""
) -> dict[str, Any]:
    told: list[dict[str, Any]] = [{"heading": head, "items": items, "more": ""} for head, items in groups]
    if more:
        told[-1]["more"] = more
    return {"heading": heading, "text": text, "groups": told, "after": after}


def _plain(value: str) -> str:
    """Return what a reader sees of a text of the pages; a text of a document is plain already."""
    return html.unescape(value[:]) if isinstance(value, SafeString) else value  # the copy is a plain str
