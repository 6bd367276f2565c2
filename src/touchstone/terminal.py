# SPDX-License-Identifier: Apache-2.0
"""How a decision looks in a terminal: the answer first, then a table, what is in the way, and where it all comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from touchstone.library.people import Person
from touchstone.recognition import Decision, Explanation, RecognitionRequest, Rulebook, decide
from touchstone.recognition.bridging import options_on
from touchstone.recognition.decision import ProofStep
from touchstone.recognition.explanation import Row
from touchstone.recognition.names import Names
from touchstone.recognition.plan import Limits, PlanAnswer
from touchstone.recognition.wording import Words
from touchstone.standards.bridging import Money, in_units
from touchstone.text import text_in

if TYPE_CHECKING:
    from touchstone.library.story import Script, Step

_LOOKS = {
    "FULL": ("green", "✓"),
    "CONDITIONAL": ("yellow", "◐"),
    "ALTERNATIVE": ("yellow", "↷"),
    "PARTIAL": ("yellow", "◔"),
    "REFUSED": ("red", "✗"),
    "REFER": ("blue", "?"),
}
_MARKS = {"recognised": ("green", "✓"), "missing": ("red", "✗"), "open": ("blue", "?"), "not_needed": ("dim", "–")}
_WIDEST = 110


def show(
    explanation: Explanation,
    decision: Decision,
    request: RecognitionRequest,
    *,
    again: str,
    proof: bool = False,
) -> None:
    """Print an explained decision; ``again`` is the command that derives it again, ``proof`` adds every step."""
    console, words = _console(), Words(explanation.language)
    colour, mark = _LOOKS[decision.outcome]
    heading = Text(f"{mark} {explanation.outcome}", style=f"bold {colour}")
    console.print(Panel(explanation.sentence, title=heading, title_align="left", border_style=colour, padding=(1, 2)))
    console.print(_rows(explanation, words.say("label.asks", region=words.region(request.to)), words))
    if explanation.residual:
        _section(console, words.say("label.residual"), [explanation.residual])
    _section(console, words.say("label.reasons"), [reason.text for reason in explanation.reasons])
    _section(
        console,
        words.say("label.also_needed"),
        [text_in(item.title, words.language) for item in explanation.also_needed],
    )
    if len(explanation.stretches) > 1:
        _section(console, words.say("label.time"), explanation.times)
    if explanation.appeal and decision.outcome != "FULL":
        _section(console, words.say("label.appeal"), [explanation.appeal])
    _section(console, words.say("label.doubts"), explanation.doubts)
    if proof:
        _section(console, words.say("label.proof"), [_step(step) for step in decision.proof])
        documents = [f"{used.digest[:19]}…  {used.id} {used.version}" for used in decision.inputs.documents]
        _section(console, words.say("label.documents"), documents)
    console.print(Text(_closing(decision, request, words, again), style="dim"), soft_wrap=True)


def show_plan(
    answer: PlanAnswer, request: RecognitionRequest, rulebook: Rulebook, language: str, *, limits: Limits
) -> None:
    """Print the cheapest plan, or why there is none."""
    console, words = _console(), Words(language)
    names = Names(rulebook.edition(request.decided_on), rulebook, words)
    plan = answer.plan
    if plan is None:
        told = f"{words.say('plan.none')} {_why_no_plan(answer, request, rulebook, limits, names)}"
        console.print(Panel(told.strip(), border_style="red", padding=(1, 2)))
        return
    if not plan.options:
        console.print(Panel(words.say("plan.nothing"), border_style="green", padding=(1, 2)))
        return
    options = options_on(request.decided_on, rulebook)
    table = Table.grid(padding=(0, 2))
    for place, identifier in enumerate(plan.options, start=1):
        option = options[identifier]
        title = names.title(option.title) if option.title else names.facts(option.covers)
        about = words.say(f"plan.{option.kind}")
        price = _price(words, option.cost, option.hours)
        table.add_row(Text(str(place), style="bold yellow"), Text.assemble(title, (f"\n{about} · {price}", "dim")))
    total = _price(words, plan.cost, plan.hours)
    lowest = Money(amount=plan.lower_bound, currency=plan.cost.currency)
    proof = (
        words.say("plan.proven")
        if plan.proven
        else words.say("plan.unproven", currency=lowest.currency, amount=in_units(lowest))
    )
    body = Group(table, Text(""), Text(total, style="bold"), Text(proof, style="dim"))
    console.print(
        Panel(body, title=words.say("plan.heading"), title_align="left", border_style="green", padding=(1, 2))
    )


def _why_no_plan(
    answer: PlanAnswer, request: RecognitionRequest, rulebook: Rulebook, limits: Limits, names: Names
) -> str:
    words = names.words
    if answer.unreachable:
        return words.say("plan.unreachable", what=names.facts(answer.unreachable))
    if not decide(request, rulebook).compared:
        return words.say("plan.no_agreement")
    return words.say("plan.limits") if limits != Limits() else ""


def _price(words: Words, cost: Money, hours: int) -> str:
    return words.say("plan.total", currency=cost.currency, amount=in_units(cost), hours=hours)


def demo_table(told: Sequence[tuple[Person, Decision, Explanation]], language: str) -> None:
    """Print the people of the demonstration, one a row."""
    console, words = _console(), Words(language)
    table = Table(show_lines=True, border_style="dim", expand=True)
    for title, ratio in (("label.person", 3), ("label.way", 2), ("label.answer", 6)):
        table.add_column(words.say(title), ratio=ratio, overflow="fold")
    for person, decision, explanation in told:
        colour, mark = _LOOKS[decision.outcome]
        name = Text(text_in(person.name, language), style="bold")
        story = Text.assemble(name, "\n", (text_in(person.story, language), "dim"))
        way = f"{words.region(person.request.from_)} →\n{words.region(person.request.to)}"
        answer = Text.assemble((f"{mark} {explanation.outcome}\n", f"bold {colour}"), explanation.sentence)
        table.add_row(story, way, answer)
    console.print(table)
    command = f"touchstone recognise {told[0][0].file} --lang {language}"
    console.print(Text(words.say("label.next", command=command), style="dim"), soft_wrap=True)


def show_steps(steps: Iterable[tuple[Step, float]], script: Script, language: str) -> list[bool]:
    """Print the steps of the story as they are done, a line each, and return which of them came out as they must."""
    console = _console()
    console.print(Text(text_in(script.title, language), style="bold"))
    held = []
    total = 0.0
    for step, milliseconds in steps:
        colour, mark = ("green", "✓") if step.holds else ("red", "✗")
        line = Table.grid(padding=(0, 1))
        for _ in ("mark", "time", "text"):
            line.add_column(overflow="fold")
        line.add_row(Text(mark, colour), Text(f"{milliseconds:5.0f} ms", "dim"), Text(script.say(step, language)))
        console.print(line)
        held.append(step.holds)
        total += milliseconds
    console.print(Text(f"{sum(held)}/{len(held)} · {total / 1000:.1f} s", style="dim"))
    return held


def _console() -> Console:
    console = Console(highlight=False)
    console.width = min(console.width, _WIDEST)
    return console


def _rows(explanation: Explanation, asks: str, words: Words) -> Table:
    table = Table(border_style="dim", expand=True)
    for title, ratio in ((asks, 4), (words.say("label.held"), 4), (words.say("label.result"), 3)):
        table.add_column(title, ratio=ratio, overflow="fold")
    for row in explanation.rows:
        colour, mark = _MARKS[row.state]
        table.add_row(
            _titled(row.title, row.level), _held(row), Text(f"{mark} {row.relation or row.state_text}", style=colour)
        )
    for held in explanation.unused:
        table.add_row(
            "",
            Text.assemble((held.title, "dim"), (f", {held.level}" if held.level else "", "dim")),
            Text("–", style="dim"),
        )
    return table


def _titled(title: str, level: str) -> Text:
    return Text.assemble(title, (f"\n≥ {level}" if level else "", "dim"))


def _held(row: Row) -> Text:
    lines = [Text.assemble(held.title, (f"\n{held.level}" if held.level else "", "dim")) for held in row.held]
    return Text("\n").join(lines)


def _section(console: Console, title: str, lines: Sequence[str]) -> None:
    if lines:
        console.print(Text(title, style="bold"))
        items = Table.grid(padding=(0, 1))
        for line in lines:
            items.add_row("  •", Text(line, overflow="fold"))
        console.print(items)
        console.print()


def _step(step: ProofStep) -> str:
    held = " + ".join(f"{part.credential} {part.unit}{f' ({part.level})' if part.level else ''}" for part in step.held)
    rows = "".join(f" → {row.predicate} {row.confidence or ''} {row.crosswalk[:19]}…" for row in step.rows)
    clause = f" → {step.clause}, {step.agreement[:19]}…" if step.agreement else ""
    return f"{step.unit}: {held}{rows}{clause}"


def _closing(decision: Decision, request: RecognitionRequest, words: Words, again: str) -> str:
    return words.say(
        "label.decided",
        day=words.date(request.decided_on),
        count=len(decision.inputs.documents),
        standing=words.say(f"standing.{decision.standing}"),
        command=again,
    )
