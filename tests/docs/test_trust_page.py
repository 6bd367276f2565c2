# SPDX-License-Identifier: Apache-2.0
"""The page on trust, carried out from top to bottom: its code runs, its commands say what stands beside them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from typer.testing import CliRunner

from touchstone.cli import app

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "trust.md").read_text(encoding="utf-8")
FENCE = re.compile(r"(?:^\*\*`([^`]+)`\*\*\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def carry_out(line):
    """Run a command; the comment behind it tells what it prints, and the exit status where that is not 0."""
    code = re.search(r"# exit (\d)", line)
    done = CliRunner().invoke(app, shlex.split(line, comments=True)[1:])
    assert done.exit_code == (int(code[1]) if code else 0), f"{line}\n{done.output}"
    assert line.partition("→ ")[2] in " ".join(done.output.split())


def test_two_authorities_sign_one_agreement_as_the_page_tells(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", "a passphrase of this example")
    carried_out = []

    for name, language, content in FENCE.findall(PAGE):
        if name:
            Path(name).write_text(content, encoding="utf-8")
        elif language == "python":
            exec(compile(content, "trust.md", "exec"), {"__name__": "__main__"})
        else:
            for line in content.splitlines():
                carry_out(line)
                carried_out.append(line)

    assert len(carried_out) == 4
