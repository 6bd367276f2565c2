# SPDX-License-Identifier: Apache-2.0
"""Read from the code which codes a signed thing can be refused with, and what is said with each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeGuard

SOURCE = Path(__file__).parent.parent / "src" / "touchstone"
PLACES = (
    "credentials",
    "network",
    "cli_awarding.py",
    "cli_credentials.py",
    "cli_issuing.py",
    "cli_status.py",
    "cli_wallet.py",
    "recognition/awarding.py",
    "recognition/from_credentials.py",
    "recognition/from_wallet.py",
)

TOLD_ELSEWHERE = {
    "accredited": ("credentials/trust", "the registry lists the issuer as accredited for what was asked"),
    "challenge_missing": ("credentials/presentation", "without it anybody could show the presentation again"),
    "context_sound": ("credentials/verification", "Every context is one that is pinned by its digest."),
    "domain_missing": ("credentials/presentation", "without it anybody could show the presentation again"),
    "evidence_malformed": ("credentials/structure", "evidence is an object with a type"),
    "framework_not_accredited": ("recognition/from_wallet", "its issuer is not accredited for this framework"),
    "issuer_not_accredited": ("credentials/trust", "the registry lists the issuer, and nobody who accredited it"),
    "key_in_use": ("credentials/verification", "The trust registry lists the key as in use on …."),
    "presented_nothing": ("credentials/presentation", "so many cannot be shown"),
    "qualification_not_accredited": ("recognition/from_wallet", "its issuer is not accredited for this qualification"),
    "refresh_malformed": ("credentials/structure", "refreshService is an object with a type"),
    "region_not_accredited": ("credentials/trust", "the issuer is not accredited for this region"),
    "revoked": ("credentials/status_check", "The issuer has revoked this credential."),
    "schema_member_missing": ("credentials/schema", "a member that the standard asks for is missing"),
    "schema_reference_malformed": ("credentials/structure", "credentialSchema is an object with a type and an id"),
    "schema_sound": ("credentials/verification", "The members are those of its kind of credential."),
    "schema_wrong_type": ("credentials/schema", "the value is not of the kind that is asked here"),
    "schema_wrong_value": ("credentials/schema", "the value is not what the standard asks"),
    "structure_sound": ("credentials/verification", "The document is a W3C verifiable credential."),
    "suspended": ("credentials/status_check", "The issuer has suspended this credential."),
    "terms_of_use_malformed": ("credentials/structure", "termsOfUse is an object with a type"),
    "terms_sound": ("credentials/verification", "Every word is defined, so that the proof covers all."),
}
"""Codes whose sentences are put together where no reading of the code finds them."""

_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+|bom|empty|expired")
_PUT_TOGETHER = re.compile(r"(…_[a-z_]+|[a-z_]+_…)+")


def codes() -> dict[str, tuple[str, str]]:
    """Return each code with the module that gives it and what it says there, in alphabetical order.

    A code is the first argument, or the argument ``code``, of a call whose message follows: ``CredentialError``, ``Finding``, ``Check`` and
    the small functions that make them. A message that has a name is what was last put under that name, or what the function around the
    call is first called with. A table of sentences counts as well.
    """
    found: dict[str, tuple[str, str]] = {}
    for file in _files():
        module = file.relative_to(SOURCE).with_suffix("").as_posix()
        for code, message in _told_in(ast.parse(file.read_text(encoding="utf-8"))):
            if _CODE.fullmatch(code) and " " in message:
                found.setdefault(code, (module, message))
    return dict(sorted({**TOLD_ELSEWHERE, **found}.items()))


def written() -> tuple[set[str], set[str]]:
    """Return all that looks like a code wherever it stands, and the forms of those that are put together (``…_sound``)."""
    words: set[str] = set()
    forms: set[str] = set()
    for file in _files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
                words.add(node.value)
            elif isinstance(node, ast.JoinedStr) and _PUT_TOGETHER.fullmatch(_text(node)):
                forms.add(_text(node))
            elif _makes_finding(node):
                words.add(_argument(node, 0, "code"))
    return {word for word in words if word and "…" not in word}, forms


def _makes_finding(node: ast.AST) -> TypeGuard[ast.Call]:
    """Tell whether something is made here whose first argument, or argument ``code``, is a code."""
    name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    return name in ("CredentialError", "Finding", "Check", "Status", "Accreditation", "KeyAnswer", "Problem")


def _told_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    texts: dict[str, str] = {}
    for node in _in_order(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant | ast.JoinedStr):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                texts[target.id if isinstance(target, ast.Name) else ""] = _text(node.value)
        elif isinstance(node, ast.FunctionDef):
            texts["message"] = _first_given(tree, node)
        elif isinstance(node, ast.Call):
            yield _argument(node, 0, "code", texts), _argument(node, 1, "message", texts)
        elif isinstance(node, ast.Dict):
            yield from ((_text(key), _text(value)) for key, value in zip(node.keys, node.values, strict=True))


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every part of a tree in the order in which it is written."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)


def _first_given(tree: ast.Module, function: ast.FunctionDef) -> str:
    """Return the text that a function's parameter ``message`` is first given in its own module."""
    place = next((place for place, each in enumerate(function.args.args) if each.arg == "message"), -1)
    calls = (node for node in _in_order(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    given = (_argument(call, place, "message") for call in calls if place >= 0 and call.func.id == function.name)
    return next(filter(None, given), "")


def page(note: str) -> str:
    """Write the reference page."""
    rows = [f"| `{code}` | {message.rstrip('.')} | `{module}` |" for code, (module, message) in codes().items()]
    return "\n\n".join(
        [
            "# Codes of credentials",
            note,
            "What a check of something signed, or about to be signed, finds has one of these codes, whether it passed or is "
            "refused. They are stable, so programs may branch on them; the sentences are for people, and name what was found and "
            "how to mend it. An ellipsis stands for what differs.",
            "\n".join(["| code | what it says | where |", "| --- | --- | --- |", *rows]) + "\n",
        ]
    )


def _files() -> Iterator[Path]:
    for place in PLACES:
        path = SOURCE / place
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []


def _argument(call: ast.Call, place: int, name: str, texts: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return an argument as text; one that is a name is looked up among ``texts``."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    value = call.args[place] if len(call.args) > place else named.get(name)
    return texts.get(value.id, "") if isinstance(value, ast.Name) else _text(value)


def _text(value: ast.expr | None) -> str:
    """Return a constant, or a formatted text with an ellipsis for each thing filled in."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in value.values)
    return ""
