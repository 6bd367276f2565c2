# SPDX-License-Identifier: Apache-2.0
"""What a verification says: every check with its result, and one verdict that follows from them.

A check has one of three results. *Failed* means that the check was made and the credential did not meet it; *unknown* means that the
check could not be made with what the verifier has. The two are never confused: a missing status list is no revocation, and an issuer
that nobody vouches for is no forgery.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from touchstone.value import Value

CheckName = Literal["structure", "schema", "context", "terms", "proof", "issuer", "key", "status", "period"]
CheckResult = Literal["passed", "failed", "unknown"]
Verdict = Literal["valid", "revoked", "suspended", "expired", "not_yet_valid", "cannot_confirm", "not_genuine"]

CHECKS: tuple[CheckName, ...] = (
    "structure", "schema", "context", "terms", "proof", "issuer", "key", "status", "period",
)  # fmt: skip
"""The checks in the order in which they are made; a check whose ground has failed is *unknown*, never left out."""

_OF_THE_DOCUMENT = {"structure", "schema", "context", "terms", "proof", "key"}
"""What the document itself must meet: failing one of these, it is not what its issuer signed."""

_OF_TIME: dict[str, Verdict] = {
    "revoked": "revoked",
    "suspended": "suspended",
    "expired": "expired",
    "not_yet_valid": "not_yet_valid",
    "proof_created_later": "not_yet_valid",
}


class Check(Value, frozen=True, kw_only=True):
    """One check: what was looked at, how it came out, and why, as a stable code and as a sentence."""

    check: CheckName
    result: CheckResult
    code: str
    message: str


class BundledReport(Value, frozen=True, kw_only=True):
    """The report on a credential within a learner record, by the credential's id."""

    credential: str
    report: VerificationReport


class VerificationReport(Value, frozen=True, kw_only=True):
    """All checks of one credential, in the order of :data:`CHECKS`, and the verdict that follows from them.

    :param bundled: of a learner record that was opened, the reports on what it holds, in its order.
    """

    verdict: Verdict
    checks: tuple[Check, ...]
    bundled: tuple[BundledReport, ...] = ()

    def check(self, name: CheckName) -> Check:
        """Return the check of that name."""
        return next(check for check in self.checks if check.check == name)

    @property
    def deciding(self) -> Check | None:
        """The check because of which the verdict is what it is, alone or with others: the reason to tell; None of what is valid."""
        verdict, check = _decided(self.checks)
        within = (each.report.deciding for each in self.bundled if each.report.verdict == self.verdict)
        return check if verdict == self.verdict else next(within, None)


def worst(checks: Iterable[Check]) -> Check:
    """Return the first check that failed, else the first that could not be made, else the first; there is at least one."""
    order: tuple[CheckResult, ...] = ("failed", "unknown", "passed")
    return min(checks, key=lambda check: order.index(check.result))


_WORST_FIRST: tuple[Verdict, ...] = (
    "not_genuine", "cannot_confirm", "revoked", "suspended", "expired", "not_yet_valid", "valid",
)  # fmt: skip


def report(checks: tuple[Check, ...], bundled: tuple[BundledReport, ...] = ()) -> VerificationReport:
    """Return the report on these checks, with the verdict that follows from them.

    A learner record holds only as far as everything in it does: its verdict is the worst among its own and those of what it holds.
    """
    verdicts = (verdict(checks), *(each.report.verdict for each in bundled))
    return VerificationReport(verdict=min(verdicts, key=_WORST_FIRST.index), checks=checks, bundled=bundled)


def verdict(checks: tuple[Check, ...]) -> Verdict:
    """Return what the checks amount to.

    The order is one of trust: what is forged cannot be expired, and whether a stranger's credential is revoked says nothing as long as
    nobody vouches for the stranger.
    """
    return _decided(checks)[0]


def _decided(checks: tuple[Check, ...]) -> tuple[Verdict, Check | None]:
    forged = [check for check in checks if check.result == "failed" and check.check in _OF_THE_DOCUMENT]
    if forged:
        return "not_genuine", forged[0]
    missed = [check for check in checks if check.result != "passed"]
    unconfirmed = [check for check in missed if check.check not in ("status", "period")]
    if unconfirmed:
        return "cannot_confirm", worst(unconfirmed)
    failed = {check.code: check for check in missed if check.result == "failed"}
    for code, told in _OF_TIME.items():
        if code in failed:
            return told, failed[code]
    return ("cannot_confirm", worst(missed)) if missed else ("valid", None)
