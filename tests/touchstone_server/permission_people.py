"""People come and go: they are invited, given roles, stand in, leave and are erased."""

from __future__ import annotations

import datetime as dt
import re

from tests.touchstone_server import permission_model as model
from tests.touchstone_server.permission_model import FORBIDDEN, MISSING, NOT_NOW, OK, SIGN_IN, Person, Visitor
from tests.touchstone_server.permission_world import PLACES, World
from touchstone_server.organisations import services as organisations
from touchstone_server.organisations.models import Invitation, Membership, OperatorSession
from touchstone_server.transfers.models import Transfer


class People(World):
    """What organisations do, and what people do with themselves."""

    def erase(self) -> None:
        """Somebody leaves, or types another's address."""
        who = self.visitor(Visitor.is_signed_in)
        mine = self.draw.random() < 0.5 and self.done["steps"] > 30
        typed = who.person.email if who.person and mine else self.draw.choice(self.people).email
        mine = bool(who.person) and typed == who.person.email  # type: ignore[union-attr]
        expected = who.is_signed_in() if mine else (NOT_NOW if who.is_signed_in() == OK else SIGN_IN)
        self.asks(
            who,
            "POST",
            "/en/passport/erase/",
            expected,
            {"typed": f"{typed}@example.org"},
            after=lambda said: self._goes(who.person),
        )

    def _goes(self, person: Person | None) -> None:
        assert person is not None
        person.alive, person.roles, person.standing_in, person.agreed = False, {}, "", set()
        for each in self.memberships:
            each.ended |= each.person is person
        for held in self.held:
            held.there &= held.holder is not person
        for case in self.cases:
            if case.holder is person:
                case.there = False
        for certificate in self.certificates:
            if certificate.claimed is person:
                certificate.kept_row = False
        self.done["erased"] += 1
        self.people.remove(person)
        self.gone.append(person)
        self._arrive(self.draw.choice([*PLACES, ""]), self.draw.randrange(12))

    def come_back(self) -> None:
        """Whoever was erased tries the old session."""
        if self.gone:
            self.asks(
                Visitor(self.draw.choice(self.gone), True),
                "GET",
                self.draw.choice(["/en/desk/", "/en/passport/", "/en/cases/"]),
                SIGN_IN,
            )

    def invite(self) -> None:
        """An invitation, by whoever tries."""
        place = self.draw.choice(list(PLACES))
        who = self.visitor(lambda each: each.can("invite", place))
        roles = set(self.draw.sample(model.ROLES, self.draw.choice([1, 1, 2])))
        invited = self.draw.choice(self.people) if self.draw.random() < 0.7 else None
        email = invited.email if invited else self.canary()
        self.readers[email].append(lambda who, page: who.can("invite", place) or page == "join")
        expected = who.judged("invite", place)
        expected = FORBIDDEN if expected == OK and invited is who.person else expected

        def after(text: str) -> None:
            secret = re.search(r"/desk/join/([\w-]+)/", text)[1]  # type: ignore[index]
            made = Invitation.objects.get(secret_digest=organisations.digest_of(secret))
            self.invitations.append(model.Invitation(place, who.person, str(made.id), secret, email, roles))

        self.asks(
            who,
            "POST",
            f"/en/desk/{place}/members/",
            expected,
            {"email": f"{email}@example.org", "roles": sorted(roles)},
            after=after,
        )

    def join(self) -> None:
        """Somebody opens an invitation, or one that was used, or none."""
        invitation = self._one(self.invitations)
        if invitation is None:
            return
        who = self.visitor(lambda each: each.person is not None and each.person.email == invitation.email)
        theirs = who.person is not None and who.person.email == invitation.email
        takes = theirs and who.person not in (invitation.author, invitation.confirmed_by) and not invitation.waits
        expected = OK if invitation.counts and (who.is_signed_in() != OK or takes) else MISSING

        def after(said: str) -> None:
            if who.is_signed_in() != OK or who.person is None:
                return
            invitation.used = True
            for role in sorted(invitation.roles - who.person.roles.get(invitation.organisation, set())):
                row = Membership.objects.get(
                    user=who.person.user, organisation__slug=invitation.organisation, role=role, until=None
                )
                self._joins(who.person, invitation.organisation, role, row)

        self.asks(who, "POST", f"/en/desk/join/{invitation.secret}/", expected, page="join", after=after)

    def confirm(self) -> None:
        """A second voice for roles that approve, by whoever tries."""
        invitation = self._one([each for each in self.invitations if each.waits and not each.used])
        if invitation is None:
            return
        place = invitation.organisation
        who = self.visitor(lambda each: each.can("confirm", place))
        expected = who.judged("confirm", place, author=invitation.author)
        if expected == OK and who.person is not None and who.person.email == invitation.email:
            expected = FORBIDDEN

        def after(said: str) -> None:
            invitation.confirmed_by = who.person

        self.asks(who, "POST", f"/en/desk/{place}/members/invitations/{invitation.id}/confirm/", expected, after=after)

    def end_membership(self) -> None:
        """Somebody takes a role from somebody."""
        membership = self._one(self.memberships)
        if membership is None:
            return
        place = membership.organisation if self.draw.random() < 0.8 else self.draw.choice(list(PLACES))
        who = self.visitor(lambda each: each.can("end membership", place))
        seen = who.judged("see members", place)
        expected = seen if seen != OK or place == membership.organisation else MISSING
        if expected == OK:
            expected = who.judged("end membership", place, about=membership.person.name)

        def after(said: str) -> None:
            if not membership.ended:
                membership.ended = True
                membership.person.roles[place].discard(membership.role)

        self.asks(who, "POST", f"/en/desk/{place}/members/{membership.id}/end/", expected, after=after)

    def stand_in(self) -> None:
        """An operator of the node begins to stand in somewhere, or the hour passes."""
        able = [each for each in self.people if each.user.is_operator]  # type: ignore[attr-defined]
        if not able:
            return
        person = self.draw.choice(able)
        if person.standing_in:
            OperatorSession.objects.filter(user=person.user).update(
                until=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
            )
            person.standing_in = ""
        else:
            person.standing_in = self.draw.choice(list(PLACES))
            reason = f"looking after {self.canary()}"
            organisations.operate(person.user, self.places[person.standing_in], reason, dt.timedelta(minutes=30))

    def transfer(self) -> None:
        """A row of the register of transfers is entered or ended."""
        place = self.draw.choice(list(PLACES))
        who = self.visitor(lambda each: each.can("keep transfers", place))
        if self.transfers and self.draw.random() < 0.4:
            its, row = self.draw.choice(self.transfers)
            seen = who.judged("see transfers", place)
            expected = (
                who.judged("keep transfers", place) if its == place and seen == OK else MISSING if seen == OK else seen
            )
            self.asks(who, "POST", f"/en/desk/{place}/transfers/{row}/end/", expected)
            return
        recipient = self.canary(lambda who, page: who.can("see transfers", place))
        to = "MO" if PLACES[place][1] == "GD" else "GD"
        told = {
            "to_region": to, "recipient": recipient, "purpose": "study", "categories": "results", "effective": "2026-01-01",
            "filed": "2026-01-05", "reference": "R1", "assessed": "A1", "until": "2027-01-01",
        }  # fmt: skip
        self.asks(
            who, "POST", f"/en/desk/{place}/transfers/", who.judged("keep transfers", place), told,
            after=lambda said: self.transfers.append((place, str(Transfer.objects.get(recipient=recipient).id))),
        )  # fmt: skip
