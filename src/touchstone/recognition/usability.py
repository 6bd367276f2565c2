# SPDX-License-Identifier: Apache-2.0
"""Whether a credential may be used at all, under home terms or under the terms of an agreement (recognition-algorithm 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from touchstone.logic import Truth
from touchstone.recognition.evidence import Assumption, Evidence, RecognitionRequest
from touchstone.standards.agreement import ASSURANCES, Agreement, Assurance
from touchstone.standards.calendar import months_later

Check = tuple[Truth, str]
"""The value of one check and, where it is not true, the code of the reason."""

_FALSE, _UNKNOWN, _TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
_OK: Check = (_TRUE, "")
_NOTHING_ASSUMED = Assumption()


def usable(evidence: Evidence, request: RecognitionRequest, agreement: Agreement | None) -> Truth:
    """Return the least of all checks; ``agreement`` None means home terms."""
    return min(truth for truth, _ in checks(evidence, request, agreement))


def checks(evidence: Evidence, request: RecognitionRequest, agreement: Agreement | None) -> Iterator[Check]:
    """Yield every check of a credential, in the order in which people would make them."""
    assumed = request.assume or _NOTHING_ASSUMED
    yield _awarded(evidence, request.decided_on)
    yield _unexpired(evidence, request.decided_on)
    yield _status(evidence, assumed)
    if agreement is None:
        return
    if agreement.applies_by == "award_date" and agreement.valid:
        yield _inside(evidence, agreement)
    if agreement.issuers is not None:
        yield _issuer(evidence, agreement.issuers)
    if agreement.freshness_months is not None:
        yield _fresh(evidence, request.decided_on, agreement.freshness_months)
    if agreement.min_assurance is not None:
        yield _assured(evidence.assurance or assumed.assurance, agreement.min_assurance)
    if agreement.status_max_age_hours is not None:
        yield _status_recent(evidence, request, assumed, agreement.status_max_age_hours)


def _awarded(evidence: Evidence, day: dt.date) -> Check:
    if evidence.awarded is None:
        return _UNKNOWN, "award_date_missing"
    return _OK if evidence.awarded <= day else (_FALSE, "awarded_later")


def _unexpired(evidence: Evidence, day: dt.date) -> Check:
    return _OK if evidence.expires is None or day <= evidence.expires else (_FALSE, "expired")


def _status(evidence: Evidence, assumed: Assumption) -> Check:
    match evidence.status or assumed.status:
        case "valid":
            return _OK
        case "suspended":
            return _UNKNOWN, "status_suspended"
        case None:
            return _UNKNOWN, "status_missing"
        case status:
            return _FALSE, f"status_{status}"


def _inside(evidence: Evidence, agreement: Agreement) -> Check:
    if evidence.awarded is None or agreement.valid is None:
        return _UNKNOWN, "award_date_missing"
    return _OK if evidence.awarded in agreement.valid else (_FALSE, "awarded_outside_agreement")


def _issuer(evidence: Evidence, issuers: tuple[str, ...]) -> Check:
    if evidence.issuer is None:
        return _UNKNOWN, "issuer_missing"
    return _OK if evidence.issuer in issuers else (_FALSE, "issuer_out_of_scope")


def _fresh(evidence: Evidence, day: dt.date, months: int) -> Check:
    if evidence.awarded is None:
        return _UNKNOWN, "award_date_missing"
    return _OK if day <= months_later(evidence.awarded, months) else (_FALSE, "too_old")


def _assured(held: Assurance | None, asked: Assurance) -> Check:
    if held is None:
        return _UNKNOWN, "assurance_missing"
    reached = ASSURANCES.index(held) >= ASSURANCES.index(asked)
    return _OK if reached else (_FALSE, "assurance_too_low")


def _status_recent(evidence: Evidence, request: RecognitionRequest, assumed: Assumption, hours: int) -> Check:
    """A status list that is too old says nothing about a valid credential; revoked and expired stay what they are."""
    if (evidence.status or assumed.status) != "valid":
        return _OK
    if evidence.status_checked is None:
        return _OK if evidence.status is None else (_UNKNOWN, "status_check_missing")
    age = request.moment - evidence.status_checked
    return _OK if age <= dt.timedelta(hours=hours) else (_UNKNOWN, "status_stale")
