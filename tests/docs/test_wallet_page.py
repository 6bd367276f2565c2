# SPDX-License-Identifier: Apache-2.0
"""The page on carrying a certificate across the border, carried out from top to bottom."""

from __future__ import annotations

from tests.docs.pages import carry_out


def test_a_certificate_crosses_the_border_as_the_page_tells(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", "a passphrase of this example")

    assert len(carry_out("how-to/carry-a-certificate.md")) == 25
