"""Whatever is posted to any address, and asked for in any: never a fault of ours, always a page with a sentence, and nothing half-done.

The addresses come from the resolver, the fields from the pages themselves; each address is asked as whoever gets furthest there.
"""

from __future__ import annotations

import gzip
import html
import io
import random
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote_from_bytes

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.touchstone_server.access_world import (
    BODIES,
    LEARNER,
    NOBODY,
    Route,
    Visitors,
    World,
    build,
    routes,
)
from tests.touchstone_server.issuing_world import PASSPHRASE

pytestmark = pytest.mark.django_db
REVIEWED = yaml.safe_load(Path(__file__).with_name("access_matrix.yaml").read_text("utf-8"))
MOST_SECONDS = 2.0
"""Of processor time (design/security.md)."""
KEPT_ON_PURPOSE = {"ClaimTries", "Access", "Session", "Consent", "ConsentText", "AuditEvent", "AuditHead"}
"""A wrong code is counted, a look is told, and what was agreed to stays agreed to, whatever else is wrong with a form."""

TEXTS: dict[str, bytes] = {
    "nothing": b"",
    "blanks": "\u3000 \t".encode(),
    "null": b"a\0b",
    "lone surrogate": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe\x00",
    "turned round": "abc\u202edef\u200b".encode(),
    "combining": ("e" + "\u0301" * 500).encode(),
    "beyond the plane": "𠮷🪙".encode(),
    "markup": b"<script>alert(1)</script>{{ 7*7 }}{% now 'Y' %}",
    "formula": b'=HYPERLINK("http://x")',
    "SQL": b"' OR 1=1; --",
    "long": b"x" * 20_000,
    "huge number": b"9" * 400,
    "no number": b"NaN",
    "too much": b"1e400",
    "less than nothing": b"-1",
    "no date": b"2026-02-30",
    "far date": b"9999-12-31",
    "no id": b"00000000-0000-0000-0000-00000000000g",
    "up the tree": b"../../../etc/passwd",
    "lines": b"a\r\nSet-Cookie: x=1",
}


def _xlsx(part: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", b"<Types/>")
        packed.writestr(name, part)
    return out.getvalue()


FILES: dict[str, bytes] = {
    "empty": b"",
    "zeros": b"\0" * 4096,
    "not JSON": b"{",
    "same key twice": b'{"issuer": 1, "issuer": 2}',
    "deep": b"[" * 5_000 + b"]" * 5_000,
    "deep objects": b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
    "huge integer": b'{"a": ' + b"9" * 5_000 + b"}",
    "infinite": b'{"a": 1e400, "b": NaN}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "wrong kinds": b'{"@context": 1, "type": {}, "credentialSubject": [[]], "issuer": null, "proof": "x"}',
    "a list": b'[1, null, "x"]',
    "UTF-16": "{}".encode("utf-16"),
    "gzip bomb": gzip.compress(b"\0" * (16 << 20)),
    "zip bomb": _xlsx(b"<row/>" * 4_000_000),
    "climbing zip": _xlsx(b"x", "../../etc/passwd"),
    "cut zip": _xlsx(b"<row/>" * 100)[:-30],
    "entities": _xlsx(b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'),
    "cut PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script/></svg>',
    "PDF": b"%PDF-1.7\n1 0 obj<</Length 999999999>>stream\n",
    "one cell far away": b"name\n" + b"," * 100_000 + b"x",
    "many rows": b"name\n" + b"x\n" * 60_000,
    "quotes": b'name\n"' + b"x" * 50_000,
}


class Sent(NamedTuple):
    """A request: what is wrong with it, its kind and its body."""

    what: str
    kind: str
    body: bytes


def form(what: str, fields: list[tuple[str, bytes]]) -> Sent:
    """A form of texts."""
    body = b"&".join(name.encode() + b"=" + quote_from_bytes(value).encode() for name, value in fields)
    return Sent(what, "application/x-www-form-urlencoded", body)


def upload(what: str, fields: list[tuple[str, bytes]], content: bytes, name: str = "x.json") -> Sent:
    """A form with a file."""
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (key.encode(), value)
        for key, value in fields
    ]
    parts.append(
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\n%b\r\n' % (name.encode(), content)
    )
    return Sent(what, "multipart/form-data; boundary=b", b"".join(parts) + b"--b--\r\n")


def bodies(fields: dict[str, bytes]) -> Iterator[Sent]:
    """Yield everything that is wrong: one field at a time, all fields, files, and bodies that are none."""
    told = list(fields.items())
    for what, bad in TEXTS.items():
        for name in fields:
            yield form(f"{name}: {what}", [(key, bad if key == name else value) for key, value in told])
        yield form(f"all: {what}", [(key, bad) for key in fields])
    for what, content in FILES.items():
        for name in ("x.json", "x.xlsx", "x.csv"):
            yield upload(
                f"file: {what} as {name}", [each for each in told if each[0] not in ("file", "text")], content, name
            )
    yield upload("file: a name that climbs", told, b"{}", "../../x\0.json")
    yield form("a thousand fields", [(f"f{each}", b"x") for each in range(1_000)])
    yield form("every field five times", told * 5)
    yield Sent("no form", "application/json", b"[" * 9_000)
    yield Sent("no boundary", "multipart/form-data", b"--b\r\n")
    yield Sent(
        "cut off",
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nxx',
    )
    yield Sent("unknown characters", "application/x-www-form-urlencoded; charset=utf-7", b"a=+AAA-")
    yield Sent("two mebibytes", "application/x-www-form-urlencoded", b"text=" + b"x" * (2 << 20))
    yield Sent(
        "base64 that is none",
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="text"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--b--\r\n',
    )


def fields_of(route: Route, page: str) -> dict[str, bytes]:
    """Return the fields that a page asks for, each with something that might do, and those that no page shows."""
    found: dict[str, bytes] = {}
    for tag in re.findall(r"<(?:input|textarea|select|button)\b[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken":
            found.setdefault(name[1], html.unescape(value[1]).encode() if value and value[1] else b"x")
    shown = {key: value.encode() for key, value in BODIES.get(route.name, {}).items()}
    return {"do": b"x", **found, **shown}


class Asker:
    """Asks every address as whoever gets furthest there, undoes it, and looks at what came."""

    def __init__(self, own: World, other: World) -> None:
        self.own, self._visitors, self.counted = own, Visitors(own, other), Counter[str]()
        self._client = Client(raise_request_exception=False)

    def who(self, route: Route, method: str) -> str:
        """Return who gets furthest."""
        told = {str(what): str(people).split() for what, people in REVIEWED[route.key][method].items()}
        best = next((people for what, people in told.items() if what in ("200", "302", "400", "409")), ["all"])
        chosen = [each for each in best if each not in ("others", "stranger", "all", "signed_in")]
        return chosen[0] if chosen and chosen[0] != NOBODY else LEARNER

    def page(self, route: Route) -> str:
        """Return what a page asks for."""
        return self._visitors.ask(self.who(route, "POST"), "GET", route.address(self.own)).content.decode(
            "utf-8", "replace"
        )

    def ask(self, who: str, method: str, address: str, sent: Sent | None = None) -> None:
        """Ask, and look at the answer."""
        self._client.cookies.clear()
        if who in self._visitors._cookies:
            self._client.cookies[settings.SESSION_COOKIE_NAME] = self._visitors._cookies[who]
        cache.clear()
        with transaction.atomic():
            before, began = _rows(), time.process_time()
            answer = self._client.generic(method, address, sent.body if sent else b"", sent.kind if sent else "")
            took, after = time.process_time() - began, _rows()
            content = b"".join(answer) if answer.streaming else answer.content
            transaction.set_rollback(True)
        told = f"{method} {address[:200]} as {who}: {sent.what if sent else ''} -> {answer.status_code}"
        text = content.decode("utf-8", "replace")
        assert answer.status_code < 500, told
        assert "Traceback" not in text, told
        assert took < MOST_SECONDS, f"{took:.1f} s: {told}"
        if answer.status_code >= 400 and answer.status_code not in (405,):
            assert before == after, (
                f"{told}: {[(name, before[name], after[name]) for name in before if before[name] != after[name]]}"
            )
            assert "<h1" in text, told
        self.counted[f"{answer.status_code // 100}xx"] += 1
        self.counted["requests"] += 1


def _rows() -> dict[str, int]:
    return {each.__name__: each.objects.count() for each in MODELS}


MODELS = [
    each
    for each in apps.get_models()
    if each.__module__.startswith("touchstone_server") and each.__name__ not in KEPT_ON_PURPOSE
]
ROUTES = tuple(routes())


@pytest.fixture
def asker(db, tmp_path, monkeypatch):
    """Two organisations with one of everything."""
    monkeypatch.setattr(settings, "TOUCHSTONE_DATA", tmp_path)
    monkeypatch.setattr(settings, "TOUCHSTONE_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr("touchstone_server.issuing.views.pdf_of", lambda *told: b"%PDF")
    monkeypatch.setattr("touchstone_server.issuing.archive.certificate_pdf", lambda *told: b"%PDF")
    return Asker(build("alpha", "CanaryAlpha"), build("beta", "CanaryBeta"))


SHARES = [pytest.param(None, marks=pytest.mark.soak), 1]
"""How many of the bodies for each address; none: all."""


@pytest.mark.parametrize("share", SHARES)
def test_whatever_is_posted_anywhere_is_answered_in_a_sentence(asker, share, tally):
    draw = random.Random(20261124)
    for route in ROUTES:
        if set(map(str, REVIEWED[route.key]["POST"])) & {"405", "301"} and len(REVIEWED[route.key]["POST"]) == 1:
            continue
        who, address = asker.who(route, "POST"), route.address(asker.own)
        wrong = list(bodies(fields_of(route, asker.page(route))))
        for sent in wrong if share is None else draw.sample(wrong, share):
            asker.ask(who, "POST", address, sent)
    tally("bad bodies", asker.counted)


@pytest.mark.parametrize("share", SHARES)
def test_whatever_stands_in_an_address_is_answered_in_a_sentence(asker, share, tally):
    draw = random.Random(20261124)
    for route in ROUTES:
        who, address = asker.who(route, "GET"), route.address(asker.own)
        places = [
            f"{address}?{name}={{}}"
            for name in ("page", "q", "code", "sample", "proven", "unit", "on", "months", "from", "next")
        ]
        places += [
            re.sub(re.escape(str(part)) + r"(?=/|$|\.)", "{}", address)
            for part in asker.own.parts.values()
            if str(part) in address and str(part) != "alpha"
        ]
        places += [address + "{}"]
        wrong = [
            place.replace("{}", quote_from_bytes(bad, safe=""))
            for place in places
            for bad in TEXTS.values()
            if len(bad) < 5_000
        ]
        for each in wrong if share is None else draw.sample(wrong, share):
            asker.ask(who, "GET", each)
    tally("bad addresses", asker.counted)
