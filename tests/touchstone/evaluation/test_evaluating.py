# SPDX-License-Identifier: Apache-2.0
"""Gates, vetoes, scores and what is missing."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.touchstone.evaluation.small_system import condition, data, leaf, system
from touchstone.errors import DocumentError, InputError
from touchstone.evaluation.evaluating import evaluate
from touchstone.evaluation.ranking import ranks, topsis, weighted_sum
from touchstone.evaluation.rounding import told
from touchstone.evaluation.stability import by_every_method, stability
from touchstone.evaluation.trend import trend
from touchstone.standards.indicator_system import Conventions

A, B = leaf("A", weight="0.6"), leaf("B", weight="0.4")


def judged(chosen, *rows, **said):
    conventions = msgspec.structs.replace(chosen.conventions, **said)
    return evaluate(chosen, data(*rows), conventions).organisations


def test_a_score_is_the_weighted_mean_between_the_anchors():
    (found,) = judged(system(A, B), {"A": "50", "B": "100"})

    assert (found.verdict, found.low, found.high, found.rank) == ("scored", Decimal("70.00"), Decimal("70.00"), 1)
    assert [(line.given, line.lost) for line in found.lines] == [
        (Decimal("30.00"), Decimal("30.00")), (Decimal("40.00"), Decimal("0.00")),
    ]  # fmt: skip


def test_what_is_missing_is_not_zero_the_total_lies_between_two_bounds():
    missing, zero = judged(system(A, B), {"B": "100"}, {"A": "0", "B": "100"})

    assert (missing.verdict, missing.low, missing.high) == ("open", Decimal("40.00"), Decimal("100.00"))
    assert (zero.verdict, zero.low, zero.rank) == ("scored", Decimal("40.00"), None)  # the other may be better
    assert [(each.best_rank, each.worst_rank) for each in (missing, zero)] == [(1, 1), (1, 2)]


def test_an_excluded_indicator_leaves_its_weight_to_the_others():
    (found,) = judged(system(leaf("A", weight="0.6", missing="exclude"), B), {"B": "50"})

    assert (found.verdict, found.low) == ("scored", Decimal("50.00"))


def test_only_an_indicator_that_says_so_counts_as_worst():
    (found,) = judged(system(leaf("A", weight="0.6", missing="worst"), B), {"B": "50"})

    assert (found.verdict, found.low, found.lines[0].state) == ("scored", Decimal("20.00"), "missing")


def test_a_value_without_the_evidence_that_is_asked_is_missing():
    asked = system(leaf("A", weight="0.6", evidence_required="true"), B)

    stated, shown = judged(asked, {"A": "50", "B": "50"}, {"A": {"value": "50", "evidence": ["x"]}, "B": "50"})

    assert (stated.lines[0].state, stated.verdict) == ("unevidenced", "open")
    assert (shown.lines[0].state, shown.verdict) == ("known", "scored")


@pytest.mark.parametrize(
    ("taken", "state"),
    [("2025-12-01", "known"), ("2025-11-30", "stale"), ("2026-12-01", "known")],
)
def test_an_observation_stands_for_its_months_the_last_day_included(taken, state):
    (found,) = judged(
        system(leaf("A", weight="0.6", period_months="12"), B), {"A": {"value": "5", "on": taken}, "B": "5"}
    )

    assert found.lines[0].state == state


def test_a_value_that_must_be_recent_and_has_no_day_does_not_count():
    chosen = system(leaf("A", weight="0.6", period_months="12"), B)

    states = [judged(chosen, {"A": given, "B": "5"})[0].lines[0].state for given in ({"value": "5"}, "5")]

    assert states == ["undated", "undated"]


def test_what_was_taken_after_the_day_of_the_data_is_refused():
    with pytest.raises(DocumentError, match="after the day of the data") as refused:
        judged(system(A, B), {"A": {"value": "5", "on": "2031-01-01"}, "B": "5"})

    assert refused.value.field == "organisations[0].values.A"


def may_not(name, weight, **fields):
    return leaf(name, weight=weight, may_not_apply="true", **fields)


NOT_CONCERNED = {"value": "not_applicable", "evidence": ["minutes"]}


def test_an_indicator_that_does_not_apply_leaves_its_weight_to_the_others_where_that_is_shown():
    shown, stated = (
        judged(system(may_not("A", "0.6"), B), {"A": {"value": "not_applicable", "evidence": evidence}, "B": "50"})[0]
        for evidence in (["minutes"], [])
    )

    assert (shown.verdict, shown.low, shown.lines[0].state) == ("scored", Decimal("50.00"), "not_applicable")
    assert shown.left_out == Decimal("0.6000")
    assert (stated.verdict, stated.lines[0].state, stated.left_out) == ("open", "unevidenced", None)


def test_nobody_takes_a_weight_off_themselves_by_saying_that_an_indicator_does_not_apply():
    with pytest.raises(DocumentError, match="A applies to every organisation") as refused:
        judged(system(A, B), {"A": NOT_CONCERNED, "B": "50"})

    assert refused.value.field == "organisations[0].values.A"


@pytest.mark.parametrize("role", ["gate", "veto"])
def test_a_gate_or_a_veto_always_applies(role):
    with pytest.raises(InputError, match="X always applies"):
        system(A, B, condition("X", role, may_not_apply="true"))


@pytest.mark.parametrize(
    ("taken", "state"), [("2025-12-01", "not_applicable"), ("2025-11-30", "stale"), (None, "undated")]
)
def test_that_an_indicator_does_not_apply_grows_as_old_as_a_value(taken, state):
    stated = NOT_CONCERNED | ({"on": taken} if taken else {})
    (found,) = judged(system(may_not("A", "0.6", period_months="12"), B), {"A": stated, "B": "5"})

    assert found.lines[0].state == state


@pytest.mark.parametrize("policy", ["unknown", "exclude", "worst"])
@pytest.mark.parametrize("aggregation", ["weighted_sum", "topsis", "grey_relational", "fuzzy"])
def test_what_does_not_apply_takes_no_part_by_any_method_whatever_becomes_of_what_is_missing(aggregation, policy):
    bands = [{**band, "worth": worth} for band, worth in zip(BANDS, ("1", "0"), strict=True)]
    chosen = system(may_not("A", "0.6", missing=policy), B, bands=bands)

    found, other = judged(chosen, {"A": NOT_CONCERNED, "B": "90"}, {"A": "50", "B": "40"}, aggregation=aggregation)

    assert (found.verdict, other.verdict) == ("scored", "scored")
    assert found.lines[0].counts == 0
    if aggregation in ("weighted_sum", "fuzzy"):
        assert found.low == Decimal("90.00")


@pytest.mark.parametrize("policy", ["unknown", "exclude", "worst"])
@pytest.mark.parametrize("aggregation", ["weighted_sum", "fuzzy"])
def test_what_is_missing_follows_the_policy_of_its_indicator_by_both_methods_that_have_bands(aggregation, policy):
    bands = [{**band, "worth": worth} for band, worth in zip(BANDS, ("1", "0"), strict=True)]
    chosen = system(leaf("A", weight="0.5", missing=policy), leaf("B", weight="0.5"), bands=bands)

    (found,) = judged(chosen, {"B": "90"}, aggregation=aggregation)

    expected = {"unknown": None, "exclude": Decimal("90.00"), "worst": Decimal("45.00")}[policy]
    assert (found.low if found.verdict == "scored" else None) == expected


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.one_of(st.none(), st.integers(0, 100)), st.sampled_from(["unknown", "exclude", "worst"])),
        min_size=2,
        max_size=6,
    )
)  # fmt: skip
def test_what_the_indicators_give_adds_up_to_the_score_and_with_what_they_may_still_give_to_the_full_mark(indicators):
    whole = sum(weight for weight, _, _ in indicators)
    names = [f"A{place}" for place in range(len(indicators))]
    leaves = [
        leaf(name, weight=str(round(weight / whole, 6)), missing=policy)
        for name, (weight, _, policy) in zip(names, indicators, strict=True)
    ]
    row = {name: str(value) for name, (_, value, _) in zip(names, indicators, strict=True) if value is not None}
    (found,) = judged(system(*leaves), row, places=6)

    if found.low is not None:
        given_in_all = sum(line.given for line in found.lines if line.given is not None)
        may_give = sum(line.lost for line in found.lines if line.lost is not None)
        open_ones = sum(line.lost for line in found.lines if line.lost is not None and line.score is None)
        assert abs(given_in_all - found.low) < Decimal("0.0001")
        assert abs(found.low + open_ones - found.high) < Decimal("0.0001")
        assert abs(given_in_all + may_give - 100) < Decimal("0.0001")


@pytest.mark.parametrize("aggregation", ["topsis", "grey_relational", "fuzzy"])
def test_a_figure_that_is_no_sum_of_its_indicators_is_not_told_as_one(aggregation):
    chosen = system(A, B, bands=BANDS)

    found, _ = judged(chosen, {"A": "10", "B": "90"}, {"A": "60", "B": "20"}, aggregation=aggregation)

    assert [(line.given, line.lost) for line in found.lines] == [(None, None)] * 2


def test_months_end_on_the_last_day_that_there_is():
    chosen = system(leaf("A", weight="0.6", period_months="3"), B)
    row = {"A": {"value": "5", "on": "2025-11-30"}, "B": "5"}

    states = [
        evaluate(chosen, data(row, on=day)).organisations[0].lines[0].state for day in ("2026-02-28", "2026-03-01")
    ]

    assert states == ["known", "stale"]


def test_a_veto_strikes_whatever_the_score():
    (found,) = judged(system(A, B, condition("V", "veto")), {"A": "100", "B": "100", "V": "true"})

    assert (found.verdict, found.low, found.rank, found.band) == ("vetoed", Decimal("100.00"), None, None)


def test_a_gate_that_does_not_hold_stands_before_the_score():
    (found,) = judged(system(A, B, condition("G", "gate")), {"A": "100", "B": "100", "G": "false"})

    assert (found.verdict, found.rank) == ("gate_failed", None)


@pytest.mark.parametrize("role", ["gate", "veto"])
def test_a_condition_that_nobody_stated_leaves_the_verdict_open(role):
    (found,) = judged(system(A, B, condition("X", role)), {"A": "100", "B": "100"})

    assert (found.verdict, found.conditions[0].holds) == ("open", "unknown")


@pytest.mark.parametrize(("accidents", "verdict"), [("0", "scored"), ("1", "vetoed")])
def test_a_counted_veto_strikes_within_its_bound(accidents, verdict):
    veto = leaf("V", role="veto", measure={"type": "cost"}, bound={"at_least": "1"})

    (found,) = judged(system(A, B, veto), {"A": "1", "B": "1", "V": accidents})

    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("value", "score"),
    [("-1", "0"), ("0", "0"), ("1", "0.5"), ("2", "1"), ("4", "1"), ("7", "0.5"), ("10", "0"), ("11", "0")],
)
def test_an_interval_falls_straight_from_its_best_range_to_the_edge_of_what_is_tolerated(value, score):
    interval = {"type": "interval", "tolerated_from": "0", "best_from": "2", "best_until": "4", "tolerated_until": "10"}

    (found,) = judged(system(leaf("A", measure=interval)), {"A": value})

    assert found.lines[0].score == Decimal(score)


def test_grades_and_facts_are_worth_what_the_system_says():
    graded = leaf("A", weight="0.5", measure={"type": "graded", "grades": [
        {"code": "A", "title": {"en": "a"}, "score": "1"}, {"code": "B", "title": {"en": "b"}, "score": "0.7"}]})  # fmt: skip
    fact = leaf("B", weight="0.5", measure={"type": "boolean"})

    (found,) = judged(system(graded, fact), {"A": "B", "B": "true"})

    assert found.low == Decimal("85.00")


def test_a_cost_is_worth_all_at_its_best_and_nothing_at_its_worst():
    cost = leaf("A", measure={"type": "cost", "worst": "12", "best": "4"})

    found = judged(system(cost), {"A": "4"}, {"A": "8"}, {"A": "12"})

    assert [each.low for each in found] == [Decimal("100.00"), Decimal("50.00"), Decimal("0.00")]


def test_nothing_is_rounded_between_levels():
    groups = [
        {
            "id": name, "title": {"en": name}, "weight": "0.5",
            "children": [leaf(f"{name}a", weight="33.3333"), leaf(f"{name}b", weight="66.6667")],
        }
        for name in ("G1", "G2")
    ]  # fmt: skip

    (found,) = judged(system(*groups), {"G1a": "1", "G1b": "0", "G2a": "1", "G2b": "0"}, places=4)

    assert found.low == Decimal("0.3333")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"A": "many"}, "a number such as 6"),
        ({"A": "1", "C": "1"}, "no such indicator"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_its_place(change, sentence):
    with pytest.raises(DocumentError, match=sentence) as told_of:
        evaluate(system(A, B), data(change))

    assert told_of.value.field.startswith("organisations[0].values.")


def test_weights_that_do_not_add_up_are_never_evened_out_in_silence():
    with pytest.raises(DocumentError, match="do not add up"):
        evaluate(system(A, leaf("B", weight="0.5")), data({"A": "1", "B": "1"}))


@pytest.mark.parametrize("part", ["33.33 3", "16.67 6", "14.29 7", "11.1 9", "0.143 7"])
def test_equal_parts_may_be_rounded(part):
    weight, count = part.split()
    names = [f"A{place}" for place in range(int(count))]

    (found,) = judged(system(*(leaf(name, weight=weight) for name in names)), dict.fromkeys(names, "50"))

    assert found.low == Decimal("50.00")


@pytest.mark.parametrize("weights", [("0.6", "0.5"), ("14.28", "14.28"), ("0.2", "0.2", "0.2"), ("1", "1", "1")])
def test_other_weights_that_miss_the_whole_are_no_rounding(weights):
    names = [f"A{place}" for place in range(len(weights))]

    with pytest.raises(DocumentError, match="do not add up"):
        judged(
            system(*(leaf(name, weight=weight) for name, weight in zip(names, weights, strict=True))),
            dict.fromkeys(names, "50"),
        )


def test_weights_may_be_written_of_a_hundred():
    (found,) = judged(system(leaf("A", weight="60"), leaf("B", weight="40")), {"A": "50", "B": "100"})

    assert found.low == Decimal("70.00")


def test_a_result_names_its_inputs_and_conventions():
    chosen = system(A, B)

    result = evaluate(chosen, data({"A": "1", "B": "1"}), msgspec.structs.replace(Conventions(), places=1))

    assert result.system_digest.startswith("sha256:")
    assert result.conventions.places == 1
    assert [(each.indicator, each.weight) for each in result.weights] == [
        ("A", Decimal("0.6000")),
        ("B", Decimal("0.4000")),
    ]


ROWS = [
    {"A": "90", "B": "20"},
    {"A": "50", "B": "60"},
    {"A": "10", "B": "95"},
    {"A": "70", "B": "70"},
    {"A": "30", "B": "30"},
]
BANDS = [{"code": code, "title": {"en": code}, "at_least": start} for code, start in (("high", "0.5"), ("low", "0"))]


def test_every_method_ranks_who_is_best_in_everything_first():
    dominant = [*ROWS, {"A": "99", "B": "99"}]

    for method in by_every_method(system(A, B, bands=BANDS), data(*dominant)):
        assert method.ranks[-1] == 1, method.method


def test_who_lacks_something_has_no_rank_by_any_method():
    for method in by_every_method(system(A, B, bands=BANDS), data(*ROWS, {"A": "99"})):
        assert method.ranks[-1] == 0, method.method


def test_ahp_weights_come_from_the_comparisons():
    comparison = {"order": ["B", "A"], "rows": [["1", "1/3"], ["3", "1"]]}
    chosen = system(A, B, comparisons=[comparison])

    (found,) = judged(chosen, {"A": "100", "B": "0"}, weighting="ahp")

    assert found.low == Decimal("75.00")


def test_a_fuzzy_evaluation_by_votes_is_their_weighted_mean():
    chosen = system(A, B, bands=[{**band, "worth": worth} for band, worth in zip(BANDS, ("1", "0.5"), strict=True)])
    votes = {"A": {"high": "3", "low": "1"}, "B": {"low": "4"}}
    observed = data({"A": "0", "B": "0"})
    voted = msgspec.structs.replace(observed, organisations=(msgspec.structs.replace(observed.organisations[0], votes={
        name: {band: Decimal(count) for band, count in given.items()} for name, given in votes.items()}),))  # fmt: skip

    (found,) = evaluate(chosen, voted, msgspec.structs.replace(Conventions(), aggregation="fuzzy")).organisations

    assert [(each.band, each.share) for each in found.membership] == [
        ("high", Decimal("0.4500")),
        ("low", Decimal("0.5500")),
    ]
    assert found.low == Decimal("72.50")


def test_a_fuzzy_evaluation_of_scores_within_the_bands_is_their_weighted_mean():
    chosen = system(A, B, bands=[{**band, "worth": worth} for band, worth in zip(BANDS, ("1", "0"), strict=True)])

    fuzzy, plain = (judged(chosen, *ROWS, aggregation=each) for each in ("fuzzy", "weighted_sum"))

    assert [each.low for each in fuzzy] == [each.low for each in plain]


def ranked(totals):
    everybody = np.full(len(totals), True)
    return ranks(np.array(totals), np.array(totals), everybody, everybody).sure.tolist()


def test_equal_scores_share_the_better_rank():
    assert ranked([0.5, 0.7, 0.5, 0.1 + 0.2 + 0.2]) == [2, 1, 2, 2]


def test_nobody_has_a_rank_that_something_unknown_may_take_away():
    rows = ({"A": "10", "B": "10"}, {"A": "100"}, {"A": "5", "B": "5"})

    behind, ahead, last = judged(system(leaf("A", weight="0.9"), leaf("B", weight="0.1")), *rows)

    assert [each.rank for each in (ahead, behind, last)] == [1, 2, 3]
    assert ahead.verdict == "open"

    nearly, sure = judged(system(A, B), {"A": "90"}, {"A": "90", "B": "50"})

    assert [(each.rank, each.best_rank, each.worst_rank) for each in (nearly, sure)] == [(None, 1, 2)] * 2


def test_who_may_yet_be_struck_leaves_those_behind_a_rank_between_two():
    chosen = system(A, B, condition("G", "gate"))

    unsure, second = judged(chosen, {"A": "90", "B": "90"}, {"A": "50", "B": "50", "G": "true"})

    assert (unsure.rank, unsure.best_rank, unsure.worst_rank) == (None, 1, 1)
    assert (second.rank, second.best_rank, second.worst_rank) == (None, 1, 2)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans(), st.booleans()), min_size=1, max_size=5),
    st.data(),
)
def test_whatever_becomes_known_a_rank_lies_between_its_bounds(rows, drawn):
    low = np.array([min(each[:2]) for each in rows], dtype=float)
    high = np.array([max(each[:2]) for each in rows], dtype=float)
    sure = np.array([each[2] for each in rows])
    possible = sure | np.array([each[3] for each in rows])
    found = ranks(low, high, sure, possible)

    totals = [drawn.draw(st.integers(int(one), int(other))) for one, other in zip(low, high, strict=True)]
    stands = [place for place in range(len(rows)) if sure[place] or (possible[place] and drawn.draw(st.booleans()))]

    for place in stands:
        rank = 1 + sum(totals[other] > totals[place] for other in stands)
        assert found.best[place] <= rank <= found.worst[place]


OUTLIER = {"A": "1000", "B": "0", "V": "true"}
RELATIVE = [
    {"scaling": "minmax"}, {"scaling": "ratio"}, {"weighting": "entropy", "entropy_shares": "of_values"}, {"weighting": "critic"},
    {"weighting": "combined"}, {"aggregation": "topsis"}, {"aggregation": "topsis", "topsis_scaling": "vector"},
    {"aggregation": "grey_relational"},
]  # fmt: skip


@pytest.mark.parametrize("said", RELATIVE, ids=str)
def test_who_is_vetoed_moves_nobody_elses_figure(said):
    chosen = system(
        leaf("A", weight="0.6", measure={"type": "benefit", "worst": "0", "best": "1000"}), B, condition("V", "veto")
    )
    rows = [{**row, "V": "false"} for row in ({"A": "20", "B": "60"}, {"A": "50", "B": "40"}, {"A": "30", "B": "90"})]

    without, with_one = (judged(chosen, *some, **said) for some in (rows, [*rows, OUTLIER]))

    assert [(each.low, each.rank) for each in with_one[:3]] == [(each.low, each.rank) for each in without]
    assert with_one[3].verdict == "vetoed"


def test_a_result_tells_whose_values_set_the_scale_and_how_many_are_not_known():
    chosen = system(A, B, condition("V", "veto"))
    rows = [{"A": "20", "B": "60", "V": "false"}, {"A": "50"}, OUTLIER]

    relative, alone = (
        evaluate(chosen, data(*rows), msgspec.structs.replace(Conventions(), scaling=scaling))
        for scaling in ("minmax", "anchors")
    )

    assert (relative.counted, relative.unknown) == (("o1", "o2"), 2)  # a value and a veto
    assert (alone.counted, alone.unknown) == ((), 0)


@pytest.mark.parametrize("said", RELATIVE, ids=str)
def test_nobodys_figure_is_sure_while_something_unknown_may_move_all(said):
    chosen = system(
        leaf("A", weight="0.6", measure={"type": "benefit", "worst": "0", "best": "1000"}), B, condition("V", "veto")
    )
    rows = [{"A": "20", "B": "60", "V": "false"}, {"A": "50", "B": "40", "V": "false"}, {"A": "1000", "B": "1"}]

    found = judged(chosen, *rows, **said)

    assert [(each.verdict, each.low, each.rank, each.best_rank, each.worst_rank) for each in found] == [
        ("open", None, None, 1, 3)
    ] * 3


EVERY = [
    {}, {"scaling": "minmax", "aggregation": "topsis"}, {"aggregation": "topsis", "topsis_ideal": "absolute"}, {"aggregation": "fuzzy"},
    *RELATIVE,
]  # fmt: skip
CELL = st.integers(1, 99).map(str)


@pytest.mark.parametrize("said", EVERY, ids=str)
@settings(max_examples=25)
@given(st.lists(st.tuples(CELL, CELL, st.booleans()), min_size=2, max_size=4), st.data())
def test_fill_in_what_is_open_with_anything_and_every_rank_lies_within_its_bounds_and_no_score_moves(said, rows, drawn):
    bands = [{**band, "worth": worth} for band, worth in zip(BANDS, ("1", "0"), strict=True)]
    chosen = system(A, B, condition("V", "veto"), bands=bands)
    full = [{"A": a, "B": b, "V": "true" if vetoed else "false"} for a, b, vetoed in rows]
    holes = drawn.draw(st.sets(st.tuples(st.integers(0, len(rows) - 1), st.sampled_from("ABV")), max_size=3))
    partly = [
        {name: value for name, value in row.items() if (place, name) not in holes} for place, row in enumerate(full)
    ]

    before, after = (judged(chosen, *some, **said) for some in (partly, full))

    for told_first, known in zip(before, after, strict=True):
        if known.rank is not None:
            assert told_first.best_rank <= known.rank <= told_first.worst_rank
        if told_first.verdict == "scored" and known.verdict == "scored":
            assert told_first.low == known.low


def test_a_rank_far_ahead_keeps_under_moved_weights_and_a_near_one_does_not():
    near = [{"A": "51", "B": "49"}, {"A": "49", "B": "52"}, {"A": "1", "B": "1"}]

    found = stability(system(A, B), data(*near), trials=300)

    first, second, last = found.organisations
    assert (last.rank, last.best, last.worst, last.kept) == (3, 3, 3, Decimal("1.000"))
    assert first.best == 1
    assert second.worst == 2
    assert 0 < first.kept < 1
    assert found == stability(system(A, B), data(*near), trials=300)


def test_weights_that_do_not_move_keep_every_rank():
    found = stability(system(A, B), data(*ROWS), trials=5, spread=Decimal(0))

    assert {each.kept for each in found.organisations} == {Decimal("1.000")}


def test_a_trend_compares_only_what_was_known_and_tells_what_moved_it():
    chosen = system(A, B)
    before = evaluate(chosen, data({"A": "50", "B": "50"}, {"A": "50"}, on="2025-12-01", period="2025"))
    after = evaluate(chosen, data({"A": "60", "B": "40"}, {"A": "50", "B": "50"}))

    moved, first_known_now = trend([after, before])

    assert moved.change == Decimal("2.00")
    assert [(move.indicator, move.change) for move in moved.moves] == [("A", Decimal("6.00")), ("B", Decimal("-4.00"))]
    assert first_known_now.change is None
    assert [point.score for point in first_known_now.points] == [None, Decimal("50.00")]


def test_results_of_different_systems_do_not_compare():
    one, other = (
        evaluate(system(A, B, version=version), data({"A": "1", "B": "1"}, on=f"202{version}-12-01", period=version))
        for version in ("1", "2")
    )

    with pytest.raises(DocumentError, match="do not compare"):
        trend([one, other])


def test_a_period_that_stands_twice_is_no_trend():
    result = evaluate(system(A, B), data({"A": "1", "B": "1"}))

    with pytest.raises(DocumentError, match="stands twice"):
        trend([result, result])


def test_what_cannot_be_is_refused_as_a_slip():
    share = leaf(
        "A", weight="0.6", measure={"type": "benefit", "unit": "%", "worst": "0", "best": "80", "possible_until": "100"}
    )

    with pytest.raises(DocumentError, match="no such value is possible") as refused:
        judged(system(share, B), {"A": "840", "B": "1"})

    assert (refused.value.expected, refused.value.found) == ("at most 100 %", "'840 %'")


SHARES = st.lists(st.floats(0, 1), min_size=3, max_size=3)


@given(st.lists(SHARES, min_size=2, max_size=6), SHARES)
def test_more_never_makes_a_score_less(rows, weights):
    scores, weighed = np.array(rows), np.array(weights) + 0.01
    better = scores.copy()
    better[0, 0] = 1.0

    assert weighted_sum(better, weighed)[0] >= weighted_sum(scores, weighed)[0] - 1e-12
    assert topsis(better, weighed, "absolute")[0] >= topsis(scores, weighed, "absolute")[0] - 1e-12


def test_what_is_told_rounds_half_up_even_where_floats_fall_short():
    assert told(0.4 + 0.55 * 0.8 + 0.025 * 0.6 + 0.025 * 0.4, 2) == Decimal("0.87")
    assert told(float("nan"), 2) is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "rows", [[{}], [{"A": "1"}], [{"A": "5", "B": "5"}], [{"A": "5", "B": "5"}, {}], [{"A": "5"}, {"A": "5"}]]
)
@pytest.mark.parametrize("scaling", ["anchors", "minmax", "ratio"])
def test_few_organisations_and_whole_columns_that_nobody_knows_make_no_noise(rows, scaling):
    said = msgspec.structs.replace(Conventions(), scaling=scaling)

    for method in by_every_method(system(A, B, bands=BANDS), data(*rows), said):
        assert all(method.ranks) or any(len(row) < 2 for row in rows), method.method


def test_the_entropy_of_values_below_zero_is_not_computed():
    with pytest.raises(DocumentError, match="not below 0"):
        judged(
            system(A, B), {"A": "-1", "B": "1"}, {"A": "2", "B": "1"}, weighting="entropy", entropy_shares="of_values"
        )
