# SPDX-License-Identifier: Apache-2.0
"""What a person's cases are when that person leaves: all of it to take along; and what goes, and what is kept restricted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import orjson

from touchstone_server.accounts.models import User
from touchstone_server.cases.models import Appeal, Case, Ruling
from touchstone_server.passport.retention import decision_kept_until


def told_of(person: User) -> Iterator[dict[str, object]]:
    """Yield all that is kept of somebody's cases."""
    cases = Case.objects.filter(holder=person).select_related("organisation", "appeal").order_by("filed", "id")
    for case in cases.prefetch_related("rulings"):
        appeal = getattr(case, "appeal", None)
        yield {
            "id": case.id,
            "organisation": case.organisation.names,
            "state": case.state,
            "filed": case.filed,
            "subject": case.subject,
            "certificates": case.shown,
            "note": case.note,
            "receipt": orjson.loads(case.receipt),
            "appeal": appeal and {"filed": appeal.filed, "grounds": appeal.grounds},
            "rulings": [_ruling(each) for each in sorted(case.rulings.all(), key=lambda each: each.number)],
        }


def leave(person: User, now: dt.datetime) -> None:
    """Delete what nobody has decided; keep decisions restricted, on no page, for as long as they can be contested."""
    _restrict(person)
    purge(now)


def _restrict(person: User) -> None:
    for case in Case.objects.filter(holder=person, kept_until=None).select_for_update():
        last = case.rulings.order_by("-number").first()
        if last is None:
            case.delete()
            continue
        case.kept_until, case.note = decision_kept_until(last.made), ""
        case.shown = [each | {"name": ""} for each in case.shown]
        case.save(update_fields=["kept_until", "note", "shown"])


def purge(now: dt.datetime) -> int:
    """Let go of restricted decisions whose time is over, and of what waits for nobody; return how many cases went."""
    for person in User.objects.filter(is_active=False, cases__kept_until=None).distinct():
        _restrict(person)
    gone = list(Case.objects.filter(kept_until__lte=now).values_list("pk", flat=True))
    for kind in (Appeal, Ruling):
        kind.objects.filter(case__in=gone).delete()
    Case.objects.filter(pk__in=gone).delete()
    return len(gone)


def _ruling(ruling: Ruling) -> dict[str, object]:
    return {
        "made": ruling.made,
        "outcome": ruling.outcome,
        "findings": ruling.findings,
        "reasons": ruling.reasons,
        "receipt": orjson.loads(ruling.receipt),
        "credential": orjson.loads(ruling.credential) if ruling.credential else None,
    }
