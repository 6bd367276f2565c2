# SPDX-License-Identifier: Apache-2.0
"""The dossier that a review reads: the plan of construction, clause by clause, with state, owner and evidence, as blocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from touchstone.blocks import Block, Grid, Heading, Paragraph
from touchstone.cooperation.construction import Plan, Task
from touchstone.cooperation.wording import listed, say
from touchstone.standards.digest import digest
from touchstone.standards.standard import Clause, Standard
from touchstone.text import text_in


def dossier(standard: Standard, plan: Plan, day: dt.date, language: str) -> list[Block]:
    """Return the dossier of a plan made on ``day``; a clause that asks for nothing has no task and does not stand in it."""
    return list(_Writer(standard, plan, day, language).written())


class _Writer:
    def __init__(self, standard: Standard, plan: Plan, day: dt.date, language: str) -> None:
        self.standard, self.plan, self.day, self.language = standard, plan, day, language
        self.tasks = {task.clause: task for task in plan.tasks}

    def say(self, key: str, **gaps: object) -> str:
        return say(f"dossier.{key}", self.language, **gaps)

    def written(self) -> Iterator[Block]:
        standard, plan = self.standard, self.plan
        yield Heading(1, self.say("title"))
        yield Paragraph(
            self.say("about", standard=text_in(standard.title, self.language), version=standard.version, day=self.day)
        )
        if standard.standing.label == "illustrative":
            yield Paragraph(self.say("illustrative"))
        yield Paragraph(
            self.say(
                "stands" if plan.stands else "open", done=plan.done, tasks=len(plan.tasks), open=plan.required_open
            )
        )
        chapter_id = ""
        for number, clause, chapter in standard.numbered():
            if clause.id not in self.tasks:
                continue
            if chapter.id != chapter_id:
                chapter_id = chapter.id
                yield Heading(2, f"{number.partition('.')[0]} {text_in(chapter.heading, self.language)}")
            yield from self.clause(number, clause, self.tasks[clause.id])
        yield Paragraph(self.say("digest", digest=digest(standard)))

    def clause(self, number: str, clause: Clause, task: Task) -> Iterator[Block]:
        yield Heading(3, f"{number} {text_in(clause.heading, self.language)}")
        yield Paragraph(text_in(clause.text, self.language))
        yield Paragraph(told_task(task, self.language))
        shown = {each.id: [] for each in clause.evidence}  # type: dict[str, list[str]]
        for piece in task.pieces:
            shown[piece.evidence].append(self.piece(piece.reference, piece.on, piece.until))
        if clause.evidence:
            rows = [
                (text_in(each.title, self.language), "; ".join(shown[each.id]) or self.say("missing"))
                for each in clause.evidence
            ]
            yield Grid((self.say("asked"), self.say("shown")), tuple(rows))
        else:
            yield Paragraph(self.say("no_evidence"))

    def piece(self, reference: str, on: dt.date, until: dt.date | None) -> str:
        return self.say("piece_until" if until else "piece", reference=reference, on=on, until=until)


def told_task(task: Task, language: str) -> str:
    """Say of a task whether it is a must, how it stands, whose it is, and when it is due."""
    parts = [
        say("dossier.must" if task.must else "dossier.should", language),
        say(f"task.{task.state}", language),
        say(f"owner.{task.owner}", language) if task.owner else say("owner.none", language),
    ]
    if task.due:
        parts.append(say("task.overdue" if task.overdue else "task.due", language, due=task.due))
    return listed(parts, language)
