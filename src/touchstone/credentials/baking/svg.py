# SPDX-License-Identifier: Apache-2.0
"""SVG: one ``openbadges:credential`` element that holds the JSON as character data (Open Badges 3.0, 5.3.2).

The file is never written anew: the element is put behind the root's start tag, and every other byte stays. Document
types and entities are refused, so that nothing is ever expanded.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.parsers import expat

from touchstone.errors import CredentialError

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
MAX_ELEMENTS = 20_000
MAX_DEPTH = 200

_SVG_ROOT = "http://www.w3.org/2000/svg svg"
_ELEMENT = f"{NAMESPACE} credential"
_TAG = re.compile(rb"""<[^\s/>"']+(?:[^"'>]|"[^"]*"|'[^']*')*?(/?)>""")
_NAME = re.compile(rb"<([^\s/>]+)")
_BEGINS = re.compile(rb"\s*(<\?xml|<svg|<!--|<[A-Za-z_][\w.-]*:svg)")
_OTHER_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["'](?!(?i:utf-8|us-ascii)["'])""")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def is_svg(content: bytes) -> bool:
    """Tell whether these bytes begin as an SVG in UTF-8 does."""
    head = content[:4096].removeprefix(_BYTE_ORDER_MARK)
    return _BEGINS.match(head) is not None


def bake(image: bytes, credential: bytes) -> bytes:
    """Return the SVG with the credential behind the start tag of its root.

    :raises CredentialError: ``bake_twice``, ``bake_credential`` for characters that XML cannot hold, or as
        :func:`unbake`.
    """
    if _parsed(image).credentials:
        raise CredentialError("bake_twice", "the picture carries a credential already", hint="Take the bare picture.")
    element = f'<openbadges:credential xmlns:openbadges="{NAMESPACE}">'.encode() + _character_data(credential)
    element += b"</openbadges:credential>"
    start = _parsed(image).root_at
    tag = _TAG.match(image, start)
    name = _NAME.match(image, start)
    if tag is None or name is None:
        raise _malformed("the root of the SVG has no plain start tag")
    if tag[1]:
        return image[: tag.end() - 2] + b">" + element + b"</" + name[1] + b">" + image[tag.end() :]
    return image[: tag.end()] + element + image[tag.end() :]


def unbake(image: bytes) -> bytes:
    """Return the credential of an SVG.

    :raises CredentialError: ``bake_missing``, ``bake_twice``, ``bake_malformed``, ``svg_entity``, ``svg_malformed``,
        ``svg_encoding``, ``svg_too_complex``.
    """
    found = _parsed(image).credentials
    if not found:
        raise CredentialError(
            "bake_missing", "the picture carries no credential",
            hint="Whoever saved it anew has taken it out: ask for the file as its issuer handed it over.",
        )  # fmt: skip
    if len(found) > 1:
        raise CredentialError("bake_twice", "the picture carries more than one credential")
    return found[0].encode()


def _character_data(credential: bytes) -> bytes:
    """Write the JSON as CDATA, so that it comes back byte for byte: ``]]>`` is divided, and a carriage return, which
    XML would change, escaped.
    """
    text = credential.decode("utf-8")
    if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text):
        raise CredentialError("bake_credential", "this cannot be baked into an SVG: XML has no such characters")
    divided = text.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[")
    return f"<![CDATA[{divided}]]>".encode()


def _malformed(message: str, found: object = None) -> CredentialError:
    return CredentialError("svg_malformed", message, found=found)


def _parsed(image: bytes) -> _Reader:
    if _OTHER_ENCODING.match(image.removeprefix(_BYTE_ORDER_MARK)[:1024].lstrip()):
        raise CredentialError("svg_encoding", "the SVG is in another encoding", expected="UTF-8")
    reader = _Reader()
    try:
        reader.parser.Parse(image, True)
    except expat.ExpatError as error:
        raise _malformed("the SVG is not well-formed XML", expat.ErrorString(error.code)) from None
    return reader


class _Reader:
    """Collects the credentials of one SVG, and where its root begins."""

    def __init__(self) -> None:
        self.root_at = 0
        self.credentials: list[str] = []
        self._depth = self._elements = 0
        self._text: list[str] | None = None
        self.parser = parser = expat.ParserCreate(encoding="UTF-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse_entities
        parser.SkippedEntityHandler = parser.ExternalEntityRefHandler = _refuse_entities
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS or self._depth == MAX_DEPTH:
            raise CredentialError("svg_too_complex", "the SVG has too many elements")
        if self._depth == 0:
            if name != _SVG_ROOT:
                raise _malformed("the root is not an svg element")
            self.root_at = self.parser.CurrentByteIndex
        self._depth += 1
        if self._text is not None:
            raise CredentialError("bake_malformed", "the credential element holds more than text")
        if name == _ELEMENT:
            self._text = []

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == _ELEMENT and self._text is not None:
            self.credentials.append("".join(self._text))
            self._text = None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)


def _refuse_entities(*_: object) -> NoReturn:
    raise CredentialError("svg_entity", "the SVG declares a document type or entities", hint="Save it as a plain SVG.")
