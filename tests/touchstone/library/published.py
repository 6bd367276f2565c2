"""The lock of the shipped documents: which content each version of each of them has, once and for all.

``python -m tests.touchstone.library.published`` adds the versions that are new. A line is never changed: a version that was published
keeps its content, so whoever changes a document gives it a new version first.
"""

from __future__ import annotations

import sys

from touchstone.library import LIBRARY, load_library
from touchstone.standards.digest import digest

LOCK = LIBRARY / "published.lock"


def locked() -> dict[tuple[str, str], str]:
    """The digest of every version that was ever locked, by id and version."""
    rows = (line.split() for line in LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {(name, version): content for name, version, content in rows}


def shipped() -> dict[tuple[str, str], str]:
    """The digest of every document that is shipped now."""
    return {(item.document.id, item.document.version): digest(item.document) for item in load_library()}


def changed() -> list[str]:
    """The documents whose content is another than that of their locked version."""
    known = locked()
    return sorted(f"{key[0]} {key[1]}" for key, content in shipped().items() if known.get(key, content) != content)


if __name__ == "__main__":
    if wrong := changed():
        sys.exit("\n".join(f"{each}: changed under its version. Give it a new version." for each in wrong))
    everything = shipped() | locked()
    head = "# id, version and digest of every document that was ever shipped: lines are added, never changed"
    LOCK.write_text(
        "\n".join([head, *(" ".join((*key, everything[key])) for key in sorted(everything))]) + "\n", encoding="utf-8"
    )
