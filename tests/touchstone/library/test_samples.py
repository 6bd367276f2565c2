"""The samples: one for each way in which verification can come out, the same bytes for whoever makes them for a day."""

from __future__ import annotations

import datetime as dt

import pytest

from touchstone.credentials.verification import verify
from touchstone.credentials.wallet import read_wallet
from touchstone.library import load_library
from touchstone.library.samples import SAMPLES, samples
from touchstone.recognition import compile_rulebook
from touchstone.recognition.from_wallet import Lists, evidence_from
from touchstone.standards.registry_integrity import registry_doubts, registry_errors

DAY = dt.date(2026, 11, 24)
VERDICTS = {
    "valid": "valid",
    "revoked": "revoked",
    "suspended": "suspended",
    "expired": "expired",
    "early": "not_yet_valid",
    "unlisted": "cannot_confirm",
    "altered": "not_genuine",
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("hour", [0, 23])
@pytest.mark.parametrize("day", [DAY, dt.date(2031, 2, 28)])
def test_each_sample_comes_out_as_it_is_called_at_any_hour_of_its_day(name: str, hour: int, day: dt.date):
    made = samples(day)
    at = dt.datetime.combine(day, dt.time(hour, 59), dt.UTC)

    report = verify(made.credentials[name], made.registry, at, retrieve=Lists(made.lists).retrieve)

    assert report.verdict == VERDICTS[name]


def test_the_samples_of_a_day_are_the_same_bytes_for_everybody():
    assert samples.__wrapped__(DAY) == samples(DAY)


def test_the_registry_of_the_samples_is_sound_and_illustrative():
    registry = samples(DAY).registry

    assert not list(registry_errors(registry))
    assert not list(registry_doubts(registry))
    assert registry.standing.label == "illustrative"


def test_the_sample_wallet_holds_two_good_certificates_and_an_altered_one():
    made = samples(DAY)
    wallet = read_wallet(made.wallet)
    at = dt.datetime.combine(DAY, dt.time(9), dt.UTC)

    found = evidence_from(
        [text.encode() for text in wallet.credentials], wallet.holder, made.registry, at, Lists(made.lists),
        compile_rulebook(item.document for item in load_library()).edition(DAY),
    )  # fmt: skip

    assert [each.status for each in found.evidence] == ["valid", "valid"]
    assert [each.code for each in found.refused] == ["signature_invalid"]
