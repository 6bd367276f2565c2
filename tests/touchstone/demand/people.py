"""Holders from three regions with credentials of the shipped library, sound or not in every way, and needs there."""

from __future__ import annotations

import datetime as dt
import random

from tests.touchstone import plain
from tests.touchstone.small_world import envelope
from touchstone.demand.need import Need
from touchstone.demand.passport import Passport
from touchstone.library import load_library
from touchstone.standards import Framework, LevelScale
from touchstone.standards.decoding import decode

DAY = dt.date(2026, 11, 24)
DOCUMENTS = tuple(item.document for item in load_library())
SCALES = {item.id: [level.code for level in item.levels] for item in DOCUMENTS if isinstance(item, LevelScale)}
FRAMEWORKS = {
    item.region: item for item in DOCUMENTS if isinstance(item, Framework) and item.region in ("GD", "HK", "MO")
}


def need(*wanted, region="HK", identifier="need", **fields):
    asked = [{"unit": unit, **({"level": level} if level else {})} for unit, level in wanted]
    body = {"employer": "did:web:workshop.example", "region": region, "competencies": asked, **fields}
    return decode(plain.texts(envelope("Need", identifier, **body)), Need)


def random_need(chance, number=0, *, most=5):
    region = chance.choice(sorted(FRAMEWORKS))
    framework = FRAMEWORKS[region]
    units = chance.sample(framework.competencies, chance.randint(1, most))
    lower = SCALES[framework.level_scale][:3]
    wanted = [(unit.id, chance.choice([None, *lower])) for unit in units]
    return need(*wanted, region=region, identifier=f"need-{number}")


def credential(chance, number, region):
    framework = FRAMEWORKS[region]
    units = [
        {"id": unit.id, "level": chance.choice(SCALES[framework.level_scale])}
        for unit in chance.sample(framework.competencies, chance.randint(1, 6))
    ]
    held = {
        "credential": f"urn:example:{number}", "kind": "assessment", "units": units, "issuer": f"did:web:{region.lower()}-college.example",
        "awarded": f"{chance.choice([2015, 2023, 2024, 2025])}-06-01", "assurance": "provider_assessed",
        "status": chance.choice(["valid"] * 8 + ["suspended", "revoked"]), "status_checked": "2026-11-24T01:00:00Z",
    }  # fmt: skip
    for field in ("awarded", "assurance", "status"):
        if chance.random() < 0.04:
            del held[field]
    return held


def passport(chance, number):
    region = chance.choice(sorted(FRAMEWORKS))
    home = region if chance.random() < 0.9 else chance.choice(sorted(FRAMEWORKS))
    body = {
        "holder": f"urn:example:holder:{number:06d}", "region": region, "consent": {"from": "2026-01-01"},
        "evidence": [credential(chance, f"{number}-{place}", home) for place in range(chance.randint(1, 5))],
    }  # fmt: skip
    return decode(plain.texts({"kind": "Passport", **body}), Passport)


def crowd(size, seed=0):
    chance = random.Random(seed)
    return [passport(chance, number) for number in range(size)]
