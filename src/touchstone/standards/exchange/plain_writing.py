# SPDX-License-Identifier: Apache-2.0
"""Values of any kind as the files that the loader reads: YAML to be edited, JSON in normal form to be sent."""

from __future__ import annotations

from typing import Any

import msgspec

from touchstone.standards.envelope import Document
from touchstone.value import Value


def write_json(value: Value) -> bytes:
    """Return a document, or a personal value such as a receipt, as indented JSON in normal form, its fields in their canonical order."""
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2) + b"\n"


def write_yaml_document(document: Document) -> bytes:
    """Return a document as YAML, its fields in the order in which people read them."""
    import yaml  # takes as long to import as all of the core

    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    text: str = yaml.dump(plain, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=120)
    return text.encode()
