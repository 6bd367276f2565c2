"""Issues a batch in a process of its own and says of every row when it is acknowledged, so that it can be killed at any moment."""

from __future__ import annotations

import sys

from tests.touchstone.credentials.issuing_world import AT, SALT, SIGNER, batch
from touchstone.credentials.batch import run
from touchstone.credentials.journal import Journal


def main(folder, rows, group):
    """Run, and print a key for each row that is issued."""
    with Journal(folder, salt=SALT) as journal:
        for result in run(batch(int(rows)), SIGNER, journal=journal, at=AT, group=int(group)):
            print(result.key, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
