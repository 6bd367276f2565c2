"""People of a small world who do random things by real requests; whatever they get is held against ``permission_model``.

Every personal field holds a word of its own, a canary. Whoever an answer goes to, each canary in it must be one that they may read.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import html
import io
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from urllib.parse import urlencode

import msgspec
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.touchstone_server import permission_model as model
from tests.touchstone_server.issuing_world import give_key
from tests.touchstone_server.permission_model import FORBIDDEN, MISSING, NOT_NOW, OK, SIGN_IN, Person, Visitor
from tests.touchstone_server.test_cases import asked
from touchstone_server import trust
from touchstone_server.access.requests import SESSION_METHODS
from touchstone_server.access.rules import Actor, Role
from touchstone_server.accounts.models import User
from touchstone_server.cases import services as cases
from touchstone_server.cases.models import Case
from touchstone_server.cases.proving import Shown
from touchstone_server.issuing import drafting, running
from touchstone_server.issuing.models import Certificate, StatusChange
from touchstone_server.organisations import services as organisations
from touchstone_server.organisations.models import Invitation, Membership, OperatorSession, Organisation
from touchstone_server.passport.models import HeldCredential, ShareLink, Transfer
from touchstone_server.recognition import proven
from touchstone_server.recognition.question import Question

PLACES = {"alpha": ("school", "GD"), "beta": ("certification_body", "HK"), "gamma": ("authority", "HK")}
BODIES = ("beta", "gamma")
CANARY = re.compile(r"cnry[a-z]{7}")
ABSENT = "00000000-0000-4000-8000-000000000000"
Readers = Callable[[Visitor, str], bool]


def _typed(who: Visitor) -> dict[str, str]:
    """What the page asks for before what cannot be undone: one's own address."""
    return {"typed": f"{who.person.email}@example.org"} if who.person else {}


class Walk:
    """The world, and one step after the other through it."""

    def __init__(self, seed: int, *, people: int = 12) -> None:
        self.draw = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.readers: dict[str, list[Readers]] = {}
        self.acted: dict[str, set[Person]] = {place: set() for place in PLACES}
        self.people: list[Person] = []
        self.groups: list[model.Group] = []
        self.certificates: list[model.Certificate] = []
        self.changes: list[model.Change] = []
        self.held: list[model.Held] = []
        self.links: list[model.Link] = []
        self.cases: list[model.Case] = []
        self.invitations: list[model.Invitation] = []
        self.memberships: list[model.Membership] = []
        self.transfers: list[tuple[str, str]] = []
        self.gone: list[Person] = []
        self._cookies: dict[tuple[str, bool], str] = {}
        self._client = Client()
        self._rulebook_sample = trust.sample_of("valid") or b""
        self.places = {
            slug: Organisation.objects.create(slug=slug, kind=kind, region=region, names={"en": slug})
            for slug, (kind, region) in PLACES.items()
        }
        self.offered = {slug: drafting.offered(place)[0].id for slug, place in self.places.items()}
        for place in self.places.values():
            give_key(place)
        for number in range(people):
            self._arrive(list(PLACES)[number % 3] if number < people - 3 else "", number)

    # -------------------------------------------------------------- the walk
    def step(self) -> None:
        """Let somebody do something, and look at what they get."""
        deed = self.draw.choices(DEEDS, WEIGHTS)[0]
        deed(self)
        self.done["steps"] += 1

    def visitor(self, wanted: Callable[[Visitor], bool] | None = None, about: Iterable[str] = ()) -> Visitor:
        """Draw somebody: anybody at all, or two times in three somebody whose role lets them, with a second factor or without.

        :param about: names of whom it is about: now and then it is one of them who tries.
        """
        concerned = [each for each in self.people if each.name in about]
        able = [each for each in self.people if wanted is not None and wanted(Visitor(each, strong=True))]
        likely = concerned if concerned and self.draw.random() < 0.4 else able
        chosen = self.draw.choice(likely if likely and self.draw.random() < 0.67 else [*self.people, None])
        return Visitor(chosen, strong=self.draw.random() < 0.75)

    def asks(
        self,
        who: Visitor,
        method: str,
        path: str,
        expected: str,
        data: object = None,
        page: str = "",
        after: Callable[[str], None] | None = None,
    ) -> str:
        """Ask for something; hold the answer against what was expected and, after what it does, what it says against who may read it."""
        self._client.cookies.clear()
        if who.person:
            self._client.cookies[settings.SESSION_COOKIE_NAME] = self._cookies[who.person.key, who.strong]
        answer = self._client.get(path) if method == "GET" else self._client.post(path, data or {})
        found = _verdict(answer)
        told = f"{who.person and who.person.key} strong={who.strong} {who.person and who.person.roles} {method} {path} {data}"
        assert found == expected, f"{found} ({answer.status_code}) instead of {expected}: {told}\n{_lead(answer)}"
        self.done[expected] += 1
        text = _text(answer)
        if found == OK and after:
            after(answer["Location"] if answer.status_code == 302 else text)
        shown = set(CANARY.findall(text.lower())) - set(
            CANARY.findall(f"{path} {data}")
        )  # what they typed is said back
        assert shown <= self.readers.keys(), f"{shown - self.readers.keys()}: {text[:3000]}"
        leaked = [each for each in shown if not any(reads(who, page) for reads in self.readers[each])]
        leaked += [
            each.id
            for each in self.cases
            if each.id in text and each.id not in path and not self._of_case(each)(who, page)
        ]
        assert not leaked, f"{leaked} read by {told}"
        self.done["canaries read"] += len(shown)
        return text

    def canary(self, *readers: Readers) -> str:
        """Return a new word, and who may read it."""
        word = "cnry" + "".join(self.draw.choices("abcdefghijklmnopqrstuvwxyz", k=7))
        self.readers[word] = list(readers)
        return word

    # -------------------------------------------------------------- people come and go
    def _arrive(self, place: str, number: int) -> None:
        key = f"p{len(self.people) + self.done['erased']}"
        person = Person(key, "", "")
        person.name = self.canary(lambda who, page: self._knows_name(who, person))
        person.email = self.canary(lambda who, page: self._knows_email(who, person))
        user = User.objects.create_user(f"{person.email}@example.org", name_latin=person.name)
        user.is_operator = number % 5 == 4
        user.save()
        for strong in (True, False):
            client = Client()
            client.force_login(user)
            session = client.session
            session[SESSION_METHODS] = [{"method": "mfa", "type": "webauthn"}] if strong else [{"method": "password"}]
            session.save()
            self._cookies[key, strong] = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.people.append(person)
        person.user = user  # type: ignore[attr-defined]
        likely = (
            "administrator",
            "issuing_officer",
            "recognition_officer",
            "issuing_officer",
            "teacher",
            "recognition_officer",
        )
        roles = {likely[number // 3 % 6], *self.draw.sample(model.ROLES, 1)} if place else set()
        for role in sorted(roles):
            self._joins(person, place, role, organisations.give_role(user, self.places[place], Role(role)))

    def _joins(self, person: Person, place: str, role: str, row: Membership) -> None:
        person.roles.setdefault(place, set()).add(role)
        self.memberships.append(model.Membership(place, person, str(row.id), role))

    def _knows_name(self, who: Visitor, person: Person) -> bool:
        return (who.person is person) if not person.alive else (
            who.person is person
            or any(who.can("see members", place) and person.roles.get(place) for place in PLACES)
            or any(who.can("see groups", place) and person in self.acted[place] for place in PLACES)
            or any(who.can("see cases", each.organisation) and (person is each.holder or person in each.officers) for each in self.cases)
        )  # fmt: skip

    def _knows_email(self, who: Visitor, person: Person) -> bool:
        if not person.alive:
            return False
        return who.person is person or (
            any(who.can("see members", place) and person.roles.get(place) for place in PLACES)
            or any(who.can("see cases", each.organisation) and person is each.holder for each in self.cases)
        )

    def _sees_groups(self, place: str) -> Readers:
        return lambda who, page: who.can("see groups", place)

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

    # -------------------------------------------------------------- organisations
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
        takes = theirs and who.person is not invitation.author and not invitation.waits
        expected = MISSING if invitation.used or (who.is_signed_in() == OK and not takes) else OK

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
            invitation.confirmed = True

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

    # -------------------------------------------------------------- issuing
    def prepare(self) -> None:
        """A table is handed in; sometimes the very person stands in it, sometimes a colleague does."""
        place = self.draw.choice(list(PLACES))
        who = self.visitor(lambda each: each.can("prepare", place))
        title = self.canary(self._sees_groups(place))
        rows = [
            (self._learner(place), self.canary(self._sees_groups(place))) for _ in range(self.draw.choice([1, 1, 2]))
        ]
        if who.person and self.draw.random() < 0.25:
            colleagues = [each for each in self.people if each.holds(place, model.WHO["approve"])]
            rows[0] = (self.draw.choice([who.person, *colleagues]).name, rows[0][1])
        names = [name for name, _ in rows]
        expected = who.judged("see groups", place)
        expected = who.judged("prepare", place) if expected == OK else expected
        if expected == OK and who.person.name in names:
            expected = FORBIDDEN
        told = {
            "id": str(_uuid(self.draw)), "title": title, "qualification": self.offered[place], "assurance": "provider_assessed",
            "text": "\n".join(["name,key", *(f"{name},{key}" for name, key in rows)]),
        }  # fmt: skip

        def after(said: str) -> None:
            self.groups.append(model.Group(place, said.split("/")[-2], title, names, who.person))
            self.acted[place].add(who.person)
            for name in names:
                self.readers[name].append(self._sees_groups(place))

        self.asks(who, "POST", f"/en/desk/{place}/issuing/new/", expected, told, after=after)

    def _learner(self, place: str) -> str:
        return self.canary(self._sees_groups(place))

    def work_on_group(self) -> None:
        """A group is handed on, approved, or declined, by whoever tries; what was approved is issued by the worker."""
        group = self._one([each for each in self.groups if each.state in ("draft", "waiting")] or self.groups)
        if group is None:
            return
        place = group.organisation
        do = self.draw.choice(
            [
                *{"draft": ["hand_on"] * 4, "waiting": ["approve"] * 5}.get(group.state, []),
                "hand_on",
                "approve",
                "decline",
            ]
        )
        who = self.visitor(lambda each: each.can("approve" if do == "approve" else "prepare", place), group.names)
        told, wanted = {"do": do}, {"hand_on": "draft", "approve": "waiting"}
        about = who.person.name if who.person and who.person.name in group.names and do != "decline" else ""
        expected = who.judged("see groups", place)
        if expected == OK and do == "decline":
            told["reason"] = self.canary(self._sees_groups(place))
            own = who.person is not None and who.person in (group.author, group.sender)
            expected = who.judged("prepare" if own else "approve", place)
            possible = group.state in ("draft", "waiting")
        elif expected == OK:
            author = who.person if do == "approve" and who.person in (group.author, group.sender) else None
            expected = who.judged("approve" if do == "approve" else "prepare", place, author=author, about=about)
            possible = group.state == wanted[do]
        if expected == OK and not possible:
            expected = NOT_NOW

        def after(said: str) -> None:
            self.acted[place].add(who.person)
            if do == "hand_on":
                group.state, group.sender = "waiting", who.person
            elif do == "decline":
                group.state = "declined"
            else:
                group.state = "issued"
                running.run(group.id)
                for found in Certificate.objects.filter(group=group.id).order_by("index"):
                    self._issued(group, found)

        self.asks(who, "POST", f"/en/desk/{place}/issuing/groups/{group.id}/", expected, told, after=after)

    def _issued(self, group: model.Group, found: Certificate) -> None:
        issued = model.Certificate(group, str(found.id), found.short, found.name)
        self.certificates.append(issued)
        for word in CANARY.findall(found.name):
            self.readers[word].append(lambda who, page: page == "public")
        for word in CANARY.findall(f"{group.title} {found.name} {found.learner}"):
            self.readers[word].append(
                lambda who, page: issued.claimed is not None and who.person is issued.claimed and page == "export"
            )

    def give_codes(self) -> None:
        """Codes are given out, and those of before are good no more."""
        group = self._one(self.groups)
        if group is None:
            return
        place = group.organisation
        who = self.visitor(lambda each: each.can("give codes", place))
        expected = who.judged("see groups", place)
        expected = who.judged("give codes", place) if expected == OK else expected
        expected = NOT_NOW if expected == OK and group.state != "issued" else expected

        def after(text: str) -> None:
            codes = {
                row["number"].replace(" ", "").replace("-", ""): row.get("code", "")
                for row in csv.DictReader(io.StringIO(text.split("\0table\0")[1]))
            }
            for each in self.certificates:
                if each.group is group and each.short in codes and each.claimed is None:
                    each.code = codes[each.short] or each.code

        self.asks(
            who,
            "POST",
            f"/en/desk/{place}/issuing/groups/{group.id}/certificates.zip",
            expected,
            page="archive",
            after=after,
        )

    def propose(self) -> None:
        """A change of a certificate is proposed."""
        certificate = self._one(self.certificates)
        if certificate is None:
            return
        place = certificate.group.organisation
        who = self.visitor(lambda each: each.can("propose change", place), [certificate.name])
        possible = {
            "good": ["revoke", "suspend", "suspend", "reissue"],
            "suspended": ["reinstate", "reinstate", "revoke", "reissue"],
            "revoked": [],
        }
        kind = self.draw.choice(possible[certificate.state] * 4 + ["revoke", "suspend", "reinstate", "reissue"])
        claimer: Readers = lambda who, page: page == "export" and who.person is certificate.claimed  # noqa: E731
        reason, more = (self.canary(self._sees_groups(place), claimer) for _ in range(2))
        name = f"{certificate.name} {more}"  # somebody else's name is no correction
        told = {"kind": kind, "reason": reason, "name": name if kind == "reissue" else ""}
        expected = who.judged("see groups", place)
        if expected == OK and kind not in possible[certificate.state]:
            expected = NOT_NOW
        elif expected == OK:
            expected = who.judged("propose change", place, about=certificate.name)
            waits = any(each.certificate is certificate and each.state == "waiting" for each in self.changes)
            if expected == OK and (waits or (kind == "reissue" and not certificate.kept_row)):
                expected = NOT_NOW

        def after(said: str) -> None:
            made = StatusChange.objects.get(reason=reason)
            self.changes.append(model.Change(certificate, str(made.id), kind, who.person, name))
            self.acted[place].add(who.person)

        self.asks(who, "POST", f"/en/desk/{place}/issuing/certificates/{certificate.id}/", expected, told, after=after)

    def decide_change(self) -> None:
        """A proposal is approved or declined."""
        change = self._one([each for each in self.changes if each.state == "waiting"] or self.changes)
        if change is None:
            return
        certificate, place = change.certificate, change.certificate.group.organisation
        who = self.visitor(lambda each: each.can("decide change", place), [certificate.name])
        do = self.draw.choice(["approve", "approve", "decline"])
        expected = who.judged("see groups", place)
        if expected == OK and change.state != "waiting":
            expected = MISSING
        elif expected == OK:
            expected = who.judged("decide change", place, author=change.author, about=certificate.name)
            if expected == OK and do == "approve" and change.kind == "reissue" and not certificate.kept_row:
                expected = NOT_NOW

        def after(said: str) -> None:
            self.acted[place].add(who.person)
            change.state = "done" if do == "approve" else "declined"
            if do == "approve":
                certificate.state = {"suspend": "suspended", "reinstate": "good"}.get(change.kind, "revoked")
                if certificate.state == "revoked" and certificate.claimed is None:
                    certificate.code = ""
                if change.kind == "reissue":
                    self._issued_anew(certificate, Certificate.objects.get(replaces=certificate.id))

        told = {"do": do, "typed": certificate.short}
        self.asks(who, "POST", f"/en/desk/{place}/issuing/changes/{change.id}/", expected, told, after=after)

    def _issued_anew(self, old: model.Certificate, found: Certificate) -> None:
        """The new certificate lies in the passport of whoever claimed the old one, where they keep it still."""
        self._issued(old.group, found)
        holder = old.claimed
        held = holder and HeldCredential.objects.filter(holder=holder.user, digest=_digest(found)).first()  # type: ignore[attr-defined]
        if held:
            self.certificates[-1].claimed = holder
            self._takes_in(holder, held, CANARY.findall(found.name))

    # -------------------------------------------------------------- passports
    def claim(self) -> None:
        """Whoever has a code claims what waits under it."""
        certificate = self._one([each for each in self.certificates if each.code])
        who = self.visitor(Visitor.is_signed_in)
        if certificate is None:
            return
        wrong = self.draw.random() < 0.05
        code = "00000" + certificate.code[5:] if wrong else certificate.code
        agrees = self.draw.random() < 0.8
        expected = who.is_signed_in()
        if expected == OK:
            if not agrees and "keep" not in who.person.agreed:
                expected = NOT_NOW
            else:
                if agrees:
                    who.person.agreed.add("keep")
                if who.person.wrong_codes >= 5 or wrong or certificate.claimed:
                    expected = NOT_NOW
                    who.person.wrong_codes = min(5, who.person.wrong_codes + wrong)

        def after(address: str) -> None:
            found = HeldCredential.objects.get(pk=_last_id(address))
            certificate.claimed = who.person
            self._takes_in(who.person, found, CANARY.findall(certificate.name))

        self.asks(
            who,
            "POST",
            "/en/passport/claim/",
            expected,
            {"code": code, "anyway": "on", **({"agreed": "on"} if agrees else {})},
            after=after,
        )

    def bring(self) -> None:
        """A certificate is brought as a file."""
        who, name = self.visitor(Visitor.is_signed_in), self.canary()
        agrees = self.draw.random() < 0.8
        expected = who.is_signed_in()
        if expected == OK and not agrees and "keep" not in who.person.agreed:
            expected = NOT_NOW
        if expected == OK and agrees:
            who.person.agreed.add("keep")

        def after(said: str) -> None:
            found = HeldCredential.objects.get(holder=who.person.user, digest=hashlib.sha256(content).hexdigest())
            self._takes_in(who.person, found, [name])

        content = self._rulebook_sample.replace(b"LIN Siyu", name.encode())
        file = SimpleUploadedFile("certificate.json", content)
        self.asks(
            who,
            "POST",
            "/en/passport/bring/",
            expected,
            {"file": file, **({"agreed": "on"} if agrees else {})},
            after=after,
        )

    def _takes_in(self, person: Person, found: HeldCredential, names: list[str]) -> None:
        held = model.Held(person, str(found.id), found.digest, names)
        self.held.append(held)
        for name in names:
            self.readers[name].append(lambda who, page: who.person is person and held.there)
            self.readers[name].append(lambda who, page: self._shows(held, page))

    def _shows(self, held: model.Held, page: str) -> bool:
        kind, _, token = page.partition(" ")
        wanted = {"shared": "name", "shared_file": "file"}.get(kind)
        return wanted is not None and any(
            each.held is held and each.token == token and not each.ended and wanted in each.fields
            for each in self.links
        )

    def share(self) -> None:
        """A link is made, to one's own credential or not."""
        held = self._one(self.held)
        if held is None:
            return
        who = self.visitor(lambda each: each.person is held.holder)
        agrees, label = self.draw.random() < 0.8, self.canary(lambda who, page: who.person is held.holder)
        fields = {each for each in ("name", "dates", "units", "worth", "file") if self.draw.random() < 0.5}
        expected = who.own(held.holder)
        if expected == OK and not held.there:
            expected = MISSING
        if expected == OK and not agrees and "share" not in who.person.agreed:
            expected = NOT_NOW
        if expected == OK and agrees:
            who.person.agreed.add("share")
        told = {"fields_shown": sorted(fields), "days": "7", "label": label, **({"agreed": "on"} if agrees else {})}

        def after(address: str) -> None:
            from touchstone_server.passport.sharing import token_of

            made = ShareLink.objects.get(pk=_last_id(address))
            self.links.append(model.Link(held, str(made.id), token_of(made.id), fields))

        self.asks(who, "POST", f"/en/passport/credentials/{held.id}/share/", expected, told, after=after)

    def open_link(self) -> None:
        """Anybody opens a link, or asks for the file behind it."""
        link = self._one(self.links)
        if link is None:
            return
        who, file = self.visitor(), self.draw.random() < 0.3
        expected = MISSING if not link.held.there else NOT_NOW if link.ended else OK
        if file:
            expected = OK if expected == OK and "file" in link.fields else MISSING
        page = f"{'shared_file' if file else 'shared'} {link.token}"
        self.asks(who, "GET", f"/en/passport/shared/{link.token}/{'file/' if file else ''}", expected, page=page)

    def end_link(self) -> None:
        """A link is ended, by its holder or not."""
        link = self._one(self.links)
        if link is None:
            return
        who = self.visitor(lambda each: each.person is link.held.holder)
        expected = who.own(link.held.holder)
        expected = MISSING if expected == OK and not link.held.there else expected

        def after(said: str) -> None:
            link.ended = True

        self.asks(who, "POST", f"/en/passport/links/{link.id}/end/", expected, after=after)

    def remove(self) -> None:
        """A credential is removed, by its holder or not."""
        held = self._one(self.held)
        if held is None:
            return
        who = self.visitor(lambda each: each.person is held.holder)
        expected = who.own(held.holder)
        expected = MISSING if expected == OK and not held.there else expected

        def after(said: str) -> None:
            held.there = False

        self.asks(who, "POST", f"/en/passport/credentials/{held.id}/remove/", expected, confirmed(who), after=after)

    def withdraw(self) -> None:
        """A consent is withdrawn, one's own or not."""
        owner = self.draw.choice(self.people)
        who = self.visitor(lambda each: each.person is owner)
        found = owner.user.consents.filter(withdrawn=None).first()  # type: ignore[attr-defined]
        if found is None:
            return
        expected = who.own(owner)

        def after(said: str) -> None:
            owner.agreed.discard(found.purpose)
            for held in self.held:
                held.there &= not (held.holder is owner and found.purpose == "keep")
            for link in self.links:
                link.ended |= link.held.holder is owner

        self.asks(who, "POST", f"/en/passport/consents/{found.id}/withdraw/", expected, confirmed(who), after=after)

    def export(self) -> None:
        """Somebody takes everything along."""
        who = self.visitor(Visitor.is_signed_in)
        self.asks(who, "POST", "/en/passport/export/", who.is_signed_in(), page="export")

    # -------------------------------------------------------------- cases
    def file_case(self) -> None:
        """Somebody asks a body to decide on certificates that they have not shown to be theirs, in vain; then on those that they have."""
        place, who = self.draw.choice(BODIES), self.visitor(Visitor.is_signed_in)
        request = asked("further/setter-gd-to-hk")
        mark = f"urn:example:{self.done['steps']}"
        evidence = (msgspec.structs.replace(request.evidence[0], credential=mark), *request.evidence[1:])
        question = Question(
            from_="GD", to="HK", purpose=request.purpose, target=request.target, proven=proven.seal(evidence)
        )

        expected = NOT_NOW if who.is_signed_in() == OK else SIGN_IN
        self.asks(who, "POST", f"/en/cases/file/?{urlencode(question.query)}", expected, {"body": place})
        if who.person is None or expected == SIGN_IN:
            return
        request = msgspec.structs.replace(request, evidence=evidence)
        shown = tuple(
            Shown(credential=each.credential, issuer=each.issuer or "", subject="", name=who.person.name, how="named")
            for each in evidence
        )
        made = cases.file_case(Actor(who.person.user.id), self.places[place], request, shown)  # type: ignore[attr-defined]
        if not any(each.id == str(made.id) for each in self.cases):
            self.cases.append(model.Case(place, who.person, str(made.id)))

    def decide_case(self) -> None:
        """A case is decided, by whoever tries."""
        case = self._one([each for each in self.cases if each.state in ("waiting", "appealed")] or self.cases)
        if case is None:
            return
        who = self.visitor(lambda each: each.can("decide case", case.organisation), [case.holder.name])
        expected = self._sees_case(who, case)
        if expected == OK:
            own = who.person.name if who.person is case.holder else ""
            expected = who.judged("decide case", case.organisation, author=case.officer, about=own)
            if expected == OK and case.state not in ("waiting", "appealed"):
                expected = NOT_NOW
        why = self.canary(self._of_case(case))
        told = {
            "found_0": self.draw.choice(["yes", "no"]),
            "why_0": why,
            "reasons": self.canary(self._of_case(case)),
            "sign": "1",
        }

        def after(said: str) -> None:
            case.officer, case.state = who.person, "decided" if case.state == "waiting" else "final"
            case.officers.add(who.person)
            case.rulings.append(str(Case.objects.get(pk=case.id).rulings.latest("number").id))

        self.asks(who, "POST", f"/en/cases/{case.id}/decide/", expected, told, after=after)

    def appeal(self) -> None:
        """A decision is appealed."""
        case = self._one([each for each in self.cases if each.state == "decided"] or self.cases)
        if case is None:
            return
        who = self.visitor(lambda each: each.person is case.holder)
        expected = self._sees_case(who, case)
        if expected == OK:
            expected = who.own(case.holder)
        beside = [each for each in self.cases if each is not case and each.holder is case.holder]
        open_beside = any(
            each.organisation == case.organisation and each.state in ("waiting", "appealed") for each in beside
        )
        if expected == OK and (case.state != "decided" or open_beside):
            expected = NOT_NOW

        def after(said: str) -> None:
            case.state = "appealed"

        self.asks(
            who,
            "POST",
            f"/en/cases/{case.id}/appeal/",
            expected,
            {"reasons": self.canary(self._of_case(case))},
            after=after,
        )

    def certify(self) -> None:
        """A decision is asked for as a credential, which nobody here has a wallet for."""
        case = self._one([each for each in self.cases if each.rulings])
        if case is None:
            return
        who = self.visitor(lambda each: each.can("decide case", case.organisation), [case.holder.name])
        expected = self._sees_case(who, case)
        if expected == OK:
            own = who.person.name if who.person is case.holder else ""
            expected = who.judged("decide case", case.organisation, about=own)
        self.asks(
            who,
            "POST",
            f"/en/cases/rulings/{self.draw.choice(case.rulings)}/certify/",
            NOT_NOW if expected == OK else expected,
        )

    def _sees_case(self, who: Visitor, case: model.Case) -> str:
        if who.is_signed_in() == SIGN_IN:
            return SIGN_IN
        return OK if case.there and (who.person is case.holder or who.can("see cases", case.organisation)) else MISSING

    def _of_case(self, case: model.Case) -> Readers:
        return lambda who, page: self._sees_case(who, case) == OK or (page == "export" and who.person in case.officers)

    # -------------------------------------------------------------- looking
    def look(self) -> None:
        """Somebody looks at a page of any app, of any organisation, at anything."""
        place = self.draw.choice(list(PLACES))
        who = self.visitor(lambda each: each.person is not None and bool(each.person.roles.get(place)))
        path, expected, page = self.draw.choice(
            [self._of_place, self._of_place, self._of_thing, self._of_thing, self._of_thing, self._of_self]
        )(who, place)
        self.asks(who, "GET", path, expected, page=page)

    def _of_place(self, who: Visitor, place: str) -> tuple[str, str, str]:
        desk = f"/en/desk/{place}"
        word = self.draw.choice(list(self.readers))
        path, what = self.draw.choice([
            (f"{desk}/members/", "see members"), (f"{desk}/issuing/", "see groups"), (f"{desk}/issuing/certificates/", "see groups"),
            (f"{desk}/issuing/certificates/?q={word}", "see groups"), (f"{desk}/transfers/", "see transfers"),
            (f"{desk}/exchange/", "exchange"), (f"/en/cases/of/{place}/", "see cases"),
        ])  # fmt: skip
        return path, who.judged(what, place), ""

    def _of_self(self, who: Visitor, place: str) -> tuple[str, str, str]:
        own = [
            "desk",
            "passport",
            "passport/log",
            "passport/consents",
            "passport/claim",
            "cases",
            "account/email",
            "account/2fa",
        ]
        return f"/en/{self.draw.choice(own)}/", who.is_signed_in(), ""

    def _of_thing(self, who: Visitor, place: str) -> tuple[str, str, str]:
        kind = self.draw.choice(
            [
                "group",
                "group",
                "archive",
                "certificate",
                "certificate_json",
                "public",
                "case",
                "case",
                "decide",
                "receipt",
                "held",
                "held_file",
                "link",
                "join",
            ]
        )
        signed_in = who.is_signed_in()
        if kind in ("group", "archive") and self.groups:
            group = self.draw.choice(self.groups)
            path = f"/en/desk/{place}/issuing/groups/{group.id}/" + ("certificates.zip" if kind == "archive" else "")
            expected = self._in_place(who, "see groups", place, group.organisation)
            early = kind == "archive" and expected == OK and group.state != "issued"
            return path, NOT_NOW if early else expected, kind
        if kind == "public" and self.certificates:
            return f"/en/certificate/{self.draw.choice(self.certificates).short}/", OK, kind
        if kind.startswith("certificate") and self.certificates:
            certificate = self.draw.choice(self.certificates)
            path = f"/en/desk/{place}/issuing/certificates/{certificate.id}/" + (
                "certificate.json" if kind != "certificate" else ""
            )
            return path, self._in_place(who, "see groups", place, certificate.group.organisation), kind
        if kind in ("case", "decide", "receipt") and self.cases:
            case = self.draw.choice(self.cases)
            expected = self._sees_case(who, case)
            if kind == "receipt" and case.rulings:
                return f"/en/cases/rulings/{self.draw.choice(case.rulings)}/receipt.json", expected, kind
            if kind == "decide":
                own = who.person.name if who.person is case.holder and who.person else ""
                expected = (
                    who.judged("decide case", case.organisation, author=case.officer, about=own)
                    if expected == OK
                    else expected
                )
                expected = NOT_NOW if expected == OK and case.state not in ("waiting", "appealed") else expected
            return f"/en/cases/{case.id}/" + ("decide/" if kind == "decide" else ""), expected, kind
        if kind.startswith("held") and self.held:
            held = self.draw.choice(self.held)
            expected = who.own(held.holder)
            return (
                f"/en/passport/credentials/{held.id}/" + ("file/" if kind == "held_file" else ""),
                expected if held.there or expected != OK else MISSING,
                kind,
            )
        if kind == "link" and self.links:
            link = self.draw.choice(self.links)
            expected = who.own(link.held.holder)
            return f"/en/passport/links/{link.id}/", expected if link.held.there or expected != OK else MISSING, kind
        if kind == "join" and self.invitations:
            invitation = self.draw.choice(self.invitations)
            return f"/en/desk/join/{invitation.secret}/", MISSING if invitation.used else OK, kind
        return f"/en/passport/credentials/{ABSENT}/", signed_in if signed_in == SIGN_IN else MISSING, kind

    @staticmethod
    def _in_place(who: Visitor, what: str, place: str, its: str) -> str:
        expected = who.judged(what, place)
        return MISSING if expected == OK and place != its else expected

    def _one(self, things: list) -> object:
        return self.draw.choice(things) if things else None


DEEDS = (
    Walk.look, Walk.prepare, Walk.work_on_group, Walk.give_codes, Walk.propose, Walk.decide_change, Walk.claim, Walk.bring, Walk.share,
    Walk.open_link, Walk.end_link, Walk.remove, Walk.withdraw, Walk.export, Walk.file_case, Walk.decide_case, Walk.appeal, Walk.certify,
    Walk.invite, Walk.confirm, Walk.join,
    Walk.end_membership, Walk.stand_in, Walk.transfer, Walk.erase, Walk.come_back,
)  # fmt: skip
WEIGHTS = (30, 8, 14, 6, 8, 8, 7, 4, 6, 7, 2, 2, 2, 2, 4, 10, 4, 3, 6, 5, 8, 5, 2, 4, 2, 1)


def _verdict(answer: object) -> str:
    status = answer.status_code  # type: ignore[attr-defined]
    if status == 302 and "/account/login/" in answer["Location"]:  # type: ignore[index]
        return SIGN_IN
    return {200: OK, 302: OK, 403: FORBIDDEN, 404: MISSING, 400: NOT_NOW, 409: NOT_NOW, 410: NOT_NOW}.get(
        status, str(status)
    )


def _text(answer: object) -> str:
    """Return everything that an answer says: its headers, its page, and what is packed in a file."""
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    headers = " ".join(f"{name}: {value}" for name, value in answer.items())  # type: ignore[attr-defined]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            tables = "".join(
                packed.read(name).decode("utf-8-sig", "replace") for name in packed.namelist() if name.endswith(".csv")
            )
            return (
                headers
                + " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
                + "\0table\0"
                + tables
            )
    return headers + "\n\n" + html.unescape(content.decode("utf-8", "replace"))


def _last_id(address: str) -> str:
    return re.findall(r"[0-9a-f-]{36}", address)[-1]


def _uuid(draw: random.Random) -> object:
    import uuid

    return uuid.UUID(int=draw.getrandbits(128), version=4)


def confirmed(who: Visitor) -> dict[str, str]:
    """Return what one types to do to oneself what cannot be undone."""
    return {"typed": f"{who.person.email}@example.org"} if who.person else {}


def _lead(answer: object) -> str:
    """Return what a page says first, to tell why it answered so."""
    main = _text(answer).partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())[:300]


def _digest(certificate: Certificate) -> str:
    return hashlib.sha256(bytes(certificate.document or b"")).hexdigest()
