# SPDX-License-Identifier: Apache-2.0
"""Names of people as the desk shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from touchstone_server.credentials.selectors import as_written
from touchstone_server.issuing.reasons import Reason, reason

register = template.Library()


@register.simple_tag(takes_context=True)
def named(context: Mapping[str, Any], name: str) -> SafeString | str:
    """``{% named row.name %}``: a name as the table has it, its Han part marked as Han, so that it is read and drawn as such."""
    return as_written(name, "", context["locale"])


@register.simple_tag(takes_context=True)
def reasons_of(context: Mapping[str, Any], errors: list[dict[str, str]]) -> list[Reason]:
    """``{% reasons_of row.errors as told %}``: why a row cannot be issued, in the page's language."""
    return [reason(each, context["locale"].tag) for each in errors]
