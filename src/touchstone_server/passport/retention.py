# SPDX-License-Identifier: Apache-2.0
"""What must be kept of a person who asked to be erased, how long, and by which rule. Engineering reading; a lawyer must confirm.

* Consents: the record that processing was lawful is kept three years (Personal Information Protection Law of the PRC, art. 56 with
  art. 47: what the law makes us keep is stored and protected, and used for nothing else).
* The audit log: it names people by id alone, and ids lead to nobody after erasing.

All else goes at once.
"""

from __future__ import annotations

import datetime as dt

YEARS = 3


def kept_until(erased: dt.datetime) -> dt.datetime:
    """Return when what is kept goes, too."""
    try:
        return erased.replace(year=erased.year + YEARS)
    except ValueError:  # 29 February
        return erased.replace(year=erased.year + YEARS, month=3, day=1)
