# SPDX-License-Identifier: Apache-2.0
"""JSON that two readers could understand differently is refused, fast and by name."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.credentials.canonical.badge import badge
from touchstone.credentials.canonical.strict_json import MAX_BYTES, MAX_DEPTH, check_values, keys_in, loads
from touchstone.errors import CredentialError

MIB = 1 << 20
DEEP = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH

REFUSED = {
    "duplicate key": (b'{"a": 1, "a": 1}', "duplicate_key"),
    "duplicate key below": (b'{"x": [{"a": 1, "b": 2, "a": 3}]}', "duplicate_key"),
    "duplicate key, one escaped": (b'{"a": 1, "\\u0061": 2}', "duplicate_key"),
    "duplicate empty key": (b'{"": 1, "": 2}', "duplicate_key"),
    "too deep": (b"[" + DEEP + b"]", "too_deep"),
    "too deep, mixed": (b'{"a":[' * 17 + b"]}" * 17, "too_deep"),
    "not UTF-8": (b'{"a": "\xff"}', "not_utf8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "not_utf8"),
    "overlong": (b'{"a": "\xc0\xaf"}', "not_utf8"),
    "a surrogate in UTF-8": (b'{"a": "\xed\xa0\x80"}', "not_utf8"),
    "byte order mark": (b'\xef\xbb\xbf{"a": 1}', "bom"),
    "lone surrogate": (b'{"a": "\\ud83d"}', "lone_surrogate"),
    "lone low surrogate": (b'["\\uDE00x"]', "lone_surrogate"),
    "lone surrogate in a key": (b'{"\\ud83d": 1}', "lone_surrogate"),
    "surrogates in the wrong order": (b'["\\ude00\\ud83d"]', "lone_surrogate"),
    "NaN": (b"[NaN]", "not_finite"),
    "Infinity": (b"[-Infinity]", "not_finite"),
    "1e999": (b"[1e999]", "not_finite"),
    "2^53": (b"[9007199254740992]", "integer_too_large"),
    "-2^53": (b"[-9007199254740992]", "integer_too_large"),
    "an endless integer": (b"1" * 100_000, "integer_too_large"),
    "empty": (b"", "empty"),
    "blank": (b" \n ", "empty"),
    "not JSON": (b"{'a': 1}", "json_invalid"),
    "trailing comma": (b"[1,]", "json_invalid"),
    "two documents": (b"{} {}", "json_invalid"),
    "comment": (b"[1] // x", "json_invalid"),
    "leading zero": (b"[01]", "json_invalid"),
    "control character": (b'["a\nb"]', "json_invalid"),
    "unknown escape": (b'["\\x"]', "json_invalid"),
    "unfinished string": (b'["a', "json_invalid"),
    "unfinished escape": (b'["a\\', "json_invalid"),
    "no-break space outside": ("[\u00a01]".encode(), "json_invalid"),
    "too many parts": (b"[" + b"[]," * 70_000 + b"0]", "too_large"),
    "too large": (b" " * (MAX_BYTES + 1), "too_large"),
}
HOSTILE = {
    "brackets": b"[" * MIB,
    "few brackets": b"[" * 100_000,
    "objects in objects": b'{"a":' * (MIB // 5),
    "as many parts as are allowed": b"[" + b"[]," * 65_000 + b"0]",
    "pairs of brackets": b"[" + b"[]," * (MIB // 3 - 2) + b"[]]",
    "objects": b"[" + b'{"a":0},' * (MIB // 8 - 2) + b"0]",
    "quotation marks": b'"' * MIB,
    "escaped quotation marks": b'"' + b'\\"' * (MIB // 2 - 1),
    "backslashes": b'"' + b"\\" * (MIB - 1),
    "strings": b"[" + b'"",' * (MIB // 3 - 2) + b"0]",
    "digits": b"1" * MIB,
    "digits after the point": b"0." + b"1" * (MIB - 2),
    "exponent": b"1e" + b"1" * (MIB - 2),
    "one long string": b'"' + b"a" * (MIB - 2) + b'"',
    "escapes": b'"' + b"\\u0041" * (MIB // 6 - 1) + b'"',
    "keys": b"{" + b",".join(b'"%d":0' % number for number in range(90_000)) + b"}",
    "one key many times": b"{" + b'"a":0,' * (MIB // 6 - 2) + b'"a":0}',
    "blanks": b" " * MIB,
    "closing brackets": b"]" * MIB,
    "deep and wide, of the size of a badge's": b"[" * 250 + b"1," * 32_000 + b"1" + b"]" * 250,
    "numbers": b"[" + b"1.5," * (MIB // 4 - 2) + b"1]",
}


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_what_could_be_read_in_two_ways_is_refused(content, code):
    with pytest.raises(CredentialError) as refused:
        loads(content)

    assert refused.value.code == code
    str(refused.value).encode()


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_megabyte_is_settled_at_once(content):
    assert len(content) <= MIB
    taken = []

    for _ in range(2):  # on a busy machine once is no measure
        started = time.process_time()
        with suppress(CredentialError):
            loads(content)
        taken.append(time.process_time() - started)

    assert min(taken) < 0.25


def test_hostile_megabytes_take_little_memory():
    code = (
        "import resource\n"
        "from tests.touchstone.credentials.canonical.test_strict_json import HOSTILE, loads, CredentialError\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for content in HOSTILE.values():\n"
        "    try: loads(content)\n"
        "    except CredentialError: pass\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)\n"
    )
    root = Path(__file__).resolve().parents[4]

    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={"PYTHONPATH": f"{root / 'src'}:{root}"},
    )

    assert float(told.stdout) < 64


def test_the_deepest_and_the_largest_that_are_allowed_are_read():
    assert loads(DEEP) == json.loads(DEEP)
    assert loads(b"[9007199254740991, -9007199254740991, 1.5e300, 0.12345678901234567890]") == [
        2**53 - 1, -(2**53) + 1, 1.5e300, 0.12345678901234568
    ]  # fmt: skip
    assert loads(b'"\\ud83d\\ude00 \\\\ud83d"') == "😀 \\ud83d"


words = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)


@given(plain, st.booleans(), st.sampled_from([None, 1]))
def test_all_else_is_read_as_python_reads_it(value, ascii, indent):
    content = json.dumps(value, ensure_ascii=ascii, indent=indent).encode("utf-8")

    assert loads(content) == json.loads(content)


def test_a_badge_is_read():
    assert loads(json.dumps(badge()).encode()) == badge()


@pytest.mark.parametrize("value", [[0] * 10, {str(key): [] for key in range(10)}, {"a": [1, {"b": 2, "c": [3] * 5}]}])
def test_members_and_items_are_counted_over_all_levels(value):
    most = keys_in(value) + sum(len(each) for each in lists_in(value))
    check_values(value, most + 1)  # the document itself is a value, too

    with pytest.raises(CredentialError) as refused:
        check_values(value, most)

    assert refused.value.code == "too_large"


def lists_in(value):
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*([value] if isinstance(value, list) else []), *(found for each in below for found in lists_in(each))]
