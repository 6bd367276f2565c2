# SPDX-License-Identifier: Apache-2.0
"""A batch: a table of learners, issued from a template; looked at first, run with a result for every row, and resumed after anything.

Nothing that was acknowledged is ever lost: a row that :func:`run` has yielded is on the disk. Whoever runs the
same table again gets the same bytes for what was issued, and the rest, with the time at which the table was run first.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from touchstone.credentials.issuing import Drawing, IssuingRequest, Lint, Outcome, issue_group
from touchstone.credentials.journal import Journal
from touchstone.credentials.learners import Learner, LearnerRow, learners_from
from touchstone.credentials.register import PublishedList, Records, Register, own_list
from touchstone.credentials.scales import Scales
from touchstone.credentials.template import Builder, Reports, Template
from touchstone.errors import CredentialError, DocumentError, InputError, WriteError
from touchstone.standards.digest import canonical_bytes
from touchstone.standards.exchange.cells import CellError
from touchstone.standards.exchange.tables import Table
from touchstone.standards.whole_files import write_whole
from touchstone.value import Value

if TYPE_CHECKING:
    from touchstone.credentials.signer import Signer

GROUP = 64
"""How many rows are made durable together; at most so many are signed again after a crash."""


class Row(NamedTuple):
    """A row of the table: the request that it makes, or its mistakes; the learner, and when their credential was awarded."""

    number: int
    name: str
    request: IssuingRequest | None
    errors: tuple[CellError, ...] = ()
    awarded: dt.date | None = None
    learner: Learner | None = None


class Batch(NamedTuple):
    """What a table and a template ask for.

    :param errors: what is wrong with the table as a whole; then no row is issued.
    :param status: below whose address the credentials get their places, in a list that belongs to one journal alone.
    :param digest: names the table by its content, so that a run of it can be resumed.
    :param left_out: the headings of the columns that were not taken.
    """

    rows: tuple[Row, ...]
    errors: tuple[CellError, ...]
    remarks: tuple[str, ...]
    status: PublishedList
    digest: str
    left_out: tuple[str, ...] = ()


class RowResult(Value, frozen=True, kw_only=True):
    """What became, or would become, of a row.

    :param result: *ready*: it would be issued; *issued*: now; *known*: it was before, and has the same bytes; *refused*: ``errors`` say
        why.
    :param file: where its credential was written, if it was.
    """

    row: int
    name: str
    result: Literal["ready", "issued", "known", "refused"]
    key: str = ""
    id: str = ""
    file: str = ""
    errors: tuple[CellError, ...] = ()


class Summary(Value, frozen=True, kw_only=True):
    """How a run or a preview came out: how many rows have which result, and the results of those that were refused."""

    rows: int
    ready: int = 0
    issued: int = 0
    known: int = 0
    refused: int = 0
    refusals: tuple[RowResult, ...] = ()


def batch_of(table: Table, template: Template, scales: Scales | None = None, reports: Reports | None = None) -> Batch:
    """Return what a table asks for, every mistake in it told with its cell.

    :param scales: the levels of units whose scale is known; of the others any level is taken.
    :param reports: the reports at hand, whose verdicts become results; as :func:`~touchstone.credentials.template.credential_of`.
    :raises DocumentError: when no heading of the table is understood, or it has no rows.
    :raises InputError: when the template attests a level that is not on the scale of its unit.
    """
    _refuse_levels(template, scales or {})
    reading = learners_from(table, template.unit_ids, scales)
    digest = hashlib.sha256(msgspec.json.encode([row.cells for row in table.sheet.rows])).hexdigest()
    builder = Builder(template, reports)
    rows = [_row(row, builder, template) for row in reading.rows]
    return Batch(
        tuple(_one_row_each(rows, reports or {})),
        reading.errors,
        (*reading.remarks, *_unseen(reading.rows, reports)),
        template.status_lists,
        digest,
        reading.left_out,
    )


def _unseen(rows: Iterable[LearnerRow], reports: Reports | None) -> Iterator[str]:
    """Tell that reports are named which nobody looked at: whoever verifies with them finds that the credential says nothing of them."""
    if reports is None and any(row.learner and row.learner.evidence for row in rows):
        yield "The column of evidence names reports that were not looked at: give their folder with --evidence, or leave the column out."


def preview(
    batch: Batch, signer: Signer, *, register: Records, at: dt.datetime, lint: Lint | None = None
) -> Iterator[RowResult]:
    """Yield what would become of every row; nothing is signed and nothing recorded.

    A row that would be issued has no id yet: which one it gets is drawn when it is issued.

    :param register: what was issued so far, such as a :class:`~touchstone.credentials.journal.JournalReading`.
    """
    _refuse_table(batch)
    drawing = Drawing(register, signer, at=at, status=own_list(batch.status, register.salt), lint=lint)
    for row in _awarded_by(at, batch.rows):
        drawn = drawing.draft(row.request) if row.request else None
        if drawn is None or isinstance(drawn, Outcome):
            yield _result(row, drawn)
        else:
            yield RowResult(row=row.number, name=row.name, result="ready", key=drawn.request.key)


def run(
    batch: Batch,
    signer: Signer,
    *,
    journal: Journal,
    at: dt.datetime,
    group: int = GROUP,
    lint: Lint | None = None,
) -> Iterator[RowResult]:
    """Issue a batch and yield a result for every row, each after it has become durable; run it again to resume it.

    A row with mistakes is refused and does not keep the others back; whoever wants all or nothing looks at :func:`preview` first.

    :param at: the time of issue, where this table is run for the first time.
    :param group: how many rows are made durable together.
    :raises DocumentError: when the table as a whole has mistakes.
    :raises WriteError: when the journal cannot be written any more.
    """
    _refuse_table(batch)
    began = dt.datetime.fromisoformat(journal.run_at(batch.digest, at.astimezone(dt.UTC).isoformat(timespec="seconds")))
    rows, status = _awarded_by(began, batch.rows), own_list(batch.status, journal.salt)
    while some := list(itertools.islice(rows, group)):
        yield from issue_rows(some, signer, register=journal, at=began, status=status, lint=lint)


def issue_rows(
    rows: Sequence[Row],
    signer: Signer,
    *,
    register: Register,
    at: dt.datetime,
    status: PublishedList,
    lint: Lint | None = None,
) -> list[RowResult]:
    """Issue some rows of a batch, made durable together; a result each, in their order."""
    requests = [row.request for row in rows if row.request]
    outcomes = iter(issue_group(requests, signer, register=register, at=at, status=status, lint=lint))
    return [_result(row, next(outcomes) if row.request else None) for row in rows]


def summary(results: Sequence[RowResult]) -> Summary:
    """Count results."""
    count: Counter[str] = Counter(each.result for each in results)
    refusals = tuple(each for each in results if each.result == "refused")
    return Summary(rows=len(results), refusals=refusals, **count)


def export(journal: Journal, folder: Path | str) -> Iterator[Path]:
    """Write every credential of a journal to a file, ``0001.json`` and so on, in the order of issue; yield each new file.

    Each file appears whole or not at all, and is on the disk when it is yielded. What is there with the same bytes is left alone: it
    can be run again.

    :raises CredentialError: ``export_differs`` when a file is there with other bytes.
    :raises WriteError: when the folder cannot be written.
    """
    into = Path(folder)
    keys = journal.keys_issued
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, key in enumerate(keys, 1):
            content, file = journal.issued(key), into / file_name(number)
            if content is not None and not _is_there(file, content):
                write_whole(file, content)
                yield file
    except OSError as error:
        raise WriteError(f"the credentials cannot be written ({error.strerror})", file=str(into)) from None


def file_name(number: int) -> str:
    """Return the name of the file of a credential, by its number in the order of issue, from 1."""
    return f"{number:04}.json"


# ------------------------------------------------------------------ rows
def _refuse_levels(template: Template, scales: Scales) -> None:
    for place, unit in enumerate(template.attests.units):
        scale = scales.get(unit.id)
        if unit.level is not None and scale and unit.level not in scale:
            raise InputError(
                "the template attests a level that is not on the scale of the unit", field=f"attests.units[{place}].level",
                expected="one of " + ", ".join(scale), found=unit.level,
            )  # fmt: skip


def _row(row: LearnerRow, builder: Builder, template: Template) -> Row:
    if row.learner is None:
        return Row(row.number, "", None, row.errors)
    learner = row.learner
    try:
        document = builder.build(learner)
    except CredentialError as error:
        return Row(row.number, learner.name, None, (_cell_error(row.number, error),))
    request = IssuingRequest(_key(learner), document, template.cryptosuites)
    return Row(row.number, learner.name, request, (), learner.awarded or template.attests.awarded, learner)


def _one_row_each(rows: Iterable[Row], reports: Reports) -> Iterator[Row]:
    """Yield rows, and refuse one whose report on marks another row has named before: it is about one person."""
    named: dict[str, int] = {}
    for row in rows:
        evidence = row.learner.evidence if row.request and row.learner else ()
        marks = [each for each in evidence if each in reports and reports[each].units]
        taken = next((each for each in marks if each in named), None)
        if taken is not None:
            error = CredentialError(
                "report_of_another", "another row has the same report", field="evidence", found=taken,
                hint=f"It is that of row {named[taken]}; put all units of one person into one row.",
            )  # fmt: skip
            yield row._replace(request=None, errors=(_cell_error(row.number, error),))
            continue
        named.update(dict.fromkeys(marks, row.number))
        yield row


def _awarded_by(at: dt.datetime, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield rows, and refuse those awarded on a day that had begun nowhere on earth at the time of issue (UTC+14 is first)."""
    last = (at.astimezone(dt.UTC) + dt.timedelta(hours=14)).date()
    for row in rows:
        if row.request is None or row.awarded is None or row.awarded <= last:
            yield row
            continue
        error = CredentialError(
            "awarded_later", "the day of award is after the day of issue", field="awarded", expected=f"{last} or before",
            found=row.awarded.isoformat(), hint="A credential is issued once it has been awarded.",
        )  # fmt: skip
        yield row._replace(request=None, errors=(_cell_error(row.number, error),))


def _key(learner: Learner) -> str:
    """Return the request key of a row: its own, or one that its content makes."""
    return learner.key or "row-" + hashlib.sha256(canonical_bytes(learner)).hexdigest()[:32]


def _result(row: Row, outcome: Outcome | None) -> RowResult:
    if outcome is None:
        return RowResult(row=row.number, name=row.name, result="refused", errors=row.errors)
    errors = (_cell_error(row.number, outcome.error),) if outcome.error else ()
    return RowResult(
        row=row.number, name=row.name, result=outcome.result, key=outcome.key, id=outcome.id, errors=errors
    )


def _cell_error(row: int, error: CredentialError) -> CellError:
    return CellError(
        row=row, column=error.field or "the row", message=error.message, expected=error.expected, found=error.found,
        hint=error.hint,
    )  # fmt: skip


def _refuse_table(batch: Batch) -> None:
    for error in batch.errors:
        field = f"row {error.row}, {error.column}"
        raise DocumentError(error.message, field=field, expected=error.expected, hint=error.hint)


# ------------------------------------------------------------------ files
def _is_there(file: Path, content: bytes) -> bool:
    try:
        found = file.read_bytes()
    except FileNotFoundError:
        return False
    if found != content:
        raise CredentialError(
            "export_differs", "the file is there, and holds something else", file=str(file),
            hint="Give an empty folder; the journal has every credential.",
        )  # fmt: skip
    return True
