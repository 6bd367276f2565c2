# SPDX-License-Identifier: Apache-2.0
"""What an officer is asked: who gets which certificate, and why a certificate should count no more."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from touchstone.errors import InputError
from touchstone.standards.agreement import ASSURANCES
from touchstone_server.design.templatetags.touchstone import plain_title
from touchstone_server.issuing import drafting
from touchstone_server.issuing.models import Certificate, Group, StatusChange
from touchstone_server.issuing.services import Draft
from touchstone_server.issuing.status import ALLOWED
from touchstone_server.language import current
from touchstone_server.organisations.models import Organisation
from touchstone_server.texts import plain_text

SHOWN = ("units", "dates")
"""What a public page may show beside name, qualification and status."""


class GroupForm(forms.Form):
    """A group: what is certified, and to whom, as a table that is handed in or typed."""

    NAMED = ("title", "qualification", "assurance", "valid_months", "file", "text", "shown", "signatory", "office")

    id = forms.UUIDField(widget=forms.HiddenInput)
    instead = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(max_length=120)
    qualification = forms.ChoiceField()
    assurance = forms.ChoiceField(initial="provider_assessed")
    valid_months = forms.IntegerField(min_value=1, max_value=600, required=False)
    file = forms.FileField(required=False, widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}))
    text = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}))
    shown = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    signatory = forms.CharField(max_length=120, required=False)
    office = forms.CharField(max_length=160, required=False)

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's
        super().__init__(*args, **kwargs)
        self.fields["id"].initial = uuid.uuid4
        locale = current()
        self._offered = {each.id: each for each in drafting.offered(organisation)}
        for name in self.NAMED:
            self.fields[name].label = plain_text(f"issuing.field_{name}", locale.tag)
        for name in ("valid_months", "file", "text", "shown", "signatory"):
            self.fields[name].help_text = plain_text(f"issuing.hint_{name}", locale.tag)
        choices: dict[str, list[tuple[str, str]]] = {
            "qualification": [(key, plain_title(each, locale)[0]) for key, each in self._offered.items()],
            "assurance": [(each, plain_text(f"assume.assurance_{each}", locale.tag)) for each in ASSURANCES[1:]],
            "shown": [(each, plain_text(f"issuing.shown_{each}", locale.tag)) for each in SHOWN],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered

    def clean(self) -> dict[str, Any]:
        """Read the table; what is wrong with it as a whole is told at once."""
        cleaned: dict[str, Any] = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text", "")
        if "file" in self.errors:
            return cleaned  # what is wrong with the file is told beside it
        if not file and not text.strip():
            raise forms.ValidationError(plain_text("issuing.no_table", current().tag))
        try:
            cleaned["table"] = drafting.table_from(
                file.read() if file else text.encode(), file.name[-120:] if file else ""
            )
        except InputError as error:
            self.add_error("file" if file else "text", str(error))
        return cleaned

    def draft(self) -> Draft:
        """Return what was asked for."""
        said = self.cleaned_data
        wanted = drafting.Wanted(self._offered[said["qualification"]], said["assurance"], said["valid_months"])
        table, name = said["table"]
        signing = (said["signatory"], said["office"])
        return Draft(said["id"], said["title"], wanted, table, name, tuple(said["shown"]), said["instead"], *signing)


def asked_again(group: Group) -> dict[str, Any]:
    """Return what a form begins with by which a group is mended: what was asked for, and the learners where they were typed."""
    template = drafting.template_in(group)
    typed = group.table_name == drafting.TYPED
    return {
        "instead": group.id,
        "title": group.title,
        "qualification": template.attests.holds[0],
        "assurance": template.attests.assurance,
        "valid_months": template.valid_months,
        "shown": group.shown,
        "signatory": group.signatory,
        "office": group.office,
        "text": bytes(group.table).decode() if typed else "",
    }


class ReasonForm(forms.Form):
    """Why something is declined."""

    reason = forms.CharField(max_length=400, min_length=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = plain_text("issuing.reason", current().tag)


class ChangeForm(forms.Form):
    """What should become of a certificate, and why; for a new issue, what is corrected."""

    kind = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(max_length=400, min_length=4)
    name = forms.CharField(max_length=200, required=False)
    holder = forms.CharField(max_length=200, required=False)

    def __init__(self, certificate: Certificate, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's
        super().__init__(*args, **kwargs)
        tag = current().tag
        for name in ("kind", "reason", "name", "holder"):
            self.fields[name].label = plain_text(f"issuing.change_{name}", tag)
        for name in ("name", "holder"):
            self.fields[name].help_text = plain_text("issuing.only_reissue", tag)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        offered = ALLOWED[Certificate.State(certificate.state)]
        if certificate.group_id is None:  # a decision on a case: another is made by deciding again
            offered = tuple(each for each in offered if each is not StatusChange.Kind.REISSUE)
        allowed = self.offered = offered
        kind.choices = [(each.value, plain_text(f"issuing.kind_{each.value}", tag)) for each in allowed]

    def correction(self) -> dict[str, str]:
        """Return what is corrected."""
        if self.cleaned_data["kind"] != StatusChange.Kind.REISSUE:
            return {}
        return {name: self.cleaned_data[name].strip() for name in ("name", "holder") if self.cleaned_data[name].strip()}
