"""Personal data cross a border under a standard contract or not at all; between Hong Kong and Macao there is none."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone_server.access.requests import Refused
from touchstone_server.access.rules import Role
from touchstone_server.transfers import selectors, services
from touchstone_server.transfers.models import Transfer
from touchstone_server.transfers.rules import Row, contract_between, denial, faults_of

DAY = dt.date(2026, 11, 24)
ROW = Row(
    "GD", "HK", "A body", "recognition", frozenset({"name", "qualification"}), "F-1", "PIA-1",
    dt.date(2026, 1, 5), dt.date(2026, 1, 16), dt.date(2028, 1, 4),
)  # fmt: skip
regions = st.sampled_from(["GD", "HK", "MO", "XX"])


def asked(rows, **but) -> str:
    told = {
        "from_region": "GD", "to_region": "HK", "recipient": "A body", "purpose": "recognition", "categories": ["name"], "on": DAY
    }  # fmt: skip
    return denial(rows, **(told | but))


def test_what_is_registered_filed_and_assessed_may_be_sent():
    assert asked([ROW]) == ""


def test_between_hong_kong_and_macao_there_is_no_contract():
    for one, other in (("HK", "MO"), ("MO", "HK")):
        row = ROW._replace(from_region=one, to_region=other)
        assert asked([row], from_region=one, to_region=other) == "no_contract"
        assert faults_of(row) == ("no_contract",)


@given(regions, regions)
def test_a_contract_counts_both_ways_and_without_a_row_nothing_is_sent(one, other):
    assert contract_between(one, other) == contract_between(other, one)
    assert (asked([], from_region=one, to_region=other) == "") == (one == other)


@pytest.mark.parametrize(
    ("but", "why"),
    [
        ({"recipient": "Another"}, "not_registered"),
        ({"purpose": "advertising"}, "not_registered"),
        ({"to_region": "MO"}, "not_registered"),
        ({"categories": ["name", "birth date"]}, "other_categories"),
        ({"on": dt.date(2026, 1, 10)}, "not_in_force"),
        ({"on": dt.date(2028, 1, 5)}, "not_in_force"),
    ],
)
def test_a_row_covers_its_recipient_purpose_categories_and_days_alone(but, why):
    assert asked([ROW], **but) == why


@pytest.mark.parametrize(
    ("but", "fault"),
    [
        ({"reference": ""}, "not_filed"),
        ({"assessed": ""}, "not_assessed"),
        ({"filed": dt.date(2026, 1, 20)}, "filed_late"),
        ({"effective": dt.date(2023, 12, 12), "filed": dt.date(2023, 12, 13)}, "too_early"),
        ({"until": dt.date(2026, 1, 4)}, "ends_first"),
    ],
)
def test_a_row_with_a_fault_counts_for_nothing(but, fault):
    assert faults_of(ROW._replace(**but)) == (fault,)
    assert asked([ROW._replace(**but)]) == "not_good"


def test_ten_working_days_are_two_weeks():
    assert faults_of(ROW._replace(filed=dt.date(2026, 1, 19))) == ()


def test_one_good_row_is_enough():
    assert asked([ROW._replace(reference=""), ROW]) == ""


@pytest.mark.django_db
class TestRegister:
    TOLD = {
        "to_region": "HK", "recipient": "A body", "purpose": "recognition", "categories": "name, qualification", "reference": "F-1",
        "assessed": "PIA-1", "effective": "2026-01-05", "filed": "2026-01-16", "until": "2028-01-04",
    }  # fmt: skip

    @pytest.fixture
    def college(self, organisation):
        return organisation("college")

    def test_an_administrator_enters_a_contract_and_ends_it(self, college, member, signed_in):
        client = signed_in(member("Ada", college, Role.ADMINISTRATOR))
        assert client.post("/en/desk/college/transfers/", self.TOLD).status_code == 302
        assert "counts today" in client.get("/en/desk/college/transfers/").content.decode()
        told = {"to_region": "HK", "recipient": "A body", "purpose": "recognition", "categories": ["name"], "on": DAY}
        assert selectors.denial(college, **told) == ""
        client.post(f"/en/desk/college/transfers/{Transfer.objects.get().id}/end/")
        assert selectors.denial(college, **told) == "not_registered"

    def test_a_form_that_lacks_something_says_so(self, college, member, signed_in):
        client = signed_in(member("Ada", college, Role.ADMINISTRATOR))
        answer = client.post("/pt/desk/college/transfers/", self.TOLD | {"reference": ""})
        assert answer.status_code == 400
        assert not Transfer.objects.exists()

    def test_an_auditor_sees_and_does_not_enter(self, college, member, acting, signed_in):
        auditor = member("Otto", college, Role.AUDITOR)
        assert signed_in(auditor).get("/en/desk/college/transfers/").status_code == 200
        with pytest.raises(Refused):
            services.enter(acting(auditor), college, self.TOLD)

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.AUDITOR}))
    def test_nobody_else_sees_it(self, college, member, signed_in, role):
        assert signed_in(member("Ben", college, role)).get("/en/desk/college/transfers/").status_code == 404

    def test_a_register_of_others_is_not_even_there(self, college, organisation, member, signed_in):
        client = signed_in(member("Eve", organisation("studio"), Role.ADMINISTRATOR))
        assert client.get("/en/desk/college/transfers/").status_code == 404
