# SPDX-License-Identifier: Apache-2.0
"""Shapes as an attacker could choose them, to fill a cache with."""

from __future__ import annotations

import random
import resource

from touchstone.credentials.canonical import DEFAULT, canonical_bytes
from touchstone.credentials.canonical.contexts import CREDENTIALS_V2, ContextSet


def flood(count: int) -> float:
    """Show so many shapes; return by how many MiB memory grew."""
    contexts = ContextSet([*DEFAULT._pinned.values()])
    chooser = random.Random(1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(count):
        extra = {f"https://a.example/{number}": chooser.choice([number, "x", [1] * (number % 7), {"id": "urn:x:1"}])}
        types = ["VerifiableCredential", f"https://a.example/T{number % 97}"]
        canonical_bytes({"@context": CREDENTIALS_V2, "type": types, "name": f"n {number}", **extra}, contexts)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
