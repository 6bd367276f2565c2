# SPDX-License-Identifier: Apache-2.0
"""Safe mode: what a signature would not cover is refused before it is signed and before it is believed.

JSON-LD drops what its contexts do not define, so that a word added after signing would leave the signature valid (Data Integrity 1.0,
section 2.4.2, DATA_LOSS_DETECTION_ERROR). These are the rules, one function each; ``expansion`` asks them at every place of a document.
"""

from __future__ import annotations

import re
from typing import NoReturn

from touchstone.credentials.canonical.scopes import ABSOLUTE, KEYWORDS, Scope, Term
from touchstone.credentials.canonical.strict_json import Json
from touchstone.errors import CredentialError

IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
BLANK = re.compile(r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
VALUE_KEYS = frozenset(("@value", "@type", "@language", "@direction"))
XSD_DOUBLE = "http://www.w3.org/2001/XMLSchema#double"


def refuse(code: str, message: str, found: object, path: str, hint: str = "") -> NoReturn:
    """Refuse what stands at a path."""
    raise CredentialError(code, message, found=found, field=path, hint=hint)


def refuse_undefined(what: str, word: str, path: str) -> NoReturn:
    """Refuse a word that the contexts in force do not define."""
    hint = "Correct the spelling, or add the context that defines it."
    refuse(
        "term_undefined", f"{what} is defined by no context here, so that no signature would cover it", word, path, hint
    )


def refuse_spelled_out(scope: Scope, word: str, iri: str, path: str) -> None:
    """Refuse a key or type written as an IRI where there is a term for it.

    A signature over RDF is the same for both, but who reads JSON looks for the term: an end or a status list written as an IRI after
    signing would be overlooked, and the proof would hold over a credential that seems never to end and cannot be revoked.
    """
    if word not in scope.terms and iri in scope.meanings:
        hint = "Write the term that the contexts define for it."
        refuse("term_spelled_out", "a word is written as its IRI, where readers look for its term", word, path, hint)


def refuse_null(path: str) -> NoReturn:
    """Refuse a null, which expansion drops."""
    refuse("value_dropped", "a null is covered by no signature", "null", path, "Leave the key out instead.")


def refuse_mere_name(path: str) -> NoReturn:
    """Refuse an identifier where a graph is expected: a graph without a statement says nothing."""
    refuse("value_dropped", "a mere name in the place of a whole object is covered by no signature", None, path)


def absolute_iri(scope: Scope, value: str, path: str, *, vocab: bool = False) -> str:
    """Return an identifier expanded; a blank node's keeps its ``_:``.

    :raises CredentialError: ``iri_relative`` or ``iri_invalid``.
    """
    iri = scope.expand(value, vocab=vocab)
    if iri is not None and (IRI.fullmatch(iri) or BLANK.fullmatch(iri)) and ABSOLUTE.fullmatch(iri):
        return iri
    if iri is not None and ABSOLUTE.match(iri):
        refuse("iri_invalid", "an identifier holds characters that it may not", value, path)
    refuse("iri_relative", "an identifier is not absolute, so that no signature would cover it", value, path)


def type_iri(scope: Scope, value: Json, path: str) -> str:
    """Return a type expanded.

    :raises CredentialError: ``term_undefined``, ``iri_invalid`` or ``value_invalid``.
    """
    if not isinstance(value, str):
        refuse("value_invalid", "a type is a string", value, path)
    iri = scope.expand(value)
    if iri is None or iri in KEYWORDS or iri.startswith("_:") or not ABSOLUTE.match(iri):
        refuse_undefined("this type", value, path)
    if not (IRI.fullmatch(iri) and ABSOLUTE.fullmatch(iri)):
        refuse("iri_invalid", "a type holds characters that it may not", value, path)
    return iri


def key_term(scope: Scope, key: str, path: str) -> Term:
    """Return what a key means.

    :raises CredentialError: ``term_undefined`` or ``iri_invalid``.
    """
    term = scope.term(key)
    if term is None or term.iri.startswith("_:"):
        refuse_undefined("this key", key, path)
    if term.iri not in KEYWORDS and not IRI.fullmatch(term.iri):
        refuse("iri_invalid", "a key holds characters that it may not", key, path)
    return term


def value_parts(value: dict[str, Json], scope: Scope, path: str) -> dict[str, Json]:
    """Return the parts of a value object by their keywords, its type expanded (JSON-LD 1.1, section 9.5).

    :raises CredentialError: ``value_invalid``, ``value_dropped``, ``language_invalid``, or as ``type_iri``.
    """
    parts: dict[str, Json] = {}
    for key, each in value.items():
        keyword = key_term(scope, key, f"{path}.{key}").iri
        if keyword not in VALUE_KEYS or keyword in parts:
            refuse("value_invalid", "this key has no place beside a value", key, path)
        if each is None:
            refuse_null(f"{path}.{key}")
        parts[keyword] = each
    literal = parts["@value"]
    if isinstance(literal, dict | list):
        refuse("value_invalid", "the value of a value object is no object and no array", None, path)
    if "@type" in parts:
        if len(parts) > 2:
            refuse("value_invalid", "a value has a type or a language, not both", None, path)
        parts["@type"] = datatype = type_iri(scope, parts["@type"], path)
        if datatype == XSD_DOUBLE and isinstance(literal, str):
            refuse("value_invalid", "a double is written as a number", literal, path)
    elif len(parts) > 1 and not isinstance(literal, str):
        refuse("value_invalid", "only a string has a language", literal, path)
    if "@language" in parts:
        check_language(parts["@language"], path)
    if parts.get("@direction", "ltr") not in ("ltr", "rtl"):
        refuse("value_invalid", "a direction is ltr or rtl", parts["@direction"], path)
    return parts


def check_language(language: Json, path: str) -> None:
    """Refuse what is no well-formed language tag (BCP 47): ``language_invalid``."""
    if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        refuse("language_invalid", "this is not a language tag", language, path)


def listed(value: Json) -> list[Json]:
    """Return the members of an array, or the one value that stands instead of an array."""
    return value if isinstance(value, list) else [value]


def types_of(scope: Scope, node: dict[str, Json]) -> tuple[str, ...]:
    """Return the words that a node gives as its types."""
    found: list[str] = []
    for key, value in node.items():
        if scope.means(key, "@type"):
            found += [each for each in listed(value) if isinstance(each, str)]
    return tuple(found)


def is_value_object(scope: Scope, value: dict[str, Json]) -> bool:
    """Say whether an object stands for a literal."""
    return any(scope.means(key, "@value") for key in value)


def is_mere_name(scope: Scope, value: dict[str, Json]) -> bool:
    """Say whether an object has nothing but an identifier."""
    return len(value) == 1 and scope.means(next(iter(value)), "@id")
