# SPDX-License-Identifier: Apache-2.0
"""Signed credentials, changed a little after signing: by chance, and as somebody would who knows how JSON-LD reads them."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
from decimal import Decimal
from functools import cache

from tests.hostile.sound import JCS, RDFC, V2
from tests.touchstone.credentials import badges
from tests.touchstone.credentials.badges import ISSUER, SCHOOL, SIGNED, written
from touchstone.credentials import clr, credential
from touchstone.credentials.proof import add_proof
from touchstone.credentials.structure import multibase_digest
from touchstone.standards.envelope import Period

OWN = "urn:uuid:7b7c1f0e-8c1f-4d0e-9a53-0d9c6d0f3f11"
HOLDER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
VOCABULARIES = (
    "https://www.w3.org/2018/credentials#",
    "https://www.w3.org/ns/credentials/status#",
    "https://purl.imsglobal.org/spec/vc/ob/vocab.html#",
    "https://purl.imsglobal.org/spec/vc/clr/vocab.html#",
    "https://schema.org/",
    "https://w3id.org/security#",
)
DATATYPES = (
    "http://www.w3.org/2001/XMLSchema#dateTime",
    "xsd:dateTime",
    "https://www.w3.org/2001/XMLSchema#anyURI",
    "http://www.w3.org/2001/XMLSchema#string",
)
TEXTS = (
    "",
    " ",
    "Failed",
    "Completed",
    "_:b0",
    "did:web:attacker.example",
    "2099-01-01T00:00:00Z",
    "85",
    "石",
    "@id",
    "urn:x:石",
)
NUMBERS = (0, -1, 1.5, 1e21, 2**53 - 1, -0.0, True, False)
CONTEXTS = (
    V2,
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://w3id.org/security/data-integrity/v2",
    "https://attacker.example/context",
    {"@vocab": "urn:x:"},
    None,
)
CONFUSABLE = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", ":": "：", "-": "\u2010", "1": "１"}


# ---------------------------------------------------------------- what is changed


def rich():
    """A badge that says all it can, in two languages, with ids and numbers; it names itself and its holder once more."""
    units = (
        credential.AttestedUnit(
            id="urn:gd:setting", level="3", score=Decimal("85"), title={"en": "Setting"}, code="17"
        ),
        credential.AttestedUnit(id="urn:gd:bench", level="2"),
        credential.AttestedUnit(id="urn:gd:drawing"),
    )
    document = badges.unsigned(
        languages=("en", "zh-Hans"),
        subject_name="林思雨",
        attestation=credential.Attestation(
            kind="assessment", units=units, holds=("urn:gd:setter-3", "urn:gd:setter-2"), hours=Decimal("120.5"),
            framework="urn:gd:framework", occupation="setter", area="jewellery", assurance="authority_assessed",
            period=Period(from_=dt.date(2026, 3, 1), until=dt.date(2026, 4, 1)),
            awarded=dt.date(2026, 5, 1), expires=dt.date(2031, 5, 1),
        ),
        exhibits=(credential.Exhibit(id="urn:x:report", name={"en": "Report"}, digest=multibase_digest(b"r"), genre="report"),),
    )  # fmt: skip
    subject = document["credentialSubject"]
    for number, result in enumerate(subject["result"]):
        result["id"] = f"urn:x:result:{number}"
    subject["achievement"]["alignment"][0]["id"] = "urn:x:alignment"
    subject["achievement"]["creator"] = {"id": HOLDER, "type": ["Profile"]}
    subject["creditsEarned"] = 3
    document["evidence"].append({"id": OWN, "type": ["Evidence"]})
    return document


def plain():
    """A credential that is no badge, so that no schema holds its members."""
    return {
        "@context": [V2],
        "id": OWN,
        "type": ["VerifiableCredential"],
        "issuer": ISSUER,
        "name": [
            {"@value": "Setter", "@language": "en"},
            {"@value": "镶石工", "@language": "zh-Hans", "@direction": "ltr"},
        ],
        "validFrom": "2026-05-01T08:00:00Z",
        "validUntil": "2031-05-01T23:59:59Z",
        "credentialSubject": {"id": HOLDER, "type": "urn:x:Setter", "urn:x:level": 3, "urn:x:knows": {"id": OWN}},
        "credentialStatus": badges.unsigned()["credentialStatus"][0],
        "termsOfUse": {"id": OWN, "type": "urn:x:Terms"},
    }


def record(cryptosuite):
    """A learner record of two badges."""
    inner = tuple(
        json.loads(badges.signed(badges.unsigned(id=f"urn:uuid:{number}"), cryptosuite=cryptosuite)) for number in "12"
    )
    bundle = clr.Clr(
        id=OWN, issuer=credential.Issuer(id=ISSUER, name={"en": "A school"}), subject=HOLDER, target=badges.ACHIEVEMENT,
        credentials=inner, status=(credential.StatusPlace(list_id=badges.LIST, index=5),), valid_from=SIGNED,
    )  # fmt: skip
    return clr.build_clr(bundle)


@cache
def bases(cryptosuite):
    """Signed credentials of a cryptosuite, decoded: with one proof, with two, and with a chain of two."""

    def signed(document, **options):
        return add_proof(document, SCHOOL, cryptosuite=cryptosuite, created=SIGNED, **options)

    other = JCS if cryptosuite == RDFC else RDFC
    chained = signed(signed(badges.unsigned(), id="urn:x:p1"), id="urn:x:p2", previous="urn:x:p1")
    twice = add_proof(
        signed(plain(), expires=dt.datetime(2030, 1, 1, tzinfo=dt.UTC)), SCHOOL, cryptosuite=other, created=SIGNED
    )
    found = (signed(badges.unsigned()), signed(rich()), signed(plain()), signed(record(cryptosuite)), chained, twice)
    return tuple(json.loads(written(each)) for each in found)


# ---------------------------------------------------------------- how it is changed


def mutant(document, chance: random.Random):
    """The bytes of a copy with one change, sometimes two or three, and what was done."""
    document = copy.deepcopy(document)
    done = [chance.choice(CHANGES) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    for change in done:
        change(document, chance)
    content = written(document)
    if chance.random() < 0.1:
        done.append(as_text)
        content = as_text(content, chance)
    return content, [change.__name__ for change in done]


def nodes(value):
    """Every object and list of a document."""
    if isinstance(value, dict | list):
        yield value
        for each in value.values() if isinstance(value, dict) else value:
            yield from nodes(each)


def place(document, chance, kind=dict | list):
    """Some object or list that is not empty, and a key or index in it."""
    holder = chance.choice([each for each in nodes(document) if isinstance(each, kind) and each] or [document])
    return holder, chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))


def values_of(document):
    return [each for node in nodes(document) for each in (node.values() if isinstance(node, dict) else node)]


def drop(document, chance):
    holder, key = place(document, chance)
    del holder[key]


def replace(document, chance):
    holder, key = place(document, chance)
    holder[key] = copy.deepcopy(
        chance.choice([*TEXTS, *NUMBERS, None, [], {}, chance.choice(values_of(document) or [1])])
    )


def retype(document, chance):
    holder, key = place(document, chance)
    value = holder[key]
    as_texts = isinstance(value, str) and [
        value.upper(),
        value + " ",
        " " + value,
        value + "\u200b",
        value + "#",
        [value],
    ]
    as_numbers = isinstance(value, int | float) and [str(value), float(value), value + 1, -value]
    holder[key] = chance.choice(as_texts or as_numbers or [json.dumps(value), [value], [[value]]])


def confuse(document, chance):
    holder, key = place(document, chance)
    if isinstance(holder[key], str) and holder[key]:
        letter = chance.choice(holder[key])
        holder[key] = holder[key].replace(letter, CONFUSABLE.get(letter, letter.swapcase()), 1)


def wrap(document, chance):
    holder, key = place(document, chance)
    value = holder[key]
    forms = [[value], {"@value": value}, {"id": value}, {"@value": value, "@type": chance.choice(DATATYPES)}]
    forms += [
        {"@value": value, "@language": "en"},
        {"@list": [value]},
        {"@set": [value]},
        [value, value],
        [value, None],
    ]
    holder[key] = chance.choice(forms)


def unwrap(document, chance):
    holder, key = place(document, chance)
    value = holder[key]
    if isinstance(value, list) and len(value) == 1:
        holder[key] = value[0]
    elif isinstance(value, dict) and len(value) == 1:
        holder[key] = next(iter(value.values()))


def repeat(document, chance):
    holder, key = place(document, chance)
    if isinstance(holder, list):
        holder.insert(chance.randrange(len(holder) + 1), copy.deepcopy(holder[key]))
    elif isinstance(holder[key], list) and holder[key]:
        holder[key].append(copy.deepcopy(chance.choice(holder[key])))


def reorder(document, chance):
    holder, key = place(document, chance)
    if isinstance(holder, list):
        chance.shuffle(holder)
    else:
        holder[key] = holder.pop(key)


def rename(document, chance):
    holder, key = place(document, chance, dict)
    names = [
        f"@{key}",
        key.upper(),
        key + " ",
        key[:-1],
        key.capitalize(),
        *(vocabulary + key for vocabulary in VOCABULARIES),
    ]
    holder[chance.choice(names)] = holder.pop(key)


def spell_out(document, chance):
    """Write a member as its IRI, with the datatype that its term has."""
    holder, key = place(document, chance, dict)
    value = holder.pop(key)
    typed = {"@value": value, "@type": chance.choice(DATATYPES)}
    holder[chance.choice(VOCABULARIES) + key] = chance.choice([value, typed])


def spell_out_type(document, chance):
    typed = [each for each in nodes(document) if isinstance(each, dict) and isinstance(each.get("type"), str | list)]
    if typed:
        holder = chance.choice(typed)
        names = holder["type"] if isinstance(holder["type"], list) else [holder["type"]]
        holder["type"] = [chance.choice(VOCABULARIES) + str(each) for each in names]


def add(document, chance):
    holder, _ = place(document, chance, dict)
    known = {name: value for node in nodes(document) if isinstance(node, dict) for name, value in node.items()}
    name = chance.choice(
        [*known, "grade", "urn:x:grade", "@graph", "@included", "@nest", "@reverse", "@index", "id", "@id", "@type"]
    )
    holder[name] = copy.deepcopy(chance.choice([known.get(name, "x"), *TEXTS]))


def move(document, chance):
    """Move a member to another place, or into a second object beside its own with the same id and type."""
    holder, key = place(document, chance, dict)
    other, _ = place(document, chance, dict)
    other[key] = copy.deepcopy(holder.pop(key, 1))  # a copy: the other place may lie within


def split(document, chance):
    """Tell a node of a list in two places."""
    listed = [
        (each, at)
        for each in nodes(document)
        if isinstance(each, list)
        for at, node in enumerate(each)
        if isinstance(node, dict)
    ]
    if not listed:
        return
    holder, at = chance.choice(listed)
    whole = holder[at]
    names = [name for name in whole if name not in ("id", "type")]
    apart = set(chance.sample(names, chance.randrange(len(names) + 1)))
    kept = {"id", "type", *chance.sample(names, chance.randrange(len(names) + 1))}
    holder[at] = {name: value for name, value in whole.items() if name not in apart}
    second = {name: value for name, value in whole.items() if name in apart | kept}
    if chance.random() < 0.5 and "id" in second:
        second["@id"] = second.pop("id")
    holder.insert(chance.randrange(len(holder) + 1), second)


def elsewhere(document, chance):
    """Tell something of a node at a second place where the node is named."""
    named = [each for each in nodes(document) if isinstance(each, dict) and isinstance(each.get("id"), str)]
    pairs = [(one, two) for one in named for two in named if one is not two and one["id"] == two["id"]]
    if pairs:
        one, two = chance.choice(pairs)
        name = chance.choice([each for each in one if each != "id"] or ["id"])
        two[name] = copy.deepcopy(one.pop(name))
        if chance.random() < 0.3:
            value = two.pop(name)
            typed = {"@value": value, "@type": chance.choice(DATATYPES)}
            two[chance.choice(VOCABULARIES) + name] = chance.choice([value, typed])
        if chance.random() < 0.3 and "id" in two:
            two["@id"] = two.pop("id")


def swap(document, chance):
    one, two = place(document, chance), place(document, chance)
    one[0][one[1]], two[0][two[1]] = copy.deepcopy(two[0][two[1]]), copy.deepcopy(one[0][one[1]])


def contexts(document, chance):
    holder = chance.choice([each for each in nodes(document) if isinstance(each, dict)])
    whole = holder.get("@context", [])
    whole = list(whole) if isinstance(whole, list) else [whole]
    whole.insert(chance.choice((len(whole), chance.randrange(len(whole) + 1))), chance.choice(CONTEXTS))
    holder["@context"] = whole


def proofs(document, chance):
    held = document.get("proof")
    listed = [each for each in (held if isinstance(held, list) else [held]) if isinstance(each, dict)]
    if not listed:
        return
    proof = chance.choice(listed)
    names = (
        "created",
        "expires",
        "domain",
        "challenge",
        "nonce",
        "proofPurpose",
        "verificationMethod",
        "cryptosuite",
        "previousProof",
    )
    value = chance.choice(
        [*TEXTS, "eddsa-jcs-2022", "eddsa-rdfc-2022", "ecdsa-rdfc-2019", "authentication", "urn:x:p1", "urn:x:p2", []]
    )
    how = chance.randrange(4)
    if how == 0:
        proof[chance.choice(names)] = value
    elif how == 1:
        document["proof"] = [*listed, {**copy.deepcopy(proof), chance.choice(names): value}]
    elif how == 2:
        document["proof"] = [proof]
    else:
        proof.pop(chance.choice(list(proof)))


CHANGES = (
    drop, replace, retype, confuse, wrap, unwrap, repeat, reorder, rename, spell_out, spell_out_type, add, move, split, elsewhere, swap,
    contexts, proofs,
)  # fmt: skip


def as_text(content, chance):
    """Change the text itself: a key twice, an escape, blanks, a number written otherwise."""
    text = content.decode()
    whole = json.loads(text)
    key = chance.choice(list(whole) or ["id"]) if isinstance(whole, dict) else "id"
    quoted = json.dumps(key)
    changes = (
        (quoted + ":", f"{quoted}: {chance.choice(['1', 'null', quoted])}, {quoted}:"),
        (quoted + ":", f'"\\u{ord(key[:1] or "x"):04x}{key[1:]}":'),
        (", ", " ,\n\t"),
        (": 3", ": 3.0"),
        (": 3", ": 3e0"),
        ('"a', '"\\u0061'),
    )
    return text.replace(*chance.choice(changes), 1).encode()
