"""What the loop between workshop and school takes: the smallest change of a programme, and who can fill a need."""

from __future__ import annotations

import random
import statistics
import time

from benchmarks.figures import Figure, Figures, below

from tests.touchstone.demand.people import DAY, DOCUMENTS, crowd, random_need
from tests.touchstone.programmes import world
from touchstone.demand.candidates import Passports, candidates, compile_needs
from touchstone.programmes.change import smallest_change
from touchstone.programmes.change_problem import Limits
from touchstone.programmes.gap import gap

MODULES, COMPETENCIES, CHANGES = 60, 80, 15
PASSPORTS, NEEDS = 10_000, 15


def programmes() -> Figures:
    """Measure both, each over several random cases."""
    roomy, tight = times_of_changes(CHANGES, None), times_of_changes(3, 1500)
    compiled, searched, hours = searches()
    size, crowd_size = f"{MODULES} modules × {COMPETENCIES} competencies", f"{PASSPORTS:,} passports"
    return {
        f"smallest change, {size}, equipment scarce, proven, p50 (ms CPU)": below(statistics.median(roomy) * 1e3, 200),
        "  the slowest of them (ms CPU)": Figure(max(roomy) * 1e3),
        "  where the hours allowed leave a fifth of the gaps open, p50 (ms CPU)": Figure(
            statistics.median(tight) * 1e3
        ),
        f"compile of {crowd_size} (s CPU)": Figure(compiled),
        f"candidates for a need over {crowd_size}, plans within {hours} hours, p50 (s CPU)": below(
            statistics.median(searched), 1
        ),
        "  the slowest of them (s CPU)": below(max(searched), 1),
    }


def times_of_changes(count, max_hours):
    """Return the seconds that each of some random changes takes."""
    return [cpu(lambda case=case: change(*case)) for case in (changes_of(seed, max_hours) for seed in range(count))]


def cpu(work):
    """Return the seconds of CPU that a work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def changes_of(seed, max_hours):
    """A catalogue of 60 modules that teach 80 competencies, all of which are asked of a programme that teaches none."""
    chance = random.Random(seed)
    units = [f"C{number}" for number in range(COMPETENCIES)]
    yard = world.yardstick(units=units)
    start = world.programme(world.module("OWN", hours=100))
    wanted = [(unit, chance.choice("23")) for unit in units]
    needs = [world.need(f"E{number}", *chance.sample(wanted, 60)) for number in range(40)]
    limits = Limits(max_hours=max_hours, equipment={"laser": 600, "kiln": 600, "mill": 600})
    other = world.programme(*(module(chance, number, units) for number in range(MODULES)), identifier="other")
    return start, gap(needs, [start], yard), [other], yard, limits


def module(chance, number, units):
    """A module that practises up to ten of the competencies, perhaps on equipment, perhaps after another module."""
    treated = [
        (unit, "practises", chance.choice("233"), chance.randint(4, 16))
        for unit in chance.sample(units, chance.randint(3, 10))
    ]
    before = [f"M{chance.randrange(number):02d}"] if number and chance.random() < 0.3 else []
    return world.module(
        f"M{number:02d}", *treated, hours=sum(each[3] for each in treated) + chance.randint(0, 20), prerequisites=before,
        equipment=chance.sample(["laser", "kiln", "mill"], chance.randint(0, 1)),
    )  # fmt: skip


def change(start, found, catalogue, yard, limits):
    """Propose, and insist that it is proven."""
    proposal = smallest_change(start, found, catalogue, yard, limits=limits)
    assert proposal.proven


def searches(hours=120):
    """Ask 15 needs of 10,000 passports."""
    chance = random.Random(0)
    needs = [random_need(chance, number) for number in range(NEEDS)]
    people, rulebook = crowd(PASSPORTS), compile_needs(DOCUMENTS, needs)
    start = time.process_time()
    passports = Passports(people, rulebook, DAY)
    compiled = time.process_time() - start
    return compiled, [cpu(lambda need=need: candidates(need, passports, max_hours=hours)) for need in needs], hours
