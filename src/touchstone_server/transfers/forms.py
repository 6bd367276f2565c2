# SPDX-License-Identifier: Apache-2.0
"""What an administrator is asked about a transfer."""

from __future__ import annotations

from typing import Any

from django import forms

from touchstone_server.language import current
from touchstone_server.texts import plain_text, region_name


class TransferForm(forms.Form):
    """A standard contract with a recipient in another region."""

    to_region = forms.ChoiceField()
    recipient = forms.CharField(max_length=200)
    purpose = forms.CharField(max_length=200)
    categories = forms.CharField(max_length=200)
    effective = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    filed = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(max_length=80)
    assessed = forms.CharField(max_length=80)
    until = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, regions: list[str], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        tag = current().tag
        for name, field in self.fields.items():
            field.label = plain_text(f"transfers.field_{name}", tag)
        self.fields["categories"].help_text = plain_text("transfers.categories_hint", tag)
        region = self.fields["to_region"]
        assert isinstance(region, forms.ChoiceField)
        region.choices = [(each, region_name(each, tag)) for each in regions]
