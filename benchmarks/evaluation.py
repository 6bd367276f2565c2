"""What evaluating takes: 500 organisations by 60 indicators, every method, and 1,000 sets of moved weights."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from benchmarks.figures import Figures, below

from touchstone.evaluation.evaluating import evaluate
from touchstone.evaluation.observations import EvaluationData
from touchstone.evaluation.stability import by_every_method, stability
from touchstone.standards import IndicatorSystem
from touchstone.standards.decoding import decode

ORGANISATIONS, GROUPS, EACH, TRIALS, ROUNDS = 500, 4, 15, 1_000, 5


def evaluation() -> Figures:
    """Measure, in CPU seconds of this process, the least of some rounds each."""
    system, data = whole_system(), observations()
    name = f"{ORGANISATIONS} organisations x {GROUPS * EACH} indicators"
    parts: dict[str, Callable[[], object]] = {
        "evaluated with every line": lambda: evaluate(system, data),
        "ranked by every method": lambda: by_every_method(system, data),
        f"{TRIALS} weight perturbations": lambda: stability(system, data, trials=TRIALS),
    }
    times = {part: min(cpu(work) for _ in range(ROUNDS)) for part, work in parts.items()}
    assert len(by_every_method(system, data)) == 8
    figures = {f"{name}, {part} (s)": below(spent) for part, spent in times.items()}
    return figures | {f"{name}, all of it (s)": below(sum(times.values()), 2)}


def cpu(work: Callable[[], object]) -> float:
    """Return how long a work takes, in seconds of CPU."""
    start = time.process_time()
    work()
    return time.process_time() - start


def whole_system() -> IndicatorSystem:
    """Return a sound system with everything that a method may need."""
    groups = [f"g{number}" for number in range(GROUPS)]
    measures = ({"type": "benefit", "worst": "0", "best": "100"}, {"type": "cost", "worst": "100", "best": "0"})
    plain = {
        "id": "s", "version": "1", "title": {"en": "System"}, "status": "in_force",
        "bands": [{"code": str(step), "title": {"en": str(step)}, "at_least": str(step / 5)} for step in range(5)],
        "comparisons": [{"order": groups, "rows": [["1"] * GROUPS] * GROUPS}]
        + [{"parent": group, "order": [f"{group}i{n}" for n in range(EACH)], "rows": [["1"] * EACH] * EACH} for group in groups],
        "indicators": [
            {"id": group, "title": {"en": group}, "weight": "0.25", "children": [
                {"id": f"{group}i{n}", "title": {"en": f"{group}i{n}"}, "weight": "0.066667", "measure": measures[n % 2]}
                for n in range(EACH)
            ]}
            for group in groups
        ],
    }  # fmt: skip
    return decode(plain, IndicatorSystem)


def observations() -> EvaluationData:
    """Return made-up values, the same in every run."""
    chance = random.Random(20261124)
    leaves = [leaf.id for leaf in whole_system().leaves()]
    organisations = [
        {"id": f"o{number}", "values": {leaf: str(chance.randint(1, 99)) for leaf in leaves}}
        for number in range(ORGANISATIONS)
    ]
    return decode({"system": "s", "period": "2026", "on": "2026-12-01", "organisations": organisations}, EvaluationData)
