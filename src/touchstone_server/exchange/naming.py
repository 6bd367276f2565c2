# SPDX-License-Identifier: Apache-2.0
"""Names of documents: one id and version has one content here, whether the node decides by it, pulled it or published it."""

from __future__ import annotations

from touchstone_server import documents
from touchstone_server.exchange.models import DocumentName
from touchstone_server.exchange.pulling import Known


def known() -> Known:
    """Return the digests of everything that has a name here, by id and version; what waits at a desk has none yet."""
    named = DocumentName.objects.values_list("document", "version", "digest")
    return {(name, version): digest for name, version, digest in named} | _decided_by()


def claim(document: str, version: str, digest: str) -> str:
    """Claim a name for a content, in the transaction that keeps it; others who want the name wait for its end.

    :returns: the digest of the content that bears the name: another one where that was faster.
    """
    ours = _decided_by().get((document, version))
    kept, _ = DocumentName.objects.select_for_update().get_or_create(
        document=document, version=version, defaults={"digest": ours or digest}
    )
    return ours or kept.digest


def hand_over(document: str, version: str, digest: str) -> None:
    """Give a name that was claimed in this transaction to another content."""
    DocumentName.objects.filter(document=document, version=version).update(digest=digest)


def _decided_by() -> dict[tuple[str, str], str]:
    rulebook = documents.rulebook()
    return {(each.id, each.version): rulebook.digest_of(each) for each in rulebook.documents}
