# SPDX-License-Identifier: Apache-2.0
"""The doors through which bytes of strangers come in, each answering with a verdict, the check that found it, and a code."""

from __future__ import annotations

import datetime as dt
import json
import random
import tempfile
from functools import cache
from pathlib import Path

from tests.hostile.sound import ATTACKER, badge, signed_list
from tests.touchstone.credentials.badges import ASKED, status_lists, trust, written
from tests.touchstone.credentials.registries import trusted
from touchstone.credentials import clr, did, keystore, presentation, reading, wallet
from touchstone.credentials.baking import unbake
from touchstone.credentials.canonical import strict_json
from touchstone.credentials.document_proofs import check_document
from touchstone.credentials.verification import verify
from touchstone.errors import CredentialError
from touchstone.network.serving import Request
from touchstone.network.vc_api import VcApi

DOMAIN, CHALLENGE = "recogniser.example", "c-1"
PASSPHRASE = "correct horse"


def verified(given):
    """Verify: bytes, or the bytes with what is fetched and who is relied on."""
    given = given if isinstance(given, dict) else {"content": given}
    report = verify(
        given["content"],
        given.get("registry") or trust(),
        given.get("at", ASKED),
        retrieve=given.get("retrieve") or _sound_list(),
    )
    told = report.deciding
    return (report.verdict, told.check, told.code) if told else (report.verdict, "", "")


@cache
def _sound_list():
    return status_lists()


def read(content):
    """Read what a badge says, after its proof was found to hold."""
    report = verified(content)
    return _refused(report[0], lambda: reading.read_badge(strict_json.loads(content)), "reading")


def bundle(content):
    """Read a learner record."""
    return _refused("valid", lambda: clr.read_clr(strict_json.loads(content)), "reading")


def public_document(given):
    """Check a public document: the document, and the registry unless it is the usual one."""
    document, registry, *day = given if isinstance(given, tuple) else (given, None)
    report = check_document(document, registry or trusted(), *day)
    odd = [proof.code for proof in report.proofs if proof.code != "proof_counts"]
    missing = [each.code for each in report.missing]
    return report.standing.label, "proof" if odd else "missing", (odd or missing)[0] if odd or missing else ""


def method(given):
    """Look a verification method up: its URL, and what stands on the web."""
    url, fetched = given if isinstance(given, tuple) else (given, None)

    def retrieve(_):
        if fetched is None:
            raise OSError("no line")
        return fetched

    return _refused("found", lambda: did.resolve(url, retrieve=retrieve), "key")


def picture(content):
    """Take the credential out of a picture."""
    return _refused("unbaked", lambda: unbake(content), "picture")


def key_file(content):
    """Open a key file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile.keys"
        path.write_bytes(content)
        return _refused("opened", lambda: keystore.open_signer(path, PASSPHRASE), "keys")


def wallet_file(content):
    """Open a wallet."""
    return _refused("opened", lambda: wallet.read_wallet(content), "wallet")


def presented(content):
    """Verify a presentation."""
    report = presentation.verify_presentation(
        content, trust(), ASKED, domain=DOMAIN, challenge=CHALLENGE, retrieve=_sound_list()
    )
    if report.presenting.result != "passed":
        return "refused", "presenting", report.presenting.code
    for each in report.credentials:
        if not each.of_holder:
            return "refused", "holder", "subject_not_holder"
        if each.report.verdict != "valid":
            return each.report.verdict, *verified_first(each.report)
    return "valid" if report.valid else "refused", "presenting", report.presenting.code


def verified_first(report):
    check = next(check for check in report.checks if check.result != "passed")
    return check.check, check.code


def body(given):
    """Post to the VC-API: a path and a body."""
    path, content = given
    answer = _api().answer(Request("POST", path, "application/json", content))
    told = json.loads(answer.body)
    return str(int(answer.status)), "body", told["errors"][0]["code"] if "errors" in told else ""


@cache
def _api():
    clock = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
    return VcApi(ATTACKER, "https://localhost:4", clock=lambda: clock, below=random.Random(7).randrange)


def _refused(otherwise, do, check):
    try:
        do()
    except CredentialError as error:
        return "refused", check, error.code
    return otherwise, "", ""


DOORS = {
    "verify": verified,
    "read": read,
    "bundle": bundle,
    "document": public_document,
    "did": method,
    "picture": picture,
    "key file": key_file,
    "wallet": wallet_file,
    "presentation": presented,
    "vc-api": body,
}


def open_all():
    """Go through every door once with something sound or at least harmless, so that what is measured later is the attack alone."""
    assert verified(written(badge()))[0] == "valid"
    assert verified({"content": written(badge()), "retrieve": lambda _: signed_list()})[0] == "valid"
    reading.read_badge(badge())
    for door in (bundle, picture, key_file, wallet_file, presented):
        door(b"{}")
    method("did:key:z6Mk#z6Mk")
    body(("/credentials/verify", b"{}"))
