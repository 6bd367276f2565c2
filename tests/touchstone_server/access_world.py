"""Two organisations that hold one of everything, each with a canary in its names, and somebody of every role: for the matrix of access."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from tests.touchstone_server.issuing_world import approved, draft_of, give_key
from tests.touchstone_server.test_cases import asked
from touchstone.recognition import Receipt, decide
from touchstone.standards import LevelScale
from touchstone.standards.digest import canonical_bytes, digest
from touchstone.standards.levels import Level
from touchstone_server import documents, trust
from touchstone_server.access.requests import SESSION_METHODS, roles_of
from touchstone_server.access.rules import Actor, Role
from touchstone_server.accounts.models import User
from touchstone_server.cases.models import Case, Ruling
from touchstone_server.exchange import putting_up
from touchstone_server.exchange.models import Peer, PulledDocument
from touchstone_server.issuing import running, services
from touchstone_server.issuing.models import Certificate, StatusChange
from touchstone_server.organisations.models import Membership, Organisation
from touchstone_server.organisations.services import give_role, invite
from touchstone_server.passport import consents, sharing
from touchstone_server.passport import services as passport
from touchstone_server.passport.sharing_fields import Field
from touchstone_server.transfers.models import Transfer

NOBODY, LEARNER, BY_PASSWORD, STRANGER = "nobody", "learner", "by_password", "stranger"
WHO = (NOBODY, LEARNER, *(role.value for role in Role), BY_PASSWORD, STRANGER)
METHODS = ("GET", "POST")
ORIGIN = "https://node.example"
BODIES: Mapping[str, Mapping[str, str]] = {
    "group": {"do": "approve"},
    "certificate": {"kind": "suspend", "reason": "asked for"},
    "decide_change": {"do": "decline"},
    "members": {"email": "new@example.org", "roles": "teacher"},
    "publication": {"do": "publish", "note": "as agreed"},
    "appeal_case": {"reasons": "it was mine"},
}
"""What is posted where a form without fields would be turned away before anybody is asked who may."""


class World(NamedTuple):
    """An organisation with one of everything: what stands for each part of an address."""

    canary: str
    holder: User
    people: Mapping[str, User]
    parts: Mapping[str, str]


def build(slug: str, canary: str) -> World:
    """Build an organisation, its people and its things; the learner holds what is about a person."""
    college = Organisation.objects.create(slug=slug, kind="certification_body", region="GD", names={"en": canary})
    give_key(college)
    people = {role.value: _person(f"{slug}-{role}", canary, college, role) for role in Role}
    people[BY_PASSWORD] = _person(f"{slug}-password", canary, college, *Role)
    teacher, officer = (_person(f"{slug}-{name}", canary, college, *Role) for name in ("first", "second"))
    holder = _person(f"{slug}-holder", canary)
    maker, approver, owner = map(_actor, (teacher, officer, holder))
    waiting = services.prepare(maker, college, draft_of(college, f"{canary} Waiting"), ORIGIN)
    waiting.title = canary
    waiting.save()
    services.hand_on(maker, waiting)
    running.run(approved(college, maker, approver, f"{canary} Issued").id)
    certificate = Certificate.objects.get(organisation=college)
    change = StatusChange.objects.create(
        certificate=certificate, kind="revoke", reason=canary, proposed_by=teacher, proposed=timezone.now()
    )
    for purpose in consents.Purpose:
        consents.give(owner, purpose, "en")
    content = trust.sample_of("valid")
    assert content is not None
    held = passport.bring(owner, content.replace(b"LIN Siyu", canary.encode()))[0]
    link = sharing.share(owner, held, [Field.NAME], 7, canary)
    decided, ruling, open_case = (
        *_decided(college, holder, officer, canary),
        _case(college, holder, "further/caster-gd-to-mo"),
    )
    today = dt.date(2026, 1, 1)
    transfer = Transfer.objects.create(
        organisation=college, to_region="HK", recipient=canary, purpose="study", categories="results", reference=canary,
        effective=today, filed=today, assessed="2026", until=today, created=timezone.now(),
    )  # fmt: skip
    pulled = PulledDocument.objects.create(
        peer=Peer.objects.get_or_create(address="https://peer.example")[0], document=f"https://{slug}.example/scale",
        version="1", kind="LevelScale", title={"en": "A scale"}, digest="sha256:" + slug.encode().hex().ljust(64, "0"),
        content="{}", proofs=[], standing="unverified", lacks=[], pulled=timezone.now(),
    )  # fmt: skip
    scale = LevelScale(
        id=f"https://{slug}.example/scales/own", version="1", title={"en": canary}, status="in_force",
        publisher=college.issuer, levels=(Level(code="1"),),
    )  # fmt: skip
    put_up = putting_up.put_up(maker, college, scale, canary)
    invited = invite(approver, college, holder.email, [Role.MENTOR])
    told = {
        "slug": slug, "publication": put_up.id,
        "group": waiting.id, "certificate": certificate.id, "change": change.id, "short": certificate.short,
        "membership": Membership.objects.get(user=people["mentor"]).id, "credential": held.id, "link": link.id,
        "consent": holder.consents.get(purpose="share").id, "transfer": transfer.id, "document": pulled.id, "case": decided.id,
        "open_case": open_case.id, "ruling": ruling.id, "secret": invited.secret, "invitation": invited.invitation.id,
        "share": sharing.token_of(link.id),
    }  # fmt: skip
    return World(canary, holder, people, {name: str(value) for name, value in told.items()})


class Route(NamedTuple):
    """An address of the node as the table names it."""

    key: str
    name: str

    def address(self, world: World) -> str:
        """Return the address that leads to a world's own thing."""
        found = re.sub(
            r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", lambda match: self._part(match[1] or match[2], world), self.key
        )
        return "/" + found.replace("^", "").replace("$", "")

    def _part(self, part: str, world: World) -> str:
        fixed = {
            "locale": "en", "mark": "0" * 64, "pk": "1", "key": "none", "uidb36": "1", "provider_id": "none", "name": "valid",
        }  # fmt: skip
        if part == "token":
            return world.parts["share"]
        if part == "case" and self.name == "decide_case":
            part = "open_case"
        return world.parts.get(part) or fixed[part]


def routes() -> Iterator[Route]:
    """Yield every address that the resolver knows."""
    for pattern, key in _walk(get_resolver().url_patterns, ""):
        yield Route(re.sub(r"^[a-zA-Z-]+/account/", "<locale:locale>/account/", key), pattern.name or "")


def _walk(patterns: Any, before: str) -> Iterator[tuple[URLPattern, str]]:
    for each in patterns:
        key = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield each, key
        else:
            yield from _walk(each.url_patterns, key)


class Answer(NamedTuple):
    """What came of a request."""

    what: str
    content: bytes


class Visitors:
    """A signed-in browser for everybody; whatever a request does is undone after it."""

    def __init__(self, own: World, other: World) -> None:
        users = {LEARNER: own.holder, STRANGER: other.people["administrator"], **own.people}
        self._cookies = {who: _cookies(user, strong=who != BY_PASSWORD) for who, user in users.items()}

    def ask(self, who: str, method: str, address: str, body: Mapping[str, str] | None = None) -> Answer:
        """Ask as somebody."""
        client = Client(raise_request_exception=False)
        if who in self._cookies:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._cookies[who]
        cache.clear()
        with transaction.atomic():
            response = client.get(address) if method == "GET" else client.post(address, body or {})
            content = b"".join(response) if response.streaming else response.content
            transaction.set_rollback(True)
        signs_in = response.status_code == 302 and "/account/login/" in response["Location"]
        return Answer("sign_in" if signs_in else str(response.status_code), content)


def _cookies(user: User, *, strong: bool) -> str:
    client = Client()
    client.force_login(user)
    session = client.session
    session[SESSION_METHODS] = [{"method": "mfa", "type": "webauthn"} if strong else {"method": "password"}]
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _person(name: str, canary: str, college: Organisation | None = None, *roles: Role) -> User:
    user = User.objects.create_user(f"{name}@{canary.lower()}.example", name_latin=f"{canary} {name}")
    for role in roles:
        give_role(user, college, role)
    return user


def _actor(user: User) -> Actor:
    return Actor(user.id, roles_of(user.id), strong=True)


def _case(college: Organisation, holder: User, name: str) -> Case:
    request = asked(name)
    decision = decide(request, documents.rulebook())
    return Case.objects.create(
        organisation=college, holder=holder, region=request.from_, target=request.target, outcome=decision.outcome,
        request=digest(request), receipt=canonical_bytes(Receipt(request=request, decision=decision)).decode(),
        filed=timezone.now(),
    )  # fmt: skip


def _decided(college: Organisation, holder: User, officer: User, canary: str) -> tuple[Case, Ruling]:
    case = _case(college, holder, "further/setter-gd-to-hk")
    Case.objects.filter(pk=case.pk).update(state=Case.State.DECIDED, officer=officer)
    ruling = Ruling.objects.create(
        case=case, number=1, officer=officer, made=timezone.now(), findings=[], reasons=canary, outcome="PARTIAL",
        receipt=case.receipt, digest="sha256:" + "0" * 64,
    )  # fmt: skip
    return case, ruling
