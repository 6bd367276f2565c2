"""What a worker of the node does in one turn, and the claim code for a learner: ``one_turn.py ORGANISATION NAME``.

No page of the issuing desk gives a code yet, so an officer's hand is lent here: the same service, the same actor.
"""

from __future__ import annotations

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "touchstone_server.settings"
django.setup()

from django.core.management import call_command  # noqa: E402

from touchstone_server.access.requests import roles_of  # noqa: E402
from touchstone_server.access.rules import Actor  # noqa: E402
from touchstone_server.issuing.models import Certificate  # noqa: E402
from touchstone_server.passport import services  # noqa: E402


def main(slug: str, name: str) -> None:
    """Issue what was approved; offer a learner's certificate; print the code."""
    call_command("db_worker", batch=True, verbosity=0)
    certificate = Certificate.objects.select_related("organisation", "group").get(organisation__slug=slug, name=name)
    officer = certificate.group.decided_by_id
    offered = services.offer(
        Actor(officer, roles_of(officer), strong=True), bytes(certificate.document), name,
        organisation=certificate.organisation,
    )  # fmt: skip
    print(offered.code)


if __name__ == "__main__":
    main(*sys.argv[1:])
