# SPDX-License-Identifier: Apache-2.0
"""What an administrator is asked who invites somebody."""

from __future__ import annotations

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from touchstone_server.access.rules import Role
from touchstone_server.language import current
from touchstone_server.texts import plain_text, text


class InvitationForm(forms.Form):
    """An address and at least one role."""

    email = forms.EmailField()
    roles = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        tag = current().tag
        self.fields["email"].label = plain_text("desk.email", tag)
        roles = self.fields["roles"]
        assert isinstance(roles, forms.MultipleChoiceField)
        roles.label = plain_text("desk.roles", tag)
        roles.choices = [(role.value, _explained(role, tag)) for role in Role]

    def invited(self) -> tuple[str, list[Role]]:
        """Return who is invited and to what, once the form is valid."""
        return self.cleaned_data["email"], [Role(each) for each in self.cleaned_data["roles"]]


def _explained(role: Role, tag: str) -> SafeString:
    may = text(f"desk.may_{role.value}", tag)
    return format_html('{}<br><span class="small">{}</span>', text(f"desk.role_{role.value}", tag), may)
