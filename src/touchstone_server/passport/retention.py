# SPDX-License-Identifier: Apache-2.0
"""What must be kept of a person who asked to be erased, how long, and by which rule. Engineering reading; a lawyer must confirm.

* Consents: the record that processing was lawful is kept three years (Personal Information Protection Law of the PRC, art. 56 with
  art. 47: what the law makes us keep is stored and protected, and used for nothing else).
* Decisions on cases: kept five years from the decision, on no page, while they can be contested (Administrative Litigation Law of the
  PRC, art. 46: no action is heard later than that); a case that nobody has decided goes at once.
* The register of what an organisation issued: number, name, certificate and status stay with the issuer, who answers for them to whoever
  verifies; the table went when the group was issued, and the row that they were made from goes now.
* The audit log: it names people by id alone, and ids lead to nobody after erasing.

* Share links and who looked through them: a year from the link's end, so that their holder can still see it. No rule asks for it.

All else goes at once.
"""

from __future__ import annotations

import datetime as dt

YEARS = 3
LINK_DAYS = 365
DECISION_YEARS = 5


def kept_until(erased: dt.datetime) -> dt.datetime:
    """Return when the record of consents goes, too."""
    return _years_later(erased, YEARS)


def decision_kept_until(made: dt.datetime) -> dt.datetime:
    """Return when a decision on a case of an erased person goes."""
    return _years_later(made, DECISION_YEARS)


def _years_later(moment: dt.datetime, years: int) -> dt.datetime:
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year + years, month=3, day=1)
