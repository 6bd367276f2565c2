# SPDX-License-Identifier: Apache-2.0
"""Conformance: do two implementations of the standard answer alike? Vectors, classes, and a runner for any command.

The protocol is JSON lines: a question in, an answer out (:mod:`touchstone.conformance.answering` is the engine's side).
"""

from touchstone.conformance.classes import CLASSES, ConformanceClass
from touchstone.conformance.running import ClassResult, Complaint, Report, run
from touchstone.conformance.vectors import Vector, default_folder, load_vectors

__all__ = [
    "CLASSES",
    "ClassResult",
    "Complaint",
    "ConformanceClass",
    "Report",
    "Vector",
    "default_folder",
    "load_vectors",
    "run",
]
