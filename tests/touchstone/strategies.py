# SPDX-License-Identifier: Apache-2.0
"""What Hypothesis draws: whole worlds by their seed, changes to them, documents, expressions and texts."""

from __future__ import annotations

import random
from typing import NamedTuple

from hypothesis import strategies as st

from tests.oracle.worlds import random_world

seeds = st.integers(0, 2**32 - 1)


class World(NamedTuple):
    """A request and its documents, as plain dictionaries; told by the seed it was drawn from."""

    seed: int
    request: dict
    documents: list

    def __repr__(self):
        return f"World.drawn({self.seed})"

    @classmethod
    def drawn(cls, seed):
        """The world of a seed."""
        return cls(seed, *random_world(random.Random(seed)))

    def lawful(self):
        """The same in the default preference and without bars: there more evidence never hurts (8.7)."""
        spared = ("preference", "bars")
        plain = [{key: value for key, value in each.items() if key not in spared} for each in self.documents]
        return self._replace(documents=plain)

    def of_kind(self, kind):
        """All documents of a kind."""
        return [document for document in self.documents if document["kind"] == kind]

    def units_of(self, framework):
        """The ids of a framework's units, in the version that has the most."""
        versions = [document for document in self.documents if document["id"] == framework]
        return [unit["id"] for unit in max((version["competencies"] for version in versions), key=len)]

    def with_changed(self, document, **fields):
        """The same with other fields in one of its documents."""
        changed = [{**each, **fields} if each is document else each for each in self.documents]
        return self._replace(documents=changed)


worlds = seeds.map(World.drawn)
lawful_worlds = worlds.map(World.lawful)


@st.composite
def poorer_and_richer(draw):
    """A lawful world with only some of its evidence, and with all of it."""
    world = draw(lawful_worlds)
    evidence = world.request["evidence"]
    kept = draw(st.lists(st.booleans(), min_size=len(evidence), max_size=len(evidence)))
    less = [item for item, keep in zip(evidence, kept, strict=True) if keep]
    return world._replace(request={**world.request, "evidence": less}), world


@st.composite
def shuffled(draw):
    """A world, and the same with evidence, documents, rows, pairs and competencies in another order."""
    world = draw(worlds)
    rng = random.Random(draw(seeds))

    def mixed(items):
        return rng.sample(items, len(items))

    lists = ("mappings", "competencies", "pairs", "absent", "crosswalks", "referencings")
    documents = [{**each, **{key: mixed(each[key]) for key in lists if key in each}} for each in mixed(world.documents)]
    evidence = [
        {**item, "units": mixed(item["units"])} if "units" in item else item
        for item in mixed(world.request["evidence"])
    ]
    return world, world._replace(request={**world.request, "evidence": evidence}, documents=documents)


def row(subject, predicate, target, **fields):
    """A crosswalk row."""
    base = {"subject_id": subject, "predicate_id": predicate, "object_id": target}
    return {**base, "mapping_justification": "semapv:ManualMappingCuration", **fields}


@st.composite
def undenied_and_denied(draw):
    """A lawful world, and the same with one denial more in one of its crosswalks."""
    world = draw(lawful_worlds)
    changed = draw(st.sampled_from(world.of_kind("Crosswalk")))
    source = draw(st.sampled_from(world.units_of(changed["subject_source"])))
    target = draw(st.sampled_from(world.units_of(changed["object_source"])))
    predicate = draw(st.sampled_from(("skos:exactMatch", "skos:narrowMatch", "skos:relatedMatch")))
    denial = row(source, predicate, target, predicate_modifier="Not")
    return world, world.with_changed(changed, mappings=[*changed["mappings"], denial])


@st.composite
def narrower_and_wider(draw):
    """A world, and the same with a row between two units that nobody holds and nobody asks for."""
    world = draw(worlds)
    changed = draw(st.sampled_from(world.of_kind("Crosswalk")))
    predicate = draw(st.sampled_from(("skos:exactMatch", "skos:narrowMatch", "skos:closeMatch")))
    new = row("unrelated:subject", predicate, "unrelated:object", confidence="1")
    wider = world.with_changed(changed, mappings=[new, *changed["mappings"]])
    for end in ("subject", "object"):
        unit = {"id": f"unrelated:{end}", "title": {"en": end}}
        for framework in [each for each in wider.documents if each["id"] == changed[f"{end}_source"]]:
            wider = wider.with_changed(framework, competencies=[unit, *framework["competencies"]])
    return world, wider


# Values of documents

texts = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=30)
language_maps = st.dictionaries(
    st.sampled_from(("en", "zh-Hans", "zh-Hant", "pt", "mi")), texts, min_size=1, max_size=4
)
amounts = st.decimals(min_value=0, max_value=10**6, places=3).map(str)
leaves = st.one_of(
    st.builds(lambda name: {"unit": name}, st.sampled_from("ABCDEFG")),
    st.builds(lambda name: {"holds": name}, st.sampled_from("abc")),
    st.builds(lambda value: {"person": {"fact": "age", "in": [value]}}, st.sampled_from(("20", "30"))),
)


def _nodes(parts):
    some = st.lists(parts, max_size=4)
    return st.one_of(
        some.map(lambda of: {"all_of": of}),
        some.map(lambda of: {"any_of": of}),
        st.builds(lambda count, of: {"at_least": {"count": count, "of": of}}, st.integers(0, 5), some),
    )


expressions = st.recursive(leaves, _nodes, max_leaves=12)
"""Expressions without credit pools, as plain dictionaries."""
