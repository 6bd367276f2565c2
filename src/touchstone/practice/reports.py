# SPDX-License-Identifier: Apache-2.0
"""Reports that lie in files: read again, and named by the digest of what they say."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from touchstone.credentials.canonical import strict_json
from touchstone.errors import DocumentError, InputError
from touchstone.practice.report import Report
from touchstone.standards.folder import read_bytes


def read_report(content: bytes) -> Report:
    """Read a report from JSON; how it was laid out makes no difference, every digit in it does, for its digest covers them.

    :raises InputError: when it is none, or says something twice.
    """
    strict_json.loads(content)
    try:
        return msgspec.json.decode(content, type=Report)
    except msgspec.MsgspecError as error:
        raise DocumentError(f"this is no report of an evaluator ({error})") from None


class Shelf(NamedTuple):
    """The reports of a folder, and the files of JSON in it that are something else, by name."""

    reports: tuple[Report, ...]
    passed_over: tuple[str, ...]


def read_reports(folder: Path) -> Shelf:
    """Read every report in a folder; what is JSON and no report is named, so that nobody takes it for one that was read.

    :raises InputError: when the folder is not there, or a file of JSON in it is not whole: it may be the report that decides.
    """
    if not folder.is_dir():
        raise DocumentError("the folder of reports is not there", file=str(folder))
    reports: list[Report] = []
    passed_over: list[str] = []
    for file in sorted(folder.glob("*.json")):
        try:
            report = _report_in(read_bytes(file))
        except InputError as error:
            raise error.at(file=str(file)) from None
        if report is None:
            passed_over.append(file.name)
        else:
            reports.append(report)
    return Shelf(tuple(reports), tuple(passed_over))


def _report_in(content: bytes) -> Report | None:
    try:
        found = msgspec.json.decode(content)
    except (msgspec.MsgspecError, RecursionError):
        raise DocumentError(
            "this is no whole JSON", hint="Copy it again from whoever made it, or take it out of the folder."
        ) from None
    is_report = isinstance(found, dict) and found.get("kind") == Report.__struct_config__.tag
    return read_report(content) if is_report else None
