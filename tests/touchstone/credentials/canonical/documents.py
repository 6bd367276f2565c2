# SPDX-License-Identifier: Apache-2.0
"""Documents for comparing canonicalisers: like badges and bundles, and as awkward as JSON-LD lets them be."""

from __future__ import annotations

import json
import random
from typing import Any

from touchstone.credentials.canonical.contexts import CREDENTIALS_V2, DEFAULT, PinnedContext

OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_2 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
MULTIKEY = "https://w3id.org/security/multikey/v1"
AWKWARD = "https://touchstone.example/contexts/awkward.json"
AFTER = "https://touchstone.example/contexts/after.json"

# Everything that the closed contexts may use, in one small context of our own.
EX = "https://touchstone.example/terms#"
_AWKWARD: dict[str, Any] = {
    "ex": EX,
    "xs": "http://www.w3.org/2001/XMLSchema#",
    "Thing": "ex:Thing",
    "Scoped": {
        "@id": "ex:Scoped",
        "@context": {"label": "ex:scopedLabel", "inner": {"@id": "ex:inner", "@type": "@id"}},
    },
    "Lasting": {"@id": "ex:Lasting", "@context": {"@propagate": True, "lasting": "ex:lasting"}},
    "label": "ex:label",
    "texts": {"@id": "ex:texts", "@container": "@language"},
    "rtl": {"@id": "ex:rtl", "@direction": "rtl", "@language": "ar"},
    "rtlTexts": {"@id": "ex:rtlTexts", "@container": "@language", "@direction": "rtl"},
    "plain": {"@id": "ex:plain", "@language": None},
    "chain": {"@id": "ex:chain", "@container": "@list"},
    "links": {"@id": "ex:links", "@container": "@list", "@type": "@id"},
    "set": {"@id": "ex:set", "@container": "@set"},
    "raw": {"@id": "ex:raw", "@type": "@json"},
    "none": {"@id": "ex:none", "@type": "@none"},
    "date": {"@id": "ex:date", "@type": "xs:date"},
    "number": {"@id": "ex:number", "@type": "xs:double"},
    "decimal": {"@id": "ex:decimal", "@type": "xs:decimal"},
    "link": {"@id": "ex:link", "@type": "@id"},
    "word": {"@id": "ex:word", "@type": "@vocab"},
    "claim": {"@id": "ex:claim", "@container": "@graph"},
    "forget": {"@id": "ex:forget", "@context": None},
    "within": {"@id": "ex:within", "@context": {"label": "ex:labelWithin", "link": {"@id": "ex:linkWithin"}}},
    "part": {"@id": "ex:part"},
    "inner": "ex:outerInner",
    "same": "ex:label",
}
CONTENTS = {
    AWKWARD: {"@context": {"id": "@id", "type": "@type", **_AWKWARD}},
    AFTER: {
        "@context": {
            "@vocab": "https://touchstone.example/vocab#",
            "@language": "pt",
            "label": "ex:labelAfter",
            "ex": EX,
        }
    },
}
CONTEXTS = DEFAULT.including(
    *(PinnedContext.of(url, json.dumps(content).encode()) for url, content in CONTENTS.items())
)

# fmt: off
TEXTS = [
    "", " ", "0", "1", "2", "a", "b", "Setter", "鑲石工", "Engaste é bom", "\U00020bb7野家", "😀", "\u2028\u0085\u00a0", "\x7f",
    "\ufeff\ufffd", 'quoted "text"', "back\\slash", "line\nfeed\ttab\r", "\b\f\x00\x1f", "@type", "_:b0", "_:c14n0", "<urn:x>",
    "https://a.example/1", "%s %d {0}",
    "a/b", "null", "ﬁ\u0301", "\ue000", "؀עברית", "x" * 300,
]
IDS = [
    "https://a.example/1", "https://a.example/2", "https://a.example/1/x", "http://a.example", "did:key:z6Mk1",
    "did:key:z6Mk2", "urn:uuid:1", "urn:uuid:10", "urn:x:0", "urn:x:1", "mailto:a@b.example", "data:,x", "tag:a.example,2026:x", "ni:///sha-256;x",
    "https://a.example/é", "https://a.example/石", "https://a.example/%20?q=1&r='2'#f", "urn:x:a~b!$()*+,;=@",
]
# fmt: on
DATES = ["2026-06-01T08:00:00Z", "2026-06-01T08:00:00+08:00", "not a date"]
NUMBERS = [0, 1, -1, 3, 100, 2**53 - 1, 0.5, -2.25, 1e21, 1.5e300, 2.5e-9, 1e20, 123456.789, 0.1, 5.0]
LANGUAGES = ["en", "zh-Hans", "zh-Hant-HK", "pt", "EN-gb"]


class Maker:
    """Makes documents from a seed.

    :param seed: the same seed makes the same document.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.budget = self.random.choice((2, 4, 8, 20))
        self.tame = self.random.random() < 0.5  # so that shapes can be kept: no two things alike
        self.made = 0
        self.badges = self.random.choice((OB, OB, OB_2))

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def pick(self, values: list[Any]) -> Any:
        return self.random.choice(values)

    def some(self, make: Any, *, most: int = 3) -> Any:
        """Make one value or an array of them, rarely an empty or a nested one."""
        if self.chance(0.5):
            return make()
        made = [make() for _ in range(self.random.randrange(most + 1))]
        if made and not self.tame and self.chance(0.2):
            made.append(made[0])
        return [made, made[:1]] if made and self.chance(0.05) else made

    def shuffled(self, node: dict[str, Any]) -> dict[str, Any]:
        items = list(node.items())
        self.random.shuffle(items)
        return dict(items)

    def text(self) -> str:
        if self.tame:
            self.made += 1
            return f"{self.pick(TEXTS)} {self.made}"
        return self.pick(TEXTS) if self.chance(0.5) else f"text {self.random.randrange(40)}"

    def id(self) -> str:
        if self.tame:
            self.made += 1
            return f"https://a.example/{self.made}"
        if self.chance(0.05):
            return self.pick(["_:b0", "_:x", "_:c14n0", "_:b1"])
        return self.pick(IDS) if self.chance(0.6) else f"urn:uuid:{self.random.randrange(100)}"

    def maybe_id(self, node: dict[str, Any], chance: float = 0.5) -> dict[str, Any]:
        return {"id": self.id(), **node} if self.chance(chance) else node

    def keep(self, node: dict[str, Any], share: float = 0.6) -> dict[str, Any]:
        """Leave out some of the optional keys."""
        return {key: value for key, value in node.items() if self.chance(share)}

    # ------------------------------------------------------------ values
    def value_object(self) -> dict[str, Any]:
        kind = self.random.randrange(6)
        if kind == 0:
            return {"@value": self.text(), "@language": self.pick(LANGUAGES)}
        if kind == 1:
            return {
                "@value": self.directed(),
                "@language": self.pick(LANGUAGES),
                "@direction": self.pick(["ltr", "rtl"]),
            }
        if kind == 2:
            return {"@value": self.directed(), "@direction": "rtl"}
        if kind == 3:
            return {"@type": self.pick([EX + "T", "http://www.w3.org/2001/XMLSchema#string"]), "@value": self.text()}
        if kind == 4:
            return {"@value": self.pick([*NUMBERS, True, False])}
        return {"@value": self.text()}

    def directed(self) -> str:
        """Make a text that stands nowhere without its direction: PyLD and jsonld.js take the two for one value, against the standard."""
        self.made += 1
        return f"{self.pick(TEXTS)} directed {self.made}"

    def literal(self) -> Any:
        if self.chance(0.7):
            return self.text()
        return self.pick([*NUMBERS, True, False]) if self.chance(0.5) else self.value_object()

    def json(self, depth: int = 0) -> Any:
        if depth > 2 or self.chance(0.5):
            return self.pick([None, True, self.text(), *NUMBERS])
        if self.chance(0.5):
            return [self.json(depth + 1) for _ in range(self.random.randrange(3))]
        return {self.pick(["a", "b", "@type", "鑲", "\U0001f600", "\ufb01"]): self.json(depth + 1) for _ in range(2)}

    # ------------------------------------------------------------ the awkward context
    def thing(self) -> dict[str, Any]:
        self.budget -= 1
        types = self.pick(
            [["Thing"], "Thing", ["Scoped"], ["Lasting"], ["Scoped", "Lasting"], ["Lasting", "Thing"], ["ex:Other"], []]
        )
        node: dict[str, Any] = {"type": types} if types or self.chance(0.3) else {}
        deeper = self.budget > 0
        lasting = "Lasting" in types
        node |= self.keep({
            "label": self.some(self.literal),
            "same": self.some(self.text),
            "texts": self.languages(),
            "rtl": self.some(self.text),
            "rtlTexts": self.languages(),
            "plain": self.some(self.literal),
            "chain": self.some(lambda: self.thing() if deeper and self.chance(0.2) else self.literal()),
            "links": self.some(self.id),
            "set": self.some(self.text),
            "raw": self.json(),
            "none": self.some(self.literal),
            "date": self.some(lambda: self.pick([*DATES, 5, self.value_object()])),
            "number": self.some(lambda: self.pick(NUMBERS)),
            "decimal": self.some(lambda: self.pick([*NUMBERS, "1.0"])),
            "link": self.some(lambda: self.id() if self.chance(0.7) else {"id": self.id()}),
            "word": self.pick(["Thing", "label", "ex:free", "https://a.example/1", 7]),
            "inner": self.id() if "Scoped" in types else self.some(self.literal),
        }, 0.25)  # fmt: skip
        if lasting and self.chance(0.5):
            node["lasting"] = self.text()
        if deeper:
            node |= self.keep({
                "part": self.some(self.thing),
                "within": self.some(lambda: self.thing() if self.chance(0.5) else self.literal()),
                "claim": self.some(self.said),
                "forget": self.text() if self.chance(0.5) else {"@id": self.id(), EX + "x": self.text()},
                "ex:compact": self.some(self.literal),
                EX + "full": self.some(self.thing),
            }, 0.3)  # fmt: skip
        if self.chance(0.03):
            node["@context"] = self.pick([AWKWARD, [AWKWARD], []])
        return self.shuffled(self.maybe_id(node))

    def said(self) -> dict[str, Any]:
        """Make a node that says something: nothing else may be a graph of its own."""
        made = self.thing()
        return made if made.get("type") else {**made, "type": "Thing"}

    def languages(self) -> Any:
        if self.chance(0.1):
            return self.some(self.text)
        tags = self.random.sample([*LANGUAGES, "@none"], self.random.randrange(1, 4))
        return {tag: self.text() if self.chance(0.6) else [self.text(), self.text()] for tag in tags}

    # ------------------------------------------------------------ credentials
    def profile(self) -> Any:
        if self.chance(0.2):
            return self.id()
        node = {"type": ["Profile"], **self.keep({"name": self.text(), "url": self.id(), "email": self.text()})}
        return self.maybe_id(node, 0.8)

    def alignment(self) -> dict[str, Any]:
        node = {"targetName": self.text(), "targetUrl": self.id(), "targetCode": self.text(), "targetType": "CFItem"}
        return {"type": self.pick([["Alignment"], "Alignment"]), **self.keep(node)}

    def achievement(self) -> dict[str, Any]:
        node = {
            "name": self.text(),
            "description": self.literal(),
            "criteria": self.maybe_id({"narrative": self.text()}, 0.3),
            "alignment": self.some(self.alignment, most=4),
            "tag": self.some(self.text),
            "creditsAvailable": self.pick(NUMBERS),
            "image": self.maybe_id({"type": "Image", "caption": self.text()}),
            "related": self.some(lambda: {"id": self.id(), "type": ["Related"], "version": self.text()}),
            "resultDescription": self.some(
                lambda: self.maybe_id(
                    {"type": ["ResultDescription"], "name": self.text(), "allowedValue": self.some(self.text)}
                )
            ),
        }
        return self.maybe_id({"type": ["Achievement"], **self.keep(node)}, 0.8)

    def result(self) -> dict[str, Any]:
        return {
            "type": ["Result"],
            **self.keep({"value": self.text(), "resultDescription": self.id(), "achievedLevel": self.id()}),
        }

    def subject(self) -> dict[str, Any]:
        if self.chance(0.1):
            return self.maybe_id({"type": "Thing", "label": self.text()}) if self.awkward else {"id": self.id()}
        node = {
            "achievement": self.achievement(),
            "result": self.some(self.result),
            "identifier": self.some(
                lambda: {
                    "type": "IdentityObject",
                    "hashed": self.chance(0.5),
                    "identityHash": self.text(),
                    "identityType": "name",
                }
            ),
            "creditsEarned": self.pick(NUMBERS),
        }
        return self.maybe_id({"type": ["AchievementSubject"], **self.keep(node, 0.7)}, 0.8)

    def evidence(self) -> dict[str, Any]:
        return self.maybe_id(
            {"type": ["Evidence"], **self.keep({"name": self.text(), "narrative": self.text(), "genre": self.text()})}
        )

    def status(self) -> dict[str, Any]:
        node = {
            "statusPurpose": "revocation",
            "statusListIndex": str(self.random.randrange(99)),
            "statusListCredential": self.id(),
        }
        return self.maybe_id({"type": "BitstringStatusListEntry", **self.keep(node)})

    def proof(self) -> dict[str, Any]:
        node = {
            "created": self.pick(DATES),
            "verificationMethod": self.id(),
            "proofPurpose": self.pick(["assertionMethod", "authentication"]),
            "proofValue": self.text(),
            "previousProof": self.some(self.id),
            "challenge": self.text(),
            "expires": self.pick(DATES),
        }
        return self.maybe_id({"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", **self.keep(node)}, 0.2)

    awkward = False

    def credential(self, depth: int = 0) -> dict[str, Any]:
        """Make a badge."""
        self.budget -= 5
        node = {
            "name": self.some(self.literal),
            "description": self.literal(),
            "issuer": self.profile(),
            "validFrom": self.pick(DATES),
            "validUntil": self.pick(DATES),
            "credentialSubject": self.some(self.subject, most=2),
            "evidence": self.some(self.evidence),
            "credentialSchema": self.some(lambda: {"id": self.id(), "type": "1EdTechJsonSchemaValidator2019"}),
            "credentialStatus": self.status(),
            "proof": self.some(self.proof),
        }
        types = self.pick(
            [["VerifiableCredential", "OpenBadgeCredential"], ["AchievementCredential", "VerifiableCredential"]]
        )
        made = {"@context": self.contexts(), "type": types, **self.keep(node, 0.7)}
        if depth < 2 and self.budget > 0 and self.chance(0.5):
            made["endorsement"] = self.some(lambda: self.endorsement(depth + 1), most=2)
        if self.awkward:
            made |= self.keep(
                {"part": self.some(self.thing), "claim": self.some(self.said), "label": self.some(self.literal)}
            )
        return self.maybe_id(made, 0.8)

    def contexts(self) -> list[str]:
        found = [CREDENTIALS_V2, self.badges, EXTENSIONS]
        found += [each for each in (DATA_INTEGRITY, MULTIKEY) if self.chance(0.15)]
        return [*found, AWKWARD] if self.awkward else found

    def endorsement(self, depth: int) -> dict[str, Any]:
        made = self.credential(depth)
        made["type"] = ["VerifiableCredential", "EndorsementCredential"]
        made["credentialSubject"] = {"id": self.id(), "type": ["EndorsementSubject"], "endorsementComment": self.text()}
        if self.chance(0.4):
            del made["@context"]
        return made

    def bundle(self) -> dict[str, Any]:
        """Make a CLR of badges."""
        made = self.credential(1)
        made["@context"] = [CREDENTIALS_V2, CLR, self.badges, EXTENSIONS]
        made["type"] = ["VerifiableCredential", "ClrCredential"]
        made["credentialSubject"] = self.maybe_id({
            "type": ["ClrSubject"],
            "verifiableCredential": [self.credential(2) for _ in range(self.random.randrange(4))],
            "achievement": [self.achievement() for _ in range(self.random.randrange(2))],
            "association": [{"type": "Association", "associationType": "isParentOf", "sourceId": self.id(), "targetId": self.id()}],
        })  # fmt: skip
        return made

    def presentation(self) -> dict[str, Any]:
        """Make a presentation of badges."""
        held = [self.credential(1) for _ in range(self.random.randrange(1, 3))]
        node = {
            "holder": self.id(),
            "proof": self.proof(),
            "verifiableCredential": held if self.chance(0.8) else held[0],
        }
        return self.maybe_id({"@context": self.contexts(), "type": "VerifiablePresentation", **self.keep(node, 0.8)})

    def document(self) -> dict[str, Any]:
        """Make a document of one kind or another."""
        kind = self.random.randrange(10)
        self.awkward = kind in (3, 4)
        if kind <= 4:
            made = self.credential()
        elif kind == 5:
            made = self.bundle()
        elif kind == 6:
            made = self.presentation()
        else:
            after = self.chance(0.3)
            contexts = [AWKWARD, AFTER] if after else self.pick([AWKWARD, [AWKWARD], [CREDENTIALS_V2, AWKWARD]])
            made = {**self.said(), "@context": contexts}
        return self.shuffled(made) if self.chance(0.3) else made


def document(seed: int) -> dict[str, Any]:
    """Return the document of a seed."""
    return Maker(seed).document()


def sibling(value: Any, chooser: random.Random, key: str = "") -> Any:
    """Return a document nearly of the same shape: other texts and identifiers stand in some of its places."""
    if isinstance(value, dict):
        return {name: each if name == "@context" else sibling(each, chooser, name) for name, each in value.items()}
    if isinstance(value, list):
        return [sibling(each, chooser, key) for each in value]
    if not isinstance(value, str) or key in KEPT or chooser.random() < 0.6:
        return value
    if value in IDS or value.startswith(("urn:", "https:")):
        if chooser.random() < 0.7:
            return f"{value}/{chooser.randrange(1000)}"
        return chooser.choice(IDS) if chooser.random() < 0.8 else chooser.choice(["_:b0", "_:b9"])
    return value if value in ("_:b0", "_:x", "_:c14n0", "_:b1") else chooser.choice(TEXTS)


KEPT = (
    "@value",
    "type",
    "@type",
    "@language",
    "@direction",
    "proofPurpose",
    "word",
    "verificationMethod",
    "number",
    "raw",
)
