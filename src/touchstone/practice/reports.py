# SPDX-License-Identifier: Apache-2.0
"""Reports that lie in files: read again, and named by the digest of what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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


def read_reports(folder: Path) -> Iterator[Report]:
    """Yield every report in a folder; other files of JSON are passed over.

    :raises DocumentError: when the folder is not there, or a report in it cannot be read.
    """
    if not folder.is_dir():
        raise DocumentError("the folder of reports is not there", file=str(folder))
    for file in sorted(folder.glob("*.json")):
        content = read_bytes(file)
        if _is_report(content):
            try:
                yield read_report(content)
            except InputError as error:
                raise error.at(file=str(file)) from None


def _is_report(content: bytes) -> bool:
    try:
        found = msgspec.json.decode(content)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("kind") == Report.__struct_config__.tag
