# SPDX-License-Identifier: Apache-2.0
"""The termbase: no shipped text holds a forbidden label, and a unit is called what the termbase calls it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

import touchstone_server
from touchstone import library, placement, recognition
from touchstone.errors import InputError
from touchstone.library import LIBRARY, load_library, load_termbase
from touchstone.standards import Framework, load_folder
from touchstone.standards.decoding import decode
from touchstone.standards.termbase import Concept, Termbase
from touchstone.text import LANGUAGES

TERMS = load_termbase()
TAG = re.compile(r"[a-z]{2}(-Han[st](-[A-Z]{2})?)?")
UNITS = {
    competency.id: (competency, loaded.document.region)
    for loaded in load_library()
    if isinstance(loaded.document, Framework)
    for competency in loaded.document.competencies
}
DECLARED = [(concept, unit) for concept in TERMS.concepts for unit in concept.units]

FILES = sorted(
    [
        *(path for path in LIBRARY.rglob("*") if path.suffix in (".yaml", ".tsv") and path != library.TERMBASE),
        *Path(recognition.__file__).parent.glob("*.yaml"),
        *Path(placement.__file__).parent.glob("*.yaml"),
        *Path(touchstone_server.__file__).parent.rglob("*.yaml"),
    ]
)


def language_maps(tree):
    """Every language map in a tree that was read from YAML."""
    if isinstance(tree, dict) and tree and all(TAG.fullmatch(key) and isinstance(tree[key], str) for key in tree):
        yield tree
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from language_maps(inner)


def texts_in(path):
    """The language maps of a file; of a crosswalk its titles, and the comments of its rows, which are English."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        yield from language_maps(yaml.load(text, yaml.CBaseLoader))
        return
    block = "\n".join(line[1:] for line in text.splitlines() if line.startswith("#"))
    for slot, value in yaml.load(block, yaml.CBaseLoader).items():
        if slot.startswith("ext_title_"):
            yield {slot.removeprefix("ext_title_").replace("_", "-"): value}
    yield {"en": "\n".join(line for line in text.splitlines() if not line.startswith("#"))}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_text_that_we_publish_holds_a_forbidden_label(path):
    written = defaultdict(list)
    for texts in texts_in(path):
        for tag, text in texts.items():
            written[tag].append(text)

    breaches = [*TERMS.breaches({tag: "\n".join(texts) for tag, texts in written.items()})]

    assert not breaches, "\n".join(map(str, breaches))


def test_the_texts_of_every_place_are_looked_at():
    found = Counter(path.parent.name for path in FILES for _ in texts_in(path))

    assert {"frameworks", "crosswalks", "bridging", "demo", "recognition", "locale"} <= set(found)
    assert found["frameworks"] > 500


@pytest.mark.parametrize(("concept", "unit"), DECLARED, ids=lambda item: item if isinstance(item, str) else item.id)
def test_the_title_of_a_unit_holds_the_preferred_label_in_every_language(concept, unit):
    """Macao's frameworks are written in Macao's Chinese, so that their zh-Hant is read as zh-Hant-MO."""
    competency, region = UNITS[unit]

    for tag, title in competency.title.items():
        spoken = "zh-Hant-MO" if (tag, region) == ("zh-Hant", "MO") else tag
        assert concept.label(spoken).casefold() in title.casefold(), tag


def test_nearly_every_illustrative_unit_is_called_by_a_declared_term():
    """What is left: the three regions' law, whose titles name the law itself."""
    ours = {unit for unit in UNITS if unit.startswith("DEMO-")}
    missing = ours - {unit for _, unit in DECLARED}

    assert missing == {"DEMO-GD:law", "DEMO-GD:setting-pave", "DEMO-HK:law", "DEMO-MO:law"}


@pytest.mark.parametrize("concept", TERMS.concepts, ids=lambda concept: concept.id)
def test_a_concept_has_one_label_in_every_language_and_holds_no_forbidden_one(concept):
    assert set(LANGUAGES) <= set(concept.labels) <= {*LANGUAGES, "zh-Hant-MO"}
    assert concept.labels.get("zh-Hant-MO") != concept.labels["zh-Hant"], "Macao's label stands only where it differs"
    assert not [*TERMS.breaches(concept.labels)]


def test_there_are_terms_for_the_whole_trade():
    assert len(TERMS.concepts) >= 120


# How a label is looked for


def term(**forbidden):
    labels = {"en": "vocational training", "zh-Hans": "职业培训", "zh-Hant": "職業訓練", "zh-Hant-MO": "職業培訓"}
    return {"id": "training", "labels": labels, "forbidden": {key.replace("_", "-"): v for key, v in forbidden.items()}}


def terms(*concepts):
    envelope = {"kind": "Termbase", "id": "t", "version": "1", "title": {"en": "Terms"}, "status": "in_force"}
    return decode({**envelope, "concepts": list(concepts)}, Termbase)


def found(termbase, tag, text):
    return [breach.label for breach in termbase.breaches({tag: text})]


def test_macao_may_say_what_hong_kong_may_not():
    training = terms(term(zh_Hant=["職業培訓"]))

    assert found(training, "zh-Hant", "報讀職業培訓課程") == ["職業培訓"]
    assert found(training, "zh-Hant-HK", "報讀職業培訓課程") == ["職業培訓"]
    assert found(training, "zh-Hant-MO", "報讀職業培訓課程") == []


def test_what_hong_kong_may_not_say_macao_may_not_either_unless_it_has_a_list_of_its_own():
    inherited, own = terms(term(zh_Hant=["職訓"])), terms(term(zh_Hant=["職訓"], zh_Hant_MO=["職業訓練"]))

    assert found(inherited, "zh-Hant-MO", "職訓") == ["職訓"]
    assert found(own, "zh-Hant-MO", "職訓") == []
    assert found(own, "zh-Hant-MO", "職業訓練") == ["職業訓練"]


def test_a_latin_label_is_a_whole_word_in_any_case():
    training = terms(term(en=["coaching"]))

    assert found(training, "en", "Coaching, by the hour") == ["coaching"]
    assert found(training, "en", "stagecoaching") == []
    assert found(training, "pt", "coaching") == []


def test_a_breach_says_what_to_write_instead():
    (breach,) = terms(term(zh_Hans=["职业训练"])).breaches({"zh-Hans": "职业训练"})

    assert str(breach) == "职业训练 (zh-Hans): write 职业培训"


def test_a_label_cannot_be_preferred_and_forbidden():
    with pytest.raises(InputError, match="both the preferred label in zh-Hant and forbidden"):
        decode(term(zh_Hant=["職業訓練"]), Concept)


def test_a_concept_cannot_stand_twice():
    with pytest.raises(InputError, match="the concept training stands twice"):
        terms(term(), term())


def test_a_unit_that_no_framework_knows_is_found_by_the_check():
    from touchstone.standards import check

    findings = check([terms({**term(), "units": ["no-such-unit"]})])

    assert [(item.code, item.field) for item in findings] == [("dangling", "concepts[0].units[0]")]


def test_the_termbase_stands_in_the_library_like_any_document():
    assert TERMS in [loaded.document for loaded in load_folder(LIBRARY)]
    assert not TERMS.official
