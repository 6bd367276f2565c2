"""A table of learners: looked at, issued with a result for every row, mended, run again, and written to files."""

from __future__ import annotations

import datetime as dt
import json
import os

import pytest

from tests.touchstone.credentials.issuing_world import AT, SALT, SIGNER, template
from touchstone.credentials.batch import batch_of, export, preview, run, summary
from touchstone.credentials.did import resolver
from touchstone.credentials.journal import FILE, Journal, no_sync
from touchstone.credentials.proof import check_proofs
from touchstone.credentials.register import MemoryRegister
from touchstone.errors import CredentialError, DocumentError, InputError
from touchstone.standards.exchange.tables import read_table

LATER = AT + dt.timedelta(days=30)
JCS = "cryptosuites: [eddsa-jcs-2022]\n"
TABLE = "姓名,编号,申请编号,日期,T1 成绩,T2 成绩\n陈一,,k1,2026-06-01,85,70\n李二,,k2,2026-06-01,60,\n王三,,k3,2026-06-01,,91.5\n"


def asked(text=TABLE, extra=JCS):
    return batch_of(read_table(text.encode(), "learners.csv"), template(extra))


def journal(folder, **options):
    return Journal(folder, **{"salt": SALT, "sync": no_sync, "subject": template(JCS).digest, **options})


def issued(folder, batch, *, at=AT):
    with journal(folder) as register:
        return list(run(batch, SIGNER, journal=register, at=at, group=2))


def looked_at(batch, register=None):
    return list(preview(batch, SIGNER, register=register or MemoryRegister(SALT), at=AT))


def test_a_table_is_issued_row_by_row(tmp_path):
    results = issued(tmp_path, asked())

    assert [(each.row, each.name, each.result, each.key) for each in results] == [
        (2, "陈一", "issued", "k1"), (3, "李二", "issued", "k2"), (4, "王三", "issued", "k3"),
    ]  # fmt: skip
    with journal(tmp_path) as register:
        for result in results:
            document = json.loads(register.issued(result.key))
            assert document["id"] == result.id
            assert check_proofs(document, resolver(), controllers=[SIGNER.controller]).result == "passed"


def test_a_batch_has_the_proof_that_open_badges_wants(tmp_path):
    with journal(tmp_path, subject="") as register:
        next(run(asked(extra=""), SIGNER, journal=register, at=AT))
        (proof,) = (json.loads(register.issued("k1"))["proof"],)

    assert proof["cryptosuite"] == "eddsa-rdfc-2022"


def test_a_preview_says_what_would_come_and_records_nothing(tmp_path):
    with journal(tmp_path) as register:
        before = (tmp_path / FILE).read_bytes()
        seen = looked_at(asked(), register)
        assert (tmp_path / FILE).read_bytes() == before

    assert [each.result for each in seen] == ["ready"] * 3
    assert [each.key for each in seen] == [each.key for each in issued(tmp_path, asked())]


def test_a_preview_names_no_id_of_what_is_not_issued_yet(tmp_path):
    issued(tmp_path, asked())
    more = asked(TABLE + "赵四,,k4,2026-06-01,70,\n")

    with journal(tmp_path) as register:
        seen = looked_at(more, register)

    assert [bool(each.id) for each in seen] == [True, True, True, False]


def test_a_preview_tells_what_is_issued_already_and_what_was_changed(tmp_path):
    issued(tmp_path, asked())

    with journal(tmp_path) as register:
        seen = looked_at(asked(TABLE.replace("85", "58") + "赵四,,k4,2026-06-01,70,\n"), register)

    assert [each.result for each in seen] == ["refused", "known", "known", "ready"]
    assert seen[0].errors[0].message == "another request bears this key"


def test_a_row_with_a_mistake_is_refused_with_its_cell_and_the_others_are_issued(tmp_path):
    results = issued(tmp_path, asked(TABLE.replace("60", "good")))

    assert [each.result for each in results] == ["issued", "refused", "issued"]
    assert str(results[1].errors[0]).startswith("row 3, E (score T1): the value does not fit: expected a number")


def test_nothing_is_issued_before_the_day_on_which_it_was_awarded_has_begun_somewhere(tmp_path):
    first, last = TABLE.replace("k2,2026-06-01", "k2,2026-06-02"), TABLE.replace("k2,2026-06-01", "k2,2026-06-03")
    late = AT.replace(hour=12)

    assert [each.result for each in issued(tmp_path, asked(first), at=late)] == ["issued"] * 3
    (refused,) = [each for each in looked_at(asked(last)) if each.result == "refused"]

    assert str(refused.errors[0]).startswith(
        "row 3, awarded: the day of award is after the day of issue: expected 2026-06-01 or before"
    )


def test_a_template_whose_level_is_not_on_the_scale_of_its_unit_is_refused():
    table = read_table(TABLE.encode(), "learners.csv")

    with pytest.raises(InputError, match=r"attests\.units\[0\]\.level: .*: expected one of 1, 2, found '3'"):
        batch_of(table, template(), {"gd-jewellery#T1": ("1", "2")})
    assert batch_of(table, template(), {"gd-jewellery#T1": ("1", "2", "3")}).rows


def test_a_mended_row_is_issued_under_the_same_key_and_the_others_stay(tmp_path):
    first = issued(tmp_path, asked(TABLE.replace("60", "good")))

    second = issued(tmp_path, asked(), at=LATER)

    assert [each.result for each in second] == ["known", "issued", "known"]
    assert [second[number].id for number in (0, 2)] == [first[number].id for number in (0, 2)]


def test_rows_without_keys_are_known_by_their_content(tmp_path):
    table = TABLE.replace("申请编号", "备注一下")
    issued(tmp_path, asked(table))

    again = issued(tmp_path, asked("姓名,日期,T1 成绩\n新人,2026-06-01,88\n陈一,2026-06-01,85\n"), at=LATER)

    assert [each.result for each in again] == ["issued", "issued"]
    assert [each.result for each in issued(tmp_path, asked(table), at=LATER)] == ["known"] * 3


def test_a_table_run_again_keeps_its_time_and_another_has_its_own(tmp_path):
    issued(tmp_path, asked())
    issued(tmp_path, asked(TABLE + "赵四,,k4,2026-06-01,70,\n"), at=LATER)

    with journal(tmp_path) as register:
        times = [json.loads(register.issued(key))["validFrom"] for key in ("k1", "k4")]
    assert times == ["2026-06-01T08:00:00Z", "2026-07-01T08:00:00Z"]


def test_a_table_with_a_mistake_as_a_whole_is_not_issued(tmp_path):
    with pytest.raises(DocumentError, match="row 1, name: the column is missing"):
        issued(tmp_path, asked("T1 成绩,日期\n85,2026-06-01\n"))
    with pytest.raises(DocumentError, match="the column is missing"):
        looked_at(asked("T1 成绩,日期\n85,2026-06-01\n"))


def test_lint_is_told_as_a_mistake_of_the_row(tmp_path):
    (result,) = issued(tmp_path, asked("姓名,日期\nStone setting,2026-06-01\n"))

    assert (result.result, result.errors[0].row) == ("refused", 2)
    assert "name stands outside" in result.errors[0].message


def test_each_journal_has_a_status_list_of_its_own(tmp_path):
    lists = set()
    for number in range(2):
        with journal(tmp_path / str(number), salt=bytes([number]) * 32) as register:
            list(run(asked(), SIGNER, journal=register, at=AT))
            lists |= {register.reservation(key).status.url for key in register.keys_issued}

    assert len(lists) == 2
    assert all(each.startswith("https://school.example/status/") for each in lists)


def test_a_summary_counts_and_names_what_was_refused(tmp_path):
    results = issued(tmp_path, asked(TABLE.replace("60", "good")))

    counted = summary(results)

    assert (counted.rows, counted.issued, counted.refused, counted.known) == (3, 2, 1, 0)
    assert counted.refusals == (results[1],)


# ------------------------------------------------------------------ files
def files(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_credentials_are_written_in_the_order_of_issue_and_only_once(tmp_path):
    issued(tmp_path / "batch", asked())
    out = tmp_path / "out"

    with journal(tmp_path / "batch") as register:
        assert [each.name for each in export(register, out)] == ["0001.json", "0002.json", "0003.json"]
        assert files(out) == {f"000{number}.json": register.issued(f"k{number}") for number in (1, 2, 3)}
        (out / "0002.json").unlink()
        assert [each.name for each in export(register, out)] == ["0002.json"]
        assert list(export(register, out)) == []


def test_files_of_others_are_never_written_over(tmp_path):
    issued(tmp_path / "batch", asked())
    (tmp_path / "0002.json").write_text("mine")

    with journal(tmp_path / "batch") as register, pytest.raises(CredentialError) as refused:
        list(export(register, tmp_path))

    assert refused.value.code == "export_differs"
    assert (tmp_path / "0002.json").read_text() == "mine"


def test_an_exported_file_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    issued(tmp_path, asked())
    done, fsync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda file: (done.append("on the disk"), fsync(file)))
    monkeypatch.setattr(os, "replace", lambda *names: (done.append("named"), replace(*names)))

    with journal(tmp_path) as register:
        done.clear()
        next(export(register, tmp_path / "out"))

    assert done == ["on the disk", "named"]


def test_what_a_crash_left_of_a_file_is_no_credential_and_does_no_harm(tmp_path):
    issued(tmp_path / "batch", asked())
    out = tmp_path / "out"
    out.mkdir()
    (out / ".0001.json.x7f3").write_bytes(b"{")

    with journal(tmp_path / "batch") as register:
        list(export(register, out))

    assert sorted(each.name for each in out.glob("*.json")) == ["0001.json", "0002.json", "0003.json"]
