# SPDX-License-Identifier: Apache-2.0
"""What a sheet says of the finished piece: nickel release, restricted elements, fineness."""

from __future__ import annotations

from touchstone.practice.plating.account import Account, told_plainly
from touchstone.practice.report import Limit, Measurement


def tell_pieces(account: Account) -> None:
    """Tell what was found in every piece, and hold it against the limits of law and against its own mark."""
    for test in account.sheet.nickel:
        release = account.figure(test, "release", f"nickel {test.id}")
        found = account.tell(f"nickel.{test.id}", release, "ug/cm2/week", f"release test, worn as {test.worn}")
        _hold(account, found, "nickel_release", test.worn)
    for content in account.sheet.contents:
        where = f"content {content.id}"
        amount = account.figure(content, "content", where)
        found = account.tell(f"content.{content.id}", amount, "mg/kg", f"{content.form} {content.element}")
        _hold(account, found, f"{content.form}_{content.element}", content.worn)
    for assay in account.sheet.assays:
        where = f"assay {assay.id}"
        found = account.tell(f"assay.{assay.id}", account.figure(assay, "found", where), "‰", f"assay of {assay.metal}")
        limit = Limit(
            value=told_plainly(account.figure(assay, "marked", where)), unit="‰", bound="at_least", status="seen",
            edition="a mark is a minimum, without tolerance below", source="GB 11887 (after ISO 9202), amendment of 2016-05-04",
        )  # fmt: skip
        account.hold(f"assay.{assay.id}", found, limit)


def _hold(account: Account, found: Measurement, of: str, worn: str) -> None:
    records = account.records(of, worn=worn)
    if not records and account.tables:
        account.without_limit(found.id, found, f"{of} ({worn})")
    for table, record in records:
        account.hold_against(f"{found.id}.{table.id}", found, table, record)
