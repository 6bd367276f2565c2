# SPDX-License-Identifier: Apache-2.0
"""What cannot be undone is confirmed by typing what it is done to: nobody does it by a slip, and nobody needs a script for it."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms

from touchstone_server.language import current
from touchstone_server.texts import plain_text


class ConfirmForm(forms.Form):
    """One field, in which stands what the page asks for: shown by ``components/confirm.html``.

    :param asked: what is to be typed, as the page shows it; case, spaces and hyphens make no difference.
    """

    typed = forms.CharField(max_length=320)

    def __init__(self, asked: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's
        super().__init__(*args, **kwargs)
        self.asked = asked
        field = self.fields["typed"]
        field.label = plain_text("site.confirm", current().tag, asked=asked)
        field.error_messages["required"] = self._told()
        field.widget.attrs.update(autocomplete="off", autocapitalize="off", spellcheck="false")

    def clean_typed(self) -> str:
        """Ask for the very thing."""
        typed = str(self.cleaned_data["typed"])
        if _folded(typed) != _folded(self.asked):
            raise forms.ValidationError(self._told())
        return typed

    def _told(self) -> str:
        return plain_text("site.confirm_wrong", current().tag, asked=self.asked)


def _folded(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).casefold().replace("-", "").split())
