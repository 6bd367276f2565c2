"""A published version never changes: what the package ships is what was locked under its version."""

from __future__ import annotations

from tests.touchstone.library.published import changed, locked, shipped


def test_no_shipped_document_changes_under_its_version():
    assert changed() == [], "give each of these a new version, then run  python -m tests.touchstone.library.published"


def test_every_shipped_version_is_locked():
    assert shipped().keys() <= locked().keys(), "run  python -m tests.touchstone.library.published"


def test_the_lock_holds_every_version_once_in_order(monkeypatch, tmp_path):
    from tests.touchstone.library import published

    lines = published.LOCK.read_text(encoding="utf-8").splitlines()[1:]
    assert lines == sorted(lines, key=lambda line: tuple(line.split()[:2]))
    assert len(lines) == len(locked())

    name, version, content = lines[0].split()
    other = tmp_path / "published.lock"
    other.write_text(f"{name} {version} sha256:{'0' * 64}\n", encoding="utf-8")
    monkeypatch.setattr(published, "LOCK", other)
    assert published.changed() == [f"{name} {version}"]
    assert content != f"sha256:{'0' * 64}"
