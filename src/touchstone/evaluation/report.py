# SPDX-License-Identifier: Apache-2.0
"""The report of one organisation, clause by clause of the standard, as blocks (:mod:`touchstone.blocks`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

import msgspec

from touchstone.blocks import Block, Grid, Heading, Paragraph
from touchstone.errors import DocumentError
from touchstone.evaluation.observations import EvaluationData, Observation
from touchstone.evaluation.result import Condition, Judged, Line, Result
from touchstone.evaluation.words import say, worded
from touchstone.standards.indicator_system import Conventions, Indicator, IndicatorSystem
from touchstone.standards.standard import Standard
from touchstone.text import text_in

_MOST_GAINS = 5


class Subject(NamedTuple):
    """What a report is about: a result and the documents that it was computed from; ``standard`` is absent where none is named."""

    result: Result
    system: IndicatorSystem
    data: EvaluationData
    standard: Standard | None


def report(subject: Subject, organisation: str, language: str) -> list[Block]:
    """Return the report of an organisation.

    :raises DocumentError: where the result does not hold the organisation.
    """
    return list(_Writer(subject, organisation, language).written())


def in_use(said: Conventions) -> set[str]:
    """Return the names of the conventions that have a bearing on the figures; the others could be anything."""
    used = {"aggregation", "weighting", "scaling", "rounding", "places", "full_mark"}
    from_data = said.objective if said.weighting == "combined" else said.weighting
    if said.weighting in ("ahp", "combined"):
        used |= {"ahp_method", "ahp_group", "random_index"}
    if said.weighting == "combined":
        used |= {"objective", "combination"} | ({"combination_share"} if said.combination == "linear" else set())
    used |= {"entropy": {"entropy_shares"}, "critic": {"critic_directions"}}.get(from_data, set())
    return used | _OF_METHOD.get(said.aggregation, set())


_OF_METHOD = {
    "topsis": {"topsis_scaling", "topsis_ideal"},
    "grey_relational": {"grey_distinguishing"},
    "fuzzy": {"fuzzy_operator"},
}


class _Writer:
    def __init__(self, subject: Subject, organisation: str, language: str) -> None:
        self.result, self.system, self.data, self.standard = subject
        self.language = language
        found = [each for each in self.result.organisations if each.organisation == organisation]
        if not found:
            known = ", ".join(each.organisation for each in self.result.organisations[:6])
            raise DocumentError(
                "the data has no such organisation", field="organisation", expected=known, found=organisation
            )
        self.judged: Judged = found[0]
        self.assessed = next(each for each in self.data.organisations if each.id == organisation)
        self.values = self.assessed.values
        self.nodes = {node.id: node for node in self.system.nodes()}

    def say(self, key: str, **parts: object) -> str:
        return say(key, self.language, **parts)

    def remarked(self, text: str, key: str) -> str:
        return self.say("remarked", text=text, remark=self.say(key))

    def title_of(self, indicator: str) -> str:
        return text_in(self.nodes[indicator].title, self.language)

    def written(self) -> Iterator[Block]:
        named = text_in(self.assessed.name, self.language) if self.assessed.name else self.assessed.id
        yield Heading(1, self.say("title", name=named))
        yield Paragraph(
            self.say(
                "about", system=text_in(self.system.title, self.language), version=self.system.version,
                period=self.result.period, day=self.result.on,
            )
        )  # fmt: skip
        if self.system.standing.label == "illustrative":
            yield Paragraph(self.say("illustrative"))
        yield Paragraph(self.verdict())
        yield from self.groups()
        yield from self.gains()
        yield from self.clauses()
        for each in self.result.comparisons:
            if not each.acceptable:
                title = self.nodes[each.parent].title if each.parent else self.system.title
                yield Paragraph(self.say("inconsistent", group=text_in(title, self.language), ratio=each.ratio))
        yield Heading(2, self.say("conventions"))
        said = msgspec.structs.asdict(self.result.conventions)
        used = in_use(self.result.conventions)
        rows = tuple((self.say(f"name.{name}"), worded(said[name], self.language)) for name in said if name in used)
        yield Grid((self.say("convention"), self.say("value")), rows)
        yield Paragraph(self.say("digests", system=self.result.system_digest, data=self.result.data_digest))

    def verdict(self) -> str:
        judged, full = self.judged, self.result.conventions.full_mark
        if judged.verdict in ("vetoed", "gate_failed"):
            against = ("veto", "true") if judged.verdict == "vetoed" else ("gate", "false")
            what = [self.title_of(each.indicator) for each in judged.conditions if (each.role, each.holds) == against]
            return self.say(judged.verdict, what="; ".join(what))
        if judged.verdict == "open":
            return (
                self.say("open_unknown")
                if judged.low is None
                else self.say("open", low=judged.low, high=judged.high, full=full)
            )
        sentences = [self.say("scored", low=judged.low, full=full)]
        count = sum(each.worst_rank is not None for each in self.result.organisations)
        if judged.rank:
            sentences.append(self.say("ranked", rank=judged.rank, count=count))
        else:
            sentences.append(self.say("ranked_between", best=judged.best_rank, worst=judged.worst_rank, count=count))
        if self.result.unknown:
            sentences.append(self.say("moves", count=self.result.unknown))
        if self.result.conventions.aggregation in ("topsis", "grey_relational"):
            sentences.append(self.say("compares"))
        titles = {band.code: text_in(band.title, self.language) for band in self.system.bands}
        if judged.band:
            sentences.append(self.say("banded", band=titles[judged.band]))
        if judged.left_out:
            sentences.append(self.say("left_out", share=f"{judged.left_out * 100:.2f}"))
        return ("" if self.language.startswith("zh") else " ").join(sentences)

    def groups(self) -> Iterator[Block]:
        if self.judged.parts:
            rows = [(self.title_of(part.indicator), _range(part.low, part.high)) for part in self.judged.parts]
            yield Heading(2, self.say("groups"))
            yield Grid((self.say("part"), self.say("share")), tuple(rows))

    def gains(self) -> Iterator[Block]:
        losses = sorted(
            (line for line in self.judged.lines if line.lost),
            key=lambda line: (
                line.score is not None,
                -(line.lost or 0),
                line.indicator,
            ),  # what only needs to be shown, first
        )[:_MOST_GAINS]
        if losses:
            yield Heading(2, self.say("gains"))
            rows = tuple((self.title_of(line.indicator), self.could(line)) for line in losses)
            yield Grid((self.say("indicator"), self.say("could")), rows)

    def clauses(self) -> Iterator[Block]:
        told: set[str] = set()
        chapter_id = ""
        for number, clause, chapter in self.standard.numbered() if self.standard else ():
            if chapter.id != chapter_id:
                chapter_id = chapter.id
                yield Heading(2, f"{number.partition('.')[0]} {text_in(chapter.heading, self.language)}")
            yield Heading(3, f"{number} {self.remarked(text_in(clause.heading, self.language), f'type.{clause.type}')}")
            yield Paragraph(text_in(clause.text, self.language))
            measured = [node for node in self.system.leaves() if node.clause == clause.id]
            told |= {node.id for node in measured}
            yield self.grid(measured) if measured else Paragraph(self.say("unmeasured"))
        rest = [node for node in self.system.leaves() if node.id not in told]
        if rest:
            yield Heading(2, self.say("others"))
            yield self.grid(rest)

    def grid(self, leaves: Iterable[Indicator]) -> Grid:
        head = tuple(self.say(key) for key in ("indicator", "value", "gives", "could", "state", "evidence"))
        lines = {line.indicator: line for line in self.judged.lines}
        conditions = {each.indicator: each for each in self.judged.conditions}
        rows = [
            self.line(leaf, lines[leaf.id]) if leaf.id in lines else self.condition(conditions[leaf.id])
            for leaf in leaves
        ]
        return Grid(head, tuple(rows))

    def line(self, leaf: Indicator, line: Line) -> tuple[str, ...]:
        unit = f" {leaf.measure.unit}" if leaf.measure and leaf.measure.unit else ""
        value = "–" if line.value is None else f"{line.value}{unit}"
        given = "–" if line.given is None else str(line.given)
        return (
            self.title_of(leaf.id),
            value,
            given,
            self.could(line),
            self.say(f"state.{line.state}"),
            self.evidence_of(leaf.id),
        )

    def could(self, line: Line) -> str:
        if line.lost is None:
            return "–"
        return str(line.lost) if line.score is not None else self.say("up_to", amount=line.lost)

    def condition(self, condition: Condition) -> tuple[str, ...]:
        title = self.remarked(self.title_of(condition.indicator), condition.role)
        held = self.say(f"holds.{condition.holds}")
        return title, held, "", "", self.say(f"state.{condition.state}"), self.evidence_of(condition.indicator)

    def evidence_of(self, indicator: str) -> str:
        observed = self.values.get(indicator)
        return "; ".join(observed.evidence) if isinstance(observed, Observation) else ""


def _range(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return "–"
    return str(low) if low == high else f"{low} – {high}"
