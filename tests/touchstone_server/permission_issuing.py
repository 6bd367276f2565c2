"""The issuing desk of the small world: groups, codes, and what becomes of certificates."""

from __future__ import annotations

import csv
import hashlib
import io
import random

from tests.touchstone_server import permission_model as model
from tests.touchstone_server.permission_model import FORBIDDEN, MISSING, NOT_NOW, OK
from tests.touchstone_server.permission_world import CANARY, PLACES, Readers, World
from touchstone_server.issuing import running
from touchstone_server.issuing.models import Certificate, StatusChange
from touchstone_server.passport.models import HeldCredential


class Issuing(World):
    """What teachers and issuing officers do."""

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
        reason = self.canary(self._sees_groups(place), claimer)
        name = f"{certificate.name}h"  # somebody else's name is no correction
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


def _uuid(draw: random.Random) -> object:
    import uuid

    return uuid.UUID(int=draw.getrandbits(128), version=4)


def _digest(certificate: Certificate) -> str:
    return hashlib.sha256(bytes(certificate.document or b"")).hexdigest()
