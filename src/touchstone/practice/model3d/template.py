# SPDX-License-Identifier: Apache-2.0
"""A brief to begin with, as YAML or as a workbook: a filled one, since an empty one shows nobody what can be asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

from touchstone.errors import InputError
from touchstone.practice.brief import HEADINGS
from touchstone.standards.exchange.cells import joined
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone.standards.reading import read_yaml
from touchstone.standards.tree import Tree

_IN_A_TABLE = ("id", "measure", "at_least", "at_most", "unit", "source")
_NEEDS_YAML = ("cast_", "prong_")


def template(name: str) -> bytes:
    """Return the brief; the ending of ``name`` says as what. A workbook leaves out what rests on features and shrinkage, which need YAML.

    :raises InputError: when a brief is not written like that.
    """
    text = files("touchstone.practice.model3d").joinpath("template.yaml").read_bytes()
    ending = name.casefold().rpartition(".")[2]
    if ending in ("yaml", "yml"):
        return text
    if ending != "xlsx":
        raise InputError("a template is not written like that", expected="a file .yaml or .xlsx", found=name)
    tree = read_yaml(text.decode()).tree
    assert isinstance(tree, dict)
    headings = tuple(HEADINGS[field].partition(" · ")[0] for field in _IN_A_TABLE)
    document = [("alloys", joined(map(str, tree["alloys"]))), ("wall_below", str(tree["wall_below"]))]
    return write_workbook({"criteria": [headings, *_rows(tree["criteria"])], "document": document})


def _rows(criteria: Tree) -> Iterator[Sequence[str]]:
    for each in criteria:
        assert isinstance(each, dict)
        measure = str(each["measure"]).removeprefix("cast_")
        if not measure.startswith(_NEEDS_YAML):
            yield tuple(str({**each, "measure": measure}.get(field, "")) for field in _IN_A_TABLE)
