# SPDX-License-Identifier: Apache-2.0
"""Frameworks as CASE 1.1 packages, and packages as frameworks.

A field is written into a package only where the framework says something else than :func:`framework_of` reads there. So a package that
comes in and goes out again is the same, whatever else stands in it; and a framework that goes out and comes in again is the same too.
What CASE has no field for stands in the ``extensions`` of the node, under the name ``touchstone`` (CASE 1.1 made room for that).

=============  ==================================================================================================
CASE           here
=============  ==================================================================================================
CFItem         ``id`` (its uri), ``code`` (humanCodingScheme), ``area`` (subject), ``tags`` (conceptKeywords)
fullStatement  ``statement``, with ``title`` in abbreviatedStatement; the title where there is no statement
hasSkillLevel  ``level``: to the level scale's id, ``#`` and the code; a single educationLevel is read, too
replacedBy     ``supersedes``, from the new unit to the old one; several into one item stay in the package only
=============  ==================================================================================================
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.exchange.case_package import CasePackage, Relation, read_case, write_case
from touchstone.standards.exchange.case_reading import package_says
from touchstone.standards.exchange.case_writing import PackageWriter, empty_package
from touchstone.standards.framework import Framework
from touchstone.standards.tree import Tree, dotted

__all__ = ["CasePackage", "Relation", "framework_of", "package_of", "read_case", "write_case"]


def framework_of(
    package: CasePackage,
    given: Mapping[str, Tree] | None = None,
    *,
    language: str = "en",
    item_types: Collection[str] = (),
) -> Framework:
    """Return the framework that a package describes.

    :param given: fields of the framework, as texts (``region``, ``level_scale``, …); they go before what the package says.
    :param language: of the texts, where the package does not say.
    :param item_types: only items of these CFItemTypes are units (others may be headings); all items, if empty.
    :raises FieldError: naming the field of the framework that is missing or does not fit.
    """
    says = package_says(package, language=language, item_types=item_types, scale=_scale(given))
    tree: dict[str, Tree] = {"kind": "Framework", "status": "draft", **says.document, **(given or {})}
    tree["competencies"] = [*says.items.values()]
    try:
        return decode(tree, Framework)
    except FieldError as error:
        raise error.at(field=dotted(error.path)) from None


def package_of(
    framework: Framework,
    base: CasePackage | None = None,
    *,
    language: str = "en",
    item_types: Collection[str] = (),
    changed: dt.datetime | None = None,
) -> CasePackage:
    """Return the framework as a package; everything else that ``base`` says is kept.

    :param base: the package that the framework came from, read with the same ``language`` and ``item_types``.
    :param changed: when what is written here changed; without it the first day of validity, or 1970-01-01: not known.
    """
    start = base or empty_package(framework, language)
    says = package_says(start, language=language, item_types=item_types, scale=framework.level_scale)
    return PackageWriter(start, says, framework, changed, language).written()


def _scale(given: Mapping[str, Tree] | None) -> str | None:
    scale = (given or {}).get("level_scale")
    return scale if isinstance(scale, str) else None
