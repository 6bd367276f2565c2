# SPDX-License-Identifier: Apache-2.0
"""What things are called: units, levels, documents, and tokens such as ``experience:goldsmith:24``, in the words of one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from touchstone.recognition.edition import Edition
from touchstone.recognition.rulebook import Rulebook
from touchstone.recognition.wording import Words
from touchstone.text import text_in


class Names:
    """Names in one language, as of one day."""

    def __init__(self, edition: Edition, rulebook: Rulebook, words: Words) -> None:
        self.words, self._edition, self._rulebook = words, edition, rulebook

    def title(self, title: Mapping[str, str]) -> str:
        """Return a title in the language, or the nearest there is."""
        return text_in(title, self.words.language)

    def quoted(self, title: Mapping[str, str]) -> str:
        """Return a title in quotation marks, as it stands in a sentence."""
        return self.words.say("name.quoted", what=self.title(title))

    def unit(self, unit: str) -> str:
        """Return the title of a unit, or its id where no framework knows it."""
        return self.title(self._edition.units[unit].competency.title) if unit in self._edition.units else unit

    def region(self, unit: str) -> str:
        """Return the region of a unit, or nothing where no framework knows it."""
        return self.words.region(self._edition.units[unit].framework.region) if unit in self._edition.units else ""

    def document(self, identifier: str) -> str:
        """Return the title of a document, or its id where there is none."""
        documents = self._rulebook.by_id.get(identifier, ())
        return self.title(documents[-1].title) if documents else identifier

    def level(self, unit: str, code: str | None) -> str:
        """Return a level of a unit by its title on the unit's scale, empty for none."""
        if code is None:
            return ""
        scale = self._edition.scales[self._edition.scale_of(unit)]
        title = next((level.title for level in scale.levels if level.code == code), None)
        return self.words.level(code, title)

    def fact(self, name: str) -> str:
        """Return a unit or a token as it stands in a sentence."""
        if name in self._edition.units:
            return self.quoted(self._edition.units[name].competency.title)
        kind, _, rest = name.partition(":")
        match kind:
            case "holds":
                return self.words.say("name.holds", what=self.document(rest))
            case "experience":
                what, _, months = rest.rpartition(":")
                return self.words.say("name.experience", what=self._work(what), months=months)
            case "training":
                framework, _, hours = rest.rpartition(":")
                return self.words.say("name.training", what=self.document(framework), hours=hours)
            case "person":
                return self.words.say("name.person", what=self.words.named("fact", rest))
            case _:
                return name

    def _work(self, name: str) -> str:
        """Return an occupation or an area of work, as it stands in the middle of a sentence."""
        told = self.words.named("occupation", name)
        if told != name:
            return told
        area = self.words.named("area", name)
        return area[:1].lower() + area[1:]

    def facts(self, names: Sequence[str]) -> str:
        """Return several facts as a list."""
        return self.words.listed([self.fact(name) for name in names])
