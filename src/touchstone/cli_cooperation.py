# SPDX-License-Identifier: Apache-2.0
"""``touchstone cooperation``: a platform's own rules over files: members, agreements, votes, shares, the plan, research."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from touchstone.cli_shared import (
    Documents,
    Json,
    Language,
    named_document,
    option_of,
    print_plain,
    told_of,
    write_blocks,
)
from touchstone.errors import InputError
from touchstone.value import Value

if TYPE_CHECKING:
    from touchstone.cooperation.construction import Plan
    from touchstone.standards import Standard

V = TypeVar("V", bound=Value)
On = Annotated[str, typer.Option("--on", metavar="DATE", help="The day that is asked about; today if absent.")]


def register(app: typer.Typer) -> None:
    """Add the commands as ``touchstone cooperation``."""
    cooperation = typer.Typer(
        no_args_is_help=True,
        help="A platform's own rules: members, agreements, votes, shares, the plan of its construction, research.",
    )
    app.add_typer(cooperation, name="cooperation")
    for command in (member, agreement, vote, share, plan, match):
        cooperation.command()(command)


def member(
    file: Annotated[Path, typer.Argument(help="What was done about a member (kind MemberRecord).", metavar="FILE")],
    on: On = "",
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Tell where a member stands on a day, whether it has a vote, and which events had no effect, and why."""
    from touchstone.cooperation.membership import membership_on
    from touchstone.cooperation.records import MemberRecord
    from touchstone.cooperation.wording import told_member

    record, day = _read(file, MemberRecord), _day(on)
    found = membership_on(record.events, day, record.charter)
    _answer(found, told_member(record, found, day, lang), json=json)


def agreement(
    file: Annotated[Path, typer.Argument(help="The steps of an agreement (kind AgreementRecord).", metavar="FILE")],
    on: On = "",
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Tell what is agreed on a day, who has yet to sign, who ended it, and which steps had no effect, and why."""
    from touchstone.cooperation.agreements import agreement_on
    from touchstone.cooperation.records import AgreementRecord
    from touchstone.cooperation.wording import told_agreement

    record, day = _read(file, AgreementRecord), _day(on)
    found = agreement_on(record.steps, day, record.terms)
    _answer(found, told_agreement(record, found, day, lang), json=json)


def vote(
    file: Annotated[Path, typer.Argument(help="A motion and its ballot (kind VoteRecord).", metavar="FILE")],
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Tell whether a motion is carried, and what it took."""
    from touchstone.cooperation.records import VoteRecord
    from touchstone.cooperation.votes import outcome
    from touchstone.cooperation.wording import told_vote

    record = _read(file, VoteRecord)
    found = outcome(record.ballot, record.rule)
    _answer(found, told_vote(record.motion, found, lang), json=json)


def share(
    file: Annotated[
        Path, typer.Argument(help="A sum, contributions and a formula (kind SharingRecord).", metavar="FILE")
    ],
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Share out a sum by the formula that was agreed, to the last unit."""
    from touchstone.cooperation.benefits import shared_out
    from touchstone.cooperation.records import SharingRecord
    from touchstone.cooperation.wording import say, told_share

    record = _read(file, SharingRecord)
    try:
        portions = shared_out(record.amount, record.contributions, record.formula)
    except ValueError as error:
        raise InputError(str(error), file=str(file), field="amount") from None
    lines = [told_share(each, record.unit, lang) for each in portions]
    _answer(portions, [*lines, say("share.sum", lang, amount=record.amount, unit=record.unit)], json=json)


def plan(
    standard: Annotated[
        str, typer.Argument(help="A standard: its file, or its id among the documents.", metavar="STANDARD")
    ],
    file: Annotated[Path, typer.Argument(help="What was shown and begun (kind ConstructionRecord).", metavar="FACTS")],
    documents: Documents = None,
    on: On = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the review dossier, as the name ends: .md, .typ or .pdf."),
    ] = None,
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Turn each clause of a standard that asks for something into a task with owner, state and evidence.

    --out writes the review dossier.
    """
    from touchstone.cooperation.construction import construction_plan
    from touchstone.cooperation.dossier import dossier
    from touchstone.cooperation.records import ConstructionRecord
    from touchstone.cooperation.wording import say
    from touchstone.standards.folder import line_in

    record, day, chosen = _read(file, ConstructionRecord), _day(on), _standard(standard, documents)
    try:
        made = construction_plan(chosen, record.shown, day, record.begun)
    except InputError as error:
        raise error.at(file=str(file), line=line_in(file, error.field)) from None
    if out:
        write_blocks(out, dossier(chosen, made, day, lang), lang, day)
        typer.echo(f"The dossier is in {out}.", err=True)
    key = "dossier.stands" if made.stands else "dossier.open"
    summary = say(key, lang, done=made.done, tasks=len(made.tasks), open=made.required_open)
    _answer(made, [*_tasks(chosen, made, lang), summary], json=json)


def _tasks(standard: Standard, made: Plan, language: str) -> Iterable[str]:
    from touchstone.cooperation.dossier import told_task
    from touchstone.cooperation.wording import listed, say
    from touchstone.text import text_in

    clauses = {clause.id: clause for _, clause, _ in standard.numbered()}
    for task in made.tasks:
        clause = clauses[task.clause]
        heading = text_in(clause.heading, language)
        yield say("dossier.line", language, number=task.number, heading=heading, task=told_task(task, language))
        titles = [text_in(each.title, language) for each in clause.evidence if each.id in task.missing]
        if titles:
            yield "    " + say("dossier.lacks", language, titles=listed(titles, language))


def match(
    file: Annotated[Path, typer.Argument(help="Problems and means (kind ResearchRecord).", metavar="FILE")],
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Match enterprises' problems with laboratories, equipment and experts, with reasons, and find the least team."""
    from touchstone.cooperation.records import ResearchRecord
    from touchstone.cooperation.research import match as matched
    from touchstone.cooperation.wording import told_match

    record = _read(file, ResearchRecord)
    found = [told_of(file, lambda each=problem: matched(each, record.means)) for problem in record.problems]  # type: ignore[misc]
    _answer(found, (line for each in found for line in told_match(record, each, lang)), json=json)


def _read(file: Path, kind: type[V]) -> V:
    from touchstone.standards.folder import read_bytes, read_value

    return told_of(file, lambda: read_value(read_bytes(file), str(file), kind)[0])


def _day(on: str) -> dt.date:
    return option_of("--on", on, dt.date) if on else dt.date.today()


def _standard(named: str, documents: list[Path] | None) -> Standard:
    from touchstone.standards import Standard

    return named_document(Standard, "standard", named, documents)


def _answer(found: object, lines: Iterable[str], *, json: bool) -> None:
    if json:
        print_plain(found)
        return
    for line in lines:
        typer.echo(line)
