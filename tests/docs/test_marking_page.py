# SPDX-License-Identifier: Apache-2.0
"""The page on marking, carried out from top to bottom on the files that it names."""

from __future__ import annotations

import shutil

from tests.docs.pages import DOCS, carry_out


def test_candidates_are_marked_as_the_page_tells(tmp_path, monkeypatch):
    for file in (DOCS / "examples" / "marking").iterdir():
        shutil.copy(file, tmp_path)
    shutil.copy(DOCS / "examples" / "models" / "ring.stl", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", "a passphrase of this example")

    assert len(carry_out("how-to/mark-candidates.md")) == 18
