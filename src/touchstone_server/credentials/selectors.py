# SPDX-License-Identifier: Apache-2.0
"""What the verdict page shows: the verdict, who and what and by whom, what it equals elsewhere, and every check in the reader's words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from touchstone.credentials.members import first_object, identifier, objects, string
from touchstone.credentials.privacy import subject_names
from touchstone.credentials.reading import BadgeReading, read_badge
from touchstone.credentials.report import Check, Verdict, VerificationReport
from touchstone.credentials.trust import issuer_of
from touchstone.errors import CredentialError
from touchstone.recognition.evidence import Evidence
from touchstone.recognition.names import Names
from touchstone.recognition.wording import Words
from touchstone.standards import TrustRegistry
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue
from touchstone.standards.trust_registry import RegisteredIssuer
from touchstone.text import known_language, localise
from touchstone_server import clock, documents, trust
from touchstone_server.credentials.equivalents import Equivalent, equivalents_of
from touchstone_server.credentials.services import Judged, Verified
from touchstone_server.design.templatetags.touchstone import in_language
from touchstone_server.language import Locale
from touchstone_server.texts import all_texts, plain_text, text

MOST_UNITS, LONGEST_NAME = 20, 160
TONES: Mapping[Verdict, str] = {
    "valid": "ok", "revoked": "no", "suspended": "part", "expired": "part", "not_yet_valid": "part",
    "cannot_confirm": "open", "not_genuine": "no",
}  # fmt: skip
ICONS: Mapping[Verdict, str] = {
    "valid": "full", "revoked": "refused", "suspended": "pause", "expired": "clock", "not_yet_valid": "clock",
    "cannot_confirm": "refer", "not_genuine": "forged",
}  # fmt: skip
_RESULTS = {"passed": ("ok", "check"), "failed": ("no", "cross"), "unknown": ("open", "open")}
_HAN = re.compile(r"([\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)")


class CheckView(NamedTuple):
    """A check in the reader's words, with its code and the core's own sentence, in English."""

    result: str
    tone: str
    icon: str
    sentence: SafeString
    code: str
    message: str


class UnitView(NamedTuple):
    """A unit that is attested, as our documents call it, else as the credential does; and the level reached."""

    title: SafeString | str
    level: str


class CredentialView(NamedTuple):
    """One credential on the page. What it says of itself is confirmed only as far as the verdict goes."""

    verdict: Verdict
    tone: str
    icon: str
    reason: SafeString
    checks: tuple[CheckView, ...]
    is_confirmed: bool
    title: SafeString | str
    people: tuple[SafeString | str, ...]
    issuer: RegisteredIssuer | None
    issuer_id: str
    issuer_says: SafeString | str
    accredited_by: Mapping[str, str]
    awarded: dt.date | None
    begins: dt.date | None
    ends: dt.date | None
    state_of: dt.datetime | None
    units: tuple[UnitView, ...]
    more_units: int
    equivalents: tuple[Equivalent, ...]
    evidence: Evidence | None
    not_evidence: CheckView | None


class OutcomeView(NamedTuple):
    """The page: the one credential (or the learner record) in full, and those inside in short."""

    main: CredentialView | None
    inside: tuple[CredentialView, ...]
    valid: int
    tone: str
    icon: str
    day: dt.date
    time: str
    moment: str
    registry: TrustRegistry

    @property
    def people(self) -> tuple[SafeString | str, ...]:
        """The names that stand in those inside, each once; of what is not genuine none counts."""
        return tuple(dict.fromkeys(name for view in self.inside if view.is_confirmed for name in view.people))


def outcome_view(found: Verified, locale: Locale, *, equals: bool = True) -> OutcomeView:
    """Arrange what was found for a reader.

    :param equals: whether to ask what each is worth elsewhere, which takes longer than all the rest.
    """
    assert found.at is not None, "what was verified was verified at some moment"
    registry, at = trust.registry(), found.at.astimezone(clock.HERE)
    views = tuple(credential_view(each, registry, locale, equals=equals) for each in found.judged)
    main = credential_view(found.whole, registry, locale) if found.whole else views[0] if len(views) == 1 else None
    inside = views if found.whole or len(views) > 1 else ()
    worst = main or min(views, key=lambda view: ("no", "open", "part", "ok").index(view.tone))
    valid = sum(view.verdict == "valid" for view in views)
    return OutcomeView(
        main, inside, valid, worst.tone, worst.icon, at.date(), f"{at:%H:%M}", found.at.isoformat(), registry
    )


def credential_view(judged: Judged, registry: TrustRegistry, locale: Locale, *, equals: bool = True) -> CredentialView:
    """Arrange one credential."""
    report, document = judged.report, judged.document or {}
    badge, language = _read(document), _language_of(document)
    issuer_id = identifier(document.get("issuer"))
    listed = issuer_of(registry, issuer_id)
    units = badge.attestation.units if badge else ()
    evidence = judged.evidence if isinstance(judged.evidence, Evidence) else None
    return CredentialView(
        verdict=report.verdict,
        tone=TONES[report.verdict],
        icon=ICONS[report.verdict],
        reason=_reason(report, locale),
        checks=tuple(check_view(check, locale) for check in report.checks),
        is_confirmed=report.verdict not in ("cannot_confirm", "not_genuine"),
        title=_told(names_in(document.get("name")), language, locale),
        people=tuple(as_written(name, language, locale) for name in subject_names(document)[:3] if name),
        issuer=listed,
        issuer_id=issuer_id,
        issuer_says=_told(names_in(first_object(document.get("issuer")).get("name")), language, locale),
        accredited_by=_party(registry, listed.accredited_by) if listed and listed.accredited_by else {},
        awarded=badge.attestation.awarded if badge else None,
        begins=clock.day_of(badge.valid_from) if badge and badge.valid_from else None,
        ends=badge.attestation.expires if badge else None,
        state_of=evidence.status_checked.astimezone(clock.HERE) if evidence and evidence.status_checked else None,
        units=tuple(_unit(unit.id, unit.title or {}, unit.level, language, locale) for unit in units[:MOST_UNITS]),
        more_units=max(0, len(units) - MOST_UNITS),
        equivalents=tuple(equivalents_of(evidence)) if equals and evidence and report.verdict == "valid" else (),
        evidence=evidence,
        not_evidence=_not_evidence(judged, locale),
    )


def check_view(check: Check, locale: Locale) -> CheckView:
    """Put a check into the reader's words: those for its code, else those for its result."""
    tone, icon = _RESULTS[check.result]
    return CheckView(check.result, tone, icon, _sentence(check, locale), check.code, check.message)


def plain_sentence(check: Check, tag: str) -> str:
    """Return a check in the reader's words as it is read, with nothing escaped: that for its code, else that for its result."""
    if f"verify.code_{check.code}" in all_texts():
        return plain_text(f"verify.code_{check.code}", tag)
    return plain_text(f"verify.check_{check.check}_{check.result}", tag)


def _sentence(check: Check, locale: Locale) -> SafeString:
    return escape(plain_sentence(check, locale.tag))


def _reason(report: VerificationReport, locale: Locale) -> SafeString:
    """Return why the verdict is what it is."""
    deciding = report.deciding
    return _sentence(deciding, locale) if deciding else text("verify.about_valid", locale.tag)


def _not_evidence(judged: Judged, locale: Locale) -> CheckView | None:
    """Return why a credential that verifies is no evidence all the same."""
    refused = judged.evidence
    if refused is None or isinstance(refused, Evidence) or refused.check:
        return None
    return check_view(Check(check="schema", result="failed", code=refused.code, message=refused.message), locale)


# ------------------------------------------------------------------ what a stranger's document says of itself


def as_written(words: str, language: str, locale: Locale) -> SafeString | str:
    """Return a text of a credential, isolated from what stands around it, and in parts marked with the language of its script."""
    short = words[:LONGEST_NAME] + ("…" if len(words) > LONGEST_NAME else "")
    han = language if language.startswith("zh") else "zh"
    if locale.tag.startswith("zh") and (not language.startswith("zh") or locale.tag.startswith(language)):
        return format_html("<bdi>{}</bdi>", short)
    parts = ((han if place % 2 else "", part) for place, part in enumerate(_HAN.split(short)) if part)
    return format_html(
        "<bdi>{}</bdi>",
        format_html_join("", "{}", ((in_language(part, tag, locale) if tag else part,) for tag, part in parts)),
    )


def _told(names: Mapping[str, str], language: str, locale: Locale) -> SafeString | str:
    words, tag = localise(names, locale.tag)
    return as_written(words, known_language(tag) or language, locale) if words else ""


def names_in(value: JsonValue) -> dict[str, str]:
    """Return a name by language; one of no stated language stands under ``und``."""
    if isinstance(value, str):
        return {"und": value}
    spoken = ((string(each.get("@language")) or "und", string(each.get("@value"))) for each in objects(value))
    return {tag: words for tag, words in spoken if words}


def _language_of(document: JsonObject) -> str:
    """Return the language in which an achievement says that it is written."""
    subject = first_object(document.get("credentialSubject"))
    return known_language(string(first_object(subject.get("achievement")).get("inLanguage")))


def _read(document: JsonObject) -> BadgeReading | None:
    try:
        return read_badge(document)
    except CredentialError:
        return None


def _party(registry: TrustRegistry, identifier_: str) -> Mapping[str, str]:
    """Return the name of a party of the registry, else its identifier."""
    named = {party.id: party.name for _, _, party in registry.parties()}
    return named.get(identifier_, {"en": identifier_})


def _unit(identifier_: str, title: Mapping[str, str], level: str | None, language: str, locale: Locale) -> UnitView:
    edition, words = documents.edition(), Words(locale.tag)
    if known := edition.units.get(identifier_):
        told = Names(edition, documents.rulebook(), words).level(identifier_, level)
        return UnitView(in_language(*localise(known.competency.title, locale.tag), locale), told)
    told = words.level(level, None) if level else ""
    return UnitView(_told(title, language, locale) or as_written(identifier_, "", locale), told)
