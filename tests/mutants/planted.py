# SPDX-License-Identifier: Apache-2.0
"""The mistakes, in the order in which the algorithm is told: what is changed, in which file, and where it should be noticed.

``old`` stands exactly once in its file: when the code is rewritten the mistake is rewritten with it (a test says so).
"""

from __future__ import annotations

from typing import NamedTuple

KNOWN_BUGS = "recognition/test_known_bugs.py"
HARD_CASES = "recognition/test_hard_cases.py"
REASONS = "recognition/test_reasons.py"
EXAMPLES = "recognition/test_examples.py"
ORACLE = "recognition/test_against_the_oracle.py"
RECEIPT = "recognition/test_receipt.py"
LOGIC = "test_logic.py"
DIGEST = "standards/test_digest.py"
DECODING = "standards/test_decoding.py"
READING = "standards/test_reading.py"
CHECKING = "standards/test_checking.py"
ENVELOPE = "standards/test_envelope.py"
BAD_INPUT = "test_bad_input.py"
JOINT = "recognition/test_joint.py"
TIMELINE = "recognition/test_timeline.py"
PLAN_SOLVER = "recognition/test_plan_solver.py"
PLANS = ("recognition/test_bridging.py", "recognition/test_plans_against_others.py")

FAST = (KNOWN_BUGS, "recognition/test_decision.py", "recognition/test_missing.py", REASONS, ORACLE)


class Mutant(NamedTuple):
    """One mistake, and the test files that are asked to find it."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = FAST


def _in(file, *mutants):
    return tuple(Mutant(name, file, old, new, *rest) for name, old, new, *rest in mutants)


PLANTED = (
    *_in(
        "standards/calendar.py",
        (
            "month's end not clamped",
            "return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))",
            "return dt.date(year, month + 1, 1) + dt.timedelta(days=day.day - 1)",
        ),
    ),
    *_in(
        "recognition/usability.py",
        ("freshness exclusive", "day <= months_later(", "day < months_later("),
        ("expiry exclusive", "day <= evidence.expires", "day < evidence.expires"),
        ("award after the decision allowed", 'evidence.awarded <= day else (_FALSE, "awarded_later")', "True else _OK"),
        (
            "award date missing taken as good",
            'return _UNKNOWN, "award_date_missing"\n    return _OK if evidence.awarded <= day',
            "return _OK\n    return _OK if evidence.awarded <= day",
        ),
        ("suspended taken as false", 'return _UNKNOWN, "status_suspended"', 'return _FALSE, "status_suspended"'),
        ("revoked taken as unknown", 'return _FALSE, f"status_{status}"', 'return _UNKNOWN, f"status_{status}"'),
        ("assurance must be exceeded", ">= ASSURANCES.index(asked)", "> ASSURANCES.index(asked)"),
        ("status age exclusive", "age <= dt.timedelta(hours=hours)", "age < dt.timedelta(hours=hours)"),
        (
            "assumption overrides what is stated",
            "_assured(evidence.assurance or assumed.assurance",
            "_assured(assumed.assurance or evidence.assurance",
        ),
        ("issuers not looked at", "evidence.issuer in issuers", "evidence.issuer"),
    ),
    *_in(
        "recognition/comparison.py",
        ("level must be exceeded", "if have >= need else", "if have > need else"),
        (
            "highest equal level taken for the lowest",
            "lowest is not None and lowest >= need",
            "highest is not None and highest >= need",
        ),
        ("referenced level must be exceeded", "lowest >= need", "lowest > need"),
        (
            "level numbers compared across scales",
            "if held_scale == asked_scale:",
            "if held_scale == asked_scale or held == asked:",
        ),
        (
            "referencing read backwards",
            "self._united.get((held_scale, asked_scale))",
            "self._united.get((held_scale, asked_scale)) or self._united.get((asked_scale, held_scale))",
        ),
        (
            "absent level taken as none",
            "if united is None or have in united.absent:\n            return Truth.UNKNOWN",
            "if united is None:\n            return Truth.UNKNOWN\n        if have in united.absent:\n            return Truth.FALSE",
        ),
        ("absent level bounded like any other", "if united is None or have in united.absent:", "if united is None:"),
        ("monotone bounds swapped", "return lowest, highest", "return highest, lowest"),
        ("monotone neighbour's wrong end", "united.bounds[below][0]", "united.bounds[below][1]"),
        ("one monotone referencing is enough", "all(referencing.policy", "any(referencing.policy"),
    ),
    *_in(
        "recognition/coverage.py",
        (
            "crosswalk chained at one hop",
            "len(route.hops) >= self._agreement.max_hops",
            "len(route.hops) > self._agreement.max_hops",
        ),
        ("row read backwards as it is written", "predicate=INVERSE[row.predicate_id]", "predicate=row.predicate_id"),
        ("Not ignored", "self._denied.add(", "set().add("),
        ("Not heeded in one order only", "self._denied.add(", "row.subject_id < row.object_id and self._denied.add("),
        (
            "Not heeded on direct rows only",
            "if rows < len(hops)",
            "if rows < len(hops) and len(route.units) == 1",
        ),
        ("composed Not ignored", "self._denied_sets.add(", "set().add("),
        ("close match always accepted", "self._agreement.accept_close and ", ""),
        ("close match never accepted", "hop.predicate == CLOSE and self._agreement.accept_close", "False"),
        ("confidence must be exceeded", "confidence >= asked", "confidence > asked"),
        (
            "confidence missing taken as enough",
            "confidence is not None and confidence >= asked",
            "confidence is None or confidence >= asked",
        ),
        (
            "chain as sure as its weakest row",
            "route.confidence * (hop.confidence or Decimal(0))",
            "min(route.confidence, hop.confidence or Decimal(0))",
        ),
        (
            "any row chains",
            "if hop.target in route.units or (route.hops and hop.predicate not in (EXACT, NARROW)):",
            "if hop.target in route.units:",
        ),
        ("predicates not looked at", "(admitted is None or hop.predicate in admitted) and ", ""),
        (
            "no comparison taken as different",
            "Truth.FALSE if agreement.mapping_complete else Truth.UNKNOWN",
            "Truth.FALSE",
        ),
    ),
    *_in(
        "standards/crosswalk.py",
        ("narrow match symmetric", '"skos:narrowMatch": "skos:broadMatch"', '"skos:narrowMatch": "skos:narrowMatch"'),
    ),
    *_in(
        "recognition/claims.py",
        ("score must be exceeded", "if held >= asked else", "if held > asked else"),
        (
            "score missing taken as zero",
            "return _UNKNOWN\n    return _TRUE if held >= asked",
            "return _FALSE\n    return _TRUE if held >= asked",
        ),
        ("one part is enough", "for holdings in claim.parts:", "for holdings in claim.parts[:1]:"),
        (
            "frameworks not looked at",
            "or not self.terms.in_scope(framework)",
            "or False",
            (HARD_CASES,),
        ),
    ),
    *_in(
        "recognition/sums.py",
        ("overlapping periods counted twice", "if joined and first <= joined[-1][1] + DAY:", "if False:"),
        ("adjoining periods kept apart", "first <= joined[-1][1] + DAY", "first <= joined[-1][1]"),
        ("last day of a period not counted", "end = last + DAY", "end = last"),
        ("months rounded up", "<= end else months - 1", "<= end else months"),
    ),
    *_in(
        "recognition/pools.py",
        ("greedy pool", "or source not in owner or serve(owner[source], tried):", "or source not in owner:"),
        ("reuse always", "if reuse or _disjoint(everything):", "if True:"),
        ("share ignored", "if self.recognised_at_most is not None:", "if False:"),
        ("caps ignored", "if at_most is not None:", "if False:"),
        (
            "cap filled by recognised units first",
            "recognised = min(recognised, at_most - home)",
            "recognised = min(recognised, at_most)",
        ),
        ("credits must be exceeded", "self.counted(served) >= self.at_least", "self.counted(served) > self.at_least"),
        (
            "an unneeded source is used up",
            "extend(index + 1, served, used)\n",
            "rest or extend(index + 1, served, used)\n",
        ),
    ),
    *_in(
        "recognition/requirement.py",
        ("at least one fewer", "need = body.count", "need = body.count - 1"),
        ("any of taken as all of", "need = 1\n            case AtLeast", "need = len(parts)\n            case AtLeast"),
    ),
    *_in("logic.py", ("at least must be exceeded", "if trues >= count:", "if trues > count:", (LOGIC,))),
    *_in(
        "recognition/missing.py",
        ("missing sets not irreducible", "if not any(smaller <= taken for smaller in kept):", "if True:"),
        ("missing sets sorted by ids alone", "return len(names), names", "return 0, names"),
        ("65 sets listed", "LIMIT = 64", "LIMIT = 65", (REASONS, ORACLE, "recognition/test_missing.py")),
    ),
    *_in(
        "recognition/obtaining.py",
        (
            "obtained at the lowest score asked",
            "leaf.min_score > score",
            "leaf.min_score < score",
            (ORACLE, "recognition/test_missing.py"),
        ),
        ("obtained months satisfy any leaf", "and longer.months >= asked.months", ""),
    ),
    *_in(
        "recognition/case.py",
        ("direct conditions ignored", "if self.conditions is None:", "if True:"),
        ("access taken as certificate", ' if self.direct.effect == "certificate" else held', ""),
        (
            "unknown bar ignored at the floor",
            "return self.certain | (self.unknown & ~self.requirement.bits_named(resolution))",
            "return self.certain",
        ),
        (
            "fact not stated taken as false",
            "return _UNKNOWN if value is None else",
            "return _FALSE if value is None else",
        ),
        ("work after the decision counted", "min(period.until, today)", "period.until"),
        (
            "occupation not stated taken as another",
            "_UNKNOWN if stated is None else _TRUE if stated == asked",
            "_FALSE if stated is None else _TRUE if stated == asked",
        ),
    ),
    *_in(
        "recognition/outcome.py",
        ("bars of alternatives ignored", " or case.barred(resolution):", ":"),
        ("preference ignored", "(self.terms.agreement and self.terms.agreement.preference) or RUNGS", "RUNGS"),
        (
            "floor taken for the ceiling",
            "return self.result(CEILING) if self.unknown else self.floor",
            "return self.floor",
        ),
        (
            "a bar does not stop the other rungs",
            "for rung in () if barred else self.preference:",
            "for rung in self.preference:",
        ),
        ("partial must be exceeded", "len(recognised) >= partial.min_units", "len(recognised) > partial.min_units"),
        (
            "content of a partial recognition not compared",
            "return self.recognised == other.recognised and self.missing.sets == other.missing.sets",
            "return True",
        ),
        ("open facts tried from the ends only", "for size in range((len(names) + 2) // 2):", "for size in range(1):"),
        ("last alternative first", "for case in self.alternatives:", "for case in reversed(self.alternatives):"),
    ),
    *_in(
        "recognition/engine.py",
        ("settled agreement before a hopeful one", '0 if candidate.outcome == "REFER" else 1', "0"),
        (
            "agreement that has not begun applies",
            "agreement.valid.from_ is None or agreement.valid.from_ <= request.decided_on",
            "True",
        ),
        ("purpose not looked at", "request.purpose not in agreement.purposes", "False"),
        ("a target of any region", "if target.region != request.to:", "if False:"),
        ("home case forgotten", "if request.from_ == request.to or not terms:", "if not terms:"),
    ),
    *_in(
        "recognition/edition.py",
        (
            "every successor equivalent",
            "if competency.supersedes and competency.supersedes.equivalent:",
            "if competency.supersedes:",
        ),
        (
            "succession backwards",
            "found.setdefault(competency.supersedes.id, []).append(competency.id)",
            "found.setdefault(competency.id, []).append(competency.supersedes.id)",
        ),
    ),
    *_in(
        "standards/envelope.py",
        (
            "standing the highest",
            "return min((document.standing",
            "return max((document.standing",
            (EXAMPLES, "recognition/test_decision.py"),
        ),
        ("oldest version meant", "else max(in_force, key=recency", "else min(in_force, key=recency", (ENVELOPE,)),
        ("last day of a validity outside", "day <= self.until", "day < self.until", (ENVELOPE, KNOWN_BUGS)),
    ),
    *_in(
        "standards/decoding.py",
        (
            "one number in two spellings",
            "return value.normalize(_EXACT)",
            "return value",
            (DECODING, DIGEST),
        ),
        ("unknown fields passed over", "elif name not in known:", "elif False:", (DECODING, BAD_INPUT)),
    ),
    *_in(
        "standards/digest.py",
        ("proof part of the digest", "if isinstance(value, Document) and value.proof:", "if False:", (DIGEST,)),
    ),
    *_in(
        "recognition/receipt.py",
        ("receipt not compared", "if canonical_bytes(derived) != canonical_bytes(told):", "if False:", (RECEIPT,)),
    ),
    *_in(
        "recognition/plan.py",
        ("cost limit exclusive", "price.cost <= self.max_cost", "price.cost < self.max_cost", PLANS),
        ("hours limit exclusive", "price.hours <= self.max_hours", "price.hours < self.max_hours", PLANS),
        (
            "hours before cost",
            "return Price(option.cost.amount, option.hours, 1",
            "return Price(option.hours, option.cost.amount, 1",
            PLANS,
        ),
    ),
    *_in(
        "recognition/prerequisites.py",
        ("no prerequisite met by recognition", "if item not in met)", "if True)", PLANS),
        (
            "prerequisite half met",
            "if covered.issuperset(option.covers)}",
            "if not covered.isdisjoint(option.covers)}",
            PLANS,
        ),
        ("a prerequisite met below the level asked", "leaf.level, leaf.min_score)", "None, None)", PLANS),
        (
            "only what the target names meets a prerequisite",
            "leaves_of.get(unit, (Unit(unit=unit),))",
            "leaves_of.get(unit, ())",
            PLANS,
        ),
    ),
    *_in(
        "recognition/bridging.py",
        (
            "prerequisites not taken",
            "waiting.extend(options[by_id[item]] for item in current.prerequisites)",
            "pass",
            PLANS,
        ),
        ("excluded options taken", "if option.id not in wish.exclude]", "if True]", PLANS),
        ("region never looked at", "if wish.region in (None, catalogue.region)]", "if True]", PLANS),
        ("catalogue out of force", "if resolve(item.id, rulebook.by_id[item.id], day) is item]", "if True]", PLANS),
        ("currencies mixed", "if len(currencies) > 1:", "if False:", PLANS),
        ("a bar lifted by courses", "if candidate.case.barred(FLOOR):", "if False:", PLANS),
        (
            "what is reachable called unreachable",
            "ways = shortfall.missing_beside(everything).sets",
            "ways = shortfall.missing().sets",
            PLANS,
        ),
    ),
    *_in(
        "recognition/plan_search.py",
        ("proven although stopped", "if searcher.steps > most_steps:", "if False:", PLANS),
        ("branch left too early", "least > self.best_price.cost or", "least >= self.best_price.cost or", PLANS),
        ("options tried once only", "allowed &= ~(1 << place)", "allowed = 0", PLANS),
    ),
    *_in(
        "recognition/plan_solver.py",
        ("HiGHS stops short of the best", '("mip_abs_gap", 0.9)', '("mip_abs_gap", 1e5)', PLANS),
        ("HiGHS breaks no ties", "for part in _COUNTED:", "for part in _COUNTED[:1]:", (PLAN_SOLVER,)),
        ("plans of one weight not told apart", "if taken is not None and proven:", "if False:", (PLAN_SOLVER,)),
    ),
    *_in(
        "recognition/joint.py",
        ("no pool in a joint standard", "return (*_pools(parts, edition), *others)", "return others", (JOINT,)),
        ("the smallest pool taken", "before.credits.at_least < leaf", "before.credits.at_least > leaf", (JOINT,)),
    ),
    *_in(
        "recognition/joint_exam.py",
        ("bars of parts ignored", ".holds and not case.barred(FLOOR)", ".holds", (JOINT,)),
        ("joint standards kept by name", "id=digest(joint)", "id=joint.id", (JOINT,)),
    ),
    *_in(
        "recognition/timeline.py",
        (
            "months counted from each credential alone",
            "in stretches(span for span, _ in spans)",
            "in (span for span, _ in spans)",
            (TIMELINE,),
        ),
        (
            "last day of practice not looked at",
            "if since <= completed <= until:",
            "if since <= completed < until:",
            (TIMELINE,),
        ),
    ),
)
