# SPDX-License-Identifier: Apache-2.0
"""What one person's evidence says about single facts: true, unknown or false (points 3 to 6)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from tests.oracle.coverage import FALSE, TRUE, UNKNOWN, Crosswalks
from tests.oracle.documents import lies_in, reference_id
from tests.oracle.periods import add_months, months_in

HOME, AGREEMENT = "home", "agreement"
ASSURANCES = ("self_declared", "employer_attested", "provider_assessed", "authority_assessed")
STATUSES = {"valid": TRUE, "suspended": UNKNOWN, None: UNKNOWN, "revoked": FALSE, "expired": FALSE}
UNBOUNDED = None


def truth(statement):
    """A certain value."""
    return TRUE if statement else FALSE


@dataclass(frozen=True, eq=False)
class Holding:
    """One unit on one credential, or one that a missing set supposes to be acquired (8.3)."""

    credential: dict
    unit: str
    level: str | None
    score: str | None
    terms: str


class Facts:
    """The evidence of a request, read for one home framework under one agreement or none."""

    def __init__(self, library, request, agreement, home_framework):
        self.library = library
        self.request = request
        self.agreement = agreement
        self.home_framework = home_framework
        self.day = library.day
        self.everything_is_home = agreement is None and request["from"] == request["to"]
        self.crosswalks = Crosswalks(agreement, library) if agreement else None
        self.credentials = [assumed(credential, request.get("assume", {})) for credential in request["evidence"]]
        self.holdings = [
            self._holding(credential, unit) for credential in self.credentials for unit in credential.get("units", [])
        ]
        self._values = {}

    def _holding(self, credential, unit):
        terms = self.terms_in(self.library.unit(unit["id"]).framework)
        return Holding(credential, unit["id"], unit.get("level"), unit.get("score"), terms)

    # Terms and usability (3)

    def terms_in(self, framework):
        """Which terms evidence in a framework is read under (3.1, 2.3)."""
        return HOME if self.everything_is_home or framework == self.home_framework else AGREEMENT

    def usable(self, credential, terms, framework=None):
        """The usability of a credential for a fact: the minimum of all its terms (3.4)."""
        if terms == AGREEMENT and self.agreement is None:
            return FALSE
        values = self.home_terms(credential)
        if terms == AGREEMENT:
            values = [*values, *self.agreement_terms(credential, framework)]
        return min(values)

    def home_terms(self, credential):
        """Awarded, not expired, valid (3.2)."""
        return [
            self.about_award(credential, lambda awarded: awarded <= self.day),
            truth("expires" not in credential or date.fromisoformat(credential["expires"]) >= self.day),
            STATUSES[credential.get("status")],
        ]

    def about_award(self, credential, question):
        """A question about the day of the award; unknown without one."""
        awarded = credential.get("awarded")
        return UNKNOWN if awarded is None else truth(question(date.fromisoformat(awarded)))

    def agreement_terms(self, credential, framework):
        """What an agreement asks beyond the home terms (3.3)."""
        asked = self.agreement
        values = []
        if asked.get("applies_by") == "award_date":
            values.append(self.about_award(credential, lambda awarded: lies_in(awarded, asked.get("valid", {}))))
        if "issuers" in asked:
            issuer = credential.get("issuer")
            values.append(UNKNOWN if issuer is None else truth(issuer in asked["issuers"]))
        if "frameworks" in asked and framework is not None:
            values.append(truth(framework in [reference_id(each) for each in asked["frameworks"]]))
        if "freshness_months" in asked:
            months = int(asked["freshness_months"])
            values.append(self.about_award(credential, lambda awarded: self.day <= add_months(awarded, months)))
        if "min_assurance" in asked:
            values.append(self.assured(credential))
        if "status_max_age_hours" in asked and credential.get("status") == "valid":
            values.append(self.checked_recently(credential))
        return values

    def assured(self, credential):
        """Whether the assurance reaches `min_assurance` (3.3)."""
        if "assurance" not in credential:
            return UNKNOWN
        held, asked = credential["assurance"], self.agreement["min_assurance"]
        return truth(ASSURANCES.index(held) >= ASSURANCES.index(asked))

    def checked_recently(self, credential):
        """A stale or missing check of a valid status is unknown (3.3)."""
        checked = credential.get("status_checked")
        if checked is None:
            return UNKNOWN
        if checked == "fresh":
            return TRUE
        age = self.moment() - datetime.fromisoformat(checked)
        return TRUE if age <= timedelta(hours=int(self.agreement["status_max_age_hours"])) else UNKNOWN

    def moment(self):
        """`decided_at`, else the midnight that ends the decision date (3.3)."""
        if "decided_at" in self.request:
            return datetime.fromisoformat(self.request["decided_at"])
        return datetime.combine(self.day + timedelta(days=1), time(), UTC)

    # Levels and scores (4)

    def level_value(self, holding, target, asked):
        """The level held against the level asked (4.1)."""
        if asked is None:
            return TRUE
        if holding.level is None:
            return UNKNOWN
        held_scale, asked_scale = self.library.unit(holding.unit).scale, self.library.unit(target).scale
        if held_scale == asked_scale:
            position = self.library.position
            return truth(position(held_scale, holding.level) >= position(asked_scale, asked))
        return self.referenced_level(held_scale, holding.level, asked_scale, asked)

    def referenced_level(self, held_scale, held, asked_scale, asked):
        """A level on another scale, by the admitted referencings together (4.2, 4.3)."""
        references = self.agreement.get("referencings", []) if self.agreement else []
        named = [self.library.referenced("LevelReferencing", reference) for reference in references]
        admitted = [each for each in named if each and (each["from"], each["to"]) == (held_scale, asked_scale)]
        if any(held in each.get("absent", []) for each in admitted):
            return UNKNOWN
        mapped = {}
        for each in admitted:
            for low, high in each.get("pairs", []):
                position = self.library.position(held_scale, low)
                mapped.setdefault(position, []).append(self.library.position(asked_scale, high))
        lower, upper = self.bounds(mapped, self.library.position(held_scale, held), admitted)
        position = self.library.position(asked_scale, asked)
        if lower is not None and lower >= position:
            return TRUE
        return FALSE if upper is not None and upper < position else UNKNOWN

    def bounds(self, mapped, held, admitted):
        """The lowest and the highest level that a held level may stand for, None where nothing bounds it (4.2)."""
        if held in mapped:
            return min(mapped[held]), max(mapped[held])
        if any(each.get("policy", "none") != "monotone" for each in admitted):
            return None, None
        below = [position for position in mapped if position < held]
        above = [position for position in mapped if position > held]
        return (min(mapped[max(below)]) if below else None), (max(mapped[min(above)]) if above else None)

    def score_value(self, held, asked):
        """4.4."""
        if asked is None:
            return TRUE
        return UNKNOWN if held is None else truth(Fraction(held) >= Fraction(asked))

    # Units (5)

    def holding_value(self, holding, target, level=None, score=None):
        """The value of "target by this credential and unit" (5.9)."""
        key = (holding, target, level, score)
        if key not in self._values:
            covered = self.coverage(holding, target)
            self._values[key] = min(covered, self.strength(holding, target, level, score)) if covered else FALSE
        return self._values[key]

    def coverage(self, holding, target):
        """Succession for everything; rows for evidence under agreement terms only (5.1)."""
        if holding.terms == HOME or self.agreement is None:
            return truth(target in self.library.successions(holding.unit))
        return self.crosswalks.coverage(holding.unit, target)

    def strength(self, holding, target, level, score):
        """Usability, level and score of one holding, whatever it covers (5.9)."""
        return min(
            self.usable(holding.credential, holding.terms, self.library.unit(holding.unit).framework),
            self.level_value(holding, target, level),
            self.score_value(holding.score, score),
        )

    def part_holdings(self, part):
        """What may stand for a part of a composed source: the part or a predecessor, under agreement terms (5.8)."""
        return [
            holding
            for holding in self.holdings
            if holding.terms == AGREEMENT and part in self.library.successions(holding.unit)
        ]

    def composed_sources(self, target):
        """The composed rows that may cover a target, if rows are admitted at all (5.8)."""
        return self.crosswalks.composed_sources(target) if self.crosswalks else []

    def unit_value(self, target, level=None, score=None):
        """The best of all sources; two credentials never combine into a stronger one (5.9)."""
        values = [self.holding_value(holding, target, level, score) for holding in self.holdings]
        for parts, covered in self.composed_sources(target):
            best = [
                max((self.strength(each, target, level, score) for each in self.part_holdings(part)), default=FALSE)
                for part in parts
            ]
            values.append(min([covered, *best]))
        return max(values, default=FALSE)

    # Everything else (6)

    def holds_value(self, qualification):
        """The best usable credential that holds it (6.4)."""
        document = self.library.readable("Qualification", qualification)
        framework = reference_id(document["framework"]) if document else None
        return self.certificate_value(qualification, self.terms_in(framework))

    def certificate_value(self, qualification, terms):
        """The same under given terms: a direct entry always asks the agreement's (5.10)."""
        values = [
            self.usable(credential, terms)
            for credential in self.credentials
            if qualification in credential.get("holds", [])
        ]
        return max(values, default=FALSE)

    def experience_value(self, asked):
        """Whole months of the true credentials, and of the true and unknown ones together (6.1)."""
        periods = {TRUE: [], UNKNOWN: []}
        for credential in self.credentials:
            value = self.practised(credential, asked)
            period = self.cut_period(credential)
            if value != FALSE and period is UNBOUNDED:
                periods[UNKNOWN].append(UNBOUNDED)
            elif value != FALSE and period[0] <= period[1]:
                periods[value].append(period)
        if months_in(periods[TRUE]) >= int(asked["months"]):
            return TRUE
        if UNBOUNDED in periods[UNKNOWN]:
            return UNKNOWN
        return UNKNOWN if months_in(periods[TRUE] + periods[UNKNOWN]) >= int(asked["months"]) else FALSE

    def practised(self, credential, asked):
        """Whether a credential is usable practice in the occupation or area asked (6.1)."""
        if credential["kind"] != "practice":
            return FALSE
        terms = HOME if self.everything_is_home else AGREEMENT
        values = [self.usable(credential, terms)]
        for field in ("occupation", "area"):
            if field in asked:
                stated = credential.get(field)
                values.append(UNKNOWN if stated is None else truth(stated == asked[field]))
        return min(values)

    def cut_period(self, credential):
        """First and last day, cut at the decision date, or UNBOUNDED where an end is missing (6.1)."""
        period = credential.get("period", {})
        if "from" not in period or "until" not in period:
            return UNBOUNDED
        return date.fromisoformat(period["from"]), min(date.fromisoformat(period["until"]), self.day)

    def training_value(self, asked):
        """The sum of the hours in a framework (6.2)."""
        hours = {TRUE: Fraction(0), UNKNOWN: Fraction(0)}
        unbounded = False
        for credential in self.credentials:
            value = self.trained(credential, asked["framework"])
            if value != FALSE and "hours" not in credential:
                unbounded = True
            elif value != FALSE:
                hours[value] += Fraction(str(credential["hours"]))
        needed = Fraction(str(asked["hours"]))
        if hours[TRUE] >= needed:
            return TRUE
        return UNKNOWN if unbounded or hours[TRUE] + hours[UNKNOWN] >= needed else FALSE

    def trained(self, credential, framework):
        """Whether a credential is usable training in a framework; one without a framework is read as if in it (6.2)."""
        if credential["kind"] != "training":
            return FALSE
        matches = UNKNOWN if "framework" not in credential else truth(credential["framework"] == framework)
        return min(matches, self.usable(credential, self.terms_in(framework), framework))

    def person_value(self, asked):
        """Absent is unknown (6.3)."""
        stated = self.request.get("person", {}).get(asked["fact"])
        return UNKNOWN if stated is None else truth(stated in asked["in"])

    def value(self, leaf):
        """The value of any leaf, direct grants aside."""
        if "unit" in leaf:
            return self.unit_value(leaf["unit"], leaf.get("level"), leaf.get("min_score"))
        if "holds" in leaf:
            return self.holds_value(leaf["holds"])
        if "experience" in leaf:
            return self.experience_value(leaf["experience"])
        if "training" in leaf:
            return self.training_value(leaf["training"])
        return self.person_value(leaf["person"])


def assumed(credential, assume):
    """Fill what the evidence leaves out; never override what it states (3.5)."""
    filled = dict(credential)
    if "assurance" in assume:
        filled.setdefault("assurance", assume["assurance"])
    if "status" in assume and "status" not in credential:
        filled["status"] = assume["status"]
        filled.setdefault("status_checked", "fresh")
    return filled
