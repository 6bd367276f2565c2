# SPDX-License-Identifier: Apache-2.0
"""JSON Schemas of the documents in normal form, from the same types that the reader follows (JSON Schema 2020-12)."""

from __future__ import annotations

import datetime as dt
import inspect
import types
import typing
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta

Schema = dict[str, Any]

_SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$"},
    dt.date: {"type": "string", "format": "date"},
    dt.datetime: {"type": "string", "format": "date-time"},
}


_SHARE = r"^(0(\.[0-9]{1,6})?|1(\.0{1,6})?)$"


def schema_of(type_: type[msgspec.Struct]) -> Schema:
    """Return the JSON Schema of a kind of document in normal form (decimals as texts, absent fields left out)."""
    definitions: dict[str, Schema] = {}
    root = _Schemas(definitions).of(type_)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


class _Schemas:
    def __init__(self, definitions: dict[str, Schema]) -> None:
        self.definitions = definitions

    def of(self, type_: Any) -> Schema:
        """Return the schema of a type annotation; structs become definitions."""
        origin = get_origin(type_)
        if origin is Annotated:
            inner, *metas = get_args(type_)
            schema = self.of(inner)
            for meta in metas:
                schema = _constrained(schema, meta) if isinstance(meta, Meta) else schema
            return schema
        if origin is Literal:
            choices = get_args(type_)
            return {"const": choices[0]} if len(choices) == 1 else {"enum": list(choices)}
        if origin in (typing.Union, types.UnionType):
            members = [self.of(member) for member in get_args(type_) if member is not types.NoneType]
            return members[0] if len(members) == 1 else {"anyOf": members}
        if origin is tuple:
            return self._sequence(get_args(type_))
        if origin is dict:
            key, value = get_args(type_)
            return {"type": "object", "propertyNames": self.of(key), "additionalProperties": self.of(value)}
        if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
            return self._reference(type_)
        return dict(_SCALARS[type_])

    def _sequence(self, members: tuple[Any, ...]) -> Schema:
        if members[-1] is Ellipsis:
            return {"type": "array", "items": self.of(members[0])}
        return {
            "type": "array",
            "prefixItems": [self.of(member) for member in members],
            "items": False,
            "minItems": len(members),
        }

    def _reference(self, struct: type[msgspec.Struct]) -> Schema:
        name = struct.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._object(struct)
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, struct: type[msgspec.Struct]) -> Schema:
        hints = typing.get_type_hints(struct, include_extras=True)
        fields = msgspec.structs.fields(struct)
        properties = {field.encode_name: self.of(hints[field.name]) for field in fields}
        required = [field.encode_name for field in fields if field.required]
        config = struct.__struct_config__
        if config.tag_field:
            properties = {config.tag_field: {"const": config.tag}, **properties}
            required = [config.tag_field, *required]
        description = (inspect.getdoc(struct) or "").split("\n", 1)[0]
        return {
            "description": description,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


def _constrained(schema: Schema, meta: Meta) -> Schema:
    """Add the limits of an annotation, in the words of the type they limit."""
    schema = dict(schema)
    lengths = {
        "string": ("minLength", "maxLength"),
        "array": ("minItems", "maxItems"),
        "object": ("minProperties", "maxProperties"),
    }
    shortest, longest = lengths.get(schema.get("type", ""), ("minLength", "maxLength"))
    is_number = schema.get("type") == "integer"
    if schema == _SCALARS[Decimal] and meta.ge == 0:
        schema["pattern"] = _SHARE if meta.le == 1 else schema["pattern"].replace("-?", "")
    limits = {
        "minimum": meta.ge if is_number else None,
        "maximum": meta.le if is_number else None,
        shortest: meta.min_length,
        longest: meta.max_length,
        "pattern": meta.pattern,
        "description": meta.description,
    }
    schema.update({name: value for name, value in limits.items() if value is not None})
    return schema
