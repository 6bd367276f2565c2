# SPDX-License-Identifier: Apache-2.0
"""What an evaluator says: measurements with their uncertainty, verdicts with guard bands, and the digest that names it all.

A verdict follows JCGM 106:2012 (*The role of measurement uncertainty in conformity assessment*), clause 8.3: a value that is better than
its limit by the guard band ``k·u`` or more passes (guarded acceptance), one that is worse by more than that fails (guarded rejection),
and what lies between is *indeterminate*: a person looks at it. So is every value that is itself in doubt.

Numbers are decimals, rounded by the evaluator to what their uncertainty carries, so that the same bytes and the same specification give
the same report, byte for byte, on every machine. The normal form is that of all documents (:mod:`touchstone.standards.digest`).
"""

from __future__ import annotations

import hashlib
import math
from decimal import ROUND_CEILING, Context, Decimal
from typing import Annotated, Literal

from msgspec import Meta

from touchstone.practice.reasons import Reason, Reasons, because
from touchstone.standards.digest import canonical_bytes, digest
from touchstone.value import Value

Status = Literal["pass", "fail", "indeterminate", "not_measurable"]
Bound = Literal["at_least", "at_most", "below"]
Seen = Literal["seen", "unconfirmed", "brief"]
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_.-]*$", description="a name of small letters, digits, _ . -")]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$", description="sha256: and 64 hexadecimal digits")]

COVERAGE = Decimal(2)
"""The factor k of the guard band where a specification names none: about 95 % for a normal distribution (JCGM 106, 8.3.2)."""

_DIGITS_OF_U = 2  # JCGM 100, 7.2.6: an uncertainty is told with two significant digits at most
_DIGITS_WITHOUT_U = 9
_EXACT = Context(prec=400)  # a float has 309 digits before the point at most
_LAST_PLACE = -6  # documents tell six decimals at most


class Measurement(Value, frozen=True, kw_only=True):
    """One measured quantity.

    :param id: what was measured, such as ``volume`` or ``ring_size_iso``.
    :param value: the value, or None where it cannot be told; ``why`` then says the reasons.
    :param unit: its unit, such as ``mm3``; ``1`` for a number without one.
    :param u: the standard uncertainty in the same unit; None for what is counted, zero never stands for "unknown".
    :param method: the procedure in a few words, with whatever computed it.
    :param n: from how many single readings (facets, rays, samples) it comes.
    :param evidence: what else a reader needs, as texts by name.
    :param doubt: why the value, though told, decides nothing.
    """

    id: Name
    value: Decimal | None
    unit: str
    u: Decimal | None = None
    method: str
    n: Annotated[int, Meta(ge=0)] = 1
    evidence: dict[str, str] = {}
    why: Reasons = ()
    doubt: Reasons = ()


class Limit(Value, frozen=True, kw_only=True):
    """What a value is held against, and on whose word.

    :param bound: whether the value must be at least, at most or below ``value``; what equals a limit that it must be below is beyond it.
    :param status: ``brief``: the specification's own; ``seen``: read in the source; ``unconfirmed``: not yet read there.
    :param jurisdiction: where it is in force; with ``edition`` and ``source`` it can be looked up.
    """

    value: Decimal
    unit: str
    bound: Bound
    status: Seen = "brief"
    jurisdiction: str = ""
    edition: str = ""
    source: str = ""


class Verdict(Value, frozen=True, kw_only=True):
    """Whether a criterion is met.

    :param criterion: the criterion of the brief or of the rubric.
    :param margin: by how much the value is better than the limit, in its unit; negative where it is worse.
    :param rule: the rule that was applied, in words with its numbers.
    :param measurement: the id of the measurement it rests on.
    :param reasons: why it is not measurable, where it is not; or why people decide it whatever the margin.
    """

    criterion: Name
    status: Status
    margin: Decimal | None = None
    rule: str
    measurement: str = ""
    limit: Limit | None = None
    reasons: Reasons = ()


class Report(Value, frozen=True, kw_only=True, tag_field="kind", tag="PracticeReport"):
    """All that an evaluator says about one artifact.

    :param artifact: the digest of the artifact's bytes.
    :param spec: the digest of the specification that it was measured against.
    :param evaluator: the id of what measured, with ``version``.
    :param backends: what computed which part, such as ``rays: embreex 4.4.0``.
    :param flags: what is remarkable about the whole artifact, sorted, such as ``open`` or ``unit_suspect``.
    :param refusal: why nothing was measured, where nothing was.
    """

    artifact: Digest
    spec: Digest
    evaluator: Name
    version: str
    backends: dict[str, str] = {}
    flags: tuple[Name, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    refusal: Reason | None = None

    @property
    def canonical(self) -> bytes:
        """The bytes of the report in normal form."""
        return canonical_bytes(self)

    @property
    def digest(self) -> str:
        """What names this report by its content."""
        return digest(self)

    def measurement(self, name: str) -> Measurement | None:
        """Return a measurement by its id."""
        return next((each for each in self.measurements if each.id == name), None)


def digest_of(content: bytes) -> str:
    """Return ``sha256:`` and the hexadecimal SHA-256 of an artifact's bytes."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def measured(
    name: str,
    value: float | None,
    unit: str,
    *,
    u: float | None = None,
    method: str,
    n: int = 1,
    evidence: dict[str, str] | None = None,
    why: Reasons = (),
    doubt: Reasons = (),
) -> Measurement:
    """Return a measurement whose value is rounded to what its uncertainty carries (JCGM 100, 7.2.6).

    :param value: a value that is not finite is told as None.
    :param u: the standard uncertainty; it is rounded up to two significant digits. Without one the value keeps nine digits.
    """
    usable = None if value is None or not math.isfinite(value) else value
    rounded_u = None if u is None or not math.isfinite(u) else rounded_up(u)
    return Measurement(
        id=name,
        value=None if usable is None else rounded(usable, rounded_u),
        unit=unit,
        u=rounded_u,
        method=method,
        n=n,
        evidence=evidence or {},
        why=why,
        doubt=doubt,
    )


def counted(name: str, value: int, *, method: str, evidence: dict[str, str] | None = None) -> Measurement:
    """Return the measurement of what is counted: a whole number, without uncertainty."""
    return Measurement(id=name, value=Decimal(value), unit="1", method=method, n=value, evidence=evidence or {})


def rounded(value: float, u: Decimal | None) -> Decimal:
    """Return a value rounded to the last place of its uncertainty, or to nine significant digits without one."""
    exact = Decimal(repr(float(value)))
    if u:
        return _plain(exact.quantize(Decimal(1).scaleb(int(u.as_tuple().exponent)), context=_EXACT))
    if not exact:
        return Decimal(0)
    return _plain(
        exact.quantize(Decimal(1).scaleb(max(exact.adjusted() - _DIGITS_WITHOUT_U + 1, _LAST_PLACE)), context=_EXACT)
    )


def rounded_up(u: float) -> Decimal:
    """Return an uncertainty rounded up to two significant digits, so that a guard band never shrinks by rounding."""
    exact = Decimal(repr(float(u)))
    if not exact:
        return Decimal(0)
    place = max(exact.adjusted() - _DIGITS_OF_U + 1, _LAST_PLACE)
    rounded_once = Decimal(f"{exact:.9e}")  # what binary arithmetic leaves beyond nine digits is no reason to round up
    return _plain(rounded_once.quantize(Decimal(1).scaleb(place), rounding=ROUND_CEILING, context=_EXACT))


def _plain(number: Decimal) -> Decimal:
    """Return a number without exponent and without a minus before zero."""
    return Decimal(f"{number:f}") if number else Decimal(f"{abs(number):f}")


def judge(
    criterion: str, measurement: Measurement | None, limit: Limit, *, k: Decimal = COVERAGE, why: Reasons = ()
) -> Verdict:
    """Hold a measurement against a limit, with a guard band of ``k`` standard uncertainties on both sides.

    :param why: why there is no value, where there is none and the measurement does not say so itself.
    :raises ValueError: when the units differ, which is a mistake of the caller.
    """
    if measurement is None or measurement.value is None:
        return Verdict(
            criterion=criterion,
            status="not_measurable",
            rule=_rule(limit, Decimal(0), k),
            measurement=measurement.id if measurement else "",
            limit=limit,
            reasons=why or (measurement.why if measurement else ()) or because("no_value"),
        )
    if measurement.unit != limit.unit:
        raise ValueError(f"{measurement.id} is in {measurement.unit}, its limit in {limit.unit}")
    margin = measurement.value - limit.value if limit.bound == "at_least" else limit.value - measurement.value
    guard = k * (measurement.u or Decimal(0))
    return Verdict(
        criterion=criterion,
        status="indeterminate" if measurement.doubt else _status(margin, guard, strict=limit.bound == "below"),
        margin=_plain(margin),
        rule=_rule(limit, guard, k),
        measurement=measurement.id,
        limit=limit,
        reasons=measurement.doubt,
    )


def _status(margin: Decimal, guard: Decimal, *, strict: bool) -> Status:
    if margin > guard or (margin == guard and not strict):
        return "pass"
    return "fail" if margin < -guard or (margin == -guard and strict) else "indeterminate"


def _rule(limit: Limit, guard: Decimal, k: Decimal) -> str:
    told = f"{limit.bound.replace('_', ' ')} {limit.value:f} {limit.unit}, guard band {guard.normalize():f} (k = {k.normalize():f})"
    return f"{told}, limit unconfirmed" if limit.status == "unconfirmed" else told
