# SPDX-License-Identifier: Apache-2.0
"""Plant every mistake and print what became of it; words on the command line choose mistakes by name."""

from __future__ import annotations

import sys

from tests.mutants.planted import PLANTED
from tests.mutants.planting import plant


def main() -> int:
    """Return 1 when a mistake was not noticed."""
    wanted = [mutant for mutant in PLANTED if not sys.argv[1:] or any(word in mutant.name for word in sys.argv[1:])]
    killed = 0
    for mutant, noticed in plant(wanted):
        killed += noticed
        print(f"{'killed  ' if noticed else 'SURVIVED'}  {mutant.file}: {mutant.name}", flush=True)
    print(f"{killed} of {len(wanted)} mutants killed")
    return killed < len(wanted)


if __name__ == "__main__":
    sys.exit(main())
