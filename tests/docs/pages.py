# SPDX-License-Identifier: Apache-2.0
"""Pages of the documentation that are carried out: their files are written, their code runs, their commands say what stands beside them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from typer.testing import CliRunner

from touchstone.cli import app

DOCS = Path(__file__).parents[2] / "docs"
FENCE = re.compile(r"(?:^\*\*`([^`]+)`\*\*\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def carry_out(page):
    """Carry out a page in the working directory, from top to bottom; return the commands that were run."""
    commands = []
    for name, language, content in FENCE.findall((DOCS / page).read_text(encoding="utf-8")):
        if name:
            Path(name).write_text(content, encoding="utf-8")
        elif language == "python":
            exec(compile(content, page, "exec"), {"__name__": "__main__"})
        else:
            commands += content.splitlines()
            for line in content.splitlines():
                run(line)
    return commands


def run(line):
    """Run a command; the comment behind it tells what it prints, and the exit status where that is not 0."""
    code = re.search(r"# exit (\d)", line)
    done = CliRunner().invoke(app, shlex.split(line, comments=True)[1:])
    assert done.exit_code == (int(code[1]) if code else 0), f"{line}\n{done.output}"
    assert line.partition("→ ")[2] in " ".join(done.output.split())
