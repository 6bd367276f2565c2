"""What fuzzing has found so far is read, or refused, as before: `python -m tests.fuzz` finds more."""

from __future__ import annotations

import contextlib

import pytest

from tests.fuzz.__main__ import corpus_of
from tests.fuzz.fuzzing import fuzz, watched
from tests.fuzz.targets import REFUSED, TARGETS, Target


@pytest.mark.parametrize("name", TARGETS)
def test_every_input_of_the_corpus_is_read_or_refused_and_nothing_else(name):
    corpus = corpus_of(name)

    assert corpus
    for content in corpus:
        with contextlib.suppress(REFUSED):
            TARGETS[name].read(content)


@pytest.mark.soak
@pytest.mark.parametrize("name", TARGETS)
def test_five_minutes_of_fuzzing_crash_no_reader(name):
    found = fuzz(TARGETS[name], 300, seed=20261124, corpus=corpus_of(name))

    print(f"fuzzing {name}: {found.runs:,} inputs in 300 CPU s, {found.steps:,} steps reached")
    assert [crash.told for crash in found.crashes] == []


def test_the_fuzzer_finds_a_crash_behind_two_bytes_that_must_both_be_right():
    def read(content: bytes) -> None:
        if content[:1] == b"<":
            _second(content)

    found = fuzz(Target("planted", read, (b"ab",), (b"<", b">")), 1, seed=1)

    assert any("planted" in crash.told for crash in found.crashes)


def _second(content: bytes) -> None:
    if content[1:2] == b">":
        raise RuntimeError("planted")


def test_what_a_reader_refuses_is_no_crash():
    assert watched(TARGETS["stl-binary"], b"")[1] is None
