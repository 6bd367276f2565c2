# SPDX-License-Identifier: Apache-2.0
"""Run as a process of its own: read files from standard input and tell of each what was said and what it cost.

Each file comes as one line of JSON (what it is, its name, its length) and its bytes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from touchstone.errors import InputError
from touchstone.standards.exchange.case import framework_of, read_case
from touchstone.standards.exchange.tables import framework_from, read_table

GIVEN = {"id": "x", "version": "1", "title": {"en": "x"}, "region": "HK", "level_scale": "s"}


def sentence(file, content):
    """What is said about a file that is refused; nothing if it is not."""
    try:
        if file.suffix == ".json":
            framework_of(read_case(content), {"region": "HK", "level_scale": "s"})
            return ""
        reading = framework_from(read_table(content, file.name), GIVEN)
    except InputError as error:
        return str(error)
    return str(reading.errors[0]) if reading.errors else ""


def memory(name):
    """MiB that this process holds (``VmRSS``), or has held at most (``VmHWM``), by Linux's own account."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{name}:")[1].split()[0]) / 1024


def forget_the_peak():
    """Let the account of the peak begin anew; what getrusage tells would count from the process that started this one."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def main():
    sentence(Path("warm.csv"), b"id,title\na,b\n")
    sentence(Path("warm.xlsx"), b"PK\x03\x04")
    refusals = []
    while line := sys.stdin.buffer.readline():
        told, name, length = json.loads(line)
        content = sys.stdin.buffer.read(length)
        forget_the_peak()
        before, begun = memory("VmRSS"), time.process_time()
        try:
            said = sentence(Path(name), content)
        except Exception as error:
            said = f"a traceback: {error!r}"
        cost = {"seconds": time.process_time() - begun, "mib": memory("VmHWM") - before}
        refusals.append({"told": told, "sentence": said, **cost})
    json.dump(refusals, sys.stdout)


if __name__ == "__main__":
    main()
