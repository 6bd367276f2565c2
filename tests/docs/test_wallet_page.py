# SPDX-License-Identifier: Apache-2.0
"""The page on carrying a certificate across the border, carried out from top to bottom."""

from __future__ import annotations

from pathlib import Path

from tests.docs.test_trust_page import FENCE, carry_out

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "carry-a-certificate.md").read_text(encoding="utf-8")


def test_a_certificate_crosses_the_border_as_the_page_tells(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", "a passphrase of this example")
    carried_out = []

    for name, language, content in FENCE.findall(PAGE):
        if name:
            Path(name).write_text(content, encoding="utf-8")
        elif language == "python":
            exec(compile(content, "carry-a-certificate.md", "exec"), {"__name__": "__main__"})
        else:
            for line in content.splitlines():
                carry_out(line)
                carried_out.append(line)

    assert len(carried_out) == 17
