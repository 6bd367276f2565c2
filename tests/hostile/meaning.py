# SPDX-License-Identifier: Apache-2.0
"""Attacks with JSON-LD, which would drop a word or give it another meaning, and with places where a reader does not look."""

from __future__ import annotations

import json

from tests.hostile.sound import EXAMPLE, V2, altered, badge, bare, changed, issued, resigned
from tests.hostile.vector import vectors
from tests.touchstone.credentials.badges import unsigned, written

CONTEXTS = bare()["@context"]
VOCABULARY = "https://www.w3.org/2018/credentials#"
OPEN_BADGES = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
MOMENT = "http://www.w3.org/2001/XMLSchema#dateTime"


def also(context):
    return lambda: altered("@context", [*CONTEXTS, context])


def spelled_out(path, iri, *value):
    """A member of the signed badge moved, after signing, from its term to the IRI that the term stands for."""

    def make():
        *way, term = path.split(".")
        holder = badge()
        for step in way:
            holder = holder[int(step) if step.isdigit() else step]
        moved = {**holder, iri: value[0] if value else holder[term]}
        del moved[term]
        return altered(".".join(way), moved) if way else written(moved)

    return make


def within(**members):
    return lambda: altered("credentialSubject", {**badge()["credentialSubject"], **members})


def beside(**members):
    return lambda: written({**badge(), **members})


MEANING = {
    "a word added after signing": (beside(grade="excellent"), "not_genuine terms term_undefined"),
    "a word added deep inside after signing": (
        lambda: altered("credentialSubject.achievement.grade", "A"),
        "not_genuine terms term_undefined",
    ),
    "a defined word added after signing": (beside(description="With honours."), "not_genuine proof signature_invalid"),
    "a member taken out after signing": (lambda: altered("validUntil"), "not_genuine proof signature_invalid"),
    "a status taken out after signing": (lambda: altered("credentialStatus"), "not_genuine proof signature_invalid"),
    "a type added after signing": (
        lambda: altered("type", [*bare()["type"], "MasterGoldsmith"]),
        "not_genuine terms term_undefined",
    ),
    "a null would be dropped": (within(**{"urn:x:a": None}), "not_genuine terms value_dropped"),
    "a word under an IRI was not signed": (
        beside(**{EXAMPLE + "grade": "A"}),
        "not_genuine proof signature_invalid",
    ),
    "a compact IRI of an unknown prefix was not signed": (beside(**{"x:grade": "A"}), "not_genuine proof signature_invalid"),
    "contexts in another order": (lambda: altered("@context", CONTEXTS[::-1]), "not_genuine structure context_order"),
    "a context taken out": (lambda: altered("@context", CONTEXTS[:1]), "not_genuine schema schema_wrong_value"),
    "no context at all": (lambda: altered("@context"), "not_genuine structure context_absent"),
    "a context that is a word": (lambda: altered("@context", V2), "not_genuine structure context_malformed"),
    "a context of the attacker's": (also(EXAMPLE + "context"), "cannot_confirm context context_unknown"),
    "a context by file": (also("file:///etc/passwd"), "cannot_confirm context context_unknown"),
    "a known context by another spelling": (also(V2 + "#"), "cannot_confirm context context_unknown"),
    "a word defined inline": (also({"grade": EXAMPLE + "grade"}), "not_genuine context context_inline"),
    "a word defined anew inline": (also({"validUntil": EXAMPLE + "ignored"}), "not_genuine context context_inline"),
    "a vocabulary for whatever is undefined": (also({"@vocab": EXAMPLE}), "not_genuine context context_inline"),
    "a base for relative identifiers": (also({"@base": EXAMPLE}), "not_genuine context context_inline"),
    "an imported context": (also({"@import": V2}), "not_genuine context context_inline"),
    "a context that does not propagate": (also({"@propagate": False}), "not_genuine context context_inline"),
    "an alias of id": (also({"nr": "@id"}), "not_genuine context context_inline"),
    "a context within an object": (
        within(**{"@context": {"name": EXAMPLE + "ignored"}}),
        "not_genuine terms context_inline",
    ),
    "a null context within an object": (within(**{"@context": None}), "not_genuine terms context_conflict"),
    "a context of the attacker's within an object": (
        within(**{"@context": EXAMPLE}),
        "cannot_confirm terms context_unknown",
    ),
    "a value turned around": (beside(**{"@reverse": {"urn:x:of": {"id": "urn:x:1"}}}), "not_genuine terms keyword_unsupported"),
    "nodes included": (beside(**{"@included": [{"id": "urn:x:1"}]}), "not_genuine terms keyword_unsupported"),
    "members nested": (beside(**{"@nest": {"description": "x"}}), "not_genuine terms keyword_unsupported"),
    "a graph of one's own": (beside(**{"@graph": [{"id": "urn:x:1", "urn:x:a": 1}]}), "not_genuine terms keyword_unsupported"),
    "a proof hidden in a graph": (
        lambda: written({**bare(), "@graph": [{"proof": badge()["proof"]}]}),
        "not_genuine terms keyword_unsupported",
    ),
    "an index, which is dropped": (within(**{"@index": "master"}), "not_genuine terms keyword_unsupported"),
    "a JSON literal of one's own": (
        within(**{"urn:x:a": {"@type": "@json", "@value": {"a": 1}}}),
        "not_genuine terms value_invalid",
    ),
    "a list object": (within(**{"urn:x:a": {"@list": ["a"]}}), "not_genuine terms keyword_unsupported"),
    "a second id under its keyword": (within(**{"@id": "urn:x:other"}), "not_genuine structure id_malformed"),
    "a second id under its keyword, deep inside": (
        lambda: altered("credentialSubject.achievement.@id", "urn:x:other"),
        "not_genuine terms keyword_repeated",
    ),
    "a second type under its keyword": (within(**{"@type": "Achievement"}), "not_genuine terms keyword_repeated"),
    "a keyword that does not exist yet": (within(**{"@grade": "A"}), "not_genuine terms term_undefined"),
    "a relative identifier": (lambda: altered("credentialSubject.id", "li-na"), "not_genuine structure id_malformed"),
    "a relative identifier deep inside": (
        lambda: altered("credentialSubject.achievement.id", "stone-setter"),
        "not_genuine schema schema_wrong_value",
    ),
    "an identifier with a blank": (lambda: altered("id", "urn:x: y"), "not_genuine structure id_malformed"),
    "an identifier that closes its bracket": (
        within(**{"urn:x:a": {"@id": "urn:x:a> <urn:x:b"}}),
        "not_genuine terms iri_invalid",
    ),
    "a key that closes its bracket": (within(**{"urn:x:a> <urn:x:b": 1}), "not_genuine terms term_undefined"),
    "a nameless subject": (lambda: altered("credentialSubject.id", "_:b0"), "not_genuine structure id_malformed"),
    "a nameless node that is named": (
        lambda: altered("credentialSubject.achievement.id", "_:c14n0"),
        "not_genuine structure id_blank",
    ),
    "an id that is a list": (lambda: altered("id", ["urn:x:1", "urn:x:2"]), "not_genuine structure id_malformed"),
    "an id that is an object": (lambda: altered("id", {"id": "urn:x:1"}), "not_genuine structure id_malformed"),
    "a hostile language tag": (
        lambda: altered("name", {"@value": "x", "@language": 'en" <urn:x:a> .\n'}),
        "not_genuine structure language_value_malformed",
    ),
    "a language map where there is none": (
        lambda: altered("credentialSubject.achievement.name", {"en": "Master"}),
        "not_genuine schema schema_wrong_type",
    ),
    "a hostile datatype": (
        within(**{"urn:x:a": {"@value": "x", "@type": "urn:x:a> ."}}),
        "not_genuine terms iri_invalid",
    ),
    "a direction that is none": (
        lambda: altered("name", {"@value": "x", "@direction": "up"}),
        "not_genuine structure language_value_malformed",
    ),
    "a zero with a sign": (within(**{"urn:x:a": -0.0}), "not_genuine terms value_invalid"),
    "a number for a text": (
        lambda: altered("credentialSubject.result.0.value", 85),
        "not_genuine schema schema_wrong_type",
    ),
    "one for true was not signed": (
        lambda: resigned({**bare(), "urn:x:a": 1}).replace(b'"urn:x:a": 1', b'"urn:x:a": true'),
        "not_genuine proof signature_invalid",
    ),
    "an end written as an IRI, where no reader looks": (
        spelled_out("validUntil", VOCABULARY + "validUntil", {"@value": bare()["validUntil"], "@type": MOMENT}),
        "not_genuine terms term_spelled_out",
    ),
    "a status written as an IRI, where no reader looks": (
        spelled_out("credentialStatus", VOCABULARY + "credentialStatus"),
        "not_genuine terms term_spelled_out",
    ),
    "a score written as an IRI, where no reader looks": (
        spelled_out("credentialSubject.result.0.value", "https://schema.org/value"),
        "not_genuine terms term_spelled_out",
    ),
    "a type written as an IRI, so that no schema is asked": (
        lambda: altered("type", ["VerifiableCredential", OPEN_BADGES + "OpenBadgeCredential"]),
        "not_genuine terms term_spelled_out",
    ),
    "the type of an entry written as an IRI": (
        lambda: altered("credentialStatus.0.type", "https://www.w3.org/ns/credentials/status#BitstringStatusListEntry"),
        "not_genuine terms term_spelled_out",
    ),
    "an end moved, as an IRI, to where the credential is only named": (
        lambda: named_within(VOCABULARY + "validUntil", {"@value": bare()["validUntil"], "@type": MOMENT}, without="validUntil"),
        "not_genuine structure node_split",
    ),
    "a status moved, as an IRI, to where the credential is only named": (
        lambda: named_within(VOCABULARY + "credentialStatus", bare()["credentialStatus"], without="credentialStatus"),
        "not_genuine structure node_split",
    ),
    "a holder named by a keyword that readers do not look for": (
        lambda: written(changed(named(), "credentialSubject", {
            "@id": bare()["credentialSubject"]["id"], **changed(named()["credentialSubject"], "id")
        })),
        "not_genuine structure id_malformed",
    ),
    "a type moved to where the credential is only named": (
        lambda: written(changed(changed(named_as("Evidence"), "type.1", "Evidence"), "evidence.0.type", ["OpenBadgeCredential"])),
        "not_genuine structure node_split",
    ),
    "a holder's name moved, as an IRI, to where the holder is only named": (
        lambda: written(changed(
            changed(known(), "credentialSubject.identifier"), "credentialSubject.urn:x:knows.urn:x:of",
            {"id": known()["credentialSubject"]["id"], OPEN_BADGES + "identifier": known()["credentialSubject"]["identifier"]},
        )),
        "not_genuine terms term_spelled_out",
    ),
    "an end moved into a second place": (
        lambda: written({
            **changed(badge(), "validUntil"), "evidence": {"id": bare()["id"], "type": "Evidence", "validUntil": bare()["validUntil"]}
        }),
        "not_genuine structure node_split",
    ),
    "a status moved into a second place": (
        lambda: written({
            **changed(badge(), "credentialStatus"),
            "evidence": {"@id": bare()["id"], "type": "Evidence", "credentialStatus": bare()["credentialStatus"]},
        }),
        "not_genuine structure node_split",
    ),
}  # fmt: skip


def named_within(iri, value, *, without):
    """A badge whose holder knows the credential by its id alone; after signing, something of it is moved there as an IRI."""
    subject = bare()["credentialSubject"]
    signed = json.loads(issued("credentialSubject", {**subject, "urn:x:knows": {"id": bare()["id"]}}))
    return written(changed(changed(signed, "credentialSubject.urn:x:knows", {"id": bare()["id"], iri: value}), without))


def named_as(kind):
    """A badge that is its own evidence, decoded."""
    return json.loads(issued("evidence", [{"id": bare()["id"], "type": [kind]}]))


def known():
    """A badge with its holder's name, whose holder knows somebody who knows the holder."""
    document = unsigned(subject_name="Li Na")
    knows = {"id": "urn:x:friend", "urn:x:of": {"id": document["credentialSubject"]["id"]}}
    return json.loads(resigned(changed(document, "credentialSubject.urn:x:knows", knows)))


def named():
    """A badge with the holder's name in it, decoded."""
    return json.loads(resigned(unsigned(subject_name="Li Na")))


def of_result(result, *told):
    """A badge with this result, signed; after signing the result is told like this."""
    signed = resigned(changed(bare(), "credentialSubject.result.0", result))
    before = written(result)
    assert before in signed
    return signed.replace(before, b", ".join(map(written, told)), 1)


def split_result():
    """A failed status that the issuer signed, moved into a second object of the same result, where a reader of JSON may not look."""
    result = {**RESULT, "status": "Failed"}
    return of_result(result, RESULT, {"id": "urn:x:result", "type": ["Result"], "status": "Failed"})


RESULT = {"id": "urn:x:result", **bare()["credentialSubject"]["result"][0]}

READING = {
    "a failed result told in two places": (split_result, "refused reading node_split"),
    "a failed result told in a place named by a keyword": (
        lambda: of_result(
            {**RESULT, "status": "Failed"}, RESULT, {"@id": "urn:x:result", "type": ["Result"], "status": "Failed"}
        ),
        "refused reading node_split",
    ),
    "a score told in two places": (
        lambda: of_result(RESULT, changed(RESULT, "value"), {"id": "urn:x:result", "type": ["Result"], "value": "85"}),
        "refused reading node_split",
    ),
    "a badge of two people": (
        lambda: issued("credentialSubject", [bare()["credentialSubject"], {"id": "urn:x:other", "type": ["AchievementSubject"]}]),
        "refused reading not_a_badge",
    ),
    "a badge that ends before any day": (
        lambda: resigned({**bare(), "validFrom": "0001-01-01T00:00:00Z", "validUntil": "0001-01-01T00:00:00Z"}),
        "refused reading badge_unreadable",
    ),
    "a period that ends before it begins": (
        lambda: resigned(changed(bare(), "credentialSubject", {
            **bare()["credentialSubject"], "activityStartDate": "2026-05-01T00:00:00Z", "activityEndDate": "2026-04-01T00:00:00Z"
        })),
        "refused reading badge_unreadable",
    ),
}  # fmt: skip

VECTORS = vectors("verify", MEANING) + vectors("read", READING)
