# SPDX-License-Identifier: Apache-2.0
"""What a current deposits (Faraday): ``m = I·t·M·ce / (n·F)``, spread over an area ``d = m / (ρ·A)``."""

from __future__ import annotations

from touchstone.practice.plating.chemistry import FARADAY, Bath, Metal
from touchstone.practice.plating.uncertain import Figure


def faraday_mass(current: Figure, time: Figure, bath: Bath, metal: Metal) -> Figure:
    """Return the mass in g that a current in A deposits in s if none of it is lost."""
    return current * time * metal.molar_mass / (bath.electrons * FARADAY)


def thickness(mass: Figure, metal: Metal, area: Figure) -> Figure:
    """Return the mean thickness in µm of a mass in g on an area in m²."""
    return mass / (metal.compactness * area)  # g / (g/cm³ · m²) = cm³/m² = µm


def efficiency(weighed: Figure, ideal: Figure) -> Figure:
    """Return the current efficiency in per cent: what was weighed, of what Faraday allows."""
    return weighed / ideal * 100
