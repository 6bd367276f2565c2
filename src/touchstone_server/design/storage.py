# SPDX-License-Identifier: Apache-2.0
"""Static files under addresses that name their content, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


@cache
def content_mark(name: str) -> str:
    """Return a short digest of a static file, empty when there is none."""
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12] if isinstance(found, str) else ""


class DigestStorage(StaticFilesStorage):
    """Adds ``?v=DIGEST`` to each address; nothing has to be collected or built before the first start."""

    def url(self, name: str | None) -> str:
        """Return the address of a static file, with the mark of its content."""
        mark = content_mark(name) if name else ""
        return f"{super().url(name)}?v={mark}" if mark else super().url(name)
