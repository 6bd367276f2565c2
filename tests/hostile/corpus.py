# SPDX-License-Identifier: Apache-2.0
"""All attacks."""

from __future__ import annotations

from tests.hostile import files, meaning, presented, proofs, public_documents, status, text_and_size

VECTORS = [
    each
    for part in (text_and_size, meaning, proofs, status, presented, public_documents, files)
    for each in part.VECTORS
]
MOST_MILLISECONDS, MOST_MEBIBYTES = 250, 64
