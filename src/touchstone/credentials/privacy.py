# SPDX-License-Identifier: Apache-2.0
"""What must never stand in a credential: identity numbers, e-mail addresses in identifiers, personal data outside the one
name field.

A credential outlives its purpose: it is carried, copied and shown, so what it says of a person is a name, a
qualification and a status. The three regions' identity numbers are found by their forms; a Hong Kong one by its check
digit too, or every course code of a letter and seven digits would be one. A mainland number is known by the date of birth
in it, whether its check character holds or not: whoever mistypes a number has still written it down, and nothing else
that belongs in a credential has eighteen digits with a date among them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import orjson

from touchstone.credentials.finding import Finding
from touchstone.credentials.members import objects, string, strings
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue

_ENCODED = {"proof", "digestMultibase", "digestSRI", "encodedList"}
"""Members that hold digests and signatures: their letters are drawn at random and say nothing."""
_PERSONAL = {"name", "email", "phone", "dateOfBirth", "address", "streetAddress", "geo"}
_PERSONAL |= {"givenName", "familyName", "familyNamePrefix", "additionalName", "patronymicName"}
_PERSONAL |= {"honorificPrefix", "honorificSuffix"}

_LIKELY = re.compile(r"(?:[0-9][ .\-]?){17}|[A-Za-z][0-9]{6}|[157][0-9]{6}\(|[157]/[0-9]{6}/")
"""What every form of an identity number has in it; few texts have it, so few are looked at thoroughly."""
_FOLDED = bytes.maketrans(b"123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"000000000abcdefghijklmnopqrstuvwxyz")
_LIKELY_FOLDED = re.compile(rb"000000(?:(?<=[a-z]000000)|0\(|(?<=0/000000)/)")
_MAINLAND_FOLDED = b"0" * 17
_ASCII = bytes(range(128))
_UUID = re.compile(r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_UUID_URN = re.compile("urn:uuid:" + _UUID.pattern.removeprefix("(?i)"))
_MAINLAND = re.compile(r"(?<![0-9])([1-9][0-9]{16}[0-9Xx])(?![0-9A-Za-z])")
_HONG_KONG = re.compile(r"(?<![0-9A-Za-z])([A-Z]{1,2})([0-9]{6})(?:\(([0-9A])\)|([0-9A])(?![0-9A-Za-z]))")
_HONG_KONG_SMALL = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]{1,2})([0-9]{6})\(([0-9Aa])\)()")
_MACAO = re.compile(r"(?<![0-9A-Za-z])(?:[157][0-9]{6}\([0-9]\)|[157]/[0-9]{6}/[0-9](?![0-9A-Za-z]))")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[ \-\u00a0.](?=[0-9Xx])")
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")


def check_privacy(document: JsonObject) -> list[Finding]:
    """Check that a credential says of a person no more than it may.

    Codes: ``identity_number``, ``email_in_identifier``, ``personal_data``, ``name_outside_field``. A message never
    repeats what was found.
    """
    names = [name for name in subject_names(document) if len(name) > 1]
    texts = () if _are_harmless(document, names) else _texts(document, "", names)
    return [*texts, *_subjects(document)]


def _are_harmless(document: JsonObject, names: list[str]) -> bool:
    """Tell quickly whether no text says too much, as in nearly every credential; only otherwise is it asked which and where.

    The document is looked at as JSON, where its texts stand between quotation marks, so that no form of a number reaches from one text
    into the next. A document with escapes, which could hide something, is left to the thorough way.
    """
    try:
        content = orjson.dumps(document)
    except (TypeError, ValueError, RecursionError):
        return False
    if b"\\" in content or any(content.count(name.encode()) > 1 for name in names):
        return False
    if content.count(b"@") != content.count(b'"@'):
        return False
    plain = content if _is_as_wide_as_it_looks(content) else unicodedata.normalize("NFKC", content.decode()).encode()
    return not _is_suspect(plain) or not _is_suspect(_UUID_URN.sub(" ", plain.decode()).encode())


def _is_suspect(content: bytes) -> bool:
    """Tell whether there may be what `_LIKELY` finds, or a mail address's scheme, without asking at every character.

    In a copy all digits are zeros and all letters small ones, so that the search is for constant bytes.
    """
    copy = content.translate(_FOLDED)
    return (
        b"mailto:" in copy
        or _LIKELY_FOLDED.search(copy) is not None
        or _MAINLAND_FOLDED in copy.translate(None, b" .-")
    )


def _is_as_wide_as_it_looks(content: bytes) -> bool:
    """Tell whether no character beyond ASCII is only another form of others, as full-width digits are."""
    beyond = content.translate(None, _ASCII).decode()
    return not beyond or unicodedata.is_normalized("NFKC", "\n".join(beyond))


def subject_names(document: JsonObject) -> list[str]:
    """Return the names in the one field for them: unhashed identities of type ``name`` of the subjects."""
    return [
        string(identity.get("identityHash"))
        for subject in objects(document.get("credentialSubject"))
        for identity in objects(subject.get("identifier"))
        if identity.get("identityType") == "name" and identity.get("hashed") is False
    ]


def has_identity_number(text: str) -> bool:
    """Tell whether a text holds a mainland, Hong Kong or Macao identity number, however it is spaced or how wide its
    digits are.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not _LIKELY.search(plain):
        return False
    plain = _UUID.sub(" ", plain)
    closed = _BETWEEN_DIGITS.sub("", plain)
    return (
        any(_is_mainland(found[1]) for each in {plain, closed} for found in _MAINLAND.finditer(each))
        or any(
            _is_hong_kong(found[1].upper(), found[2], (found[3] or found[4]).upper())
            for pattern in (_HONG_KONG, _HONG_KONG_SMALL)
            for found in pattern.finditer(plain)
        )
        or _MACAO.search(plain) is not None
    )


def _is_mainland(number: str) -> bool:
    """GB 11643: six digits of a place, a date of birth, three of a sequence, and a check character, which is not asked about."""
    month, day = int(number[10:12]), int(number[12:14])
    return number[6:8] in ("18", "19", "20") and 1 <= month <= 12 and 1 <= day <= 31


def _is_hong_kong(letters: str, digits: str, check: str) -> bool:
    """Letters count 10 to 35, a missing first one 36; weights 9 to 2; the check digit makes the sum a multiple of 11."""
    first, second = (letters[0], letters[1]) if len(letters) == 2 else ("", letters)
    total = (ord(first) - 55 if first else 36) * 9 + (ord(second) - 55) * 8
    total += sum(int(digit) * weight for digit, weight in zip(digits, range(7, 1, -1), strict=True))
    return (total + (10 if check == "A" else int(check))) % 11 == 0


def _texts(value: JsonValue, path: str, names: list[str]) -> Iterator[Finding]:
    """Look at every text, whatever its member; keys too, because an open standard lets people invent them."""
    if isinstance(value, dict):
        for key, each in value.items():
            where = f"{path}.{key}" if path else key
            if has_identity_number(key):
                yield _identity_number(path)
            if key not in _ENCODED:
                yield from _texts(each, where, names)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _texts(each, f"{path}[{place}]", names)
    elif isinstance(value, str):
        yield from _text(value, path, names)


def _has_email_in_identifier(text: str) -> bool:
    if not _SCHEME.match(text):
        return False
    return text.lower().startswith("mailto:") or ("@" in text and bool(_EMAIL.search(text)))


def _text(text: str, path: str, names: list[str]) -> Iterator[Finding]:
    if has_identity_number(text):
        yield _identity_number(path)
    if _has_email_in_identifier(text):
        message = "an e-mail address stands in an identifier or a URL"
        yield Finding(code="email_in_identifier", message=message, field=path)
    if any(_stands_in(name, text) for name in names) and not path.endswith(".identityHash"):
        message = "the person's name stands outside the field for it"
        yield Finding(code="name_outside_field", message=message, field=path)


def _stands_in(name: str, text: str) -> bool:
    """Tell whether a name stands in a text: in Han anywhere, in Latin letters as words of its own, so that no Li is found in *list*."""
    if name not in text:
        return False
    before = r"(?<![A-Za-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
    return re.search(before + re.escape(name) + after, text) is not None


def _identity_number(path: str) -> Finding:
    return Finding(code="identity_number", message="this looks like an identity number", field=path)


def _subjects(document: JsonObject) -> Iterator[Finding]:
    for subject in objects(document.get("credentialSubject")):
        for member in sorted(_PERSONAL & subject.keys()):
            message = "a credential says no more of a person than the name"
            yield Finding(code="personal_data", message=message, field=f"credentialSubject.{member}")
        for place, identity in enumerate(objects(subject.get("identifier"))):
            if {"nationalIdentityNumber", "emailAddress"} & set(strings(identity.get("identityType"))):
                message = "identities of this type do not belong in a credential, hashed or not"
                where = f"credentialSubject.identifier[{place}].identityType"
                yield Finding(code="personal_data", message=message, field=where)
