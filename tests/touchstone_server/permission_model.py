"""Who may do what, told a second time and from the design alone: nothing here is imported from the node.

``WHO`` is read from design/security.md and the issue: four eyes for issuing and for changes of status, nobody decides about themselves, a
second factor for what officers and administrators do, a passport for its holder alone. Where this and the node disagree, one is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

OK, MISSING, FORBIDDEN, SIGN_IN, NOT_NOW = "ok", "missing", "forbidden", "sign_in", "not now"
ROLES = (
    "administrator", "secretary", "programme_leader", "teacher", "assessor", "mentor", "issuing_officer",
    "recognition_officer", "committee_member", "auditor",
)  # fmt: skip
APPROVING = {"administrator", "issuing_officer", "recognition_officer", "committee_member"}
OF_CASES = {"decide case"}
"""What is asked of a case, which is not below an organisation's desk: there, who has no such role is told of no case."""
STANDING_IN = {"administrator", "auditor"}
"""What an operator of the node is for an hour."""

EVERYBODY = set(ROLES)
WHO = {
    "see members": EVERYBODY,
    "invite": {"administrator"},
    "confirm": {"administrator"},
    "end membership": {"administrator"},
    "see groups": {"issuing_officer", "teacher", "assessor", "administrator", "auditor"},
    "prepare": {"issuing_officer", "teacher"},
    "approve": {"issuing_officer"},
    "give codes": {"issuing_officer"},
    "propose change": {"issuing_officer"},
    "decide change": {"issuing_officer"},
    "see cases": {"recognition_officer", "auditor"},
    "decide case": {"recognition_officer"},
    "see transfers": {"administrator", "auditor"},
    "keep transfers": {"administrator"},
    "exchange": {"administrator", "secretary", "committee_member"},
}


@dataclass(eq=False)
class Person:
    """A person, their roles by organisation, and what their passport rests on."""

    key: str
    name: str
    email: str
    roles: dict[str, set[str]] = field(default_factory=dict)
    standing_in: str = ""
    alive: bool = True
    agreed: set[str] = field(default_factory=set)
    wrong_codes: int = 0

    def belongs_to(self, organisation: str) -> bool:
        """Whether the person has any role there."""
        return bool(self.roles.get(organisation)) or self.standing_in == organisation

    def holds(self, organisation: str, wanted: set[str]) -> bool:
        """Whether the person has one of some roles there, as a member or standing in."""
        held = self.roles.get(organisation, set())
        return bool((held | STANDING_IN if self.standing_in == organisation else held) & wanted)


@dataclass(eq=False)
class Visitor:
    """Somebody who asks: a person with or without a second factor, or nobody."""

    person: Person | None = None
    strong: bool = False

    def can(self, what: str, organisation: str) -> bool:
        """Whether a role lets them, four eyes and themselves aside."""
        return self.judged(what, organisation) == OK

    def judged(self, what: str, organisation: str, *, author: Person | None = None, about: str = "") -> str:
        """Judge what is done in an organisation.

        :param author: who proposed it, where another must decide.
        :param about: the name of whom it is about, where nobody decides about themselves.
        """
        if self.person is None or not self.person.alive:
            return SIGN_IN
        holds = self.person.holds(organisation, WHO[what])
        if not self.strong and (holds or (what not in OF_CASES and self.person.belongs_to(organisation))):
            return FORBIDDEN  # a password alone opens nothing that an organisation keeps
        if not holds:
            return MISSING
        return FORBIDDEN if author is self.person or (about and about == self.person.name) else OK

    def is_signed_in(self) -> str:
        """Judge what everybody may who has signed in."""
        return OK if self.person is not None and self.person.alive else SIGN_IN

    def own(self, holder: Person) -> str:
        """Judge what only its holder may see and do."""
        return self.is_signed_in() if self.person is holder or self.is_signed_in() == SIGN_IN else MISSING


@dataclass(eq=False)
class Group:
    """A group of learners: who wrote it, who handed it on, and how far it is."""

    organisation: str
    id: str
    title: str
    names: list[str]
    author: Person
    state: str = "draft"
    sender: Person | None = None


@dataclass(eq=False)
class Certificate:
    """What was issued; ``claimed`` by whom, under which ``code``."""

    group: Group
    id: str
    short: str
    name: str
    state: str = "good"
    code: str = ""
    claimed: Person | None = None
    kept_row: bool = True


@dataclass(eq=False)
class Change:
    """A proposal about a certificate; a second one about a new issue holds a new name."""

    certificate: Certificate
    id: str
    kind: str
    author: Person
    new_name: str = ""
    state: str = "waiting"


@dataclass(eq=False)
class Held:
    """A credential in a passport."""

    holder: Person
    id: str
    mark: str
    names: list[str]
    there: bool = True


@dataclass(eq=False)
class Link:
    """A link that shows fields of a credential."""

    held: Held
    id: str
    token: str
    fields: set[str]
    ended: bool = False


@dataclass(eq=False)
class Case:
    """A case, and who decided it last."""

    organisation: str
    holder: Person
    id: str
    state: str = "waiting"
    officer: Person | None = None
    officers: set[Person] = field(default_factory=set)
    rulings: list[str] = field(default_factory=list)
    there: bool = True


@dataclass(eq=False)
class Invitation:
    """A link that makes the person of its address a member, and nobody else; some roles need a second voice first."""

    organisation: str
    author: Person
    id: str
    secret: str
    email: str
    roles: set[str]
    confirmed_by: Person | None = None
    used: bool = False

    @property
    def waits(self) -> bool:
        """Whether a second voice is wanting."""
        return not self.confirmed_by and bool(self.roles & APPROVING)

    @property
    def counts(self) -> bool:
        """Whether nobody has used it, and whoever invited and whoever agreed could do so now."""
        behind = [each for each in (self.author, self.confirmed_by) if each]
        return not self.used and all(
            each.user.is_operator or each.holds(self.organisation, {"administrator"}) for each in behind
        )  # type: ignore[attr-defined]


@dataclass(eq=False)
class Membership:
    """A role that somebody got."""

    organisation: str
    person: Person
    id: str
    role: str
    ended: bool = False
