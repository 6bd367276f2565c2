# SPDX-License-Identifier: Apache-2.0
"""A small network of processes: who needs how much of whom, and what each gives off. ``A x = f``, solved in numpy.

A column of ``A`` is a process: it makes one unit of its own and takes of the others. With ``x`` its runs for a demand ``f``, the emissions
are ``b·x``. The rows of ``A⁻¹`` are the sensitivities to every entry, so uncertainty
is propagated to first order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import NamedTuple

from touchstone.errors import InputError
from touchstone.practice.plating.uncertain import Figure, figure


class Network(NamedTuple):
    """Processes by name.

    :param inputs: how much a unit of a process (second) takes of another (first).
    :param emissions: kg CO2e that a unit of a process gives off itself.
    """

    processes: Sequence[str]
    inputs: Mapping[tuple[str, str], Figure]
    emissions: Mapping[str, Figure]


class Footprint(NamedTuple):
    """What a demand needs of every process, what each emits for it, and the whole (kg CO2e)."""

    runs: dict[str, Figure]
    by_process: dict[str, Figure]
    total: Figure


def footprint(network: Network, demand: Mapping[str, Figure]) -> Footprint:
    """Return the footprint of a demand.

    :raises InputError: when numpy is not installed.
    :raises ValueError: when a process needs, directly or through others, as much of itself as it makes.
    """
    np = _numpy()
    names = list(network.processes)
    place = {name: index for index, name in enumerate(names)}
    matrix = np.eye(len(names))
    for (of, by), amount in network.inputs.items():
        matrix[place[of], place[by]] -= amount.value
    wanted = np.array([demand[name].value if name in demand else 0.0 for name in names])
    try:
        inverse = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        raise ValueError("a process of the network feeds on itself") from None
    x = inverse @ wanted
    if not np.isfinite(x).all() or (x < -1e-12 * np.abs(x).max(initial=1.0)).any():
        raise ValueError("a process of the network feeds on itself")
    runs = {
        name: _propagated(float(x[index]), inverse[index].tolist(), x.tolist(), place, network, demand)
        for name, index in place.items()
    }
    by_process = {name: runs[name] * factor for name, factor in network.emissions.items()}
    whole = figure(0.0)
    for each in by_process.values():
        whole = whole + each
    return Footprint(runs, by_process, whole)


def _numpy() -> ModuleType:
    try:
        import numpy
    except ImportError:
        raise InputError("the footprint needs numpy", hint="Install touchstone-gba[practice].") from None
    return numpy


def _propagated(
    value: float,
    row: Sequence[float],
    x: Sequence[float],
    place: Mapping[str, int],
    network: Network,
    demand: Mapping[str, Figure],
) -> Figure:
    """Return a run with its parts: ``∂x/∂f`` is a row of the inverse, ``∂x/∂(input of by)`` that row at *of* times the run of *by*."""
    parts: dict[str, float] = {}

    def add(of: Figure, slope: float) -> None:
        for name, part in of.parts.items():
            parts[name] = parts.get(name, 0.0) + slope * part

    for name, wanted in demand.items():
        add(wanted, row[place[name]])
    for (of, by), amount in network.inputs.items():
        add(amount, row[place[of]] * x[place[by]])
    return Figure(value, parts)
