# SPDX-License-Identifier: Apache-2.0
"""The reference lists every code that something signed can be given: none can be added without its line there."""

from __future__ import annotations

from pathlib import Path

from docs import credential_codes

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "credential-codes.md"
NO_CODES = {"cannot_confirm", "not_genuine"}
NO_CODES |= {
    "all_or_nothing",
    "canonical_bytes",
    "canonical_nquads",
    "key_ops",
    "not_earned",
    "public_key",
    "status_lists",
    "target_type",
    "verification_method",
}
"""Verdicts, and names of Python or of files, that are written like codes."""


def listed():
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    return {line.split("`")[1] for line in lines if line.startswith("| `")}


def test_whatever_is_written_like_a_code_is_in_the_reference():
    words, _ = credential_codes.written()

    assert words - NO_CODES - listed() == set()
    assert words >= NO_CODES


def test_a_code_that_is_put_together_is_in_the_reference_in_all_its_forms():
    _, forms = credential_codes.written()

    assert forms == {"…_sound"}
    assert {f"{check}_sound" for check in ("structure", "schema", "context", "terms")} <= listed()
    assert {"framework_not_accredited", "qualification_not_accredited"} <= listed()


def test_what_is_told_elsewhere_is_still_a_code():
    words, forms = credential_codes.written()
    endings = tuple(form.lstrip("…") for form in forms)

    told = {code for code in credential_codes.TOLD_ELSEWHERE if "_" in code and not code.endswith(endings)}
    assert told - words == set()
