"""Cases that once gave a wrong answer, a traceback or no answer at all."""

from __future__ import annotations

import time
from decimal import ROUND_UP, localcontext

import pytest

from tests.touchstone import plain
from tests.touchstone.small_world import (
    ASKS_T1,
    AWAY,
    HOME,
    S1_IS_T1,
    SCALE_AWAY,
    SCALE_HOME,
    agreement,
    at_least,
    credential,
    crosswalk,
    decided,
    documents,
    framework,
    pool,
    qualification,
    referencing,
    request,
    scale,
    training,
    unit,
)
from touchstone.errors import DocumentError, RecheckError, RulebookError, TooComplexError
from touchstone.recognition import Receipt, compile_rulebook, decide, explain, recheck
from touchstone.recognition.bridging import plan
from touchstone.recognition.timeline import timeline

MANY = [f"A{number:02}" for number in range(30)]


def explained(evidence, *given, **fields):
    rulebook = compile_rulebook(plain.documents_of(documents(*given)))
    asked = plain.request_of(request(evidence, **fields))
    return explain(decide(asked, rulebook), asked, rulebook)


def test_a_condition_is_found_among_more_missing_sets_than_can_be_listed():
    wide = framework(HOME, SCALE_HOME, "T1", *({"id": name, "credits": 1} for name in MANY))
    asked = qualification(pool(1, "A00", "A01"), at_least(6, *(unit(name) for name in MANY)))

    decision = decided([], asked, agreement(conditional={"only_missing": MANY}), wide, crosswalk())

    assert decision.outcome == "CONDITIONAL"
    assert len(decision.conditions.must_obtain) == 6
    assert len(decision.missing) == 64


def test_a_pool_under_a_choice_is_searched_as_far_as_its_leaves():
    wide = framework(HOME, SCALE_HOME, {"id": "T1", "credits": 6}, {"id": "T2", "credits": 3}, *MANY)
    asked = qualification(at_least(8, pool(3, "T1", "T2"), *(unit(name) for name in MANY[:25])))

    decision = decided([], asked, agreement(conditional={"only_missing": MANY}), wide, crosswalk())

    assert decision.outcome == "CONDITIONAL"


def test_a_receipt_names_the_document_of_a_held_qualification_that_is_no_longer_in_force():
    held = qualification(identifier="old", status="withdrawn")
    given = documents(qualification({"holds": "old"}), held, agreement(min_assurance="authority_assessed"))
    read = plain.documents_of(given)
    asked = plain.request_of(request([credential(holds=["old"], assurance="provider_assessed")]))
    decision = decide(asked, compile_rulebook(read))

    assert recheck(Receipt(request=asked, decision=decision), read) == decision
    assert "old" in [used.id for used in decision.inputs.documents]


def test_a_decision_is_not_explained_with_another_version_of_its_target():
    given = documents(ASKS_T1, agreement(), S1_IS_T1)
    asked = plain.request_of(request([credential("S1")]))
    decision = decide(asked, compile_rulebook(plain.documents_of(given)))
    newer = documents(qualification(unit("T2"), version="2"), agreement(), S1_IS_T1)

    with pytest.raises(RecheckError, match="another version of the target"):
        explain(decision, asked, compile_rulebook(plain.documents_of(newer)))


def test_the_time_line_speaks_of_the_day_of_the_decision_however_many_old_papers_there_are():
    old = [
        credential("S2", name=f"urn:old:{year}", awarded=f"{year}-01-01", expires=f"{year}-12-31")
        for year in range(1950, 2020)
    ]
    rulebook = compile_rulebook(plain.documents_of(documents(ASKS_T1, agreement(), S1_IS_T1)))
    asked = plain.request_of(request([credential("S1"), *old]))

    (now,) = [
        stretch.outcome
        for stretch in timeline(asked, rulebook)
        if (stretch.from_ is None or stretch.from_ <= asked.decided_on)
        and (stretch.until is None or asked.decided_on <= stretch.until)
    ]

    assert now == decide(asked, rulebook).outcome == "FULL"


def test_a_level_that_the_scale_no_longer_has_compares_with_nothing():
    older = scale(SCALE_AWAY, ["5", "4", "3", "2", "1"], status="withdrawn")
    newer = scale(SCALE_AWAY, ["5", "4", "3", "2"], version="2")
    given = [
        *documents(
            qualification(unit("T1", level="3")), agreement(), S1_IS_T1, referencing(["1", "5"], ["2", "4"]), newer
        ),
        older,
    ]

    assert plain.decided(request([credential({"id": "S1", "level": "2"})]), given).outcome == "FULL"


def test_a_long_line_of_succession_is_followed_to_its_end():
    line = [
        {"id": f"U{n}", **({"supersedes": {"id": f"U{n - 1}", "equivalent": True}} if n else {})} for n in range(1500)
    ]

    decision = decided(
        [credential("U0")], qualification(unit("U1499")), agreement(), framework(HOME, SCALE_HOME, *line), crosswalk()
    )

    assert decision.outcome == "FULL"


def test_many_certificates_of_the_parts_of_one_row_are_no_harder_than_one():
    parts = [f"S{n}" for n in range(6)]
    away = framework(AWAY, SCALE_AWAY, *parts, region="GD")
    asked = qualification(pool(6, "T1"))
    papers = [credential(*parts, name=f"urn:paper:{n}") for n in range(12)]
    begun = time.perf_counter()

    decision = decided(papers, asked, agreement(), away, crosswalk(("|".join(parts), "exactMatch", "T1")))

    assert decision.outcome == "FULL"
    assert time.perf_counter() - begun < 1


def test_what_has_no_exact_answer_in_reasonable_time_is_refused_and_not_guessed():
    size = 24
    away = framework(AWAY, SCALE_AWAY, *(f"S{n}" for n in range(size)), region="GD")
    home = framework(HOME, SCALE_HOME, *({"id": f"T{n}", "credits": 1} for n in range(size)))
    rows = [(f"S{n}|S{(n + step) % size}", "exactMatch", f"T{n}") for n in range(size) for step in (1, 5, 7)]
    asked = qualification(pool(size // 2 + 1, *(f"T{n}" for n in range(size))))

    with pytest.raises(TooComplexError, match="too many ways"):
        decided([credential(*(f"S{n}" for n in range(size)))], asked, agreement(), away, home, crosswalk(*rows))


def test_the_table_has_a_line_for_each_level_that_is_asked_of_a_unit():
    asked = qualification(unit("T1", level="1"), unit("T1", level="4"))

    told = explained([credential({"id": "T1", "level": "3"})], asked, agreement())

    assert [(row.level, row.state) for row in told.rows] == [("level 1", "recognised"), ("level 4", "missing")]


def test_the_callers_own_rounding_changes_no_decision():
    asked = qualification({"training": {"hours": "1000.1", "framework": HOME}})
    papers = [training(hours, name=f"urn:t:{hours}", framework=HOME) for hours in ("333.4", "333.3", "333.2")]
    with localcontext(prec=3, rounding=ROUND_UP):
        rounded = decided(papers, asked, agreement()).outcome

    assert rounded == decided(papers, asked, agreement()).outcome == "REFUSED"


def test_the_callers_own_rounding_changes_no_plan_and_no_explanation():
    asked = qualification({"training": {"hours": "1000.1", "framework": HOME}})
    papers = [training(hours, name=f"urn:t:{hours}", framework=HOME) for hours in ("333.4", "333.3", "333.2")]
    given, asking = documents(asked, agreement()), plain.request_of(request(papers))

    def told():
        rulebook = compile_rulebook(plain.documents_of(given))
        return plan(asking, rulebook), explain(decide(asking, rulebook), asking, rulebook)

    with localcontext(prec=3, rounding=ROUND_UP):
        rounded = told()

    assert rounded == told()
    assert rounded[0].plan is None


def test_an_agreement_that_names_a_version_of_a_framework_looks_at_no_other():
    named = agreement(frameworks=[{"id": AWAY, "version": "0"}])
    older = framework(AWAY, SCALE_AWAY, "S1", region="GD", version="0", status="withdrawn")
    given = [*documents(ASKS_T1, named, S1_IS_T1), older]

    assert plain.decided(request([credential("S1")]), given).outcome == "REFUSED"


@pytest.mark.parametrize(("looked_at", "outcome"), [(AWAY, "FULL"), (HOME, "REFUSED")])
def test_hours_of_training_count_only_in_a_framework_that_the_agreement_looks_at(looked_at, outcome):
    asks_hours = qualification({"training": {"hours": 40, "framework": AWAY}})

    assert decided([training("40")], asks_hours, agreement(frameworks=[looked_at]), S1_IS_T1).outcome == outcome


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ([crosswalk(("S1|S1", "exactMatch", "T1"))], DocumentError),
        ([framework(HOME, SCALE_HOME, "T1", "holds:q9")], DocumentError),
        ([qualification(pool(1, "T1", caps=[{"of": ["T2"], "at_most": "1"}]))], DocumentError),
        ([agreement(direct=[{"holds": "x", "grants": ["crosswalk"]}])], RulebookError),
        ([agreement(direct=[{"holds": "x", "grants": ["T1"], "conditions": unit("T1", level="99")}])], RulebookError),
    ],
    ids=[
        "a part twice",
        "a unit named like a fact",
        "a cap beside the pool",
        "a granted crosswalk",
        "a level off the scale",
    ],
)
def test_documents_that_could_only_mislead_are_refused(given, error):
    with pytest.raises(error):
        decided([], ASKS_T1, agreement(), S1_IS_T1, *given)
