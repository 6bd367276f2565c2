# SPDX-License-Identifier: Apache-2.0
"""From a tree of texts to typed values: the type of the field decides, and every refusal is a sentence.

One small compiler turns a type annotation into a function from text to value. It knows exactly the types that the documents use:
texts, whole numbers, decimals, dates and UTC times, choices, lists, maps, and values (:class:`touchstone.value.Value`), alone or in
unions that are told apart by the field that only one member requires. Why not msgspec's own conversion: docs/decisions/0002.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import types
import typing
from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec import Meta

from touchstone.errors import DocumentError
from touchstone.standards.tree import Path, Tree

T = TypeVar("T")
Decode = Callable[[Tree, Path], Any]

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)


_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_EXACT = Context(prec=40)
"""Numbers are read exactly, whatever the caller's own context says."""


class FieldError(DocumentError):
    """A field does not hold what its type asks for; ``path`` says which one."""

    def __init__(self, message: str, path: Path, **details: Any) -> None:
        super().__init__(message, **details)
        self.path = path


def decode(tree: Tree, type_: type[T], path: Path = ()) -> T:
    """Return ``tree`` as a value of ``type_``.

    :raises FieldError: with the path of the first field that does not fit, what was expected and what was found.
    """
    result: T = _decoder(type_)(tree, path)  # type: ignore[arg-type]  # a type can be hashed
    return result


@cache
def _decoder(type_: Any) -> Decode:
    origin = get_origin(type_)
    if origin is Annotated:
        inner, *metas = get_args(type_)
        return _constrained(_decoder(inner), [meta for meta in metas if isinstance(meta, Meta)])
    if origin is Literal:
        return _choice(get_args(type_))
    if origin in (typing.Union, types.UnionType):
        return _union(tuple(member for member in get_args(type_) if member is not types.NoneType))
    if origin is tuple:
        return _sequence(get_args(type_))
    if origin is dict:
        return _map(*get_args(type_))
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        return _struct(type_)
    return _SCALARS[type_]


def _scalar(expected: str, parse: Callable[[str], Any]) -> Decode:
    def decode_scalar(tree: Tree, path: Path) -> Any:
        if isinstance(tree, str):
            value = parse(tree)
            if value is not None:
                return value
        raise FieldError("the value does not fit", path, expected=expected, found=_shown(tree))

    return decode_scalar


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) else None


def _decimal(text: str) -> Decimal | None:
    """One value, one spelling: ``0.60`` and ``0.6`` are the same number and have the same digest."""
    if not _DECIMAL.fullmatch(text):
        return None
    value = Decimal(text)
    if value == value.to_integral_value():
        return Decimal(int(value))
    return value.normalize(_EXACT)


def _flag(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def _date(text: str) -> dt.date | None:
    """Days far outside a working life are mistakes, and arithmetic with them would leave the calendar."""
    try:
        day = dt.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None
    return day if day and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _time(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC) if _TIME.fullmatch(text) else None
    except (ValueError, OverflowError):
        return None
    return moment if moment and _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _clock(text: str) -> dt.time | None:
    try:
        return dt.time.fromisoformat(text) if _CLOCK.fullmatch(text) else None
    except ValueError:
        return None


_SCALARS: dict[Any, Decode] = {
    str: _scalar("a text", lambda text: text),
    int: _scalar("a whole number such as 6", _whole),
    Decimal: _scalar("a number such as 6 or 2.5", _decimal),
    bool: _scalar("true or false", _flag),
    dt.date: _scalar(f"a date such as 2026-11-24, from {_FIRST_YEAR} to {_LAST_YEAR}", _date),
    dt.datetime: _scalar(f"a time such as 2026-11-24T08:00:00Z, from {_FIRST_YEAR} to {_LAST_YEAR}", _time),
    dt.time: _scalar("a time of day such as 08:30", _clock),
}


def _choice(choices: tuple[str, ...]) -> Decode:
    expected = choices[0] if len(choices) == 1 else "one of " + ", ".join(choices)

    def decode_choice(tree: Tree, path: Path) -> str:
        if isinstance(tree, str) and tree in choices:
            return choices[choices.index(tree)]  # the very text of the type: what is a default is left out by identity
        raise FieldError(
            "the value does not fit", path, expected=expected, found=_shown(tree), hint=_near(tree, choices)
        )

    return decode_choice


def _constrained(inner: Decode, metas: list[Meta]) -> Decode:
    checks = [check for meta in metas for check in _checks(meta)]

    def decode_constrained(tree: Tree, path: Path) -> Any:
        value = inner(tree, path)
        for holds, expected in checks:
            if not holds(value):
                raise FieldError("the value does not fit", path, expected=expected, found=_shown(tree))
        return value

    return decode_constrained


def _checks(meta: Meta) -> list[tuple[Callable[[Any], bool], str]]:
    checks: list[tuple[Callable[[Any], bool], str]] = []
    if (low := meta.ge) is not None:
        checks.append((lambda value: value >= low, f"at least {low}"))
    if (high := meta.le) is not None:
        checks.append((lambda value: value <= high, f"at most {high}"))
    if (shortest := meta.min_length) is not None:
        checks.append(
            (lambda value: len(value) >= shortest, "at least one entry" if shortest == 1 else f"{shortest} or more")
        )
    if (longest := meta.max_length) is not None:
        checks.append((lambda value: len(value) <= longest, f"at most {longest} characters"))
    if meta.pattern is not None:
        pattern = re.compile(meta.pattern)
        checks.append(
            (
                lambda value: pattern.search(value) is not None and "\n" not in value,
                meta.description or f"text like {meta.pattern}",
            )
        )
    return checks


def _sequence(members: tuple[Any, ...]) -> Decode:
    if members[-1] is Ellipsis:
        return _list(_decoder(members[0]))
    return _row([_decoder(member) for member in members])


def _list(item: Decode) -> Decode:
    def decode_list(tree: Tree, path: Path) -> tuple[Any, ...]:
        if not isinstance(tree, list):
            raise FieldError("the value does not fit", path, expected="a list", found=_shown(tree))
        return tuple([item(value, (*path, index)) for index, value in enumerate(tree)])

    return decode_list


def _row(items: list[Decode]) -> Decode:
    def decode_row(tree: Tree, path: Path) -> tuple[Any, ...]:
        if not isinstance(tree, list) or len(tree) != len(items):
            raise FieldError("the value does not fit", path, expected=f"a list of {len(items)}", found=_shown(tree))
        return tuple([item(value, (*path, index)) for index, (item, value) in enumerate(zip(items, tree, strict=True))])

    return decode_row


def _map(key_type: Any, value_type: Any) -> Decode:
    key, value = _decoder(key_type), _decoder(value_type)

    def decode_map(tree: Tree, path: Path) -> dict[str, Any]:
        if not isinstance(tree, dict):
            raise FieldError("the value does not fit", path, expected="fields with values", found=_shown(tree))
        return {key(name, (*path, name)): value(item, (*path, name)) for name, item in tree.items()}

    return decode_map


def _union(members: tuple[Any, ...]) -> Decode:
    if len(members) == 1:
        return _decoder(members[0])
    structs = [member for member in members if isinstance(member, type) and issubclass(member, msgspec.Struct)]
    scalars = [member for member in members if member not in structs]
    text = _decoder(scalars[0]) if scalars else None
    by_field = {_telling_field(struct): struct for struct in structs}
    return _told_apart(by_field, text)


def _told_apart(by_field: Mapping[str, Any], text: Decode | None) -> Decode:
    expected = (
        "one of " + ", ".join(by_field) if len(by_field) > 1 else f"a text, or fields with {next(iter(by_field))}"
    )

    def decode_union(tree: Tree, path: Path) -> Any:
        if text and isinstance(tree, str):
            return text(tree, path)
        if not isinstance(tree, dict):
            raise FieldError("the value does not fit", path, expected=expected, found=_shown(tree))
        if len(by_field) == 1:
            return _decoder(next(iter(by_field.values())))(tree, path)
        told = [name for name in by_field if name in tree]
        if len(told) != 1:
            message = "more than one operator stands in one node" if told else "the operator is unknown"
            found = ", ".join(told or list(tree)[:5]) or "nothing"
            raise FieldError(
                message, path, expected=expected, found=found, hint=_near(next(iter(tree), ""), tuple(by_field))
            )
        return _decoder(by_field[told[0]])(tree, path)

    return decode_union


def _telling_field(struct: type[msgspec.Struct]) -> str:
    """Return the first required field: the one that tells a node of this type from the others."""
    return next(field.encode_name for field in msgspec.structs.fields(struct) if field.required)


def _struct(struct: type[msgspec.Struct]) -> Decode:
    hints = typing.get_type_hints(struct, include_extras=True)
    fields = {field.encode_name: (field.name, field.required) for field in msgspec.structs.fields(struct)}
    required = [name for name, (_, is_required) in fields.items() if is_required]
    config = struct.__struct_config__
    known = (*fields, config.tag_field) if config.tag_field else tuple(fields)
    decoders: dict[str, Decode] = {}  # filled on first use: types refer to each other

    def decode_struct(tree: Tree, path: Path) -> Any:
        if not isinstance(tree, dict):
            raise FieldError(
                "the value does not fit", path, expected="fields: " + ", ".join(required[:6]), found=_shown(tree)
            )
        if not decoders:
            decoders.update({name: _decoder(hints[attribute]) for name, (attribute, _) in fields.items()})
        values = {}
        for name, item in tree.items():
            if name in decoders:
                values[fields[name][0]] = decoders[name](item, (*path, name))
            elif name not in known:
                near = _near(name, known)
                expected = "" if near else "one of " + ", ".join(known)
                raise FieldError("the field is unknown", (*path, name), expected=expected, hint=near)
        for name in required:
            if name not in tree:
                raise FieldError(f"the field {name} is missing", path, hint=f"Add {name}.")
        try:
            return struct(**values)
        except ValueError as error:
            raise FieldError(str(error), path) from None

    return decode_struct


def _near(found: Tree, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(found, known, n=1) if isinstance(found, str) else []
    return f"Did you mean {near[0]}?" if near else ""


def _shown(tree: Tree) -> object:
    match tree:
        case str():
            return tree or "an empty text"
        case list():
            return f"a list of {len(tree)}"
        case _:
            return "fields: " + ", ".join(list(tree)[:5]) if tree else "no fields"
