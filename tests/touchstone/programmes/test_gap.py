"""The gap between needs and programmes: classes by interval, levels by referencing, no cell of a few employers, no trend of one."""

from __future__ import annotations

import sys

import pytest

from tests.touchstone.programmes.world import everybody, module, need, planted, programme, yardstick
from touchstone.errors import InputError
from touchstone.programmes.gap import Policy, gap

TAUGHT = [("C0", "teaches", "2", 5), ("C0", "practises", "2", 10)]


def cell(needs, *programmes, unit="C0", yard=None, **named):
    found = gap(needs, programmes, yard or yardstick(), **named)
    return next(item for item in found.cells if item.unit == unit)


def recovered(simulations, share, employers):
    """How often the planted share lies within the interval, of the times that one is stated (fewer than five employers are hidden)."""
    yard = yardstick()
    found = (
        cell(planted(share, employers=employers, seed=seed), yard=yard, seed=seed).demand for seed in range(simulations)
    )
    stated = [demand for demand in found if demand]
    return sum(demand.low <= share <= demand.high for demand in stated) / len(stated), len(stated)


# ------------------------------------------------------------------ classes
def test_what_everybody_asks_and_nobody_teaches_is_to_be_added():
    assert cell(everybody("C0"), programme(module("M"))).class_ == "add"


def test_what_is_assessed_only_is_taught_nowhere():
    assert cell(everybody("C0"), programme(module("M", ("C0", "assesses", "3")))).class_ == "add"


def test_what_is_taught_below_the_level_asked_is_to_be_raised():
    assert cell(everybody(("C0", "3")), programme(module("M", *TAUGHT))).class_ == "raise_level"


def test_what_is_taught_with_too_little_practice_is_to_be_practised_more():
    little = [("C0", "teaches", "2", 5), ("C0", "practises", "2", 9)]

    assert cell(everybody(("C0", "2")), programme(module("M", *little))).class_ == "more_practice"
    assert cell(everybody(("C0", "2")), programme(module("M", *TAUGHT))).class_ == "no_gap"


def test_practice_below_the_level_asked_does_not_count():
    low = [("C0", "teaches", "2", 5), ("C0", "practises", "1", 15)]

    assert cell(everybody(("C0", "2")), programme(module("M", *low))).class_ == "more_practice"


def test_what_is_taught_and_surely_not_asked_is_to_be_retired_unless_it_is_a_must():
    needs, taught = everybody("C1", employers=60), programme(module("M", *TAUGHT))

    assert cell(needs, taught).class_ == "retire"
    assert cell(needs, taught, policy=Policy(must=frozenset({"C0"}))).class_ == "no_gap"
    assert cell(needs, policy=Policy(must=frozenset({"C0"}))).class_ == "add"


MUST = Policy(must=frozenset({"C0"}))


@pytest.mark.parametrize("needs", [[], everybody("C1", employers=3), [*everybody("C1"), need("Own", ("C0", "3"))]])
def test_a_must_is_judged_by_what_is_taught_however_few_ask_and_tells_of_none_of_them(needs):
    little = programme(module("M", ("C0", "teaches", "1", 5), ("C0", "practises", "1", 9)))
    enough = programme(module("M", ("C0", "practises", "1", 10)))

    found = [cell(needs, given, policy=MUST) for given in (programme(module("M")), little, enough)]
    assert [item.class_ for item in found] == ["add", "more_practice", "no_gap"]
    assert {(item.demand, item.unmet, item.asked, item.employers) for item in found} == {(None, None, (), None)}
    assert cell(needs, programme(module("M")), policy=MUST).open


def test_a_must_is_to_be_raised_where_any_level_that_sets_a_target_is_not_reached():
    needs = [*everybody("C1", employers=20, openings=20), *(need(f"F{number}", ("C0", "3")) for number in range(6))]

    assert cell(needs, programme(module("M", *TAUGHT)), policy=MUST).class_ == "raise_level"
    assert cell(needs, programme(module("M", *TAUGHT))).class_ != "raise_level"


def test_a_demand_whose_interval_crosses_the_line_is_watched():
    needs = [*everybody("C1", employers=34), *(need(f"F{number}", "C0") for number in range(6))]

    assert cell(needs, programme(module("M"))).class_ == "watch"


def test_levels_that_no_referencing_compares_are_no_evidence_of_a_gap():
    needs = everybody(("C0", "3"))

    unknown = cell(needs, programme(module("M", ("C0", "teaches", "beyond")), level_scale="scale-beside"))
    assert unknown.class_ == "insufficient_evidence"
    assert unknown.supply == (0.0, 1.0)
    spread = cell(needs, programme(module("M", ("C0", "teaches", "high")), level_scale="scale-beside"))
    assert spread.class_ == "insufficient_evidence"
    below = cell(needs, programme(module("M", ("C0", "teaches", "low")), level_scale="scale-beside"))
    assert below.class_ == "raise_level"


def test_a_level_that_hardly_anybody_asks_sets_no_target():
    needs = [*everybody(("C0", "2"), employers=39), need("F", ("C0", "3"))]

    assert [level.code for level in cell(needs, programme(module("M", *TAUGHT))).asked] == ["2"]


def test_regions_are_held_apart():
    needs = [*everybody("C0"), *everybody("C1", region="HK", number=1)]
    found = {(item.unit, item.region): item.class_ for item in gap(needs, [programme(module("M"))], yardstick()).cells}

    assert found == {("C0", "GD"): "add", ("C1", "HK"): "add"}


# ------------------------------------------------------------------ evidence
def test_one_employer_with_200_adverts_is_not_a_trend():
    others = everybody("C1", employers=30)
    adverts = [need("Big", "C0", number=number) for number in range(200)]
    alone = cell([*others, *adverts], programme(module("M")))
    covered = cell([*others, *adverts, *(need(f"F{number}", "C0") for number in range(4))], programme(module("M")))
    many = [need(f"F{number}", "C0", openings=5) for number in range(40)]
    told = cell([*others, *adverts, *many], programme(module("M")))

    assert {(item.class_, item.demand) for item in (alone, covered)} == {("insufficient_evidence", None)}
    assert (told.class_, told.because) == ("insufficient_evidence", "few_equal_employers")
    assert told.demand.share > 0.9
    assert told.equal_employers < 5


def test_fewer_than_five_employers_are_hidden_from_everybody_but_the_one_who_stands_alone():
    needs = [*everybody("C1"), need("Own", "C0", openings=3)]
    two = [*needs, need("Other", "C0")]

    assert cell(needs).demand is None
    assert cell(needs).employers is None
    assert cell(needs, viewer="Own").demand is not None
    assert cell(needs, viewer="E1").demand is None
    assert cell(two, viewer="Own").demand is None
    assert cell(everybody("C0", employers=4), viewer="E1").demand is None
    assert cell(everybody("C0", employers=5)).demand is not None


def test_one_employer_is_not_told_of_under_cover_of_four_tiny_ones():
    tiny = [need(f"S{number}", ("C0", "3")) for number in range(4)]
    others, low = everybody(("C0", "1"), employers=9, openings=20), programme(module("M", ("C0", "practises", "1", 20)))

    asked_by_one = cell([*everybody("C1"), need("Big", ("C0", "3"), openings=100), *tiny], low)
    unmet_by_one = cell([*others, need("Big", ("C0", "3"), openings=100), *tiny], low)
    among_equals = cell([*others, *(need(f"B{number}", ("C0", "3"), openings=20) for number in range(5))], low)

    assert (asked_by_one.demand, asked_by_one.because, asked_by_one.employers) == (None, "few_employers", None)
    assert (unmet_by_one.unmet.share, unmet_by_one.asked) == (0.0, (unmet_by_one.asked[0],))  # level 3 sets no target
    assert among_equals.unmet.share > 0.3


def test_one_employer_among_many_is_not_read_off_from_what_is_unmet():
    needs = [*everybody(("C0", "2"), employers=15), need("Secret", ("C0", "3"), openings=4)]
    found = cell(needs, programme(module("M", *TAUGHT)))

    assert (found.class_, found.because, found.employers) == ("insufficient_evidence", "few_ask_more", 16)
    assert ([level.code for level in found.asked], found.unmet.share) == (["2"], 0)


def test_one_employer_among_many_is_not_read_off_from_what_is_met():
    needs = [*everybody(("C0", "3"), employers=15), need("Secret", ("C0", "2"), openings=4)]
    found = cell(needs, programme(module("M", *TAUGHT)))

    assert (found.class_, found.unmet, [level.code for level in found.asked]) == ("raise_level", None, ["3", "2"])
    assert found.weight == 1000


def test_levels_for_which_few_ask_set_a_target_together_where_one_is_more_than_the_other():
    levels = [need(f"F{level}{number}", ("C0", level)) for level in "123" for number in range(4)]
    levels += [need(f"G{number}", ("C0", "1")) for number in range(4)]
    low = programme(module("M", ("C0", "practises", "1", 20)))

    assert {level.code for level in cell(levels, low).asked} == {"1", "2"}
    assert cell(levels, low).unmet.share == pytest.approx(8 / 16, abs=1e-4)
    assert cell(levels, low).class_ == "raise_level"


def test_a_level_that_is_demanded_sets_a_target_however_low_the_line():
    needs = [*everybody(("C0", "1"), employers=96), *(need(f"F{number}", ("C0", "3")) for number in range(5))]
    found = cell(needs, programme(module("M", ("C0", "practises", "1", 20))), policy=Policy(demanded=0.01))

    assert (found.class_, {level.code for level in found.asked}) == ("raise_level", {"1", "3"})


def test_one_employer_is_one_however_she_is_spelt():
    names = ["Lotus_Ltd", "lotus_ltd", "Lotus-Ltd.", "LOTUS-LTD", "Lotus__Ltd"]
    needs = [*everybody("C1"), *(need(name, "C0") for name in names)]

    assert cell(needs).demand is None
    assert cell(needs, viewer="LOTUS_LTD").employers == 1


def test_a_hidden_cell_says_nothing_of_how_many_there_are():
    def told(count):
        return cell([*everybody("C1"), *(need(f"F{number}", "C0") for number in range(count))])

    assert told(1) == told(2) == told(3) == told(4)


def test_a_need_read_off_a_page_counts_less_than_one_that_is_confirmed():
    needs = [*everybody("C0", employers=10), *(need(f"F{n}", "C1", channel="scraped") for n in range(10))]

    assert cell(needs).demand.share == pytest.approx(10 / 14, abs=1e-4)


def test_neither_order_nor_an_expired_need_changes_anything():
    needs, yard = planted(0.3, employers=12, seed=1), yardstick()
    old = need("Gone", "C0", openings=100, valid={"until": "2026-05-31"})

    assert gap([*reversed(needs), old], [], yard).cells == gap(needs, [], yard).cells


def test_of_several_versions_the_latest_in_force_counts_whatever_the_order():
    needs = [*everybody("C0"), *everybody("C1", version="2")]
    old, new = programme(module("M", *TAUGHT)), programme(module("M", ("C1", "practises", "2", 20)), version="2")
    draft = programme(module("M"), version="3", status="draft")

    for found in (gap(needs, [old, new, draft], yardstick()), gap(needs[::-1], [draft, new, old], yardstick())):
        assert [(item.unit, item.class_) for item in found.cells] == [("C1", "no_gap")]


def test_planted_demand_is_recovered_sample():
    assert recovered(60, 0.3, 30)[0] >= 0.88


@pytest.mark.soak
@pytest.mark.parametrize(("share", "employers"), [(0.1, 30), (0.2, 30), (0.3, 30), (0.6, 30), (0.3, 60)])
def test_planted_demand_is_recovered_in_93_of_100(share, employers):
    found, stated = recovered(1000, share, employers)

    print(f"\nplanted {share}, {employers} employers: {found:.1%} of {stated} stated intervals hold it")
    assert found >= 0.93


# ------------------------------------------------------------------ bad input
def test_a_competency_that_nobody_knows_is_named():
    with pytest.raises(InputError, match="no framework knows the competency: found 'C99'") as told:
        gap([need("E", "C99")], [], yardstick())

    assert told.value.file == "E-0"


def test_a_level_off_the_scale_is_named():
    with pytest.raises(InputError, match="the level of C0 is not on the scale: expected one of 1, 2, 3, found '9'"):
        gap([], [programme(module("M", ("C0", "teaches", "9")))], yardstick())


def test_without_numpy_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", None)

    with pytest.raises(InputError, match="intervals need numpy"):
        gap(everybody("C0"), [], yardstick())
