"""A batch that is stopped anywhere is resumed to the same bytes: nothing lost that was acknowledged, nothing twice."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.touchstone.credentials.issuing_world import AT, LIST, SALT, SIGNER, batch, request, write_anew
from touchstone.credentials.batch import run
from touchstone.credentials.issuing import issue_group
from touchstone.credentials.journal import FILE, Journal, no_sync
from touchstone.credentials.register import MemoryRegister, own_list

ROOT = Path(__file__).parents[3]
LATER = AT + dt.timedelta(days=30)
JCS = ("eddsa-jcs-2022",)


def issue_all(folder, asked, *, at=AT, group=2, sync=no_sync):
    """Run a batch to its end; return what is then in the journal, by key."""
    with Journal(folder, salt=SALT, sync=sync) as journal:
        results = list(run(asked, SIGNER, journal=journal, at=at, group=group))
        assert {each.result for each in results} <= {"issued", "known"}
        return {key: journal.issued(key) for key in journal.keys_issued}


def assert_nothing_twice(credentials, rows):
    documents = [json.loads(content) for content in credentials.values()]
    assert len(documents) == rows
    assert len({each["id"] for each in documents}) == rows
    assert len({each["credentialStatus"][0]["id"] for each in documents}) == rows


# ------------------------------------------------------------------ cut anywhere
def cut_and_resume(tmp_path, lengths):
    asked = batch(3, cryptosuites=JCS)
    expected = issue_all(tmp_path / "whole", asked)
    had_it_begun_later = issue_all(tmp_path / "later", asked, at=LATER)
    content = (tmp_path / "whole" / FILE).read_bytes()
    begun = content.index(b"\n", content.index(b'"run":'))
    folder = tmp_path / "cut"
    folder.mkdir()
    for length in lengths(content):
        write_anew(folder / FILE, content[:length])
        assert issue_all(folder, asked, at=LATER) == (expected if length > begun else had_it_begun_later)


def test_a_batch_whose_journal_is_cut_off_is_resumed_to_the_same_bytes(tmp_path):
    def around_every_end_of_line(content):
        ends = [place for place, byte in enumerate(content) if byte == ord("\n")]
        near = {place + step for place in [0, *ends] for step in (-1, 0, 1, 2)}
        return sorted({*near, *range(0, len(content), 41), len(content)} & {*range(len(content) + 1)})

    cut_and_resume(tmp_path, around_every_end_of_line)


@pytest.mark.soak
def test_a_batch_whose_journal_is_cut_off_at_any_byte_is_resumed_to_the_same_bytes(tmp_path):
    cut_and_resume(tmp_path, lambda content: range(len(content) + 1))


# ------------------------------------------------------------------ kill -9
ROWS, GROUP = 48, 8


@pytest.mark.parametrize("seed", range(3))
def test_a_batch_that_is_killed_is_resumed_to_the_same_bytes(tmp_path, seed):
    kill_and_resume(tmp_path, random.Random(seed))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3, 53))
def test_a_batch_that_is_killed_fifty_times_is_resumed_to_the_same_bytes(tmp_path, seed):
    kill_and_resume(tmp_path, random.Random(seed))


def kill_and_resume(tmp_path, chance):
    """Kill a child after some rows, and some time more; then, now and then, its successor; then finish."""
    expected = issue_all(tmp_path / "whole", batch(ROWS), group=GROUP)
    acknowledged: set[str] = set()
    for _ in range(chance.choice([1, 1, 2])):
        acknowledged |= killed_child(tmp_path / "killed", chance)

    resumed = issue_all(tmp_path / "killed", batch(ROWS), group=GROUP)

    assert acknowledged <= resumed.keys()
    assert resumed == expected
    assert_nothing_twice(resumed, ROWS)


def killed_child(folder, chance):
    """Return the keys that a child acknowledged before it was killed."""
    command = [sys.executable, "-m", "tests.touchstone.credentials.issue_in_child", str(folder), str(ROWS), str(GROUP)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as child:
        rows = chance.randrange(ROWS)
        told = [child.stdout.readline().strip() for _ in range(rows)]
        time.sleep(chance.random() * (0.02 if rows else 0.5))
        child.send_signal(signal.SIGKILL)
        return {*filter(None, told), *child.stdout.read().split()}


# ------------------------------------------------------------------ any order of anything
class Issuing(RuleBasedStateMachine):
    """Requests, new and known and changed, by a journal that is closed, cut off behind what was acknowledged, and opened again."""

    def __init__(self):
        super().__init__()
        self.folder = Path(self.temporary())
        self.acknowledged: dict[str, bytes] = {}
        self.asked: dict[str, int] = {}
        self.durable, self.clock = 0, AT
        self.open()

    @staticmethod
    def temporary():
        import tempfile

        return tempfile.mkdtemp(prefix="issuing-")

    def teardown(self):
        import shutil

        self.journal.close()
        shutil.rmtree(self.folder)

    def open(self):
        self.journal = Journal(self.folder, salt=SALT, sync=no_sync)

    @rule(numbers=st.lists(st.integers(0, 12), min_size=1, max_size=4), days=st.integers(0, 3))
    def issue(self, numbers, days):
        self.clock += dt.timedelta(days=days)
        requests = [request(number)._replace(cryptosuites=JCS) for number in numbers]
        for outcome in issue_group(requests, SIGNER, register=self.journal, at=self.clock, status=LIST):
            assert outcome.result in ("issued", "known")
            assert self.acknowledged.setdefault(outcome.key, outcome.document) == outcome.document
        self.durable = (self.folder / FILE).stat().st_size

    @precondition(lambda self: self.acknowledged)
    @rule(data=st.data())
    def ask_for_something_else_under_a_known_key(self, data):
        number = int(data.draw(st.sampled_from(sorted(self.acknowledged))).rpartition("-")[2])
        changed = request(number, name="Another")._replace(cryptosuites=JCS)
        (outcome,) = issue_group([changed], SIGNER, register=self.journal, at=self.clock, status=LIST)
        assert outcome.error.code == "request_key_reused"

    @rule(number=st.integers(13, 16))
    def reserve_and_crash(self, number):
        class Crash(Exception):
            pass

        class Crashing:
            def __init__(self, journal):
                self.journal = journal

            def __getattr__(self, name):
                return getattr(self.journal, name)

            def store(self, credentials):
                if credentials:
                    raise Crash

        asked = request(number)._replace(cryptosuites=JCS)
        try:
            issue_group([asked], SIGNER, register=Crashing(self.journal), at=self.clock, status=LIST)
        except Crash:
            self.journal.close()
            self.open()

    @rule(data=st.data())
    def lose_power(self, data):
        self.journal.close()
        content = (self.folder / FILE).read_bytes()
        kept = data.draw(st.integers(min(self.durable, len(content)), len(content)))
        write_anew(self.folder / FILE, content[:kept])
        self.open()

    @invariant()
    def what_was_acknowledged_is_there(self):
        assert {key: self.journal.issued(key) for key in self.acknowledged} == self.acknowledged

    @invariant()
    def nothing_is_there_twice(self):
        documents = [json.loads(self.journal.issued(key)) for key in self.journal.keys_issued]
        for drawn in ("id", "credentialStatus"):
            assert len({json.dumps(each[drawn]) for each in documents}) == len(documents)


TestIssuing = Issuing.TestCase
TestIssuing.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)


def test_a_journal_and_a_register_in_memory_give_the_same_bytes(tmp_path):
    memory = MemoryRegister(SALT)
    requests = [request(number)._replace(cryptosuites=JCS) for number in range(5)]

    outcomes = issue_group(requests, SIGNER, register=memory, at=AT, status=own_list(LIST, SALT))

    assert {each.key: each.document for each in outcomes} == issue_all(tmp_path, batch(5, cryptosuites=JCS))
