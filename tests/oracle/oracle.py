# SPDX-License-Identifier: Apache-2.0
"""Decide a request by trying everything: agreements, resolutions, assignments, missing sets (points 2, 8 and 9)."""

from datetime import date
from itertools import combinations

from tests.oracle.case import Case
from tests.oracle.documents import BadInput, Library, in_force, lies_in

RANKS = ("FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED")
MISSING_AT_MOST = 64


def decide(request, documents):
    """The decision on a request, as a plain dictionary."""
    if "decided_on" not in request:
        raise BadInput("the request has no decision date")
    library = Library(documents, date.fromisoformat(request["decided_on"]))
    target = library.referenced("Qualification", request["target"])
    if target is None:
        raise BadInput(f"{request['target']} is not in force")
    if target["region"] != request["to"]:
        raise BadInput(f"{request['target']} is of {target['region']}, not of {request['to']}")
    check_evidence(request, library)
    candidates = candidates_of(request, library, target)
    if not candidates:
        return without_agreement(Candidate(library, request, target, None))
    return min((candidate.decision() for candidate in candidates), key=preference)[0]


def candidates_of(request, library, target):
    """Every way to decide: each agreement that applies, and none at all in the home case (2.2, 2.3)."""
    candidates = [Candidate(library, request, target, agreement) for agreement in applicable(request, library)]
    if request["from"] == request["to"]:
        candidates.append(Candidate(library, request, target, None))
    return candidates


def check_evidence(request, library):
    """Units that no framework knows and levels off the scale are bad input (1.3)."""
    for credential in request["evidence"]:
        for held in credential.get("units", []):
            unit = library.unit(held["id"])
            if "level" in held:
                library.position(unit.scale, held["level"])


def applicable(request, library):
    """The agreements, and versions of them, that apply to a request (2.1)."""
    return [agreement for agreement in library.of_kind("Agreement") if applies(agreement, request, library.day)]


def applies(agreement, request, day):
    """Direction, purpose, status and validity (2.1)."""
    direction = (agreement["from"], agreement["to"]) == (request["from"], request["to"])
    purpose = "purposes" not in agreement or request["purpose"] in agreement["purposes"]
    if not direction or not purpose:
        return False
    if agreement.get("applies_by", "decision_date") == "decision_date":
        return in_force(agreement, day)
    begun = {"from": agreement["valid"]["from"]} if "from" in agreement.get("valid", {}) else {}
    return agreement["status"] == "in_force" and lies_in(day, begun)


def preference(decision_and_version):
    """Best floor, then REFER before a settled outcome, then the smallest id and version (2.2)."""
    decision, version = decision_and_version
    return RANKS.index(decision["floor"]), decision["outcome"] != "REFER", decision["agreement"] or "", version


def without_agreement(candidate):
    """The home evidence alone: FULL, or an individual assessment (2.4)."""
    floor = candidate.settle(frozenset())
    outcome = "FULL" if floor["outcome"] == "FULL" else "REFER"
    return {**candidate.floor_fields(floor), "outcome": outcome, "floor": outcome, "ceiling": outcome, "open": []}


class Candidate:
    """One agreement (or none), and everything that a decision under it looks at."""

    def __init__(self, library, request, target, agreement):
        self.library = library
        self.agreement = agreement
        self.terms = agreement or {}
        self.target = Case(library, request, agreement, target)
        alternatives = [library.referenced("Qualification", each) for each in self.terms.get("alternative", [])]
        self.alternatives = [Case(library, request, agreement, each) for each in alternatives if each]
        self._settled = {}

    def unknown_names(self):
        """The facts that are unknown anywhere the decision looks (9.1)."""
        names = set()
        for case in (self.target, *self.alternatives):
            names |= case.unknown_names()
        return sorted(names)

    def decision(self):
        """Floor, ceiling and outcome under this agreement, with the agreement's version for ties (8.5)."""
        names = self.unknown_names()
        floor, ceiling = self.settle(frozenset()), self.settle(frozenset(names))
        differs = signature(floor) != signature(ceiling)
        decision = {
            **self.floor_fields(floor),
            "outcome": "REFER" if differs else floor["outcome"],
            "floor": floor["outcome"],
            "ceiling": ceiling["outcome"],
            "open": self.open_facts(names) if differs else [],
        }
        return decision, self.terms.get("version", "")

    def floor_fields(self, floor):
        """What a decision shows of its floor (8.6)."""
        return {
            "agreement": self.terms.get("id"),
            "recognised": floor["recognised"],
            "missing": [list(each) for each in floor["missing"][:MISSING_AT_MOST]],
            "conditions": floor["conditions"],
            "recognised_as": floor["recognised_as"],
        }

    def open_facts(self, names):
        """The facts that make a difference for some resolution of the others (9.2)."""
        signatures = {each: signature(self.settle(each)) for each in subsets(names)}
        return [
            name
            for name in names
            if any(signatures[each] != signatures[each | {name}] for each in signatures if name not in each)
        ]

    def settle(self, favoured):
        """Outcome and fields once every unknown fact is resolved, for the holder if its name is favoured (8.4)."""
        if favoured not in self._settled:
            self._settled[favoured] = self._settle(favoured)
        return self._settled[favoured]

    def _settle(self, favoured):
        settled = {
            "outcome": "REFUSED",
            "recognised": self.target.recognised(favoured),
            "missing": self.target.missing(favoured),
            "conditions": None,
            "recognised_as": None,
        }
        if self.target.barred(favoured):
            return settled
        for rung in self.terms.get("preference", RANKS):
            climbed = self.climb(rung, settled, favoured)
            if climbed is not None:
                return {**settled, "outcome": rung, **climbed}
        return settled

    def climb(self, rung, settled, favoured):
        """What a rung adds to the decision if it holds, else None (8.4)."""
        if rung == "FULL" and self.target.is_full(favoured):
            return {}
        if rung == "CONDITIONAL" and "conditional" in self.terms:
            return self.conditional(settled["missing"])
        if rung == "ALTERNATIVE" and "alternative" in self.terms:
            return self.alternative(favoured)
        if rung == "PARTIAL" and "partial" in self.terms:
            return {} if len(settled["recognised"]) >= int(self.terms["partial"]["min_units"]) else None
        return None

    def conditional(self, missing):
        """The smallest minimal set within `only_missing` (8.4)."""
        offered = self.terms["conditional"]
        within = [each for each in missing if set(each) <= set(offered["only_missing"])]
        if not within:
            return None
        return {"conditions": {"must_obtain": list(within[0]), "deadline_months": offered.get("deadline_months")}}

    def alternative(self, favoured):
        """The first alternative that is in force, not barred and FULL (8.4)."""
        for case in self.alternatives:
            if not case.barred(favoured) and case.is_full(favoured):
                return {"recognised_as": case.qualification["id"]}
        return None


def signature(settled):
    """Outcome and content together (8.5)."""
    content = {
        "FULL": (),
        "REFUSED": (),
        "CONDITIONAL": (settled["conditions"] or {}).get("must_obtain"),
        "ALTERNATIVE": (settled["recognised_as"], settled["missing"]),
        "PARTIAL": (settled["recognised"], settled["missing"]),
    }
    return settled["outcome"], content[settled["outcome"]]


def subsets(names):
    """Every subset, the empty one and the whole included."""
    return [frozenset(each) for size in range(len(names) + 1) for each in combinations(names, size)]
