# SPDX-License-Identifier: Apache-2.0
"""A standard as a draft in the element order of GB/T 1.1-2020."""

from __future__ import annotations

import re

import msgspec
import pytest
from typer.testing import CliRunner

from touchstone.blocks import Heading, as_markdown
from touchstone.cli import app
from touchstone.library import LIBRARY, load_library
from touchstone.standards import Standard
from touchstone.standards.exchange.gbt import draft
from touchstone.text import LANGUAGES

STANDARD = next(loaded.document for loaded in load_library() if isinstance(loaded.document, Standard))
FILE = LIBRARY / "illustrative" / "platform" / "standard.yaml"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_elements_stand_in_their_order_and_the_seeds_four_parts_in_theirs(language):
    headings = [block.text for block in draft(STANDARD, language) if isinstance(block, Heading) and block.level == 2]

    assert [heading.split()[0] for heading in headings if heading[0].isdigit()] == ["1", "2", "3", "4", "5", "6", "7"]
    assert len(headings) == 10  # with foreword, annex and bibliography


def test_the_four_parts_are_those_of_the_mission():
    headings = [block.text for block in draft(STANDARD, "zh-Hans") if isinstance(block, Heading)]

    assert {"4 建设原则", "5 组织架构", "6 运行机制", "7 评价与改进"} <= set(headings)


def test_what_a_standard_lacks_is_said_where_its_number_stays():
    bare = msgspec.structs.replace(STANDARD, references=(), terms=(), foreword=None)

    markdown = as_markdown(draft(bare, "en"))

    assert "## 2 Normative references\n\nThere are none." in markdown
    assert "## 3 Terms and definitions\n\nThere are none." in markdown
    assert "Foreword" not in markdown


def test_a_draft_is_converted_from_the_command_line(tmp_path):
    def run(*words):
        return CliRunner().invoke(app, ["documents", "convert", *map(str, words)])

    assert "# Illustrative guidelines" in run(FILE, "--to", "md").output
    assert run(FILE, "--to", "typ", "--lang", "pt", "--out", tmp_path / "d.typ").exit_code == 0
    assert re.match(r"#set document", (tmp_path / "d.typ").read_text(encoding="utf-8"))
    assert "only a standard is written as a draft" in run(FILE.parent / "indicators.yaml", "--to", "md").output
    assert "the language is unknown" in run(FILE, "--to", "md", "--lang", "tlh").output
