# SPDX-License-Identifier: Apache-2.0
"""What a recognition leads to, as credentials: a recognition decision, a qualification that was passed, a record of what somebody has
towards one. Unsigned; ``issuing.py`` signs.

A recognition is not the qualification itself. Its credential says what was decided, on what terms and until when, and names the receipt
by digest, from which anybody derives the decision again; it holds nothing, so no second region can build upon it what the first
agreement did not grant. A qualification that was passed is held: that credential is evidence wherever it is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from msgspec.structs import replace

from touchstone.credentials.clr import Clr, build_clr
from touchstone.credentials.credential import (
    QUALIFICATION_TYPE,
    Achievement,
    Attestation,
    Badge,
    Exhibit,
    Issuer,
    StatusPlace,
    build,
)
from touchstone.credentials.identifiers import from_url
from touchstone.credentials.members import first_object, string
from touchstone.credentials.structure import multibase_digest
from touchstone.credentials.trust import Claimed, beyond_scope, issuer_of
from touchstone.credentials.verification import verify_and_read
from touchstone.errors import CredentialError, InputError
from touchstone.recognition.decision import Receipt
from touchstone.recognition.explanation import explain
from touchstone.recognition.from_wallet import WalletEvidence
from touchstone.recognition.joint_exam import RegionalResult
from touchstone.recognition.rulebook import Rulebook
from touchstone.recognition.timeline import timeline
from touchstone.recognition.wording import Words
from touchstone.standards.agreement import Assurance
from touchstone.standards.calendar import months_later
from touchstone.standards.digest import canonical_bytes, digest
from touchstone.standards.exchange.strict_json import JsonObject
from touchstone.standards.qualification import Qualification
from touchstone.standards.trust_registry import TrustRegistry
from touchstone.text import LANGUAGES, LanguageMap, LanguageTag
from touchstone.value import Value

RECOGNITION_TYPE = "ext:Recognition"
"""The achievement type of a recognition: it is no assessment of Open Badges' list, and holds no qualification."""

ISSUABLE = ("FULL", "CONDITIONAL", "ALTERNATIVE")
"""The outcomes that grant something; of the others a receipt is all there is."""

_RECEIPT: LanguageMap = {
    "en": "Receipt of the decision", "zh-Hans": "决定凭据", "zh-Hant": "決定憑據", "pt": "Comprovativo da decisão",
}  # fmt: skip


class Award(Value, frozen=True, kw_only=True):
    """To whom and by whom a credential is issued.

    :param id: the credential's own id.
    :param issuer: the deciding or awarding body.
    :param subject: the holder's DID; ``subject_name`` the name to be shown, if any.
    :param status: its places in status lists.
    :param valid_from: when it begins to hold, in UTC.
    """

    id: str
    issuer: Issuer
    subject: str
    subject_name: str | None = None
    status: tuple[StatusPlace, ...] = ()
    valid_from: dt.datetime
    language: str = "en"


def check_region(registry: TrustRegistry, body: str, region: str) -> None:
    """Refuse a body that the registry lists for other regions than the one that decided: nobody would take its word.

    :raises CredentialError: ``decider_of_other_region``.
    """
    listed = issuer_of(registry, body)
    if listed and beyond_scope(listed, Claimed("the decision", region=region)):
        raise CredentialError(
            "decider_of_other_region", "the registry lists your body for other regions than the one that decided",
            expected=region, found=", ".join(listed.regions or ()), hint="A decision is issued by a body of its own region.",
        )  # fmt: skip


def credential_of_decision(receipt: Receipt, rulebook: Rulebook, award: Award) -> JsonObject:
    """Return a recognition decision as an unsigned credential of the deciding body.

    It holds until the outcome would change by itself (:func:`touchstone.recognition.timeline.timeline`), a conditional one no longer
    than its deadline. That the documents are illustrative is said in its text, and that the issuer answers for having verified the
    evidence: a request may have been typed by hand, and nothing in it could tell.

    :param rulebook: the documents of the decision.
    :raises CredentialError: ``outcome_not_issued`` for an outcome that grants nothing, ``decision_assumed`` for a what-if,
        ``decision_lapsed`` for one that holds no longer when its credential would begin to.
    :raises RecheckError: the rulebook is not the one that it was decided by.
    """
    decision, request = receipt.decision, receipt.request
    if decision.assumed is not None or request.assume is not None:
        raise CredentialError(
            "decision_assumed", "the decision takes for granted what nobody has proven",
            hint="Decide again without `assume`, on verified credentials.",
        )  # fmt: skip
    if decision.outcome not in ISSUABLE:
        raise CredentialError(
            "outcome_not_issued", "the decision grants nothing that could be certified", expected=", ".join(ISSUABLE),
            found=decision.outcome, hint="Give the holder the receipt.",
        )  # fmt: skip
    last = _last_day(receipt, rulebook)
    if last is not None and last < award.valid_from.date():
        raise CredentialError(
            "decision_lapsed", "the decision holds no longer", expected=f"a day until {last}",
            found=award.valid_from.date(), hint="Decide again.",
        )  # fmt: skip
    title = _title(_granted(receipt), receipt, rulebook)
    told = {language: explain(decision, request, rulebook, language) for language in LANGUAGES}
    return _built(
        award,
        Achievement(
            id=f"urn:x-touchstone:recognition:{digest(request).removeprefix('sha256:')}",
            name={tag: f"{each.outcome}: {title.get(tag) or title['en']}" for tag, each in told.items()},
            description={tag: each.sentence for tag, each in told.items()},
            criteria=_terms(receipt, rulebook),
            type=RECOGNITION_TYPE,
        ),
        Attestation(kind="assessment", awarded=request.decided_on, expires=last),
        Exhibit(name=_RECEIPT, digest=multibase_digest(canonical_bytes(receipt))),
    )


def refuse_unproven(receipt: Receipt, shown: WalletEvidence) -> None:
    """Refuse a receipt that says of any credential what the one that was presented does not say, or does not say any more.

    Whoever holds a receipt may have written into it, or have it from somebody else; and anybody can name an id.

    :param shown: what the holder's presentation comes to now.
    :raises InputError: naming the first credential that does not prove what the receipt says, and why.
    """
    proven = {replace(each, status_checked=None) for each in shown.evidence if each.status == "valid"}
    for each in receipt.request.evidence:
        if replace(each, status_checked=None) not in proven:
            raise InputError(
                "the holder did not present every credential on which it was decided, as it was decided on",
                expected=each.credential, found=_became_of(each.credential, shown),
                hint="Decide on what she presents: `touchstone recognise --presentation`.",
            )  # fmt: skip


def _became_of(credential: str, shown: WalletEvidence) -> str | None:
    """Return why a credential does not prove what is in a receipt; None where it was not presented."""
    for refused in shown.refused:
        if refused.credential == credential:
            return f"{refused.verdict.replace('_', ' ')} ({refused.code})"
    statuses = [each.status for each in shown.evidence if each.credential == credential]
    worse = next((status for status in statuses if status != "valid"), None)
    return worse or ("one that says something else" if statuses else None)


def credential_of_qualification(
    qualification: Qualification, award: Award, *, awarded: dt.date, assurance: Assurance | None = None
) -> JsonObject:
    """Return a qualification that was passed as an unsigned credential of its awarding body, which its subject holds by it."""
    attested = Attestation(kind="assessment", holds=(qualification.id,), awarded=awarded, assurance=assurance)
    return _built(award, _achievement_of(qualification), attested)


def record_towards(
    qualification: Qualification,
    contents: Sequence[bytes],
    trust: TrustRegistry,
    *,
    id: str,
    issuer: Issuer,
    at: dt.datetime,
    partial: bool = False,
    language: LanguageTag = "en",
) -> JsonObject:
    """Return an unsigned learner record: credentials of one person towards a qualification, put together by ``issuer``.

    Each must be what its issuer signed, be of an issuer in the registry, and hold at the moment; whether it was revoked is asked whenever
    the record is verified.

    :param contents: the signed credentials, byte for byte.
    :param partial: whether more is needed for the qualification than is here.
    :raises CredentialError: ``bundled_not_sound``; ``bundled_twice``; ``clr_empty``;
        ``clr_subject_mismatch`` where they are about several people.
    """
    credentials = tuple(_sound(content, trust, at) for content in contents)
    _refuse_twice([string(each.get("id")) for each in credentials])
    subject = first_object(credentials[0].get("credentialSubject")) if credentials else {}
    return build_clr(
        Clr(
            id=id,
            issuer=issuer,
            subject=from_url(string(subject.get("id"))),
            target=_achievement_of(qualification),
            credentials=credentials,
            valid_from=at,
            partial=partial,
            language=language,
        )
    )


def _refuse_twice(names: Sequence[str]) -> None:
    """What stands twice in a record looks like two things that somebody has."""
    for place, name in enumerate(names):
        if name and name in names[:place]:
            first = names.index(name)
            raise CredentialError(
                "bundled_twice", f"credential {place + 1} has the id of credential {first + 1}", found=name,
                hint="Give each credential once.",
            )  # fmt: skip


def _sound(content: bytes, trust: TrustRegistry, at: dt.datetime) -> JsonObject:
    """Return a credential that may be bundled."""
    document, report = verify_and_read(content, trust, at)
    wrong = next((each for each in report.checks if each.result != "passed" and each.check != "status"), None)
    if document is None or wrong:
        raise CredentialError(
            "bundled_not_sound",
            "a credential that is not sound is not bundled",
            found=string(document.get("id")) if document else None,
            hint=wrong.message if wrong else None,
        )
    return document


def _achievement_of(qualification: Qualification) -> Achievement:
    standing = f"standing.{qualification.standing.label}"
    said = {
        tag: f"{title} · {qualification.version} · {Words(tag).say(standing)}"
        for tag, title in qualification.title.items()
    }
    return Achievement(
        id=qualification.id,
        name=qualification.title,
        description=said,
        criteria={"en": f"{qualification.id} version {qualification.version}, {digest(qualification)}"},
        type=QUALIFICATION_TYPE,
        version=qualification.version,
    )


def qualification_on(day: dt.date, identifier: str, rulebook: Rulebook) -> Qualification:
    """Return the qualification of an id as it is in force on the day on which somebody passed it.

    :raises CredentialError: ``qualification_unknown``.
    """
    found = rulebook.edition(day).qualification(identifier)
    if found is None:
        raise CredentialError(
            "qualification_unknown", f"no document in force on {day} defines this qualification", found=identifier,
            hint="Name the folder of its documents with --documents, or the day on which it was passed with --on.",
        )  # fmt: skip
    return found


def credential_of_result(
    result: RegionalResult, rulebook: Rulebook, award: Award, *, awarded: dt.date, assurance: Assurance | None = None
) -> JsonObject:
    """Return one region's result of a joint examination as an unsigned credential of that region's own body.

    :param rulebook: the documents by which the candidate was examined.
    :param awarded: the day of the examination, on which the qualification must be in force.
    :raises CredentialError: ``result_not_earned``; ``qualification_unknown``.
    """
    if not result.earned:
        raise CredentialError(
            "result_not_earned", "this region's certificate was not earned", found=result.qualification
        )
    qualification = qualification_on(awarded, result.qualification, rulebook)
    return credential_of_qualification(qualification, award, awarded=awarded, assurance=assurance)


def _built(award: Award, achievement: Achievement, attestation: Attestation, *exhibits: Exhibit) -> JsonObject:
    return build(
        Badge(
            id=award.id,
            issuer=award.issuer,
            subject=award.subject,
            subject_name=award.subject_name,
            achievement=achievement,
            attestation=attestation,
            exhibits=exhibits,
            status=award.status,
            valid_from=award.valid_from,
            language=award.language,
        )
    )


def _granted(receipt: Receipt) -> str:
    """Return the id of the qualification that is recognised: the one asked for, or the alternative."""
    return receipt.decision.recognised_as or receipt.request.target


def _title(qualification: str, receipt: Receipt, rulebook: Rulebook) -> LanguageMap:
    found = rulebook.edition(receipt.request.decided_on).qualification(qualification)
    return found.title if found else {"en": qualification}


def _terms(receipt: Receipt, rulebook: Rulebook) -> LanguageMap:
    """Return on what terms it was decided: the agreement's title, its id, the standing of the documents, and who answers for the
    evidence: neither request nor receipt says whether anybody verified it.
    """
    decision = receipt.decision
    agreement = next((item for item in rulebook.by_id.get(decision.agreement or "", ())), None)
    title = agreement.title if agreement else {}
    told = {}
    for language in LANGUAGES:
        words = Words(language)
        said = (words.say(f"standing.{decision.standing}"), words.say("award.evidence"))
        parts = (title.get(language) or title.get("en") or "", decision.agreement or "", *said)
        told[language] = " · ".join(part for part in parts if part)
    return told


def _last_day(receipt: Receipt, rulebook: Rulebook) -> dt.date | None:
    """Return the last day of the decision: its outcome's own, and that of its deadline, whichever comes first."""
    day = receipt.request.decided_on
    stretches = timeline(receipt.request, rulebook)
    ends = [
        stretch.until
        for stretch in stretches
        if stretch.until and day <= stretch.until and (stretch.from_ is None or stretch.from_ <= day)
    ]
    conditions = receipt.decision.conditions
    if conditions and conditions.deadline_months is not None:
        ends.append(months_later(day, conditions.deadline_months))
    return min(ends, default=None)
