"""Whose name stands in a table, and which name can be the correction of which: rules about texts alone."""

from __future__ import annotations

import pytest

from touchstone_server.issuing.same_person import is_another_spelling, names_one_of


@pytest.mark.parametrize("name", ["林森 LAM Sum", "lam sum", "LAM, Sum", "Lam Sum (林森)", "林森"])
def test_a_name_in_a_table_is_a_persons_in_either_script(name):
    assert names_one_of(name, ("林森", "LAM Sum"))


@pytest.mark.parametrize("name", ["Lam", "林", "Lam Sum Yi", "", "王嘉欣 WONG Ka Yan"])
def test_part_of_a_name_is_nobodys(name):
    assert not names_one_of(name, ("林森", "LAM Sum"))


def test_whoever_has_no_name_in_a_script_is_not_whoever_lacks_it_too():
    assert not names_one_of("LAM Sum", ("", "CHAN Tai Man"))


@pytest.mark.parametrize(
    ("name", "former"),
    [
        ("陳大明 CHAN Tai Ming", "陳大文 CHAN Tai Man"),
        ("Chan Tai-man", "Chan Tai Man"),
        ("Tai Man CHAN", "CHAN Tai Man"),
        ("Sai José", "Sai Jose"),
        ("陳大文 Chan Tai Man", "Chan Tai Man"),
        ("歐陽小明", "欧阳小明"),
        ("歐小明", "歐陽小明"),
        ("CHAN Tai Nan", "CHAN Tai Man"),
        ("CHEN Siyuan", "CHEN Siyan"),
    ],
)
def test_a_slip_can_be_corrected(name, former):
    assert is_another_spelling(name, former)


@pytest.mark.parametrize(
    ("name", "former"),
    [
        ("Olive", "陳大文 CHAN Tai Man"),
        ("Wong Ka Yan", "Chan Tai Man"),
        ("王嘉欣", "陳大文"),
        ("Olive", "Chan Tai Man"),
        ("陳小明", "陳大文"),
        ("黃大文", "陳大文"),
        ("CHAN Siu Ming", "CHAN Tai Man"),
        ("WONG Tai Man", "CHAN Tai Man"),
        ("WONG Dai Man", "WANG Tai Man"),
        ("王小明", "CHAN Tai Man"),
        ("Chan", "Chan Tai Man"),
        ("", "Chan Tai Man"),
        ("陳", "陳大文"),
    ],
)
def test_somebody_elses_name_is_no_correction(name, former):
    assert not is_another_spelling(name, former)
