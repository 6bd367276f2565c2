# SPDX-License-Identifier: Apache-2.0
"""Whether the node is well, for whoever watches it."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from touchstone_server.node.findings import health


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the node works, else 503, with the codes of what is wrong and nothing else."""
    wrong = [finding.code for finding in health()]
    return JsonResponse({"well": not wrong, "findings": wrong}, status=503 if wrong else 200)
