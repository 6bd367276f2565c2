# SPDX-License-Identifier: Apache-2.0
"""The interchange standard: honest about what it is, whole in both languages, in the order of GB/T 1.1, and never stale."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

from touchstone.conformance import CLASSES, load_vectors
from touchstone.library import load_termbase
from touchstone.standards import KINDS

ROOT = Path(__file__).parents[2]
STANDARD = ROOT / "docs" / "standard"
LANGUAGES = ("en", "zh-Hans")
PAGES = {language: (STANDARD / f"{language}.md").read_text(encoding="utf-8") for language in LANGUAGES}
ORDER = {
    "en": ["Foreword", "Introduction", "1 Scope", "2 Normative references", "3 Terms and definitions", "4 General principles",
           "5 Documents", "6 Kinds of documents", "7 Expressions", "8 Evidence and requests", "9 Decisions",
           "10 Normal form and digest", "11 Conformance", "Annex A (normative) Field tables",
           "Annex B (normative) Conformance vectors", "Bibliography"],
    "zh-Hans": ["前言", "引言", "1 范围", "2 规范性引用文件", "3 术语和定义", "4 总体原则", "5 文件", "6 文件种类", "7 表达式",
                "8 证据与请求", "9 决定", "10 范式与摘要", "11 符合性", "附录 A（规范性）字段表", "附录 B（规范性）符合性测试向量",
                "参考文献"],
}  # fmt: skip
VERBS = {
    "requirement": {"en": r"\bshall\b", "zh-Hans": "应|不应"},
    "recommendation": {"en": r"\bshould\b", "zh-Hans": "宜"},
    "permission": {"en": r"\bmay\b", "zh-Hans": "可"},
}


def _writer():
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        spec = importlib.util.spec_from_file_location("standard", ROOT / "docs" / "standard.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(ROOT / "docs"))
    return module


standard = _writer()
CHAPTERS = standard.CLAUSES["chapters"]
ALL_CLAUSES = [clause for chapter in CHAPTERS for clause in chapter["clauses"]]


def test_the_pages_are_what_their_sources_say():
    done = subprocess.run(
        [sys.executable, "docs/standard.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_elements_stand_in_the_order_of_gb_t_1_1(language):
    headings = re.findall(r"^## (.+?)(?: \{#.+\})?$", PAGES[language], flags=re.MULTILINE)

    assert headings == ORDER[language]


def test_both_pages_say_first_that_nobody_has_adopted_it():
    assert "not an adopted standard" in PAGES["en"].split("## ")[0]
    assert "并非已发布的标准" in PAGES["zh-Hans"].split("## ")[0]


@pytest.mark.parametrize("clause", ALL_CLAUSES, ids=lambda clause: clause["id"])
def test_a_clause_says_in_both_languages_what_its_type_says(clause):
    for language in LANGUAGES:
        assert clause["heading"][language]
        verbs = VERBS.get(clause["type"])
        assert verbs is None or re.search(verbs[language], clause["text"][language])
        if clause["type"] != "requirement":
            assert not re.search(r"\bshall\b|应(?!用)", clause["text"][language])
    assert set(clause.get("points", [])) <= set(standard.points())


def test_the_ids_of_clauses_are_unique():
    ids = [clause["id"] for clause in ALL_CLAUSES]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_settled_point_kind_class_and_link_is_there(language):
    page = PAGES[language]
    name = {"en": "Point", "zh-Hans": "条目"}[language]

    assert re.findall(rf"^\*\*{name} (\d+\.\d+)\*\*", page, flags=re.MULTILINE) == list(standard.points())
    assert all(f"(schemas/{kind}.schema.json)" in page for kind in KINDS)
    assert all(f"| {each} |" in page for each in CLASSES)
    anchors = set(re.findall(r"\{#([^}]+)\}", page))
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors


def test_no_text_holds_a_label_that_the_termbase_forbids():
    texts = {"en": PAGES["en"], "zh-Hans": PAGES["zh-Hans"]}
    for concept in load_termbase().concepts:
        for language, text in texts.items():
            for label in concept.forbidden.get(language, ()):
                assert not re.search(rf"\b{re.escape(label)}\b" if language == "en" else re.escape(label), text), label


def test_no_meaning_is_translated_of_a_field_that_is_gone():
    english = standard.generate.MEANINGS
    gone = [
        f"{name}.{field}"
        for name, fields in standard.MEANINGS_ZH.items()
        for field in fields
        if field not in english.get(name, {})
    ]

    assert gone == []


def test_a_translation_whose_original_has_changed_says_so(monkeypatch):
    changed = {**standard.points(), "5.6": "A Not row denies nothing."}
    monkeypatch.setattr(standard, "points", lambda: changed)

    assert "5.6" in standard.stale_translations()
    assert standard.point_in("5.6", "zh-Hans").endswith("（英文条目已有改动，译文待更新，以英文为准。）")
    assert standard.point_in("5.6", "en") == "A Not row denies nothing."


def test_a_translation_that_was_read_again_is_up_to_date(tmp_path, monkeypatch):
    copy = tmp_path / "points.zh.yaml"
    shutil.copy(standard.TRANSLATED, copy)
    monkeypatch.setattr(standard, "TRANSLATED", copy)
    copy.write_text(re.sub(r'of: "\w+"', 'of: "0"', copy.read_text(encoding="utf-8")), encoding="utf-8")

    standard.stamp(["5.6", "5.10"])

    translated = set(standard.translations())
    assert translated - set(standard.stale_translations()) == {"5.6", "5.10"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_schemas_accept_the_documents_of_the_vectors(kind):
    file = STANDARD / "schemas" / f"{kind}.schema.json"
    schema = jsonschema_rs.validator_for(standard.json.loads(file.read_text(encoding="utf-8")))
    documents = [each for vector in load_vectors() if vector.expected and not vector.must_be_refused
                 for each in vector.documents if each["kind"] == kind]  # fmt: skip

    assert all(schema.is_valid(each) for each in documents)
