# SPDX-License-Identifier: Apache-2.0
"""A sheet to begin with, as YAML, as a workbook or as CSV: a filled one, since an empty one shows nobody how a figure is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

from touchstone.errors import InputError
from touchstone.practice.plating.bath_sheet import LISTS
from touchstone.practice.plating.bath_table import HEADINGS
from touchstone.standards.exchange.cells import joined
from touchstone.standards.exchange.delimited import write_csv
from touchstone.standards.exchange.workbook_writing import write_workbook
from touchstone.standards.reading import read_yaml
from touchstone.standards.tree import Tree

_PART_OF = {field: part for part, field in LISTS.items()}
_LEFT_OUT = ("kind", "title")


def template(name: str) -> bytes:
    """Return the sheet; the ending of ``name`` says as what.

    :raises InputError: when a sheet is not written like that.
    """
    text = files("touchstone.practice.plating").joinpath("template.yaml").read_bytes()
    rows = [tuple(HEADINGS), *_rows(read_yaml(text.decode()).tree)]
    ending = name.casefold().rpartition(".")[2]
    if ending in ("yaml", "yml"):
        return text
    if ending == "xlsx":
        return write_workbook({"sheet": rows})
    if ending == "csv":
        return write_csv(rows)
    raise InputError("a template is not written like that", expected="a file .yaml, .xlsx or .csv", found=name)


def _rows(tree: Tree) -> Iterator[Sequence[str]]:
    """Yield a row a figure: part, id, field, value."""
    assert isinstance(tree, dict)
    for field, value in tree.items():
        if field in _PART_OF:
            for entry in value:
                assert isinstance(entry, dict)
                name = str(entry["id"])
                yield from ((_PART_OF[field], name, each, str(entry[each])) for each in entry if each != "id")
        elif isinstance(value, dict) and field not in _LEFT_OUT:
            yield from ((field, "", each, str(figure)) for each, figure in value.items())
        elif field not in _LEFT_OUT:
            yield ("document", "", field, joined(map(str, value)) if isinstance(value, list) else str(value))
