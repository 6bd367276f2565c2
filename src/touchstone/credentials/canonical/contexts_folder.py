# SPDX-License-Identifier: Apache-2.0
"""Further contexts from a folder of the caller's: pinned as they are when they are read, and from then on as closed as the others.

``manifest.json`` names them: ``{"contexts": {"https://…/context": "its-file.json"}, "inline": ["a-file.json"]}``, where each file under
``inline`` holds a context that documents may have written into them, word for word.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from touchstone.credentials.canonical.contexts import DEFAULT, ContextSet, PinnedContext
from touchstone.credentials.canonical.strict_json import Json, loads
from touchstone.errors import CredentialError
from touchstone.value import Value

MANIFEST = "manifest.json"


class _Manifest(Value, frozen=True, kw_only=True):
    contexts: dict[str, str] = {}
    inline: tuple[str, ...] = ()


def load_contexts(folder: Path, beside: ContextSet = DEFAULT) -> ContextSet:
    """Return a set that has the folder's contexts beside others.

    :raises CredentialError: ``contexts_unreadable`` if the folder's manifest or a file that it names cannot be read; ``context_invalid``
        if a file holds no context; and what keeps a file from being read as JSON.
    """
    try:
        manifest = msgspec.json.decode(_content(folder, MANIFEST), type=_Manifest)
    except msgspec.MsgspecError as error:
        raise CredentialError("contexts_unreadable", f"the manifest cannot be used ({error})").at(
            file=str(folder / MANIFEST)
        ) from None
    named = [PinnedContext.of(url, _content(folder, file)) for url, file in manifest.contexts.items()]
    contexts = beside.including(*named, inline=[_inline(folder, file) for file in manifest.inline])
    for each in named:
        contexts.context(each.url)  # to say now, not at the first document, that a file holds no context
    return contexts


def _inline(folder: Path, file: str) -> dict[str, Json]:
    context = loads(_content(folder, file))
    if not isinstance(context, dict):
        raise CredentialError("context_invalid", "a context is an object").at(file=str(folder / file))
    return context


def _content(folder: Path, file: str) -> bytes:
    path = folder / file
    if folder.resolve() not in path.resolve().parents:
        raise CredentialError("contexts_unreadable", "a context's file is not in the folder").at(file=str(path))
    try:
        return path.read_bytes()
    except OSError as error:
        raise CredentialError("contexts_unreadable", f"the file cannot be read ({error.strerror})").at(
            file=str(path)
        ) from None
