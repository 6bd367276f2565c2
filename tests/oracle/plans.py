"""The cheapest bridging plan by trying every subset of the options, and random catalogues to try it on."""

from __future__ import annotations

from datetime import date
from itertools import combinations

from tests.oracle.coverage import TRUE
from tests.oracle.documents import Library
from tests.oracle.oracle import candidates_of, preference


def cheapest(request, documents, options, max_hours=None, max_cost=None):
    """The least (cost, hours, number of options) of a plan that makes the requirement true at the floor, or None."""
    library = Library(documents, date.fromisoformat(request["decided_on"]))
    candidates = candidates_of(request, library, library.referenced("Qualification", request["target"]))
    candidate = min(candidates, key=lambda each: preference(each.decision()))
    if candidate.target.barred(frozenset()):
        return None
    met = {option["id"] for option in options if all(covered(candidate.target, unit) for unit in option["covers"])}
    best = None
    for size in range(len(options) + 1):
        for chosen in combinations(options, size):
            price = priced(chosen)
            allowed = (max_cost is None or price[0] <= max_cost) and (max_hours is None or price[1] <= max_hours)
            if allowed and (best is None or price < best) and complete(chosen, met) and leads(candidate, chosen):
                best = price
    return best


def covered(target, unit):
    """Whether a unit needs no course: the evidence covers it for certain, or the agreement grants it.

    One that the target asks for, at a level and with a score that some leaf asks (that is what a course for it leads to); any other,
    named by the target or not, at any.
    """
    asked = [leaf for leaf in target.leaves if leaf.get("unit") == unit] or [{"unit": unit}]
    granted = unit in target.granted(frozenset())["units"]
    return granted or any(target.facts.value(leaf) == TRUE for leaf in asked)


def priced(chosen):
    """Cost, hours and number of options."""
    return sum(each["cost"]["amount"] for each in chosen), sum(each["hours"] for each in chosen), len(chosen)


def complete(chosen, met):
    """Whether every prerequisite is in the plan or needed by nobody."""
    taken = {option["id"] for option in chosen}
    return all(before in taken | met for option in chosen for before in option.get("prerequisites", []))


def leads(candidate, chosen):
    """Whether the requirement is true once everything that the options cover is obtained."""
    named = candidate.target.acquirable
    obtained = frozenset(unit for option in chosen for unit in option["covers"] if unit in named)
    return candidate.target.is_full(frozenset(), obtained)


def random_options(rng, documents, at_most=12):
    """Up to `at_most` options over the units of the target's framework, some with prerequisites."""
    frameworks = [each for each in documents if each["kind"] == "Framework" and each["id"] == "framework-home"]
    units = sorted({unit["id"] for each in frameworks for unit in each["competencies"]})
    options = []
    for number in range(rng.randint(1, at_most)):
        option = {
            "id": f"option-{number}",
            "kind": rng.choice(["course", "aptitude_test", "adaptation_period"]),
            "covers": rng.sample(units, rng.randint(1, min(3, len(units)))),
            "cost": {"amount": rng.randint(0, 6) * 100, "currency": "HKD"},
            "hours": rng.randint(0, 5),
        }
        if options and rng.random() < 0.25:
            option["prerequisites"] = [rng.choice(options)["id"]]
        options.append(option)
    return options
