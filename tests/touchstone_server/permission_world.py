"""A small world of people: who is there, what they ask for by real requests, and who may read each word that they are answered."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable

from django.conf import settings
from django.test import Client

from tests.touchstone_server import permission_model as model
from tests.touchstone_server.issuing_world import give_key
from tests.touchstone_server.permission_answers import lead, text_of, verdict
from tests.touchstone_server.permission_model import MISSING, OK, SIGN_IN, Person, Visitor
from touchstone_server import trust
from touchstone_server.access.requests import SESSION_METHODS
from touchstone_server.access.rules import Role
from touchstone_server.accounts.models import User
from touchstone_server.issuing import drafting
from touchstone_server.organisations import services as organisations
from touchstone_server.organisations.models import Membership, Organisation

PLACES = {"alpha": ("school", "GD"), "beta": ("certification_body", "HK"), "gamma": ("authority", "HK")}
BODIES = ("beta", "gamma")
CANARY = re.compile(r"cnry[a-z]{7}")
ABSENT = "00000000-0000-4000-8000-000000000000"
Readers = Callable[[Visitor, str], bool]


class World:
    """People, and all that they have made so far; each answer is held against what was expected, and against who may read it."""

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
        found = verdict(answer)
        told = f"{who.person and who.person.key} strong={who.strong} {who.person and who.person.roles} {method} {path} {data}"
        assert found == expected, f"{found} ({answer.status_code}) instead of {expected}: {told}\n{lead(answer)}"
        self.done[expected] += 1
        text = text_of(answer)
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

    def _sees_case(self, who: Visitor, case: model.Case) -> str:
        if who.is_signed_in() == SIGN_IN:
            return SIGN_IN
        return OK if case.there and (who.person is case.holder or who.can("see cases", case.organisation)) else MISSING

    def _of_case(self, case: model.Case) -> Readers:
        return lambda who, page: self._sees_case(who, case) == OK or (page == "export" and who.person in case.officers)

    @staticmethod
    def _in_place(who: Visitor, what: str, place: str, its: str) -> str:
        expected = who.judged(what, place)
        return MISSING if expected == OK and place != its else expected

    def _one(self, things: list) -> object:
        return self.draw.choice(things) if things else None
