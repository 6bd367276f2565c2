# SPDX-License-Identifier: Apache-2.0
"""A small world to state rules in: two regions, three frameworks, two scales that run in opposite directions.

Guangdong (GD) teaches S1, S2, S3 on a scale whose numbers fall (5 is its lowest level); Hong Kong (HK) asks T1 … T6 on a scale whose
numbers rise; M1 and M2 stand in between. T5 replaced T1 as its equivalent, T6 replaced T2 without being equivalent.
"""

from __future__ import annotations

from tests.touchstone import plain

SCALE_AWAY, SCALE_HOME = "scale-away", "scale-home"
AWAY, BETWEEN, HOME = "framework-away", "framework-between", "framework-home"
TARGET, AGREEMENT = "target", "agreement"
DAY = "2026-06-01"


def envelope(kind, identifier, **fields):
    """A document in force, with whatever it adds."""
    base = {"kind": kind, "id": identifier, "version": "1", "title": {"en": identifier}, "status": "in_force"}
    return {**base, **fields}


def scale(identifier, codes, **fields):
    return envelope("LevelScale", identifier, levels=[{"code": code} for code in codes], **fields)


def framework(identifier, level_scale, *competencies, region="HK", **fields):
    """Units, given by id or as fields."""
    units = [{"id": unit} if isinstance(unit, str) else unit for unit in competencies]
    units = [{"title": {"en": unit["id"]}, **unit} for unit in units]
    return envelope("Framework", identifier, region=region, level_scale=level_scale, competencies=units, **fields)


def crosswalk(*rows, identifier="crosswalk", subject=AWAY, object=HOME, **fields):
    """Rows written ``(subject, predicate, object[, confidence[, modifier]])``; an empty confidence is absent."""
    names = ("subject_id", "predicate_id", "object_id", "confidence", "predicate_modifier")
    mappings = []
    for source, predicate, *rest in rows:
        row = dict(zip(names, (source, f"skos:{predicate}", *rest), strict=False))
        mappings.append(
            {"mapping_justification": "semapv:ManualMappingCuration", **{k: v for k, v in row.items() if v}}
        )
    return envelope("Crosswalk", identifier, subject_source=subject, object_source=object, mappings=mappings, **fields)


def referencing(*pairs, identifier="referencing", absent=(), policy="none", start=SCALE_AWAY, end=SCALE_HOME, **fields):
    terms = {"from": start, "to": end, "pairs": list(pairs), "absent": list(absent), "policy": policy}
    return envelope("LevelReferencing", identifier, **terms, **fields)


def qualification(*require, identifier=TARGET, framework=HOME, region="HK", **fields):
    """A qualification that asks for all of ``require``."""
    body = {"region": region, "framework": framework, "require": {"all_of": list(require)}, **fields}
    return envelope("Qualification", identifier, **body)


def agreement(identifier=AGREEMENT, **fields):
    """Terms from GD to HK that find fault with nothing unless told to; the mapping is complete."""
    base = {
        "from": "GD",
        "to": "HK",
        "crosswalks": ["crosswalk"],
        "referencings": ["referencing"],
        "mapping_complete": True,
    }
    return envelope("Agreement", identifier, **{**base, **fields})


def credential(*units, name="urn:example:1", **fields):
    """A credential that no term above finds fault with; ``None`` leaves a field out."""
    base = {"credential": name, "kind": "assessment", "awarded": "2026-05-01", "status": "valid"}
    held = [{"id": unit} if isinstance(unit, str) else unit for unit in units]
    stated = {**base, "units": held, **fields}
    return {field: value for field, value in stated.items() if value is not None}


def practice(first, last, name="urn:example:practice", **fields):
    period = {end: day for end, day in (("from", first), ("until", last)) if day}
    base = {"kind": "practice", "occupation": "goldsmith", "period": period or None}
    return credential(name=name, **{**base, **fields})


def training(hours, name="urn:example:training", **fields):
    return credential(name=name, **{"kind": "training", "hours": hours, "framework": AWAY, **fields})


def unit(identifier, **asked):
    return {"unit": identifier, **asked}


def pool(at_least, *units, **fields):
    return {"credits": {"at_least": at_least, "from": list(units), **fields}}


def person(fact, *values):
    return {"person": {"fact": fact, "in": list(values)}}


def experience(months, **what):
    return {"experience": {"months": months, **(what or {"occupation": "goldsmith"})}}


def at_least(count, *parts):
    return {"at_least": {"count": count, "of": list(parts)}}


STANDARDS = (
    scale(SCALE_AWAY, ["5", "4", "3", "2", "1"]),
    scale(SCALE_HOME, ["1", "2", "3", "4", "5"]),
    framework(AWAY, SCALE_AWAY, "S1", "S2", "S3", region="GD"),
    framework(BETWEEN, SCALE_AWAY, "M1", "M2", region="MO"),
    framework(
        HOME,
        SCALE_HOME,
        {"id": "T1", "credits": 6},
        {"id": "T2", "credits": 3},
        {"id": "T3", "credits": 3},
        {"id": "T4"},
        {"id": "T5", "credits": 4, "supersedes": {"id": "T1", "equivalent": True}},
        {"id": "T6", "credits": 4, "supersedes": {"id": "T2", "equivalent": False}},
    ),
)
ASKS_T1 = qualification(unit("T1"))
S1_IS_T1 = crosswalk(("S1", "exactMatch", "T1"))


def option(identifier, *covers, cost=100, hours=10, currency="HKD", **fields):
    """A course that leads to units."""
    price = {"amount": cost, "currency": currency}
    return {"id": identifier, "kind": "course", "covers": list(covers), "cost": price, "hours": hours, **fields}


def catalogue(*options, identifier="catalogue", region="HK", **fields):
    return envelope("BridgingCatalogue", identifier, region=region, options=list(options), **fields)


def documents(*given):
    """The standards with the documents of a test; what is not given is there without content."""
    names = {each["id"] for each in given}
    spare = (crosswalk(), referencing(), *STANDARDS)
    return [*given, *(each for each in spare if each["id"] not in names)]


def request(evidence, **fields):
    base = {"from": "GD", "to": "HK", "target": TARGET, "purpose": "employment", "decided_on": DAY}
    return {"kind": "RecognitionRequest", **base, "evidence": list(evidence), **fields}


def decided(evidence, *given, **fields):
    """The engine's decision on some evidence under the documents of a test."""
    return plain.decided(request(evidence, **fields), documents(*given))


def outcome(evidence, *given, **fields):
    """Only the outcome."""
    return decided(evidence, *given, **fields).outcome


def codes(evidence, *given, **fields):
    """The codes of the reasons, in order."""
    return [reason.code for reason in decided(evidence, *given, **fields).reasons]


def planned(evidence, *given, wish=None, **fields):
    """The engine's answer to what the cheapest plan is, under the documents of a test."""
    return plain.planned(request(evidence, **fields), documents(*given), wish)
