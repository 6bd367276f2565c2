# SPDX-License-Identifier: Apache-2.0
"""Write the interchange standard, docs/standard/: two pages and the JSON Schemas, from models, clauses, points and vectors.

    python docs/standard.py                       write docs/standard/
    python docs/standard.py --check               fail if a page is not what its sources say now
    python docs/standard.py --translated 5.6 …    the Chinese of these points has been read again

``docs/generate.py`` does the first two as well. The elements stand in the order of GB/T 1.1-2020; numbers are given here.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import typing
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # a sibling that is no package

import generate

from touchstone import logic, text
from touchstone.conformance import CLASSES, Vector, load_vectors
from touchstone.library import load_termbase
from touchstone.standards import KINDS, agreement, crosswalk, envelope
from touchstone.standards.schema import schema_of

STANDARD = HERE / "standard"
ALGORITHM = HERE / "explanation" / "recognition-algorithm.md"
TRANSLATED = STANDARD / "points.zh.yaml"
CLAUSES: dict[str, Any] = yaml.safe_load((STANDARD / "clauses.yaml").read_text(encoding="utf-8"))
MEANINGS_ZH: dict[str, dict[str, str]] = yaml.safe_load((HERE / "fields.zh.yaml").read_text(encoding="utf-8"))
EN, ZH = "en", "zh-Hans"
NOTE = "<!-- Written by docs/standard.py. Change the models, docs/standard/clauses.yaml or docs/fields*.yaml, then run `make docs`. -->"
FIRST_CHAPTER = 4

WORDS: dict[str, dict[str, str]] = {
    language: {name: told[language] for name, told in CLAUSES["words"].items()} for language in (EN, ZH)
}

ENGLISH = generate.ENGLISH
CHINESE = generate.Said(
    words=[
        (logic.Expression, "[表达式](#expressions)"), (envelope.Reference, "id，或 `{id, version}`"), (text.LanguageMap, "语言映射"),
        (logic.Identifier, "id"), (crosswalk.ComposedIdentifier, "id，或以 `|` 连接的多个 id"), (logic.Name, "名称"),
        (logic.Prose, "文本"), (logic.Count, "整数"), (logic.Amount, "小数"), (crosswalk.Confidence, "小数，0 至 1"),
        (envelope.Region, "地区"), (agreement.Assurance, "[保证程度](#words)"), (str, "文本"), (bool, "`true` 或 `false`"),
        (int, "整数"), *[(hint, {"decimal": "小数", "date": "日期", "time": "时间"}[word])
                         for hint, word in generate.WORDS if word in ("decimal", "date", "time")],
    ],
    list_of="{}的列表", map_of="{}到{}的映射", either=" 或 ",
)  # fmt: skip
SAID = {EN: ENGLISH, ZH: CHINESE}


# ------------------------------------------------------------------ sources
def points() -> dict[str, str]:
    """The settled points of the algorithm, in the order of their numbers."""
    found: dict[str, str] = {}
    for paragraph in re.split(r"\n(?=\d+\.\d+ |#|\n)", ALGORITHM.read_text(encoding="utf-8")):
        if match := re.match(r"(\d+\.\d+) (.*)", paragraph, flags=re.DOTALL):
            found[match[1]] = " ".join(match[2].split())
    return dict(sorted(found.items(), key=lambda item: [int(part) for part in item[0].split(".")]))


def chapters_of_points() -> dict[str, str]:
    """The headings of the algorithm's chapters, by number."""
    return dict(re.findall(r"^## (\d+)\. (.+)$", ALGORITHM.read_text(encoding="utf-8"), flags=re.MULTILINE))


def mark_of(words: str) -> str:
    """What names the English text that a translation was made from."""
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def translations() -> dict[str, dict[str, str]]:
    """The Chinese points, each with the mark of its original."""
    found: dict[str, dict[str, str]] = yaml.safe_load(TRANSLATED.read_text(encoding="utf-8"))
    return found


def stale_translations() -> list[str]:
    """Points whose English has changed since they were translated, or that were never translated."""
    told = translations()
    return [point for point, words in points().items() if told.get(point, {}).get("of") != mark_of(words)]


def point_in(point: str, language: str) -> str:
    """A point in a language; a translation that is not up to date says so, and one that is not there is English."""
    words = points()[point]
    if language == EN:
        return words
    told = translations().get(point)
    if told is None:
        return f"{words}{WORDS[ZH]['stale']}"
    return told["text"].strip() + ("" if told["of"] == mark_of(words) else WORDS[ZH]["stale"])


CHAPTERS_ZH = {
    "1": "有效的文件", "2": "适用哪一协议", "3": "可用的证据", "4": "级别", "5": "所持单元 S 对目标 T 的涵盖", "6": "求和",
    "7": "学分池", "8": "从事实到结果", "9": "开放事实",
}  # fmt: skip


# ------------------------------------------------------------------ a page
class Page:
    """One language's page in the making."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words = WORDS[language]
        self.lines: list[str] = []

    def add(self, *lines: str) -> None:
        """Add paragraphs; empty ones are passed over."""
        self.lines += [line for line in lines if line]

    def written(self) -> str:
        """The whole page, in the order of GB/T 1.1-2020."""
        self.cover()
        self.listed("foreword")
        self.listed("introduction")
        self.opening_chapters()
        for number, chapter in enumerate(CLAUSES["chapters"], start=FIRST_CHAPTER):
            self.chapter(number, chapter)
        self.fields()
        self.vectors()
        self.bibliography()
        return "\n\n".join(self.lines) + "\n"

    def cover(self) -> None:
        """Cover: what this is, and what it is not."""
        cover = CLAUSES["cover"]
        other = {EN: ZH, ZH: EN}[self.language]
        self.add(
            f"# {cover['title'][self.language]}", NOTE, f"*{cover['title'][other]}*", cover["subtitle"][self.language]
        )
        self.add(f"> {cover['notice'][self.language].strip()}", f"[{self.words['other']}]({other}.md)")

    def listed(self, element: str) -> None:
        """Foreword and introduction: unnumbered."""
        self.add(f"## {self.words[element]}", *CLAUSES[element][self.language])

    def opening_chapters(self) -> None:
        """Scope, normative references, terms and definitions."""
        self.add(f"## 1 {self.words['scope']}", *CLAUSES["scope"][self.language])
        self.add(f"## 2 {self.words['references']}", self.words["referenced"], self.documents(CLAUSES["references"]))
        self.add(f"## 3 {self.words['terms']}", self.words["defined"])
        for number, term in enumerate(CLAUSES["terms"], start=1):
            labels = labels_of(term)
            other = {EN: ZH, ZH: EN}[self.language]
            self.add(f"**3.{number} {labels[self.language]}** {labels[other]}<br>{term[self.language]}")

    def documents(self, listed: list[dict[str, str]]) -> str:
        """A list of documents of others, as the language writes one."""
        form = "* {}, *{}*" if self.language == EN else "* {}　{}"
        dash = "-" if self.language == EN else "—"  # as each language writes the number and the year of a GB/T
        names = [re.sub(r"^(GB/T [0-9.]+)-", rf"\1{dash}", each["id"]) for each in listed]
        return "\n".join(form.format(name, each[self.language]) for name, each in zip(names, listed, strict=True))

    def chapter(self, number: int, chapter: dict[str, Any]) -> None:
        """A chapter of clauses, with what is generated into it."""
        self.add(f"## {number} {chapter['heading'][self.language]} {{#{chapter['id']}}}")
        for place, clause in enumerate(chapter["clauses"], start=1):
            self.add(
                f"### {number}.{place} {clause['heading'][self.language]} {{#{clause['id']}}}", self.clause(clause)
            )
        if chapter.get("kinds"):
            self.add(self.kinds())
        if chapter.get("points"):
            self.settled_points(number, len(chapter["clauses"]))
        if chapter.get("classes"):
            self.add("\n".join(f"* {CLAUSES['classes'][name][self.language]}" for name in CLASSES))

    def clause(self, clause: dict[str, Any]) -> str:
        """A clause: its text, its type, and the points that it rests on."""
        rests = clause.get("points", [])
        listed = (", " if self.language == EN else "、").join(rests)
        named = f"{self.words['points' if len(rests) > 1 else 'point']} {listed}" if rests else ""
        about = self.words["between"].join(filter(None, [self.words[clause["type"]], named]))
        return f"{self.joined(clause['text'][self.language])} *{self.words['brackets'].format(about)}*"

    def joined(self, text: str) -> str:
        """A text whose lines were folded: Chinese has no space after its marks of punctuation."""
        return text.strip() if self.language == EN else re.sub(r"(?<=[，。；：、）]) ", "", text.strip())

    def kinds(self) -> str:
        """Every kind with its first sentence and its schema."""
        rows = [f"| {self.words['kind']} | {self.words['meaning']} | {self.words['schema']} |", "| --- | --- | --- |"]
        for name, kind in KINDS.items():
            described = kind_in_chinese(name) if self.language == ZH else generate.prose(kind).split("\n\n")[0]
            rows.append(f"| [{name}](#{name.lower()}) | {described} | [JSON Schema](schemas/{name}.schema.json) |")
        return "\n".join(rows)

    def settled_points(self, number: int, after: int) -> None:
        """The points of the algorithm, chapter by chapter."""
        for place, (chapter, heading) in enumerate(chapters_of_points().items(), start=after + 1):
            told = heading if self.language == EN else CHAPTERS_ZH.get(chapter, heading)
            self.add(f"### {number}.{place} {told}")
            for point in points():
                if point.split(".")[0] == chapter:
                    name = self.words["point_name"].format(point)
                    self.add(f"**{name}** {point_in(point, self.language)}")

    # Annex A

    def annex(self, letter: str, title: str) -> str:
        """The heading of a normative annex."""
        bracketed = self.words["brackets"].format(self.words["normative"])
        space = " " if self.language == EN else ""
        return f"## {self.words['annex']} {letter}{space}{bracketed}{space}{self.words[title]}"

    def fields(self) -> None:
        """The field tables of everything that is exchanged."""
        self.add(self.annex("A", "fields"), self.words["schemas_note"])
        self.add(f"### A.1 {self.words['envelope']}", self.words["envelope_note"], self.table(envelope.Document))
        told: dict[type[msgspec.Struct], None] = {envelope.Document: None}
        self.parts(envelope.Document, told)
        number = 2
        for name, kind in KINDS.items():
            self.add(f"### A.{number} {name} {{#{name.lower()}}}", self.table(kind, envelope.Document))
            self.parts(kind, told)
            number += 1
        self.add(f"### A.{number} {self.words['expressions']} {{#expressions}}")
        for node in typing.get_args(logic.Expression):
            told[node] = None
            self.add(f"#### {node.__name__} {{#{node.__name__.lower()}}}", self.table(node))
            self.parts(node, told)
        for place, (name, kind) in enumerate(generate.PERSONAL.items(), start=number + 1):
            told[kind] = None
            self.add(f"### A.{place} {name} {{#{name.lower()}}}", self.words["personal"], self.table(kind))
            self.parts(kind, told)
        meanings = self.meanings()["Words"]
        self.add(f"### A.{number + 1 + len(generate.PERSONAL)} {self.words['words']} {{#words}}")
        self.add(
            "\n".join(self.words["entry"].format(self.words[f"word {word}"], told) for word, told in meanings.items())
        )

    def parts(self, struct: type[msgspec.Struct], told: dict[type[msgspec.Struct], None]) -> None:
        """The tables of what a struct is made of, each once."""
        for field in msgspec.structs.fields(struct):
            for inner in generate.structs_in(field.type):
                if inner not in told:
                    told[inner] = None
                    self.add(f"#### {inner.__name__} {{#{inner.__name__.lower()}}}", self.table(inner))
                    self.parts(inner, told)

    def table(self, struct: type[msgspec.Struct], beyond: type[msgspec.Struct] | None = None) -> str:
        """One row for each field."""
        words = self.words
        rows = [f"| {words['field']} | {words['written']} | | {words['meaning']} |", "| --- | --- | --- | --- |"]
        for field in generate.own(struct, beyond):
            null = words["or_null"] if generate.nullable(field) else ""
            written = spaced(generate.in_words(field.type, SAID[self.language])) + null
            rows.append(
                f"| `{field.encode_name}` | {written} | {self.default(field)} | {self.meaning(struct, field)} |"
            )
        return "\n".join(rows)

    def default(self, field: msgspec.structs.FieldInfo) -> str:
        """Whether a field must be there, or what its absence says."""
        told = generate.default(field)
        return told.replace("**required**", self.words["required"]).replace("absent: ", self.words["absent"])

    def meanings(self) -> dict[str, dict[str, str]]:
        """What the fields mean, in the page's language."""
        return generate.MEANINGS if self.language == EN else MEANINGS_ZH

    def meaning(self, struct: type[msgspec.Struct], field: msgspec.structs.FieldInfo) -> str:
        """What a field means, where the struct or one of its bases says so."""
        for base in struct.__mro__:
            if told := self.meanings().get(base.__name__, {}).get(field.encode_name):
                return told.replace("](reasons.md)", "](../reference/reasons.md)")
        name = f"{struct.__name__}.{field.encode_name}"
        raise generate.Undocumented(f"docs/fields.zh.yaml: {name} has no meaning yet. Add a line for it, in Chinese.")

    # Annex B and the end

    def vectors(self) -> None:
        """What the vectors hold, by class, outcome and point."""
        vectors = load_vectors()
        self.add(self.annex("B", "vectors"), self.words["vectors_note"], self.words["bears_on"])
        bearing = {name: sum(each.bears_on(vector) for vector in vectors) for name, each in CLASSES.items()}
        self.add(self.counted(self.words["class"], bearing))
        self.add(self.counted(self.words["outcome"], outcomes_of(vectors)))
        named = Counter(point for vector in vectors for point in vector.points)
        self.add(self.counted(self.words["point"], {point: named[point] for point in points()}))

    def counted(self, title: str, counts: dict[str, int]) -> str:
        """A table of counts."""
        rows = [f"| {name} | {count} |" for name, count in counts.items()]
        return "\n".join([f"| {title} | {self.words['count']} |", "| --- | --- |", *rows])

    def bibliography(self) -> None:
        """What was read and is not needed to conform."""
        self.add(f"## {self.words['bibliography']}", self.documents(CLAUSES["bibliography"]))


def outcomes_of(vectors: Iterable[Vector]) -> dict[str, int]:
    """How many vectors expect each outcome."""
    expected = [vector.expected["outcome"] for vector in vectors if vector.expected and "outcome" in vector.expected]
    return dict(Counter(expected).most_common())


def spaced(written: str) -> str:
    """How a field is written, with a space between Chinese and what is not: ``id 的列表``, ``文本到 id 的映射``."""
    return re.sub(r"(?<=[`)\]a-z])(?=的列表|到|的映射)|(?<=到)(?=[`\[a-z])", " ", written)


def labels_of(term: dict[str, Any]) -> dict[str, str]:
    """The labels of a term, from the termbase where it names a concept of it."""
    if "concept" not in term:
        labels: dict[str, str] = term["label"]
        return labels
    for concept in load_termbase().concepts:
        if concept.id == term["concept"]:
            return dict(concept.labels)
    raise generate.Undocumented(f"docs/standard/clauses.yaml: the termbase has no concept {term['concept']}.")


def kind_in_chinese(name: str) -> str:
    """What a kind is, in Chinese."""
    if name not in CLAUSES["kinds"]:
        raise generate.Undocumented(
            f"docs/standard/clauses.yaml: kinds has no line for {name} yet. Add one, in Chinese."
        )
    told: str = CLAUSES["kinds"][name][ZH]
    return told


# ------------------------------------------------------------------ files
def files() -> Iterator[tuple[Path, str]]:
    """Every file of the standard that is generated."""
    for language in (EN, ZH):
        yield STANDARD / f"{language}.md", Page(language).written()
    for name, kind in {**KINDS, **generate.PERSONAL}.items():
        plain = json.dumps(schema_of(kind), ensure_ascii=False, indent=1)
        yield STANDARD / "schemas" / f"{name}.schema.json", plain + "\n"


def main(arguments: Iterable[str]) -> None:
    """Write the files, or with ``--check`` compare them."""
    arguments = list(arguments)
    if "--translated" in arguments:
        stamp(arguments[arguments.index("--translated") + 1 :])
    wanted = dict(files())
    gone = [path for path in (STANDARD / "schemas").glob("*.json") if path not in wanted]
    if "--check" in arguments:
        changed = [
            path for path, page in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != page
        ]
        for path in changed + gone:
            told = path.relative_to(HERE.parent)
            raise generate.Undocumented(f"{told} is not what its sources say now: run `make docs` and commit it.")
        return
    (STANDARD / "schemas").mkdir(parents=True, exist_ok=True)
    for path in gone:
        path.unlink()
    for path, page in wanted.items():
        path.write_text(page, encoding="utf-8")


def stamp(named: list[str]) -> None:
    """Note that the Chinese of some points (``all``: of all) says what the English says now."""
    original, lines, point = points(), [], ""
    for line in TRANSLATED.read_text(encoding="utf-8").splitlines():
        if match := re.match(r'"(\d+\.\d+)":', line):
            point = match[1]
        is_read = line.startswith("  of: ") and (point in named or named == ["all"])
        lines.append(f'  of: "{mark_of(original[point])}"' if is_read else line)
    TRANSLATED.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
