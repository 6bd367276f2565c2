# SPDX-License-Identifier: Apache-2.0
"""Where the published test vectors are: in ``TOUCHSTONE_VECTORS``, or in ``../shared/vectors`` beside the repository."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

WHERE = "TOUCHSTONE_VECTORS names no folder of vectors; README, section 'Test vectors', says where to get them"


@cache
def folder() -> Path | None:
    """The folder of all vectors, if it is there."""
    told = os.environ.get("TOUCHSTONE_VECTORS")
    place = Path(told) if told else Path(__file__).resolve().parents[2] / "shared" / "vectors"
    return place if place.is_dir() else None


def vectors(*parts: str) -> Path:
    """Return a file or folder among the vectors, or skip the test."""
    place = folder()
    if place is None or not place.joinpath(*parts).exists():
        pytest.skip(WHERE)
    return place.joinpath(*parts)


def vector_text(*parts: str) -> str:
    """Return a vector's text as it is, without one line feed at its end that an editor left."""
    return vectors(*parts).read_text("utf-8")


def vector_json(*parts: str) -> Any:
    """Return a vector that is JSON."""
    return json.loads(vector_text(*parts))
