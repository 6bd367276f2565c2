"""The answer page closes the gap: the cheapest plan and the others, what a draft would change, and how time changes the answer."""

from __future__ import annotations

import datetime as dt
import html
import re

import msgspec
import pytest
from django.http import QueryDict
from django.test import Client

from tests.touchstone_server.questions import BY_OUTCOME, GAN, HO, JIANG, KOU, LIN, THREE_UNITS, written
from touchstone.recognition import compile_rulebook
from touchstone.recognition.bridging import plan
from touchstone.standards import KINDS
from touchstone.standards.decoding import decode
from touchstone.standards.envelope import Period
from touchstone_server import documents
from touchstone_server.recognition import drafts
from touchstone_server.recognition.bridge import bridge_of
from touchstone_server.recognition.question import read_question
from touchstone_server.recognition.services import answer

DRAFT = "https://touchstone.example/agreements/mo-hk"
HEADINGS = {
    "en": "The cheapest way to full recognition",
    "zh-hans": "达到完全认可的最省途径",
    "zh-hant-hk": "達到完全認可的最省途徑",
    "pt": "O caminho mais económico até ao reconhecimento total",
}


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.fixture(scope="module", autouse=True)
def _real_documents_first():
    """What the node looks up once and keeps is looked up in its own documents before a test puts others in their place."""
    documents.counts()
    documents.short_names()
    documents.asked()


def page_of(client: Client, question, locale: str = "en") -> str:
    return html.unescape(client.get(f"/{locale}/explorer/answer/?{written(question)}").content.decode())


def answered(pairs, tag: str = "en"):
    return answer(read_question(QueryDict(written(pairs)), documents.edition()), tag)


def plan_card(page: str) -> str:
    found = re.search(r'<section class="[^"]*plan"[^>]*>(.*?)</section>', page, re.S)
    return found[1] if found else ""


# The plan


@pytest.mark.parametrize("locale", HEADINGS)
@pytest.mark.parametrize("question", [LIN, JIANG, THREE_UNITS])
def test_where_something_is_missing_the_cheapest_plan_is_shown_as_the_core_makes_it(
    client: Client, question, locale: str
):
    found = answered(question)
    expected = plan(found.request, documents.rulebook()).plan

    card = plan_card(page_of(client, question, locale))

    assert HEADINGS[locale] in card
    price = f"{expected.cost.amount // 100:,}.00"
    written_so = price.replace(",", " ").replace(".", ",") if locale == "pt" else price
    assert f"HKD {written_so}" in card.replace("\N{NO-BREAK SPACE}", " ")
    assert card.split("</ol>")[0].count("<li>") == len(expected.options)
    assert bridge_of(found).best.plan == expected


def test_each_step_says_its_kind_its_price_its_hours_and_its_dates(client: Client):
    card = plan_card(page_of(client, LIN)).replace("\N{NO-BREAK SPACE}", " ")

    assert "Test on local law and safety" in card
    assert "aptitude test · HKD 600.00 · 6 hours" in card
    assert '<time datetime="2026-12-12">12 December 2026</time>' in card
    assert "Proven. Nothing on offer is cheaper." in card


def test_dates_that_are_over_are_not_offered(client: Client):
    card = plan_card(page_of(client, [*LIN[:-1], ("on", "2026-12-20")]))

    assert "2026-12-12" not in card
    assert "2027-01-16" in card


def test_the_plan_is_marked_as_illustrative_like_what_it_rests_on(client: Client):
    assert "mark illustrative" in plan_card(page_of(client, LIN))


@pytest.mark.parametrize("question", [HO, GAN, KOU])
def test_no_plan_is_shown_where_nothing_is_missing_where_a_bar_stands_and_where_a_person_must_compare(client, question):
    assert bridge_of(answered(question)) is None
    assert not plan_card(page_of(client, question))


def test_a_first_step_is_told_before_the_step_that_needs_it():
    setter = [pair for pair in LIN if pair[0] != "target"] + [("target", "hk-stone-setter")]
    ways = [bridge_of(answered(question)) for question in (setter, LIN, JIANG, THREE_UNITS)]

    for bridge in filter(None, ways):
        for way in filter(None, (bridge.best, *bridge.others)):
            told = [step.option.id for step in way.steps]
            for step in way.steps:
                needed = [name for name in step.option.prerequisites if name in told]
                assert all(told.index(name) < told.index(step.option.id) for name in needed)


def without_catalogues_but(monkeypatch, *catalogues):
    kept = [item for item in documents.rulebook().documents if type(item).__name__ != "BridgingCatalogue"]
    rulebook = compile_rulebook([*kept, *catalogues])
    monkeypatch.setattr(documents, "rulebook", lambda: rulebook)


def catalogue(*options):
    tree = {
        "kind": "BridgingCatalogue",
        "id": "https://node.example/bridging",
        "version": "1",
        "title": {"en": "offer"},
        "status": "in_force",
        "region": "HK",
        "options": list(options),
    }
    return decode(tree, KINDS["BridgingCatalogue"])


def option(name: str, *covers: str, **fields):
    cost = {"amount": fields.pop("cost", "10000"), "currency": fields.pop("currency", "HKD")}
    return {"id": name, "kind": "course", "covers": list(covers), "cost": cost, "hours": "10", **fields}


def test_without_a_catalogue_no_plan_is_promised(client: Client, monkeypatch):
    without_catalogues_but(monkeypatch)

    assert not plan_card(page_of(client, LIN))


def test_where_nothing_on_offer_leads_to_a_unit_it_is_named(client: Client, monkeypatch):
    without_catalogues_but(monkeypatch, catalogue(option("POLISH", "DEMO-HK:polishing")))

    card = plan_card(page_of(client, LIN))

    assert "No course or test closes the gap" in card
    assert "Hong Kong law on fineness marks" in card
    assert "HKD" not in card


def test_a_provider_and_a_first_step_are_named(client: Client, monkeypatch):
    first = option("FIRST", "DEMO-HK:bench", provider="A school (fictional)")
    without_catalogues_but(monkeypatch, catalogue(option("LAW", "DEMO-HK:law", prerequisites=["FIRST"]), first))

    card = plan_card(page_of(client, LIN))

    assert card.index("FIRST") < card.index("LAW")
    assert "A school (fictional)" in card
    assert "Needed before the next step" in card


# The others


def test_other_ways_are_dearer_or_longer_differ_from_one_another_and_are_at_most_five():
    for question in (LIN, JIANG, THREE_UNITS):
        bridge = bridge_of(answered(question))
        prices = [(way.plan.cost.amount, way.plan.hours) for way in (bridge.best, *bridge.others)]
        assert prices == sorted(prices)
        assert len({way.plan.options for way in (bridge.best, *bridge.others)}) == len(prices) <= 6


def test_the_next_best_of_many_are_the_cheapest_that_there_are(monkeypatch):
    offer = [option(f"LAW-{number}", "DEMO-HK:law", cost=str(100 * number)) for number in range(1, 10)]
    without_catalogues_but(monkeypatch, catalogue(*offer))

    bridge = bridge_of(answered(LIN))

    assert [way.plan.options for way in bridge.others] == [(f"LAW-{number}",) for number in range(2, 7)]


def test_the_plot_says_what_its_table_repeats_and_has_a_dot_for_each_way(client: Client):
    card = plan_card(page_of(client, THREE_UNITS))
    bridge = bridge_of(answered(THREE_UNITS))

    assert 'aria-label="Cost against hours. The cheapest way costs HKD 9,000.00 and takes 124 hours.' in card
    assert card.count('<g class="point') == 1 + len(bridge.others)
    assert card.count('<th scope="row">') == 1 + len(bridge.others)


def test_options_in_several_currencies_are_planned_within_the_region_of_destination(monkeypatch):
    away = decode(
        {
            "kind": "BridgingCatalogue",
            "id": "https://node.example/away",
            "version": "1",
            "title": {"en": "away"},
            "status": "in_force",
            "region": "GD",
            "options": [option("AWAY", "DEMO-HK:law", currency="CNY")],
        },
        KINDS["BridgingCatalogue"],
    )
    without_catalogues_but(monkeypatch, catalogue(option("HERE", "DEMO-HK:law")), away)

    assert bridge_of(answered(LIN)).best.plan.options == ("HERE",)


# Time


def test_the_band_of_time_marks_the_day_and_says_the_same_as_its_list(client: Client):
    page = page_of(client, JIANG)
    section = re.search(r'<section [^>]*aria-labelledby="times">(.*?)</section>', page, re.S)[1]

    assert section.count('<svg class="chart timeband"') == 2
    assert section.count('<rect x="') == 2 * section.count("<li")
    assert '<li aria-current="date">From 1 January 2026 to 30 June 2027: Recognised as another qualification' in section


def test_where_nothing_changes_there_is_no_band(client: Client):
    page = page_of(client, KOU)

    assert "timeband" not in page
    assert "At any time: A person must decide" in page


# Drafts


SAID = {
    "en": (
        "If this draft were approved",
        "Illustrative draft agreement",
        "2 more units would be recognised for certain.",
    ),
    "pt": (
        "Se este projecto fosse aprovado",
        "projecto de acordo de reconhecimento",
        "Mais 2 unidades seriam reconhecidas",
    ),
    "zh-hans": ("假如此草案获得通过", "认可协议草案", "可确定多认可 2 个单元。"),
    "zh-hant-hk": ("假如此草案獲得通過", "認可協議草案", "可確定多認可 2 個單元。"),
    "zh-hant-mo": ("假如此草案獲得通過", "認可協議草案", "可確定多認可 2 個單元。"),
}


@pytest.fixture
def with_draft_of(monkeypatch):
    """Put another draft from Macao to Hong Kong, with some terms changed, in the place of the shipped one."""

    def put(**terms):
        others = [item for item in documents.rulebook().documents if item.id != DRAFT]
        (shipped,) = documents.rulebook().by_id[DRAFT]
        rulebook = compile_rulebook([*others, msgspec.structs.replace(shipped, **terms)])
        monkeypatch.setattr(documents, "rulebook", lambda: rulebook)
        drafts._approved.cache_clear()

    yield put
    drafts._approved.cache_clear()


@pytest.mark.parametrize("outcome", sorted(BY_OUTCOME.keys() - {"REFER"}))
def test_without_a_draft_of_that_direction_nothing_is_said_of_drafts(client: Client, outcome: str):
    assert "If this draft were approved" not in page_of(client, BY_OUTCOME[outcome])


@pytest.mark.parametrize("locale", SAID)
def test_the_shipped_draft_is_shown_as_what_it_would_change_from_its_first_day(client: Client, locale: str):
    (draft,) = drafts.drafts_of(answered(KOU))
    page = page_of(client, KOU, locale)

    assert (draft.day.isoformat(), draft.outcome, draft.gained) == ("2027-01-01", "PARTIAL", 2)
    assert answered(KOU).decision.outcome == "REFER"
    assert all(said in page for said in SAID[locale])
    assert '<time datetime="2027-01-01">' in page


def test_a_draft_that_began_already_is_shown_for_the_day_asked(client: Client, with_draft_of):
    with_draft_of(valid=None)

    (draft,) = drafts.drafts_of(answered(KOU))

    assert (draft.day.isoformat(), draft.outcome) == ("2026-11-24", "PARTIAL")
    assert "If approved</dt>" in page_of(client, KOU)


def test_a_draft_that_is_over_already_is_passed_over(client: Client, with_draft_of):
    with_draft_of(valid=Period(until=dt.date(2026, 11, 23)))

    assert "If this draft were approved" not in page_of(client, KOU)


def test_a_draft_that_begins_after_the_end_of_its_target_is_passed_over(client: Client, with_draft_of, monkeypatch):
    with_draft_of(valid=Period(from_=dt.date(2031, 1, 1)))
    until_2030 = [
        msgspec.structs.replace(item, valid=Period(until=dt.date(2030, 12, 31)))
        if item.id.endswith("/hk-jewellery-maker")
        else item
        for item in documents.rulebook().documents
    ]
    rulebook = compile_rulebook(until_2030)
    monkeypatch.setattr(documents, "rulebook", lambda: rulebook)

    assert "If this draft were approved" not in page_of(client, KOU)


def test_a_draft_of_another_direction_is_not_shown(client: Client):
    assert "If this draft were approved" not in page_of(client, LIN)
