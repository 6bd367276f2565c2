"""Who may do what: the rules, and the lists that mirror them."""

from __future__ import annotations

import ast
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import touchstone_server
from touchstone_server.access.rules import (
    APPROVING,
    NOBODY,
    RULES,
    Action,
    Actor,
    Refusal,
    Role,
    Thing,
    may,
    refusal,
    scope,
)

COLLEGE, STUDIO = UUID(int=1), UUID(int=2)
ANN, BEN = UUID(int=11), UUID(int=12)

ids = st.sampled_from([COLLEGE, STUDIO])
people = st.sampled_from([ANN, BEN])
roles = st.frozensets(st.sampled_from(list(Role)), max_size=3)
actors = st.builds(Actor, st.none() | people, st.dictionaries(ids, roles), st.booleans())
things = st.builds(Thing, st.none() | ids, st.none() | people, st.none() | people)


def officer(user: UUID = ANN, *, strong: bool = True) -> Actor:
    return Actor(user, {COLLEGE: frozenset({Role.ISSUING_OFFICER})}, strong)


def test_every_action_has_a_rule():
    assert set(RULES) == set(Action)


def test_every_action_is_asked_for_somewhere():
    """A rule that nothing asks for protects nothing: it says that something is there, or looked after, which is not."""
    asking = {"require", "may", "within", "refusal", "scope"}
    asked = {
        each.attr
        for file in Path(touchstone_server.__file__).parent.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in asking
        for argument in call.args
        for each in ast.walk(argument)
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "Action"
    }
    assert {action.name for action in Action} - asked == set()


def test_every_action_can_be_done_by_somebody():
    for action, rule in RULES.items():
        user = Actor(ANN, {COLLEGE: rule.roles}, strong=True, operator=rule.operators)
        assert may(user, action, Thing(COLLEGE, ANN if rule.own else None)), action


def test_nobody_comes_by_a_second_voice_on_one_persons_word():
    assert {role for rule in RULES.values() if rule.four_eyes for role in rule.roles} <= APPROVING


def test_an_officer_does_not_approve_what_they_prepared():
    assert refusal(officer(), Action.APPROVE_GROUP, Thing(COLLEGE, author=ANN)) is Refusal.OWN_PROPOSAL
    assert may(officer(BEN), Action.APPROVE_GROUP, Thing(COLLEGE, author=ANN))


def test_nobody_issues_to_themselves():
    assert refusal(officer(), Action.APPROVE_GROUP, Thing(COLLEGE, ANN, BEN)) is Refusal.ABOUT_YOURSELF


@pytest.mark.parametrize("action", [action for action, rule in RULES.items() if rule.roles])
def test_a_password_alone_opens_nothing_that_an_organisation_keeps(action):
    by_password = Actor(ANN, {COLLEGE: frozenset(Role)})
    assert refusal(by_password, action, Thing(COLLEGE)) is Refusal.SECOND_FACTOR
    assert not scope(by_password, action).organisations


@pytest.mark.parametrize("action", [action for action, rule in RULES.items() if rule.own])
def test_a_password_opens_what_is_ones_own(action):
    assert may(Actor(ANN), action, Thing(person=ANN))


def test_a_role_counts_in_its_own_organisation_only():
    assert refusal(officer(), Action.PREPARE_GROUP, Thing(STUDIO)) is Refusal.NOT_YOURS


def test_a_passport_is_seen_by_its_holder_alone():
    everything = Actor(BEN, {COLLEGE: frozenset(Role), STUDIO: frozenset(Role)}, strong=True)
    assert may(Actor(ANN), Action.SEE_PASSPORT, Thing(person=ANN))
    assert not may(everything, Action.SEE_PASSPORT, Thing(COLLEGE, ANN))


@given(actors, st.sampled_from(list(Action)), things)
def test_without_signing_in_nothing_may_be_done(actor, action, thing):
    assert refusal(NOBODY, action, thing) is Refusal.SIGN_IN


@given(actors, st.sampled_from(list(Action)), things)
def test_a_list_holds_a_thing_exactly_if_it_may_be_seen_alone(actor, action, thing):
    rule = RULES[action]
    covered = scope(actor, action)
    listed = thing.organisation in covered.organisations or (
        covered.person is not None and thing.person == covered.person
    )
    alone = refusal(actor, action, thing) not in (Refusal.SIGN_IN, Refusal.NOT_YOURS, Refusal.SECOND_FACTOR)
    assert listed == alone, rule


@given(actors, st.sampled_from(list(Action)), things, ids, st.sampled_from(list(Role)))
def test_a_further_role_never_takes_a_right_away(actor, action, thing, organisation, role):
    held = actor.roles.get(organisation, frozenset()) | {role}
    more = actor._replace(roles={**actor.roles, organisation: held})
    assert not may(actor, action, thing) or may(more, action, thing)


@pytest.mark.parametrize("action", list(Action))
def test_a_right_in_one_organisation_says_nothing_of_another(action):
    everything_there = Actor(BEN, {STUDIO: frozenset(Role)}, strong=True)
    assert not may(everything_there, action, Thing(COLLEGE, ANN))
