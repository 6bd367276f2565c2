# SPDX-License-Identifier: Apache-2.0
"""The badge that speed is measured with: 3.7 KB, with four alignments, a result, evidence, a schema, a status and a Chinese name."""

from __future__ import annotations

from typing import Any

from touchstone.credentials.canonical.contexts import CREDENTIALS_V2, OPEN_BADGES_3_0_3, OPEN_BADGES_EXTENSIONS

PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-06-01T08:00:00Z",
    "verificationMethod": "did:key:z6MkissuerIssuerIssuerIssuerIssuerIssuerIssuer1#z6MkissuerIssuerIssuerIssuerIssuerIssuerIssuer1",
    "proofPurpose": "assertionMethod",
}


def alignment(number: int) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetType": "CFItem",
        "targetName": f"Stone setting, unit {number}",
        "targetUrl": f"https://standards.example/ims/case/v1p1/CFItems/{number:08d}-0000-4000-8000-000000000000",
        "targetFramework": "Illustrative jewellery standard",
        "targetCode": f"JS-SET-{number:03d}",
        "targetDescription": "Sets round and fancy stones in prongs, bezels and channels without damage to stone or metal.",
    }


def badge(number: int = 0) -> dict[str, Any]:
    """Return the badge of one learner."""
    return {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3, OPEN_BADGES_EXTENSIONS],
        "id": f"urn:uuid:0d6f1b8e-4a0e-4d3e-9b57-{number:012d}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "鑲石工 Stone setter, level 3",
        "description": "Proven in a practical examination before two assessors.",
        "issuer": {
            "id": "did:key:z6MkissuerIssuerIssuerIssuerIssuerIssuerIssuer1",
            "type": ["Profile"],
            "name": "Illustrative Jewellery Skills Centre",
            "url": "https://issuer.example/",
            "email": "office@issuer.example",
        },
        "validFrom": "2026-06-01T08:00:00Z",
        "validUntil": "2031-06-01T08:00:00Z",
        "credentialSubject": {
            "id": f"did:key:z6MksubjectSubjectSubjectSubjectSubject{number:08d}",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://issuer.example/achievements/setter-3",
                "type": ["Achievement"],
                "name": "Stone setter, level 3",
                "description": "Sets stones of all usual cuts to the standard of level 3, alone and within the usual time.",
                "achievementType": "Certificate",
                "criteria": {"narrative": "Passed the practical examination and the unit on safety at the bench."},
                "alignment": [alignment(each) for each in range(1, 5)],
                "resultDescription": [
                    {
                        "id": "urn:uuid:f6ab24cd-86e8-4eaf-b8c6-ded74e8fd41c",
                        "type": ["ResultDescription"],
                        "name": "Level",
                        "resultType": "Level",
                    }
                ],
            },
            "result": [
                {
                    "type": ["Result"],
                    "resultDescription": "urn:uuid:f6ab24cd-86e8-4eaf-b8c6-ded74e8fd41c",
                    "value": str(number % 5),
                }
            ],
        },
        "evidence": [
            {
                "id": f"https://issuer.example/evidence/{number:06d}",
                "type": ["Evidence"],
                "name": "Practice report",
                "narrative": f"The report's SHA-256 is 7c1f0f5ad3c0a1f5f1f6c3a1a1a1d1c1e1f1a2b3c4d5e6f70819{number:012d}.",
                "genre": "PracticeReport",
            }
        ],
        "credentialSchema": [
            {
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            }
        ],
        "credentialStatus": {
            "id": f"https://issuer.example/status/3#{number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(number),
            "statusListCredential": "https://issuer.example/status/3",
        },
    }
