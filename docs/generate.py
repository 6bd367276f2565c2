# SPDX-License-Identifier: Apache-2.0
"""Write the reference pages from the code itself: the command line, the documents' fields, the reason codes; then docs/standard/.

    python docs/generate.py            write docs/reference/*.md
    python docs/generate.py --check    fail if a page is not what the code says now

What a field *means* is written by hand in ``docs/fields.yaml``; a field without a meaning, or a meaning without a field,
stops the run with a sentence.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import typer
import yaml

sys.path.insert(0, str(Path(__file__).parent))  # a sibling that is no package

import credential_codes

from touchstone import cli, logic, text
from touchstone.credentials import identifiers, learners
from touchstone.credentials.template import Template
from touchstone.demand.need import Need
from touchstone.demand.passport import Passport
from touchstone.programmes.balance import Cohort
from touchstone.recognition import decision, evidence, reasons
from touchstone.recognition.joint_exam import Session
from touchstone.standards import KINDS, agreement, crosswalk, envelope

HERE = Path(__file__).parent
REFERENCE = HERE / "reference"
MEANINGS: dict[str, dict[str, str]] = yaml.safe_load((HERE / "fields.yaml").read_text(encoding="utf-8"))
NOTE = "<!-- Written by docs/generate.py. Change the code or docs/fields.yaml, then run `make docs`. -->"

Struct = type[msgspec.Struct]
PERSONAL: dict[str, Struct] = {
    kind.__name__: kind for kind in (evidence.RecognitionRequest, decision.Decision, decision.Receipt)
}
"""Documents in form and digest, but a person's own and never published."""

OWNED: dict[str, Struct] = {kind.__name__: kind for kind in (Need, Passport, Cohort)}
"""What an enterprise, a holder or a school has of its own: documents in form, never published, and no part of the standard."""

WORKED_WITH: dict[str, Struct] = {"CredentialTemplate": Template, "ExamSession": Session}
"""What a body writes for itself to issue from; neither published nor decided on."""

WORDS: list[tuple[Any, str]] = [
    (logic.Expression, "[expression](#expressions)"),
    (envelope.Reference, "id, or `{id, version}`"),
    (text.LanguageMap, "language map"),
    (logic.Identifier, "id"),
    (crosswalk.ComposedIdentifier, "id, or ids joined by `|`"),
    (logic.Name, "name"),
    (logic.Prose, "text"),
    (logic.Count, "whole number"),
    (logic.Amount, "decimal"),
    (crosswalk.Confidence, "decimal, 0 to 1"),
    (envelope.Region, "region"),
    (agreement.Assurance, "[assurance](#words)"),
    (identifiers.Did, "DID"),
    (learners.Digest, "`sha256:…`"),
    (str, "text"),
    (bool, "`true` or `false`"),
    (int, "whole number"),
    (Decimal, "decimal"),
    (dt.date, "date"),
    (dt.datetime, "time"),
]


class Said(NamedTuple):
    """How the types of fields are told in a language."""

    words: list[tuple[Any, str]]
    list_of: str
    map_of: str
    either: str


ENGLISH = Said(words=WORDS, list_of="list of {}", map_of="map of {} to {}", either=" or ")


class Undocumented(SystemExit):
    """Something exists that no page explains, or is explained and does not exist."""


# ------------------------------------------------------------------ documents
def documents_page() -> str:
    """Every kind of document, its fields and what they mean."""
    nodes = typing.get_args(logic.Expression)
    told: dict[Struct, None] = dict.fromkeys([envelope.Document, *nodes, *PERSONAL.values(), *OWNED.values()])
    page = [
        "# Documents",
        NOTE,
        "Everything that two regions must agree on is a small document, written as YAML (crosswalks as SSSOM/TSV) and named by "
        "the digest of its content. The loader takes every scalar as text and lets the field's type decide, so that `no`, "
        "`3.10` and `2026-01-01` are never taken for something else. An unknown field is refused.",
        "Check a folder with `touchstone documents check FOLDER`.",
        "## The envelope",
        "Every published document wears these fields, besides `kind`.",
        table(envelope.Document),
        *parts(envelope.Document, told),
    ]
    for name, kind in KINDS.items():
        page += [f"## {name}", prose(kind), table(kind, beyond=envelope.Document), *parts(kind, told)]
    page += [
        "## Expressions",
        prose_of(logic.__doc__),
        "Any node may carry a `reason`: " + meaning(logic.Node, "reason"),
    ]
    for node in nodes:
        told_as = "`{" + ", ".join(f.encode_name for f in own(node, logic.Node) if f.required) + ": …}`"
        page += [
            f"### {node.__name__}",
            f"{told_as} — {prose(node)}",
            table(node, beyond=logic.Node),
            *parts(node, told),
        ]
    for name, kind in PERSONAL.items():
        page += [f"## {name}", "Personal: never published.", prose(kind), table(kind), *parts(kind, told)]
    for name, kind in OWNED.items():
        beyond = envelope.Document if issubclass(kind, envelope.Document) else None
        page += [
            f"## {name}",
            "Its owner's: never published.",
            prose(kind),
            table(kind, beyond=beyond),
            *parts(kind, told),
        ]
    page += ["## Words", "\n".join(f"* **{word}**: {explained}" for word, explained in MEANINGS["Words"].items())]
    return "\n\n".join(filter(None, page)) + "\n"


def parts(struct: Struct, told: dict[Struct, None]) -> Iterator[str]:
    """Tell the structs that ``struct`` is made of, each once."""
    for field in msgspec.structs.fields(struct):
        for inner in structs_in(field.type):
            if inner in told:
                continue
            told[inner] = None
            yield f"### {inner.__name__}"
            yield prose(inner)
            yield table(inner)
            yield from parts(inner, told)


def structs_in(hint: Any) -> Iterator[Struct]:
    """Yield the structs that a type is made of; those of expressions are told in a section of their own."""
    if hint == logic.Expression:
        return
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for part in typing.get_args(hint):
        yield from structs_in(part)


def own(struct: Struct, beyond: Struct | None = None) -> list[msgspec.structs.FieldInfo]:
    """The fields of a struct that its base does not have already."""
    inherited = (
        {field.name for field in msgspec.structs.fields(beyond)} if beyond and issubclass(struct, beyond) else set()
    )
    return [field for field in msgspec.structs.fields(struct) if field.name not in inherited]


def table(struct: Struct, *, beyond: Struct | None = None) -> str:
    """One row for each field."""
    rows = ["| field | written as | | meaning |", "| --- | --- | --- | --- |"]
    for field in own(struct, beyond):
        name, written_as = field.encode_name, in_words(field.type) + nullable(field)
        rows.append(f"| `{name}` | {written_as} | {default(field)} | {meaning(struct, name)} |")
    return "\n".join(rows) if len(rows) > 2 else ""


def nullable(field: msgspec.structs.FieldInfo) -> str:
    """Say that a field which is always there may hold nothing."""
    return " or `null`" if field.required and type(None) in typing.get_args(field.type) else ""


def default(field: msgspec.structs.FieldInfo) -> str:
    """Say whether a field must be there, or what its absence means."""
    if field.required:
        return "**required**"
    value = field.default
    if isinstance(value, bool):
        return f"absent: `{str(value).lower()}`"
    if isinstance(value, msgspec.Struct):
        return ""  # its fields say what their absence means
    told = ", ".join(value) if isinstance(value, tuple) else value
    return "" if value in (None, (), msgspec.NODEFAULT) else f"absent: `{told}`"


def meaning(struct: Struct, field: str) -> str:
    """Look up what a field means, where the struct or one of its bases says so."""
    for base in struct.__mro__:
        if field in MEANINGS.get(base.__name__, {}):
            return MEANINGS[base.__name__][field]
    raise Undocumented(f"docs/fields.yaml: {struct.__name__}.{field} has no meaning yet. Add a line for it.")


def in_words(hint: Any, said: Said = ENGLISH) -> str:
    """Say in a reader's words how a value of this type is written."""
    for alias, word in said.words:
        if hint == alias:
            return word
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    origin, arguments = typing.get_origin(hint), [part for part in typing.get_args(hint) if part is not type(None)]
    if origin is typing.Annotated:
        return in_words(arguments[0], said)
    if origin is typing.Literal:
        return " · ".join(f"`{choice}`" for choice in arguments)
    if origin in (types.UnionType, typing.Union):
        return said.either.join(dict.fromkeys(in_words(each, said) for each in arguments))
    if origin is dict:
        return said.map_of.format(in_words(arguments[0], said), in_words(arguments[1], said))
    if origin in (tuple, list, frozenset) and arguments[1:] in ([], [...]):
        return said.list_of.format(in_words(arguments[0], said))
    if origin is tuple:
        return "`[`" + ", ".join(in_words(each, said) for each in arguments) + "`]`"
    return f"`{getattr(hint, '__name__', hint)}`"


def prose(thing: type) -> str:
    """A docstring as Markdown."""
    return prose_of(thing.__doc__)


def prose_of(docstring: str | None) -> str:
    """A docstring as Markdown: roles and double backticks become code, hard line breaks go."""
    words = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", docstring or "").replace("``", "`")
    paragraphs = (" ".join(paragraph.split()) for paragraph in words.split("\n\n"))
    return "\n\n".join(each for each in paragraphs if not each.startswith(":param"))  # fields have a table


def stale_meanings() -> Iterator[str]:
    """Meanings whose struct or field is gone."""
    known: dict[str, set[str]] = {"Words": set(MEANINGS["Words"])}
    pending: list[type] = [
        *KINDS.values(), *PERSONAL.values(), *OWNED.values(), *WORKED_WITH.values(), learners.Learner, learners.UnitResult,
        *typing.get_args(logic.Expression),
    ]  # fmt: skip
    while pending:
        struct = pending.pop()
        if struct.__name__ in known or not issubclass(struct, msgspec.Struct):
            continue
        fields = msgspec.structs.fields(struct)
        known[struct.__name__] = {field.encode_name for field in fields}
        pending += [inner for field in fields for inner in structs_in(field.type)]
        pending += [base for base in struct.__mro__[1:] if base is not object and issubclass(base, msgspec.Struct)]
    for struct_name, fields in MEANINGS.items():
        yield from (f"{struct_name}.{field}" for field in fields if field not in known.get(struct_name, ()))


# ------------------------------------------------------------------ issuing
LEARNERS_CSV = """\
name,key,awarded,holder,DEMO-GD:wax,DEMO-GD:wax level
Chan Tai-man,2026-017,2026-05-01,did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK,87.5,4
"""
TEMPLATE_YAML = """\
kind: CredentialTemplate
issuer: {id: "did:web:school.example", name: {en: Example School, zh-Hans: 示范学校}}
achievement:
  id: https://school.example/achievements/wax-4
  name: {en: Wax and casting}
  description: {en: Makes wax models by hand and casts them.}
  criteria: {en: Both units passed before two assessors.}
attests:
  kind: assessment
  assurance: provider_assessed
  units: [{id: "DEMO-GD:wax", level: "4"}, {id: "DEMO-GD:casting", level: "4"}]
valid_months: 60
status: https://school.example/status/
"""
SESSION_YAML = """\
kind: ExamSession
candidates:
- candidate: number 7
  holder: did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK
  request:
    from: HK
    to: HK
    target: any          # the parts of the examination take its place
    purpose: employment
    decided_on: 2026-11-24
    evidence:
    - credential: urn:example:session-2026-11:7
      kind: assessment
      awarded: 2026-11-24
      status: valid
      units: [{id: "DEMO-HK:wax", level: "2"}, {id: "DEMO-HK:casting", level: "2"}]
  measured: {plating-thickness: 2.5}
"""


def issuing_page() -> str:
    """What a body issues from: the table of learners, the template, the session of an examination."""
    told: dict[Struct, None] = dict.fromkeys([evidence.RecognitionRequest, envelope.Period])
    columns = ["| column | headings that are understood | meaning |", "| --- | --- | --- |"]
    columns += [
        f"| `{name}` | {said} | {meaning(learners.Learner, name)} |" for name, said in learners.HEADINGS.items()
    ]
    page = [
        "# What a body issues from",
        NOTE,
        "`touchstone credential issue` takes a table of learners and a template; `touchstone compose --candidates` and "
        "`touchstone credential results` take the session of an examination. They are the body's own, and never published.",
        "## The table of learners",
        "CSV or XLSX, a row a person; every mistake is told with its cell.",
        prose_of(learners.__doc__).partition("\n\n")[2],
        f"```csv\n{LEARNERS_CSV}```",
        "\n".join(columns),
        "A column that is headed by none of these, nor by the code of a unit (or its id, where the template gives no code), is left out, "
        "and that is remarked. Nothing is issued from a cell that looks like an identity number. The `key` names a request for good: the "
        "same row again gives the same credential, and a changed row under the same key is refused. Without the column, the content of the "
        "row is its key. Look at the table first with `--dry-run`.",
    ]
    examples = {"CredentialTemplate": TEMPLATE_YAML, "ExamSession": SESSION_YAML}
    for name, kind in WORKED_WITH.items():
        page += [
            f"## {name}",
            prose(kind).partition("\n\n")[0],
            f"```yaml\n{examples[name]}```",
            table(kind),
            *parts(kind, told),
        ]
    whole = "\n\n".join(filter(None, page)) + "\n"
    here = {line.lstrip("# ").lower() for line in whole.splitlines() if line.startswith("#")}
    return re.sub(
        r"\]\(#([a-z]+)\)", lambda found: found[0] if found[1] in here else f"](documents.md#{found[1]})", whole
    )


# ------------------------------------------------------------------ command line
def commands(command: Any = None, path: str = "touchstone") -> Iterator[tuple[str, Any]]:
    """Yield every command with the words that call it."""
    command = command or typer.main.get_command(cli.app)
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
    for name, below in (inner or {}).items():
        if not below.hidden:
            yield from commands(below, f"{path} {name}")


def parameters(command: Any) -> list[tuple[str, Any]]:
    """The arguments and options of a command, as they are typed."""
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    return [
        (
            ", ".join([*parameter.opts, *parameter.secondary_opts])
            if parameter.opts[0].startswith("-")
            else (parameter.metavar or parameter.name).upper(),
            parameter,
        )
        for parameter in shown
    ]


def cli_page() -> str:
    """Every command with its arguments and options."""
    page = [
        "# Command line",
        NOTE,
        "Exit codes: **0** for any decision, whatever it says; **2** for input that cannot be used, with a sentence naming "
        "the file, the line, the field, what was expected and what was found.",
    ]
    for words, command in commands():
        page += [f"## {words}", prose_of(command.help or "")]
        if not command.help:
            raise Undocumented(f"{words} has no help text.")
        rows = ["| | | |", "| --- | --- | --- |"]
        for shown, parameter in parameters(command):
            if not parameter.help:
                raise Undocumented(f"{words}: {shown} has no help text.")
            given = parameter.default
            absent = (
                "**required**" if parameter.required else "" if given in (None, False, [], ()) else f"absent: `{given}`"
            )
            value = (
                ""
                if parameter.opts[0][0] != "-" or parameter.is_flag
                else f" {(parameter.metavar or parameter.name).upper()}"
            )
            rows.append(f"| `{shown}{value}` | {absent} | {prose_of(parameter.help)} |")
        if len(rows) > 2:
            page.append("\n".join(rows))
    return "\n\n".join(page) + "\n"


# ------------------------------------------------------------------ reasons
def reasons_page() -> str:
    """Every reason code with its texts."""
    page = [
        "# Reasons",
        NOTE,
        "Every refusal, gap and open question names its reasons by these codes. The codes are stable; the texts are for "
        "people. The remedy says what mends it: another **document**, time (**wait**), a **person** who judges, a unit to "
        "**learn**, or **none**.",
    ]
    for code, entry in reasons.CATALOGUE.items():
        said = (f"* {language}: {words}" for language, words in entry.text.items())
        page += [f"## {code}", f"Remedy: **{entry.remedy}**.", "\n".join(said)]
    return "\n\n".join(page) + "\n"


def credential_codes_page() -> str:
    """Every code with which something signed can be refused."""
    return credential_codes.page(NOTE)


PAGES = {
    "documents.md": documents_page,
    "issuing.md": issuing_page,
    "cli.md": cli_page,
    "reasons.md": reasons_page,
    "credential-codes.md": credential_codes_page,
}


def main(arguments: Iterable[str]) -> None:
    """Write the pages, or with ``--check`` compare them."""
    if gone := sorted(stale_meanings()):
        raise Undocumented(f"docs/fields.yaml explains what does not exist: {', '.join(gone)}.")
    for name, make in PAGES.items():
        path, page = REFERENCE / name, make()
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(page, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != page:
            raise Undocumented(f"docs/reference/{name} is not what the code says now: run `make docs` and commit it.")


if __name__ == "__main__":
    import standard

    main(sys.argv[1:])
    standard.main(sys.argv[1:])
