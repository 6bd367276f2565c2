# SPDX-License-Identifier: Apache-2.0
"""Which of the standards' problem types a code of ours is: the ``type`` of a problem detail (RFC 9457)."""

from __future__ import annotations

_DATA_MODEL = "https://www.w3.org/TR/vc-data-model#"  # VC Data Model 2.0, 7.1
_SECURITY = "https://w3id.org/security#"  # Data Integrity 1.0, 4.7
_STATUS = "https://www.w3.org/ns/credentials/status-list#"  # Bitstring Status List 1.0, 3.5

_PARSING = frozenset(
    (
        "too_large", "empty", "bom", "not_utf8", "too_deep", "duplicate_key", "not_finite", "integer_too_large",
        "lone_surrogate", "json_invalid", "not_an_object",
    )
)  # fmt: skip
_DATA_LOSS = frozenset(("term_undefined", "value_dropped", "iri_relative"))
_PERIOD = frozenset(("expired", "not_yet_valid", "period_reversed", "status_index_out_of_range"))
_NAMED = {
    "domain_wrong": _SECURITY + "INVALID_DOMAIN_ERROR",
    "challenge_wrong": _SECURITY + "INVALID_CHALLENGE_ERROR",
    "signature_invalid": _DATA_MODEL + "CRYPTOGRAPHIC_SECURITY_ERROR",
    "status_list_not_retrieved": _STATUS + "STATUS_RETRIEVAL_ERROR",
    "status_list_too_short": _STATUS + "STATUS_LIST_LENGTH_ERROR",
    "status_entry_malformed": _STATUS + "MALFORMED_VALUE_ERROR",
}
_OF_PROOFS = (
    "proof_",
    "previous_proof_",
    "purpose_",
    "controller_",
    "cryptosuite_",
    "method_",
    "key_",
    "did_",
    "multibase_",
)
_TRANSFORMATION = frozenset(
    (
        "context_unknown", "context_inline", "context_invalid", "context_conflict", "context_missing", "context_changed",
        "term_spelled_out", "canonicalisation_too_costly", "not_canonicalisable", "iri_invalid", "value_invalid",
        "language_invalid", "keyword_unsupported", "keyword_repeated",
    )
)  # fmt: skip
_STATUS_CODES = ("status_list_", "status_purpose_", "status_size_", "revoked", "suspended")


def problem_type(code: str, *, issuing: bool = False) -> str:
    """Return the URL of the problem type that a code belongs to.

    :param issuing: whether a proof was to be made, and not to be checked.
    """
    if code in _NAMED:
        return _NAMED[code]
    if code in _PARSING:
        return _DATA_MODEL + "PARSING_ERROR"
    if code in _DATA_LOSS:
        return _SECURITY + "DATA_LOSS_DETECTION_ERROR"
    if code in _PERIOD:
        return _DATA_MODEL + "RANGE_ERROR"
    if code.startswith(_OF_PROOFS):
        return _SECURITY + ("PROOF_GENERATION_ERROR" if issuing else "PROOF_VERIFICATION_ERROR")
    if code in _TRANSFORMATION:
        return _SECURITY + "PROOF_TRANSFORMATION_ERROR"
    if code.startswith(_STATUS_CODES):
        return _STATUS + "STATUS_VERIFICATION_ERROR"
    return _DATA_MODEL + "MALFORMED_VALUE_ERROR"
