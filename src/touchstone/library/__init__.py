# SPDX-License-Identifier: Apache-2.0
"""The documents shipped with the package.

Facts stand in ``real/``, made-up documents in ``illustrative/``, people to try them on in ``demo/``, and the words that all of them are
written in, in ``termbase.yaml``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from touchstone.standards.folder import Loaded, load_folder, read_bytes, read_value
from touchstone.standards.termbase import Termbase

LIBRARY = Path(__file__).parent
DEMO = LIBRARY / "demo"
TERMBASE = LIBRARY / "termbase.yaml"


@cache
def load_library() -> tuple[Loaded, ...]:
    """Return all shipped documents, real ones first; each still says itself whether it claims to be official."""
    return load_folder(LIBRARY / "real") + load_folder(LIBRARY / "illustrative")


@cache
def load_termbase() -> Termbase:
    """Return the terms of the trade and of recognition, with the labels that no shipped text may hold."""
    return read_value(read_bytes(TERMBASE), str(TERMBASE), Termbase)[0]
