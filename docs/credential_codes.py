# SPDX-License-Identifier: Apache-2.0
"""Read from the code which codes a signed thing can be refused with, and what is said with each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "touchstone"
PLACES = (
    "credentials",
    "network",
    "cli_credentials.py",
    "cli_wallet.py",
    "recognition/awarding.py",
    "recognition/from_wallet.py",
)

_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+|bom|empty")


def codes() -> dict[str, tuple[str, str]]:
    """Return each code with the module that gives it and what it says there, in alphabetical order.

    A code is the first argument, or the argument ``code``, of a call whose message follows: ``CredentialError``, ``Finding``, ``Check`` and
    the small functions that make them.
    """
    found: dict[str, tuple[str, str]] = {}
    for file in _files():
        module = file.relative_to(SOURCE).with_suffix("").as_posix()
        for call in (
            node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
        ):
            code, message = _argument(call, 0, "code"), _argument(call, 1, "message")
            if code and _CODE.fullmatch(code) and " " in message:
                found.setdefault(code, (module, message))
    return dict(sorted(found.items()))


def page(note: str) -> str:
    """Write the reference page."""
    rows = [f"| `{code}` | {message.rstrip('.')} | `{module}` |" for code, (module, message) in codes().items()]
    return "\n\n".join(
        [
            "# Codes of credentials",
            note,
            "Every refusal of something signed, or about to be signed, names its reason by one of these codes. They are "
            "stable, so programs may branch on them; the sentences are for people, and name what was found and how to mend it. An ellipsis "
            "stands for what differs.",
            "\n".join(["| code | what it says | where |", "| --- | --- | --- |", *rows]) + "\n",
        ]
    )


def _files() -> Iterator[Path]:
    for place in PLACES:
        path = SOURCE / place
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []


def _argument(call: ast.Call, place: int, name: str) -> str:
    """Return an argument as text: a constant, or a formatted one with an ellipsis for each thing filled in."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    value = call.args[place] if len(call.args) > place else named.get(name)
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in value.values)
    return ""
