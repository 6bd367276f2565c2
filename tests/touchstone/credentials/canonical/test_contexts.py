# SPDX-License-Identifier: Apache-2.0
"""Contexts come from the pinned files or not at all."""

from __future__ import annotations

import subprocess
import sys

import pytest
from msgspec.structs import replace

from touchstone.credentials.canonical import DEFAULT, canonical_nquads
from touchstone.credentials.canonical.contexts import CREDENTIALS_V2, PinnedContext
from touchstone.errors import CredentialError


def credential(contexts: object) -> dict[str, object]:
    return {"@context": contexts, "id": "urn:x:1", "type": "VerifiableCredential"}


@pytest.mark.parametrize("url", DEFAULT.urls)
def test_every_context_is_there_and_is_the_one_that_was_pinned(url):
    assert DEFAULT.context(url)["@context"]


def test_reading_contexts_never_imports_the_package_that_ships_them():
    code = (
        "import sys\n"
        "from touchstone.credentials.canonical import DEFAULT\n"
        "[DEFAULT.context(url) for url in DEFAULT.urls]\n"
        "print([name for name in sys.modules if name.startswith(('openbadgeslib', 'pyld', 'lxml'))])\n"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize(
    ("contexts", "code"),
    [
        ([CREDENTIALS_V2, "https://evil.example/context"], "context_unknown"),
        ([CREDENTIALS_V2, "https://www.w3.org/ns/credentials/v2#"], "context_unknown"),
        ([CREDENTIALS_V2, "file:///etc/passwd"], "context_unknown"),
        ([CREDENTIALS_V2, {"name": "https://evil.example/name"}], "context_inline"),
        ({"@vocab": "https://evil.example/"}, "context_inline"),
        ([CREDENTIALS_V2, [CREDENTIALS_V2]], "context_invalid"),
        (7, "context_invalid"),
        ([CREDENTIALS_V2, None], "context_conflict"),
        ([CREDENTIALS_V2] * 17, "context_invalid"),
        ([CREDENTIALS_V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"], "context_conflict"),
    ],
)  # fmt: skip
def test_no_other_context_is_taken(contexts, code):
    with pytest.raises(CredentialError) as refused:
        canonical_nquads(credential(contexts))

    assert refused.value.code == code


def test_a_context_whose_bytes_changed_is_refused():
    pinned = PinnedContext.of("https://a.example/context", b'{"@context": {"a": "https://a.example/a"}}')
    changed = DEFAULT.including(replace(pinned, content=pinned.content.replace(b"/a", b"/b")))

    with pytest.raises(CredentialError) as refused:
        canonical_nquads(credential([CREDENTIALS_V2, pinned.url]), changed)

    assert refused.value.code == "context_changed"


def test_a_context_whose_file_is_gone_is_told():
    missing = DEFAULT.including(
        PinnedContext(url="https://a.example/context", sha256="0" * 64, file="no-such-file.json")
    )

    with pytest.raises(CredentialError) as refused:
        canonical_nquads(credential([CREDENTIALS_V2, "https://a.example/context"]), missing)

    assert refused.value.code == "context_missing"


def test_a_set_with_more_contexts_leaves_the_built_in_one_as_it_is():
    url = "https://a.example/context"
    more = DEFAULT.including(PinnedContext.of(url, b'{"@context": {"craft": "https://a.example/craft"}}'))
    document = {**credential([CREDENTIALS_V2, url]), "craft": "setting"}

    assert '<https://a.example/craft> "setting"' in canonical_nquads(document, more)
    with pytest.raises(CredentialError, match="built in"):
        canonical_nquads(document)


@pytest.mark.parametrize("more", ['"@import": "https://x.example"', '"@base": "https://x.example/"', '"a": {"@id": "urn:a", "@nest": "b"}',
                                  '"a": {"@reverse": "urn:a"}', '"a": {"@id": "urn:a", "@container": "@index"}', '"a": "b", "b": "a"',
                                  '"a": {}', '"a": {"@id": "b"}'])  # fmt: skip
def test_a_context_that_asks_for_more_than_is_read_here_is_refused_not_misread(more):
    url = "https://a.example/context"
    contexts = DEFAULT.including(PinnedContext.of(url, f'{{"@context": {{{more}}}}}'.encode()))

    with pytest.raises(CredentialError) as refused:
        canonical_nquads(credential([CREDENTIALS_V2, url]), contexts)

    assert refused.value.code == "context_invalid"
