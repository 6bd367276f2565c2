"""Makes, in a process of its own, a node to do harm to: certificates with a proposal each, an officer who decides, and a group to issue.

``setup COUNT ROWS`` prints as JSON what a browser needs: the officer's cookie, and the addresses of what waits.
"""

from __future__ import annotations

import json
import os
import re
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "touchstone_server.settings"
django.setup()


def setup(count: int, rows: int) -> dict[str, object]:
    """Make a college with officers; certificates that the first would suspend, and a table that the first has handed on."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from tests.touchstone_server.issuing_world import approved, draft_of, give_key
    from touchstone_server.access.requests import SESSION_METHODS, roles_of
    from touchstone_server.access.rules import Actor, Role
    from touchstone_server.accounts.models import User
    from touchstone_server.issuing import running, services, status
    from touchstone_server.issuing.models import Certificate, StatusChange
    from touchstone_server.organisations.models import Organisation
    from touchstone_server.organisations.services import give_role
    from touchstone_server.passport import consents

    call_command("migrate", verbosity=0, interactive=False)
    college = Organisation.objects.create(slug="college", kind="school", region="GD", names={"en": "College"})
    give_key(college)
    people = [User.objects.create_user(f"{name}@example.org", name_latin=name) for name in ("Olive", "Sam")]
    for each in people:
        give_role(each, college, Role.ISSUING_OFFICER)
    first, second = (Actor(each.id, roles_of(each.id), strong=True) for each in people)
    running.run(approved(college, first, second, _table("Holder", count)).id)
    changes = [
        status.propose(first, each, StatusChange.Kind.SUSPEND, "asked for")
        for each in Certificate.objects.order_by("index")
    ]
    waiting = services.prepare(first, college, draft_of(college, _table("Learner", rows)), "https://node.example")
    services.hand_on(first, waiting)
    consents.give(second, consents.Purpose.KEEP, "en")
    client = Client()
    client.force_login(people[1])
    session = client.session
    session[SESSION_METHODS] = [{"method": "mfa", "type": "webauthn"}]
    session.save()
    return {
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
        "changes": [f"/desk/college/issuing/changes/{each.id}/" for each in changes],
        "group": f"/desk/college/issuing/groups/{waiting.id}/",
    }


def _table(name: str, count: int) -> str:
    return "\n".join(["name,key", *(f"{name} {each},{name}-{each}" for each in range(count))])


def account() -> dict[str, object]:
    """Tell what is there now, from the database alone."""
    from touchstone_server.audit.models import AuditEvent
    from touchstone_server.audit.services import broken_links
    from touchstone_server.issuing.models import Certificate, Group, StatusChange, StatusList
    from touchstone_server.passport.models import HeldCredential

    kept = StatusList.objects.get(purpose="suspension")
    return {
        "held": sorted(re.findall(rb"held (\d{4})", bytes(each))[0].decode() for each in _contents(HeldCredential)),
        "done": sorted(str(each) for each in StatusChange.objects.filter(state="done").values_list("id", flat=True)),
        "bits": sum(each.bit_count() for each in bytes(kept.bits)),
        "decided": AuditEvent.objects.filter(action="status.approve").count(),
        "brought": AuditEvent.objects.filter(action="passport.bring").count(),
        "approved": AuditEvent.objects.filter(action="groups.approve").count() - 1,  # but for the first group
        "broken": list(broken_links()),
        "groups": sorted(Group.objects.values_list("state", flat=True)),
        "keys": sorted(Certificate.objects.filter(document__isnull=False).values_list("key", flat=True)),
    }


def _contents(kind: type) -> list[bytes]:
    return list(kind.objects.values_list("content", flat=True))  # type: ignore[attr-defined]


if __name__ == "__main__":
    told = setup(int(sys.argv[2]), int(sys.argv[3])) if sys.argv[1] == "setup" else account()
    sys.stdout.write(json.dumps(told))
