# SPDX-License-Identifier: Apache-2.0
"""What allauth and Django say on the pages of accounts, in our words.

Their Chinese is Taiwan's and their Portuguese partly Brazil's. What we say instead stands with all our texts, in ``locale/allauth.yaml``,
found by their own English sentence, and is laid over what Django has read: nothing is compiled, and no template copied
(docs/decisions/0029).
"""

from __future__ import annotations

from gettext import NullTranslations

from django.utils.translation import trans_real

from touchstone.text import text_in
from touchstone_server.language import DEFAULT, LOCALES, django_code
from touchstone_server.texts import all_texts

FILE = "allauth."


class OurWords(NullTranslations):
    """The words of a language, as Django merges them: a sentence, and its two forms where it counts something."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.plural = lambda number: int(number != 1)
        self._catalog: dict[str | tuple[str, int], str] = {}
        for key, texts in all_texts().items():
            if key.startswith(FILE):
                self._add(key, texts["en"], text_in(texts, tag))

    def _add(self, key: str, theirs: str, ours: str) -> None:
        if key.endswith("_many"):
            one = all_texts()[key.removesuffix("many") + "one"]["en"]
            self._catalog[one, 1] = ours
        elif key.endswith("_one"):
            self._catalog[theirs, 0] = ours
        else:
            self._catalog[theirs] = ours


def speak_our_words() -> None:
    """Lay our words over theirs in every locale but English, which is theirs already."""
    for locale in LOCALES:
        if locale != DEFAULT:
            trans_real.translation(django_code(locale, foreign=True)).merge(OurWords(locale.tag))
