# SPDX-License-Identifier: Apache-2.0
"""The app of people: what allauth does with them is put on record."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Begins to listen when the node starts."""

    name = "touchstone_server.accounts"

    def ready(self) -> None:
        """Listen to allauth."""
        from touchstone_server.accounts import on_record

        on_record.listen()
