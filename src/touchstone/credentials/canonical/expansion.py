# SPDX-License-Identifier: Apache-2.0
"""JSON-LD to RDF in one walk, in safe mode (JSON-LD 1.1 API, sections 5.1 and 8; RDF of directions: i18n datatypes).

A node's statements are written down as the node is met: nodes that share an id, and values that stand twice, need no special care,
for a set of statements does not count them twice. What a credential has no use for (``@reverse``, ``@nest``, ``@included``, ``@graph`` as
a key, indexes) is refused by name. The statements keep track of which string of the document each part came from, so that the shape cache
can make a form to fill in of them.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

from touchstone.credentials.canonical import terms
from touchstone.credentials.canonical.contexts import DEFAULT, ContextSet
from touchstone.credentials.canonical.jcs import canonicalise as jcs
from touchstone.credentials.canonical.nquads import Quad, escaped, iri, literal
from touchstone.credentials.canonical.scopes import KEYWORDS, Memory, Scope, Term, initial_scope
from touchstone.credentials.canonical.strict_json import Json
from touchstone.errors import CredentialError

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
I18N = "https://www.w3.org/ns/i18n#"
RDF_TYPE, FIRST, REST, NIL = (iri(RDF + name) for name in ("type", "first", "rest", "nil"))
SCHEMES = ("https", "http", "did", "urn", "mailto", "tel", "data", "ipfs")
"""Schemes whose identifiers the shape cache fills in; no context may use them as prefixes."""

MOST_STATEMENTS = 10_000
"""A bundle of a hundred badges has about 8,500."""

MOST_DEFINITIONS = 30_000
"""Terms defined for one document; a bundle of all that is built in needs about 1,000, and nothing once it is remembered."""


class Leaf(str):
    """A string of a document that remembers which one it is."""

    place: int = -1

    @classmethod
    def of(cls, text: str, place: int) -> Leaf:
        """Mark a string."""
        leaf = cls(text)
        leaf.place = place
        return leaf


class Slot(NamedTuple):
    """A term that holds a string of the document: ``<`` and ``>`` around an identifier, quotation marks around a literal."""

    before: str
    leaf: str
    after: str

    @property
    def place(self) -> int:
        """Which string of the document it is; -1 if that is not known."""
        return getattr(self.leaf, "place", -1)

    @property
    def text(self) -> str:
        """The term as it stands in canonical N-Quads."""
        return f"{self.before}{self.leaf if self.before == '<' else escaped(self.leaf)}{self.after}"


class Blank(NamedTuple):
    """A blank node, numbered as met."""

    number: int

    @property
    def text(self) -> str:
        """The term, under a label of its own."""
        return f"_:b{self.number}"


Node: TypeAlias = "str | Slot | Blank"


class Statement(NamedTuple):
    """A quad whose parts still know where they came from."""

    subject: Node
    predicate: str
    object: Node
    graph: Node = ""

    @property
    def quad(self) -> Quad:
        """The statement as a plain quad."""
        return Quad(text_of(self.subject), self.predicate, text_of(self.object), text_of(self.graph))


class Expansion:
    """All statements of a document.

    :ivar statements: in the order met; the same one may stand twice.
    :ivar fixed: which strings decided about more than their own place: types, languages, terms among values.
    :ivar repeatable: False if some identifier can only be expanded for this very document.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory, self._defined_before = memory, memory.definitions
        self.statements: list[Statement] = []
        self.fixed: set[int] = set()
        self.repeatable = True
        self.blanks = 0
        self._named: dict[str, Blank] = {}

    # ------------------------------------------------------------ nodes
    def node(self, node: dict[str, Json], scope: Scope, graph: Node, path: str) -> Node:
        """Write down a node and all below it; return its name."""
        if "@context" in node:
            self.fix(node["@context"])
            scope = scope.local(node["@context"])
        typed = scope.of_types(terms.types_of(scope, node))
        if self._memory.definitions - self._defined_before > MOST_DEFINITIONS:
            raise CredentialError(
                "canonicalisation_too_costly", "the document mixes contexts and types in too many ways"
            )
        properties, subject, kinds = self.sorted_out(node, scope, typed, path)
        if subject is None:
            subject = self.new_blank()
        for kind in kinds:
            self.add(subject, RDF_TYPE, iri(kind), graph)
        for key, value, term, place in properties:
            self.write_property(subject, key, value, term, typed, graph, place)
        return subject

    def sorted_out(
        self, node: dict[str, Json], scope: Scope, typed: Scope, path: str
    ) -> tuple[list[tuple[str, Json, Term, str]], Node | None, list[str]]:
        """Tell apart a node's properties, its name and its types."""
        properties: list[tuple[str, Json, Term, str]] = []
        subject: Node | None = None
        kinds: list[str] = []
        seen: set[str] = set()
        for key, value in node.items():
            if key == "@context":
                continue
            place = f"{path}.{key}" if path else key
            term = terms.key_term(typed, key, place)
            if term.iri not in KEYWORDS:
                terms.refuse_spelled_out(typed, key, term.iri, place)
                properties.append((key, value, term, place))
                continue
            if term.iri in seen:
                terms.refuse("keyword_repeated", "two keys say the same", term.iri, place)
            seen.add(term.iri)
            if term.iri == "@id":
                subject = self.name(value, typed, place)
            elif term.iri == "@type":
                self.fix(value)
                kinds = [terms.type_iri(scope, each, place) for each in terms.listed(value)]
                for word, kind in zip(terms.listed(value), kinds, strict=True):
                    terms.refuse_spelled_out(scope, str(word), kind, place)
            else:
                terms.refuse(
                    "keyword_unsupported", "this part of JSON-LD has no place in a credential", term.iri, place
                )
        return properties, subject, kinds

    def name(self, value: Json, scope: Scope, path: str) -> Node:
        if not isinstance(value, str):
            terms.refuse("value_invalid", "an identifier is a string", value, path)
        return self.identifier(value, scope, path)

    def identifier(self, value: str, scope: Scope, path: str, *, vocab: bool = False) -> Node:
        """Return the term of an identifier, as one to be filled in where its expansion does not depend on what it is."""
        full = terms.absolute_iri(scope, value, path, vocab=vocab)
        if full.startswith("_:"):
            self.fix(value)
            if full not in self._named:
                self._named[full] = self.new_blank()
            return self._named[full]
        if vocab:
            self.fix(value)
            return iri(full)
        if full != value or value.partition(":")[0] not in SCHEMES or not scope.leaves_alone(SCHEMES):
            self.repeatable = False
        return Slot("<", value, ">") if full == value else iri(full)

    # ------------------------------------------------------------ properties
    def write_property(
        self, subject: Node, key: str, value: Json, term: Term, scope: Scope, graph: Node, path: str
    ) -> None:
        predicate = iri(term.iri)
        if term.type == "@json":
            self.fix(value)
            self.add(subject, predicate, literal(jcs(value).decode(), datatype=RDF + "JSON"), graph)
        elif "@language" in term.container and isinstance(value, dict):
            for each in self.language_map(value, term, scope, path):
                self.add(subject, predicate, each, graph)
        elif "@list" in term.container:
            self.add(subject, predicate, self.chain(terms.listed(value), key, term, scope, graph, path), graph)
        else:
            for member, place in flattened(value, path):
                self.add(subject, predicate, self.object(member, key, term, scope, graph, place), graph)

    def language_map(self, value: dict[str, Json], term: Term, scope: Scope, path: str) -> list[Node]:
        found: list[Node] = []
        direction = scope.direction if term.direction is None else term.direction
        for language, texts in value.items():
            place = f"{path}.{language}"
            if language != "@none":
                terms.check_language(language, place)
            for text in terms.listed(texts):
                if not isinstance(text, str):
                    terms.refuse("value_invalid", "a language map holds strings", text, place)
                found.append(text_term(text, "" if language == "@none" else language, direction))
        return found

    def chain(self, members: list[Json], key: str, term: Term, scope: Scope, graph: Node, path: str) -> Node:
        """Write down a list as RDF's chain of pairs (JSON-LD 1.1 API, section 8.4)."""
        following: Node = NIL
        for number in reversed(range(len(members))):
            member, place = members[number], f"{path}[{number}]"
            value: Node
            if isinstance(member, list):
                value = self.chain(member, key, term, scope, graph, place)
            else:
                value = self.object(member, key, term, scope, graph, place)
            pair = self.new_blank()
            self.add(pair, FIRST, value, graph)
            self.add(pair, REST, following, graph)
            following = pair
        return following

    def object(self, value: Json, key: str, term: Term, scope: Scope, graph: Node, path: str) -> Node:
        """Return the term of one value, its statements written down."""
        if isinstance(value, dict):
            return self.nested(value, key, term, scope, graph, path)
        if value is None:
            terms.refuse_null(path)
        if "@graph" in term.container:
            terms.refuse_mere_name(path)
        inner = scope.of_property(key)
        # The context that a property brings may define the property itself anew; what holds inside decides about its value.
        return self.scalar(value, inner.terms.get(key) or (UNTYPED if inner is not scope else term), inner, path)

    def nested(self, value: dict[str, Json], key: str, term: Term, scope: Scope, graph: Node, path: str) -> Node:
        is_value, is_mere_name = terms.is_value_object(scope, value), terms.is_mere_name(scope, value)
        inner = scope.inside(key, reverts=not (is_value or is_mere_name))
        if "@graph" in term.container:
            if is_value or is_mere_name:
                terms.refuse_mere_name(path)
            name = self.new_blank()
            before = len(self.statements)
            self.node(value, inner, name, path)
            if len(self.statements) == before:
                terms.refuse_mere_name(path)
            return name
        return self.value_object(value, inner, path) if is_value else self.node(value, inner, graph, path)

    # ------------------------------------------------------------ literals
    def scalar(self, value: Json, term: Term, scope: Scope, path: str) -> Node:
        if not isinstance(value, str):
            check_number(value, path)
            datatype = "" if term.type in ("@id", "@vocab", "@none") else term.type
            text, datatype = number_or_boolean(value, datatype)
            return literal(text, datatype=datatype)
        if term.type in ("@id", "@vocab"):
            return self.identifier(value, scope, path, vocab=term.type == "@vocab")
        if term.type and term.type != "@none":
            if term.type == terms.XSD_DOUBLE:
                terms.refuse("value_invalid", "a double is written as a number", value, path)
            return typed_term(value, term.type)
        language = scope.language if term.language is None else term.language
        return text_term(value, language, scope.direction if term.direction is None else term.direction)

    def value_object(self, value: dict[str, Json], scope: Scope, path: str) -> Node:
        parts = terms.value_parts(value, scope, path)
        found = parts.pop("@value")
        for key, each in value.items():
            if not scope.means(key, "@value"):
                self.fix(each)
        datatype, language, direction = (str(parts.get(name, "")) for name in ("@type", "@language", "@direction"))
        if not isinstance(found, str):
            check_number(found, path)
            text, datatype = number_or_boolean(found, datatype)
            return literal(text, datatype=datatype)
        return typed_term(found, datatype) if datatype else text_term(found, language, direction)

    # ------------------------------------------------------------ bookkeeping
    def add(self, subject: Node, predicate: str, object_: Node, graph: Node) -> None:
        if len(self.statements) >= MOST_STATEMENTS:
            raise CredentialError(
                "canonicalisation_too_costly",
                "the document says too much",
                expected=f"at most {MOST_STATEMENTS:,} statements",
            )
        self.statements.append(Statement(subject, predicate, object_, graph))

    def new_blank(self) -> Blank:
        self.blanks += 1
        return Blank(self.blanks - 1)

    def fix(self, value: Json) -> None:
        """Note that every string in a value decides about more than its own place."""
        if isinstance(value, Leaf):
            self.fixed.add(value.place)
        elif isinstance(value, dict):
            for each in value.values():
                self.fix(each)
        elif isinstance(value, list):
            for each in value:
                self.fix(each)


UNTYPED = Term(iri="")


def expand(document: Json, contexts: ContextSet = DEFAULT) -> Expansion:
    """Expand a document to statements, checking that nothing of it is lost.

    :raises CredentialError: with the path as its field. ``term_undefined``: a key or type has no meaning here. ``term_spelled_out``: it
        is written as an IRI for which there is a term. ``iri_relative``, ``iri_invalid``: an identifier is not absolute or holds
        characters that none may. ``value_dropped``: a null, or a name where RDF keeps none. ``value_invalid``, ``language_invalid``: a
        value object or language map is not well made. ``keyword_repeated``, ``keyword_unsupported``. ``canonicalisation_too_costly``:
        more statements than are looked at. And what ``Scope.local`` says about contexts.
    """
    if not isinstance(document, dict):
        raise CredentialError("value_invalid", "a credential is a JSON object", found=type(document).__name__)
    scope = initial_scope(contexts)
    expansion = Expansion(scope.memory)
    expansion.node(document, scope, "", "")
    if not expansion.statements:
        terms.refuse("value_dropped", "the document says nothing", None, "")
    return expansion


def text_of(node: Node) -> str:
    """Return a term as it stands in canonical N-Quads."""
    return node if isinstance(node, str) else node.text


def flattened(value: Json, path: str) -> list[tuple[Json, str]]:
    """Return the members of an array, of arrays in it too (a set has no inner structure), each with its path."""
    if not isinstance(value, list):
        return [(value, path)]
    return [pair for number, each in enumerate(value) for pair in flattened(each, f"{path}[{number}]")]


def typed_term(text: str, datatype: str) -> Slot:
    """Return a literal with a datatype."""
    return Slot('"', text, '"' if datatype == XSD + "string" else f'"^^<{datatype}>')


def text_term(text: str, language: str, direction: str) -> Slot:
    """Return a literal with a language, a direction, both or neither; languages are written in lower case, as everybody does."""
    language = language.lower()
    if direction:
        return typed_term(text, f"{I18N}{language}_{direction}")
    return Slot('"', text, f'"@{language}' if language else '"')


def check_number(value: Json, path: str) -> None:
    """Refuse a negative zero, which implementations write down differently."""
    if isinstance(value, float) and value == 0 and math.copysign(1, value) < 0:
        terms.refuse("value_invalid", "a zero has no sign", value, path)


def number_or_boolean(value: Json, datatype: str) -> tuple[str, str]:
    """Return the lexical form and datatype of a JSON number or boolean (JSON-LD 1.1 API, section 8.2.2)."""
    if isinstance(value, bool):
        return ("true" if value else "false"), datatype or XSD + "boolean"
    assert isinstance(value, int | float)
    if datatype == terms.XSD_DOUBLE or abs(value) >= 1e21 or not float(value).is_integer():
        return canonical_double(value), datatype or terms.XSD_DOUBLE
    return str(int(value)), datatype or XSD + "integer"


def canonical_double(value: float) -> str:
    """Return the canonical form of a double (XML Schema 1.1, part 2: doubles; fifteen digits after the point at most)."""
    mantissa, exponent = f"{value:.15E}".split("E")
    whole, _, fraction = mantissa.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}E{int(exponent)}"
