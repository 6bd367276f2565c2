"""The standards browser: what it finds, what it filters, and what its pictures say."""

from __future__ import annotations

import pytest
from django.test import Client

from touchstone_server import documents
from touchstone_server.standards import pictures, selectors


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(headers={"host": "localhost"})


@pytest.mark.parametrize("words", ["setting", "鑲石", "镶石", "cravação", "CRAVACAO", "DEMO-HK:setting"])
def test_a_unit_is_found_in_every_language_with_or_without_accents(words: str):
    assert selectors.search(words).units


def test_every_word_of_a_search_must_be_there():
    assert not selectors.search("setting zzzz").units


def test_an_empty_search_finds_nothing_and_shows_the_shelf(client: Client):
    page = client.get("/en/standards/?q=+").content.decode()

    assert "Real frameworks" in page


def test_a_framework_can_be_narrowed_to_an_area_or_a_tag(client: Client):
    page = client.get("/en/standards/frameworks/hk-jewellery/?tag=green").content.decode()

    assert "Treating plating effluent" in page
    assert "Lost-wax casting" not in page


def test_a_superseded_unit_names_its_successor(client: Client):
    old = client.get("/en/standards/units/DEMO-GD:cad-2019/").content.decode()
    new = client.get("/en/standards/units/DEMO-GD:cad/").content.decode()

    assert "/en/standards/units/DEMO-GD:cad/" in old
    assert "This unit has been replaced by" in old
    assert "equivalent" in new


def test_a_crosswalk_shows_denied_rows_and_composed_subjects_in_picture_and_table(client: Client):
    plating = client.get("/en/standards/crosswalks/gd-hk/?area=plating").content.decode()
    design = client.get("/en/standards/crosswalks/gd-hk/?area=design").content.decode()

    assert 'class="joint"' in plating
    assert "only together" in plating
    assert '<g class="band denied">' in design
    assert "does not cover" in design


def test_a_long_crosswalk_is_drawn_by_area_and_its_table_has_every_row(client: Client):
    crosswalk = selectors.crosswalk_by_name("gd-hk")
    page = client.get("/en/standards/crosswalks/gd-hk/").content.decode()

    assert page.count("<tr>") == 1 + len(crosswalk.mappings)
    assert page.count('<g class="band') <= 2 * pictures._MOST_BANDS


def test_the_regions_show_who_recognises_whom_and_that_no_way_back_follows(client: Client):
    by_way = {(from_, cell.to): cell.purposes for from_, row in selectors.directions() for cell in row}

    assert "employment" in by_way["GD", "HK"]
    assert by_way["MO", "HK"] == ()
    assert "Who recognises what today" in client.get("/en/standards/").content.decode()


def test_a_level_without_a_counterpart_is_a_fact_and_not_a_gap(client: Client):
    page = client.get("/en/standards/levels/").content.decode()

    assert "no comparable level agreed" in page


def test_real_and_illustrative_stand_apart(client: Client):
    shelf = selectors.shelf()

    assert all(not documents.is_illustrative(item) for item in shelf.real)
    assert all(documents.is_illustrative(item) for item in shelf.illustrative)
    for framework in (*shelf.real, *shelf.illustrative):
        page = client.get(f"/en/standards/frameworks/{documents.short(framework.id)}/").content.decode()
        assert ('<span class="mark illustrative">' in page) == documents.is_illustrative(framework)


def test_each_document_has_a_short_name_that_means_no_other_of_its_kind():
    short = documents.short_names()
    kinds = {(type(item).__name__, item.id) for item in documents.rulebook().documents}

    assert len({(kind, short[identifier]) for kind, identifier in kinds}) == len(kinds)
