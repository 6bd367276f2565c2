# SPDX-License-Identifier: Apache-2.0
"""Which input is refused before anything is decided: published JSON Schemas first, then what no schema can say (points 1, 7)."""

import json
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import jsonschema_rs

from tests.oracle import expressions
from tests.oracle.documents import BadInput, reference_id
from tests.oracle.normal_form import normal_form

SCHEMAS = Path(__file__).parents[2] / "docs" / "standard" / "schemas"
NAMED_BY = {
    "Framework": {"level_scale": "LevelScale"},
    "LevelReferencing": {"from": "LevelScale", "to": "LevelScale"},
    "Crosswalk": {"subject_source": "Framework", "object_source": "Framework"},
    "Qualification": {"framework": "Framework"},
    "Agreement": {
        "frameworks": "Framework",
        "crosswalks": "Crosswalk",
        "referencings": "LevelReferencing",
        "alternative": "Qualification",
    },
}


@cache
def schema(kind):
    """The published schema of a kind."""
    path = SCHEMAS / f"{kind}.schema.json"
    if not path.exists():
        raise BadInput(f"there is no kind {kind}")
    return jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")), validate_formats=True)


def read(request, documents):
    """Request and documents in normal form; anything that may not be used is refused."""
    for each in [*documents, *([request] if request else [])]:
        error = next(schema(each.get("kind", "?")).iter_errors(each), None)
        if error is not None:
            raise BadInput(f"{each.get('id', 'the request')}: {error.message}")
    documents = [normal_form(each) for each in documents]
    periods_are_in_order([request, documents])
    for each in documents:
        for node in [each.get("require"), *each.get("bars", []), *conditions(each)]:
            expression_is_sound(node)
    return normal_form(request) if request else None, documents


def fit_together(request, documents):
    """Refuse documents that contradict each other or name what no document bears."""
    library = _Shelf(documents)
    library.no_version_twice()
    library.no_unit_twice()
    for each in documents:
        library.names_exist(each)
        library.levels_exist(each)
        if each["kind"] == "Qualification" and any(expressions.pools(bar) for bar in each.get("bars", [])):
            raise BadInput(f"{each['id']}: a bar counts credits")
        if any(expressions.pools(condition) for condition in conditions(each)):
            raise BadInput(f"{each['id']}: a condition counts credits")
    library.no_circle()
    names = Counter((each["credential"], each["kind"]) for each in request["evidence"])
    if max(names.values(), default=0) > 1:
        raise BadInput("a credential stands twice")
    if not request.get("decided_at", request["decided_on"]).startswith(request["decided_on"]):
        raise BadInput("the moment lies on another day")


def conditions(document):
    """The conditions of an agreement's direct entries."""
    return [entry["conditions"] for entry in document.get("direct", []) if "conditions" in entry]


def periods_are_in_order(value):
    """No period ends before it begins."""
    if isinstance(value, dict):
        if {"from", "until"} <= set(value) and value["until"] < value["from"]:
            raise BadInput("a period ends before it begins")
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            periods_are_in_order(each)


def expression_is_sound(node):
    """Caps share no unit; experience is asked in one thing."""
    for leaf in expressions.leaves(node) if node else ():
        if "experience" in leaf and ("occupation" in leaf["experience"]) == ("area" in leaf["experience"]):
            raise BadInput("experience is asked in an occupation or in an area")
    for pool in expressions.pools(node) if node else ():
        capped = [unit for cap in pool.get("caps", []) for unit in cap["of"]]
        if len(capped) != len(set(capped)):
            raise BadInput("two caps share a unit")


class _Shelf:
    """All documents, by kind and id."""

    def __init__(self, documents):
        self.documents = documents
        self.ids = {}
        for each in documents:
            self.ids.setdefault(each["id"], []).append(each)
        self.units = {
            unit["id"]: (unit, framework)
            for framework in documents
            if framework["kind"] == "Framework"
            for unit in framework["competencies"]
        }

    def no_version_twice(self):
        for identifier, versions in self.ids.items():
            if len({each["kind"] for each in versions}) > 1:
                raise BadInput(f"{identifier} names two kinds")
            for one, other in pairwise(sorted(versions, key=lambda each: each["version"])):
                if one["version"] == other["version"] and one != other:
                    raise BadInput(f"{identifier} stands twice in one version")

    def no_unit_twice(self):
        owner = {}
        for framework in (each for each in self.documents if each["kind"] == "Framework"):
            names = [unit["id"] for unit in framework["competencies"]]
            if len(names) != len(set(names)) or any(
                owner.setdefault(name, framework["id"]) != framework["id"] for name in names
            ):
                raise BadInput(f"{framework['id']}: a unit stands twice")

    def exists(self, kind, reference):
        named = [each for each in self.ids.get(reference_id(reference), []) if each["kind"] == kind]
        if not isinstance(reference, str):
            named = [each for each in named if each["version"] == reference["version"]]
        if not named:
            raise BadInput(f"no {kind} is called {reference_id(reference)}")

    def names_exist(self, document):
        for field, kind in NAMED_BY.get(document["kind"], {}).items():
            named = document.get(field, [])
            for each in named if isinstance(named, list) else [named]:
                self.exists(kind, each)
        for row in document.get("mappings", []):
            self.units_exist([*row["subject_id"].split("|"), row["object_id"]])
        for node in [document.get("require"), *document.get("bars", []), *conditions(document)]:
            if node:
                self.units_exist([leaf["unit"] for leaf in expressions.leaves(node) if "unit" in leaf])
                self.units_exist([unit for pool in expressions.pools(node) for unit in pool["from"]])

    def units_exist(self, names):
        for name in names:
            if name not in self.units:
                raise BadInput(f"no framework knows the unit {name}")

    def codes(self, scale):
        return {level["code"] for each in self.ids[scale] for level in each["levels"]}

    def levels_exist(self, document):
        if document["kind"] == "LevelReferencing":
            held = {pair[0] for pair in document.get("pairs", [])} | set(document.get("absent", []))
            asked = {pair[1] for pair in document.get("pairs", [])}
            if not held <= self.codes(document["from"]) or not asked <= self.codes(document["to"]):
                raise BadInput(f"{document['id']}: a level is not on its scale")
        for node in [document.get("require"), *document.get("bars", [])]:
            for leaf in expressions.leaves(node) if node else ():
                if "level" in leaf and leaf["level"] not in self.codes(self.units[leaf["unit"]][1]["level_scale"]):
                    raise BadInput(f"{document['id']}: the level {leaf['level']} is not on its scale")

    def no_circle(self):
        for start in self.units:
            unit, steps = start, 0
            while unit in self.units and "supersedes" in self.units[unit][0]:
                unit, steps = self.units[unit][0]["supersedes"]["id"], steps + 1
                if steps > len(self.units):
                    raise BadInput(f"{start} supersedes itself through others")
