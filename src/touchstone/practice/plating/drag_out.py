# SPDX-License-Identifier: Apache-2.0
"""How much of a bath leaves on the work, found in one of three ways.

*Inventory*: what had to be added of something that only drag-out consumes, over its concentration (Asterion, *Calculating bath drag out*,
2014). *Conductivity*: how far a still rinse rises, beside a known portion of bath in known water (after Mohler, in the NMFRC *Bluebook*,
2.5.3.1). *Drip*: what clings after a time, ``V = V0·e^(−k·t) + Vend`` (NMFRC *Rinsing Manual*, appendix D; one exponential, though the
manual fits some curves better with two).
"""

from __future__ import annotations

from touchstone.practice.plating.uncertain import Figure, exponential, figure


def by_inventory(added: Figure, concentration: Figure) -> Figure:
    """Return the volume in L from what was added in g and its concentration in the bath in mg/L."""
    return added * 1000 / concentration


def by_conductivity(
    tank: Figure, before: Figure, after: Figure, portion: Figure, water: Figure, rise: Figure
) -> Figure:
    """Return the volume in L that raised a still rinse of ``tank`` L from ``before`` to ``after``.

    :param portion: the bath in L that, in ``water`` L, raised the conductivity by ``rise``; both mixtures are so thin that it rises in
        proportion.
    """
    return (after - before) / rise * (tank / water) * portion


def by_drip(start: Figure, rate: Figure, end: Figure, time: Figure) -> tuple[Figure, Figure]:
    """Return the volume in L that still clings after a time in s, and how much of it would drip off yet."""
    dripping = start * exponential(figure(0.0) - rate * time)
    return dripping + end, dripping
