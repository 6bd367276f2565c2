# SPDX-License-Identifier: Apache-2.0
"""Whose work is marked a second time: drawn by a digest, so that nobody chooses and everybody can draw again.

The seed is the digest of the judged aspects' ids and of all first judgements of the first round: no title or limit of the rubric is in
it, which could be worded until somebody is drawn. Before these are complete nobody is drawn, and
afterwards neither a discussion nor the second marks change it. A candidate's place in the draw is SHA-256 over seed and id.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter

from touchstone.errors import InputError
from touchstone.practice.marking.sheet import Mark, MarkingSheet
from touchstone.practice.report import Digest, Name
from touchstone.standards.digest import digest
from touchstone.value import Value

RULE = "the candidates with the least SHA-256 of seed, line feed and id"


class Sample(Value, frozen=True, kw_only=True):
    """Who was drawn, from which seed, and by which rule."""

    seed: Digest
    rule: str = RULE
    candidates: tuple[Name, ...] = ()


class _FirstMarks(Value, frozen=True, kw_only=True):
    aspects: tuple[Name, ...]
    candidates: tuple[Name, ...]
    marks: tuple[Mark, ...]


def sample_of(sheet: MarkingSheet) -> Sample | None:
    """Draw the moderation sample of a sheet; in which order its rows stand makes no difference.

    None while a first judgement is missing: whoever gave the last one would choose who is drawn.
    """
    judged = {aspect.id for aspect in sheet.judged}
    first = [
        each for each in sheet.marks
        if each.marking == "first" and each.round == 1 and each.points is not None and each.aspect in judged
    ]  # fmt: skip
    given = Counter((each.candidate, each.aspect) for each in first)
    if any(given[each.id, aspect] < sheet.assessors_needed for each in sheet.candidates for aspect in judged):
        return None
    names = sorted(each.id for each in sheet.candidates)
    marks = sorted(first, key=lambda each: (each.candidate, each.aspect, each.assessor))
    seed = digest(_FirstMarks(aspects=tuple(sorted(judged)), candidates=tuple(names), marks=tuple(marks)))
    size = min(len(names), max(sheet.sample_least, math.ceil(sheet.sample_share * len(names)))) if judged else 0
    drawn = sorted(names, key=lambda name: hashlib.sha256(f"{seed}\n{name}".encode()).digest())[:size]
    return Sample(seed=seed, candidates=tuple(sorted(drawn)))


def blind_marks(sheet: MarkingSheet) -> tuple[Mark, ...]:
    """Return the rows that the second assessor fills in: the sample's judgement aspects, without names, first marks or totals.

    The assessor is ``second``: whoever marks writes their own name there.

    :raises InputError: while a first judgement is missing.
    """
    sample = sample_of(sheet)
    if sample is None:
        raise InputError("nobody is drawn for a second marking yet", expected="every first judgement",
                         hint="Without --blind the command tells which are missing.")  # fmt: skip
    drawn = sample.candidates
    return tuple(
        Mark(candidate=name, aspect=aspect.id, assessor="second", marking="second")
        for name in drawn
        for aspect in sheet.judged
    )
