# SPDX-License-Identifier: Apache-2.0
"""Versions of a programme: what one changes against another, and who has signed it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from touchstone.credentials.document_proofs import check_document
from touchstone.standards.envelope import Document
from touchstone.standards.programme import Module, Programme
from touchstone.standards.trust_registry import TrustRegistry
from touchstone.value import Value


class ModuleChange(Value, frozen=True, kw_only=True):
    """What became of one module; ``fields`` are those that differ."""

    module: str
    what: str
    hours: int
    fields: tuple[str, ...] = ()


class ProgrammeDifference(Value, frozen=True, kw_only=True):
    """What a new version changes: modules, hours in all, and fields of the programme itself."""

    before: str
    after: str
    hours: int
    modules: tuple[ModuleChange, ...]
    fields: tuple[str, ...] = ()


def programme_difference(before: Programme, after: Programme) -> ProgrammeDifference:
    """Return what a new version changes; the order of the modules is no difference."""
    old, new = ({module.id: module for module in version.modules} for version in (before, after))
    changes = [_change(name, old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys())]
    modules = tuple(change for change in changes if change)
    return ProgrammeDifference(
        before=before.version, after=after.version, hours=sum(change.hours for change in modules), modules=modules,
        fields=tuple(name for name in _differing(before, after) if name not in ("version", "modules", "proof")),
    )  # fmt: skip


def _change(name: str, old: Module | None, new: Module | None) -> ModuleChange | None:
    hours = (new.hours if new else 0) - (old.hours if old else 0)
    if old is None or new is None:
        return ModuleChange(module=name, what="added" if new else "removed", hours=hours)
    fields = _differing(old, new)
    return ModuleChange(module=name, what="changed", hours=hours, fields=tuple(fields)) if fields else None


def _differing(old: Document | Module, new: Document | Module) -> list[str]:
    plain_old, plain_new = msgspec.to_builtins(old), msgspec.to_builtins(new)
    return [name for name in sorted({*plain_old, *plain_new}) if plain_old.get(name) != plain_new.get(name)]


class SignOff(NamedTuple):
    """Who has signed a version: the school, and which enterprises. It is complete with the school and at least one enterprise."""

    school: bool
    enterprises: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether both sides have signed."""
        return self.school and bool(self.enterprises)


def sign_off(programme: Programme, registry: TrustRegistry) -> SignOff:
    """Return who has signed a version, by the keys that a registry lists; proofs that are not genuine count for nothing."""
    genuine = ("proof_counts", "proof_not_required")
    signers = {report.publisher for report in check_document(programme, registry).proofs if report.code in genuine}
    return SignOff(programme.school in signers, tuple(name for name in programme.enterprises if name in signers))
