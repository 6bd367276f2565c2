# SPDX-License-Identifier: Apache-2.0
"""What a verifier imports is small: no web, no numbers library, no terminal, no network, no database."""

from __future__ import annotations

import subprocess
import sys

import pytest

import touchstone.recognition
import touchstone.standards

FORBIDDEN = (
    "django",
    "numpy",
    "rich",
    "typer",
    "click",
    "sqlite3",
    "asyncio",
    "http.client",
    "urllib.request",
    "requests",
)


def imported_by(module):
    """The names of all modules that a fresh interpreter has loaded after importing ``module``."""
    code = f"import sys; before = set(sys.modules); import {module}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("module", ["touchstone.recognition", "touchstone.standards"])
def test_the_core_pulls_in_nothing_that_a_verifier_does_not_need(module):
    loaded = imported_by(module)

    assert module in loaded
    assert [name for name in loaded if any(name == no or name.startswith(f"{no}.") for no in FORBIDDEN)] == []


@pytest.mark.parametrize("package", [touchstone.recognition, touchstone.standards])
def test_every_public_name_is_there(package):
    assert sorted(package.__all__, key=str.lower)
    assert [name for name in package.__all__ if not hasattr(package, name)] == []
