"""Who can fill a need: always what the engine says of each passport alone, and never of anybody who does not consent."""

from __future__ import annotations

import random

import msgspec
import pytest

from tests.touchstone.demand.people import DAY, DOCUMENTS, crowd, need, random_need
from touchstone.demand.candidates import Passports, candidates, compile_needs
from touchstone.demand.passport import load_passports
from touchstone.errors import InputError
from touchstone.recognition import decide
from touchstone.recognition.bridging import PlanWish, plan
from touchstone.recognition.evidence import HeldUnit
from touchstone.recognition.plan import Limits
from touchstone.standards.envelope import Period


def compare(needs, people, hours):
    """Hold the answers beside what the engine says of each passport; return how many of each kind there were."""
    rulebook = compile_needs(DOCUMENTS, needs)
    passports = Passports(people, rulebook, DAY)
    seen = {"ready": 0, "perhaps": 0, "bridgeable": 0, "others": 0}
    for each in needs:
        found = candidates(each, passports, max_hours=hours)
        by_holder = {
            item.holder: (kind, item) for kind in ("ready", "perhaps", "bridgeable") for item in getattr(found, kind)
        }
        for person in people:
            request = passports.request(person.region, each.region, each.id, person.evidence)
            decision = decide(request, rulebook)
            kind, item = by_holder.get(person.holder, ("others", None))
            seen[kind] += 1
            assert (kind == "ready") == (decision.floor == "FULL"), (each, person)
            assert (kind == "perhaps") == (decision.ceiling == "FULL" != decision.floor), (each, person)
            if decision.floor != "FULL":
                wish = PlanWish(Limits(max_hours=hours), region=each.region)
                expected = plan(request, rulebook, wish).plan
                assert (item.plan if item else None) == expected, (each, person)
                assert kind != "others" or expected is None
            if item and kind != "ready":
                assert item.missing == decision.missing[0]
            if item:
                assert item.recognised == decision.recognised
    return seen


def test_the_answer_is_what_the_engine_says_of_each_alone():
    chance = random.Random(5)
    seen = compare([random_need(chance, number, most=2) for number in range(6)], crowd(40, seed=1), 80)

    assert all(seen.values()), seen


@pytest.mark.soak
def test_the_answer_is_what_the_engine_says_of_each_alone_at_length():
    chance = random.Random(6)
    seen = compare([random_need(chance, number, most=4) for number in range(25)], crowd(160, seed=2), 120)

    print(f"\n4,000 answers as the engine gives them one by one: {seen}")
    assert all(seen.values()), seen


def test_who_does_not_consent_is_never_looked_at():
    people = crowd(30, seed=3)
    silent = [msgspec.structs.replace(person, consent=None) for person in people[:15]]
    expired = [msgspec.structs.replace(people[15], consent=Period(until=DAY.replace(day=1)))]
    rulebook = compile_needs(DOCUMENTS, [need(("DEMO-HK:casting", None))])
    found = candidates(need(("DEMO-HK:casting", None)), Passports([*silent, *expired, *people[16:]], rulebook, DAY))

    told = {item.holder for item in (*found.ready, *found.perhaps, *found.bridgeable)}
    assert found.asked == 14
    assert told.isdisjoint(person.holder for person in people[:16])


def test_the_order_of_the_passports_changes_nothing():
    people, asked = crowd(60, seed=4), need(("DEMO-HK:casting", "2"))
    rulebook = compile_needs(DOCUMENTS, [asked])

    found = candidates(asked, Passports(people, rulebook, DAY))
    assert candidates(asked, Passports(people[::-1], rulebook, DAY)) == found


def test_a_holder_who_handed_in_two_passports_is_not_counted_twice(tmp_path):
    asked, person = need(("DEMO-HK:casting", "2")), crowd(1, seed=4)[0]
    rulebook = compile_needs(DOCUMENTS, [asked])
    lines = tmp_path / "all.jsonl"
    lines.write_bytes(msgspec.json.encode(person) + b"\n")

    with pytest.raises(InputError, match="a holder stands in two passports"):
        Passports([person, person], rulebook, DAY)
    with pytest.raises(
        InputError, match=rf"a holder stands in two passports: found .* The other is .*{lines.name}:1: give one"
    ):
        list(load_passports([lines, tmp_path]))


def test_a_unit_that_nobody_knows_counts_for_nothing_and_stops_nobody():
    people, asked = crowd(40, seed=4), need(("DEMO-HK:casting", "2"))
    rulebook = compile_needs(DOCUMENTS, [asked])
    slips = [HeldUnit(id="DEMO-HK:castng", level="2"), HeldUnit(id="DEMO-HK:casting", level="99")]
    first = people[0].evidence[0]
    evidence = (msgspec.structs.replace(first, units=(*first.units, *slips)), *people[0].evidence[1:])
    passports = Passports([msgspec.structs.replace(people[0], evidence=evidence), *people[1:]], rulebook, DAY)

    assert [(told.holder, told.unit, told.level) for told in passports.unknown] == [
        (people[0].holder, slip.id, slip.level) for slip in slips
    ]
    assert candidates(asked, passports) == candidates(asked, Passports(people, rulebook, DAY))


def test_a_need_in_levels_of_another_scale_is_refused_with_the_scale_expected():
    scale = "https://touchstone.example/scales/cn-skill-5"
    with pytest.raises(InputError, match=r"the level stands on another scale than the competency's: expected .*hkqf"):
        compile_needs(DOCUMENTS, [need(("DEMO-HK:casting", "4"), level_scale=scale)])


def test_a_need_for_nothing_is_refused():
    with pytest.raises(InputError, match="the need names no competencies"):
        compile_needs(DOCUMENTS, [need()])
