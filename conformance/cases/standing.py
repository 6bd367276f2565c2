# SPDX-License-Identifier: Apache-2.0
"""Standing: the lowest of all documents that a decision consulted, and no other document's."""

from __future__ import annotations

from dataclasses import replace

from conformance.cases import Case, case

from tests.touchstone.small_world import ASKS_T1, S1_IS_T1, agreement, credential, qualification, unit

HELD = [credential("S1")]
WORLD = [ASKS_T1, S1_IS_T1, agreement()]
UNRELATED = qualification(unit("T4"), identifier="unrelated")


def claimed(
    name: str, title: str, standing: str, *not_official: str, given: tuple[dict[str, object], ...] = ()
) -> Case:
    """A world in which every document claims to be official, but some."""
    shaped = case(name, title, HELD, [*WORLD, *given], {"outcome": "FULL", "standing": standing})
    documents = [each if each["id"] in not_official else {**each, "official": True} for each in shaped.documents]
    return replace(shaped, points=(), documents=documents)


CASES = [
    claimed("standing claimed", "A claim alone makes no document official: without a proof it is unverified.", "unverified"),
    claimed("standing agreement", "One consulted document that is not claimed official is enough: illustrative.", "illustrative",
            "agreement"),
    claimed("standing crosswalk", "So it is with a crosswalk.", "illustrative", "crosswalk"),
    claimed("standing target", "And with the target.", "illustrative", "target"),
    claimed("standing not-consulted", "A document that was not consulted lowers nothing.", "unverified", "unrelated",
            given=(UNRELATED,)),
]  # fmt: skip
