# SPDX-License-Identifier: Apache-2.0
"""Who may do what. One pure function answers for a single thing (:func:`refusal`), another for lists of them (:func:`scope`).

Rights come from roles in organisations, and from being the person that something is about. Two rules stand above all roles: whoever
proposes something does not approve it (four eyes), and nobody decides about themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID


class Role(StrEnum):
    """What a member does in an organisation."""

    ADMINISTRATOR = "administrator"
    SECRETARY = "secretary"
    PROGRAMME_LEADER = "programme_leader"
    TEACHER = "teacher"
    ASSESSOR = "assessor"
    MENTOR = "mentor"
    ISSUING_OFFICER = "issuing_officer"
    RECOGNITION_OFFICER = "recognition_officer"
    COMMITTEE_MEMBER = "committee_member"
    AUDITOR = "auditor"


APPROVING = frozenset({Role.ADMINISTRATOR, Role.ISSUING_OFFICER, Role.RECOGNITION_OFFICER, Role.COMMITTEE_MEMBER})
"""Whose word counts as a second one: nobody comes by such a role on the word of one person alone."""


class Action(StrEnum):
    """What can be done, in the words of the audit log."""

    SEE_MEMBERS = "members.see"
    INVITE_MEMBERS = "members.invite"
    CONFIRM_ROLES = "members.confirm"
    CHANGE_MEMBERS = "members.change"
    SEE_AUDIT = "audit.see"
    SEE_SIGN_INS = "sign_ins.see"
    SEE_NODE_RECORD = "node_record.see"
    SEE_GROUPS = "groups.see"
    PREPARE_GROUP = "groups.prepare"
    APPROVE_GROUP = "groups.approve"
    PROPOSE_STATUS = "status.propose"
    APPROVE_STATUS = "status.approve"
    SEE_KEYS = "keys.see"
    SEE_PASSPORT = "passport.see"
    USE_PASSPORT = "passport.use"
    OFFER_CREDENTIAL = "passport.offer"
    SEE_TRANSFERS = "transfers.see"
    KEEP_TRANSFERS = "transfers.keep"
    SEE_CASES = "cases.see"
    FILE_CASE = "cases.file"
    WITHDRAW_CASE = "cases.withdraw"
    DECIDE_CASE = "cases.decide"
    APPEAL_CASE = "cases.appeal"
    SEE_DRAFTS = "documents.see_drafts"
    PROPOSE_DOCUMENT = "documents.propose"
    PUBLISH_DOCUMENT = "documents.publish"
    PULL_DOCUMENTS = "documents.pull"


class Rule(NamedTuple):
    """Who may do one kind of thing.

    :param roles: any of these roles in the organisation that the thing belongs to; a role counts only after signing in with a passkey
        or a second factor (design/security.md): a password alone opens nothing that an organisation keeps.
    :param own: the person whom it is about may, too.
    :param four_eyes: not whoever proposed it.
    :param not_self: not the person whom it is about.
    :param operators: operators of the node may, for no organisation stands behind it.
    """

    roles: frozenset[Role] = frozenset()
    own: bool = False
    four_eyes: bool = False
    not_self: bool = False
    operators: bool = False


def _rule(*roles: Role, **conditions: bool) -> Rule:
    return Rule(frozenset(roles), **conditions)


RULES: Mapping[Action, Rule] = MappingProxyType(
    {
        Action.SEE_MEMBERS: _rule(*Role),
        Action.INVITE_MEMBERS: _rule(Role.ADMINISTRATOR, not_self=True),
        Action.CONFIRM_ROLES: _rule(Role.ADMINISTRATOR, four_eyes=True, not_self=True),
        Action.CHANGE_MEMBERS: _rule(Role.ADMINISTRATOR, not_self=True),
        Action.SEE_AUDIT: _rule(Role.ADMINISTRATOR, Role.AUDITOR),
        Action.SEE_SIGN_INS: _rule(own=True),
        Action.SEE_NODE_RECORD: _rule(operators=True),
        Action.SEE_GROUPS: _rule(Role.ISSUING_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.TEACHER, Role.ASSESSOR),
        Action.PREPARE_GROUP: _rule(Role.ISSUING_OFFICER, Role.TEACHER, not_self=True),
        Action.APPROVE_GROUP: _rule(Role.ISSUING_OFFICER, four_eyes=True, not_self=True),
        Action.PROPOSE_STATUS: _rule(Role.ISSUING_OFFICER, not_self=True),
        Action.APPROVE_STATUS: _rule(Role.ISSUING_OFFICER, four_eyes=True, not_self=True),
        Action.SEE_KEYS: _rule(Role.ISSUING_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR),
        Action.SEE_PASSPORT: _rule(own=True),
        Action.USE_PASSPORT: _rule(own=True),
        Action.OFFER_CREDENTIAL: _rule(Role.ISSUING_OFFICER),
        Action.SEE_TRANSFERS: _rule(Role.ADMINISTRATOR, Role.AUDITOR),
        Action.KEEP_TRANSFERS: _rule(Role.ADMINISTRATOR),
        Action.SEE_CASES: _rule(Role.RECOGNITION_OFFICER, Role.AUDITOR, own=True),
        Action.FILE_CASE: _rule(own=True),
        Action.WITHDRAW_CASE: _rule(own=True),
        Action.DECIDE_CASE: _rule(Role.RECOGNITION_OFFICER, four_eyes=True, not_self=True),
        Action.APPEAL_CASE: _rule(own=True),
        Action.SEE_DRAFTS: _rule(Role.COMMITTEE_MEMBER, Role.SECRETARY, Role.ADMINISTRATOR),
        Action.PROPOSE_DOCUMENT: _rule(Role.COMMITTEE_MEMBER, Role.SECRETARY),
        Action.PUBLISH_DOCUMENT: _rule(Role.COMMITTEE_MEMBER, four_eyes=True),
        Action.PULL_DOCUMENTS: _rule(Role.COMMITTEE_MEMBER, Role.SECRETARY, Role.ADMINISTRATOR),
    }
)


class Actor(NamedTuple):
    """Who asks.

    :param user: None for somebody who has not signed in.
    :param roles: the roles that the person holds now, by organisation; those of a running operator session are among them.
    :param strong: whether a passkey or a second factor was used.
    :param operating: the operator session, if one is running.
    :param operator: whether they are one of the node's operators.
    """

    user: UUID | None = None
    roles: Mapping[UUID, frozenset[Role]] = MappingProxyType({})
    strong: bool = False
    operating: UUID | None = None
    operator: bool = False

    @property
    def signed_in(self) -> UUID:
        """Who it is, where that has been made sure of: by a rule, for no rule lets anybody pass who has not signed in."""
        assert self.user is not None
        return self.user


NOBODY = Actor()


class Thing(NamedTuple):
    """What is asked about.

    :param organisation: to which it belongs.
    :param person: whom it is about.
    :param author: who proposed it.
    """

    organisation: UUID | None = None
    person: UUID | None = None
    author: UUID | None = None


class Refusal(StrEnum):
    """Why somebody may not, in the order in which it is looked at."""

    SIGN_IN = "sign_in"
    NOT_YOURS = "not_yours"
    SECOND_FACTOR = "second_factor"
    OWN_PROPOSAL = "own_proposal"
    ABOUT_YOURSELF = "about_yourself"
    LAST_ADMINISTRATOR = "last_administrator"  # by the service that ends a role, which knows the others


def refusal(actor: Actor, action: Action, thing: Thing) -> Refusal | None:
    """Return why somebody may not do something; None where they may."""
    rule = RULES[action]
    if actor.user is None:
        return Refusal.SIGN_IN
    if not (rule.own and thing.person == actor.user):
        if not (rule.operators and actor.operator) and not _by_role(actor, rule, thing.organisation):
            return Refusal.NOT_YOURS
        if not actor.strong:
            return Refusal.SECOND_FACTOR
    if rule.four_eyes and thing.author == actor.user:
        return Refusal.OWN_PROPOSAL
    if rule.not_self and thing.person == actor.user:
        return Refusal.ABOUT_YOURSELF
    return None


def may(actor: Actor, action: Action, thing: Thing) -> bool:
    """Tell whether somebody may do something."""
    return refusal(actor, action, thing) is None


class Scope(NamedTuple):
    """Of which things somebody may see a list: those of some organisations, and those about themselves."""

    organisations: frozenset[UUID] = frozenset()
    person: UUID | None = None


def scope(actor: Actor, action: Action) -> Scope:
    """Return what a list for somebody may hold: exactly the things of which :func:`may` says yes, four eyes and oneself aside."""
    rule = RULES[action]
    if actor.user is None:
        return Scope()
    organisations = frozenset(each for each in actor.roles if actor.strong and _by_role(actor, rule, each))
    return Scope(organisations, actor.user if rule.own else None)


def _by_role(actor: Actor, rule: Rule, organisation: UUID | None) -> bool:
    return organisation is not None and not rule.roles.isdisjoint(actor.roles.get(organisation, frozenset()))
