# SPDX-License-Identifier: Apache-2.0
"""The page on trust, carried out from top to bottom: its code runs, its commands say what stands beside them."""

from __future__ import annotations

from tests.docs.pages import carry_out


def test_two_authorities_sign_one_agreement_as_the_page_tells(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", "a passphrase of this example")

    assert len(carry_out("explanation/trust.md")) == 4
