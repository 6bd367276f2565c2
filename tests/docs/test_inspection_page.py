"""The page on inspecting models, carried out from top to bottom on the files that it names."""

from __future__ import annotations

import shutil

from tests.docs.pages import DOCS, carry_out


def test_a_model_is_inspected_as_the_page_tells(tmp_path, monkeypatch):
    shutil.copy(DOCS / "examples" / "models" / "ring.stl", tmp_path)
    monkeypatch.chdir(tmp_path)

    assert len(carry_out("how-to/inspect-a-model.md")) == 9
