# SPDX-License-Identifier: Apache-2.0
"""``touchstone placement``: check placements against the rules of their time, tell what a host may take, match students and posts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from touchstone.cli_shared import (
    BAD_INPUT,
    LOOK,
    Documents,
    Json,
    Language,
    Library,
    counted,
    load_documents,
    option_of,
    print_plain,
    told_of,
    write_file,
)
from touchstone.errors import InputError

if TYPE_CHECKING:
    from touchstone.placement.market import PlacementMarket
    from touchstone.placement.outcome import Matched
    from touchstone.placement.placement import Placement
    from touchstone.placement.rules import Cited, Finding, Rules


BROKEN = 1
_WORST = ("error", "open", "fail", "unknown")
"""The gravest first: what makes a placement unlawful, what may, and what only warns."""


def register(app: typer.Typer) -> None:
    """Add the commands as ``touchstone placement``."""
    placement_app = typer.Typer(
        no_args_is_help=True, help="Check placements by dated rules, tell a host's capacity, match students and posts."
    )
    app.add_typer(placement_app, name="placement")
    placement_app.command("check")(check)
    placement_app.command("capacity")(capacity)
    placement_app.command("match")(match)


On = Annotated[
    str,
    typer.Option("--on", metavar="DATE", help="The day whose rules judge; without it the first day of the placement."),
]


def _rules(documents: list[Path] | None, *, library: bool) -> Rules:
    from touchstone.placement.rules import Rules
    from touchstone.standards import RulePack

    loaded = (item.document for item in load_documents(documents, library=library))
    return Rules(document for document in loaded if isinstance(document, RulePack))


# ------------------------------------------------------------------ check
def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="A placement, as YAML or JSON; or several, folders, or JSON Lines.", metavar="PLACEMENT..."
        ),
    ],
    documents: Documents = None,
    library: Library = False,
    on: On = "",
    every: Annotated[bool, typer.Option("--all", help="Tell also the rules that hold or do not apply.")] = False,
    each: Annotated[
        bool, typer.Option("--each", help="Tell the rules of each placement where there are several.")
    ] = False,
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Judge placements by the rules of their own time: each rule holds, is broken, unknown, not applicable or exempted.

    What to do first comes first. Of several, one line each and a total. Exit 2 where a placement cannot be used, after the others were
    judged; else 1 where a rule of severity error is broken; else 3 where one is unknown, so that a person must look.
    """
    from rich.console import Console
    from rich.progress import track

    from touchstone.placement.placement import load_placements
    from touchstone.placement.rules import check as judged
    from touchstone.placement.rules import idle_exemptions, start_of
    from touchstone.placement.wording import say

    day = option_of("--on", on, dt.date) if on else None
    rules = _rules(documents, library=library)
    refused: list[InputError] = []
    waiting, console = list(load_placements(files, refused.append)), Console(stderr=True)
    many = len(waiting) + len(refused) > 1
    if refused and not many:
        raise refused[0]
    told: list[Any] = []
    totals: Counter[str] = Counter()
    cited: dict[Cited, None] = {}
    for name, placement in track(
        waiting, counted(len(waiting), "placement"), console=console, transient=True,
        disable=not console.is_terminal or len(waiting) < 2,
    ):  # fmt: skip
        try:
            findings = told_of(name, partial(judged, placement, rules, day))
        except InputError as error:
            if not many:
                raise
            refused.append(error)
            continue
        findings = tuple(sorted(findings, key=lambda finding: finding.urgency))
        totals[_worst(findings)] += 1
        packs = [compiled.cited for _, compiled in rules.judging(placement, day or start_of(placement))]
        cited.update(dict.fromkeys(packs))
        if json:
            told.append(
                {
                    "placement": placement.name or name, "on": day or start_of(placement), "packs": [pack._asdict() for pack in packs],
                    "idle_exemptions": idle_exemptions(placement, findings), "findings": _plain(findings, placement, rules, day, lang),
                }
            )  # fmt: skip
        elif many and not (every or each):
            typer.echo(_line(placement.name or name, findings, placement, day, lang))
        else:
            _tell(placement.name or name, findings, placement, rules, day, lang, every=every)
    for wrong in refused:
        typer.echo(str(wrong), err=True)
    if json:
        print_plain(told)
    elif many:
        counts = {worst: totals[worst] for worst in (*_WORST, "pass")}
        typer.echo(say("check.total", lang, count=totals.total(), refused=len(refused), **counts))
    for pack in () if json else cited:
        typer.echo(say("check.pack", lang, **pack._asdict()))
    if refused or totals["error"] or totals["open"]:
        raise typer.Exit(BAD_INPUT if refused else BROKEN if totals["error"] else LOOK)


def _worst(findings: Iterable[Finding]) -> str:
    """Return what is gravest: a broken rule of severity error, one that is unknown, another broken or unknown one, or nothing."""
    grave = {"fail": "error", "unknown": "open"}
    found = {grave.get(finding.result, finding.result) if finding.is_grave else finding.result for finding in findings}
    return next((worst for worst in _WORST if worst in found), "pass")


def _line(name: str, findings: tuple[Finding, ...], placement: Placement, day: dt.date | None, language: str) -> str:
    """Tell a placement on one line, with the rules that it breaks."""
    broken = ", ".join(finding.rule.id for finding in findings if finding.result == "fail")
    mark = _MARKS["fail" if broken else _worst(findings)]
    return f"{mark} {_summary(name, findings, placement, day, language)}{broken and f' {broken}'}"


def _plain(
    findings: Iterable[Finding], placement: Placement, rules: Rules, day: dt.date | None, language: str
) -> list[dict[str, Any]]:
    return [
        {
            "rule": finding.rule.id, "law": _law(finding), "side": finding.side, "result": finding.result,
            "severity": finding.rule.severity,
            "clause": finding.rule.clause, "clause_type": finding.rule.clause_type, "verified": finding.rule.verified,
            "source": finding.rule.source, "message": finding.rule.message, "document": finding.document,
            "because": _reasons(finding, placement, rules, day, language),
        }
        for finding in findings
    ]  # fmt: skip


def _law(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.law.id, "version": finding.law.version, "title": finding.law.title, "article": finding.rule.clause,
    }  # fmt: skip


def _reasons(finding: Finding, placement: Placement, rules: Rules, day: dt.date | None, language: str) -> list[str]:
    from touchstone.placement.rules import reasons_of, start_of
    from touchstone.placement.wording import told_reason

    if finding.result not in ("fail", "unknown"):
        return []
    declared: dict[str, Any] = {}
    for _, compiled in rules.judging(placement, day or start_of(placement)):
        declared.update(compiled.facts)
    reasons = reasons_of(finding, placement, rules, day)
    return list(dict.fromkeys(told_reason(reason, declared, language) for reason in reasons))


_MARKS = {"pass": "✓", "fail": "✗", "error": "✗", "unknown": "?", "open": "?", "exempted": "–", "not_applicable": "·"}


def _tell(
    name: str,
    findings: tuple[Finding, ...],
    placement: Placement,
    rules: Rules,
    day: dt.date | None,
    language: str,
    *,
    every: bool,
) -> None:
    from touchstone.placement.rules import idle_exemptions
    from touchstone.placement.wording import say
    from touchstone.text import text_in

    typer.echo(_summary(name, findings, placement, day, language))
    for finding in findings:
        if finding.result in ("pass", "not_applicable") and not every:
            continue
        rule = finding.rule
        marks = [say(f"result.{finding.result}", language), say(f"severity.{rule.severity}", language)]
        if placement.school not in (None, placement.jurisdiction):
            marks.append(say(f"side.{finding.side}", language))
        if not rule.verified:
            marks.append(say("rule.unverified", language))
        typer.echo(
            f"{_MARKS[finding.result]} {rule.id} ({', '.join(marks)}): {text_in(rule.message, language)} [{text_in(rule.clause, language)}]"
        )
        if finding.document:
            admitted = "admitted" if finding.result == "exempted" else "refused"
            typer.echo(f"    {say(f'exemption.{admitted}', language, document=finding.document)}")
        for reason in _reasons(finding, placement, rules, day, language):
            typer.echo(f"    {reason}")
    for idle in idle_exemptions(placement, findings):
        typer.echo(say("exemption.idle", language, rule=idle))


def _summary(name: str, findings: tuple[Finding, ...], placement: Placement, day: dt.date | None, language: str) -> str:
    from touchstone.placement.rules import start_of
    from touchstone.placement.wording import say

    judged_on = day or start_of(placement)
    if not findings:
        return say("check.none", language, name=name, day=judged_on)
    count = Counter(finding.result for finding in findings)
    errors = sum(finding.result == "fail" and finding.rule.severity == "error" for finding in findings)
    counts = {result: count[result] for result in ("pass", "fail", "unknown", "exempted", "not_applicable")}
    return say("check.summary", language, name=name, day=judged_on, errors=errors, **counts)


# ------------------------------------------------------------------ capacity
def capacity(
    file: Annotated[
        Path, typer.Argument(help="What is known of the host, as a placement in YAML or JSON.", metavar="PLACEMENT")
    ],
    documents: Documents = None,
    library: Library = False,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day whose rules judge; today if absent.")] = "",
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Tell how many a host may take, computed from the rules in force, with the rule that says so."""
    from touchstone.placement.capacity import capacity as caps_of
    from touchstone.placement.placement import load_placements
    from touchstone.placement.wording import say, told_cap

    day = option_of("--on", on, dt.date) if on else dt.date.today()
    rules = _rules(documents, library=library)
    ((name, placement), *more) = load_placements([file])
    if more:
        raise InputError("the file holds more than one placement", file=str(file), hint="Give one host at a time.")
    caps = told_of(name, lambda: caps_of(placement, rules, day))
    declared: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    for compiled in rules.applying(placement.jurisdiction, day):
        declared.update(compiled.facts)
        facts.update(compiled.read(placement))
    told = [(cap, told_cap(cap, declared, facts, lang)) for cap in caps]
    if json:
        print_plain(
            [
                {
                    "fact": cap.fact.name, "scope": cap.fact.counts, "most": cap.most, "rule": cap.rule.id, "clause": cap.rule.clause,
                    "severity": cap.rule.severity, "verified": cap.rule.verified, "missing": cap.missing,
                    "applies_if_known": cap.if_known, "because": sentence,
                }
                for cap, sentence in told
            ]
        )  # fmt: skip
        return
    for _, sentence in told:
        typer.echo(sentence)
    if not told:
        typer.echo(say("cap.none", lang, day=day))


# ------------------------------------------------------------------ match
def match(
    file: Annotated[Path, typer.Argument(help="A PlacementMarket, as YAML or JSON.", metavar="MARKET")],
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE", help="Write the record: seats, and the cut-offs that prove them."),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option("--check", metavar="RECORD", help="Check a record against the market instead of matching."),
    ] = None,
    welfare: Annotated[
        bool,
        typer.Option(
            "--welfare",
            help="Show beside it the alternative that fills the most seats, and who would block it: seconds for "
            "5,000 students, minutes for 50,000.",
        ),
    ] = False,
    seconds: Annotated[int, typer.Option("--seconds", metavar="N", min=1, help="How long --welfare may take.")] = 300,
    json: Json = False,
    lang: Language = "en",
) -> None:
    """Match students and posts so that nobody has a claim to another's seat, with a reason for every student.

    Equal scores are parted by a lottery that follows from the market's seed: fix the seed in public before the choices close.

    Exit 1 where --check finds a record false.
    """
    from rich.console import Console

    from touchstone.placement.market import load_market
    from touchstone.standards.exchange.plain_writing import write_json

    market = load_market(file, lambda remark: typer.echo(remark, err=True))
    try:
        from touchstone.placement.outcome import Matched
    except ImportError:
        raise InputError(
            "matching needs numpy", hint="Install it with  pip install 'touchstone-gba[evaluation]'."
        ) from None
    if record:
        _check_record(market, record, lang, json=json)
        return
    console = Console(stderr=True)
    with console.status(counted(len(market.students), "student")) as status:
        matched = Matched(market)
        if welfare:
            status.update(f"the alternative, for {seconds} s at most")
        other = _most_welfare(matched, seconds) if welfare else None
    if save:
        write_file(save, write_json(matched.record()))
    if json:
        _print_matched(matched, other)
    else:
        _tell_matched(matched, other, lang)


def _check_record(market: PlacementMarket, file: Path, language: str, *, json: bool) -> None:
    from touchstone.placement.outcome import PlacementRecord, check_record
    from touchstone.placement.wording import say
    from touchstone.standards.folder import read_bytes, read_value

    record = told_of(file, lambda: read_value(read_bytes(file), str(file), PlacementRecord)[0])
    wrong = told_of(file, lambda: check_record(market, record))
    if json:
        print_plain({"holds": not wrong, "wrong": wrong})
    else:
        for line in wrong:
            typer.echo(f"{file}: {line}")
        if not wrong:
            typer.echo(say("match.proven", language))
    if wrong:
        raise typer.Exit(1)


def _most_welfare(matched: Matched, seconds: int) -> Matched:
    from touchstone.placement.outcome import Matched

    try:
        from touchstone.placement.welfare import most_welfare
    except ImportError:
        raise InputError(
            "the alternative needs HiGHS", hint="Install it with  pip install 'touchstone-gba[plan]'."
        ) from None
    return Matched(matched.market, most_welfare(matched.contracts, seconds), matched.contracts)


def _figures(matched: Matched) -> dict[str, Any]:
    choices = [seat.choice for seat in matched.seats() if seat.choice]
    blocking = matched.blocking()
    return {
        "placed": len(choices),
        "first": choices.count(1),
        "mean": round(sum(choices) / len(choices), 2) if choices else 0,
        "pairs": int(blocking.size),
        "students": len(set(matched.contracts.student[blocking].tolist())),
    }


def _print_matched(matched: Matched, other: Matched | None) -> None:
    from touchstone.standards import normal_form

    plain: dict[str, Any] = {
        "record": normal_form(matched.record()),
        "figures": _figures(matched),
        "refused": {
            reason.seat.student: [refusal._asdict() for refusal in reason.refused]
            for reason in matched.reasons()
            if reason.refused
        },
    }
    if other:
        seats = {seat.student: seat.post for seat in other.seats() if seat.post}
        plain["alternative"] = {"seats": seats, "figures": _figures(other)}
    print_plain(plain)


def _tell_matched(matched: Matched, other: Matched | None, language: str) -> None:
    from touchstone.placement.wording import say, told_seat

    for reason in matched.reasons():
        first, *rest = told_seat(reason, language)
        typer.echo(first)
        for line in rest:
            typer.echo(f"    {line}")
    figures, students = _figures(matched), len(matched.market.students)
    typer.echo(
        say(
            "match.summary",
            language,
            placed=figures["placed"],
            students=students,
            first=figures["first"],
            seed=matched.market.lottery,
        )
    )
    if other:
        typer.echo(say("match.alternative", language, stable_mean=figures["mean"], **_figures(other)))
