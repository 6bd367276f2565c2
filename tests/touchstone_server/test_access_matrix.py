"""Who may do what at every address: what was reviewed stands in ``access_matrix.yaml``, and an address that is missing there fails.

The stranger is the administrator of another organisation. All are signed in with a second factor but one, who holds every
role and has signed in by password alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from django.conf import settings
from django.db import transaction

from tests.touchstone_server.access_world import (
    BODIES,
    BY_PASSWORD,
    LEARNER,
    METHODS,
    NOBODY,
    STRANGER,
    WHO,
    Answer,
    Route,
    Visitors,
    World,
    build,
    routes,
)
from tests.touchstone_server.issuing_world import PASSPHRASE
from touchstone_server.node.logs import JsonFormatter
from touchstone_server.node.logs import log as requests

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("access_matrix.yaml")
REVIEWED: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(TABLE.read_text("utf-8")) if TABLE.exists() else {}
ROUTES = tuple(routes())
OWN, OTHER = "CanaryAlpha", "CanaryBeta"


class Asked(NamedTuple):
    """Everything that was asked, and what was logged meanwhile."""

    answers: dict[tuple[str, str, str], Answer]
    log: list[str]


def who_asks(route: Route) -> tuple[str, ...]:
    """Return everybody for an address where roles or persons count, else one of each kind: the whole is soaked."""
    return (
        WHO
        if any(place in route.key for place in ("/desk/", "/cases/", "/passport/"))
        else (NOBODY, LEARNER, BY_PASSWORD, STRANGER)
    )


@pytest.fixture(scope="module")
def asked(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[Asked]:
    """Everybody has asked for what is their own organisation's, in one world that is built once and undone at the end."""
    with _world(django_db_blocker, tmp_path_factory.mktemp("matrix")) as (own, visitors), _logged() as lines:
        yield Asked(_answers(own, visitors, who_asks), lines)


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[Asked]:
    """The same, with every role at every address."""
    with _world(django_db_blocker, tmp_path_factory.mktemp("matrix")) as (own, visitors), _logged() as lines:
        yield Asked(_answers(own, visitors, lambda route: WHO), lines)


@contextmanager
def _world(django_db_blocker, folder: Path) -> Iterator[tuple[World, Visitors]]:
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "TOUCHSTONE_DATA", folder)
        patch.setattr(settings, "TOUCHSTONE_PASSPHRASE", PASSPHRASE)
        patch.setattr(
            "touchstone_server.issuing.views.pdf_of", lambda *told: b"%PDF"
        )  # typesetting is tested elsewhere
        patch.setattr("touchstone_server.issuing.archive.certificate_pdf", lambda *told: b"%PDF")
        own, other = build("alpha", OWN), build("beta", OTHER)
        yield own, Visitors(own, other)
        transaction.set_rollback(True)


class _Lines(logging.Handler):
    """Keeps what the node writes into its log."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def _logged() -> Iterator[list[str]]:
    kept, level = _Lines(), requests.level
    logging.getLogger().addHandler(kept)
    requests.setLevel(logging.INFO)
    try:
        yield kept.lines
    finally:
        requests.setLevel(level)
        logging.getLogger().removeHandler(kept)


def _answers(
    own: World, visitors: Visitors, who: Callable[[Route], tuple[str, ...]]
) -> dict[tuple[str, str, str], Answer]:
    return {
        (route.key, method, each): visitors.ask(each, method, route.address(own), BODIES.get(route.name))
        for route in ROUTES
        for method in METHODS
        for each in who(route)
    }


def reviewed(key: str, method: str) -> dict[str, str]:
    """Return what the table says that everybody gets: ``all``, ``signed_in``, ``others`` are those whom no other line names."""
    told = {str(what): people for what, people in REVIEWED[key][method].items()}
    groups = {"all": WHO, "signed_in": [who for who in WHO if who != NOBODY]}
    found = {who: what for what, people in told.items() for who in groups.get(people, people.split())}
    rest = next((what for what, people in told.items() if people == "others"), "")
    return {who: found.get(who, rest) for who in WHO}


def test_every_address_is_in_the_table_and_the_table_has_no_other():
    assert {route.key for route in ROUTES} == set(REVIEWED)


@pytest.mark.parametrize("method", METHODS)
def test_everybody_may_do_what_was_reviewed_and_nothing_else(asked, method):
    expected = {(route.key, who): reviewed(route.key, method)[who] for route in ROUTES for who in who_asks(route)}
    assert {(key, who): each.what for (key, how, who), each in asked.answers.items() if how == method} == expected


@pytest.mark.soak
def test_every_role_gets_what_was_reviewed_where_roles_count_for_nothing(everything):
    expected = {
        (route.key, method, who): reviewed(route.key, method)[who]
        for route in ROUTES
        for method in METHODS
        for who in WHO
    }
    assert {place: each.what for place, each in everything.answers.items()} == expected


def test_no_answer_to_a_stranger_carries_what_is_not_public(asked):
    """The canary of an organisation stands in its names: another's administrator reads it where everybody does, and nowhere else."""
    seen = {
        (key, method)
        for (key, method, who), answer in asked.answers.items()
        if who == STRANGER and OWN.encode() in answer.content
    }
    public = {
        key for (key, _, who), answer in asked.answers.items() if who == NOBODY and OWN.encode() in answer.content
    }
    assert {key for key, _ in seen} <= public
    assert any(OWN.encode() in answer.content for answer in asked.answers.values()), "the canary sings somewhere"


def test_no_answer_in_one_organisation_carries_the_canary_of_another(asked):
    found = {
        (key, method, who)
        for (key, method, who), answer in asked.answers.items()
        if who != STRANGER and OTHER.encode() in answer.content
    }
    assert not found


def test_no_line_of_the_log_carries_a_canary(asked):
    assert len(asked.log) >= len(asked.answers)
    assert not [line for line in asked.log if OWN in line or OTHER in line]
