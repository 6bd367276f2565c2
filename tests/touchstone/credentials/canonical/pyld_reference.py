# SPDX-License-Identifier: Apache-2.0
"""The reference: JSON-LD to quads by PyLD, with a loader that knows the closed set of contexts and nothing else."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any

from touchstone.credentials.canonical.contexts import DEFAULT, ContextSet
from touchstone.credentials.canonical.nquads import Quad, iri, literal
from touchstone.credentials.canonical.strict_json import Json
from touchstone.errors import CredentialError

_ONE_AT_A_TIME = Lock()  # PyLD's caches are not made for several threads


def quads_of(document: Json, contexts: ContextSet = DEFAULT) -> list[Quad]:
    """Expand a document and return what it says as quads; what is not defined is dropped without a word.

    Directions of text become i18n datatypes, as other implementations of ``eddsa-rdfc-2022`` do.

    :raises CredentialError: ``jsonld_invalid`` if it cannot be expanded.
    """
    from pyld import jsonld

    try:
        with _ONE_AT_A_TIME:
            dataset = jsonld.to_rdf(document, {**_options(contexts), "base": "", "rdfDirection": "i18n-datatype"})
    except (jsonld.JsonLdError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise CredentialError("jsonld_invalid", "the document cannot be expanded", found=_innermost(error)) from None
    return [
        Quad(
            _term(each["subject"]),
            _term(each["predicate"]),
            _term(each["object"]),
            "" if name == "@default" else _named(name),
        )
        for name, triples in dataset.items()
        for each in triples
    ]


@lru_cache(maxsize=4)
def _options(contexts: ContextSet) -> dict[str, Any]:
    from pyld import resolved_context
    from pyld.context_resolver import ContextResolver

    resolved_context.MAX_ACTIVE_CONTEXTS = 500  # PyLD's ten are too few for documents with all these contexts

    def load(url: str, options: object) -> dict[str, Any]:
        return {
            "contextUrl": None,
            "documentUrl": url,
            "document": contexts.context(url),
            "contentType": "application/ld+json",
        }

    return {"documentLoader": load, "contextResolver": ContextResolver({}, load)}


def _term(part: dict[str, str]) -> str:
    if part["type"] != "literal":
        return _named(part["value"])
    return literal(part["value"], datatype=part.get("datatype", ""), language=part.get("language", ""))


def _named(name: str) -> str:
    return name if name.startswith("_:") else iri(name)


def _innermost(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).splitlines()[0] if str(error) else type(error).__name__
