"""What an answer to a request says."""

from __future__ import annotations

import html
import io
import re
import zipfile

from tests.touchstone_server.permission_model import FORBIDDEN, MISSING, NOT_NOW, OK, SIGN_IN


def verdict(answer: object) -> str:
    status = answer.status_code  # type: ignore[attr-defined]
    if status == 302 and "/account/login/" in answer["Location"]:  # type: ignore[index]
        return SIGN_IN
    return {200: OK, 302: OK, 403: FORBIDDEN, 404: MISSING, 400: NOT_NOW, 409: NOT_NOW, 410: NOT_NOW}.get(
        status, str(status)
    )


def text_of(answer: object) -> str:
    """Return everything that an answer says: its headers, its page, and what is packed in a file."""
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    headers = " ".join(f"{name}: {value}" for name, value in answer.items())  # type: ignore[attr-defined]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            tables = "".join(
                packed.read(name).decode("utf-8-sig", "replace") for name in packed.namelist() if name.endswith(".csv")
            )
            return (
                headers
                + " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
                + "\0table\0"
                + tables
            )
    return headers + "\n\n" + html.unescape(content.decode("utf-8", "replace"))


def last_id(address: str) -> str:
    return re.findall(r"[0-9a-f-]{36}", address)[-1]


def lead(answer: object) -> str:
    """Return what a page says first, to tell why it answered so."""
    main = text_of(answer).partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())[:300]
