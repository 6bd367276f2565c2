# SPDX-License-Identifier: Apache-2.0
"""What makes a trust registry unusable, or doubtful: keys that name two things, parties that stand twice, publishers without keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath

from touchstone.errors import DocumentError
from touchstone.standards.findings import Finding, finding
from touchstone.standards.folder import load_document
from touchstone.standards.tree import Path
from touchstone.standards.trust_registry import RegisteredKey, TrustRegistry


def load_registry(file: FilePath) -> TrustRegistry:
    """Read the trust registry that somebody relies on; one in which a key could be taken for another's is refused.

    :raises DocumentError: with file, line and field.
    """
    loaded = load_document(file)
    if loaded is None or not isinstance(loaded.document, TrustRegistry):
        found = type(loaded.document).__name__ if loaded else "a personal document"
        raise DocumentError("this is no trust registry", file=str(file), expected="kind: TrustRegistry", found=found)
    for error in registry_errors(loaded.document):
        line = loaded.line_of(error.path)
        raise DocumentError(error.message, file=str(file), line=line, field=error.field, hint=error.hint)
    return loaded.document


def registry_errors(registry: TrustRegistry) -> Iterator[Finding]:
    """Yield the errors: with any of these, a proof could be taken for that of somebody else."""
    yield from _parties_twice(registry)
    yield from _publishers_without_keys(registry)
    yield from _keys_twice(registry)
    yield from _keys_named_otherwise(registry)


def registry_doubts(registry: TrustRegistry) -> Iterator[Finding]:
    """Yield what is very likely not meant."""
    for path, _, key in _keys(registry):
        if key.valid is None or key.valid.from_ is None:
            yield finding(
                "warning",
                "key_without_beginning",
                registry,
                path,
                f"the key {key.id} has no first day, so a proof of any age counts",
                "Add valid.from, the day on which the key came into use.",
            )


def _keys(registry: TrustRegistry) -> Iterator[tuple[Path, str, RegisteredKey]]:
    """Yield every key with its path and the id of its party."""
    for field, index, party in registry.parties():
        for place, key in enumerate(party.keys):
            yield (field, index, "keys", place), party.id, key


def _parties_twice(registry: TrustRegistry) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for field, index, party in registry.parties():
        if (field, party.id) in seen:
            message = f"{party.id} stands twice among the {field}"
            yield finding("error", "party_twice", registry, (field, index, "id"), message)
        seen.add((field, party.id))


def _publishers_without_keys(registry: TrustRegistry) -> Iterator[Finding]:
    for index, publisher in enumerate(registry.publishers):
        if not publisher.keys:
            yield finding(
                "error",
                "publisher_without_keys",
                registry,
                ("publishers", index),
                f"the publisher {publisher.id} has no keys, so nothing that it signs can be checked",
                "Add its keys, or take it out.",
            )


def _keys_twice(registry: TrustRegistry) -> Iterator[Finding]:
    """Yield keys that stand twice. One party may be issuer and publisher with one key; two parties never share one."""
    told: dict[str, tuple[str, RegisteredKey]] = {}
    owner: dict[str, str] = {}
    here: set[tuple[Path, str]] = set()
    for path, party, key in _keys(registry):
        if told.setdefault(key.id, (party, key)) != (party, key) or (path[:2], key.id) in here:
            yield finding("error", "key_twice", registry, (*path, "id"), f"the id {key.id} names two keys")
        elif owner.setdefault(key.public_key, party) != party:
            message = f"the key {key.id} is also a key of {owner[key.public_key]}"
            yield finding("error", "key_shared", registry, (*path, "publicKeyMultibase"), message)
        here.add((path[:2], key.id))


def _keys_named_otherwise(registry: TrustRegistry) -> Iterator[Finding]:
    """Yield keys under the id of a did:key that is another key (did:key: the identifier is the key itself)."""
    for path, _, key in _keys(registry):
        controller, _, fragment = key.id.partition("#")
        if controller.startswith("did:key:") and {controller.removeprefix("did:key:"), fragment} != {key.public_key}:
            message = f"the id {key.id} is that of another key"
            hint = f"Write did:key:{key.public_key}#{key.public_key}, or mend the key."
            yield finding("error", "key_named_otherwise", registry, (*path, "id"), message, hint)
