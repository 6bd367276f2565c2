# SPDX-License-Identifier: Apache-2.0
"""What verifying asks of whoever may fetch: the one thing that the core cannot do itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from touchstone.credentials.timestamps import in_utc
from touchstone.errors import CredentialError, InputError


class Retrieved(NamedTuple):
    """What stands at a URL. ``fetched`` is when it was read there; None for a copy that somebody kept, which speaks for its own moment."""

    content: bytes
    fetched: dt.datetime | None = None


Retrieve = Callable[[str], bytes | Retrieved]
"""Finds what stands at an https URL: as `Retrieved`, or as bytes alone, which count as a copy of unknown age.

It raises an `InputError` or `OSError` where it cannot; whatever else it does is told as a failure of its own, and nothing is thrown
through the verification. One verification calls it from its own thread, one URL after another, and may ask for the same URL again: what
several verifications share must itself bear their threads. How much it reads, from where and how long, is for it to bound.
"""


def retrieved(url: str, retrieve: Retrieve) -> Retrieved:
    """Return what stands at a URL, whatever a retriever does.

    :raises InputError: what the retriever says, or ``retriever_failed``: it raised what it must not, or gave what are no bytes.
    :raises OSError: what the retriever says.
    """
    try:
        answer = retrieve(url)
    except (InputError, OSError):
        raise
    except Exception as error:
        name = type(error).__name__
        raise CredentialError("retriever_failed", f"what should have fetched it failed ({name})", found=url) from error
    found = answer if isinstance(answer, Retrieved) else Retrieved(answer)
    if not isinstance(found.content, bytes):
        raise CredentialError(
            "retriever_failed", "what should have fetched it gave no bytes", found=type(found.content).__name__
        )
    return found if found.fetched is None else found._replace(fetched=in_utc(found.fetched))
