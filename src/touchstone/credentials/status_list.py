# SPDX-License-Identifier: Apache-2.0
"""W3C Bitstring Status List v1.0: one bit for every credential, so many that whoever looks one up does not say which.

A list is read by :func:`decode` within bounds (section 3.2 and the gzip bombs that it warns of), changed by
:func:`revoke`, :func:`suspend` and :func:`reinstate` into a new one, and asked by :func:`check`. Only entries of one
bit (``statusSize`` 1) are known.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import struct
import zlib
from collections.abc import Callable, Iterable
from typing import Literal, get_args

from touchstone.credentials.members import is_url, objects, string, strings, values
from touchstone.credentials.timestamps import read_time, write_time
from touchstone.errors import CredentialError
from touchstone.standards.exchange.strict_json import JsonObject, JsonValue
from touchstone.value import Value

Purpose = Literal["revocation", "suspension"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
State = Literal["good", "revoked", "suspended", "unknown"]

MINIMUM_BITS = 131_072
"""The shortest list that hides a holder among enough others (section 2.2: 16 KiB uncompressed)."""
MAXIMUM_BYTES = 4 * 1024 * 1024
"""The longest list that is read, uncompressed: 33 million credentials. What inflates beyond it is refused before it is held."""
MAXIMUM_COMPRESSED = 1024 * 1024

_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""No name, no time, no operating system: the same list is the same bytes on any machine."""
_GUESSES = 64


class StatusList(Value, frozen=True, kw_only=True):
    """The bits of one list, for one purpose. Bit 0 is the left-most one (section 3.2)."""

    purpose: Purpose
    bits: bytes

    def __len__(self) -> int:
        return len(self.bits) * 8

    def __getitem__(self, index: int) -> bool:
        """Tell whether the bit is set.

        :raises CredentialError: ``status_index_out_of_range``.
        """
        _check_range(index, len(self))
        return bool(self.bits[index >> 3] & (0x80 >> (index & 7)))


class Status(Value, frozen=True, kw_only=True):
    """What a list says of one credential. ``as_of`` is the moment for which the list speaks; *unknown* is never *good*."""

    state: State
    code: str
    message: str
    purpose: str = ""
    as_of: dt.datetime | None = None


# ---------------------------------------------------------------- making and changing


def new_list(purpose: Purpose, length: int = MINIMUM_BITS) -> StatusList:
    """Make a list in which nothing is revoked or suspended.

    :param length: number of bits, a multiple of 8, from 131,072 on.
    """
    if length % 8 or not MINIMUM_BITS <= length <= MAXIMUM_BYTES * 8:
        raise CredentialError(
            "status_list_length",
            "the length of a status list does not do",
            expected=f"a multiple of 8 from {MINIMUM_BITS} to {MAXIMUM_BYTES * 8} bits",
            found=length,
        )
    return StatusList(purpose=purpose, bits=bytes(length // 8))


def allocate(taken: bytes, below: Callable[[int], int], count: int = 1) -> tuple[tuple[int, ...], bytes]:
    """Draw ``count`` indexes that nobody has yet, each free one as likely as any other.

    :param taken: one bit for every index that was ever given, as in a list; a new list begins with ``bytes(length //
        8)``.
    :param below: the randomness: returns a whole number from 0 below its argument (``secrets.randbelow``).
    :returns: the indexes, and ``taken`` with them. Keep both in one transaction.
    :raises CredentialError: ``status_list_full``.
    """
    bits = bytearray(taken)
    free = len(bits) * 8 - int.from_bytes(bits, "big").bit_count()
    if free < count:
        raise CredentialError(
            "status_list_full",
            "the status list has too few indexes left",
            expected=f"{count} free",
            found=free,
            hint="Begin a new list.",
        )
    drawn = []
    for already in range(count):
        index = _draw(bits, free - already, below)
        bits[index >> 3] |= 0x80 >> (index & 7)
        drawn.append(index)
    return tuple(drawn), bytes(bits)


def _draw(taken: bytearray, free: int, below: Callable[[int], int]) -> int:
    """Guess while the list is mostly empty; else count to a free index drawn at random. Both are uniform over the free
    ones.
    """
    length = len(taken) * 8
    for _ in range(_GUESSES):
        index = below(length)
        if not taken[index >> 3] & (0x80 >> (index & 7)):
            return index
    wanted = below(free)
    for place, byte in enumerate(taken):
        here = 8 - byte.bit_count()
        if wanted < here:
            return place * 8 + [bit for bit in range(8) if not byte & (0x80 >> bit)][wanted]
        wanted -= here
    raise AssertionError("free indexes were counted above")


def revoke(status_list: StatusList, index: int) -> StatusList:
    """Return the list with a credential revoked, for good."""
    _check_purpose(status_list, "revocation")
    return _with_bit(status_list, index, value=True)


def suspend(status_list: StatusList, index: int) -> StatusList:
    """Return the list with a credential suspended, until :func:`reinstate`."""
    _check_purpose(status_list, "suspension")
    return _with_bit(status_list, index, value=True)


def reinstate(status_list: StatusList, index: int) -> StatusList:
    """Return the list with a suspension lifted. A revocation cannot be lifted (section 2.2): issue a new credential."""
    _check_purpose(status_list, "suspension")
    return _with_bit(status_list, index, value=False)


def _check_purpose(status_list: StatusList, purpose: Purpose) -> None:
    if status_list.purpose != purpose:
        raise CredentialError(
            "status_purpose_mismatch",
            "the status list serves another purpose",
            expected=purpose,
            found=status_list.purpose,
        )


def _check_range(index: int, length: int) -> None:
    if not 0 <= index < length:
        raise CredentialError(
            "status_index_out_of_range",
            "the index is not in the status list",
            expected=f"0 to {length - 1}",
            found=index,
        )


def _with_bit(status_list: StatusList, index: int, *, value: bool) -> StatusList:
    _check_range(index, len(status_list))
    bits = bytearray(status_list.bits)
    mask = 0x80 >> (index & 7)
    bits[index >> 3] = bits[index >> 3] | mask if value else bits[index >> 3] & ~mask
    return StatusList(purpose=status_list.purpose, bits=bytes(bits))


# ---------------------------------------------------------------- encoding


def encode(bits: bytes) -> str:
    """Write a bitstring as an ``encodedList``: multibase ``u``, base64url without padding, of deterministic gzip
    (section 3.3).
    """
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(bits) + deflate.flush()
    packed = _GZIP_HEADER + body + struct.pack("<II", zlib.crc32(bits), len(bits) & 0xFFFFFFFF)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def decode(encoded: str) -> bytes:
    """Read an ``encodedList`` (section 3.4), never holding more than the caps.

    :raises CredentialError: ``status_list_too_large``, ``status_list_malformed`` or ``status_list_too_short``.
    """
    if len(encoded) > MAXIMUM_COMPRESSED * 4 // 3 + 3:
        raise _too_large(f"{len(encoded)} characters")
    bits = _inflated(_from_multibase(encoded))
    if len(bits) * 8 < MINIMUM_BITS:
        raise CredentialError(
            "status_list_too_short",
            "the status list is too short",
            expected=f"{MINIMUM_BITS} bits",
            found=len(bits) * 8,
        )
    return bits


def _from_multibase(encoded: str) -> bytes:
    if not encoded.startswith("u"):
        raise _malformed("the encoded list is not multibase base64url", "a text that begins with u")
    try:
        # altchars with validate: the url alphabet only, where urlsafe_b64decode would take the other one too
        padded = encoded[1:] + "=" * (-(len(encoded) - 1) % 4)
        if "+" in padded or "/" in padded or "=" in encoded:
            raise _malformed("the encoded list is not base64url without padding", "letters, digits, - and _")
        return base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _malformed("the encoded list is not base64url without padding", "letters, digits, - and _") from None


def _inflated(packed: bytes) -> bytes:
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        bits = inflate.decompress(packed, MAXIMUM_BYTES + 1)
    except zlib.error:
        raise _malformed("the encoded list is not gzip", "one whole gzip member") from None
    if len(bits) > MAXIMUM_BYTES:
        raise _too_large(f"more than {MAXIMUM_BYTES} bytes")
    if not inflate.eof or inflate.unused_data:
        raise _malformed("the gzip of the encoded list does not end where it should", "one whole gzip member")
    return bits


def _too_large(found: str) -> CredentialError:
    return CredentialError(
        "status_list_too_large", "the status list is too large", expected=f"at most {MAXIMUM_BYTES} bytes", found=found
    )


def _malformed(message: str, expected: str) -> CredentialError:
    return CredentialError("status_list_malformed", message, expected=expected)


# ---------------------------------------------------------------- documents


def status_list_credential(
    status_list: StatusList,
    *,
    id: str,
    issuer: JsonValue,
    valid_from: dt.datetime,
    valid_until: dt.datetime | None = None,
    ttl: dt.timedelta | None = None,
) -> JsonObject:
    """Build the unsigned ``BitstringStatusListCredential`` (section 2.2).

    :param id: the URL at which the list is published; entries name it as ``statusListCredential``.
    :param issuer: the issuer's id, or its object with an id; the same that issues the credentials.
    :param valid_until: after it the list is stale, so nothing it says is good.
    :param ttl: how long a copy may be kept before it is asked for again; written in milliseconds.
    """
    subject: JsonObject = {
        "id": f"{id}#list",
        "type": "BitstringStatusList",
        "statusPurpose": status_list.purpose,
        "encodedList": encode(status_list.bits),
    }
    if ttl is not None:
        subject["ttl"] = ttl // dt.timedelta(milliseconds=1)
    document: JsonObject = {
        "@context": [_CONTEXT],
        "id": id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": write_time(valid_from),
    }
    if valid_until is not None:
        document["validUntil"] = write_time(valid_until)
    document["credentialSubject"] = subject
    return document


def status_entry(*, list_id: str, index: int, purpose: Purpose) -> JsonObject:
    """Build the ``BitstringStatusListEntry`` of a credential (section 2.1)."""
    return {
        "id": f"{list_id}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_id,
    }


def status_entries(document: JsonObject) -> list[JsonObject]:
    """Return the ``BitstringStatusListEntry`` objects of a credential."""
    entries = objects(document.get("credentialStatus"))
    return [entry for entry in entries if "BitstringStatusListEntry" in strings(entry.get("type"))]


def read_list(list_credential: JsonObject, purpose: str) -> StatusList:
    """Read the list of one purpose out of a list credential whose proof somebody else has checked.

    :raises CredentialError: ``status_list_malformed``, ``status_purpose_mismatch``, or a code of :func:`decode`.
    """
    if "BitstringStatusListCredential" not in strings(list_credential.get("type")):
        raise _malformed("this is not a status list credential", "the type BitstringStatusListCredential")
    subjects = objects(list_credential.get("credentialSubject"))
    if len(subjects) != 1 or "BitstringStatusList" not in strings(subjects[0].get("type")):
        raise _malformed("the status list credential holds no status list", "one subject of type BitstringStatusList")
    purposes = subjects[0].get("statusPurpose")
    if purpose not in strings(purposes):
        raise CredentialError(
            "status_purpose_mismatch", "the status list serves another purpose", expected=purpose, found=purposes
        )
    if purpose not in ("revocation", "suspension"):
        raise _unsupported_purpose(purpose)
    bits = decode(string(subjects[0].get("encodedList")))
    return StatusList(purpose="revocation" if purpose == "revocation" else "suspension", bits=bits)


# ---------------------------------------------------------------- checking


def check(
    entry: JsonObject, list_credential: JsonObject, at: dt.datetime, *, retrieved: dt.datetime | None = None
) -> Status:
    """Tell what a status list says of a credential at a moment (section 3.2). That the list is signed by the issuer is
    checked elsewhere.

    :param entry: the ``credentialStatus`` of the credential.
    :param list_credential: the decoded list credential.
    :param at: the moment of the question, in UTC.
    :param retrieved: when the list was fetched; None counts its ``ttl`` from its ``validFrom``, as for a copy that was
        carried along.
    """
    try:
        index = read_entry(entry)
        as_of = _speaks_for(entry, list_credential, at, retrieved)
        purpose = string(entry.get("statusPurpose"))
        is_set = read_list(list_credential, purpose)[index]
    except CredentialError as error:
        return Status(state="unknown", code=error.code, message=str(error), purpose=string(entry.get("statusPurpose")))
    if not is_set:
        good = f"The status list shows no {purpose}."
        return Status(state="good", code="status_good", message=good, purpose=purpose, as_of=as_of)
    if purpose == "revocation":
        revoked = "The issuer has revoked this credential."
        return Status(state="revoked", code="status_revoked", message=revoked, purpose=purpose, as_of=as_of)
    suspended = "The issuer has suspended this credential."
    return Status(state="suspended", code="status_suspended", message=suspended, purpose=purpose, as_of=as_of)


def worst(statuses: Iterable[Status]) -> Status | None:
    """Return the status that counts where a credential has several entries: revoked, suspended, unknown, good; None of
    none.
    """
    order: tuple[State, ...] = ("revoked", "suspended", "unknown", "good")
    return min(statuses, key=lambda status: order.index(status.state), default=None)


def read_entry(entry: JsonObject) -> int:
    """Check the form of an entry (section 2.1) and return its index.

    :raises CredentialError: ``status_entry_malformed``, ``status_size_unsupported`` or ``status_purpose_unsupported``.
    """
    index = entry.get("statusListIndex")
    size = entry.get("statusSize", 1)
    if values(entry.get("type")) != ["BitstringStatusListEntry"]:
        raise _bad_entry("type", "BitstringStatusListEntry", entry.get("type"))
    if not string(entry.get("statusPurpose")):
        raise _bad_entry("statusPurpose", "a string", entry.get("statusPurpose"))
    if not isinstance(index, str) or not (index.isascii() and index.isdigit() and len(index) <= 20):
        raise _bad_entry("statusListIndex", "a whole number in base 10, as a string", index)
    if not is_url(entry.get("statusListCredential")):
        raise _bad_entry("statusListCredential", "a URL", entry.get("statusListCredential"))
    if "id" in entry and (not is_url(entry["id"]) or entry["id"] == entry["statusListCredential"]):
        raise _bad_entry("id", "a URL that is not the one of the list", entry["id"])
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise _bad_entry("statusSize", "a whole number from 1", size)
    if size != 1:
        raise CredentialError("status_size_unsupported", "only statuses of one bit are known", expected="1", found=size)
    if entry["statusPurpose"] not in ("revocation", "suspension"):
        raise _unsupported_purpose(string(entry["statusPurpose"]))
    return int(index)


def _bad_entry(member: str, expected: str, found: JsonValue) -> CredentialError:
    return CredentialError(
        "status_entry_malformed",
        f"the {member} of the status entry does not do",
        expected=expected,
        found=found,
        field=f"credentialStatus.{member}",
    )


def _unsupported_purpose(purpose: str) -> CredentialError:
    return CredentialError(
        "status_purpose_unsupported",
        "this purpose of a status list is not known",
        expected="revocation or suspension",
        found=purpose,
    )


def _speaks_for(
    entry: JsonObject, list_credential: JsonObject, at: dt.datetime, retrieved: dt.datetime | None
) -> dt.datetime | None:
    """Check that this is the list of the entry, and that it is neither stale nor of the future; return the moment it
    speaks for.
    """
    if list_credential.get("id") != entry["statusListCredential"]:
        raise CredentialError(
            "status_list_mismatch",
            "this is not the status list that the credential names",
            expected=string(entry["statusListCredential"]),
            found=list_credential.get("id"),
        )
    begins = _moment(list_credential, "validFrom")
    until = _moment(list_credential, "validUntil")
    if begins is not None and at < begins:
        raise CredentialError(
            "status_list_not_yet_valid", "the status list is not valid yet", expected=f"not before {write_time(begins)}"
        )
    since = retrieved or begins
    ends = min((end for end in (until, _expiry(list_credential, since)) if end is not None), default=None)
    if ends is not None and ends < at:
        raise CredentialError(
            "status_list_stale",
            "the status list is too old to say anything",
            expected=f"a moment until {write_time(ends)}",
            found=write_time(at),
            hint="Fetch the list again.",
        )
    return since


def _moment(list_credential: JsonObject, member: str) -> dt.datetime | None:
    if member not in list_credential:
        return None
    moment = read_time(list_credential[member])
    if moment is None:
        raise _malformed(f"the {member} of the status list is not a time", "a time with its time zone")
    return moment


def _expiry(list_credential: JsonObject, since: dt.datetime | None) -> dt.datetime | None:
    """Return when the time to live of a copy ends, counted from when it was fetched."""
    subjects = objects(list_credential.get("credentialSubject"))
    ttl = subjects[0].get("ttl") if subjects else None
    if ttl is None or since is None:
        return None
    if isinstance(ttl, bool) or not isinstance(ttl, int) or ttl < 0:
        raise _malformed("the ttl of the status list is not a time to live", "a whole number of milliseconds")
    try:
        return since + dt.timedelta(milliseconds=ttl)
    except OverflowError:
        return None
