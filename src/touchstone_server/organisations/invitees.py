# SPDX-License-Identifier: Apache-2.0
"""A table of people to be invited: a row a person, with address and roles, read within the bounds of every table."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from touchstone.credentials.privacy import has_identity_number
from touchstone.errors import DocumentError
from touchstone.standards.exchange.cells import Row, found_in, is_formula, parted, unprotected
from touchstone.standards.exchange.columns import Columns, columns_of, overflow
from touchstone.standards.exchange.tables import Table
from touchstone_server.access.rules import Role
from touchstone_server.texts import all_texts

HEADINGS = {
    "name": "name · full name · person · 姓名 · 名字 · nome · pessoa",
    "email": "email · e-mail · e-mail address · email address · address · mail · 邮箱 · 电子邮箱 · 邮件 · 电邮 · 電郵 · 電郵地址 · 電子郵件"
    " · correio · correio electrónico · endereço · endereço de correio electrónico",
    "roles": "roles · role · 角色 · função · funções",
}
MOST_ROWS = 200
"""People of one table: as many links as somebody can hand out, and a page can show."""


class Invitee(NamedTuple):
    """A row as it was read.

    :param name: for whoever hands out the links; it is not kept.
    :param problem: the code of what keeps the row from being used, and ``detail`` what it is about.
    """

    number: int
    name: str
    email: str
    roles: frozenset[Role]
    problem: str = ""
    detail: str = ""


def invitees_from(table: Table) -> tuple[Invitee, ...]:
    """Return the people of a table, each once; what is wrong with a row stands in it.

    :raises DocumentError: when no heading is understood, a column is missing, or there are no rows or too many.
    """
    columns = columns_of(table.sheet, HEADINGS)
    places = {heading.field: index for index, heading in columns.fields.items()}
    _refuse_columns(columns, places)
    rows = [row for row in table.sheet.rows if row.number > columns.top.number]
    if not 0 < len(rows) <= MOST_ROWS:
        raise DocumentError("the table has no rows, or too many", expected=f"1 to {MOST_ROWS} people", found=len(rows))
    return tuple(_each_once(_read(row, places, len(columns.top.cells)) for row in rows))


def _refuse_columns(columns: Columns, places: Mapping[str, int]) -> None:
    for error in columns.errors:
        raise DocumentError(error.message, field=f"row {error.row}, {error.column}", hint=error.hint)
    for name in ("email", "roles"):
        if name not in places:
            hint = f"Add a column with the heading {name}."
            raise DocumentError("a column is missing", line=columns.top.number, expected=name, hint=hint)


def _read(row: Row, places: Mapping[str, int], width: int) -> Invitee:
    """Return a row with the first thing that is wrong with it."""
    cells = {field: row.cells[index] if index < len(row.cells) else "" for field, index in places.items()}
    name, email = unprotected(cells.get("name", ""))[:200], unprotected(cells["email"]).strip().lower()
    said = parted(unprotected(cells["roles"]))
    roles = {word: role_called(word) for word in said}
    unknown = next((word for word, role in roles.items() if role is None), "")
    problem, detail = "", ""
    if has_identity_number("\n".join(row.cells)):
        problem, name = "identity_number", ""
    elif overflow(row, width) or any(map(is_formula, cells.values())):
        problem = "cells"
    elif not _is_address(email):
        problem, detail = "address", email
    elif unknown or not said:
        problem, detail = ("role" if unknown else "no_role"), unknown
    return Invitee(
        row.number, name, email, frozenset(role for role in roles.values() if role), problem, found_in(detail) if detail else ""
    )  # fmt: skip


def _each_once(rows: Iterator[Invitee]) -> Iterator[Invitee]:
    """Yield the rows; one whose address stood further up says where."""
    seen: dict[str, int] = {}
    for each in rows:
        first = each.number if each.problem else seen.setdefault(each.email, each.number)
        yield each if first == each.number else each._replace(problem="twice", detail=str(first))


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def role_called(word: str) -> Role | None:
    """Return the role that somebody calls so, in any language of the pages, or by its name in the program."""
    return _called().get(_plain(word))


@cache
def _called() -> dict[str, Role]:
    texts = {role: all_texts()[f"desk.role_{role.value}"].values() for role in Role}
    return {_plain(word): role for role, words in texts.items() for word in (*words, role.value)}


def _plain(word: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", word).casefold().replace("_", " ").split())
