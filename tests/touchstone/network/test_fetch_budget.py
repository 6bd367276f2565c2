# SPDX-License-Identifier: Apache-2.0
"""One verification fetches each address once, few of them, and all within one time."""

from __future__ import annotations

import time

import pytest

from touchstone.errors import CredentialError
from touchstone.network.fetch_budget import FetchBudget


class Recorder:
    def __init__(self, answer):
        self.asked, self._answer = [], answer

    def __call__(self, url, *, max_bytes, seconds):
        self.asked.append((url, max_bytes, seconds))
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def refused(budget, url):
    with pytest.raises(CredentialError) as caught:
        budget(url)
    return caught.value.code


def test_an_address_is_fetched_once():
    recorder = Recorder(b"{}")
    budget = FetchBudget(recorder)

    assert [budget("https://a.example/"), budget("https://a.example/", max_bytes=9)] == [b"{}", b"{}"]
    assert len(recorder.asked) == 1


def test_a_refusal_is_remembered_too():
    recorder = Recorder(CredentialError("fetch_status", "no"))
    budget = FetchBudget(recorder)

    assert [refused(budget, "https://a.example/"), refused(budget, "https://a.example/")] == ["fetch_status"] * 2
    assert len(recorder.asked) == 1


def test_no_more_addresses_are_fetched_than_the_budget_has():
    recorder = Recorder(b"{}")
    budget = FetchBudget(recorder, most=2)
    for name in ("a", "b"):
        budget(f"https://{name}.example/")

    assert refused(budget, "https://c.example/") == "fetch_budget_spent"
    assert budget("https://a.example/") == b"{}"
    assert len(recorder.asked) == 2


def test_no_fetch_takes_longer_than_what_is_left_for_all():
    recorder = Recorder(b"{}")
    budget = FetchBudget(recorder, seconds=0.05)

    budget("https://a.example/")
    time.sleep(0.06)

    assert recorder.asked[0][2] <= 0.05
    assert refused(budget, "https://b.example/") == "fetch_budget_spent"
