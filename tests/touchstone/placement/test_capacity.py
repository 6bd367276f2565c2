"""How many a host may take, computed from the rules, with the rule that says so."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from tests.touchstone.placement.test_rules import CN, DE, RULES, SMALL, judged
from touchstone.placement.capacity import capacity
from touchstone.placement.placement import Placement
from touchstone.placement.rules import CompiledPack, Rules, check
from touchstone.placement.wording import told_cap
from touchstone.standards import RulePack
from touchstone.standards.decoding import decode
from touchstone.text import LANGUAGES

NOW, THEN = dt.date(2026, 3, 2), dt.date(2021, 3, 2)


def caps(jurisdiction, facts, on=NOW):
    """The caps by the fact that is counted, the tightest of each."""
    found = {}
    for cap in capacity(Placement(jurisdiction=jurisdiction, facts=facts), RULES, on):
        found.setdefault(cap.fact.name, cap)
    return found


@pytest.mark.parametrize(
    ("staff", "most"), [(0, 0), (4, 0), (5, 1), (9, 1), (10, 2), (14, 2), (22, 4), (24, 4), (25, 5)]
)
def test_a_post_is_capped_at_a_fifth_of_its_staff(staff, most):
    assert caps("CN", {"kind": "post", "staff_in_post": str(staff)})["interns_in_post"].most == most


@pytest.mark.parametrize(("staff", "most"), [(9, 0), (10, 1), (19, 1), (20, 2), (60, 6)])
def test_a_host_is_capped_at_a_tenth_of_its_staff(staff, most):
    assert caps("CN", {"kind": "post", "staff_in_host": str(staff)})["interns_in_host"].most == most


@pytest.mark.parametrize(("skilled", "most"), [(1, 1), (2, 1), (3, 2), (5, 2), (6, 3), (8, 3), (9, 4), (30, 11)])
def test_germany_counts_apprentices_by_skilled_workers(skilled, most):
    assert caps("DE", {**DE, "skilled_workers": str(skilled)})["apprentices"].most == most


def test_the_tightest_rule_of_a_count_comes_first():
    found = capacity(Placement(jurisdiction="DE", facts=DE), RULES, NOW)

    assert [(cap.rule.id, cap.most) for cap in found if cap.fact.name == "apprentices_of_trainer"] == [
        ("DE-02", 3),
        ("DE-03", 16),
    ]
    alone = {**DE, "trainer_only_trains": "true"}
    assert caps("DE", alone)["apprentices_of_trainer"].most == 16


@pytest.mark.parametrize("staff", range(0, 41, 3))
def test_the_cap_is_the_last_count_that_the_rules_do_not_mind(staff):
    facts = {
        **CN,
        "staff_in_post": str(staff),
        "staff_in_host": str(staff),
        "interns_in_host": "0",
        "interns_in_post": "0",
    }
    for name in ("interns_in_post", "interns_in_host"):
        most = caps("CN", facts)[name].most

        assert judged("CN", {**facts, name: str(most)})["CN-14"].result == "pass"
        assert judged("CN", {**facts, name: str(most + 1)})["CN-14"].result == "fail"


def test_a_cap_says_what_it_is_a_share_of_and_one_that_is_unknown_what_is_missing():
    placement = Placement(jurisdiction="CN", facts={"kind": "post", "staff_in_post": "22"})
    compiled = CompiledPack(RULES.applying("CN", NOW)[0].pack)
    host, post = capacity(placement, RULES, NOW)
    told = [told_cap(cap, compiled.facts, compiled.read(placement), "en") for cap in (host, post)]

    assert told == [
        "CN-14 cannot say how many (interns in the unit at the same time): not stated: staff of the unit.",
        "Post capped at 4: 20 % of 22 (staff in the same kind of post) (CN-14).",
    ]
    assert all(told_cap(post, compiled.facts, compiled.read(placement), language) for language in LANGUAGES)


def test_where_the_kind_is_not_known_the_cautious_cap_holds_and_a_visit_has_none():
    assert caps("CN", {"staff_in_post": "22"})["interns_in_post"].most == 4
    assert caps("CN", {"kind": "cognition", "staff_in_post": "22"})["interns_in_post"].most is None
    assert caps("CN", {"kind": "follow", "staff_in_post": "22"}, on=THEN)["interns_in_post"].most is None
    assert caps("CN", {"kind": "follow", "staff_in_post": "22"}, on=NOW)["interns_in_post"].most == 4
    assert caps("MO", {}) == {}


# ------------------------------------------------------------------ any rule that bounds a count
FACTS = [
    *({"name": name, "type": "number", "title": {"en": name}, "counts": "post"} for name in ("n", "k")),
    *({"name": name, "type": "number", "title": {"en": name}} for name in ("a", "b")),
]


def condition(draw, depth=2):
    """A random condition over counts, which have upper bounds only, and other numbers, some of them missing."""
    if depth and draw.random() < 0.7:
        parts = [condition(draw, depth - 1) for _ in range(draw.randint(1, 3))]
        return draw.choice(
            [{"all_of": parts}, {"any_of": parts}, {"at_least": {"count": str(draw.randint(1, 3)), "of": parts}}]
        )
    if draw.random() < 0.3:
        return {"fact": draw.choice("ab"), draw.choice(("min", "max", "below")): str(draw.randint(0, 9))}
    share = {
        "fact": draw.choice("ab"),
        "times": str(draw.randint(0, 9) / 10),
        "per": str(draw.randint(1, 3)),
        "plus": str(draw.randint(-1, 3)),
    }
    return {"fact": draw.choice("nnk"), draw.choice(("max", "below")): draw.choice([str(draw.randint(0, 9)), share])}


@pytest.mark.parametrize("count", [150, pytest.param(3_000, marks=pytest.mark.soak)])
def test_the_cap_of_any_rule_is_what_counting_up_one_by_one_finds(count):
    draw = random.Random(5)
    for _ in range(count):
        rule = {"id": "XX-1", "clause": {"en": "1"}, "clause_type": "requirement", "severity": "error", "verified": "true", "source": ["s"],
                "message": {"en": "x"}, "require": condition(draw)}  # fmt: skip
        pack = decode({**SMALL, "facts": FACTS, "rules": [rule]}, RulePack)
        facts = {name: str(draw.randint(0, 20)) for name in "ab" if draw.random() < 0.7}
        rules = Rules([pack])

        def results(upto, facts=facts, rules=rules):
            return [
                check(Placement(jurisdiction="XX", facts={**facts, "k": "0", "n": str(n)}), rules, NOW)[0].result
                for n in upto
            ]

        none, *more = results(range(60))
        for cap in capacity(Placement(jurisdiction="XX", facts=facts), rules, NOW):
            if cap.fact.name == "n":
                changed = next((n for n, result in enumerate(more) if result != none), None)
                assert cap.most == changed
                assert (cap.by is None) == (changed is None)
                assert told_cap(
                    cap,
                    CompiledPack(pack).facts,
                    CompiledPack(pack).read(Placement(jurisdiction="XX", facts=facts)),
                    "en",
                )
