# SPDX-License-Identifier: Apache-2.0
"""Text-first reading of YAML and JSON into :mod:`touchstone.standards.tree`."""

from __future__ import annotations

from touchstone.errors import DocumentError
from touchstone.standards.json_tokens import read_tokens
from touchstone.standards.tree import Reading

MAX_BYTES = 8 * 1024 * 1024


def decode_text(content: bytes) -> str:
    """Return the text of a file; it must be UTF-8 (a byte order mark is dropped) and at most 8 MiB."""
    if len(content) > MAX_BYTES:
        raise DocumentError("the file is too large", expected=f"at most {MAX_BYTES} bytes", found=len(content))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DocumentError("the file is not UTF-8 text", line=line, hint="Save it as UTF-8.") from None


def read_json(text: str) -> Reading:
    """Read JSON as texts. Duplicate keys, null, NaN and deep nesting are refused."""
    return read_tokens(text)


def read_yaml(text: str) -> Reading:
    """Read one YAML document as texts. Duplicate keys, anchors, tags, empty values and deep nesting are refused."""
    from touchstone.standards.yaml_events import read_events  # PyYAML takes as long to import as all of the core

    return read_events(text)
