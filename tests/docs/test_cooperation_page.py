# SPDX-License-Identifier: Apache-2.0
"""The page on a platform's own rules, carried out from top to bottom."""

from __future__ import annotations

from tests.docs.pages import carry_out


def test_a_platform_keeps_its_rules_as_the_page_tells(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert len(carry_out("how-to/run-a-platform.md")) == 16
    assert "charter of 2026 (2026-03-01)" in (tmp_path / "dossier.md").read_text(encoding="utf-8")
