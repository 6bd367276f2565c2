"""A file that the node hands out is saved, not shown, and no proxy keeps it: one function builds them all."""

from __future__ import annotations

from pathlib import Path

import pytest

import touchstone_server
from touchstone_server.pages import CSV, JSON, PDF, XLSX, ZIP, file, file_in_parts

SOURCE = Path(touchstone_server.__file__).parent


@pytest.mark.parametrize("kind", [CSV, JSON, PDF, XLSX, ZIP])
def test_a_file_is_saved_under_its_name_and_kept_by_nobody(kind):
    for answer in (file(b"x", kind, "a.bin"), file_in_parts(iter([b"x"]), kind, "a.bin")):
        assert answer.getvalue() == b"x"
        assert answer.headers == {
            "Content-Type": kind,
            "Content-Disposition": 'attachment; filename="a.bin"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }


@pytest.mark.parametrize(
    ("name", "told"),
    [('a"b.json', 'filename="a\\"b.json"'), ("證書.json", "filename*=utf-8''%E8%AD%89%E6%9B%B8.json")],
)
def test_no_name_of_a_file_ends_its_header(name, told):
    assert file(b"", JSON, name)["Content-Disposition"] == f"attachment; {told}"


def test_only_that_function_names_the_header():
    naming = {path.name for path in SOURCE.rglob("*.py") if "Content-Disposition" in path.read_text()}

    assert naming == {"pages.py"}
