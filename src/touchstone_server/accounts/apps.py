# SPDX-License-Identifier: Apache-2.0
"""The app of people: what allauth does with them is put on record, and what it says is said in our words."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Begins to listen and to speak when the node starts."""

    name = "touchstone_server.accounts"

    def ready(self) -> None:
        """Listen to allauth, and lend it our words."""
        from touchstone_server.accounts import anew, on_record, wording

        on_record.listen()
        anew.listen()
        wording.speak_our_words()
