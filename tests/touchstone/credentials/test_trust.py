# SPDX-License-Identifier: Apache-2.0
"""What a registry answers about issuers and keys, for a day: accredited by whom and for what, and in use then or not."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.touchstone.credentials.registries import GUANGDONG, HONG_KONG, issuer, key, trusted
from touchstone.credentials.trust import accreditation_of, issuer_of, key_of, publisher_of

DAY = dt.date(2026, 6, 1)
ACCREDITED = {"accredited_by": "urn:council", "valid": {"from": "2026-01-01", "until": "2026-12-31"}}
SCHOOL = {**ACCREDITED, "regions": ["HK"], "frameworks": ["framework-home"], "qualifications": ["target"]}


def answer(day=DAY, *, of="urn:school", valid=None, **asked):
    fields = {"valid": valid} if valid else {}
    issuers = [issuer("urn:school", key(GUANGDONG), **SCHOOL), issuer("urn:shop"), issuer("urn:old", **ACCREDITED)]
    return accreditation_of(trusted(issuers=issuers, **fields), of, day, **asked)


def test_an_accredited_issuer_is_told_with_who_accredited_it():
    told = answer(region="HK", framework="framework-home", qualification="target")

    assert (told.code, told.accredited, told.by) == ("accredited", True, "urn:council")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("issuer_not_listed", lambda: answer(of="urn:nobody")),
        ("issuer_not_accredited", lambda: answer(of="urn:shop")),
        ("accreditation_not_in_force", lambda: answer(dt.date(2027, 1, 1))),
        ("accreditation_not_in_force", lambda: answer(dt.date(2025, 12, 31))),
        ("region_not_accredited", lambda: answer(region="MO")),
        ("framework_not_accredited", lambda: answer(framework="framework-away")),
        ("qualification_not_accredited", lambda: answer(qualification="other")),
        ("registry_not_in_force", lambda: answer(valid={"until": "2026-05-31"})),
    ],
)
def test_every_other_answer_has_its_code(code, told):
    assert (told().code, told().accredited) == (code, False)


def test_an_accreditation_holds_on_its_first_and_its_last_day():
    assert answer(dt.date(2026, 1, 1)).accredited
    assert answer(dt.date(2026, 12, 31)).accredited


def test_what_an_accreditation_does_not_limit_it_admits():
    assert answer(of="urn:old", region="MO", framework="any", qualification="any").accredited


def test_a_rotated_key_keeps_its_period():
    listed = issuer("urn:school", key(GUANGDONG, until="2026-05-31"), key(HONG_KONG, since="2026-06-01"))
    party = issuer_of(trusted(issuers=[listed]), "urn:school")

    def code(signer, *moment):
        return key_of(party, signer.verification_method, dt.datetime(*moment, tzinfo=dt.UTC)).code

    assert code(GUANGDONG, 2026, 5, 31, 23, 59, 59) == "key_in_use"
    assert code(GUANGDONG, 2026, 6, 1) == "key_outside_period"
    assert code(HONG_KONG, 2026, 5, 31, 23, 59, 59) == "key_outside_period"
    assert code(HONG_KONG, 2026, 6, 1) == "key_in_use"


def test_days_of_keys_are_those_of_utc():
    party = publisher_of(trusted(), "urn:gd")
    in_hong_kong = dt.datetime(2026, 1, 1, 7, 59, tzinfo=dt.timezone(dt.timedelta(hours=8)))

    assert key_of(party, GUANGDONG.verification_method, in_hong_kong).code == "key_outside_period"


def test_anothers_key_is_not_listed():
    answer = key_of(publisher_of(trusted(), "urn:gd"), HONG_KONG.verification_method, dt.datetime.now(dt.UTC))

    assert (answer.code, answer.key) == ("key_not_listed", None)
