# SPDX-License-Identifier: Apache-2.0
"""Attacks with JSON itself, and with its size."""

from __future__ import annotations

from tests.hostile.sound import JCS, RDFC, as_text, badge, changed, long_chain
from tests.hostile.vector import vectors
from tests.touchstone.credentials.badges import written

MIB = 1 << 20


def filled(**members):
    return lambda: written({**badge(), **members})


def subject(**members):
    return lambda: written(changed(badge(), "credentialSubject", {**badge()["credentialSubject"], **members}))


def achievement(**members):
    inner = badge()["credentialSubject"]["achievement"]
    return lambda: written(changed(badge(), "credentialSubject.achievement", {**inner, **members}))


TEXT = {
    "nothing is no credential": (lambda: b"", "not_genuine structure empty"),
    "blanks are no credential": (lambda: b" \n\t", "not_genuine structure empty"),
    "a list is no credential": (lambda: b"[]", "not_genuine structure not_an_object"),
    "a byte order mark is not skipped": (lambda: b"\xef\xbb\xbf" + written(badge()), "not_genuine structure bom"),
    "UTF-16 is not guessed": (lambda: written(badge()).decode().encode("utf-16"), "not_genuine structure not_utf8"),
    "an overlong encoding is no UTF-8": (
        lambda: written(badge()).replace(b"Sets", b"\xc1\x93ets", 1),
        "not_genuine structure not_utf8",
    ),
    "a key may not stand twice": (
        lambda: as_text(before='"awardedDate"', after='"awardedDate": "2020-01-01T00:00:00Z", "awardedDate"'),
        "not_genuine structure duplicate_key",
    ),
    "a key may not stand twice by an escape": (
        lambda: as_text(before='"awardedDate"', after='"awarded\\u0044ate": "2020-01-01T00:00:00Z", "awardedDate"'),
        "not_genuine structure duplicate_key",
    ),
    "a proof may not stand twice": (
        lambda: as_text(before='"proof"', after='"proof": {}, "proof"'),
        "not_genuine structure duplicate_key",
    ),
    "nesting has an end": (
        lambda: written({**badge(), "name": [[]]}).replace(b"[[]]", b"[" * 33 + b"]" * 33),
        "not_genuine structure too_deep",
    ),
    "NaN is no number": (lambda: as_text(before='"85"', after="NaN"), "not_genuine structure not_finite"),
    "1e400 is no number": (lambda: as_text(before='"85"', after="1e400"), "not_genuine structure not_finite"),
    "an integer beyond 2^53 is not rounded": (
        lambda: as_text(before='"85"', after="9007199254740993"),
        "not_genuine structure integer_too_large",
    ),
    "an integer of a million digits is not read": (
        lambda: b'{"a": ' + b"9" * (MIB // 8) + b"}",
        "not_genuine structure integer_too_large",
    ),
    "half a character is none": (
        lambda: as_text(before="Sets round", after="Sets \\ud800 round"),
        "not_genuine structure lone_surrogate",
    ),
    "a low surrogate before a high one is no character": (
        lambda: as_text(before="Sets round", after="Sets \\udc00\\ud800 round"),
        "not_genuine structure lone_surrogate",
    ),
    "half a character in a key is none": (
        lambda: as_text(before='"description"', after='"\\udfff": 1, "description"'),
        "not_genuine structure lone_surrogate",
    ),
    "a raw NUL is no text": (lambda: as_text(before="Sets", after="Se\0ts"), "not_genuine structure json_invalid"),
    "an escaped NUL was not signed": (
        lambda: as_text(before="Sets", after="Se\\u0000ts"),
        "not_genuine proof signature_invalid",
    ),
    "a comment is no JSON": (
        lambda: written(badge()).replace(b"{", b"{/* */", 1),
        "not_genuine structure json_invalid",
    ),
    "a second document behind the first is not ignored": (
        lambda: written(badge()) + written(badge()),
        "not_genuine structure json_invalid",
    ),
    "text behind a NUL is not ignored": (lambda: written(badge()) + b"\0{}", "not_genuine structure json_invalid"),
    "a comma at the end is no JSON": (
        lambda: written(badge())[:-1] + b",}",
        "not_genuine structure json_invalid",
    ),
    "a bidirectional control in a name was not signed": (
        lambda: as_text(before="Sets", after="Sets\u202e"),
        "not_genuine proof signature_invalid",
    ),
    "a text that looks the same in another normal form was not signed": (
        lambda: as_text(before='"A school"', after='"A sch\u006f\u0308ol"'),
        "not_genuine proof signature_invalid",
    ),
    "a full-width letter in an id names another": (
        lambda: as_text(before='"did:web:school.example"', after='"did:web:\uff53chool.example"'),
        "not_genuine proof signature_invalid",
    ),
}  # fmt: skip

SIZE = {
    "a mebibyte of opening square brackets": (lambda: b"[" * MIB, "not_genuine structure too_large"),
    "a mebibyte of opening braces": (lambda: b'{"a":' * (MIB // 5), "not_genuine structure too_large"),
    "a mebibyte of closing brackets": (lambda: b"]" * MIB, "not_genuine structure too_large"),
    "a hundred thousand opening brackets": (lambda: b"[" * 100_000, "not_genuine structure too_deep"),
    "a quarter of a mebibyte of opening braces": (lambda: b'{"a":' * 50_000, "not_genuine structure too_deep"),
    "a string of a mebibyte": (lambda: b'{"a": "' + b"a" * MIB + b'"}', "not_genuine structure too_large"),
    "a string that never ends": (lambda: b'"' + b"\\" * (MIB // 4 - 2), "not_genuine structure json_invalid"),
    "a hundred thousand keys": (
        lambda: b"{" + b",".join(b'"k%d":1' % number for number in range(100_000)) + b"}",
        "not_genuine structure too_large",
    ),
    "a key forty thousand times": (
        lambda: b"{" + b'"a":1,' * 40_000 + b'"a":1}',
        "not_genuine structure duplicate_key",
    ),
    "sixty thousand subjects": (
        filled(credentialSubject=[{"id": f"u:{number}"} for number in range(60_000)]),
        "not_genuine structure too_large",
    ),
    "sixty thousand empty objects in a quarter of a mebibyte": (
        filled(evidence=[{}] * 60_000),
        "not_genuine structure too_large",
    ),
    "as many results as there may be, each a mistake": (
        subject(result=[{}] * 5_000),
        "not_genuine schema schema_member_missing",
    ),
    "as many alignments as there may be, each a mistake": (
        achievement(alignment=[{}] * 5_000),
        "not_genuine schema schema_member_missing",
    ),
    "as many pieces of evidence as there may be, each a mistake": (
        filled(evidence=[{}] * 5_000),
        "not_genuine structure evidence_malformed",
    ),
    "nameless nodes that are all alike": (
        filled(evidence=[{"type": ["Evidence"]}] * 1_700),
        "not_genuine proof signature_invalid",
    ),
    "nameless nodes within nameless nodes": (
        subject(**{"urn:x:a": [{"urn:x:a": {"urn:x:a": {"urn:x:a": {"urn:x:a": {"urn:x:b": 1}}}}}] * 800}),
        "not_genuine terms canonicalisation_too_costly",
    ),
    "a graph that could be read in many orders": (
        subject(
            **{"urn:x:a": [{"@id": f"_:n{one}", "urn:x:b": [{"@id": f"_:n{other}"} for other in range(12)]} for one in range(12)]}
        ),
        "not_genuine structure id_blank",
    ),
    "thousands of keys of the attacker's own": (
        subject(**{f"urn:x:{number}": number for number in range(4_900)}),
        "not_genuine proof signature_invalid",
    ),
    "one type thousands of times": (
        filled(type=badge()["type"] + ["VerifiableCredential"] * 4_900),
        "not_genuine terms context_invalid",
    ),
    "one context thousands of times": (
        filled(**{"@context": badge()["@context"] * 1_500}),
        "not_genuine terms context_invalid",
    ),
    "thousands of types": (
        filled(type=badge()["type"] + [f"urn:x:{number}" for number in range(4_900)]),
        "not_genuine proof signature_invalid",
    ),
    "an inline context of thousands of terms": (
        filled(**{"@context": [*badge()["@context"], {f"t{number}": "urn:x:t" for number in range(4_900)}]}),
        "not_genuine context context_inline",
    ),
    "related resources without a digest by the thousand": (
        filled(relatedResource=[{"id": "urn:x:r"}] * 2_400),
        "not_genuine structure related_resource_malformed",
    ),
    "a language tag of a quarter of a mebibyte": (
        filled(name={"@value": "x", "@language": "a-" * 120_000 + "a"}),
        "not_genuine proof signature_invalid",
    ),
    "an identifier of a quarter of a mebibyte": (
        filled(id="urn:x:" + "a" * 250_000),
        "not_genuine structure id_malformed",
    ),
    "sixteen chained proofs over thousands of nodes": (
        lambda: long_chain(RDFC),
        "cannot_confirm proof canonicalisation_too_costly",
    ),
    "sixteen chained proofs over texts that are long to write": (
        lambda: long_chain(JCS),
        "cannot_confirm proof canonicalisation_too_costly",
    ),
    "sixteen proofs with thousands of domains": (
        lambda: written({**badge(), "proof": [
            {**badge()["proof"], "id": f"urn:x:{number}", "domain": [f"d{each}" for each in range(290)]} for number in range(16)
        ]}),
        "not_genuine proof signature_invalid",
    ),
}  # fmt: skip

VECTORS = vectors("verify", TEXT) + vectors("verify", SIZE)
