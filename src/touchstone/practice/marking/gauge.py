# SPDX-License-Identifier: Apache-2.0
"""Gauge repeatability and reproducibility, by average and range and by analysis of variance.

The two disagree on the same readings (the published AIAG set has 26.7 % and 5 categories by one, 27.9 % and 4 by the other), so a result
always bears its method. AIAG, *Measurement Systems Analysis*; constants of one standard deviation (1/d2*), not of 5.15.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from touchstone.practice.marking.quantiles import f_tail
from touchstone.practice.marking.undetermined import Undetermined

Readings = Sequence[Sequence[Sequence[float]]]
"""By appraiser, part and trial; complete."""
Method = Literal["range", "anova"]

_K1 = {2: 0.8862, 3: 0.5908}
_K2 = {2: 0.7071, 3: 0.5231}
_K3 = {2: 0.7071, 3: 0.5231, 4: 0.4467, 5: 0.4030, 6: 0.3742, 7: 0.3534, 8: 0.3375, 9: 0.3249, 10: 0.3146}
_POOL = 0.25
"""An interaction is pooled with the error where its p-value is above this (AIAG)."""


class Gauge(NamedTuple):
    """What a study of a gauge found, as standard deviations in the unit of the readings.

    :param method: how: *range*, or *anova*, with whether the interaction was pooled.
    :param share: of the gauge in the total variation, per cent.
    :param categories: how many kinds of parts the gauge tells apart (ndc).
    """

    method: str
    repeatability: float
    reproducibility: float
    gauge: float
    part: float
    total: float
    share: float
    categories: int


def gauge(readings: Readings, method: Method) -> Gauge:
    """Study a gauge.

    :raises Undetermined: when the design is not complete, too small, or outside of the tables of the method, or the gauge shows no spread.
    """
    appraisers, parts, trials = _design(readings)
    if all(len({value for row in readings for value in row[part]}) == 1 for part in range(parts)):
        raise Undetermined("gauge_too_coarse")
    if method == "anova":
        return _by_anova(readings, appraisers, parts, trials)
    if appraisers not in _K2 or parts not in _K3 or trials not in _K1:
        raise Undetermined("no_range_constants", appraisers=appraisers, parts=parts, trials=trials)
    return _by_range(readings, appraisers, parts, trials)


def _design(readings: Readings) -> tuple[int, int, int]:
    appraisers = len(readings)
    parts = len(readings[0]) if appraisers else 0
    trials = len(readings[0][0]) if parts else 0
    whole = all(len(row) == parts and all(len(cell) == trials for cell in row) for row in readings)
    if not whole or min(appraisers, parts, trials) < 2:
        raise Undetermined("study_not_whole")
    return appraisers, parts, trials


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _by_range(readings: Readings, appraisers: int, parts: int, trials: int) -> Gauge:
    spread = _mean([max(cell) - min(cell) for row in readings for cell in row])
    of_appraisers = [_mean([value for cell in row for value in cell]) for row in readings]
    of_parts = [_mean([value for row in readings for value in row[part]]) for part in range(parts)]
    repeated = spread * _K1[trials]
    reproduced = ((max(of_appraisers) - min(of_appraisers)) * _K2[appraisers]) ** 2 - repeated**2 / (parts * trials)
    between = (max(of_parts) - min(of_parts)) * _K3[parts]
    return _gauge("range", repeated**2, max(reproduced, 0.0), between**2)


def _by_anova(readings: Readings, appraisers: int, parts: int, trials: int) -> Gauge:
    cells = [[_mean(cell) for cell in row] for row in readings]
    grand = _mean([value for row in cells for value in row])
    of_appraisers = [_mean(row) for row in cells]
    of_parts = [_mean([row[part] for row in cells]) for part in range(parts)]
    ss_parts = appraisers * trials * math.fsum((mean - grand) ** 2 for mean in of_parts)
    ss_appraisers = parts * trials * math.fsum((mean - grand) ** 2 for mean in of_appraisers)
    ss_both = trials * math.fsum(
        (cell - of_appraisers[i] - of_parts[j] + grand) ** 2
        for i, row in enumerate(cells)
        for j, cell in enumerate(row)
    )
    ss_error = math.fsum(
        (value - cells[i][j]) ** 2 for i, row in enumerate(readings) for j, cell in enumerate(row) for value in cell
    )
    df_both, df_error = (appraisers - 1) * (parts - 1), appraisers * parts * (trials - 1)
    both, error = ss_both / df_both, ss_error / df_error
    pooled = both == 0 or (error > 0 and f_tail(both / error, df_both, df_error) > _POOL)
    if pooled:
        both = error = (ss_both + ss_error) / (df_both + df_error)
    interaction = 0.0 if pooled else max((both - error) / trials, 0.0)
    appraiser = max((ss_appraisers / (appraisers - 1) - both) / (parts * trials), 0.0)
    part = max((ss_parts / (parts - 1) - both) / (appraisers * trials), 0.0)
    return _gauge(f"anova, interaction {'pooled' if pooled else 'kept'}", error, appraiser + interaction, part)


def _gauge(method: str, repeated: float, reproduced: float, part: float) -> Gauge:
    """Put variances together."""
    both = repeated + reproduced
    share = 100 * math.sqrt(both / (both + part)) if both + part else math.nan
    categories = int(1.41 * math.sqrt(part / both)) if both else 0
    root = math.sqrt
    return Gauge(method, root(repeated), root(reproduced), root(both), root(part), root(both + part), share, categories)
