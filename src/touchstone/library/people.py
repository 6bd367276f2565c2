# SPDX-License-Identifier: Apache-2.0
"""The made-up people of the demonstration: who they are, and what they ask."""

from __future__ import annotations

from pathlib import Path

from touchstone.library import DEMO
from touchstone.recognition.evidence import RecognitionRequest, load_request
from touchstone.standards.folder import read_bytes, read_value
from touchstone.text import LanguageMap
from touchstone.value import Value


class _Entry(Value, frozen=True, kw_only=True):
    """A line of ``people.yaml``; ``request`` is the name of the file beside it."""

    request: str
    name: LanguageMap
    story: LanguageMap


class _Demonstration(Value, frozen=True, kw_only=True, tag_field="kind", tag="Demonstration"):
    """A file of made-up people."""

    people: tuple[_Entry, ...]


class Person(Value, frozen=True, kw_only=True):
    """A person of the demonstration, with her request and the file it stands in."""

    name: LanguageMap
    story: LanguageMap
    file: str
    request: RecognitionRequest


def load_people(folder: Path = DEMO) -> tuple[Person, ...]:
    """Return the people of a folder of the demonstration."""
    file = folder / "people.yaml"
    demonstration, _ = read_value(read_bytes(file), str(file), _Demonstration)
    return tuple(
        Person(
            name=entry.name,
            story=entry.story,
            file=str(folder / entry.request),
            request=load_request(folder / entry.request),
        )
        for entry in demonstration.people
    )
