# SPDX-License-Identifier: Apache-2.0
"""What each word means at a place in a document: JSON-LD 1.1's context processing, over the closed set.

A ``Scope`` is an active context (JSON-LD 1.1 API, section 4.1): the terms defined at one place. Contexts stack up as a document is walked
down: its own ``@context``, those that a type brings for its node, those that a property brings for its values. Every step
from one scope to the next is remembered, so that the contexts are worked through once and not for every document.

Contexts are closed, so only what they use is read here; a context that asks for more is refused when it is loaded, not misread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from functools import cached_property, lru_cache
from itertools import count
from typing import Any

from touchstone.credentials.canonical.contexts import ContextSet
from touchstone.credentials.canonical.strict_json import Json
from touchstone.errors import CredentialError
from touchstone.value import Value

KEYWORDS = frozenset(
    f"@{word}"
    for word in (
        "base",
        "container",
        "context",
        "default",
        "direction",
        "explicit",
        "graph",
        "id",
        "included",
        "index",
        "json",
        "language",
        "list",
        "nest",
        "none",
        "null",
        "omitDefault",
        "prefix",
        "preserve",
        "protected",
        "requireAll",
        "reverse",
        "set",
        "type",
        "value",
        "version",
        "vocab",
    )
)
KEYWORD_LIKE = re.compile(r"@[A-Za-z]+")
ABSOLUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*|_):[^\s]*")
MOST_REMEMBERED, MOST_CONTEXTS = 512, 16

_CONTEXT_KEYS = frozenset(("@version", "@protected", "@vocab", "@language", "@direction", "@propagate"))
_TERM_KEYS = frozenset(("@id", "@type", "@container", "@context", "@protected", "@prefix", "@language", "@direction"))
_CONTAINERS = frozenset(("@list", "@set", "@graph", "@language"))
_GEN_DELIMS = (":", "/", "?", "#", "[", "]", "@")


class Term(Value, frozen=True):
    """A term definition (JSON-LD 1.1 API, section 4.2).

    :param iri: what it stands for: an IRI, a keyword, or ``""`` if the context says that it stands for nothing.
    :param type: ``@id``, ``@vocab``, ``@json``, ``@none`` or a datatype; ``""`` if its values are not typed.
    :param container: how its values are held.
    :param language: of its strings; ``None`` if the scope's language holds, ``""`` for none.
    :param direction: of its strings, likewise.
    :param context: the context that holds inside its values, if ``scoped``.
    """

    iri: str
    type: str = ""
    container: frozenset[str] = frozenset()
    language: str | None = None
    direction: str | None = None
    scoped: bool = False
    context: Any = None
    protected: bool = False
    prefix: bool = False


class Memory:
    """The scopes found so far over one closed set; forgotten as a whole when a hostile mix of types and contexts fills it.

    :ivar definitions: how many terms have been defined so far, which is what costs.
    """

    def __init__(self, contexts: ContextSet) -> None:
        self.contexts = contexts
        self.numbers = count()
        self.scopes: dict[Hashable, Scope] = {}
        self.definitions = 0


class Scope:
    """The terms in force at one place, and the way on to the scopes below it."""

    def __init__(
        self,
        base: Scope | Memory,
        terms: dict[str, Term],
        vocab: str = "",
        language: str = "",
        direction: str = "",
        previous: Scope | None = None,
    ) -> None:
        self.memory: Memory = base if isinstance(base, Memory) else base.memory
        self.terms, self.vocab, self.previous = terms, vocab, previous
        self.language, self.direction = language, direction
        self.number = next(self.memory.numbers)

    @cached_property
    def meanings(self) -> frozenset[str]:
        """IRIs for which there are words: here, or wherever a type or a property brings a context of its own."""
        inner = (named for term in self.terms.values() if term.scoped for named in _named_in(term.context))
        named = {term.iri for term in self.terms.values()} | {self.expand(each) or each for each in inner}
        return frozenset(named - KEYWORDS - {""})

    def local(self, context: Json) -> Scope:
        """Return the scope of a node that has a ``@context`` of its own.

        :raises CredentialError: ``context_inline``, ``context_unknown``, ``context_invalid`` or ``context_conflict``.
        """
        named: list[Json] = context if isinstance(context, list) else [context]
        if len(named) > MOST_CONTEXTS:
            raise CredentialError(
                "context_invalid", "the document names too many contexts", expected=f"at most {MOST_CONTEXTS}"
            )
        known = [self._known(each) for each in named]
        return self._remember(
            ("local", *(name for name, _ in known)), lambda: _processed(self, [context for _, context in known])
        )

    def _known(self, context: Json) -> tuple[Hashable, Json]:
        """Return what tells a context from others (its address, or the digest of one that stands in the document), and itself."""
        if isinstance(context, dict):
            digest, pinned = self.memory.contexts.inline(context)
            return ("inline", digest), pinned
        if context is not None and not isinstance(context, str):
            raise CredentialError("context_invalid", "a context is named by its address", found=context)
        return context, context

    def of_property(self, key: str) -> Scope:
        """Return the scope inside the values of a property."""
        term = self.terms.get(key)
        if term is None or not term.scoped:
            return self
        return self._remember(("property", key), lambda: _processed(self, [term.context], override=True))

    def inside(self, key: str, *, reverts: bool) -> Scope:
        """Return the scope of an object that is the value of ``key``, before its own context and types are looked at.

        :param reverts: False for a value object or a mere name, which keep what the types around them brought.
        """
        base = self.previous if reverts and self.previous is not None else self
        term = self.terms.get(key)
        if term is None or not term.scoped:
            return base
        # Where the types of a node brought the property, its context is put on what stands after they are gone.
        context = term.context
        return base._remember(("inside", self.number, key), lambda: _processed(base, [context], override=True))

    def of_types(self, types: tuple[str, ...]) -> Scope:
        """Return the scope of a node with these types; it ends where the node ends (type-scoped contexts)."""
        bringing = tuple(name for name in sorted(types) if (term := self.terms.get(name)) is not None and term.scoped)
        if not bringing:
            return self
        if len(bringing) > MOST_CONTEXTS:
            raise CredentialError(
                "context_invalid", "a node has too many types", expected=f"at most {MOST_CONTEXTS} that bring contexts"
            )
        return self._remember(("types", *bringing), lambda: self._typed(bringing))

    def _typed(self, bringing: tuple[str, ...]) -> Scope:
        scope = self
        for name in bringing:
            scope = _processed(scope, [self.terms[name].context], propagate=False)
        return scope

    def _remember(self, key: tuple[Hashable, ...], work: Callable[[], Scope]) -> Scope:
        known = self.memory.scopes
        found = known.get((self.number, *key))
        if found is None:
            found = work()
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[(self.number, *key)] = found
        return found

    def means(self, key: str, keyword: str) -> bool:
        """Say whether a key is a keyword or an alias of it."""
        term = self.terms.get(key)
        return key == keyword if term is None else term.iri == keyword

    def leaves_alone(self, schemes: tuple[str, ...]) -> bool:
        """Say whether none of these schemes is a prefix here."""
        return not any((term := self.terms.get(scheme)) is not None and term.prefix for scheme in schemes)

    def term(self, key: str) -> Term | None:
        """Return how a key is defined: a term, a keyword, a compact or absolute IRI; ``None`` if expansion would drop it."""
        term = self.terms.get(key)
        if term is not None:
            return term if term.iri else None
        iri = self.expand(key)
        return Term(iri=iri) if iri and (iri in KEYWORDS or ABSOLUTE.fullmatch(iri)) else None

    def expand(self, value: str, *, vocab: bool = True) -> str | None:
        """Expand a term, compact IRI or IRI (JSON-LD 1.1 API, section 5.2); what stays relative is returned as it is.

        :param vocab: terms and ``@vocab`` are looked at too, as for keys and types; not for identifiers.
        """
        if value in KEYWORDS:
            return value
        if value.startswith("@") and KEYWORD_LIKE.fullmatch(value):
            return None
        if vocab and (term := self.terms.get(value)) is not None:
            return term.iri or None
        prefix, colon, suffix = value.partition(":")
        if colon and prefix:
            if prefix == "_" or suffix.startswith("//"):
                return value
            term = self.terms.get(prefix)
            if term is not None and term.prefix:
                return term.iri + suffix
            if ABSOLUTE.fullmatch(value):
                return value
        return self.vocab + value if vocab and self.vocab else value


@lru_cache(maxsize=16)
def initial_scope(contexts: ContextSet) -> Scope:
    """Return the scope above a document: no term is defined."""
    return Scope(Memory(contexts), {})


def _processed(scope: Scope, named: list[Json], *, override: bool = False, propagate: bool = True) -> Scope:
    """Put contexts on top of a scope (section 4.1.2)."""
    if not named:
        return scope
    previous = scope.previous
    if isinstance(named[0], dict) and named[0].get("@propagate") is True:
        propagate = True
    if not propagate and previous is None:
        previous = scope
    for each in named:
        context: Json = scope.memory.contexts.context(each) if isinstance(each, str) else each
        if isinstance(context, dict) and "@context" in context:  # a whole document, which some write inline, too
            context = context["@context"]
        if isinstance(context, list):
            scope = _processed(scope, context, override=override)
        elif context is None:
            if not override and any(term.protected for term in scope.terms.values()):
                raise CredentialError("context_conflict", "protected terms may not be done away with by a null context")
            scope, previous = Scope(scope, {}), None
        else:
            scope = _Reading(scope, _supported(context), override).scope()
    if scope.previous is not previous:
        scope = Scope(scope, scope.terms, scope.vocab, scope.language, scope.direction, previous)
    return scope


def _supported(context: Json) -> dict[str, Any]:
    if not isinstance(context, dict):
        raise CredentialError("context_invalid", "a context is an object", found=context)
    for key, value in context.items():
        if key.startswith("@") and (key not in _CONTEXT_KEYS or (key == "@propagate" and value is not True)):
            raise CredentialError(
                "context_invalid", "this context uses a part of JSON-LD that is not read here", found=key
            )
        if isinstance(value, dict):
            asked = ({*value} - _TERM_KEYS) | (containers_of(value) - _CONTAINERS)
            if asked:
                raise CredentialError(
                    "context_invalid",
                    "this context uses a part of JSON-LD that is not read here",
                    found=f"{key}: {min(asked)}",
                )
    return context


def _named_in(context: Json) -> Iterator[str]:
    """Yield what the terms of a context stand for, and those of all contexts within it, as they are written there."""
    for each in context if isinstance(context, list) else [context]:
        for told in each.values() if isinstance(each, dict) else ():
            named = told.get("@id") if isinstance(told, dict) else told
            if isinstance(named, str):
                yield named
            if isinstance(told, dict):
                yield from _named_in(told.get("@context"))


def containers_of(definition: dict[str, Any]) -> frozenset[str]:
    """Return how the values of a term are held."""
    told = definition.get("@container") or []
    return frozenset([told] if isinstance(told, str) else told)


class _Reading:
    """The reading of one context on top of a scope (section 4.2.2, create term definition)."""

    def __init__(self, scope: Scope, context: dict[str, Any], override: bool) -> None:
        self.base, self.context, self.override = scope, context, override
        self.protecting = context.get("@protected") is True
        self.done: dict[str, bool] = {}
        scope.memory.definitions += len(context)
        vocab = context.get("@vocab", scope.vocab)
        self.result = Scope(
            scope,
            dict(scope.terms),
            (scope.expand(vocab) or "") if vocab else "",
            _lower(context.get("@language", scope.language)),
            context.get("@direction", scope.direction) or "",
            scope.previous,
        )

    def scope(self) -> Scope:
        for key in self.context:
            if not key.startswith("@"):
                self.define(key)
        return self.result

    def define(self, key: str) -> None:
        if key in self.done:
            if self.done[key]:
                return
            raise CredentialError("context_invalid", "a term is defined by itself", found=key)
        self.done[key] = False
        before = self.result.terms.pop(key, None)
        term = self.definition(key, self.context[key])
        if before is not None and before.protected and not self.override:
            if _unprotected(before) != _unprotected(term):
                raise CredentialError(
                    "context_conflict", "two contexts give a protected term different meanings", found=key
                )
            term = before
        self.result.terms[key] = term
        self.done[key] = True

    def definition(self, key: str, value: Json) -> Term:
        simple = not isinstance(value, dict)
        told: dict[str, Any] = value if isinstance(value, dict) else {"@id": value}
        iri = self.iri_of(key, told)
        kind = told.get("@type")
        if kind is not None and kind not in ("@id", "@vocab", "@json", "@none"):
            kind = self.absolute(kind)
        return Term(
            iri=iri,
            type=kind or "",
            container=containers_of(told),
            language=_lower(told["@language"]) if "@language" in told and "@type" not in told else None,
            direction=(told["@direction"] or "") if "@direction" in told and "@type" not in told else None,
            scoped="@context" in told,
            context=told.get("@context"),
            protected=told.get("@protected", self.protecting),
            prefix=told.get("@prefix", simple and ":" not in key and "/" not in key and iri.endswith(_GEN_DELIMS)),
        )

    def iri_of(self, key: str, told: dict[str, Any]) -> str:
        if "@id" in told and told["@id"] != key:
            return "" if told["@id"] is None else self.absolute(told["@id"])
        prefix, colon, suffix = key.partition(":")
        if colon and prefix:
            if prefix in self.context:
                self.define(prefix)
            known = self.result.terms.get(prefix)
            return known.iri + suffix if known is not None else key
        if not self.result.vocab:
            raise CredentialError("context_invalid", "a term of this context has no meaning", found=key)
        return self.result.vocab + key

    def absolute(self, value: str) -> str:
        """Expand what a definition names, defining first what it rests on."""
        for needed in (value, value.partition(":")[0]):
            if needed in self.context and not needed.startswith("@") and not self.done.get(needed):
                self.define(needed)
        iri = self.result.expand(value)
        if not iri or not (iri in KEYWORDS or ABSOLUTE.fullmatch(iri)):
            raise CredentialError("context_invalid", "a term of this context has no absolute meaning", found=value)
        return iri


def _unprotected(term: Term) -> Term:
    from msgspec.structs import replace

    return replace(term, protected=False)


def _lower(language: str | None) -> str:
    return (language or "").lower()
