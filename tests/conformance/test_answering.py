# SPDX-License-Identifier: Apache-2.0
"""The engine's side of the protocol: one sentence for anything that cannot be used, and one digest for one content."""

from __future__ import annotations

import json

import pytest

from tests.touchstone.small_world import agreement, referencing
from touchstone.conformance.answering import answer


def digests(*documents):
    """The digests of some documents, as they come through JSON."""
    return answer(json.dumps({"ask": "digests", "documents": documents}).encode())["digests"]["documents"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"[]", "the question has no fields"),
        (b"", "the file is empty"),
        (b'{"documents": {}}', "documents: the documents are not a list"),
        (b'{"documents": ["x"]}', "documents[0]: the kind of document is unknown"),
        (b'{"documents": [], "documents": []}', "stands twice"),
        (b'{"documents": [{"kind": "LevelScale", "id": null}]}', "documents[0].id: the field is null"),
        (b'{"documents": [], "request": {"from": "GD", "extra": 1}}', "request.extra: the field is unknown"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(line, told):
    assert told in answer(line)["error"]


@pytest.mark.parametrize(
    ("absent", "stated"),
    [
        (agreement(), agreement(applies_by="decision_date")),
        (agreement(), agreement(max_hops=1, accept_close=False, reuse_allowed=False)),
        (referencing(["1", "1"]), referencing(["1", "1"], policy="none")),
        (agreement(direct=[{"holds": "q", "grants": ["T1"]}]),
         agreement(direct=[{"holds": "q", "grants": ["T1"], "effect": "certificate"}])),
    ],
)  # fmt: skip
def test_a_field_that_says_what_its_absence_says_changes_no_digest(absent, stated):
    """A text that equals a default is left out even when it was read from a file, and is not the very same object."""
    one, other = digests({name: item for name, item in absent.items() if name != "policy"}, stated)

    assert one == other
