# SPDX-License-Identifier: Apache-2.0
"""How much of a machine a model may take."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from touchstone.value import Value

Positive = Annotated[int, Meta(ge=1)]


class Limits(Value, frozen=True, kw_only=True):
    """Bounds on a file and on what measures it.

    :param bytes: of the file as it is.
    :param triangles: of the whole model, every instance of a component counted.
    :param inflated: bytes of all parts of a 3MF together, unpacked.
    :param ratio: how tightly a part of a 3MF may be packed (text of numbers packs about 10 to 1).
    :param depth: how deep components of a 3MF may nest.
    :param instances: how many objects a build may place, components counted.
    :param seconds: CPU seconds of the process that measures; twice as many may pass on the clock.
    :param memory: bytes of address space of that process.
    :param rays: on how many facets walls are measured at most without embreex; beyond that, on every k-th.
    """

    bytes: Positive = 256 * 1024 * 1024
    triangles: Positive = 4_000_000
    inflated: Positive = 512 * 1024 * 1024
    ratio: Positive = 100
    depth: Positive = 8
    instances: Positive = 10_000
    seconds: Positive = 60
    memory: Positive = 6 * 1024 * 1024 * 1024
    rays: Positive = 100_000
