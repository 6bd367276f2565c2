# SPDX-License-Identifier: Apache-2.0
"""Quantities as people write them: ``12.0 ± 0.1 A``, ``0.85 dm2``, ``40 ± 4 mg/L (k=2)``.

What stands behind ± is the standard uncertainty, or an expanded one with its factor (JCGM 100, 6.2.1). Where none is given, the number
is as good as it is written: half a unit of its last digit, evenly spread (JCGM 100, F.2.2.1), so ``1 h`` is worth less than ``60 min``.
The type of a field says which units it takes, so that a length can never stand for a time.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, NamedTuple

from msgspec import Meta

from touchstone.practice.plating.uncertain import Figure, given

_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,9})?"
_TEXT = re.compile(
    rf"(?P<value>{_NUMBER})(?: ?(?:±|\+-|\+/-) ?(?P<u>{_NUMBER}))? ?(?P<unit>[^0-9 ()±][^ ()±]*)(?: ?\(k ?= ?(?P<k>[1-9](?:\.[0-9]+)?)\))?"
)
_ROOT_3 = 3**0.5


class _Unit(NamedTuple):
    """The base unit of a dimension and the factor to it; every figure is computed and told in base units."""

    base: str
    factor: float


_DIMENSIONS: dict[str, tuple[str, dict[str, float]]] = {
    "current": ("A", {"A": 1, "mA": 1e-3}),
    "time": ("s", {"s": 1, "min": 60, "h": 3600}),
    "area": ("m2", {"m2": 1, "dm2": 1e-2, "cm2": 1e-4, "mm2": 1e-6}),
    "mass": ("g", {"g": 1, "kg": 1000, "mg": 1e-3}),
    "volume": ("L", {"L": 1, "mL": 1e-3, "m3": 1000}),
    "flow": ("m3/d", {"m3/d": 1, "L/d": 1e-3}),
    "concentration": ("mg/L", {"mg/L": 1, "g/L": 1000}),
    "conductivity": ("uS/cm", {"uS/cm": 1, "mS/cm": 1000}),
    "rate": ("/s", {"/s": 1, "/min": 1 / 60}),
    "share": ("%", {"%": 1}),
    "voltage": ("V", {"V": 1}),
    "energy": ("kWh", {"kWh": 1, "MJ": 1 / 3.6}),
    "release": ("ug/cm2/week", {"ug/cm2/week": 1}),
    "content": ("mg/kg", {"mg/kg": 1, "g/kg": 1000}),
    "fineness": ("‰", {"‰": 1}),
    "carbon per energy": ("kg/kWh", {"kg/kWh": 1}),
    "carbon per volume": ("kg/m3", {"kg/m3": 1}),
    "carbon per mass": ("kg/kg", {"kg/kg": 1}),
}


def _spelled(unit: str) -> list[str]:
    """Return the ways in which a unit is written: with raised figures and with either of the two letters mu."""
    raised = unit.replace("m2", "m²").replace("m3", "m³")
    spellings = [unit, *([raised] if raised != unit else [])]
    return [*spellings, *(mu + each[1:] for each in spellings if each.startswith("u") for mu in "µμ")]


_UNITS = {
    spelling: _Unit(base, factor)
    for base, units in _DIMENSIONS.values()
    for unit, factor in units.items()
    for spelling in _spelled(unit)
}


def _meta(dimension: str, example: str, *, zero: bool = False, most: str = _NUMBER) -> Meta:
    """Return what a text of a dimension looks like; without ``zero`` it is above 0, so that it may stand below a line."""
    units = _DIMENSIONS[dimension][1]
    spelled = "|".join(re.escape(spelling) for unit in units for spelling in _spelled(unit))
    above = "" if zero else "(?=[0-9.]*[1-9])"
    spread = rf"(?: ?(?:±|\+-|\+/-) ?{_NUMBER})?"
    pattern = rf"^{above}{most}{spread} ?(?:{spelled})(?: ?\(k ?= ?[1-9](?:\.[0-9]+)?\))?$"
    article = "an" if dimension[0] in "aeiou" else "a"
    bounds = ("" if zero else ", above 0") + (", at most 100" if dimension == "share" else "")
    return Meta(pattern=pattern, description=f"{article} {dimension} such as {example} (in {', '.join(units)}{bounds})")


_PER_CENT = r"(?:100(?:\.0{1,9})?|[0-9]{1,2}(?:\.[0-9]{1,9})?)"

Current = Annotated[str, _meta("current", "12.0 ± 0.1 A")]
Time = Annotated[str, _meta("time", "600 ± 2 s")]
Area = Annotated[str, _meta("area", "1.20 ± 0.03 dm2")]
Mass = Annotated[str, _meta("mass", "0.512 ± 0.001 g")]
MassOrNone = Annotated[str, _meta("mass", "0.06 ± 0.01 g", zero=True)]
Volume = Annotated[str, _meta("volume", "40.0 ± 0.5 L")]
VolumeOrNone = Annotated[str, _meta("volume", "40.0 ± 0.5 L", zero=True)]
Flow = Annotated[str, _meta("flow", "2.5 ± 0.1 m3/d", zero=True)]
Concentration = Annotated[str, _meta("concentration", "75 ± 1 g/L")]
ConcentrationOrNone = Annotated[str, _meta("concentration", "0.32 ± 0.02 mg/L", zero=True)]
Conductivity = Annotated[str, _meta("conductivity", "310 ± 5 uS/cm")]
Rate = Annotated[str, _meta("rate", "0.10 ± 0.01 /s")]
Share = Annotated[str, _meta("share", "95 ± 1 %", most=_PER_CENT)]
Voltage = Annotated[str, _meta("voltage", "4.0 ± 0.1 V")]
EnergyOrNone = Annotated[str, _meta("energy", "3.2 ± 0.1 kWh", zero=True)]
ReleaseOrNone = Annotated[str, _meta("release", "0.21 ± 0.04 ug/cm2/week", zero=True)]
ContentOrNone = Annotated[str, _meta("content", "60 ± 5 mg/kg", zero=True)]
Fineness = Annotated[str, _meta("fineness", "752.0 ± 0.5 ‰")]
CarbonPerEnergy = Annotated[str, _meta("carbon per energy", "0.60 ± 0.02 kg/kWh", zero=True)]
CarbonPerVolume = Annotated[str, _meta("carbon per volume", "0.3 ± 0.1 kg/m3", zero=True)]
CarbonPerMass = Annotated[str, _meta("carbon per mass", "53.0 ± 0.3 kg/kg", zero=True)]


def quantity(text: str, name: str) -> Figure:
    """Return what a text of one of these types says, in the base unit of its dimension.

    :param name: what the input is called, its own in the sheet: the source of its uncertainty.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no quantity")
    value, unit = Decimal(found["value"]), _UNITS[found["unit"]]
    last_digit = Decimal(1).scaleb(int(value.as_tuple().exponent))
    u = float(found["u"]) / float(found["k"] or 1) if found["u"] else float(last_digit) / 2 / _ROOT_3
    return given(name, float(value) * unit.factor, u * unit.factor)
