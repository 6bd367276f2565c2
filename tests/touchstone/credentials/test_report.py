# SPDX-License-Identifier: Apache-2.0
"""What all checks together come to, and the one of them that is told as the reason."""

from __future__ import annotations

from itertools import product

import pytest

from touchstone.credentials.report import CHECKS, Check, report

PASSED = ("passed", "sound")
UNKNOWN = ("unknown", "not_had")
OUTCOMES = {
    "proof": [PASSED, UNKNOWN, ("failed", "signature_invalid")],
    "issuer": [PASSED, UNKNOWN, ("failed", "accreditation_not_in_force")],
    "key": [PASSED, UNKNOWN, ("failed", "key_outside_period")],
    "status": [PASSED, UNKNOWN, ("failed", "revoked"), ("failed", "suspended")],
    "period": [PASSED, ("failed", "expired"), ("failed", "not_yet_valid")],
}


def told(**outcomes):
    """The report on a credential of which all but these checks passed."""
    results = ((name, *outcomes.get(name, PASSED)) for name in CHECKS)
    return report(tuple(Check(check=name, result=result, code=code, message="") for name, result, code in results))


ALL = [told(**dict(zip(OUTCOMES, outcomes, strict=True))) for outcomes in product(*OUTCOMES.values())]


def test_the_reason_that_is_told_is_one_that_alone_would_lead_to_the_verdict():
    for each in ALL:
        if each.verdict != "valid":
            reason = each.deciding
            assert told(**{reason.check: (reason.result, reason.code)}).verdict == each.verdict


def test_what_is_valid_needs_no_reason_and_nothing_else_is_without():
    assert [each for each in ALL if (each.deciding is None) != (each.verdict == "valid")] == []
    assert told().deciding is None


@pytest.mark.parametrize(
    ("outcomes", "reason"),
    [
        ({"issuer": UNKNOWN, "period": ("failed", "not_yet_valid")}, "issuer"),
        ({"issuer": UNKNOWN, "status": ("failed", "revoked")}, "issuer"),
        ({"issuer": ("failed", "accreditation_not_in_force"), "key": ("failed", "key_outside_period")}, "key"),
        ({"status": ("failed", "suspended"), "period": ("failed", "expired")}, "status"),
        ({"status": UNKNOWN, "period": ("failed", "expired")}, "period"),
    ],
)
def test_of_several_reasons_the_one_is_told_that_decides(outcomes, reason):
    assert told(**outcomes).deciding.check == reason
