"""Templates: what a group shares, and what a row adds to it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.touchstone.credentials.issuing_world import SIGNER, TEMPLATE, template
from touchstone.credentials.learners import Learner, UnitResult
from touchstone.credentials.reading import read_badge
from touchstone.credentials.template import Builder, credential_of, load_template
from touchstone.errors import CredentialError, DocumentError

DAY = dt.date(2026, 6, 1)
UNIT_IDS = [unit.id for unit in template().attests.units]

scores = st.none() | st.decimals(0, 100, places=1)
results = st.lists(st.sampled_from(UNIT_IDS), min_size=1, max_size=3, unique=True).flatmap(
    lambda ids: st.tuples(
        *(st.builds(UnitResult, unit=st.just(each), level=st.sampled_from([None, "2"]), score=scores) for each in ids)
    )
)
learners = st.builds(
    Learner,
    name=st.text('甲乙丙 abc"\\', min_size=1),
    holder=st.sampled_from([None, SIGNER.controller]),
    awarded=st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
    until=st.none() | st.dates(dt.date(2031, 1, 1), dt.date(2040, 1, 1)),
    level=st.sampled_from([None, "1"]),
    units=st.none() | results,
    evidence=st.lists(st.integers(0, 2**256 - 1).map(lambda number: f"sha256:{number:064x}"), max_size=2).map(tuple),
)


def test_a_template_is_read_from_a_file(tmp_path):
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")

    found = load_template(tmp_path / "template.yaml")

    assert found.unit_ids == {"T1": "gd-jewellery#T1", "T2": "gd-jewellery#T2", "T3": "gd-jewellery#T3"}
    assert found.issuer.id == SIGNER.controller


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("code: T2", "code: T1", "two units have one code"),
        ("valid_months: 60", "valid_months: 0", "valid_months: the value does not fit: expected"),
        ("status: https", "status: ftp", "status: the value does not fit: expected an address such as https://…"),
        ("kind: assessment", "kind: exam", "attests.kind: the value does not fit"),
        ("language: en", "langage: en", "langage"),
        ("language: en", "cryptosuites: [eddsa-rdfc-2022, eddsa-rdfc-2022]", "cryptosuites names none, or one twice"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_its_place(tmp_path, old, new, sentence):
    (tmp_path / "template.yaml").write_text(TEMPLATE.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DocumentError) as refused:
        load_template(tmp_path / "template.yaml")

    assert sentence in str(refused.value)
    assert "template.yaml" in str(refused.value)


@settings(max_examples=30)
@given(st.lists(learners, min_size=1, max_size=6))
def test_parts_that_rows_share_are_built_once_and_change_nothing(rows):
    builder = Builder(template())

    assert [builder.build(each) for each in rows] == [credential_of(template(), each) for each in rows]


def test_a_row_says_units_levels_and_scores_of_its_own():
    learner = Learner(name="甲", awarded=DAY, level="4", units=(UnitResult(unit=UNIT_IDS[1], score=Decimal("85.5")),))

    attested = read_badge({"id": "urn:x", "validFrom": "2026-06-01T00:00:00Z", **credential_of(template(), learner)})

    (unit,) = attested.attestation.units
    assert (unit.id, unit.level, unit.score) == (UNIT_IDS[1], "4", Decimal("85.5"))
    assert attested.subject_name == "甲"
    assert attested.attestation.awarded == DAY


def test_a_row_that_says_nothing_of_units_has_those_of_the_template():
    attested = read_badge(
        {
            "id": "urn:x",
            "validFrom": "2026-06-01T00:00:00Z",
            **credential_of(template(), Learner(name="甲", awarded=DAY)),
        }
    )

    assert [(unit.id, unit.level) for unit in attested.attestation.units] == [(each, "3") for each in UNIT_IDS]


@pytest.mark.parametrize(
    ("awarded", "until", "expected"),
    [
        (dt.date(2026, 6, 1), None, "2031-06-01T23:59:59Z"),
        (dt.date(2024, 2, 29), None, "2029-02-28T23:59:59Z"),
        (dt.date(2026, 12, 31), None, "2031-12-31T23:59:59Z"),
        (dt.date(2026, 6, 1), dt.date(2027, 1, 1), "2027-01-01T23:59:59Z"),
    ],
)
def test_months_count_from_the_award_unless_the_row_says_otherwise(awarded, until, expected):
    assert credential_of(template(), Learner(name="甲", awarded=awarded, until=until))["validUntil"] == expected


def test_months_without_a_day_of_award_are_refused():
    with pytest.raises(CredentialError) as refused:
        credential_of(template(), Learner(name="甲"))

    assert (refused.value.code, refused.value.field) == ("awarded_missing", "awarded")


def test_a_score_of_several_units_is_refused():
    with pytest.raises(CredentialError) as refused:
        credential_of(template(), Learner(name="甲", awarded=DAY, score=Decimal(5)))

    assert (refused.value.code, refused.value.field) == ("score_ambiguous", "score")


def test_names_can_be_left_out():
    document = credential_of(template("show_names: false\n"), Learner(name="陳大文", awarded=DAY))

    assert "陳大文" not in str(document)
