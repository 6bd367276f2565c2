# SPDX-License-Identifier: Apache-2.0
"""Frameworks and crosswalks that Hypothesis draws, with the texts that formats find hard."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from tests.touchstone import plain

awkward = st.sampled_from(
    (
        "=1+1", "@SUM(A1)", "+852 2345", "-5", "'quoted", "''", "'=x", " leading", "trailing ", "\t", "a\tb", "a\nb", "a\r\nb",
        'say "so"', "a;b", "a|b", "a\\b", "，、；", "职业技能等级", "職業訓練", "_x0041_", "&amp;<b>", "\u2028", "\x85", "\ufffe",
        "\U0001f48e", "null", "~", "true", "1e3", "2026-01-01", "#N/A", "#", "x" * 200, "\u3000", "＝1", "0123456789.120", "'", "' ",
    )
)  # fmt: skip
_characters = st.characters(blacklist_categories=["Cs", "Cc"])
texts = st.one_of(st.text(_characters, min_size=1, max_size=30), awkward)
language_maps = st.dictionaries(
    st.sampled_from(("en", "zh-Hans", "zh-Hant", "pt", "mi")), texts, min_size=1, max_size=3
)
identifiers = st.one_of(
    st.text(_characters, min_size=1, max_size=20).filter(lambda text: not any(mark.isspace() or mark == "|" for mark in text)),
    st.sampled_from(("https://node.example/units/1", "GD:S1", "urn:touchstone:x", "urn:uuid:0b6d33cf-2f0e-4d2c-9a45-9c3a2b7e9c11", "=A1")),
)  # fmt: skip
days = st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)).map(str)
amounts = st.decimals(min_value=0, max_value=10**9, places=3).map(lambda amount: f"{amount:f}")


def some(**fields):
    """A dictionary that has the required fields (not optional in strategies) and any of the others."""
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def periods(draw):
    first, last = sorted((draw(days), draw(days)))
    return draw(some(**{"from": st.just(first), "until": st.just(last)}).filter(bool))


envelopes = some(
    publisher=st.sampled_from(("did:web:node.example", "guild")),
    official=st.booleans(),
    valid=periods(),
    source=st.lists(st.one_of(texts, st.just("https://node.example/source")), min_size=1, max_size=3),
)
heads = st.fixed_dictionaries(
    {
        "id": identifiers,
        "version": texts,
        "title": language_maps,
        "status": st.sampled_from(("draft", "in_force", "suspended", "withdrawn")),
    }
)
competencies = some(
    code=texts,
    statement=language_maps,
    level=texts,
    credits=amounts,
    hours=amounts,
    area=texts,
    tags=st.lists(texts, min_size=1, max_size=3),
    supersedes=st.fixed_dictionaries({"id": identifiers, "equivalent": st.booleans()}),
)


@st.composite
def frameworks(draw):
    """A framework of up to five units."""
    ids = draw(st.lists(identifiers, min_size=1, max_size=5, unique=True))
    units = [{"id": unit, "title": draw(language_maps), **draw(competencies)} for unit in ids]
    body = {"kind": "Framework", "region": "HK", "level_scale": draw(identifiers), "competencies": units}
    return plain.document_of({**draw(heads), **draw(envelopes), **body})


predicates = st.sampled_from(("exactMatch", "narrowMatch", "broadMatch", "closeMatch", "relatedMatch")).map(
    "skos:{}".format
)
mappings = st.builds(
    lambda required, optional: {**required, **optional},
    st.fixed_dictionaries(
        {
            "subject_id": st.lists(identifiers, min_size=1, max_size=2, unique=True).map("|".join),
            "predicate_id": predicates,
            "object_id": identifiers,
            "mapping_justification": texts,
        }
    ),
    some(
        predicate_modifier=st.just("Not"),
        confidence=st.decimals(0, 1, places=2).map(lambda number: f"{number:f}"),
        mapping_date=days,
        author_id=texts,
        reviewer_id=texts,
        comment=texts,
        subject_label=texts,
        object_label=texts,
    ),
)


@st.composite
def crosswalks(draw):
    """A crosswalk of up to five rows."""
    body = {
        "kind": "Crosswalk",
        "subject_source": draw(identifiers),
        "object_source": draw(identifiers),
        "mappings": draw(st.lists(mappings, max_size=5)),
    }
    prefixes = st.dictionaries(st.sampled_from(("skos", "GD", "a.b-c")), texts, min_size=1, max_size=3)
    optional = draw(some(curie_map=prefixes, license=texts, description=texts))
    return plain.document_of({**draw(heads), **draw(envelopes), **body, **optional})
