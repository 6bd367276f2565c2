"""People of a small world who do random things by real requests; whatever they get is held against ``permission_model``.

Every personal field holds a word of its own, a canary. Whoever an answer goes to, each canary in it must be one that they may read.
"""

from __future__ import annotations

from tests.touchstone_server.permission_cases import Cases
from tests.touchstone_server.permission_issuing import Issuing
from tests.touchstone_server.permission_model import MISSING, NOT_NOW, OK, SIGN_IN, Visitor
from tests.touchstone_server.permission_passports import Passports
from tests.touchstone_server.permission_people import People
from tests.touchstone_server.permission_world import ABSENT, PLACES


class Walk(People, Issuing, Passports, Cases):
    """One step after the other through the world."""

    def step(self) -> None:
        """Let somebody do something, and look at what they get."""
        deed = self.draw.choices(DEEDS, WEIGHTS)[0]
        deed(self)
        self.done["steps"] += 1

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
            return f"/en/desk/join/{invitation.secret}/", OK if invitation.counts else MISSING, kind
        return f"/en/passport/credentials/{ABSENT}/", signed_in if signed_in == SIGN_IN else MISSING, kind


DEEDS = (
    Walk.look, Walk.prepare, Walk.work_on_group, Walk.give_codes, Walk.propose, Walk.decide_change, Walk.claim, Walk.bring, Walk.share,
    Walk.open_link, Walk.end_link, Walk.remove, Walk.withdraw, Walk.export, Walk.file_case, Walk.decide_case, Walk.appeal, Walk.certify,
    Walk.invite, Walk.confirm, Walk.join,
    Walk.end_membership, Walk.stand_in, Walk.transfer, Walk.erase, Walk.come_back,
)  # fmt: skip
WEIGHTS = (30, 8, 14, 6, 8, 8, 7, 4, 6, 7, 2, 2, 2, 2, 4, 10, 4, 3, 6, 5, 8, 5, 2, 4, 2, 1)
