# SPDX-License-Identifier: Apache-2.0
"""The fast canonical JSON has the bytes of the reference, whatever it is given."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from tests.vectors import vector_json, vector_text
from touchstone.credentials.canonical import jcs
from touchstone.errors import CredentialError

characters = st.text(st.characters(exclude_categories=["Cs"])) | st.text(
    st.sampled_from('aA\u007f\ud7ff\ue000\ufb33\uffff\U0001f600\U0010ffff"\\\b\f\n\r\t\x00\x1f/é鑲'), max_size=4
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | characters,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(characters, inner, max_size=5),
    max_leaves=25,
)


@given(values)
@example({"\ue000": 1, "\U0001f600": 2})
@example({"a": {"\ufb33": [], "\U0001f600": {}}, "b": "，"})
@example([-0.0, 1e21, 1e-7, 0.1, 5.0, True, None])
def test_the_bytes_are_those_of_the_reference(value):
    assert jcs.canonicalise(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value", [2**53, [-(2**53)], float("nan"), {"a": float("inf")}, "\ud800", {"\ud800": 1}, {1: 2}, [b"x"], {1, 2}]
)
def test_what_json_cannot_carry_is_refused(value):
    with pytest.raises(CredentialError) as refused:
        jcs.canonicalise(value)

    assert refused.value.code == "not_canonicalisable"


@pytest.mark.parametrize("name", ["DocJCS", "ProofJCS"])
def test_the_published_vectors_are_met(name):
    unsecured = vector_json(
        "vc-di-eddsa", "eddsa-jcs-2022", "signedJCS.json" if name == "DocJCS" else "proofConfigJCS.json"
    )
    unsecured.pop("proof", None)
    published = vector_text(
        "vc-di-eddsa", "eddsa-jcs-2022", "canonDocJCS.txt" if name == "DocJCS" else "proofCanonJCS.txt"
    )

    assert jcs.canonicalise(unsecured).decode() == published
