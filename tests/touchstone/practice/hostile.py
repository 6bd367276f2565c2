"""Files that are meant to break a reader, each with the code that it must be refused by."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np

from tests.touchstone.practice.pieces import ascii_stl, box, mesh_xml, model_xml, obj, package, stl

CUBE = box()
OBJECT = f'<object id="1" type="model">{mesh_xml(CUBE)}</object>'
ITEM = '<item objectid="1"/>'


def with_count(count: int) -> bytes:
    whole = stl(CUBE)
    return whole[:80] + struct.pack("<I", count) + whole[84:]


def with_coordinate(value: float) -> bytes:
    triangles = CUBE.copy()
    triangles[3, 1, 2] = value
    return stl(triangles)


def nested(levels: int, each: int) -> bytes:
    objects = [OBJECT]
    for level in range(2, levels + 2):
        parts = "".join(f'<component objectid="{level - 1}"/>' for _ in range(each))
        objects.append(f'<object id="{level}"><components>{parts}</components></object>')
    return package(model_xml("".join(objects), f'<item objectid="{levels + 1}"/>'))


def components(text: str) -> bytes:
    return package(model_xml(OBJECT + text, '<item objectid="2"/>'))


def changed(old: bytes, new: bytes, text: bytes) -> bytes:
    assert old in text
    return text.replace(old, new, 1)


def two_of_a_name() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("3D/3dmodel.model", model_xml(OBJECT, ITEM))
        archive.writestr("3d/3DMODEL.model", model_xml(OBJECT, ITEM))
    return out.getvalue()


def encrypted() -> bytes:
    whole = bytearray(package(model_xml(OBJECT, ITEM)))
    for start, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = whole.find(start)
        while place >= 0:
            whole[place + at] |= 1
            place = whole.find(start, place + 4)
    return bytes(whole)


DTD = '<!DOCTYPE model [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE model [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
ONE = ascii_stl(CUBE)
PLAIN = obj(CUBE)

FILES: dict[str, tuple[str, bytes]] = {
    "an empty file": ("empty", b""),
    "a few bytes": ("format_unknown", b"abc"),
    "a sentence": ("format_unknown", b"kind: ModelBrief\ncriteria: []\n" * 20),
    "random bytes": ("format_unknown", np.random.default_rng(7).bytes(3000)),
    "a picture": ("format_unknown", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + np.random.default_rng(8).bytes(900)),
    "an STL of no triangle": ("empty", stl(np.empty((0, 3, 3)))),
    "an STL that claims four thousand million triangles": ("truncated", with_count(4_294_967_295)),
    "an STL that claims forty million triangles": ("truncated", with_count(40_000_000)),
    "an STL that claims fewer triangles than it holds": ("count_lies", with_count(3)),
    "an STL cut by thirty bytes": ("truncated", stl(CUBE)[:-30]),
    "an STL of which the head alone is left": ("truncated", stl(CUBE)[:90]),
    "an STL with NaN": ("not_finite", with_coordinate(float("nan"))),
    "an STL with infinity": ("not_finite", with_coordinate(float("inf"))),
    "an STL with a coordinate beyond a kilometre": ("too_far", with_coordinate(1e30)),
    "an STL of points only": ("empty", stl(np.ones((4, 3, 3)))),
    "an ASCII STL cut within a facet": ("truncated", ONE[: len(ONE) // 2]),
    "an ASCII STL with nan": ("not_finite", changed(b"4.0", b"nan", ONE)),
    "an ASCII STL with 1e999": ("not_finite", changed(b"4.0", b"1e999", ONE)),
    "an ASCII STL with four corners": ("syntax", changed(b"endloop", b"vertex 0 0 0\nendloop", ONE)),
    "an ASCII STL with a word for a number": ("syntax", changed(b"4.0", b"four", ONE)),
    "an ASCII STL with a very long number": ("syntax", changed(b"4.0", b"4" * 100_000, ONE)),
    "an OBJ with an index beyond all": ("index", changed(b"f 1//", b"f 999999999//", PLAIN)),
    "an OBJ with the index 0": ("index", changed(b"f 1//", b"f 0//", PLAIN)),
    "an OBJ with an index before the first": ("index", changed(b"f 1//", b"f -99//", PLAIN)),
    "an OBJ with a vertex of two coordinates": ("syntax", changed(b"\nv ", b"\nv 1 2\nv ", PLAIN)),
    "an OBJ with infinity": ("not_finite", changed(b"v 0.0", b"v inf", PLAIN)),
    "a PLY of four thousand million vertices": (
        "format_unknown",
        b"ply\nformat ascii 1.0\nelement vertex 4000000000\n" + b" " * 99,
    ),
    "a 3MF that is no archive": ("archive_damaged", b"PK\x03\x04" + b"\0" * 200),
    "a 3MF cut in half": ("archive_damaged", package(model_xml(OBJECT, ITEM))[:400]),
    "a 3MF of two gigabytes of spaces, packed": ("archive_bomb", package(b" " * 30_000_000)),
    "a 3MF of too many vertices, packed": ("archive_bomb", package(b'<vertex x="0" y="0" z="0"/>' * 1_000_000)),
    "a 3MF that declares entities": ("dtd", package(model_xml(OBJECT, ITEM, before=DTD))),
    "a 3MF that reads a file": ("dtd", package(model_xml(OBJECT, ITEM, before=XXE))),
    "a 3MF whose components multiply to ten thousand million": ("component_depth", nested(10, 10)),
    "a 3MF whose components multiply within the depth": ("too_many_instances", nested(7, 10)),
    "a 3MF object that contains itself": (
        "component_cycle",
        components('<object id="2"><components><component objectid="2"/></components></object>'),
    ),
    "two 3MF objects that contain each other": (
        "component_cycle",
        components(
            '<object id="2"><components><component objectid="3"/></components></object>'
            '<object id="3"><components><component objectid="2"/></components></object>'
        ),
    ),
    "a 3MF that places what is not there": ("component_missing", package(model_xml(OBJECT, '<item objectid="7"/>'))),
    "a 3MF with a triangle of missing vertices": (
        "index",
        package(model_xml(OBJECT.replace('v1="0"', 'v1="99"', 1), ITEM)),
    ),
    "a 3MF with NaN": ("not_finite", package(model_xml(OBJECT.replace('x="0.0"', 'x="nan"', 1), ITEM))),
    "a 3MF in an unknown unit": ("unit", package(model_xml(OBJECT, ITEM, unit="parsec"))),
    "a 3MF that flattens its object": (
        "transform",
        package(model_xml(OBJECT, '<item objectid="1" transform="1 0 0 0 1 0 0 0 0 0 0 0"/>')),
    ),
    "a 3MF nested too deeply": ("xml_depth", package("<a>" * 200 + "</a>" * 200)),
    "a 3MF with a part outside its folder": (
        "archive_unsafe",
        package(model_xml(OBJECT, ITEM), more=[("../evil", b"")]),
    ),
    "a 3MF with two parts of one name": ("archive_unsafe", two_of_a_name()),
    "a 3MF that is encrypted": ("archive_encrypted", encrypted()),
    "a 3MF whose model is missing": ("part_missing", package("", target="/3D/other.model")),
    "a 3MF that is not closed": ("xml", package(model_xml(OBJECT, ITEM)[:-10])),
}
