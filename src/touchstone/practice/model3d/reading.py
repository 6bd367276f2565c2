# SPDX-License-Identifier: Apache-2.0
"""Which reader takes a file: what the bytes say counts, not the name."""

from __future__ import annotations

from touchstone.errors import ModelError
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.model3d.mesh import Source
from touchstone.practice.model3d.obj import looks_like_obj, read_obj
from touchstone.practice.model3d.stl import is_binary, looks_like_ascii, read_ascii, read_binary
from touchstone.practice.model3d.threemf import read_3mf

_OTHERS = {
    b"ply": "PLY",
    b"ISO-10303-21": "STEP",
    b"glTF": "glTF",
    b"OFF": "OFF",
    b"AC10": "DWG",
    b"3D Geometry File Format": "Rhino 3DM",
}


def read_model(content: bytes, limits: Limits) -> Source:
    """Return the triangles of an STL, 3MF or OBJ file.

    :raises ModelError: when it is none of them, is damaged, or is beyond a bound; its code names which.
    """
    if len(content) > limits.bytes:
        raise ModelError("file_too_large", "the file is too large", expected=f"at most {limits.bytes} bytes")
    if not content:
        raise ModelError("empty", "the file is empty")
    if content.startswith(b"PK"):
        return read_3mf(content, limits)
    if is_binary(content):
        return read_binary(content, limits)
    for start, name in _OTHERS.items():
        if content[:40].lstrip().startswith(start):
            raise ModelError("format_unknown", f"{name} files are not read", hint="Export an STL, 3MF or OBJ.")
    if looks_like_ascii(content):
        return read_ascii(content, limits)
    if looks_like_obj(content):
        return read_obj(content, limits)
    return read_binary(content, limits)  # says what is wrong with it
