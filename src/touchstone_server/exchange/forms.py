# SPDX-License-Identifier: Apache-2.0
"""What is asked of whoever puts up a document, and of whoever decides on it."""

from __future__ import annotations

from typing import Any

from django import forms

from touchstone_server.language import current
from touchstone_server.texts import plain_text

LONGEST = 1_000


class NoteForm(forms.Form):
    """Why."""

    note = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class
        super().__init__(*args, **kwargs)
        self.fields["note"].label = plain_text(f"exchange.{label}", current().tag)


class DocumentForm(NoteForm):
    """A document, as a file or as a text, and why it is put up."""

    file = forms.FileField(required=False, widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json,.tsv"}))
    text = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}))
    field_order = ("file", "text", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class
        super().__init__(*args, label="field_note", **kwargs)
        for name in ("file", "text"):
            self.fields[name].label = plain_text(f"exchange.field_{name}", current().tag)
        self.fields["file"].help_text = plain_text("exchange.hint_file", current().tag)

    def clean(self) -> dict[str, Any]:
        """Take one of both."""
        cleaned: dict[str, Any] = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text", "").strip()
        if bool(file) == bool(text) and "file" not in self.errors:
            raise forms.ValidationError(plain_text("exchange.one_of_both", current().tag))
        return cleaned

    def content(self) -> tuple[bytes, str]:
        """Return what was handed in, and the name of its file."""
        file = self.cleaned_data["file"]
        return (file.read(), str(file.name)[-120:].lower()) if file else (self.cleaned_data["text"].encode(), "")
