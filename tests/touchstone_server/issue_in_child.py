"""A node in a process of its own, which may be killed: ``setup ROWS`` makes one with a group that was approved, ``work`` is its worker."""

from __future__ import annotations

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "touchstone_server.settings"
django.setup()


def setup(rows: int) -> None:
    """Make a college, two people, and a group that was approved."""
    from django.core.management import call_command

    from tests.touchstone_server.issuing_world import approved, give_key
    from touchstone_server.access.requests import roles_of
    from touchstone_server.access.rules import Actor, Role
    from touchstone_server.accounts.models import User
    from touchstone_server.organisations.models import Organisation
    from touchstone_server.organisations.services import give_role

    call_command("migrate", verbosity=0, interactive=False)
    college = Organisation.objects.create(slug="college", kind="school", region="GD", names={"en": "College"})
    give_key(college)
    people = [User.objects.create_user(f"{name}@example.org", name_latin=name) for name in ("Olive", "Sam")]
    for each in people:
        give_role(each, college, Role.ISSUING_OFFICER)
    first, second = (Actor(each.id, roles_of(each.id), strong=True) for each in people)
    approved(college, first, second, "\n".join(["name,key", *(f"Learner {each},{each}" for each in range(rows))]))


def work() -> None:
    """Do what there is to do, as ``touchstone-node worker`` does, and end."""
    from django.core.management import call_command

    from touchstone_server.issuing import services

    services.resume_all()
    call_command("db_worker", batch=True, interval=0.1, startup_delay=False, verbosity=0)


if __name__ == "__main__":
    setup(int(sys.argv[2])) if sys.argv[1] == "setup" else work()
