# SPDX-License-Identifier: Apache-2.0
"""What a person is asked in the passport."""

from __future__ import annotations

from typing import Any

from django import forms

from touchstone_server.access.rules import Actor
from touchstone_server.language import current
from touchstone_server.passport.consents import Purpose, running, words_of
from touchstone_server.passport.sharing import DAYS
from touchstone_server.passport.sharing_fields import DEFAULT, Field
from touchstone_server.texts import plain_counted, plain_text


class _AgreeingForm(forms.Form):
    """A form that also asks for a consent, unless it was given before."""

    purpose: Purpose

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        tag = current().tag
        if actor.user and running(actor.user, self.purpose) is None:
            agreed = forms.BooleanField(label=words_of(self.purpose, tag))
            agreed.error_messages["required"] = plain_text("passport.consent_missing", tag)
            self.fields["agreed"] = agreed


class ClaimForm(_AgreeingForm):
    """The code from the issuer."""

    purpose = Purpose.KEEP
    code = forms.CharField(max_length=40)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(actor, *args, **kwargs)
        self.fields["code"].widget.attrs.update(autocomplete="off", autocapitalize="characters", spellcheck="false")
        self.fields["code"].label = plain_text("passport.code", current().tag)
        self.fields["code"].help_text = plain_text("passport.code_hint", current().tag)
        if "anyway" in self.data:
            self.ask_anyway()

    def ask_anyway(self) -> None:
        """Ask, too, whether to take in what bears another name."""
        self.fields["anyway"] = forms.BooleanField(
            label=plain_text("passport.claim_anyway", current().tag), required=False
        )


class BringForm(_AgreeingForm):
    """A file."""

    purpose = Purpose.KEEP
    file = forms.FileField(allow_empty_file=True)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(actor, *args, **kwargs)
        self.fields["file"].label = plain_text("hand_in.file_certificate", current().tag)
        self.fields["file"].help_text = plain_text("hand_in.file_hint_certificate", current().tag)


class ShareForm(_AgreeingForm):
    """What is shown, for how long, and for whom."""

    purpose = Purpose.SHARE
    fields_shown = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, initial=[each.value for each in DEFAULT]
    )
    days = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect, initial=7)
    label = forms.CharField(max_length=80, required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(actor, *args, **kwargs)
        tag = current().tag
        for name in ("fields_shown", "days", "label"):
            self.fields[name].label = plain_text(f"passport.share_{name}", tag)
        self.fields["label"].help_text = plain_text("passport.share_label_hint", tag)
        shown, days = self.fields["fields_shown"], self.fields["days"]
        assert isinstance(shown, forms.MultipleChoiceField)
        assert isinstance(days, forms.TypedChoiceField)
        shown.choices = [(each.value, plain_text(f"passport.field_{each}", tag)) for each in Field]
        days.choices = [(each, plain_counted("passport.days", each, tag)) for each in DAYS]
