# SPDX-License-Identifier: Apache-2.0
"""Private keys as the vectors write them: multikeys ``z3u2…``. The platform neither reads nor writes any."""

from __future__ import annotations

from touchstone.credentials.multikey import multibase_decode, multibase_encode

HEADER = bytes((0x80, 0x26))


def private_multikey_of(seed):
    return multibase_encode(HEADER + seed)


def seed_of(private_multikey):
    decoded = multibase_decode(private_multikey)
    assert decoded[:2] == HEADER
    return decoded[2:]
