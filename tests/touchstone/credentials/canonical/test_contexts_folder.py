# SPDX-License-Identifier: Apache-2.0
"""Further contexts from a folder: pinned when they are read, and a folder that does not do is a sentence."""

from __future__ import annotations

import json

import pytest

from touchstone.credentials.canonical.contexts_folder import load_contexts
from touchstone.errors import CredentialError

URL = "https://example.org/context"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "own.json").write_text('{"@context": {"level": "https://example.org/level"}}', encoding="utf-8")
    (tmp_path / "inline.json").write_text('{"Level": "https://example.org/Level"}', encoding="utf-8")
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    return tmp_path


def manifest(folder, content):
    (folder / "manifest.json").write_text(
        content if isinstance(content, str) else json.dumps(content), encoding="utf-8"
    )


def test_a_folders_contexts_stand_beside_those_built_in(folder):
    manifest(folder, {"contexts": {URL: "own.json"}, "inline": ["inline.json"]})

    contexts = load_contexts(folder)

    assert contexts.context(URL)["@context"] == {"level": "https://example.org/level"}
    assert "https://www.w3.org/ns/credentials/v2" in contexts.urls
    assert contexts.inline({"Level": "https://example.org/Level"})


def test_a_context_is_pinned_as_it_was_when_it_was_read(folder):
    manifest(folder, {"contexts": {URL: "own.json"}})
    contexts = load_contexts(folder)

    (folder / "own.json").write_text('{"@context": {}}', encoding="utf-8")

    assert contexts.context(URL)["@context"] == {"level": "https://example.org/level"}


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("contexts_unreadable", "{"),
        ("contexts_unreadable", {"contexts": []}),
        ("contexts_unreadable", {"context": {}}),
        ("contexts_unreadable", {"contexts": {URL: "absent.json"}}),
        ("contexts_unreadable", {"contexts": {URL: "../own.json"}}),
        ("contexts_unreadable", {"inline": ["/etc/hostname"]}),
        ("context_invalid", {"contexts": {URL: "list.json"}}),
        ("context_invalid", {"contexts": {URL: "inline.json"}}),
        ("context_invalid", {"inline": ["list.json"]}),
    ],
)
def test_a_folder_that_does_not_do_is_refused(folder, code, content):
    manifest(folder, content)

    with pytest.raises(CredentialError) as caught:
        load_contexts(folder)

    assert caught.value.code == code


def test_a_folder_without_a_manifest_is_refused(folder):
    with pytest.raises(CredentialError, match=r"manifest\.json"):
        load_contexts(folder)
