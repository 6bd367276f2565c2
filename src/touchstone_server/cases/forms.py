# SPDX-License-Identifier: Apache-2.0
"""What is asked of whoever files a case, decides one, or appeals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from touchstone.credentials.presentation import MAX_PRESENTATION_BYTES
from touchstone.errors import CredentialError
from touchstone_server.cases.findings import OTHER, Finding
from touchstone_server.cases.selectors import Fact
from touchstone_server.language import current
from touchstone_server.organisations.models import Organisation
from touchstone_server.texts import plain_text

LONGEST = 4_000


class PresentationForm(forms.Form):
    """The file in which a holder shows certificates to this node."""

    presentation = forms.FileField(widget=forms.FileInput(attrs={"accept": ".json,application/json"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class
        super().__init__(*args, **kwargs)
        tag = current().tag
        self.fields["presentation"].label = plain_text("cases.presentation", tag)
        self.fields["presentation"].help_text = plain_text("cases.presentation_hint", tag)

    def clean_presentation(self) -> UploadedFile | None:
        """Read no more than a verifier does."""
        handed: UploadedFile | None = self.cleaned_data["presentation"]
        if handed and (handed.size or 0) > MAX_PRESENTATION_BYTES:
            raise forms.ValidationError(plain_text("cases.presentation_long", current().tag))
        return handed

    def presentation_content(self) -> bytes:
        """Return what was handed in, once the form is valid; nothing where that was nothing."""
        handed = self.cleaned_data.get("presentation")
        return handed.read() if handed else b""

    def tell(self, error: CredentialError) -> None:
        """Say why the presentation does not show whose the certificates are, with the core's sentence."""
        fails = plain_text("cases.presentation_fails", current().tag)
        self.add_error("presentation", f"{fails} {error}")


class FilingForm(PresentationForm):
    """Which body is to decide, what its officer should know, and whose the certificates are."""

    body = forms.ChoiceField(widget=forms.RadioSelect)
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST, required=False)
    field_order = ("body", "note", "presentation")

    def __init__(self, bodies: Sequence[Organisation], *args: Any, must_present: bool, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class
        super().__init__(*args, **kwargs)
        tag = current().tag
        self.fields["presentation"].required = must_present
        self.fields["note"].label, self.fields["note"].help_text = (
            plain_text("cases.note", tag),
            plain_text("cases.note_hint", tag),
        )
        body = self.fields["body"]
        assert isinstance(body, forms.ChoiceField)
        body.label, body.choices = plain_text("cases.body", tag), [(each.slug, each.name_in(tag)) for each in bodies]
        if len(bodies) == 1:
            body.initial = bodies[0].slug


class TextForm(forms.Form):
    """Some reasons."""

    reasons = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST)

    def __init__(self, *args: Any, label: str, hint: str = "", **kwargs: Any) -> None:  # noqa: ANN401 - as the base class
        super().__init__(*args, **kwargs)
        self.fields["reasons"].label, self.fields["reasons"].help_text = label, hint


class FindingsForm(TextForm):
    """Each open fact, settled one by one with a reason; then the reasons of the whole."""

    def __init__(self, facts: Sequence[Fact], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class
        tag = current().tag
        hint = plain_text("cases.reasons_hint", tag)
        super().__init__(*args, label=plain_text("cases.reasons", tag), hint=hint, **kwargs)
        self.facts = facts
        whole = self.fields.pop("reasons")
        for number, fact in enumerate(facts):
            self.fields[f"found_{number}"] = forms.ChoiceField(
                label=plain_text("cases.found", tag), choices=_answers(fact, tag), widget=forms.RadioSelect
            )
            self.fields[f"why_{number}"] = forms.CharField(
                label=plain_text("cases.why", tag), widget=forms.Textarea(attrs={"rows": 2}), max_length=LONGEST
            )
        self.fields["reasons"] = whole

    @property
    def groups(self) -> list[tuple[Fact, forms.BoundField, forms.BoundField]]:
        """The facts with their fields."""
        return [(fact, self[f"found_{number}"], self[f"why_{number}"]) for number, fact in enumerate(self.facts)]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What was answered, for the form that signs it."""
        return [(name, str(self.cleaned_data[name])) for name in self.fields]

    def findings(self) -> list[Finding]:
        """Return what was found, once the form is valid."""
        return [self._finding(number, fact) for number, fact in enumerate(self.facts)]

    def _finding(self, number: int, fact: Fact) -> Finding:
        said, reason = self.cleaned_data[f"found_{number}"], self.cleaned_data[f"why_{number}"].strip()
        if fact.is_about_the_person:
            value = "" if said == "no" else said
            return Finding(fact=fact.name, met=bool(value) and value != OTHER, reason=reason, value=value)
        return Finding(fact=fact.name, met=said == "yes", reason=reason)


def _answers(fact: Fact, tag: str) -> list[tuple[str, str]]:
    if fact.is_about_the_person:
        return [*fact.values, (OTHER, plain_text("cases.other", tag)), ("no", plain_text("cases.not_known", tag))]
    return [("yes", plain_text("cases.met", tag)), ("no", plain_text("cases.not_met", tag))]
