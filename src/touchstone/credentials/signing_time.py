# SPDX-License-Identifier: Apache-2.0
"""When somebody signed a document, and whether the key was the signer's then: one rule for credentials, presentations and status lists."""

from __future__ import annotations

import datetime as dt

from touchstone.credentials import trust as questions
from touchstone.credentials.proof import ProofCheck
from touchstone.credentials.report import Check, CheckResult, worst
from touchstone.standards.trust_registry import RegisteredIssuer

CLOCK_SKEW = dt.timedelta(minutes=5)
"""How far an issuer's clock may be ahead of the verifier's; an end is never stretched."""


def made_later(proof: ProofCheck, at: dt.datetime) -> bool:
    """Tell whether a proof says that it was made later than a moment, by more than clocks may differ."""
    return proof.created is not None and proof.created - at > CLOCK_SKEW


def check_key(
    listed: RegisteredIssuer | None,
    signing: tuple[ProofCheck, ...],
    at: dt.datetime,
    *,
    still: bool = False,
) -> Check:
    """Tell whether the keys were the issuer's when it signed; a key that was rotated out answers for its own period.

    :param listed: the issuer as a trust registry lists it; where it lists no keys, its identifier alone leads to them.
    :param signing: the issuer's proofs, at least one.
    :param at: the moment in question; also when a proof was made that does not say so.
    :param still: whether the keys must be in use at that moment, too: what a signer says of a moment before is its own word.
    """
    if listed is None or not listed.keys:
        message = "The key is the one that the issuer's own identifier leads to."
        return Check(check="key", result="passed", code="key_of_did", message=message)
    signed = [_listed_key(listed, proof, proof.created or at, ", when it signed") for proof in signing]
    return worst((*signed, *(_listed_key(listed, proof, at) for proof in signing if still)))


def _listed_key(listed: RegisteredIssuer, proof: ProofCheck, moment: dt.datetime, when: str = "") -> Check:
    answer = questions.key_of(listed, proof.verification_method, moment)
    result: CheckResult
    if answer.code == "key_in_use":
        result, message = "passed", f"The trust registry lists the key as in use on {moment.date()}."
    elif answer.code == "key_outside_period":
        result, message = "failed", f"The key was not in use on {moment.date()}{when}."
    else:
        result, message = "unknown", f"The trust registry does not list the key {proof.verification_method}."
    return Check(check="key", result=result, code=answer.code, message=message)
