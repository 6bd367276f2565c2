"""What is fuzzed: every reader of practice evidence, with sound files to begin with and the words of its format."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import NamedTuple

from tests.touchstone.practice.marking import sheets
from tests.touchstone.practice.pieces import ascii_stl, box, obj, stl, threemf
from touchstone.errors import InputError
from touchstone.practice.marking.reading import read_marking_sheet
from touchstone.practice.marking.reading import template as marking_template
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.model3d.mesh import mesh_of
from touchstone.practice.model3d.reading import read_model
from touchstone.practice.plating.bath_sheet import PlatingBrief
from touchstone.practice.plating.evaluating import evaluate
from touchstone.practice.plating.template import template

SMALL = Limits(triangles=1_000, inflated=1_000_000)
NUMBERS = (
    b"nan",
    b"inf",
    b"-1",
    b"0",
    b"1e999",
    b"1e-320",
    b"4294967295",
    b"18446744073709551616",
    b"0.1",
    b"\xd9\xa3",
)
XML = (
    b"<vertex ", b"<triangle ", b"<component ", b"<object ", b"<item ", b"/>", b">", b"<", b'"', b"&amp;", b"<!DOCTYPE x>", b"<![CDATA[",
    b'unit="inch"', b'transform="0 0 0 0 0 0 0 0 0 0 0 0"', b'objectid="1"', b'id="1"', b"<components>", b"<!--", b'xmlns="x"', *NUMBERS,
)  # fmt: skip
SHEET = (
    b": ",
    b"- ",
    b"{",
    b"}",
    b"[",
    b"]",
    b"&a ",
    b"*a",
    b"!!python",
    b"|\n",
    b"=1+1",
    b" \xc2\xb1 ",
    b"\t",
    b"2026-02-30",
    b"null",
    *NUMBERS,
)


class Target(NamedTuple):
    """A reader under test.

    :ivar read: takes any bytes; whatever it raises but an InputError is a crash.
    :ivar packed: whether a sound file is a zip, whose parts are changed and packed again.
    """

    name: str
    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]
    packed: bool = False


def _model(content: bytes) -> None:
    mesh_of(read_model(content, SMALL))


def _bath(content: bytes) -> None:
    evaluate(content, PlatingBrief(), limits=Limits())


def _marks(name: str) -> Callable[[bytes], object]:
    return lambda content: read_marking_sheet(content, name)


NOT_FINITE = (b"\x00\x00\xc0\x7f", b"\x00\x00\x80\x7f", b"\xff\xff\xff\xff", b"solid")
FACET = (b"facet normal", b"outer loop", b"vertex", b"endloop", b"endsolid", b"solid", *NUMBERS)
FACES = (b"\nv ", b"\nf ", b"\nvn ", b"/", b"//", b"\\\n", b"#", b"\no ", *NUMBERS)
CELLS = (b"<c r=", b"<row ", b"<v>", b"<f>", b't="s"', b"<is>", *XML)
TARGETS = {
    target.name: target
    for target in (
        Target("stl-binary", _model, (stl(box()), stl(box())[:-50]), NOT_FINITE),
        Target("stl-ascii", _model, (ascii_stl(box()),), FACET),
        Target("obj", _model, (obj(box()),), FACES),
        Target("3mf", _model, (threemf(box()),), XML, packed=True),
        Target("bath-yaml", _bath, (template("t.yaml"),), SHEET),
        Target("bath-csv", _bath, (template("t.csv"),), (b",", b'"', b"\r\n", *SHEET)),
        Target("bath-xlsx", _bath, (template("t.xlsx"),), CELLS, packed=True),
        Target("marks-yaml", _marks("t.yaml"), (sheets.TEXT.encode(),), SHEET),
        Target("marks-xlsx", _marks("t.xlsx"), (marking_template("t.xlsx"),), CELLS, packed=True),
    )
}
REFUSED = InputError


def parts_of(content: bytes) -> dict[str, bytes] | None:
    """Return the parts of a zip, or None where it is none any more."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {each.filename: archive.read(each) for each in archive.infolist() if each.file_size < 1_000_000}
    except Exception:
        return None


def packed_of(parts: dict[str, bytes]) -> bytes:
    """Pack parts again; the same parts, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
