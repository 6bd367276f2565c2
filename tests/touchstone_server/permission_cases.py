"""The cases of the small world: filed, decided, appealed and certified."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from tests.touchstone_server import permission_model as model
from tests.touchstone_server.permission_model import NOT_NOW, OK, SIGN_IN, Visitor
from tests.touchstone_server.permission_world import BODIES, World
from tests.touchstone_server.test_cases import asked
from touchstone_server.access.rules import Actor
from touchstone_server.cases import services as cases
from touchstone_server.cases.models import Case
from touchstone_server.cases.proving import Shown
from touchstone_server.recognition import proven
from touchstone_server.recognition.question import Question


class Cases(World):
    """What holders ask of a body, and what its officers decide."""

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
