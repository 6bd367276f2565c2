"""Random markets, and what stable means, by the definition: sets of contracts, tried one by one."""

from __future__ import annotations

import itertools
from decimal import Decimal

from touchstone.placement.lottery import lottery_numbers
from touchstone.placement.market import Host, PlacementMarket, Post, Reserve, Student

REGIONS = ("GD", "HK", "MO")


def random_market(draw, students=5, posts=3, choices=3, *, plain=False):
    """A market with nested quotas, priorities, reserves and many ties; a plain one has seats and scores alone."""
    hosts, made = [], []
    for number in range(posts):
        seats = draw.randint(0 if not plain else 1, max(1, students // 2))
        reserves, left = [], seats
        for region in REGIONS if not plain else ():
            if left and draw.random() < 0.4:
                taken = draw.randint(0, left)
                left -= taken
                reserves.append(Reserve(region=region, seats=taken))
        made.append((f"p{number}", seats, tuple(reserves), seats - left))
    if not plain:
        for begin in range(0, posts, 2):
            together = made[begin : begin + 2]
            most, least = sum(row[1] for row in together), sum(row[3] for row in together)
            hosts.append(Host(id=f"h{begin // 2}", seats=draw.randint(least, max(least, most))))
    world = tuple(
        Post(
            id=name, seats=seats, reserves=reserves, priority=("first",) if not plain and draw.random() < 0.4 else (),
            host=None if plain or draw.random() < 0.2 else f"h{number // 2}",
        )
        for number, (name, seats, reserves, _) in enumerate(made)
    )  # fmt: skip
    people = tuple(
        _student(f"s{number}", draw, [post.id for post in world], choices, plain=plain) for number in range(students)
    )
    return PlacementMarket(lottery=f"seed {draw.randint(0, 9)}", hosts=tuple(hosts), posts=world, students=people)


def _student(name, draw, posts, choices, *, plain):
    own = draw.sample(posts, draw.randint(0 if not plain else 1, min(choices, len(posts))))
    return Student(
        id=name, choices=tuple(own), score=Decimal(draw.randint(0, 4)), region=draw.choice((*REGIONS, None)),
        scores={post: Decimal(draw.randint(0, 40)) / 10 for post in own if draw.random() < 0.5},
        groups=("first",) if draw.random() < 0.3 else (),
    )  # fmt: skip


class World:
    """A market as its words say it, read by itself: keys as tuples, hosts as sets."""

    def __init__(self, market):
        self.posts = {post.id: post for post in market.posts}
        self.students = {student.id: student for student in market.students}
        self.hosts = {host.id: host.seats for host in market.hosts}
        drawn = lottery_numbers(market.lottery, [student.id for student in market.students])
        self.lottery = dict(zip((student.id for student in market.students), drawn, strict=True))

    def key(self, contract):
        """Lower comes first."""
        student, post = self.students[contract[0]], self.posts[contract[1]]
        places = [post.priority.index(group) for group in student.groups if group in post.priority]
        score = student.scores.get(post.id, student.score)
        return min(places, default=len(post.priority)), -score, self.lottery[student.id], post.id

    def host(self, contract):
        return self.posts[contract[1]].host or " " + contract[1]

    def reserve(self, contract):
        """The seats reserved at the post for the student's region."""
        region = self.students[contract[0]].region
        return sum(item.seats for item in self.posts[contract[1]].reserves if item.region == region)

    def _counts(self, contracts):
        posts, hosts, cells = {}, {}, {}
        for contract in contracts:
            posts[contract[1]] = posts.get(contract[1], 0) + 1
            hosts[self.host(contract)] = hosts.get(self.host(contract), 0) + 1
            cell = contract[1], self.students[contract[0]].region
            cells[cell] = cells.get(cell, 0) + 1
        return posts, hosts, cells

    def feasible(self, contracts):
        posts, hosts, _ = self._counts(contracts)
        return all(count <= self.posts[post].seats for post, count in posts.items()) and all(
            count <= self.hosts.get(host, count) for host, count in hosts.items()
        )

    def chosen(self, contracts):
        """A host's choice by brute force: first as many reserved seats used as can be, then the best, then the next best …"""
        contracts = sorted(contracts, key=self.key)

        def value(subset):
            _, _, cells = self._counts(subset)
            used = sum(min(count, self.reserve(next(c for c in subset if (c[1], self.students[c[0]].region) == cell)))
                       for cell, count in cells.items())  # fmt: skip
            return used, [contract in subset for contract in contracts]

        subsets = itertools.chain.from_iterable(
            itertools.combinations(contracts, size) for size in range(len(contracts) + 1)
        )
        return set(max((set(subset) for subset in subsets if self.feasible(subset)), key=value))

    def greedy(self, contracts):
        """The same choice one by one: who can use a reserved seat, in order; then the others, in order."""
        taken = []
        for reserved_only in (True, False):
            for contract in sorted(set(contracts) - set(taken), key=self.key):
                here = [
                    c
                    for c in taken
                    if (c[1], self.students[c[0]].region) == (contract[1], self.students[contract[0]].region)
                ]
                if (not reserved_only or len(here) < self.reserve(contract)) and self.feasible([*taken, contract]):
                    taken.append(contract)
        return set(taken)

    def better(self, matching):
        """Every contract that its student prefers to the seat given."""
        for name, student in self.students.items():
            given = matching.get(name)
            until = student.choices.index(given) if given else len(student.choices)
            yield from ((name, post) for post in student.choices[:until])

    def blocking(self, matching, choose=None):
        """The contracts that a student and a host would both rather have."""
        choose = choose or self.greedy
        by_host = {}
        for contract in matching.items():
            by_host.setdefault(self.host(contract), set()).add(contract)
        return [
            contract
            for contract in self.better(matching)
            if contract in choose(by_host.get(self.host(contract), set()) | {contract})
        ]

    def is_stable(self, matching, choose=None):
        return self.feasible(list(matching.items())) and not self.blocking(matching, choose)

    def matchings(self):
        """Every feasible matching."""
        names = sorted(self.students)
        for seats in itertools.product(*((None, *self.students[name].choices) for name in names)):
            matching = {name: post for name, post in zip(names, seats, strict=True) if post}
            if self.feasible(list(matching.items())):
                yield matching

    def rank(self, matching, name):
        """The place of a student's seat among the choices; none is the last."""
        choices = self.students[name].choices
        return choices.index(matching[name]) if name in matching else len(choices)
