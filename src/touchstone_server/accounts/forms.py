# SPDX-License-Identifier: Apache-2.0
"""What a person is asked who makes an account."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.http import HttpRequest

from touchstone_server.accounts.models import User
from touchstone_server.language import current
from touchstone_server.texts import plain_text


class NamesForm(forms.Form):
    """The names as on the document that proves them; one of the two at least."""

    name_han = forms.CharField(max_length=80, required=False)
    name_latin = forms.CharField(max_length=160, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in ("name_han", "name_latin"):  # allauth's form, which is made from this one, has fields of its own
            self.fields[name].label = plain_text(f"account.{name}", current().tag)
            self.fields[name].help_text = plain_text(f"account.{name}_hint", current().tag)

    def clean(self) -> dict[str, str]:
        """Ask for one name at least; whatever else is wrong is looked for all the same, and told together."""
        names: dict[str, str] = super().clean() or {}
        if not (names.get("name_han") or names.get("name_latin")):
            self.add_error(None, plain_text("account.name_missing", current().tag))
        return names

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the names."""
        user.name_han, user.name_latin = self.cleaned_data["name_han"], self.cleaned_data["name_latin"]
        user.save(update_fields=["name_han", "name_latin"])


class PasskeyForm(AddWebAuthnForm):
    """A key, by default one that signs in alone; allauth's own label knows English only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth's
        super().__init__(*args, **kwargs)
        self.fields["name"].label = plain_text("account.key_name", current().tag)
        self.fields["passwordless"].initial = True


class KeyNameForm(EditWebAuthnForm):
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as allauth's
        super().__init__(*args, **kwargs)
        self.fields["name"].label = plain_text("account.key_name", current().tag)
