# SPDX-License-Identifier: Apache-2.0
"""How a verification looks in a terminal: the verdict first, then every check with what was found."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from touchstone.credentials.batch import Batch
from touchstone.credentials.credential import AttestedUnit
from touchstone.credentials.presentation import PresentationReport
from touchstone.credentials.reading import read_badge
from touchstone.credentials.report import CheckResult, Verdict, VerificationReport
from touchstone.errors import on_one_line

FIRST_ROWS = 5
"""How many rows of a table a preview shows."""

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
        table.add_row(
            Text(mark, colour), check.check, Text(on_one_line(check.message))
        )  # never markup: it may quote a stranger
    console.print(Text(sentence, f"bold {style}"))
    console.print(table)
    for bundled in report.bundled:
        _show_within(console, bundled.credential, bundled.report)


def show_presentation(report: PresentationReport) -> None:
    """Print what a presentation shows: the holder's proof, then the verdict on every credential with what stands in its way."""
    console = Console(highlight=False)
    colour, mark = _MARKS[report.presenting.result]
    console.print(
        Text.assemble((mark, colour), f" {on_one_line(report.presenting.message)} ({report.presenting.code})")
    )
    if report.holder:
        console.print(Text(f"  holder {on_one_line(report.holder)}"), soft_wrap=True)
    for presented in report.credentials:
        others = "" if presented.of_holder else "It is about somebody other than the holder."
        _show_within(console, presented.credential, presented.report, others)
    if report.presenting.result == "passed" and not report.credentials:
        console.print("It shows no credential.")


def _show_within(console: Console, name: str, report: VerificationReport, objection: str = "") -> None:
    style, sentence = _VERDICTS[report.verdict]
    told = on_one_line(name) or "without an id"
    console.print(Text.assemble((told, "bold"), ": ", (sentence, style)), soft_wrap=True)
    if objection:
        console.print(Text(f"  ✗ {objection}", "red"))
    for check in report.checks:
        if check.result != "passed" and check.code != "not_looked_at":
            colour, mark = _MARKS[check.result]
            line = f" {check.check}: {on_one_line(check.message)}"
            console.print(Text.assemble(("  " + mark, colour), line), soft_wrap=True)
    for bundled in report.bundled:
        _show_within(console, bundled.credential, bundled.report)


def show_first_rows(batch: Batch) -> None:
    """Print what the first rows of a table would be attested, as far as they have no mistakes."""
    ready = [row for row in batch.rows if row.request]
    table = Table(border_style="dim")
    for title in ("row", "name", "holder", "awarded", "until", "units"):
        table.add_column(title, overflow="fold")
    for row in ready[:FIRST_ROWS]:
        badge = read_badge(row.request.document if row.request else {})
        attested = badge.attestation
        days = [str(day or "") for day in (attested.awarded, attested.expires)]
        units = Text("\n".join(map(_unit_told, attested.units)))
        table.add_row(str(row.number), Text(row.name), Text(badge.subject or "none"), *days, units)
    console = Console(highlight=False)
    console.print(table)
    if len(ready) > FIRST_ROWS:
        console.print(f"… and {len(ready) - FIRST_ROWS} more.")


def _unit_told(unit: AttestedUnit) -> str:
    level = f", level {unit.level}" if unit.level else ""
    return f"{unit.code or unit.id}{level}" + (f", score {unit.score}" if unit.score is not None else "")
