# SPDX-License-Identifier: Apache-2.0
"""The three worked examples, and random worlds drawn with fixed seeds so that every outcome appears often."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

from conformance.cases import Case

from tests.oracle import oracle
from tests.oracle.example_files import EXAMPLES, read_yaml
from tests.oracle.worlds import random_world
from touchstone.recognition import load_request
from touchstone.standards import load_folder, normal_form

EACH, SEEDS = 14, range(7_000, 12_000)
OUTCOMES = ("FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED", "REFER")
TITLES = {
    "maker-conditional": "A maker from Guangdong who lacks only the law of Hong Kong is recognised on condition.",
    "maker-partial": "A maker whose setting is at too low a level is recognised in part.",
    "setter-refer": "A setter with a close match that is neither accepted nor refused needs a person to look.",
}


def worked_examples() -> Iterator[Case]:
    """The worked examples of the design, with their expected answers as written."""
    expected = read_yaml(EXAMPLES / "expected.yaml")
    documents = [normal_form(loaded.document) for loaded in load_folder(EXAMPLES / "documents")]
    for name, title in TITLES.items():
        request = normal_form(load_request(EXAMPLES / f"{name}.request.yaml"))
        hand = {field: value for field, value in expected[name].items() if field != "plan"}
        if "conditions" in hand:
            hand["conditions"]["deadline_months"] = int(hand["conditions"]["deadline_months"])
        yield Case(f"example-{name}", title, (), documents, request, hand, "example")


def random_worlds() -> Iterator[Case]:
    """For each outcome the first worlds that reach it; those of REFER under an agreement first, for they hold open facts."""
    taken: Counter[str] = Counter()
    for seed in SEEDS:
        request, documents = random_world(random.Random(seed))
        decision = oracle.decide(request, documents)
        outcome = decision["outcome"]
        lonely = outcome == "REFER" and not decision["open"]
        if taken[outcome] >= EACH or (lonely and taken["lonely"] >= EACH // 3):
            continue
        taken[outcome] += 1
        taken["lonely"] += lonely
        title = f"A random world that is decided as {outcome}."
        yield Case(f"world-{seed}", title, (), documents, request, {"outcome": outcome}, "world")
        if all(taken[each] >= EACH for each in OUTCOMES):
            return


CASES = [*worked_examples(), *random_worlds()]
