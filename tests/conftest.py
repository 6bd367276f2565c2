"""What every test may ask for, and what the run says at its end.

A test that needs something which is not part of Python asks for it by fixture (`chromium`, `postgres_url`). Where it is
missing the test is skipped and the run's end says in one line how many were, and how to get it. In CI it is a failure:
there the thing must be present, and a silent skip would prove nothing.

Hypothesis draws the same examples on every run: a red test is red again. `make test` draws a few of each law, `make soak`
very many; a law whose example is dear says itself how many it draws.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest
import typer.testing
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_DAY, SOAK = 40, 1_000
"""Examples of a law."""
settings.register_profile(
    "touchstone",
    max_examples=EVERY_DAY,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.register_profile("soak", settings.get_profile("touchstone"), max_examples=SOAK)
settings.load_profile("touchstone")  # before the command line's --hypothesis-profile, which wins

# For each call Typer builds the whole tree of commands anew, which takes longer than most commands: here it is built once.
typer.testing._get_command = cache(typer.testing._get_command)

BUDGETS = {"core": 90, "server": 120, "browser": 60}
"""Seconds of wall time on two cores, by suite."""
TALLY = "tally: "


@dataclass(frozen=True)
class Need:
    """Something from outside Python that some tests use."""

    name: str
    find: Callable[[], str | None]
    how: str

    def get(self) -> str:
        """What was found; otherwise skip the test, or fail it in CI."""
        if found := self.find():
            return found
        missing = f"needs {self.name}: {self.how}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)


def _find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next(filter(None, map(shutil.which, names)), None)


def _find_han_fonts() -> str | None:
    from touchstone.fonts import HAN, installed_fonts

    return "installed" if installed_fonts() >= HAN else None


CHROMIUM = Need("chromium", _find_chromium, "apt install chromium, or set CHROMIUM to its path")
POSTGRES = Need(
    "PostgreSQL",
    lambda: os.environ.get("TOUCHSTONE_POSTGRES_URL"),
    "set TOUCHSTONE_POSTGRES_URL to a database that may be emptied",
)
SYSTEMD = Need("systemd", lambda: shutil.which("systemd-analyze"), "apt install systemd")
HAN_FONTS = Need("Noto CJK", _find_han_fonts, "apt install fonts-noto-cjk")
NEEDS = (CHROMIUM, POSTGRES, SYSTEMD, HAN_FONTS)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser to drive."""
    return CHROMIUM.get()


@pytest.fixture(scope="session")
def han_fonts() -> str:
    """The fonts that paper in Chinese is set in."""
    return HAN_FONTS.get()


@pytest.fixture(scope="session")
def systemd_analyze() -> str:
    """The command that reads units of systemd."""
    return SYSTEMD.get()


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The address of a PostgreSQL database that a test may empty."""
    return POSTGRES.get()


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[[str, Counter[str]], None]:
    """Count something together with the other parts of a test, in whichever process they run: one line tells the sum at the end."""
    return lambda what, counted: record_property(f"{TALLY}{what}", dict(counted))


def _suite(nodeid: str) -> str:
    if nodeid.startswith("tests/browser/"):
        return "browser"
    return "server" if nodeid.startswith("tests/touchstone_server/") else "core"


def _tallies(reports: list[pytest.TestReport]) -> dict[str, Counter[str]]:
    """What was counted under each name, summed up over the parts of its test."""
    tallies: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for report in reports:
        for name, counted in report.user_properties if report.when == "call" else ():
            if name.startswith(TALLY):
                tallies[name.removeprefix(TALLY)].update(counted)
    return tallies


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line per tally, one on time per suite, one per thing that is missing here."""
    workers = max(config.getoption("numprocesses", None) or 1, 1)
    seconds: defaultdict[str, float] = defaultdict(float)
    skipped: Counter[str] = Counter()
    every = [each for told in terminalreporter.stats.values() for each in told if isinstance(each, pytest.TestReport)]
    for report in every:
        seconds[_suite(report.nodeid)] += report.duration
        if report.skipped:
            skipped.update(need.name for need in NEEDS if f"needs {need.name}: " in str(report.longrepr))
    for what, counted in _tallies(every).items():
        terminalreporter.write_line(f"{what}: " + ", ".join(f"{count:,} {name}" for name, count in counted.items()))
    if seconds:
        parts = (
            f"{suite} {seconds[suite] / workers:.1f} s of {limit}"
            for suite, limit in BUDGETS.items()
            if suite in seconds
        )
        terminalreporter.write_line("time: " + " · ".join(parts))
    for need in NEEDS:
        if count := skipped[need.name]:
            terminalreporter.write_line(f"{count} skipped for want of {need.name}: {need.how}")
