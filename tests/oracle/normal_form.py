# SPDX-License-Identifier: Apache-2.0
"""Normal form and digest, written from the standard's tables and the JCS package: a second opinion on how a document is named."""

import hashlib
from datetime import UTC, datetime

import rfc8785

MAPS = ("title", "statement", "reason", "person_facts", "curie_map", "labels", "proof")
DECIMALS = ("confidence", "min_confidence", "recognised_share_max", "min_score", "score", "at_most")
TIMES = ("status_checked", "decided_at")
DEFAULTS = {
    "official": False,
    "accept_close": False,
    "mapping_complete": False,
    "reuse_allowed": False,
    "max_hops": 1,
    "applies_by": "decision_date",
    "policy": "none",
    "effect": "certificate",
}
EMPTY = (
    "source", "proof", "crosswalks", "referencings", "direct", "also_needed", "pairs", "absent", "tags", "bars", "caps",
    "units", "holds", "dates", "prerequisites", "person", "curie_map",
)  # fmt: skip
"""Fields whose absence says the same as an empty list or map."""


def normal_form(value, within=""):
    """A document, a request or a part of one, in normal form. ``within`` is the name of the field that holds it."""
    if isinstance(value, list):
        return [normal_form(each, within) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: scalar_or_part(name, item, value, within)
        for name, item in value.items()
        if not says_nothing(name, item, within)
    }


def says_nothing(name, item, within):
    """Whether a field says what its absence says."""
    if name in DEFAULTS:
        return item == DEFAULTS[name] and type(item) is type(DEFAULTS[name])
    if name == "hours" and within == "options":
        return item == 0
    return name in EMPTY and item in ([], {})


def scalar_or_part(name, item, parent, within):
    """A field's value: decimals without spare zeros, times in UTC, maps of texts as they are."""
    if name in MAPS or (name == "person" and "evidence" in parent):
        return item
    if name in TIMES:
        return in_utc(item)
    if isinstance(item, str) and is_decimal(name, within):
        return plain_decimal(item)
    return normal_form(item, name)


def is_decimal(name, within):
    """Whether a field holds a decimal; three names hold other things elsewhere."""
    if name == "at_least":
        return within == "credits"
    if name == "hours":
        return within != "options"
    return name in DECIMALS or (name == "credits" and within == "competencies")


def plain_decimal(text):
    """`007.50` is `7.5`, `1.000` is `1`, `-0` is `0`."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = digits.partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    plain = f"{whole}.{fraction}" if fraction else whole
    return plain if plain == "0" else sign + plain


def in_utc(text):
    """A time in UTC with Z; a fraction is kept to the microsecond."""
    moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
    return moment.isoformat().replace("+00:00", "Z")


def digest(value):
    """The name of a document or request: SHA-256 over the JCS bytes of its normal form, proofs left out."""
    plain = {name: item for name, item in normal_form(value).items() if name != "proof"}
    return "sha256:" + hashlib.sha256(rfc8785.dumps(plain)).hexdigest()
