# SPDX-License-Identifier: Apache-2.0
"""Safe mode: what a signature would not cover is refused before it is signed and before it is believed.

JSON-LD drops what its contexts do not define, so that a word added after signing would leave the signature valid (Data Integrity 1.0,
section 2.4.2, DATA_LOSS_DETECTION_ERROR). Here every key and type must be defined where it stands, every identifier must be absolute, and nothing
may stand where expansion to RDF would lose it.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from touchstone.credentials.canonical.contexts import DEFAULT, ContextSet
from touchstone.credentials.canonical.scopes import ABSOLUTE, KEYWORDS, Scope, Term, initial_scope
from touchstone.credentials.canonical.strict_json import Json
from touchstone.errors import CredentialError

IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
BLANK = re.compile(r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
VALUE_KEYS = {"@value", "@type", "@language", "@direction"}


def check_terms(document: Json, contexts: ContextSet = DEFAULT) -> None:
    """Check that expansion keeps all that the document says.

    :raises CredentialError: with the path as its field. ``term_undefined``: a key or type has no meaning here. ``iri_relative``,
        ``iri_invalid``: an identifier is not absolute or holds characters that none may. ``value_dropped``: a null, or something that has no
        place in RDF. ``value_invalid``, ``language_invalid``: a language map or value object is not well made. ``keyword_unsupported``: a
        part of JSON-LD that credentials have no use for. And what ``Scope.local`` says about contexts.
    """
    if not isinstance(document, dict):
        raise CredentialError("value_invalid", "a credential is a JSON object", found=type(document).__name__)
    _node(document, initial_scope(contexts), "")


def undefined(what: str, word: str, path: str) -> CredentialError:
    """Return the complaint about a word that the contexts in force do not define."""
    return CredentialError(
        "term_undefined",
        f"{what} is defined by no context here, so that no signature would cover it",
        found=word,
        field=path,
        hint="Correct the spelling, or add the context that defines it.",
    )


def refuse(code: str, message: str, found: object, path: str) -> NoReturn:
    """Refuse what stands at a path."""
    raise CredentialError(code, message, found=found, field=path)


def absolute_iri(scope: Scope, value: str, path: str, *, vocab: bool = False) -> str:
    """Return an identifier expanded, or refuse it; a blank node's keeps its ``_:``."""
    iri = scope.expand(value, vocab=vocab)
    if iri is None or iri in KEYWORDS or not ABSOLUTE.fullmatch(iri):
        if iri and any(char in iri for char in " \t\r\n"):
            refuse("iri_invalid", "an identifier holds blanks", value, path)
        refuse("iri_relative", "an identifier is not absolute, so that no signature would cover it", value, path)
    if not (IRI.fullmatch(iri) or BLANK.fullmatch(iri)):
        refuse("iri_invalid", "an identifier holds characters that it may not", value, path)
    return iri


def type_iri(scope: Scope, value: Any, path: str) -> str:
    """Return a type expanded, or refuse it."""
    if not isinstance(value, str):
        refuse("value_invalid", "a type is a string", value, path)
    iri = scope.expand(value)
    if iri is None or iri in KEYWORDS or not ABSOLUTE.fullmatch(iri) or iri.startswith("_:"):
        raise undefined("this type", value, path)
    if not IRI.fullmatch(iri):
        refuse("iri_invalid", "a type holds characters that it may not", value, path)
    return iri


def key_term(scope: Scope, key: str, path: str) -> Term:
    """Return what a key means, or refuse it."""
    term = scope.term(key)
    if term is None or term.iri.startswith("_:"):
        raise undefined("this key", key, path)
    if term.iri not in KEYWORDS and not IRI.fullmatch(term.iri):
        refuse("iri_invalid", "a key holds characters that it may not", key, path)
    return term


def listed(value: Json) -> list[Json]:
    """Return the members of an array, or the one value that stands instead of an array."""
    return value if isinstance(value, list) else [value]


def types_of(scope: Scope, node: dict[str, Json]) -> tuple[str, ...]:
    """Return the words that a node gives as its types."""
    found = []
    for key, value in node.items():
        if scope.expand(key) == "@type":
            found += [each for each in listed(value) if isinstance(each, str)]
    return tuple(found)


def is_value_object(scope: Scope, value: dict[str, Json]) -> bool:
    """Say whether an object stands for a literal."""
    return any(scope.expand(key) == "@value" for key in value)


def is_reference(scope: Scope, value: dict[str, Json]) -> bool:
    """Say whether an object has nothing but an identifier."""
    return len(value) == 1 and scope.expand(next(iter(value))) == "@id"


def _node(node: dict[str, Json], scope: Scope, path: str) -> None:
    if "@context" in node:
        scope = scope.local(node["@context"])
    typed = scope.of_types(types_of(scope, node))
    keywords = set()
    for key, value in node.items():
        if key == "@context":
            continue
        place = f"{path}.{key}" if path else key
        term = key_term(typed, key, place)
        if term.iri not in KEYWORDS:
            _property(value, key, term, typed, place)
            continue
        if term.iri in keywords:
            refuse("keyword_repeated", "two keys say the same", term.iri, place)
        keywords.add(term.iri)
        if term.iri == "@id":
            if not isinstance(value, str):
                refuse("value_invalid", "an identifier is a string", value, place)
            absolute_iri(typed, value, place)
        elif term.iri == "@type":
            for number, each in enumerate(listed(value)):
                type_iri(scope, each, f"{place}[{number}]" if isinstance(value, list) else place)
        else:
            refuse("keyword_unsupported", "this part of JSON-LD has no place in a credential", term.iri, place)


def _property(value: Json, key: str, term: Term, scope: Scope, path: str) -> None:
    if term.type == "@json":
        return
    if "@language" in term.container and isinstance(value, dict):
        _language_map(value, path)
        return
    _value(value, key, term, scope, path)


def _value(value: Json, key: str, term: Term, scope: Scope, path: str) -> None:
    if isinstance(value, list):
        for number, each in enumerate(value):
            _value(each, key, term, scope, f"{path}[{number}]")
    elif isinstance(value, dict):
        _object(value, key, term, scope, path)
    elif value is None:
        refuse("value_dropped", "a null is covered by no signature; leave the key out instead", None, path)
    elif "@graph" in term.container:
        refuse("value_dropped", "a mere name in the place of a whole object is covered by no signature", value, path)
    elif isinstance(value, str):
        inner = scope.of_property(key)
        kind = found.type if (found := inner.terms.get(key)) else ""
        if kind in ("@id", "@vocab"):
            absolute_iri(inner, value, path, vocab=kind == "@vocab")


def _object(value: dict[str, Json], key: str, term: Term, scope: Scope, path: str) -> None:
    is_value = is_value_object(scope, value)
    is_mere_name = is_reference(scope, value)
    if "@graph" in term.container and (is_value or is_mere_name or not value):
        refuse("value_dropped", "a mere name in the place of a whole object is covered by no signature", None, path)
    inner = scope.inside(key, reverts=not (is_value or is_mere_name))
    if is_value:
        check_value_object(value, inner, path)
    else:
        _node(value, inner, path)


def check_value_object(value: dict[str, Json], scope: Scope, path: str) -> dict[str, Json]:
    """Return the parts of a value object by their keywords (JSON-LD 1.1, section 4.2.1), or refuse it."""
    parts: dict[str, Json] = {}
    for key, each in value.items():
        keyword = key_term(scope, key, f"{path}.{key}").iri
        if keyword not in VALUE_KEYS or keyword in parts:
            refuse("value_invalid", "this key has no place beside @value", key, path)
        parts[keyword] = each
    literal, language, direction = parts["@value"], parts.get("@language"), parts.get("@direction")
    if literal is None:
        refuse("value_dropped", "a null is covered by no signature; leave the key out instead", None, path)
    if "@type" in parts:
        if language is not None or direction is not None:
            refuse("value_invalid", "a value has a type or a language, not both", None, path)
        kind = type_iri(scope, parts["@type"], path) if parts["@type"] != "@json" else "@json"
        if kind == "@json":
            refuse("keyword_unsupported", "this part of JSON-LD has no place in a credential", "@json", path)
        parts["@type"] = kind
    if isinstance(literal, dict | list):
        refuse("value_invalid", "the value of a value object is no object and no array", None, path)
    if (language is not None or direction is not None) and not isinstance(literal, str):
        refuse("value_invalid", "only a string has a language", literal, path)
    if language is not None:
        check_language(language, path)
    if direction not in (None, "ltr", "rtl"):
        refuse("value_invalid", "a direction is ltr or rtl", direction, path)
    if "@language" in parts and language is None or "@direction" in parts and direction is None:
        refuse("value_dropped", "a null is covered by no signature; leave the key out instead", None, path)
    return parts


def check_language(language: Json, path: str) -> None:
    """Refuse what is no well-formed language tag (BCP 47)."""
    if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        refuse("language_invalid", "this is not a language tag", language, path)


def _language_map(value: dict[str, Json], path: str) -> None:
    for language, texts in value.items():
        place = f"{path}.{language}"
        if language != "@none":
            check_language(language, place)
        for text in listed(texts):
            if not isinstance(text, str):
                refuse("value_invalid", "a language map holds strings", text, place)
