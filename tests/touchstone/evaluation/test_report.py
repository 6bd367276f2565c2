# SPDX-License-Identifier: Apache-2.0
"""The report follows the clauses, in each language, and no text in it is markup."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.touchstone.evaluation.small_system import condition, data, leaf, standard, system
from touchstone import evaluation
from touchstone.blocks import Grid, Heading, as_markdown, as_typst
from touchstone.errors import DocumentError
from touchstone.evaluation.evaluating import evaluate
from touchstone.evaluation.observations import load_data
from touchstone.evaluation.report import Subject, report
from touchstone.library import DEMO, load_library
from touchstone.standards import IndicatorSystem, Standard
from touchstone.text import LANGUAGES

DOCUMENTS = [loaded.document for loaded in load_library()]
SHIPPED = next(each for each in DOCUMENTS if isinstance(each, IndicatorSystem))
ITS_STANDARD = next(each for each in DOCUMENTS if isinstance(each, Standard))
OBSERVED = load_data(DEMO / "evaluation" / "2026.yaml")
SUBJECT = Subject(evaluate(SHIPPED, OBSERVED), SHIPPED, OBSERVED, ITS_STANDARD)
PARKS = [each.id for each in OBSERVED.organisations]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("park", PARKS)
def test_every_clause_and_every_indicator_stands_in_the_report_once(park, language):
    blocks = report(SUBJECT, park, language)

    headings = [block.text for block in blocks if isinstance(block, Heading) and block.level == 3]
    rows = [row for block in blocks if isinstance(block, Grid) and len(block.head) == 6 for row in block.rows]
    assert [heading.split()[0] for heading in headings] == [number for number, *_ in ITS_STANDARD.numbered()]
    assert len(rows) == len(SHIPPED.leaves())


def test_the_verdict_stands_at_the_top_and_names_what_struck():
    said = {park: report(SUBJECT, park, "en")[3].text for park in PARKS}

    assert said["north-park"] == "Score 93.62 of 100. Rank 1 of 3. Band: excellent."
    assert said["west-park"] == "Vetoed, whatever the score: Learners were charged for placements."
    assert said["island-park"] == "A condition for being scored is not met: Every placement insured before it began."
    assert said["east-park"].startswith(
        "Not decided: something that counts is not known. The score lies between 55.91 and 75.91"
    )


def test_the_shipped_documents_speak_four_languages():
    for texts in [SHIPPED.title, *(node.title for node in SHIPPED.nodes()), *(band.title for band in SHIPPED.bands)]:
        assert set(texts) == set(LANGUAGES)
    for _, clause, chapter in ITS_STANDARD.numbered():
        for texts in (chapter.heading, clause.heading, clause.text, *(each.title for each in clause.evidence)):
            assert set(texts) == set(LANGUAGES)


def test_the_words_of_a_report_stand_in_four_languages_with_the_same_parts():
    with open(evaluation.__path__[0] + "/words.yaml", encoding="utf-8") as file:
        words = yaml.safe_load(file)

    for key, texts in words.items():
        assert set(texts) == set(LANGUAGES), key
        assert len({frozenset(re.findall(r"{(\w+)}", text)) for text in texts.values()}) == 1, key


def test_every_clause_that_the_indicators_measure_links_back_to_them():
    linked = {(clause.id, indicator) for _, clause, _ in ITS_STANDARD.numbered() for indicator in clause.indicators}

    assert linked == {(leaf.clause, leaf.id) for leaf in SHIPPED.leaves()}


HOSTILE = 'A | *b* #eval("x") \\ "quoted" [link](x)'


def hostile_blocks():
    chosen = system(leaf("A", title={"en": HOSTILE}), condition("G", "gate", clause="elsewhere"))
    observed = data({"A": "5", "G": "true"})
    return report(Subject(evaluate(chosen, observed), chosen, observed, standard()), "o1", "en")


def test_a_text_cannot_break_out_of_a_table_of_markdown():
    markdown = as_markdown(hostile_blocks())

    rows = [line for line in markdown.splitlines() if "eval" in line and line.startswith("|")]
    assert rows
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) in (3, 7)
        assert "\\#eval" in row


def test_a_text_is_a_string_in_typst_and_never_code():
    source = as_typst(hostile_blocks(), "en")

    bare = re.sub(r'"(\\.|[^"\\])*"', "", source)
    assert "eval" in source
    assert "eval" not in bare
    assert "link" not in bare


def test_indicators_of_no_clause_of_the_standard_are_told_at_the_end():
    blocks = hostile_blocks()

    assert "Indicators of no clause" in [block.text for block in blocks if isinstance(block, Heading)]


def test_an_organisation_that_is_not_there_is_told():
    with pytest.raises(DocumentError, match="no such organisation"):
        report(SUBJECT, "moon-park", "en")
