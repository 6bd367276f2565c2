# SPDX-License-Identifier: Apache-2.0
"""The short way of the strict reader: taken only where the long way would come to the same."""

from __future__ import annotations

import contextlib
import json

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.credentials.canonical.badge import badge
from touchstone.credentials.canonical import jcs, strict_json
from touchstone.errors import CredentialError

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def read(loads, content):
    """What comes out, told apart by type and by sign of zero; or the code of a refusal."""
    try:
        return repr(loads(content))
    except CredentialError as error:
        return error.code


def the_long_way(content):
    return strict_json._slowly(content.decode())


@given(values)
def test_both_ways_read_the_same(value):
    content = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="surrogatepass")

    assert read(strict_json.loads, content) == read(the_long_way, content)


@given(
    st.lists(
        st.sampled_from(
            [
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                '"a"',
                '"b"',
                "1",
                "-0",
                "1.0",
                "1e5",
                "9007199254740993",
                "true",
                '"\\ud800"',
            ]
        ),
        max_size=12,
    )
)
def test_both_ways_refuse_the_same(tokens):
    content = "".join(tokens).encode()
    short = strict_json._as_written(content)

    assert short is None or repr(short) == read(the_long_way, content)


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":1,"a":1}',
        b"[9007199254740993]",
        b"[1e400]",
        b"[-0]",
        b'["\\ud800"]',
        b"[NaN]",
        b"\xef\xbb\xbf[]",
        b'["\xff"]',
        b"[" * 33 + b"]" * 33,
    ],
)
def test_what_is_in_doubt_does_not_go_the_short_way(content):
    assert strict_json._as_written(content) is None


def test_what_a_plain_writer_wrote_goes_the_short_way():
    document = {"名": ["一", 1, -2, None, True], "é\n": {"x": "\u0000"}}

    for each in (document, badge()):
        assert strict_json._as_written(orjson.dumps(each)) == each
        assert strict_json.read(orjson.dumps(each)) == (each, True)


def test_a_document_too_deep_by_one_goes_the_long_way_wherever_it_is_deep():
    deepest = b'[{"a":"]"},' * 30 + b"[0]" + b"]" * 30

    assert strict_json._as_written(deepest)
    assert strict_json._as_written(deepest.replace(b"0", b"[0]")) is None


@given(values)
def test_only_whole_numbers_are_called_so(value):
    content = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="surrogatepass")
    with contextlib.suppress(CredentialError):
        decoded = strict_json.read(content)

        assert jcs.has_plain_numbers(decoded.value) or not decoded.whole_numbers
        assert jcs.canonicalise(decoded.value, whole_numbers=decoded.whole_numbers) == rfc8785.dumps(decoded.value)


@pytest.mark.parametrize("number", [b"1.0", b"1e5", b"-0.5", b"-0"])
def test_a_number_that_is_written_otherwise_is_not_called_whole(number):
    assert not strict_json.read(b'{"a":[' + number + b"]}").whole_numbers
    assert not strict_json.read(number).whole_numbers
