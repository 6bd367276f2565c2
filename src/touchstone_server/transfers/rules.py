# SPDX-License-Identifier: Apache-2.0
"""Whether an institution may send personal data to another region. Pure; nothing in this node sends any, and nothing may begin to without
asking here. Engineering reading; a lawyer must confirm.

Two standard contracts for the Greater Bay Area exist: mainland and Hong Kong (13 December 2023), mainland and Macao (10 September 2024).
Each is filed within ten working days of taking effect, after an assessment of its impact, and covers neither "important data" nor
sending on beyond the two regions. Between Hong Kong and Macao there is none: denied. Macao's Law 8/2005 (arts. 19-20) wants a
notification or an authorisation besides, whose reference is the filing's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

MAINLAND_HONG_KONG, MAINLAND_MACAO = "gba_mainland_hong_kong", "gba_mainland_macao"
CONTRACTS: Mapping[frozenset[str], str] = MappingProxyType(
    {frozenset({"GD", "HK"}): MAINLAND_HONG_KONG, frozenset({"GD", "MO"}): MAINLAND_MACAO}
)
SINCE: Mapping[str, dt.date] = MappingProxyType(
    {MAINLAND_HONG_KONG: dt.date(2023, 12, 13), MAINLAND_MACAO: dt.date(2024, 9, 10)}
)
WORKING_DAYS = 10


class Row(NamedTuple):
    """A row of an organisation's register: a contract with a recipient, for a purpose and categories of data, filed and assessed.

    :param reference: the number of the filing; :param assessed: that of the impact assessment.
    """

    from_region: str
    to_region: str
    recipient: str
    purpose: str
    categories: frozenset[str]
    reference: str
    assessed: str
    effective: dt.date
    filed: dt.date
    until: dt.date


def contract_between(one: str, other: str) -> str:
    """Return the standard contract for two regions; empty where there is none."""
    return CONTRACTS.get(frozenset({one, other}), "")


def faults_of(row: Row) -> tuple[str, ...]:
    """Return what keeps a row from counting, whatever is sent: ``no_contract``, ``too_early``, ``not_filed``, ``not_assessed``,
    ``filed_late``, ``ends_first``.
    """
    contract = contract_between(row.from_region, row.to_region)
    if not contract:
        return ("no_contract",)
    found = {
        "too_early": row.effective < SINCE[contract],
        "not_filed": not row.reference,
        "not_assessed": not row.assessed,
        "filed_late": row.filed > _working_days_after(row.effective, WORKING_DAYS),
        "ends_first": row.until < row.effective,
    }
    return tuple(name for name, is_so in found.items() if is_so)


def denial(
    rows: Iterable[Row],
    *,
    from_region: str,
    to_region: str,
    recipient: str,
    purpose: str,
    categories: Iterable[str],
    on: dt.date,
) -> str:
    """Return why data may not be sent; empty where they may.

    Within one region nothing crosses. Else ``no_contract``; ``not_registered`` where no row is about this recipient and purpose;
    ``not_good`` where the row has a fault; ``not_in_force`` on that day; ``other_categories`` where more is to be sent than the row says.
    """
    if from_region == to_region:
        return ""
    if not contract_between(from_region, to_region):
        return "no_contract"
    here = [
        row for row in rows
        if (row.from_region, row.to_region, row.recipient, row.purpose) == (from_region, to_region, recipient, purpose)
    ]  # fmt: skip
    problems = [_problem(row, frozenset(categories), on) for row in here]
    return "" if "" in problems else (problems[0] if problems else "not_registered")


def _problem(row: Row, categories: frozenset[str], on: dt.date) -> str:
    if faults_of(row):
        return "not_good"
    if not max(row.effective, row.filed) <= on <= row.until:
        return "not_in_force"
    return "" if categories <= row.categories else "other_categories"


def _working_days_after(day: dt.date, count: int) -> dt.date:
    """Return a day so many working days later; public holidays are not known here, and make the term longer, never shorter."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day
