"""The journal: whatever a crash leaves of it, what was acknowledged is there, byte for byte, and nothing is there twice."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.credentials.issuing_world import write_anew
from touchstone.credentials.journal import FILE, Journal, JournalReading, no_sync
from touchstone.credentials.register import PublishedList, Reservation
from touchstone.errors import CredentialError, WriteError

SALT = bytes(range(32))
AT = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
LIST = PublishedList(url="https://school.example/status/1")


def reservation(number, key=""):
    key = key or f"learner-{number}"
    return Reservation(
        key=key,
        request="0" * 64,
        id=f"urn:example:{number}",
        created=AT,
        method="did:example:a#k",
        status=LIST,
        index=number,
    )


def document(number):
    return json.dumps({"id": f"urn:example:{number}", "name": '学员 \\ " ,"document":'}, ensure_ascii=False).encode()


def journal(folder, **options):
    return Journal(folder, **{"salt": SALT, "sync": no_sync, **options})


def fill(folder, groups, size=2):
    """Issue some groups; return what was acknowledged after each with the length of the file at that moment."""
    acknowledged = {}
    with journal(folder) as register:
        for group in range(groups):
            numbers = range(group * size, (group + 1) * size)
            register.reserve([reservation(number) for number in numbers])
            register.store([(f"learner-{number}", document(number)) for number in numbers])
            acknowledged[(folder / FILE).stat().st_size] = (group + 1) * size
    return acknowledged


def held(register):
    return [*register.keys_issued]


def test_what_was_stored_is_there_again_byte_for_byte(tmp_path):
    fill(tmp_path, 3)

    with journal(tmp_path) as register:
        assert [register.issued(f"learner-{number}") for number in range(6)] == [
            document(number) for number in range(6)
        ]
        assert register.reservation("learner-4") == reservation(4)
        assert register.reservation("learner-9") is None
        assert register.issued("learner-9") is None


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.soak), 7])
def test_a_journal_cut_at_any_byte_keeps_everything_that_was_acknowledged_before_it(tmp_path, step):
    acknowledged = fill(tmp_path / "whole", 2)
    content = (tmp_path / "whole" / FILE).read_bytes()
    folder = tmp_path / "cut"
    folder.mkdir()

    near_ends = {end + beyond for end in acknowledged for beyond in (-1, 0, 1)} & {*range(len(content) + 1)}
    for length in sorted({*range(0, len(content) + 1, step), *near_ends}):
        write_anew(folder / FILE, content[:length])
        with journal(folder) as register:
            keys = held(register)
            assert len(keys) >= max((count for size, count in acknowledged.items() if size <= length), default=0)
            assert [register.issued(key) for key in keys] == [document(number) for number in range(len(keys))]


def test_a_torn_tail_is_cut_off_and_written_over(tmp_path):
    fill(tmp_path, 2)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[:-10])

    with journal(tmp_path) as register:
        assert held(register) == ["learner-0", "learner-1", "learner-2"]
        register.store([("learner-3", document(3))])

    with journal(tmp_path) as register:
        assert register.issued("learner-3") == document(3)


def test_a_journal_read_again_has_what_it_had_without_a_torn_tail_and_keeps_the_lock(tmp_path):
    fill(tmp_path, 2)
    with journal(tmp_path) as register:
        before, whole = held(register), (tmp_path / FILE).read_bytes()
        (tmp_path / FILE).write_bytes(whole + whole[-9:-1])
        register.read_again()

        assert (held(register), (tmp_path / FILE).read_bytes()) == (before, whole)
        assert "another process is issuing here" in told_of_opening(tmp_path)
        register.reserve([reservation(9)])
        register.store([(reservation(9).key, document(9))])
    with journal(tmp_path) as register:
        assert register.issued(reservation(9).key) == document(9)


def test_whoever_only_reads_a_journal_changes_nothing_and_passes_over_a_torn_tail(tmp_path):
    fill(tmp_path, 2)
    torn = (tmp_path / FILE).read_bytes()[:-7]
    write_anew(tmp_path / FILE, torn)
    (tmp_path / "journal.lock").unlink()

    with JournalReading(tmp_path) as records:
        assert records.salt == SALT
        assert held(records) == ["learner-0", "learner-1", "learner-2"]
        assert records.issued("learner-1") == document(1)

    assert (tmp_path / FILE).read_bytes() == torn
    assert [each.name for each in tmp_path.iterdir()] == [FILE]


def test_whoever_only_reads_is_told_of_damage_and_of_another_subject(tmp_path):
    fill(tmp_path, 2)
    with pytest.raises(CredentialError, match="something else is issued"):
        JournalReading(tmp_path, subject="another")

    content = bytearray((tmp_path / FILE).read_bytes())
    content[200] ^= 1
    write_anew(tmp_path / FILE, bytes(content))
    with pytest.raises(CredentialError, match="damaged"):
        JournalReading(tmp_path)


def test_a_folder_in_which_nothing_was_issued_is_read_as_empty_and_not_made(tmp_path):
    with JournalReading(tmp_path / "new") as records:
        assert held(records) == []

    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("spoil", [lambda tail: bytes(len(tail)), lambda tail: tail[:100] + bytes(50) + tail[150:]])
def test_a_last_group_that_reached_the_disk_in_part_is_a_torn_tail(tmp_path, spoil):
    sizes = list(fill(tmp_path, 3))
    content = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(content[: sizes[-2]] + spoil(content[sizes[-2] :]))

    with journal(tmp_path) as register:
        assert held(register) == [f"learner-{number}" for number in range(4)]


@given(data=st.data())
def test_a_changed_byte_in_what_was_acknowledged_is_never_passed_over(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("journal")
    durable = list(fill(folder, 3))[-2]
    content = bytearray((folder / FILE).read_bytes())
    content[data.draw(st.integers(0, durable - 1))] ^= data.draw(st.integers(1, 255))
    (folder / FILE).write_bytes(content)

    with pytest.raises(CredentialError) as refused:
        journal(folder)

    assert refused.value.code == "journal_damaged"
    assert (folder / FILE).read_bytes() == content


def test_a_line_that_was_taken_away_or_moved_is_noticed(tmp_path):
    fill(tmp_path, 3)
    lines = (tmp_path / FILE).read_bytes().splitlines(keepends=True)

    for changed in (lines[:2] + lines[3:], [*lines[:3], lines[4], lines[3], *lines[5:]]):
        (tmp_path / FILE).write_bytes(b"".join(changed))
        with pytest.raises(CredentialError, match="damaged"):
            journal(tmp_path)


def test_a_file_that_is_no_journal_is_left_alone(tmp_path):
    (tmp_path / FILE).write_text("my notes, without an end of line")

    with pytest.raises(CredentialError, match="no journal"):
        journal(tmp_path)

    assert (tmp_path / FILE).read_text() == "my notes, without an end of line"


def test_a_journal_of_something_else_is_refused(tmp_path):
    journal(tmp_path, subject="stone setting").close()

    with pytest.raises(CredentialError) as refused:
        journal(tmp_path, subject="casting")

    assert refused.value.code == "journal_foreign"


def test_a_journal_goes_on_with_its_own_salt(tmp_path):
    journal(tmp_path).close()

    with journal(tmp_path, salt=bytes(32)) as register:
        assert register.salt == SALT


def test_a_second_process_is_told_that_somebody_is_issuing(tmp_path):
    with journal(tmp_path):
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:
            told = pool.apply(told_of_opening, [tmp_path])

    assert told.startswith("journal_locked")
    assert f"process {os.getpid()}" in told
    journal(tmp_path).close()


def told_of_opening(folder):
    try:
        journal(folder).close()
    except CredentialError as error:
        return f"{error.code} {error}"
    return ""


def test_a_refused_opening_lets_go_of_the_lock(tmp_path):
    journal(tmp_path, subject="a").close()
    with pytest.raises(CredentialError):
        journal(tmp_path, subject="b")

    journal(tmp_path, subject="a").close()


def test_only_the_owner_can_read_a_journal(tmp_path):
    fill(tmp_path / "new", 1)

    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / FILE).stat().st_mode) == 0o600


def test_nothing_is_acknowledged_before_it_is_synced(tmp_path):
    synced = []

    def sync(descriptor):
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            synced.append(os.fstat(descriptor).st_size)

    with journal(tmp_path, sync=sync) as register:
        assert synced[-1] == (tmp_path / FILE).stat().st_size
        register.reserve([reservation(1)])
        before = len(synced)
        register.store([("learner-1", document(1))])

    assert synced[before:] == [(tmp_path / FILE).stat().st_size]


@pytest.mark.parametrize("fails", range(1, 8))
def test_after_a_failed_sync_nothing_more_is_taken_and_a_new_start_completes_it(tmp_path, fails):
    calls = []

    def sync(_):
        calls.append(1)
        if len(calls) == fails:
            raise OSError(5, "Input/output error")

    acknowledged = []
    with pytest.raises(WriteError, match=r"cannot be written \(Input/output error\)"):
        issue_four(tmp_path, sync, acknowledged)

    with journal(tmp_path) as register:
        assert set(acknowledged) <= set(held(register))


def issue_four(folder, sync, acknowledged):
    with journal(folder, sync=sync) as register:
        for number in range(4):
            register.reserve([reservation(number)])
            try:
                register.store([(f"learner-{number}", document(number))])
            except WriteError:
                with pytest.raises(WriteError, match="takes nothing more"):
                    register.reserve([reservation(9)])
                raise
            acknowledged.append(f"learner-{number}")


def test_a_place_in_the_status_list_stays_taken_when_its_reservation_is_void(tmp_path):
    with journal(tmp_path) as register:
        register.reserve([reservation(7)])
        register.void(["learner-7"])

    with journal(tmp_path) as register:
        assert register.reservation("learner-7") is None
        assert (LIST.url, 7) in register.taken
        with pytest.raises(AssertionError):
            register.reserve([reservation(7, key="another")])


def test_the_same_key_is_never_reserved_or_stored_twice(tmp_path):
    fill(tmp_path, 1)

    with journal(tmp_path) as register:
        with pytest.raises(AssertionError):
            register.reserve([reservation(90, key="learner-0")])
        with pytest.raises(AssertionError):
            register.store([("learner-0", document(0))])
        with pytest.raises(AssertionError):
            register.store([("unknown", document(0))])
        with pytest.raises(AssertionError):
            register.void(["learner-0"])


def test_a_run_keeps_the_time_at_which_it_began(tmp_path):
    with journal(tmp_path) as register:
        assert register.run_at("a", "2026-06-01T08:00:00Z") == "2026-06-01T08:00:00Z"

    with journal(tmp_path) as register:
        assert register.run_at("a", "2026-06-02T08:00:00Z") == "2026-06-01T08:00:00Z"
        assert register.run_at("b", "2026-06-02T08:00:00Z") == "2026-06-02T08:00:00Z"


def test_every_line_is_json(tmp_path):
    fill(tmp_path, 2)

    lines = [json.loads(line) for line in (tmp_path / FILE).read_text(encoding="utf-8").splitlines()]

    assert [*lines[0]] == ["sum", "at", "durable", "opened"]
    assert lines[-1]["issued"]["document"] == json.loads(document(3))
