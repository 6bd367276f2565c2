"""Whose answer changes when a version takes effect, and by which change in the documents."""

from __future__ import annotations

import pytest

from tests.touchstone import plain
from tests.touchstone.small_world import (
    ASKS_T1,
    S1_IS_T1,
    agreement,
    credential,
    crosswalk,
    documents,
    qualification,
    request,
    unit,
)
from touchstone.recognition import compile_rulebook
from touchstone.recognition.difference import difference

HOLDER_OF_S1 = plain.request_of(request([credential("S1")]))
HOLDER_OF_S2 = plain.request_of(request([credential("S2")]))
HOLDER_OF_BOTH = plain.request_of(request([credential("S1", "S2")]))


def changes(before, after, *requests):
    rulebooks = (compile_rulebook(plain.documents_of(documents(*given))) for given in (before, after))
    return list(difference(*rulebooks, requests))


def test_nothing_changes_when_nothing_changes():
    world = (ASKS_T1, agreement(), S1_IS_T1)

    assert changes(world, world, HOLDER_OF_S1, HOLDER_OF_S2) == []


def test_only_those_whom_a_new_row_helps_are_named_and_the_row_with_them():
    new = crosswalk(("S1", "exactMatch", "T1"), ("S2", "exactMatch", "T1"), version="2")

    (affected,) = changes((ASKS_T1, agreement(), S1_IS_T1), (ASKS_T1, agreement(), new), HOLDER_OF_S1, HOLDER_OF_S2)

    assert (affected.request, affected.before, affected.after, affected.gained) == (1, "REFUSED", "FULL", ("T1",))
    assert affected.alone
    assert affected.because[0].row == "S2 skos:exactMatch T1"
    assert affected.because[0].what == "row added"


def test_a_denial_that_takes_recognition_away_is_named():
    new = crosswalk(("S1", "exactMatch", "T1"), ("S1", "exactMatch", "T1", "", "Not"), version="2")

    (affected,) = changes((ASKS_T1, agreement(), S1_IS_T1), (ASKS_T1, agreement(), new), HOLDER_OF_S1)

    assert (affected.before, affected.after, affected.lost) == ("FULL", "REFUSED", ("T1",))
    assert affected.because[0].row == "S1 Not skos:exactMatch T1"


def test_a_row_that_says_something_else_now_is_a_changed_row():
    new = crosswalk(("S1", "broadMatch", "T1"), version="2")

    (affected,) = changes((ASKS_T1, agreement(), S1_IS_T1), (ASKS_T1, agreement(), new), HOLDER_OF_S1)

    assert affected.because[0].what == "row changed"


def test_a_stricter_agreement_is_named_as_the_document_that_changed():
    strict = agreement(version="2", min_confidence="0.9")

    (affected,) = changes((ASKS_T1, agreement(), S1_IS_T1), (ASKS_T1, strict, S1_IS_T1), HOLDER_OF_S1)

    assert [(change.document, change.what) for change in affected.because] == [("agreement", "changed")]


def test_an_answer_that_keeps_its_outcome_says_in_what_it_differs():
    asks_both = qualification(unit("T1"), unit("T2"))

    (affected,) = changes((ASKS_T1, agreement(), S1_IS_T1), (asks_both, agreement(), S1_IS_T1), HOLDER_OF_S2)

    assert (affected.before, affected.after) == ("REFUSED", "REFUSED")
    assert affected.differs == ("missing: + T1 and T2, − T1",)


def test_an_agreement_that_ends_leaves_its_holders_to_a_person():
    (affected,) = changes((ASKS_T1, agreement(), S1_IS_T1), (ASKS_T1, S1_IS_T1), HOLDER_OF_S1)

    assert (affected.before, affected.after) == ("FULL", "REFER")
    assert affected.because[0].what == "removed"


def test_where_only_two_changes_together_make_the_difference_both_are_told():
    asks_both = qualification(unit("T1"), unit("T2"))
    new = crosswalk(("S1", "exactMatch", "T1"), ("S2", "exactMatch", "T2"), version="2")
    before = (ASKS_T1, agreement(), crosswalk())
    after = ({**asks_both, "version": "2"}, agreement(), new)

    (affected,) = changes(before, after, HOLDER_OF_BOTH)

    assert not affected.alone
    assert {change.document for change in affected.because} == {"crosswalk", "target"}


@pytest.mark.parametrize("count", [1, 3])
def test_requests_are_numbered_as_they_come(count):
    (*_, last) = changes((ASKS_T1, agreement(), S1_IS_T1), (ASKS_T1, S1_IS_T1), *[HOLDER_OF_S1] * count)

    assert last.request == count - 1
