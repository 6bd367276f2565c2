# SPDX-License-Identifier: Apache-2.0
"""W3C Verifiable Credentials Data Model 2.0: what every credential and every presentation must be, whatever it says.

Each rule names its section. Whether the terms mean anything is asked by the contexts (``canonical/terms.py``), whether
an Open Badge is one by its schema (``schema.py``).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice

import orjson

from touchstone.credentials.finding import Finding, finding_of
from touchstone.credentials.members import is_url, objects, string, strings, values
from touchstone.credentials.multikey import multibase_decode
from touchstone.credentials.status_list import read_entry
from touchstone.credentials.timestamps import read_time
from touchstone.errors import CredentialError
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue

BASE_CONTEXT = "https://www.w3.org/ns/credentials/v2"

Resources = Callable[[str], bytes | None]
"""Returns the bytes of a related resource that is at hand, or None."""

EARLIER_PUBLICATIONS = {
    BASE_CONTEXT: (
        ("sha256", "JKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"),
        ("sha384", "NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg"),
    ),
}
"""Digests (base64url) of what a resource was before: the base context was published with other bytes from July 2024
until the Recommendation, and a digest that an issuer took then was right.
"""

MAX_FINDINGS = 100

_OWN_MEMBERS = {"validFrom", "validUntil", "issuer", "credentialSubject", "credentialStatus", "credentialSchema"}
_OWN_MEMBERS |= {"termsOfUse", "refreshService", "evidence", "awardedDate", "proof", "verifiableCredential", "holder"}
_OWN_TYPES = {"VerifiableCredential", "VerifiablePresentation", "BitstringStatusListCredential"}
_OWN_TYPES |= {"OpenBadgeCredential", "AchievementCredential", "ClrCredential"}

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_TERM = re.compile(r"[^\s:]+")
_SRI = re.compile(r"sha(256|384|512)-([A-Za-z0-9+/]+={0,2})(\?\S*)?")
_SRI_LENGTHS = {"256": 32, "384": 48, "512": 64}
_MULTIHASHES = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}
_RAW_HASHES = {32: "sha256", 48: "sha384", 64: "sha512"}


def nothing_at_hand(_: str) -> None:
    """No related resource is at hand."""
    return None


def check_structure(document: JsonValue, resources: Resources = nothing_at_hand) -> list[Finding]:
    """Check a credential against VC Data Model 2.0, and return what is wrong with it.

    At most 100 findings: of a document full of mistakes the rest tells nobody anything.

    :param resources: what is at hand of ``relatedResource`` (section 5.3); where it is, its digest must agree.
    """
    if not isinstance(document, dict):
        return [Finding(code="not_an_object", message="a credential is a JSON object")]
    found = chain(
        _contexts(document),
        _types(document, "VerifiableCredential"),
        _id(document, ""),
        _language_values(document, ""),
        _issuer(document),
        _subjects(document),
        _period(document),
        _status(document),
        _schemas(document),
        _typed_objects(document),
        _proofs(document),
        _related_resources(document, resources),
        _split_nodes(document, string(document.get("id")), "") if _may_have_split_nodes(document) else (),
    )
    return list(islice(found, MAX_FINDINGS))


def check_presentation_structure(document: JsonValue) -> list[Finding]:
    """Check a presentation (section 4.13), without the credentials in it beyond that they are objects with a type."""
    if not isinstance(document, dict):
        return [Finding(code="not_an_object", message="a presentation is a JSON object")]
    found = chain(
        _contexts(document),
        _types(document, "VerifiablePresentation"),
        _id(document, ""),
        _holder(document),
        _presented(document),
        _proofs(document),
        _split_nodes(document, string(document.get("id")), "") if _may_have_split_nodes(document) else (),
    )
    return list(islice(found, MAX_FINDINGS))


def _contexts(document: JsonObject) -> Iterator[Finding]:
    """4.3: an ordered set, the base context first, then URLs and objects."""
    contexts = document.get("@context")
    if contexts is None or contexts == []:
        yield Finding(code="context_absent", message="@context is missing", field="@context")
    elif not isinstance(contexts, list):
        yield Finding(code="context_malformed", message="@context is a list", field="@context")
    elif contexts[0] != BASE_CONTEXT:
        yield Finding(code="context_order", message=f"the first @context is {BASE_CONTEXT}", field="@context[0]")
    else:
        for place, context in enumerate(contexts):
            if not isinstance(context, dict) and not is_url(context):
                message = "a context is a URL or an object"
                yield Finding(code="context_malformed", message=message, field=f"@context[{place}]")


def _types(document: JsonObject, required: str) -> Iterator[Finding]:
    """4.5: terms or URLs; one of them says what this is."""
    if not document.get("type"):
        yield Finding(code="type_missing", message="type is missing", field="type")
    elif not _is_type(document["type"]):
        yield Finding(code="type_malformed", message="a type is a term or a URL", field="type")
    elif required not in strings(document["type"]):
        yield Finding(code="type_missing", message=f"one type is {required}", field="type")


def _is_type(value: JsonValue) -> bool:
    types = values(value)
    return bool(types) and all(isinstance(each, str) and (_TERM.fullmatch(each) or is_url(each)) for each in types)


def _id(node: JsonObject, path: str) -> Iterator[Finding]:
    """4.4: at most one, and a URL."""
    if "id" in node and not is_url(node["id"]):
        yield Finding(code="id_malformed", message="an id is one URL", field=f"{path}id")
    if "@id" in node:
        yield Finding(code="id_malformed", message="an id is written as id, never as @id", field=f"{path}@id")


def _language_values(node: JsonObject, path: str) -> Iterator[Finding]:
    """4.6 and 11.1: a name or description is a string, a language value object, or a list of such objects."""
    for member in ("name", "description"):
        if member in node and not (isinstance(node[member], str) or _are_language_values(node[member])):
            message = f"a {member} is a text, or objects of @value, @language and @direction"
            yield Finding(code="language_value_malformed", message=message, field=f"{path}{member}")


def _are_language_values(value: JsonValue) -> bool:
    return bool(values(value)) and all(isinstance(each, dict) and _is_language_value(each) for each in values(value))


def _is_language_value(value: JsonObject) -> bool:
    language, direction = value.get("@language"), value.get("@direction")
    return (
        value.keys() <= {"@value", "@language", "@direction"}
        and isinstance(value.get("@value"), str)
        and ("@language" not in value or (isinstance(language, str) and _LANGUAGE.fullmatch(language) is not None))
        and ("@direction" not in value or direction in ("ltr", "rtl"))
    )


def _issuer(document: JsonObject) -> Iterator[Finding]:
    """4.7: a URL, or an object whose id is one."""
    issuer = document.get("issuer")
    if issuer is None:
        yield Finding(code="issuer_missing", message="issuer is missing", field="issuer")
    elif isinstance(issuer, dict):
        if not is_url(issuer.get("id")):
            yield Finding(code="issuer_malformed", message="the issuer's id is a URL", field="issuer.id")
        yield from _language_values(issuer, "issuer.")
    elif not is_url(issuer):
        yield Finding(code="issuer_malformed", message="an issuer is a URL, or an object with an id", field="issuer")


def _subjects(document: JsonObject) -> Iterator[Finding]:
    """4.8: one or more objects, each with at least one claim."""
    subjects = values(document.get("credentialSubject"))
    if not subjects:
        yield Finding(code="subject_missing", message="credentialSubject is missing", field="credentialSubject")
    for place, subject in enumerate(subjects):
        path = (
            "credentialSubject"
            if not isinstance(document["credentialSubject"], list)
            else f"credentialSubject[{place}]"
        )
        if not isinstance(subject, dict):
            yield Finding(code="subject_malformed", message="a credential subject is an object", field=path)
        elif not subject:
            yield Finding(code="subject_empty", message="a credential subject claims something", field=path)
        else:
            yield from _id(subject, f"{path}.")


def _period(document: JsonObject) -> Iterator[Finding]:
    """4.9: times with their time zones, the end not before the beginning."""
    moments = {}
    for member in ("validFrom", "validUntil"):
        if member in document:
            moments[member] = read_time(document[member])
            if moments[member] is None:
                message = f"{member} is a time with its time zone, such as 2026-06-01T08:00:00Z"
                yield Finding(code="time_malformed", message=message, field=member)
    begins, ends = moments.get("validFrom"), moments.get("validUntil")
    if begins is not None and ends is not None and ends < begins:
        yield Finding(code="period_reversed", message="validUntil is before validFrom", field="validUntil")


def _status(document: JsonObject) -> Iterator[Finding]:
    """4.10: objects with a type; an entry of a bitstring status list also in that standard's form."""
    yield from _typed(document, "credentialStatus", "status_malformed")
    for entry in objects(document.get("credentialStatus")):
        if "BitstringStatusListEntry" in strings(entry.get("type")):
            try:
                read_entry(entry)
            except CredentialError as error:
                if error.code == "status_entry_malformed":
                    yield finding_of(error)


def _schemas(document: JsonObject) -> Iterator[Finding]:
    """4.11: objects with a type and an id."""
    yield from _typed(document, "credentialSchema", "schema_reference_malformed", id_required=True)


def _typed_objects(document: JsonObject) -> Iterator[Finding]:
    """5.4 to 5.6: refresh services, terms of use and evidence are objects with a type."""
    yield from _typed(document, "refreshService", "refresh_malformed")
    yield from _typed(document, "termsOfUse", "terms_of_use_malformed")
    yield from _typed(document, "evidence", "evidence_malformed")


def _proofs(document: JsonObject) -> Iterator[Finding]:
    """4.12: an embedded proof has a type. That there is one is asked by the check of proofs."""
    yield from _typed(document, "proof", "proof_malformed")


def _typed(document: JsonObject, member: str, code: str, *, id_required: bool = False) -> Iterator[Finding]:
    if member not in document:
        return
    several = isinstance(document[member], list)
    if not values(document[member]):
        yield Finding(code=code, message=f"{member} is an object, or a list of at least one", field=member)
    for place, each in enumerate(values(document[member])):
        path = f"{member}[{place}]" if several else member
        if not isinstance(each, dict):
            yield Finding(code=code, message=f"{member} is an object", field=path)
        elif not _is_type(each.get("type")):
            yield Finding(code=code, message=f"{member} says its type", field=f"{path}.type")
        elif ("id" in each or id_required) and not is_url(each.get("id")):
            yield Finding(code=code, message=f"the id of {member} is a URL", field=f"{path}.id")


def _may_have_split_nodes(document: JsonObject) -> bool:
    """Tell quickly whether any text begins like a blank node's label, or is the credential's id again; in hardly any is one."""
    try:
        content = orjson.dumps(document)
        return b'"_:' in content or content.count(orjson.dumps(string(document.get("id")))) > 1
    except (TypeError, ValueError, RecursionError):
        return True


def _split_nodes(value: JsonValue, own_id: str, path: str) -> Iterator[Finding]:
    """4.4: an id is a URL, never a blank node's label; and what is told of the credential is told at its top: elsewhere it is named.

    A proof over RDF does not see where in the document a node is told. Without this rule somebody could move
    ``validUntil`` into another object with the credential's own id, and the proof would still hold over a credential
    that seems never to end.
    """
    if isinstance(value, list):
        for place, each in enumerate(value):
            yield from _split_nodes(each, own_id, f"{path}[{place}]")
    elif isinstance(value, dict):
        id = string(value.get("id", value.get("@id")))
        if id.startswith("_:"):
            yield Finding(
                code="id_blank", message="an id is a URL, never the label of a blank node", field=f"{path}.id"
            )
        if path and id and id == own_id and _tells_of_credential(value):
            yield Finding(code="node_split", message="the credential is told in two places", field=path)
        for key, each in value.items():
            yield from _split_nodes(each, own_id, f"{path}.{key}" if path else key)


def _tells_of_credential(node: JsonObject) -> bool:
    """Tell whether a node says what is read off a credential: by a member, by an IRI that could be one, or by its type."""
    members = any(key in _OWN_MEMBERS or ":" in key for key in node)
    return members or not _OWN_TYPES.isdisjoint(strings(node.get("type", node.get("@type"))))


def _holder(document: JsonObject) -> Iterator[Finding]:
    """4.13: a URL, or an object whose id is one."""
    holder = document.get("holder")
    named = holder.get("id") if isinstance(holder, dict) else holder
    if "holder" in document and not is_url(named):
        yield Finding(code="holder_malformed", message="a holder is a URL, or an object with an id", field="holder")


def _presented(document: JsonObject) -> Iterator[Finding]:
    """4.13: what is presented are objects, never strings."""
    for place, each in enumerate(values(document.get("verifiableCredential"))):
        path = f"verifiableCredential[{place}]"
        if not isinstance(each, dict):
            message = "a presented credential is an object"
            yield Finding(code="presented_malformed", message=message, field=path)
        elif not {"VerifiableCredential", "EnvelopedVerifiableCredential"} & set(strings(each.get("type"))):
            message = "a presented credential is a VerifiableCredential or an EnvelopedVerifiableCredential"
            yield Finding(code="type_missing", message=message, field=f"{path}.type")


# ---------------------------------------------------------------- related resources


def _related_resources(document: JsonObject, resources: Resources) -> Iterator[Finding]:
    """5.3: objects with a URL of their own each, and at least one digest, which agrees with the resource."""
    seen: set[str] = set()
    for place, each in enumerate(values(document.get("relatedResource"))):
        path = f"relatedResource[{place}]"
        if not isinstance(each, dict) or not is_url(each.get("id")):
            message = "a related resource is an object whose id is a URL"
            yield Finding(code="related_resource_malformed", message=message, field=path)
            continue
        url = string(each["id"])
        if url in seen:
            yield Finding(
                code="related_resource_twice", message=f"{url} is a related resource twice", field=f"{path}.id"
            )
        seen.add(url)
        yield from _digests(each, path, resources(url))


def _digests(resource: JsonObject, path: str, content: bytes | None) -> Iterator[Finding]:
    given = [member for member in ("digestSRI", "digestMultibase") if member in resource]
    if not given:
        message = "a related resource has a digestSRI or a digestMultibase"
        yield Finding(code="related_resource_malformed", message=message, field=path)
    for member in given:
        read = digest_sri if member == "digestSRI" else digest_multibase
        digests = [read(value) for value in strings(resource[member])]
        if not digests or None in digests:
            message = f"{member} is not in a form that is known"
            yield Finding(code="related_resource_malformed", message=message, field=f"{path}.{member}")
        elif content is not None and not any(
            each and (digest_matches(each, content) or _was(each, string(resource["id"]))) for each in digests
        ):
            message = "the related resource has another digest"
            yield Finding(code="related_resource_digest", message=message, field=f"{path}.{member}")


def _was(digest: tuple[str, bytes], url: str) -> bool:
    name, given = digest
    return (name, base64.urlsafe_b64encode(given).rstrip(b"=").decode("ascii")) in EARLIER_PUBLICATIONS.get(url, ())


def digest_sri(value: str) -> tuple[str, bytes] | None:
    """Read a W3C Subresource Integrity digest, ``sha384-…``, into the name of the hash and its bytes."""
    found = _SRI.fullmatch(value)
    if not found:
        return None
    try:
        digest = base64.b64decode(found[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    return (f"sha{found[1]}", digest) if len(digest) == _SRI_LENGTHS[found[1]] else None


def digest_multibase(value: str) -> tuple[str, bytes] | None:
    """Read a ``digestMultibase`` in base64url (``u``) or base58btc (``z``): a multihash, or the bare hash that
    many write, told by its length.
    """
    try:
        digest = multibase_decode(value) if value.startswith("z") else _from_base64url(value)
    except (CredentialError, binascii.Error, ValueError):
        return None
    if digest[:2] in _MULTIHASHES and len(digest) == digest[1] + 2:
        return _MULTIHASHES[digest[:2]], digest[2:]
    return (_RAW_HASHES[len(digest)], digest) if len(digest) in _RAW_HASHES else None


def _from_base64url(value: str) -> bytes:
    if not re.fullmatch(r"u[A-Za-z0-9_-]*", value):
        raise ValueError("not multibase base64url")
    return base64.urlsafe_b64decode(value[1:] + "=" * (-(len(value) - 1) % 4))


def digest_matches(digest: tuple[str, bytes], content: bytes) -> bool:
    """Tell whether ``content`` has this digest."""
    name, expected = digest
    return hashlib.new(name, content).digest() == expected


def multibase_digest(content: bytes) -> str:
    """Write the SHA-256 of ``content`` as a ``digestMultibase``: a multihash in base64url."""
    multihash = b"\x12\x20" + hashlib.sha256(content).digest()
    return "u" + base64.urlsafe_b64encode(multihash).rstrip(b"=").decode("ascii")
