# SPDX-License-Identifier: Apache-2.0
"""The page on programmes and needs, carried out from top to bottom."""

from __future__ import annotations

from tests.docs.pages import carry_out


def test_a_programme_is_held_against_needs_as_the_page_tells(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", "a passphrase of this example")

    assert len(carry_out("how-to/match-programmes-to-needs.md")) == 23
