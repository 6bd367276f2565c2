# SPDX-License-Identifier: Apache-2.0
"""From the bytes of a bath's sheet and a brief to a report."""

from __future__ import annotations

import re

from touchstone.errors import InputError
from touchstone.practice.criteria import verdicts_on
from touchstone.practice.evaluators import Evaluator
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.plating.account import Account
from touchstone.practice.plating.bath_account import tell_balances, tell_deposits, tell_drag_out, tell_rinses
from touchstone.practice.plating.bath_sheet import BathSheet, PlatingBrief
from touchstone.practice.plating.bath_table import read_bath_sheet
from touchstone.practice.plating.discharge_account import tell_effluent, tell_uses, tell_water
from touchstone.practice.plating.footprint_account import tell_footprint
from touchstone.practice.plating.piece_account import tell_pieces
from touchstone.practice.reasons import Reason, because
from touchstone.practice.report import Report, digest_of
from touchstone.practice.sheet import is_table

EVALUATOR, VERSION = "plating", "2"
_PARTS = (
    tell_deposits, tell_drag_out, tell_rinses, tell_balances, tell_water, tell_uses, tell_effluent, tell_footprint, tell_pieces,
)  # fmt: skip
_NAMED = re.compile(r"[A-Z]{1,3}\d+\b|[a-z_]+(\[\d+\])?(\.[a-z_]+)?$")
"""A cell, or a field by its path."""
_FIELDS = re.compile(rb"^\s*(\{|kind\s*:)", re.MULTILINE)


def evaluate(artifact: bytes, spec: PlatingBrief, *, limits: Limits) -> Report:
    """Go through a sheet (YAML, JSON, XLSX, CSV): pure, and the same bytes and brief give the same report.

    A sheet that cannot be read gives a report with a refusal, in which every criterion is *not measurable*.
    """
    if len(artifact) > limits.bytes:
        return _refused(artifact, spec, *because("file_too_large", most=limits.bytes))
    name = f"sheet{written_as(artifact)}"
    try:
        sheet = read_bath_sheet(artifact, name)
    except InputError as error:
        return _refused(artifact, spec, _unusable(error, is_table(name)))
    try:
        return _gone_through(artifact, sheet, spec)
    except (ZeroDivisionError, OverflowError):
        return _refused(artifact, spec, *because("sheet_divides"))


def written_as(artifact: bytes) -> str:
    """Return the ending of the format that a sheet is written in, by its bytes."""
    if artifact[:4] == b"PK\x03\x04":
        return ".xlsx"
    return ".yaml" if _FIELDS.search(artifact) else ".csv"


def _gone_through(artifact: bytes, sheet: BathSheet, spec: PlatingBrief) -> Report:
    account = Account(sheet, spec)
    for tell in _PARTS:
        tell(account)
    if not account.tables and (sheet.samples or sheet.nickel or sheet.contents or sheet.balances or sheet.water):
        account.flags.add("no_tables")
    found = tuple(account.measurements)
    return Report(
        artifact=digest_of(artifact), spec=spec.digest, evaluator=EVALUATOR, version=VERSION, flags=tuple(sorted(account.flags)),
        measurements=found, verdicts=(*account.verdicts, *map(account.settled, verdicts_on(spec.criteria, found, k=spec.k))),
    )  # fmt: skip


def _unusable(error: InputError, by_rows: bool) -> Reason:
    """Return why a sheet cannot be read: its row and cell or its line and field, and in English all that its reader says."""
    kind = "row" if by_rows else "line"
    values = {"detail": f"{kind} {error.line}: {error}" if error.line else str(error)}
    if error.line:
        values[kind] = str(error.line)
    if place := _NAMED.match(error.field):
        values["part"] = place[0]
    if error.found:
        values["found"] = error.found
    return Reason(code="sheet_unusable", values=values)


def _refused(artifact: bytes, spec: PlatingBrief, why: Reason) -> Report:
    return Report(
        artifact=digest_of(artifact), spec=spec.digest, evaluator=EVALUATOR, version=VERSION,
        verdicts=tuple(verdicts_on(spec.criteria, (), k=spec.k, refused=(why,))), refusal=why,
    )  # fmt: skip


PLATING = Evaluator(spec=PlatingBrief, evaluate=evaluate, version=VERSION)
"""What is registered as the evaluator ``plating``."""
