"""Deferred acceptance: stable, best for students, the same for any order of the input, and no reason to lie."""

from __future__ import annotations

import _thread
import datetime as dt
import random
import signal
import threading
import time
import warnings
from decimal import Decimal

import msgspec
import numpy as np
import pytest

from tests.touchstone.placement.markets import World, random_market
from touchstone.errors import InputError, TooComplexError
from touchstone.placement.certificate import CLOSED, OPEN, Certificate, certify, verify
from touchstone.placement.contracts import contracts_of
from touchstone.placement.lottery import lottery_numbers
from touchstone.placement.market import Announced, Host, PlacementMarket, Post, Reserve, Student, flaws, remarks
from touchstone.placement.matching import NOBODY, match, ranks
from touchstone.placement.outcome import Matched, check_record
from touchstone.placement.welfare import most_welfare

SOAK = pytest.mark.soak
MANY = [40, pytest.param(1_000, marks=SOAK)]


def seated(market, given=None):
    """Where every student sits."""
    return {seat.student: seat.post for seat in Matched(market, given).seats() if seat.post}


def given_of(contracts, matching):
    """A matching as an array."""
    pairs = zip(contracts.student.tolist(), contracts.post.tolist(), strict=True)
    place = {(contracts.students[s], contracts.posts[p]): number for number, (s, p) in enumerate(pairs)}
    return np.array([place.get((name, matching.get(name)), NOBODY) for name in contracts.students], dtype=np.int64)


@pytest.mark.parametrize("count", MANY)
def test_a_matching_is_stable_by_a_checker_that_knows_only_the_definition(count):
    draw = random.Random(count)
    for _ in range(count):
        market = random_market(draw, students=draw.randint(1, 30), posts=draw.randint(1, 8), choices=5)
        assert not list(flaws(market))

        assert World(market).is_stable(seated(market))


@pytest.mark.parametrize("count", [15, pytest.param(400, marks=SOAK)])
def test_quotas_and_reserves_by_brute_force_no_stable_matching_is_better_for_anyone(count):
    draw = random.Random(7)
    for _ in range(count):
        market = random_market(draw, students=4, posts=3, choices=3)
        world, ours = World(market), seated(market)
        stable = [other for other in world.matchings() if world.is_stable(other, world.chosen)]

        assert ours in stable
        assert all(world.rank(ours, name) <= world.rank(other, name) for other in stable for name in world.students)


@pytest.mark.parametrize("count", MANY)
def test_the_order_of_the_input_changes_nothing(count):
    draw = random.Random(count)
    for _ in range(count):
        market = random_market(draw, students=12, posts=5, choices=4)
        mixed = msgspec.structs.replace(
            market,
            **{
                name: tuple(draw.sample(getattr(market, name), len(getattr(market, name))))
                for name in ("students", "posts", "hosts")
            },
        )
        posts = tuple(msgspec.structs.replace(post, reserves=post.reserves[::-1]) for post in mixed.posts)
        mixed = msgspec.structs.replace(mixed, posts=posts)

        assert Matched(market).record() == Matched(mixed).record()
        assert check_record(mixed, Matched(market).record()) == []


@pytest.mark.parametrize("count", [200, pytest.param(10_000, marks=SOAK)])
def test_nobody_gains_by_another_list_than_the_true_one(count):
    draw = random.Random(3)
    for _ in range(count):
        market = random_market(draw, students=7, posts=4, choices=4)
        true, posts = draw.choice(market.students), [post.id for post in market.posts]
        lie = draw.sample(posts, draw.randint(0, len(posts)))
        liar = msgspec.structs.replace(true, choices=tuple(lie))
        others = tuple(liar if student is true else student for student in market.students)
        lied = seated(msgspec.structs.replace(market, students=others)).get(true.id)

        assert lied not in true.choices or World(market).rank(seated(market), true.id) <= true.choices.index(lied)


@pytest.mark.parametrize(("students", "posts"), [(60, 8), pytest.param(1_000, 50, marks=SOAK)])
def test_a_market_of_seats_and_scores_alone_is_matched_as_the_matching_package_does(students, posts):
    from matching.games import HospitalResident

    market = random_market(random.Random(5), students=students, posts=posts, choices=5, plain=True)
    world = World(market)
    applied = {post.id: [] for post in market.posts}
    for student in market.students:
        for post in student.choices:
            applied[post].append(student.id)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solved = HospitalResident.create_from_dictionaries(
            {student.id: list(student.choices) for student in market.students},
            {
                post: sorted(names, key=lambda name, post=post: world.key((name, post)))
                for post, names in applied.items()
                if names
            },
            {post.id: post.seats for post in market.posts if applied[post.id]},
        ).solve(optimal="resident")

    assert seated(market) == {
        str(resident.name): str(hospital.name) for hospital, kept in solved.items() for resident in kept
    }


def test_a_region_takes_its_reserved_seats_before_others_with_better_scores():
    students = (
        Student(id="a", choices=("p",), score=Decimal(90), region="GD"),
        Student(id="b", choices=("p",), score=Decimal(80), region="GD"),
        Student(id="c", choices=("p",), score=Decimal(50), region="MO"),
    )
    post = Post(id="p", seats=2, reserves=(Reserve(region="MO", seats=1),))
    market = PlacementMarket(lottery="x", posts=(post,), students=students)

    assert seated(market) == {"a": "p", "c": "p"}
    assert seated(msgspec.structs.replace(market, students=students[:2])) == {"a": "p", "b": "p"}  # nobody claims it


def test_a_host_is_full_before_its_posts_are():
    posts = tuple(Post(id=name, seats=2, host="h") for name in "pq")
    students = tuple(
        Student(id=name, choices=(post,), score=Decimal(score))
        for name, post, score in (("a", "p", 9), ("b", "p", 7), ("c", "q", 8), ("d", "q", 6))
    )
    market = PlacementMarket(lottery="x", hosts=(Host(id="h", seats=3),), posts=posts, students=students)

    reasons = {reason.seat.student: reason for reason in Matched(market).reasons()}

    assert seated(market) == {"a": "p", "b": "p", "c": "q"}
    (refused,) = reasons["d"].refused
    assert (refused.by, refused.cut_off.score, refused.own_score) == ("score", 7, 6)


def test_a_tie_is_broken_by_the_lottery_and_the_reason_says_so():
    students = tuple(Student(id=name, choices=("p",), score=Decimal("70.9")) for name in "abcd")
    market = PlacementMarket(lottery="drawn on 24 November", posts=(Post(id="p", seats=1),), students=students)
    numbers = dict(zip("abcd", lottery_numbers(market.lottery, list("abcd")), strict=True))

    (winner,) = seated(market)
    assert numbers[winner] == 0
    for reason in Matched(market).reasons():
        for refused in reason.refused:
            assert (refused.by, refused.cut_off.lottery, refused.own_lottery) == (
                "lottery",
                1,
                numbers[reason.seat.student] + 1,
            )


def test_another_seed_draws_other_numbers():
    ids = [f"s{number}" for number in range(50)]

    assert sorted(lottery_numbers("one", ids)) == list(range(50))
    assert lottery_numbers("one", ids) != lottery_numbers("two", ids)


def test_a_group_with_priority_comes_before_better_scores():
    students = (
        Student(id="a", choices=("p",), score=Decimal(90)),
        Student(id="b", choices=("p",), score=Decimal(10), groups=("needs_access",)),
    )
    market = PlacementMarket(lottery="x", posts=(Post(id="p", seats=1, priority=("needs_access",)),), students=students)

    assert seated(market) == {"b": "p"}
    assert next(Matched(market).reasons()).refused[0].by == "priority"


def test_numbers_too_large_for_one_key_are_ordered_all_the_same():
    draw = random.Random(1)
    market = random_market(draw, students=10, posts=4, choices=4)
    scores = [Decimal(draw.choice((0, 1_000_000))) for _ in market.students]
    market = msgspec.structs.replace(
        market,
        students=tuple(
            msgspec.structs.replace(s, score=score, scores={}) for s, score in zip(market.students, scores, strict=True)
        ),
    )
    contracts = contracts_of(market)
    big = contracts._replace(score=contracts.score * 10**6)

    assert ranks(big).max() < big.post.size < ranks(contracts).max()  # places instead of keys
    assert (np.argsort(ranks(big)) == np.argsort(ranks(contracts))).all()
    assert World(market).is_stable(seated(market))


# ------------------------------------------------------------------ the certificate
@pytest.mark.parametrize("count", [120, pytest.param(1_000, marks=SOAK)])
def test_a_certificate_holds_for_the_stable_matchings_and_for_no_other(count):
    draw = random.Random(11)
    for _ in range(count):
        market = random_market(draw, students=4, posts=3, choices=3)
        world, contracts = World(market), contracts_of(market)
        for matching in draw.sample(every := list(world.matchings()), min(20, len(every))):
            given = given_of(contracts, matching)

            assert (not verify(contracts, given, certify(contracts, given))) == world.is_stable(matching)


@pytest.mark.parametrize("count", [800, pytest.param(20_000, marks=SOAK)])
def test_a_false_cut_off_is_found_whatever_the_matching(count):
    draw = random.Random(13)
    for _ in range(count):
        market = random_market(draw, students=9, posts=4, choices=3)
        contracts = contracts_of(market)
        given = match(contracts)
        true = certify(contracts, given)
        false = Certificate(true.by_post.copy(), true.by_cell.copy())
        at = draw.choice([cut_offs for cut_offs in false if cut_offs.size])
        place = draw.randrange(at.size)
        at[place] = draw.choice([value for value in (CLOSED, OPEN, *range(contracts.post.size)) if value != at[place]])

        assert verify(contracts, given, false)


def test_posts_that_share_a_full_host_share_its_cut_off():
    posts = tuple(Post(id=name, seats=2, host="h") for name in "pq")
    students = tuple(
        Student(id=name, choices=(post,), score=Decimal(score))
        for name, post, score in (("a", "p", 9), ("b", "q", 7), ("c", "p", 5))
    )
    contracts = contracts_of(
        PlacementMarket(lottery="x", hosts=(Host(id="h", seats=2),), posts=posts, students=students)
    )
    given = match(contracts)
    true = certify(contracts, given)

    assert true.by_post.tolist() == [1, 1]  # b is the last, at whichever post
    for false in ([0, 1], [1, 0], [0, 0]):
        assert verify(contracts, given, true._replace(by_post=np.array(false)))


def test_more_students_than_seats_and_seats_nobody_asked_for_are_found():
    posts = (Post(id="p", seats=1, host="h"), Post(id="q", seats=1, host="h"))
    students = tuple(Student(id=name, choices=("p", "q")) for name in "ab")
    market = PlacementMarket(lottery="x", hosts=(Host(id="h", seats=1),), posts=posts, students=students)
    contracts = contracts_of(market)

    for given, told in (
        ([0, 2], "p has more students"), ([0, 3], "h has more students"), ([2, -1], "did not apply"), ([9, -1], "nobody applied"),
    ):  # fmt: skip
        wrong = verify(contracts, np.array(given), certify(contracts, match(contracts)))
        assert any(told in each for each in wrong)


def test_a_record_is_checked_again_from_the_market_alone():
    market = random_market(random.Random(21), students=20, posts=6, choices=4)
    record = Matched(market).record()

    assert check_record(market, record) == []
    moved = [msgspec.structs.replace(seat, post=None, choice=None) for seat in record.seats]
    assert check_record(market, msgspec.structs.replace(record, seats=tuple(moved)))
    cut = next(index for index, item in enumerate(record.cut_offs) if item.score is not None)
    sat = next(index for index, seat in enumerate(record.seats) if seat.choice)
    seats = [*record.seats]
    seats[sat] = msgspec.structs.replace(seats[sat], choice=seats[sat].choice + 1)
    assert "a choice" in check_record(market, msgspec.structs.replace(record, seats=tuple(seats)))[0]
    forged = [*record.cut_offs]
    forged[cut] = msgspec.structs.replace(forged[cut], score=forged[cut].score + 1)
    assert check_record(market, msgspec.structs.replace(record, cut_offs=tuple(forged)))
    other = msgspec.structs.replace(market, lottery="another seed")
    with pytest.raises(InputError, match="another market"):
        check_record(other, record)


# ------------------------------------------------------------------ the alternative
@pytest.mark.parametrize("count", [10, pytest.param(300, marks=SOAK)])
def test_the_alternative_fills_most_seats_then_reserves_then_gives_the_best_choices(count):
    draw = random.Random(17)
    for _ in range(count):
        market = random_market(draw, students=4, posts=3, choices=3)
        world, contracts = World(market), contracts_of(market)

        def worth(matching, world=world):
            cells = world._counts(matching.items())[2]
            reserved = {(c[1], world.students[c[0]].region): world.reserve(c) for c in matching.items()}
            used = sum(min(count, reserved[cell]) for cell, count in cells.items())
            return len(matching), used, -sum(world.rank(matching, name) for name in matching)

        found = Matched(market, most_welfare(contracts), contracts)
        matching = {seat.student: seat.post for seat in found.seats() if seat.post}

        assert world.feasible(list(matching.items()))
        assert worth(matching) == max(worth(other) for other in world.matchings())
        assert found.blocking().size == len(world.blocking(matching))


# ------------------------------------------------------------------ what cannot be a market
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"posts": (Post(id="p", seats=1, reserves=(Reserve(region="MO", seats=2),)),)}, "2 seats are reserved of 1"),
        ({"posts": (Post(id="p", seats=1, host="nowhere"),)}, "no host has this id"),
        ({"posts": (Post(id="p", seats=1), Post(id="p", seats=2))}, "stands twice"),
        ({"students": (Student(id="a", choices=("p", "p")),)}, "stands twice"),
        ({"students": (Student(id="a", choices=("q",)),)}, "no post has this id"),
        ({"students": (Student(id="a", choices=("p",), scores={"P": Decimal(99)}),)}, "not among the choices"),
        ({"hosts": (Host(id="h", seats=0),),
         "posts": (Post(id="p", seats=1, host="h", reserves=(Reserve(region="MO", seats=1),)),)}, "reserve 1"),
    ],
)  # fmt: skip
def test_a_market_that_contradicts_itself_is_refused_in_words(change, told):
    market = PlacementMarket(lottery="x", posts=(Post(id="p", seats=1),), students=(Student(id="a", choices=("p",)),))

    assert any(told in flaw.message for flaw in flaws(msgspec.structs.replace(market, **change)))


def test_what_meets_nobody_and_a_seed_that_nobody_announced_are_remarked_upon():
    post = Post(id="p", seats=2, priority=("locals",), reserves=(Reserve(region="MO", seats=1),))
    student = Student(id="a", choices=("p",), groups=("local",), region="MC")
    market = PlacementMarket(lottery="x", posts=(post,), students=(student,))

    assert [(each.found, each.hint) for each in remarks(market)][:3] == [
        ("locals", "Did you mean local?"), ("MO", ""), ("local", "Did you mean locals?"),
    ]  # fmt: skip
    assert "announced" in list(remarks(market))[-1].message
    sound = msgspec.structs.replace(
        market,
        posts=(msgspec.structs.replace(post, priority=("local",), reserves=(Reserve(region="MC", seats=1),)),),
        announced=Announced(on=dt.date(2026, 11, 1), where="the notice board"),
    )
    assert list(remarks(sound)) == []


def test_an_alternative_that_takes_too_long_is_given_up_in_a_sentence():
    market = random_market(random.Random(3), students=60, posts=12, choices=8)

    with pytest.raises(TooComplexError, match="not found in time"):
        most_welfare(contracts_of(market), seconds=0)


@SOAK
def test_the_search_for_the_alternative_hears_an_interruption():
    market = random_market(random.Random(3), students=50_000, posts=500, choices=10, plain=True)
    contracts = contracts_of(market)
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a run in the background has been told to ignore it
    begun = time.monotonic()
    threading.Timer(1, _thread.interrupt_main).start()

    try:
        with pytest.raises(KeyboardInterrupt):
            most_welfare(contracts)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - begun < 10  # to the end it takes some twenty seconds


def test_an_empty_market_has_an_empty_matching():
    market = PlacementMarket(lottery="x", posts=(Post(id="p", seats=1),), students=(Student(id="a", choices=()),))

    assert seated(market) == {}
    assert check_record(market, Matched(market).record()) == []
    assert (most_welfare(contracts_of(market)) == NOBODY).all()
