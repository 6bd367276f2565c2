# SPDX-License-Identifier: Apache-2.0
"""People."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from touchstone_server.language import current

if TYPE_CHECKING:
    from touchstone.text import LanguageTag


class UserManager(BaseUserManager["User"]):
    """Makes people."""

    def create_user(self, email: str, password: str | None = None, **names: str) -> User:
        """Return a new person; without a password they sign in by passkey or by their institution."""
        user = self.model(email=self.normalize_email(email).lower(), **names)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person. Names stand as on the document that proves them: never split, never romanised; identity numbers nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name_han = models.CharField(max_length=80, blank=True)
    name_latin = models.CharField(max_length=160, blank=True)
    known_as = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"

    @property
    def name(self) -> str:
        """What the person is called on the page that is being answered."""
        return self.called(current().tag)

    def called(self, tag: LanguageTag) -> str:
        """Return the names in the order of a reader's language: ``CHAN Tai Man (陳大文)``, ``陳大文 CHAN Tai Man``."""
        latin, han = self.known_as or self.name_latin, self.name_han
        if not (latin and han) or latin.casefold() == han.casefold():
            return latin or han or self.email
        return f"{han} {latin}" if tag.startswith("zh") else f"{latin} ({han})"
