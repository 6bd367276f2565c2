"""Figures of placement: matching beside a plain numpy prototype, the check of its certificate, and rules by the hundred thousand.

The prototype knows seats and scores alone: no hosts, no reserves, no certificate. Both are given the same arrays and the same order,
take turns, and must agree. Times are of this process's CPU.
"""

from __future__ import annotations

import random

import numpy as np
from benchmarks.figures import Figure, Figures, below
from benchmarks.timing import medians_in_turn

from touchstone.library import load_library
from touchstone.placement import Placement, Rules, check
from touchstone.placement.certificate import blocking_contracts, certify, verify
from touchstone.placement.contracts import Contracts, contracts_of
from touchstone.placement.market import PlacementMarket, Post, Student
from touchstone.placement.matching import NOBODY, match, ranks
from touchstone.placement.outcome import Matched, check_record
from touchstone.placement.welfare import most_welfare
from touchstone.standards import RulePack

STUDENTS, CHOICES, PER_POST, POSTS_OF_HOST, REGIONS = 50_000, 10, 20, 4, 4
ALTERNATIVE, ROUNDS = 2_000, 5


def placement() -> Figures:
    """Measure all of it."""
    return matching() | alternative() | reading() | rules()


def random_contracts(students: int, *, nested: bool, seed: int = 1) -> Contracts:
    """A market as arrays: popular and unpopular posts, scores with noise; nested ones with hosts, priorities and reserves."""
    draw = np.random.default_rng(seed)
    posts = students // PER_POST
    liking = draw.normal(size=posts)
    chosen = np.concatenate([_best(liking + draw.gumbel(size=(1, posts))) for _ in range(students)])
    student = np.repeat(np.arange(students), CHOICES)
    score = np.round(np.repeat(draw.normal(70, 10, students), CHOICES) + draw.normal(0, 3, chosen.size), 1)
    region = np.repeat(draw.integers(0, REGIONS, students), CHOICES)
    cells = [(post, str(number)) for post in range(posts) for number in range(2)] if nested else []
    host_of = np.arange(posts) // POSTS_OF_HOST if nested else np.arange(posts)
    hosts = int(host_of.max()) + 1
    return Contracts(
        students=[f"s{number}" for number in range(students)], posts=[f"p{number}" for number in range(posts)],
        hosts=[f"h{number}" for number in range(hosts)], first=np.arange(0, students * CHOICES + 1, CHOICES),
        student=student, post=chosen, priority=np.repeat(draw.integers(0, 2, students), CHOICES) if nested else np.zeros_like(chosen),
        score=(score * 1e6).astype(np.int64), lottery=draw.permutation(students),
        cell=np.where(region < 2, chosen * 2 + region, NOBODY) if nested else np.full_like(chosen, NOBODY),
        host_of=host_of, post_seats=np.full(posts, PER_POST),
        host_seats=np.full(hosts, PER_POST * POSTS_OF_HOST - 4 if nested else PER_POST),
        cell_seats=np.full(len(cells), 2), cells=cells,
    )  # fmt: skip


def _best(liked: np.ndarray) -> np.ndarray:
    best = np.argpartition(-liked[0], CHOICES)[:CHOICES]
    return best[np.argsort(-liked[0, best])]


def prototype(contracts: Contracts, order: np.ndarray) -> np.ndarray:
    """Deferred acceptance in rounds over whole arrays: every round sorts all who hold a seat or ask for one."""
    following, ends = contracts.first[:-1].copy(), contracts.first[1:]
    given = np.full(len(contracts.students), NOBODY)
    free = np.flatnonzero(following < ends)
    while free.size:
        before = np.concatenate((given[given != NOBODY], following[free]))
        before = before[np.lexsort((order[before], contracts.post[before]))]
        post = contracts.post[before]
        begins = np.flatnonzero(np.concatenate(([True], post[1:] != post[:-1])))
        place = np.arange(post.size) - np.repeat(begins, np.diff(np.append(begins, post.size)))
        kept = place < contracts.post_seats[post]
        given[:] = NOBODY
        given[contracts.student[before[kept]]] = before[kept]
        refused = contracts.student[before[~kept]]
        following[refused] += 1
        free = refused[following[refused] < ends[refused]]
    return given


def matching() -> Figures:
    """Measure the mechanism on the plain market and on one with everything, beside the prototype."""
    plain, nested = random_contracts(STUDENTS, nested=False), random_contracts(STUDENTS, nested=True)
    order = ranks(plain)
    assert (match(plain) == prototype(plain, order)).all()
    given = match(nested)
    certificate = certify(nested, given)
    assert verify(nested, given, certificate) == []
    plain_given = match(plain)
    plain_certificate = certify(plain, plain_given)
    assert verify(plain, plain_given, plain_certificate) == []
    times = medians_in_turn(
        {
            "prototype": [lambda: prototype(plain, ranks(plain))],
            "plain": [lambda: match(plain)],
            "nested": [lambda: match(nested)],
            "verify plain": [lambda: verify(plain, plain_given, plain_certificate)],
            "verify nested": [lambda: verify(nested, given, certificate)],
        },
        ROUNDS,
    )
    size = f"{STUDENTS:,} × {CHOICES}"
    return {
        f"numpy prototype, {size}, CPU (ms)": Figure(times["prototype"] * 1e3),
        f"matching, {size}, CPU (ms)": Figure(times["plain"] * 1e3),
        f"matching with hosts, priorities and reserves, {size}, CPU (ms)": Figure(times["nested"] * 1e3),
        "matching / prototype, same market": below(times["plain"] / times["prototype"], 3),
        "matching with everything / prototype": below(times["nested"] / times["prototype"], 3),
        "certificate check / matching, same market": below(times["verify plain"] / times["plain"], 0.1),
        "certificate check / matching, with everything": below(times["verify nested"] / times["nested"], 0.1),
    }


def alternative() -> Figures:
    """Measure the welfare-maximising placement on a small market, and what it costs."""
    contracts = random_contracts(ALTERNATIVE, nested=True)
    times = medians_in_turn({"alternative": [lambda: most_welfare(contracts)]}, 3)
    given, other = match(contracts), most_welfare(contracts)
    blocking = blocking_contracts(contracts, other, certify(contracts, other))
    return {
        f"alternative by HiGHS, {ALTERNATIVE:,} × {CHOICES}, CPU (ms)": Figure(times["alternative"] * 1e3),
        f"placed of {ALTERNATIVE:,}, stable": Figure(float((given != NOBODY).sum())),
        f"placed of {ALTERNATIVE:,}, alternative": Figure(float((other != NOBODY).sum())),
        "blocking pairs of the alternative": Figure(float(blocking.size)),
    }


def reading() -> Figures:
    """Measure what comes before: a market of documents becomes arrays, its lottery drawn."""
    draw = random.Random(1)
    posts = [f"p{number}" for number in range(STUDENTS // PER_POST)]
    market = PlacementMarket(
        lottery="seed", posts=tuple(Post(id=name, seats=PER_POST) for name in posts),
        students=tuple(Student(id=f"s{number}", choices=tuple(draw.sample(posts, CHOICES))) for number in range(STUDENTS)),
    )  # fmt: skip
    record = Matched(market).record()
    assert check_record(market, record) == []
    times = medians_in_turn(
        {
            "reading": [lambda: contracts_of(market)],
            "record": [lambda: Matched(market).record()],
            "check": [lambda: check_record(market, record)],
        },
        3,
    )
    return {
        f"market of {STUDENTS:,} × {CHOICES} into arrays, CPU (ms)": Figure(times["reading"] * 1e3),
        f"market of {STUDENTS:,} × {CHOICES} to its record, CPU (ms)": Figure(times["record"] * 1e3),
        "check of a record / making it, both from the market": below(times["check"] / times["record"], 1),
    }


def rules() -> Figures:
    """Measure placements judged by every rule of the mainland: texts read, ages computed, findings made."""
    packs = [document for loaded in load_library() if isinstance(document := loaded.document, RulePack)]
    judges, draw = Rules(packs), random.Random(1)
    placements = [placement_of(draw) for _ in range(2_000)]
    count = sum(len(check(each, judges)) for each in placements)
    times = medians_in_turn({"rules": [lambda: [check(each, judges) for each in placements]]}, ROUNDS)
    return {"placement × rule evaluations, with reading, per CPU second": Figure(count / times["rules"], 200_000)}


def placement_of(draw: random.Random) -> Placement:
    """A placement that states every fact."""
    facts = {
        "kind": "post", "year_of_study": "2", "born": f"{draw.randint(2005, 2010)}-03-02", "start": "2026-03-02", "end": "2026-09-01",
        "sex": draw.choice(("female", "male")), "work_banned_for": "", "venue": "workshop", "organised_by": "school",
        "labour_grade": str(draw.randint(1, 3)), "harmful": "false", "signed_by": "school, host, student", "agreement_signed": "2026-03-01",
        "official_template": "true", "consents": "student, guardian", "matches_programme": "true", "post_class": "66",
        "programme_class": "66",
        "typical_tasks": "true", "only_repetition": "false", "works_independently": "true", "pay": str(draw.randint(1400, 2000)),
        "wage_of_post": "2000", "lowest_grade_wage": "1900", "paid_in_money": "true", "paid_directly": "true", "months_between_pay": "1",
        "fees": "", "interns_in_host": "1", "staff_in_host": "19", "interns_in_post": "1", "staff_in_post": "5", "hazards": "dust, noise",
        "on_holidays": "false", "overtime": "false", "night_shift": "false", "insured_from": "2026-03-02", "insured_until": "2026-09-01",
        "insurance_charged": "false", "host_forced": "false", "staff_standards": "false",
    }  # fmt: skip
    return Placement(jurisdiction="CN", facts=facts)
