# SPDX-License-Identifier: Apache-2.0
"""The fixed texts that a package keeps in four languages, in a YAML file beside its modules."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from touchstone.standards.decoding import decode
from touchstone.standards.reading import read_yaml
from touchstone.text import LanguageMap


@cache
def texts_of(package: str, file: str = "wording.yaml") -> Mapping[str, LanguageMap]:
    """Return the texts of a package by their keys; a file that is read once."""
    content = files(package).joinpath(file).read_text(encoding="utf-8")
    return decode(read_yaml(content).tree, dict[str, LanguageMap])
