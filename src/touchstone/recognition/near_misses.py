# SPDX-License-Identifier: Apache-2.0
"""Why something is missing: for each missing thing the way that came nearest, and what stood in it.

Only what is looked up here is told; the decision itself never depends on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from touchstone.logic import Experience, Holds, Person, Training, Truth, Unit
from touchstone.recognition.case import FLOOR, Case
from touchstone.recognition.claims import Claim, Held
from touchstone.recognition.decision import Reason
from touchstone.recognition.evidence import Evidence
from touchstone.recognition.outcome import Candidate, Result
from touchstone.recognition.pools import Edge
from touchstone.recognition.reasons import by_remedy
from touchstone.recognition.usability import checks
from touchstone.standards.agreement import Agreement


def reasons_of(candidate: Candidate, result: Result) -> tuple[Reason, ...]:
    """Return why the target is not (fully) recognised: bars, then near misses with the easiest remedies first."""
    case = candidate.case
    found = list(_bars(case))
    wanted = {name for names in result.missing.sets for name in names}
    for name in sorted(wanted):
        found.extend(_of_name(case, name, result))
    if not result.missing.sets and not found:
        found.append(Reason(code="never_satisfied"))
    if result.missing.cut:
        found.append(Reason(code="missing_truncated"))
    distinct = dict.fromkeys(found)
    return tuple(sorted(distinct, key=lambda reason: by_remedy(reason.code)))


def _bars(case: Case) -> Iterator[Reason]:
    for index, bar in enumerate(case.bars):
        if bar.requirement.gate.holds(bar.certain, ()):
            yield Reason(code="barred", about=f"bars[{index}]")
        elif bar.requirement.gate.holds(bar.certain | bar.unknown, ()):
            yield Reason(code="bar_unknown", about=f"bars[{index}]")


def _of_name(case: Case, name: str, result: Result) -> Iterator[Reason]:
    if name in case.edition.units:
        yield from _of_unit(case, name, result)
        return
    for leaf, leaf_name in zip(case.requirement.leaves, case.requirement.names, strict=True):
        if leaf_name != name:
            continue
        match leaf:
            case Experience(experience=part):
                had = case.experience(part.occupation, part.area)
                code = "experience_unknown" if had.reaches(part.months) is Truth.UNKNOWN else "experience_too_short"
                yield Reason(code=code, about=name, held=str(had.certain), asked=str(part.months))
            case Training(training=part):
                hours = case.training(part.framework)
                code = "training_unknown" if hours.reaches(part.hours) is Truth.UNKNOWN else "training_too_short"
                yield Reason(code=code, about=name, held=str(hours.certain), asked=str(part.hours))
            case Holds(holds=qualification):
                yield from _of_holding(case, name, qualification)
            case Person(person=part):
                stated = case.wallet.request.person.get(part.fact)
                code = "person_unknown" if stated is None else "person_differs"
                yield Reason(code=code, about=name, held=stated, asked=", ".join(part.in_))
            case _:
                pass


def _of_holding(case: Case, name: str, qualification: str) -> Iterator[Reason]:
    holders = [evidence for evidence in case.wallet.evidence if qualification in evidence.holds]
    if not holders:
        yield Reason(code="not_held", about=name)
        return
    home = case.edition.framework_of(qualification) == case.qualification.framework
    yield from min((list(_obstacles(case, name, evidence, home=home)) for evidence in holders), key=len)


def _of_unit(case: Case, unit: str, result: Result) -> Iterator[Reason]:
    mask = case.mask(FLOOR)
    unmet = [leaf for leaf in case.requirement.leaves_of.get(unit, ()) if not mask & case.requirement.bit(leaf)]
    if not unmet and any(edge.target == unit for edge in case.edges):
        yield _of_pool(case, unit, result)
        return
    leaf = unmet[-1] if unmet else Unit(unit=unit)
    claims = case.claims.by_target.get(unit, [])
    found = [list(_of_claim(case, claim, leaf)) for claim in claims]
    found = [reasons for reasons in found if reasons]
    if found:
        yield from min(
            found, key=lambda reasons: (len(reasons), [by_remedy(reason.code) for reason in reasons], str(reasons))
        )
        return
    yield from _unrelated(case, unit)


def _unrelated(case: Case, unit: str) -> Iterator[Reason]:
    """Yield what there is to say where nothing covers a unit: a row that does not count, no comparison, or nothing at all."""
    table = case.terms.table
    for held in case.claims.foreign:
        if table and (code := table.set_aside(held.unit.id, unit)):
            yield Reason(code=code, about=unit, credential=held.evidence.credential, unit=held.unit.id)
            return
    unmapped = case.terms.unmapped is Truth.UNKNOWN and any(case.claims.unmapped(unit))
    yield Reason(code="not_compared" if unmapped else "nothing_related", about=unit)


def _of_pool(case: Case, unit: str, result: Result) -> Reason:
    if unit in result.assignment.served:
        return Reason(code="credits_capped", about=unit)
    sure = any(truth is Truth.TRUE for edge, truth in case.edges.items() if edge.target == unit)
    user = next((edge for edge in case.edges if edge.target == unit), Edge(unit, frozenset(), home=False))
    return Reason(
        code="source_used_elsewhere" if sure else "source_unsure", about=unit, unit=", ".join(sorted(user.uses)) or None
    )


def _of_claim(case: Case, claim: Claim, leaf: Unit) -> Iterator[Reason]:
    """Yield everything that stands in the way of one claim."""
    if claim.coverage.truth is not Truth.TRUE:
        held = claim.parts[0][0] if claim.parts and claim.parts[0] else None
        yield Reason(
            code=claim.coverage.code or "nothing_related",
            about=claim.target,
            credential=held.evidence.credential if held else None,
            unit=held.unit.id if held else None,
        )
    for name, holdings in zip(claim.part_names, claim.parts, strict=True):
        if not holdings:
            yield Reason(code="part_missing", about=claim.target, unit=name)
            continue
        ways = [list(_of_held(case, claim, held, leaf)) for held in holdings]
        yield from min(ways, key=lambda reasons: (len(reasons), str(reasons)))


def _of_held(case: Case, claim: Claim, held: Held, leaf: Unit) -> Iterator[Reason]:
    yield from _obstacles(case, claim.target, held.evidence, home=claim.home, unit=held.unit.id)
    framework = case.edition.units[held.unit.id].framework
    if not claim.home and not case.terms.in_scope(framework.id, framework.version):
        yield Reason(code="framework_out_of_scope", about=claim.target, unit=held.unit.id)
    asked_scale = case.edition.scale_of(claim.target)
    met = case.terms.levels.meets(held.scale, held.unit.level, asked_scale, leaf.level)
    if met is not Truth.TRUE:
        code = (
            "level_too_low"
            if met is Truth.FALSE
            else "level_missing"
            if held.unit.level is None
            else "level_not_comparable"
        )
        yield _compared(code, claim.target, held, held.unit.level, leaf.level)
    if leaf.min_score is not None and (held.unit.score is None or held.unit.score < leaf.min_score):
        code = "score_missing" if held.unit.score is None else "score_too_low"
        score = None if held.unit.score is None else str(held.unit.score)
        yield _compared(code, claim.target, held, score, str(leaf.min_score))


def _compared(code: str, about: str, held: Held, has: str | None, asked: str | None) -> Reason:
    return Reason(code=code, about=about, credential=held.evidence.credential, unit=held.unit.id, held=has, asked=asked)


def _obstacles(case: Case, about: str, evidence: Evidence, *, home: bool, unit: str | None = None) -> Iterator[Reason]:
    """Yield why a credential may not be used, or why nobody knows whether it may."""
    agreement = None if home or case.standpoint.all_home else case.terms.agreement
    seen: set[str] = set()
    for truth, code in checks(evidence, case.wallet.request, agreement):
        if truth is not Truth.TRUE and code not in seen:
            seen.add(code)
            has, asked = _sides(code, evidence, agreement)
            yield Reason(code=code, about=about, credential=evidence.credential, unit=unit, held=has, asked=asked)


def _sides(code: str, evidence: Evidence, agreement: Agreement | None) -> tuple[str | None, str | None]:
    """Return what the evidence has and what is asked, for the checks that compare two things."""
    match code:
        case "too_old" if agreement:
            return str(evidence.awarded), str(agreement.freshness_months)
        case "assurance_too_low" | "assurance_missing" if agreement:
            return evidence.assurance, agreement.min_assurance
        case "status_stale" | "status_check_missing" if agreement:
            return None, str(agreement.status_max_age_hours)
        case "issuer_out_of_scope":
            return evidence.issuer, None
        case "expired":
            return str(evidence.expires), None
        case "awarded_later" | "awarded_outside_agreement":
            return str(evidence.awarded), None
        case _:
            return None, None


def not_in_force(agreements: Iterable[Agreement], purpose: str, day: dt.date) -> Iterator[Reason]:
    """Yield why the agreements of a direction do not apply."""
    for agreement in agreements:
        valid = agreement.valid
        if agreement.purposes is not None and purpose not in agreement.purposes:
            yield Reason(code="purpose_not_covered", about=agreement.id, asked=purpose)
        elif agreement.status == "in_force" and valid and valid.from_ and day < valid.from_:
            yield Reason(code="agreement_begins_later", about=agreement.id, asked=str(valid.from_))
        elif agreement.status == "in_force" and valid and valid.until and valid.until < day:
            yield Reason(code="agreement_ended", about=agreement.id, held=str(valid.until))
        else:
            yield Reason(code="agreement_not_in_force", about=agreement.id)
