# SPDX-License-Identifier: Apache-2.0
"""A context that stands in a document itself counts only where it was pinned, word for word."""

from __future__ import annotations

import pytest

from touchstone.credentials.canonical import DEFAULT, canonical_nquads
from touchstone.credentials.canonical.contexts import CREDENTIALS_V2, PinnedContext
from touchstone.errors import CredentialError

OWN = {"TradeTest": "https://example.org/#TradeTest"}


def badge(*contexts):
    return {
        "@context": [CREDENTIALS_V2, *contexts],
        "type": ["VerifiableCredential", "TradeTest"],
        "credentialSubject": {"id": "did:example:learner"},
    }


def refused(document, contexts):
    with pytest.raises(CredentialError) as caught:
        canonical_nquads(document, contexts)
    return caught.value.code


def test_a_pinned_inline_context_defines_its_terms():
    assert "<https://example.org/#TradeTest>" in canonical_nquads(badge(OWN), DEFAULT.including(inline=[OWN]))


@pytest.mark.parametrize(
    "other",
    [
        {"TradeTest": "https://example.org/#AnotherTest"},
        {**OWN, "name": "https://example.org/#name"},
        {"@vocab": "https://example.org/#"},
        {},
    ],
)
def test_an_inline_context_that_differs_by_anything_is_refused(other):
    assert refused(badge(other), DEFAULT.including(inline=[OWN])) == "context_inline"


def test_a_shape_that_is_known_does_not_let_another_inline_context_pass():
    contexts = DEFAULT.including(inline=[OWN])
    canonical_nquads(badge(OWN), contexts)
    another = {"TradeTest": "https://example.org/#TradeTexts"}  # same keys, same skeleton: another word alone

    assert refused(badge(another), contexts) == "context_inline"


def test_two_pinned_inline_contexts_of_one_shape_are_told_apart():
    another = {"TradeTest": "https://example.org/#Another"}
    contexts = DEFAULT.including(inline=[OWN, another])

    assert ["#Another" in canonical_nquads(badge(each), contexts) for each in (OWN, another, OWN)] == [
        False,
        True,
        False,
    ]


def test_a_set_without_inline_contexts_refuses_them_all():
    assert refused(badge(OWN), DEFAULT) == "context_inline"


def test_a_pinned_inline_context_cannot_give_a_protected_term_another_meaning():
    redefining = {"VerifiableCredential": "https://example.org/#Other", **OWN}

    assert refused(badge(redefining), DEFAULT.including(inline=[redefining])) == "context_conflict"


def test_the_bytes_of_a_context_are_at_hand_and_those_of_others_are_not():
    further = PinnedContext.of("https://example.org/context", b'{"@context": {}}')
    contexts = DEFAULT.including(further)

    assert contexts.content(further.url) == further.content
    assert contexts.content("https://example.org/another") is None
    assert b"@context" in (contexts.content(CREDENTIALS_V2) or b"")
