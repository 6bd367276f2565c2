# SPDX-License-Identifier: Apache-2.0
"""The application that a server runs; documents are compiled before the first request is taken."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone_server.settings")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - after Django's own beginning

from touchstone_server import documents, texts, trust  # noqa: E402 - settings come first
from touchstone_server.demo.crossings import watch_connections  # noqa: E402

texts.all_texts()
documents.rulebook()
trust.tell_doubts()
if settings.TOUCHSTONE_DEMO:
    watch_connections()
