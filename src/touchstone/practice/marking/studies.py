# SPDX-License-Identifier: Apache-2.0
"""The studies of a sheet as one report: how far assessors agree and how severe each is, gauges, processes, and routes compared in pairs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import combinations

import msgspec

from touchstone.practice.marking.agreement import FORMS, Metric, alpha, alpha_interval, intraclass, kappa
from touchstone.practice.marking.capability import Capability, capability
from touchstone.practice.marking.gauge import Method, gauge
from touchstone.practice.marking.jackknife import jackknife
from touchstone.practice.marking.pairs import paired
from touchstone.practice.marking.rubric import MOST_POINTS
from touchstone.practice.marking.severity import severities
from touchstone.practice.marking.sheet import MarkingSheet, Piece, Quantity
from touchstone.practice.marking.undetermined import Undetermined
from touchstone.practice.reasons import Reasons, because
from touchstone.practice.report import Limit, Measurement, Report, Verdict, judge, measured
from touchstone.standards.digest import digest

EVALUATOR = "marking.studies"
VERSION = "2.0.0"
_NOTHING = because("nothing_to_compare")
CONFIDENCE = 0.95
_PLACES = 4  # of a coefficient, which has no unit to tell how many would matter

_SCALE = tuple(float(points) for points in range(MOST_POINTS + 1))
_METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval")
_METHODS: tuple[Method, ...] = ("range", "anova")
Totals = Sequence[tuple[str, tuple[Decimal | None, Decimal | None]]]
_Row = list[float | None]


def studies(sheet: MarkingSheet, totals: Totals = ()) -> Report:
    """Study what a sheet records.

    :param totals: by candidate, the judgements of the first and of the second marking.
    """
    found = (*_agreement(sheet), *_second(totals), *_gauges(sheet), *_processes(sheet), *_routes(sheet))
    return Report(
        artifact=digest(sheet), spec=sheet.rubric.digest, evaluator=EVALUATOR, version=VERSION,
        measurements=found, verdicts=tuple(_verdicts(sheet, found)),
    )  # fmt: skip


def _verdicts(sheet: MarkingSheet, found: Iterable[Measurement]) -> Iterator[Verdict]:
    asked: tuple[tuple[Callable[[str], bool], Limit | None], ...] = (
        (lambda name: name == "alpha_ordinal", _limit(sheet.alpha_at_least, "1", at_least=True)),
        (lambda name: name.startswith("gauge_share_"), _limit(sheet.gauge_at_most, "%", at_least=False)),
        (lambda name: name.startswith("cpk_"), _limit(sheet.cpk_at_least, "1", at_least=True)),
    )
    for each in found:
        for is_asked, limit in asked:
            if limit and is_asked(each.id):
                yield judge(each.id, _doubted(each), limit)


def _doubted(found: Measurement) -> Measurement:
    """Return a measurement that decides nothing where nobody can say how uncertain it is."""
    if found.u is not None:
        return found
    return msgspec.structs.replace(found, doubt=because("u_not_told"))


def _limit(value: Decimal | None, unit: str, *, at_least: bool) -> Limit | None:
    return None if value is None else Limit(value=value, unit=unit, bound="at_least" if at_least else "at_most")


def _told(
    name: str,
    value: float,
    unit: str,
    method: str,
    n: int,
    open_: Reasons = _NOTHING,
    /,
    *,
    u: float = math.nan,
    **told: str,
) -> Measurement:
    """Return a measurement; one that is not a number is told without a value, and why."""
    why: Reasons = () if math.isfinite(value) else open_
    if not why and unit in ("1", "%") and not math.isfinite(u):
        number = Decimal(f"{value:.{_PLACES}f}")
        return Measurement(id=name, value=number, unit=unit, method=method, n=n, evidence=told)
    return measured(name, value, unit, u=u if math.isfinite(u) else None, method=method, n=n, evidence=told, why=why)


def _place(bound: float) -> str:
    return f"{bound:.3f}" if math.isfinite(bound) else "?"


# ------------------------------------------------------------------ assessors
def _agreement(sheet: MarkingSheet) -> Iterator[Measurement]:
    """Yield how far assessors agreed before they discussed: over all judgements of the first marking, first round."""
    assessors, ratings = _ratings(sheet)
    shared = sum(1 for row in ratings if sum(value is not None for value in row) > 1)
    if len(assessors) < 2 or not shared:
        return
    why = because("all_judged_alike")
    given = (tuple(sorted(value for value in row if value is not None)) for row in ratings)
    units = [row for row in given if len(row) > 1]
    for metric in _METRICS:
        u = jackknife(units, partial(alpha, metric=metric))
        method = f"Krippendorff's alpha, {metric}; u: each judgement left out in turn"
        low, high = alpha_interval(ratings, metric, digest(sheet), CONFIDENCE)
        bounds = {
            "low": _place(low),
            "high": _place(high),
            "confidence": str(CONFIDENCE),
            "interval": "units drawn anew 1000 times",
        }
        told = bounds if math.isfinite(low) else {}
        yield _told(f"alpha_{metric}", alpha(ratings, metric), "1", method, shared, why, u=u, **told)
    for a, b in combinations(range(len(assessors)), 2):
        both = [(x, y) for row in ratings for x, y in ((row[a], row[b]),) if x is not None and y is not None]
        if both:
            value = kappa([x for x, _ in both], [y for _, y in both], "quadratic", _SCALE)
            yield _told(
                f"kappa_{assessors[a]}_{assessors[b]}", value, "1", "Cohen's kappa, quadratic weights", len(both), why
            )
    yield from _correlations([[value for value in row if value is not None] for row in ratings if None not in row])
    yield from _severity(assessors, ratings)


def _ratings(sheet: MarkingSheet) -> tuple[list[str], list[_Row]]:
    """Return the assessors who judged, and their points: a row for each candidate's aspect, a column for each of them."""
    aspects = {aspect.id for aspect in sheet.judged}
    first = (each for each in sheet.marks if each.round == 1 and each.marking == "first")
    marks = [each for each in first if each.aspect in aspects and each.points is not None]
    assessors = sorted({each.assessor for each in marks})
    column = {name: index for index, name in enumerate(assessors)}
    rows: dict[tuple[str, str], _Row] = {}
    for each in marks:
        if each.points is not None:
            rows.setdefault((each.candidate, each.aspect), [None] * len(assessors))[column[each.assessor]] = float(
                each.points
            )
    return assessors, [rows[key] for key in sorted(rows)]


def _correlations(complete: list[list[float]]) -> Iterator[Measurement]:
    if len(complete) < 2:
        return
    found = intraclass(complete, CONFIDENCE)
    for form in FORMS:
        name = "icc_" + form[4:-1].replace(",", "_")
        yield _told(name, found[form].value, "1", f"{form}, Shrout and Fleiss", len(complete), because("no_judgement_differs"),
                    low=_place(found[form].low), high=_place(found[form].high), confidence=str(CONFIDENCE))  # fmt: skip


def _severity(assessors: list[str], ratings: list[_Row]) -> Iterator[Measurement]:
    method = "least squares, work and assessor additive, sum zero"
    try:
        found = severities(ratings)
    except Undetermined as error:
        yield from (_told(f"severity_{name}", math.nan, "point", method, 0, error.why) for name in assessors)
        return
    for name, each in zip(assessors, found, strict=True):
        yield _told(f"severity_{name}", each.value, "point", method, each.n, u=each.u)


def _second(totals: Totals) -> Iterator[Measurement]:
    both = [(float(first), float(second)) for _, (first, second) in totals if first is not None and second is not None]
    if both:
        why = because("one_pair_or_alike")
        method = "Krippendorff's alpha, interval, of first and second marks"
        yield _told("alpha_second_marking", alpha(both, "interval"), "1", method, len(both), why)


# ------------------------------------------------------------------ gauges and processes
def _gauges(sheet: MarkingSheet) -> Iterator[Measurement]:
    for quantity in sheet.quantities:
        cells: dict[str, dict[str, dict[int, float]]] = {}
        for each in sheet.gauge:
            if each.quantity == quantity.id:
                cells.setdefault(each.appraiser, {}).setdefault(each.part, {})[each.trial] = float(each.value)
        if cells:
            for method in _METHODS:
                yield from _gauge(quantity, cells, method)


def _gauge(quantity: Quantity, cells: dict[str, dict[str, dict[int, float]]], method: Method) -> Iterator[Measurement]:
    parts = sorted({part for row in cells.values() for part in row})
    readings = [[list(cells[name].get(part, {}).values()) for part in parts] for name in sorted(cells)]
    n = sum(len(cell) for row in readings for cell in row)
    name = f"{method}_{quantity.id}"
    try:
        found = gauge(readings, method)
    except Undetermined as error:
        yield _told(f"gauge_share_{name}", math.nan, "%", method, n, error.why)
        return
    for what, value in (("repeatability", found.repeatability), ("reproducibility", found.reproducibility), ("gauge", found.gauge),
                        ("part", found.part), ("total", found.total)):  # fmt: skip
        yield _told(f"{what}_{name}", value, quantity.unit, f"{found.method}; standard deviation", n)
    u = jackknife(
        range(len(parts)), lambda left: gauge([[row[part] for part in left] for row in readings], method).share
    )
    told = f"{found.method}; of the total variation; u: each part left out in turn"
    yield _told(f"gauge_share_{name}", found.share, "%", told, n, u=u)
    cut = f"{found.method}; 1.41 part / gauge, cut off"
    yield Measurement(id=f"categories_{name}", value=Decimal(found.categories), unit="1", method=cut, n=n)


def _processes(sheet: MarkingSheet) -> Iterator[Measurement]:
    for quantity in sheet.quantities:
        groups: dict[str, list[float]] = {}
        for each in sheet.process:
            if each.quantity == quantity.id:
                groups.setdefault(each.group, []).append(float(each.value))
        if groups:
            yield from _process(quantity, list(groups.values()))


def _process(quantity: Quantity, groups: list[list[float]]) -> Iterator[Measurement]:
    low, high = (None if each is None else float(each) for each in (quantity.low, quantity.high))
    n = sum(map(len, groups))
    try:
        found = capability(groups, low, high)
    except Undetermined as error:
        yield _told(f"cpk_{quantity.id}", math.nan, "1", "Cpk", n, error.why)
        return
    yield _told(f"mean_{quantity.id}", found.mean, quantity.unit, "mean", n, u=_u_of_mean(groups, found))
    yield _told(f"sigma_{quantity.id}", found.sigma, quantity.unit, found.method, n)
    yield _told(
        f"cp_{quantity.id}",
        found.cp,
        "1",
        f"Cp, {found.method}",
        n,
        because("one_limit_only"),
        u=found.u_cp,
    )
    yield _told(f"cpk_{quantity.id}", found.cpk, "1", f"Cpk, {found.method}", n, u=found.u_cpk)


def _u_of_mean(groups: list[list[float]], found: Capability) -> float:
    """Return the standard uncertainty of a mean: of its readings, or of its subgroups where these differ by more than their readings do."""
    n, count = sum(map(len, groups)), len(groups)
    u = found.sigma / math.sqrt(n)
    if count < 2:
        return u
    shares = ((len(group) / n, math.fsum(group) / len(group)) for group in groups)
    return max(
        u, math.sqrt(count / (count - 1) * math.fsum((share * (mean - found.mean)) ** 2 for share, mean in shares))
    )


# ------------------------------------------------------------------ routes
def _routes(sheet: MarkingSheet) -> Iterator[Measurement]:
    """Yield digital less hand, a figure each, over the pairs of which both pieces have it."""
    pieces = {(each.pair, each.route): each for each in sheet.pieces}
    pairs = sorted({pair for pair, _ in pieces})
    for name, unit, figure in _figures(sheet):
        both = [
            (figure(pieces[pair, "digital"]), figure(pieces[pair, "hand"]))
            for pair in pairs
            if (pair, "digital") in pieces and (pair, "hand") in pieces
        ]
        differences = [float(a - b) for a, b in both if a is not None and b is not None]
        if not differences:
            continue
        found = paired(differences, CONFIDENCE)
        told = {"confidence": str(CONFIDENCE), "left_out": str(len(pairs) - found.n)}
        if found.n > 1:
            told |= {"low": f"{found.low:.4g}", "high": f"{found.high:.4g}", "shown": "yes" if found.is_shown else "no"}
        else:
            told["interval"] = "one pair has none"
        yield _told(
            f"digital_less_hand_{name}",
            found.mean,
            unit,
            "mean paired difference, Student's t",
            found.n,
            u=found.u,
            **told,
        )


_Figure = Callable[[Piece], Decimal | None]


def _figures(sheet: MarkingSheet) -> tuple[tuple[str, str, _Figure], ...]:
    minutes: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for step in sheet.steps:
        active, machine = minutes.get((step.pair, step.route), (Decimal(0), Decimal(0)))
        minutes[step.pair, step.route] = (active + step.active, machine + step.machine)

    def spent(which: int) -> _Figure:
        return lambda piece: minutes[piece.pair, piece.route][which] if (piece.pair, piece.route) in minutes else None

    return (
        ("active_minutes", "min", spent(0)),
        ("machine_minutes", "min", spent(1)),
        ("material_in", "g", lambda piece: piece.material_in),
        ("scrap", "g", lambda piece: piece.scrap),
        ("loss", "g", _loss),
        ("yield", "1", _yield),
        ("mass", "g", lambda piece: piece.mass),
        ("deviation", "mm", lambda piece: piece.deviation),
        ("rework", "1", lambda piece: piece.rework),
        ("energy", "kWh", lambda piece: piece.energy),
        ("model_cost", sheet.currency, lambda piece: piece.model_cost),
    )


def _loss(piece: Piece) -> Decimal | None:
    """Metal that neither stays in the piece nor goes back."""
    if piece.material_in is None or piece.material_out is None or piece.scrap is None:
        return None
    return piece.material_in - piece.material_out - piece.scrap


def _yield(piece: Piece) -> Decimal | None:
    if piece.yield_ is not None or piece.material_out is None or not piece.material_in:
        return piece.yield_
    return piece.material_out / piece.material_in
