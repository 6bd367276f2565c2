"""The passports of the small world: what is claimed, brought, shared and taken along."""

from __future__ import annotations

import hashlib

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.touchstone_server import permission_model as model
from tests.touchstone_server.permission_answers import last_id
from tests.touchstone_server.permission_model import MISSING, NOT_NOW, OK, Person, Visitor
from tests.touchstone_server.permission_world import CANARY, World
from touchstone_server.passport.models import HeldCredential, ShareLink


def confirmed(who: Visitor) -> dict[str, str]:
    """Return what one types to do to oneself what cannot be undone."""
    return {"typed": f"{who.person.email}@example.org"} if who.person else {}


class Passports(World):
    """What holders do."""

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
            found = HeldCredential.objects.get(pk=last_id(address))
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

            made = ShareLink.objects.get(pk=last_id(address))
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
