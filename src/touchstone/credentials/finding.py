# SPDX-License-Identifier: Apache-2.0
"""What a check of a document finds: a code for programs, a sentence for people, and where."""

from __future__ import annotations

from collections.abc import Iterable

from touchstone.errors import CredentialError
from touchstone.value import Value


class Finding(Value, frozen=True, kw_only=True):
    """One thing that is wrong with a document. ``field`` is a path such as ``credentialSubject.achievement.id``."""

    code: str
    message: str
    field: str = ""

    def as_error(self) -> CredentialError:
        """Return the finding as the error that refuses the document."""
        return CredentialError(self.code, self.message, field=self.field)


def finding_of(error: CredentialError) -> Finding:
    """Return an error as a finding, for checks that report all that is wrong and not the first thing only."""
    told = str(error).removesuffix(".")
    return Finding(code=error.code, message=told.removeprefix(f"{error.field}: "), field=error.field)


def refuse(findings: Iterable[Finding]) -> None:
    """Raise the first finding, if there is one.

    :raises CredentialError: with the finding's code, message and field.
    """
    for finding in findings:
        raise finding.as_error()
