"""From marks and reports to a credential and back: evidence, results, assurance; and nobody changes a byte of a report unseen."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.credentials.issuing_world import AT, SALT, SIGNER, TEMPLATE, template
from tests.touchstone.practice.marking.sheets import MARKS, TEXT, report, sheet
from tests.touchstone.small_world import ASKS_T1, S1_IS_T1, agreement, outcome
from touchstone.cli_credentials import _evidence_checked
from touchstone.credentials.batch import batch_of, run
from touchstone.credentials.canonical import strict_json
from touchstone.credentials.did import resolver
from touchstone.credentials.exhibits import assured, read_evidence, read_results
from touchstone.credentials.journal import Journal, no_sync
from touchstone.credentials.proof import check_proofs
from touchstone.credentials.reading import read_badge
from touchstone.credentials.template import Template
from touchstone.errors import InputError
from touchstone.practice.attesting import check_evidence, exhibited, learners_table
from touchstone.practice.marking.marking import mark
from touchstone.practice.report import digest_of
from touchstone.practice.reports import read_report, read_reports
from touchstone.recognition.from_credentials import evidence_of
from touchstone.standards.digest import normal_form
from touchstone.standards.exchange.tables import read_table
from touchstone.standards.folder import read_value

NEAR = [*MARKS, ("c01", "wall", "ho", 1)]


def asked(marks=MARKS, reports=None, *, at_hand=None, table=None, text=TEXT, issuing=None):
    """The batch of a sheet's learners; ``at_hand``: the reports in the folder of evidence."""
    found = [report()] if reports is None else reports
    marked = sheet(marks, text)
    result = mark(marked, found)
    csv, _ = learners_table(marked, result, found)
    known = [*(each.report for each in result.candidates), *found] if at_hand is None else at_hand
    known = {each.digest: exhibited(each) for each in known}
    return batch_of(read_table(table or csv, "learners.csv"), issuing or template(), None, known), result, found


def issued(folder, batch):
    with Journal(folder, salt=SALT, sync=no_sync, subject="") as register:
        (done,) = run(batch, SIGNER, journal=register, at=AT)
        return strict_json.loads(register.issued(done.key))


def refusal(batch):
    (row,) = batch.rows
    return str(row.errors[0])


def test_an_issued_credential_verifies_and_gives_its_evidence_back(tmp_path):
    batch, result, found = asked()
    document = issued(tmp_path, batch)

    assert check_proofs(document, resolver(), controllers=[SIGNER.controller]).result == "passed"
    evidence = evidence_of(document)
    assert [(unit.id, str(unit.score)) for unit in evidence.units] == [
        ("gd-jewellery#T1", "9"),
        ("gd-jewellery#T2", "4"),
    ]
    assert evidence.assurance == "provider_assessed"
    assert str(evidence.awarded) == "2026-06-01"
    marks = result.candidates[0].report
    assert read_evidence(document) == (marks.digest, found[0].digest)
    assert {(each.criterion, each.verdict, each.status, each.report) for each in read_results(document)} == {
        ("shank", "pass", "Completed", marks.digest), ("setting", "pass", "Completed", marks.digest),
        ("shank", "pass", "Completed", found[0].digest),
    }  # fmt: skip
    assert {each.found for each in check_evidence(document, [marks, *found])} == {"same"}


def test_results_of_criteria_leave_everything_else_of_the_badge_as_it_was(tmp_path):
    batch, _, _ = asked()
    with_reports = read_badge(issued(tmp_path / "a", batch)).attestation
    plain_batch = batch_of(
        read_table(learners_table(sheet(), mark(sheet(), [report()]), [report()])[0], "l.csv"), template()
    )
    plain = read_badge(issued(tmp_path / "b", plain_batch)).attestation

    assert msgspec.structs.replace(with_reports, assurance=None) == plain


def test_the_assurance_is_that_of_who_assessed(tmp_path):
    document = issued(tmp_path, asked(NEAR, [report(0.805)])[0])

    assert evidence_of(document).assurance == "employer_attested"
    verdicts = {(each.verdict, each.status) for each in read_results(document)}
    assert ("indeterminate", "OnHold") in verdicts


@pytest.mark.parametrize(
    ("stated", "expected"),
    [(None, "provider_assessed"), ("authority_assessed", "provider_assessed"), ("self_declared", "self_declared")],
)
def test_nobody_is_assured_further_than_by_those_who_assessed(stated, expected):
    exhibits = [exhibited(mark(sheet(), [report()]).candidates[0].report), exhibited(report())]

    assert assured(exhibits, stated) == expected


def test_a_machine_alone_assures_of_nobody():
    assert exhibited(report()).assurance is None
    assert assured([exhibited(report())], None) is None


def test_the_worst_verdict_on_a_criterion_is_the_result():
    both = msgspec.structs.replace(report(0.95), verdicts=(*report(0.95).verdicts, *report(0.60).verdicts))

    (result,) = exhibited(both).results
    assert (result.verdict, result.status) == ("fail", "Failed")


@pytest.mark.parametrize(("asked_for", "decision"), [("provider_assessed", "FULL"), ("authority_assessed", "REFUSED")])
def test_a_recognition_goes_by_who_assessed(tmp_path, asked_for, decision):
    issuing, _ = read_value(TEMPLATE.replace("gd-jewellery#T", "S").encode(), "template.yaml", Template)
    batch, _, _ = asked(text=TEXT.replace("gd-jewellery#T", "S"), issuing=issuing)
    evidence = evidence_of(issued(tmp_path, batch), status="valid")

    assert outcome([normal_form(evidence)], ASKS_T1, S1_IS_T1, agreement(min_assurance=asked_for)) == decision


# ------------------------------------------------------------------ what is not borne out is refused
def test_a_unit_that_the_report_does_not_find_shown_is_refused():
    failed = [*MARKS[:2], ("c01", "seat", "wong", 0), ("c01", "seat", "chan", 1)]
    _, result, found = asked(failed)
    marks = result.candidates[0].report
    table = row("T1;T2", marks.digest, report().digest)

    assert "units: a report among the evidence does not find this unit shown: found 'gd-jewellery#T2'" in refusal(
        asked(failed, table=table)[0]
    )
    assert found


def test_a_candidate_without_a_shown_unit_or_a_name_is_not_in_the_table():
    nothing = [("c01", name, who, 0) for name in ("finish", "seat") for who in ("wong", "chan")]
    failed, nameless = sheet(nothing), sheet(text=TEXT.replace("name: 陈一, ", ""))

    assert learners_table(failed, mark(failed, [report(0.6)]), [])[1] == {"c01": "no_unit"}
    assert learners_table(nameless, mark(nameless, [report()]), [])[1] == {"c01": "no_name"}


def test_a_report_that_is_not_at_hand_is_told_with_its_cell():
    sentence = refusal(asked(at_hand=[report()])[0])

    assert "row 2, evidence: no report at hand has this digest" in sentence


# ------------------------------------------------------------------ one byte
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_no_byte_of_a_report_can_be_changed_unseen(place, byte):
    marks = mark(sheet(), [report()]).candidates[0].report
    content = bytearray(marks.canonical)
    place %= len(content)
    if content[place] == byte:
        byte ^= 1
    content[place] = byte
    try:
        changed = read_report(bytes(content))
    except InputError:
        return

    assert changed.digest != marks.digest


def test_a_changed_report_is_missed_and_another_result_told(tmp_path):
    batch, result, found = asked()
    document = issued(tmp_path, batch)
    marks = result.candidates[0].report
    changed = read_report(marks.canonical.replace(b'"13"', b'"14"'))
    forged = strict_json.loads(msgspec.json.encode(document).replace(b'"Completed"', b'"Failed"'))

    assert [each.found for each in check_evidence(document, [changed, *found])] == ["missing", "same"]
    assert {each.found for each in check_evidence(forged, [marks, *found])} == {"differs"}
    assert check_proofs(forged, resolver(), controllers=[SIGNER.controller]).result != "passed"


def test_a_report_may_be_laid_out_anew_and_stays_the_same(tmp_path):
    (tmp_path / "report.json").write_bytes(msgspec.json.format(report().canonical, indent=4))
    (tmp_path / "studies.json").write_bytes(mark(sheet()).studies.canonical)
    (tmp_path / "other.json").write_text("[1, 2]", encoding="utf-8")

    found = read_reports(tmp_path)
    assert report().digest in [each.digest for each in found.reports]
    assert found.passed_over == ("other.json",)


def test_a_report_that_is_cut_off_is_never_passed_over(tmp_path):
    (tmp_path / "cut.json").write_bytes(report().canonical[:100])

    with pytest.raises(InputError, match=r"cut.json: this is no whole JSON"):
        read_reports(tmp_path)


def test_a_report_that_says_something_twice_is_refused():
    with pytest.raises(InputError):
        read_report(report().canonical.replace(b'"kind"', b'"version":"2","kind"', 1))


def test_a_row_that_names_no_report_is_not_assured_by_any():
    sentence = refusal(asked(table="name,units,awarded\n陈一,T1,2026-06-01\n".encode())[0])

    assert "evidence: the row names no report" in sentence


# ------------------------------------------------------------------ whose report it is, and what it bears out


def row(units, *reports, name="陈一", key="k1"):
    """A table of one row, written by hand."""
    return f"name,key,units,awarded,evidence\n{name},{key},{units},2026-06-01,{';'.join(reports)}\n".encode()


def marks_digest():
    """The report on the marks, and the one that it rests on."""
    return mark(sheet(), [report()]).candidates[0].report.digest, report().digest


@pytest.mark.parametrize(("name", "key"), [("陈二", "k2"), ("陈二", "k1"), ("陈一", "k2"), ("陈一", "")])
def test_a_report_about_another_person_is_refused(name, key):
    sentence = refusal(asked(table=row("T1", *marks_digest(), name=name, key=key))[0])

    assert "evidence: a report among the evidence is not about this person" in sentence


def test_a_name_is_the_same_however_its_characters_are_composed():
    text = TEXT.replace("陈一", "Maria Rosário")
    marks = mark(sheet(text=text), [report()]).candidates[0].report
    table = row("T1", marks.digest, report().digest, name="Maria  Rosa\u0301rio")

    assert asked(text=text, table=table)[0].rows[0].request


def test_a_report_on_a_piece_that_the_marks_do_not_rest_on_is_refused():
    other = report(artifact=digest_of(b"a ring that nobody handed in"))
    known = [mark(sheet(), [report()]).candidates[0].report, report(), other]

    sentence = refusal(asked(table=row("T1", *marks_digest(), other.digest), at_hand=known)[0])

    assert "on a piece of which no report on marks here knows" in sentence


def test_a_report_that_the_marks_rest_on_cannot_be_left_out():
    marks, rests_on = marks_digest()

    assert f"a report that the marks rest on is not among the evidence: expected {rests_on}" in refusal(
        asked(table=row("T1", marks))[0]
    )


def test_verifying_tells_a_report_on_another_piece_and_one_that_was_left_out(tmp_path):
    other, marks = report(artifact=digest_of(b"another ring")), mark(sheet(), [report()]).candidates[0].report
    document = issued(tmp_path, asked()[0])
    swapped = strict_json.loads(
        msgspec.json.encode(document).replace(report().digest.encode()[7:], other.digest.encode()[7:])
    )

    assert {each.report: each.found for each in check_evidence(swapped, [marks, report(), other])} == {
        marks.digest: "differs", other.digest: "differs",
    }  # fmt: skip


def test_of_a_learner_record_the_evidence_of_every_badge_is_looked_at(tmp_path):
    document = issued(tmp_path, asked()[0])
    told = {"id": document["credentialSubject"].get("id", ""), "verifiableCredential": [document]}
    record = {"type": ["VerifiableCredential", "ClrCredential"], "credentialSubject": told}
    (tmp_path / "shown").mkdir()
    (tmp_path / "shown" / "piece.json").write_bytes(report().canonical)

    found = _evidence_checked(msgspec.json.encode(record), tmp_path / "shown")

    assert [each.found for each in found] == ["missing", "same"]


def test_issuing_says_that_reports_were_named_and_not_looked_at():
    table = read_table(row("T1", *marks_digest()), "l.csv")

    assert [each for each in batch_of(table, template()).remarks if "were not looked at" in each]
    assert not [each for each in asked()[0].remarks if "were not looked at" in each]


def test_a_report_on_marks_is_evidence_of_one_row_only():
    text = TEXT.replace("key: k1, ", "")
    head, line = (
        row("T1", mark(sheet(text=text), [report()]).candidates[0].report.digest, report().digest, key="")
        .decode()
        .splitlines()
    )
    batch, _, _ = asked(text=text, table="\n".join((head, line, line.replace("T1", "T2"), "")).encode())

    assert [bool(each.request) for each in batch.rows] == [True, False]
    assert "another row has the same report" in str(batch.rows[1].errors[0])


def test_a_unit_that_nobody_assessed_is_refused():
    sentence = refusal(asked(table=row("T1;T3", *marks_digest()))[0])

    assert "units: no report among the evidence finds this unit shown: found 'gd-jewellery#T3'" in sentence


def test_a_measurement_of_a_piece_alone_shows_no_unit():
    assert "no report among the evidence finds this unit shown" in refusal(asked(table=row("T1", report().digest))[0])


def test_a_score_that_is_not_the_reports_is_refused():
    sentence = refusal(asked(table=row("T1=10", *marks_digest()))[0])

    assert "give this unit another score: expected 9, found '10'" in sentence


@pytest.mark.parametrize("units", ["T1=10;T2=4", "T1=9;T3"])
def test_verifying_tells_units_and_scores_that_the_report_does_not_bear_out(tmp_path, units):
    table = row(units, *marks_digest())
    unchecked = batch_of(read_table(table, "l.csv"), template())
    bare = asked(table=row("T1=9", *marks_digest()))[0]
    forged, sound = issued(tmp_path / "a", unchecked), issued(tmp_path / "b", bare)
    forged["evidence"] = sound["evidence"]
    with_results_of(forged["credentialSubject"], sound["credentialSubject"])
    marks = mark(sheet(), [report()]).candidates[0].report

    assert {each.found for each in check_evidence(sound, [marks, report()])} == {"same"}
    assert check_evidence(forged, [marks, report()])[0].found == "differs"


def with_results_of(forged, sound):
    """Put the results that one subject has of criteria into another."""
    told = {each["id"]: each for each in sound["achievement"]["resultDescription"]}
    of_criteria = [each for each in told.values() if each["resultType"] == "ext:CriterionVerdict"]
    ids = {each["id"] for each in of_criteria}
    forged.setdefault("result", []).extend(each for each in sound["result"] if each["resultDescription"] in ids)
    forged["achievement"].setdefault("resultDescription", []).extend(of_criteria)


def test_verifying_tells_a_credential_with_another_name(tmp_path):
    text = TEXT.replace("key: k1, ", "")
    marks = mark(sheet(text=text), [report()]).candidates[0].report
    document = issued(tmp_path, asked(text=text, table=row("T1=9", marks.digest, report().digest, key=""))[0])
    other = strict_json.loads(msgspec.json.encode(document).replace("陈一".encode(), "陈二".encode()))

    assert check_evidence(other, [marks, report()])[0].found == "differs"
