# SPDX-License-Identifier: Apache-2.0
"""How a verification looks in a terminal: the verdict first, then every check with what was found."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from touchstone.credentials.report import CheckResult, Verdict, VerificationReport

_MARKS: dict[CheckResult, tuple[str, str]] = {
    "passed": ("green", "✓"),
    "failed": ("red", "✗"),
    "unknown": ("blue", "?"),
}
_VERDICTS: dict[Verdict, tuple[str, str]] = {
    "valid": ("green", "Valid: genuine, vouched for, and in force."),
    "revoked": ("red", "Revoked: its issuer has taken it back."),
    "suspended": ("yellow", "Suspended: its issuer has put it on hold."),
    "expired": ("yellow", "Expired: it was good, and is no longer."),
    "not_yet_valid": ("yellow", "Not yet valid: it will be good later."),
    "cannot_confirm": ("blue", "Cannot confirm: nothing speaks against it, but something could not be checked."),
    "not_genuine": ("red", "Not genuine: this is not what its issuer signed."),
}


def show_report(report: VerificationReport) -> None:
    """Print a report."""
    console = Console(highlight=False)
    style, sentence = _VERDICTS[report.verdict]
    table = Table(box=None, show_header=False, pad_edge=False)
    for check in report.checks:
        colour, mark = _MARKS[check.result]
        table.add_row(Text(mark, colour), check.check, check.message)
    console.print(Text(sentence, f"bold {style}"))
    console.print(table)
