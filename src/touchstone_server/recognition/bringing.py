# SPDX-License-Identifier: Apache-2.0
"""The explorer takes a wallet or credential file: what verifies becomes evidence, what does not is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from touchstone_server import documents, trust
from touchstone_server.credentials.selectors import CredentialView, credential_view
from touchstone_server.credentials.services import Verified
from touchstone_server.language import Locale
from touchstone_server.recognition.proven import region_of, seal
from touchstone_server.recognition.question import PURPOSES, Question


class Brought(NamedTuple):
    """What came of a file: what counts, what was refused, and the question that goes on from there.

    :param question: None where nothing counts, or more than an address holds.
    """

    used: tuple[CredentialView, ...]
    refused: tuple[CredentialView, ...]
    question: Question | None
    is_too_long: bool = False

    @property
    def holding(self) -> tuple[CredentialView, ...]:
        """What counts and holds."""
        return tuple(view for view in self.used if view.verdict == "valid")

    @property
    def lapsed(self) -> tuple[CredentialView, ...]:
        """What counts for having been revoked, suspended, or having expired."""
        return tuple(view for view in self.used if view.verdict != "valid")


def brought(
    found: Verified, locale: Locale, shown: Callable[[CredentialView], CredentialView] = lambda view: view
) -> Brought:
    """Tell of verified credentials which are evidence.

    :param shown: cuts each to what may be told of it.
    """
    registry = trust.registry()
    views = _each_once([shown(credential_view(each, registry, locale)) for each in found.judged])
    used = tuple(view for view in views if view.evidence)
    refused = tuple(view for view in views if not view.evidence and not _is_bundle(view))
    evidence = tuple(view.evidence for view in used if view.evidence)
    if not evidence:
        return Brought(used, refused, None)
    proven = seal(evidence)
    if proven is None:
        return Brought(used, refused, None, is_too_long=True)
    region = region_of(evidence, documents.edition())
    return Brought(used, refused, Question(from_=region, purpose=PURPOSES[0], proven=proven))


def _is_bundle(view: CredentialView) -> bool:
    """Tell whether it is a learner record that holds: its badges stand beside it, and itself it is neither evidence nor refused."""
    return view.verdict == "valid" and view.not_evidence is None


def _each_once(views: list[CredentialView]) -> list[CredentialView]:
    """Leave out what stands twice under one name, which a request does not hold."""
    seen: dict[tuple[str, str], CredentialView] = {}
    kept = []
    for view in views:
        name = (view.evidence.credential, view.evidence.kind) if view.evidence else None
        if name is None or name not in seen:
            kept.append(view)
        if name is not None:
            seen[name] = view
    return kept
