# SPDX-License-Identifier: Apache-2.0
"""The page on running a node: its settings are those that there are, its commands too, and systemd reads its units."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

from tests.docs.pages import DOCS

PAGE = (DOCS / "how-to" / "run-a-node.md").read_text(encoding="utf-8")
FILES = {
    name: content
    for name, content in re.findall(r"^\*\*`([^`]+)`\*\*\n\n```\w*\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
}
SOURCE = DOCS.parent / "src" / "touchstone_server"


def test_every_setting_is_on_the_page_and_every_one_on_it_is_read():
    read = {
        name for file in SOURCE.rglob("*.py") for name in re.findall(r'"(TOUCHSTONE_[A-Z_]+)"', file.read_text("utf-8"))
    }
    table = set(
        re.findall(r"`(TOUCHSTONE_[A-Z_]+)`", "\n".join(line for line in PAGE.splitlines() if line.startswith("| `")))
    )

    assert read - table == set()
    assert table - read == set()
    assert set(re.findall(r"TOUCHSTONE_[A-Z_]+", PAGE)) <= table


def test_every_command_on_the_page_is_one():
    from touchstone_server.node.command import app

    there = {each.name or each.callback.__name__.replace("_", "-") for each in app.registered_commands}

    assert set(re.findall(r"touchstone-node ([a-z]+)", PAGE)) <= there


def test_the_settings_of_the_page_are_safe(tmp_path):
    """Those of the file, with folders that are there: the node has nothing to say against them."""
    trust = tmp_path / "trust.yaml"
    trust.write_text("", encoding="utf-8")
    named = dict(line.split("=", 1) for line in FILES["/etc/touchstone.env"].splitlines())
    here = {
        "TOUCHSTONE_DATA": str(tmp_path / "data"),
        "TOUCHSTONE_TRUST": str(trust),
        "TOUCHSTONE_DOCUMENTS": str(tmp_path),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHSTONE_")}

    def node(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "touchstone_server", *words],
            env=kept | named | here, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    assert node("migrate").returncode == 0
    done = node("check", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_the_commands_of_the_page_are_run_by_the_service_s_user():
    """What root makes in the data folder, the service cannot read, and then the node does not start."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    lines = [
        each
        for language, block in blocks
        if not language and block not in FILES.values()
        for each in block.replace("\\\n", "").splitlines()
    ]
    commands = [each for each in lines if "touchstone-node" in each]

    assert len(commands) > 8
    assert [
        each for each in commands if not each.startswith(("touchstone-node ", "runuser -u touchstone -- env "))
    ] == []


def test_the_script_of_the_page_runs_what_the_units_run_by_their_user_with_their_settings(tmp_path):
    asked = tmp_path / "systemd-run"
    asked.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    asked.chmod(0o755)
    script = tmp_path / "touchstone-node"
    script.write_text(FILES["/usr/local/bin/touchstone-node"], encoding="utf-8")
    done = subprocess.run(
        ["/bin/sh", str(script), "found", "hk body"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    unit = FILES["/etc/systemd/system/touchstone.service"]
    (started,) = re.findall(r"^ExecStart=(\S+) serve$", unit, re.MULTILINE)

    words = done.stdout.splitlines()
    assert words[-3:] == [started, "found", "hk body"]
    for setting in ("User", "EnvironmentFile", "UMask"):
        assert re.findall(rf"^{setting}=.*$", unit, re.MULTILINE)[0] in words


def test_systemd_reads_the_units(tmp_path, systemd_analyze):
    for name, content in FILES.items():
        if name.endswith(".service"):
            unit = tmp_path / name.rpartition("/")[2]
            unit.write_text(re.sub(r"/opt/touchstone/bin/touchstone-node", "/bin/true", content), encoding="utf-8")
            done = subprocess.run(
                [systemd_analyze, "verify", "--man=no", str(unit)],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            ours = [line for line in done.stderr.splitlines() if unit.name in line and "EnvironmentFile" not in line]
            assert not ours, ours


def test_the_proxy_says_who_the_reader_is_at_every_place_that_it_hands_on():
    """allauth counts failed sign-ins by the reader's address: without the header all readers are one, and one locks out all."""
    header = re.search(r"^TOUCHSTONE_CLIENT=(\S+)$", PAGE, re.MULTILINE)
    assert header
    for wanted in (f"proxy_set_header {header[1]} $remote_addr;", "proxy_set_header X-Forwarded-Proto $scheme;"):
        assert PAGE.count(wanted) == PAGE.count("proxy_pass "), wanted
