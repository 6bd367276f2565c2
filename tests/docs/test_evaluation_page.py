# SPDX-License-Identifier: Apache-2.0
"""The page on evaluating a platform, carried out from top to bottom."""

from __future__ import annotations

from tests.docs.pages import carry_out


def test_a_platform_is_evaluated_as_the_page_tells(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert len(carry_out("how-to/evaluate-a-platform.md")) == 10
