# SPDX-License-Identifier: Apache-2.0
"""Carrying out what is missing: the evidence that somebody has who obtained it (recognition-algorithm 8.3)."""

from __future__ import annotations

import calendar
import datetime as dt

from hypothesis import assume

from tests.oracle.periods import add_months
from tests.touchstone.plain import documents_of
from touchstone.standards.envelope import resolve


class Obtaining:
    """Carries names out: a unit as home evidence, months as practice, and so on, by a credential that the agreement accepts."""

    def __init__(self, world, agreement):
        request, documents = world.request, world.documents
        self.request, self.day = request, dt.date.fromisoformat(request["decided_on"])
        targets = [each for each in documents if each["id"] == request["target"]]
        version = resolve(request["target"], documents_of(targets), self.day).version
        self.target = next(each for each in targets if each["version"] == version)
        self.scales = {
            each["id"]: [level["code"] for level in each["levels"]]
            for each in documents
            if each["kind"] == "LevelScale"
        }
        self.home = next(each for each in documents if each["id"] == self.target["framework"])
        versions = [each for each in documents if each["id"] == agreement]
        assume(len(versions) == 1)
        self.terms = versions[0]

    def all_of(self, names):
        """The request of a holder who has obtained ``names``."""
        evidence, person = list(self.request["evidence"]), dict(self.request.get("person", {}))
        for number, name in enumerate(names):
            kind, _, rest = name.partition(":")
            if kind == "person":
                person[rest] = self.value_of(rest)
            else:
                evidence.append({**self.credential(number), **self.content(kind, rest, name)})
        return {**self.request, "evidence": evidence, "person": person}

    def content(self, kind, rest, name):
        match kind:
            case "holds":
                return {"kind": "assessment", "holds": [rest]}
            case "experience":
                what, _, months = rest.rpartition(":")
                first = add_months(self.day + dt.timedelta(days=1), -int(months))
                if (
                    first.day != (self.day + dt.timedelta(days=1)).day
                ):  # clamped: begin a day earlier than the months' end
                    first = first.replace(day=calendar.monthrange(first.year, first.month)[1])
                period = {"from": first.isoformat(), "until": self.day.isoformat()}
                field = "area" if what == "jewellery" else "occupation"
                return {"kind": "practice", field: what, "period": period}
            case "training":
                framework, _, hours = rest.rpartition(":")
                assume(framework in self.terms.get("frameworks", [framework]) or framework == self.home["id"])
                return {"kind": "training", "framework": framework, "hours": hours}
            case _:
                return {"kind": "assessment", "units": [self.unit(name)]}

    def unit(self, name):
        """The unit at the highest level and score that the target asks of it."""
        codes = self.scales[self.home["level_scale"]]
        asked = [leaf for leaf in leaves(self.target["require"]) if leaf.get("unit") == name]
        levels = [codes.index(leaf["level"]) for leaf in asked if "level" in leaf]
        scores = [leaf["min_score"] for leaf in asked if "min_score" in leaf]
        level = {"level": codes[max(levels)]} if levels else {}
        return {"id": name, **level, **({"score": max(scores)} if scores else {})}

    def value_of(self, fact):
        lists = [
            set(leaf["person"]["in"])
            for leaf in leaves(self.target["require"])
            if leaf.get("person", {}).get("fact") == fact
        ]
        values = set.intersection(*lists)
        assume(values)
        return min(values)

    def credential(self, number):
        """A credential that is good under home terms and under those of the agreement."""
        midnight = f"{self.day + dt.timedelta(days=1)}T00:00:00Z"  # a check after the moment is not stale
        earliest = add_months(self.day, -int(self.terms.get("freshness_months", 12)))
        awarded = self.day
        if self.terms.get("applies_by") == "award_date":
            valid = self.terms.get("valid", {})
            awarded = min(self.day, dt.date.fromisoformat(valid.get("until", "9999-12-31")))
            assume(valid.get("from", "0001-01-01") <= awarded.isoformat())
        assume(awarded >= earliest)
        issuers = self.terms.get("issuers", ["did:web:college.example"])
        return {
            "credential": f"urn:obtained:{number}",
            "issuer": issuers[0],
            "awarded": awarded.isoformat(),
            "assurance": "authority_assessed",
            "status": "valid",
            "status_checked": midnight,
        }


def leaves(expression):
    """All leaves of a plain expression."""
    for key in ("all_of", "any_of"):
        if key in expression:
            return [leaf for part in expression[key] for leaf in leaves(part)]
    if "at_least" in expression:
        return [leaf for part in expression["at_least"]["of"] for leaf in leaves(part)]
    return [expression]
