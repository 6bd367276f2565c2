# SPDX-License-Identifier: Apache-2.0
"""The documents shipped with the package: facts in ``real/``, made-up ones in ``illustrative/``, and people to try them on in ``demo/``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from touchstone.standards.folder import Loaded, load_folder

LIBRARY = Path(__file__).parent
DEMO = LIBRARY / "demo"


@cache
def load_library() -> tuple[Loaded, ...]:
    """Return all shipped documents, real ones first; each still says itself whether it claims to be official."""
    return load_folder(LIBRARY / "real") + load_folder(LIBRARY / "illustrative")
