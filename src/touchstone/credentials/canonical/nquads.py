# SPDX-License-Identifier: Apache-2.0
"""Quads, and N-Quads in their canonical form (RDF 1.1 N-Quads; canonical form: RDFC-1.0, section 5)."""

from __future__ import annotations

import re
from typing import NamedTuple

from touchstone.errors import CredentialError

XSD_STRING = "<http://www.w3.org/2001/XMLSchema#string>"


class Quad(NamedTuple):
    """One statement. Each term is written as it stands in canonical N-Quads; the default graph is ``""``."""

    subject: str
    predicate: str
    object: str
    graph: str = ""

    @property
    def line(self) -> str:
        """The quad as a line of canonical N-Quads, with its line feed."""
        if self.graph:
            return f"{self.subject} {self.predicate} {self.object} {self.graph} .\n"
        return f"{self.subject} {self.predicate} {self.object} .\n"


_IRI = r'<[^\x00-\x20<>"{}|^`]*>'
_BLANK = r"_:[^\s<>\"]+"
_LITERAL = rf'"(?:[^"\\\n\r]|\\.)*"(?:\^\^{_IRI}|@[A-Za-z]+(?:-[A-Za-z0-9]+)*)?'
_LINE = re.compile(
    rf"[ \t]*({_IRI}|{_BLANK})[ \t]*({_IRI})[ \t]*({_IRI}|{_BLANK}|{_LITERAL})[ \t]*({_IRI}|{_BLANK})?[ \t]*\.[ \t]*(?:#.*)?"
)
_EMPTY = re.compile(r"[ \t]*(?:#.*)?")
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f]')
ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    ord(char): f"\\{letter}" for letter, char in _PLAIN.items() if letter != "'"
}
"""What canonical N-Quads escape in a literal, for ``str.translate``; everything else stands as it is."""


def escaped(text: str) -> str:
    """Return the text of a literal as it stands between the quotation marks of canonical N-Quads."""
    return text.translate(ESCAPES) if _TO_ESCAPE.search(text) else text


def iri(value: str) -> str:
    """Return an IRI as a term."""
    return f"<{value}>"


def literal(text: str, *, datatype: str = "", language: str = "") -> str:
    """Return a literal as a term; a plain string bears no datatype."""
    quoted = f'"{escaped(text)}"'
    if language:
        return f"{quoted}@{language}"
    if datatype and iri(datatype) != XSD_STRING:
        return f"{quoted}^^{iri(datatype)}"
    return quoted


def parse(text: str) -> list[Quad]:
    """Read N-Quads.

    :raises CredentialError: ``nquads_invalid``, with the line.
    """
    quads = []
    for number, line in enumerate(re.split(r"\r\n|[\r\n]", text), start=1):
        found = _LINE.fullmatch(line)
        if found:
            subject, predicate, object_, graph = found.groups()
            quads.append(Quad(_canonical(subject), _canonical(predicate), _canonical(object_), _canonical(graph or "")))
        elif not _EMPTY.fullmatch(line):
            raise CredentialError("nquads_invalid", "this is not a line of N-Quads", found=line, line=number)
    return quads


def _canonical(term: str) -> str:
    if term.startswith("<"):
        return _unescaped(term)
    if not term.startswith('"'):
        return term
    end = term.rindex('"')
    text, tail = _unescaped(term[1:end]), term[end + 1 :]
    if tail.startswith("^^"):
        return literal(text, datatype=_unescaped(tail[3:-1]))
    return literal(text, language=tail[1:])


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    short, long, letter = found.groups()
    if letter:
        return _PLAIN.get(letter, letter)
    return chr(int(short or long, 16))
