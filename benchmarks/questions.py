"""What is asked of the engine: by the people of the demonstration, by anyone across the library, and for a plan of many courses.

Everything random comes from a fixed seed, so that two runs ask the same.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import msgspec

from touchstone.library import DEMO
from touchstone.recognition import Evidence, RecognitionRequest, Rulebook, compile_rulebook, load_request
from touchstone.recognition.evidence import HeldUnit
from touchstone.standards import (
    KINDS,
    BridgingCatalogue,
    Competency,
    Document,
    Framework,
    LevelScale,
    Qualification,
)
from touchstone.standards.bridging import BridgingOption, Money
from touchstone.standards.decoding import decode
from touchstone.standards.levels import Level

DAY = dt.date(2026, 11, 24)
MOST_UNITS = 14
"""What one random credential attests at most."""
CHECKED = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)


def people() -> Iterator[RecognitionRequest]:
    """Yield the requests of the demonstration."""
    for file in sorted(DEMO.rglob("*.request.yaml")):
        yield load_request(file)


def variations() -> Iterator[RecognitionRequest]:
    """Yield each request with one unit less, with a field unknown, and on other days."""
    for request in people():
        for index, evidence in enumerate(request.evidence):
            for unit in evidence.units:
                fewer = tuple(item for item in evidence.units if item != unit)
                yield _with_evidence(request, index, units=fewer)
            yield _with_evidence(request, index, status=None)
            yield _with_evidence(request, index, assurance=None)
            yield _with_evidence(request, index, awarded=None)


def _with_evidence(request: RecognitionRequest, index: int, **changes: Any) -> RecognitionRequest:
    changed = msgspec.structs.replace(request.evidence[index], **changes)
    evidence = (*request.evidence[:index], changed, *request.evidence[index + 1 :])
    return msgspec.structs.replace(request, evidence=evidence)


def across_the_library(documents: list[Document], count: int, *, among: frozenset[str]) -> Iterator[RecognitionRequest]:
    """Yield requests for any qualification of some regions from any of them, with one to three credentials each."""
    rng = random.Random(7)
    scales = {item.id: item for item in documents if isinstance(item, LevelScale)}
    frameworks = [item for item in documents if isinstance(item, Framework) and item.region in among]
    frameworks = [item for item in frameworks if len(item.competencies) >= MOST_UNITS]
    targets = [item for item in documents if isinstance(item, Qualification) and item.region in among]
    targets = [item for item in targets if item.in_force(DAY)]
    for _ in range(count):
        target, framework = rng.choice(targets), rng.choice(frameworks)
        levels = scales[framework.level_scale].levels
        yield RecognitionRequest(
            from_=framework.region,
            to=target.region,
            target=target.id,
            purpose="employment",
            decided_on=DAY,
            evidence=tuple(
                _credential(rng, number, rng.sample(framework.competencies, rng.randint(1, MOST_UNITS)), levels)
                for number in range(rng.randint(1, 3))
            ),
        )


def _credential(rng: random.Random, number: int, units: list[Competency], levels: tuple[Level, ...]) -> Evidence:
    return Evidence(
        credential=f"urn:bench:{number}",
        kind="assessment",
        issuer="did:web:school.example",
        units=tuple(HeldUnit(id=unit.id, level=rng.choice(levels).code) for unit in units),
        awarded=DAY - dt.timedelta(days=rng.randint(1, 2500)) if rng.random() < 0.95 else None,
        assurance=rng.choices(["provider_assessed", "authority_assessed", None], [4, 1, 1])[0],
        status=rng.choice(["valid"] * 4 + [None]),
        status_checked=CHECKED,
    )


def plan_problem(seed: int, *, units: int = 20, options: int = 100) -> tuple[RecognitionRequest, Rulebook]:
    """Return a request in which every unit is missing, and courses that lead to one to four; some need another course first."""
    rng = random.Random(seed)
    names = [f"unit-{number}" for number in range(units)]
    common = {"version": "1", "title": {"en": "bench"}, "status": "in_force"}
    offered = []
    for number in range(options):
        first = (f"course-{rng.randrange(number)}",) if number and rng.random() < 0.15 else ()
        offered.append(
            BridgingOption(
                id=f"course-{number}",
                kind="course",
                covers=tuple(rng.sample(names, rng.randint(1, 4))),
                cost=Money(amount=rng.randint(20, 200) * 1000, currency="HKD"),
                hours=rng.randint(4, 60),
                prerequisites=first,
            )
        )
    plain = (
        {"kind": "LevelScale", "id": "scale", "levels": [{"code": "1"}, {"code": "2"}]},
        {
            "kind": "Framework",
            "id": "framework",
            "region": "HK",
            "level_scale": "scale",
            "competencies": [{"id": name, "title": {"en": name}} for name in names],
        },
        {
            "kind": "Qualification",
            "id": "target",
            "region": "HK",
            "framework": "framework",
            "require": {"all_of": [{"unit": name, "level": "1"} for name in names]},
        },
    )
    documents = [decode({**common, **item}, KINDS[item["kind"]]) for item in plain]
    catalogue = BridgingCatalogue(id="catalogue", region="HK", options=tuple(offered), **common)
    request = RecognitionRequest(
        from_="HK", to="HK", target="target", purpose="employment", decided_on=DAY, evidence=()
    )
    return request, compile_rulebook([*documents, catalogue])
