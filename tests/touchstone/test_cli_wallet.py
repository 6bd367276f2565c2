# SPDX-License-Identifier: Apache-2.0
"""A holder's day at the command line: a wallet, a presentation, a recognition in the next region; and the demonstration of it all."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import tempfile
import threading
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from tests.touchstone.credentials.badges import (
    ACHIEVEMENT,
    ASKED,
    ISSUER,
    LIST,
    SCHOOL,
    SIGNED,
    signed,
    status_lists,
    unsigned,
)
from tests.touchstone.credentials.registries import key as listed_key
from touchstone import cli_wallet
from touchstone.cli import app
from touchstone.credentials import keystore
from touchstone.credentials.clr import Clr, build_clr
from touchstone.credentials.credential import Attestation, AttestedUnit, Issuer, StatusPlace
from touchstone.credentials.wallet import add, load_wallet, write_wallet
from touchstone.library import DEMO
from touchstone.recognition.evidence import load_request
from touchstone.standards.whole_files import alone_in

PASSPHRASE = "open sesame"
DOMAIN, CHALLENGE = ("--domain", "hk-body.example"), ("--challenge", "5f1c")
REQUEST = DEMO / "maker-gd-to-hk.request.yaml"


def run(*words, code=0):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.stdout if code != 2 else done.stderr


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """The holder's desk: her key, a wallet, two credentials, the school's status list, the verifier's registry and a question."""
    folder = tmp_path_factory.mktemp("desk")
    with contextlib.chdir(folder):
        lay()
    return folder


def lay():
    made = keystore.new(Path("me.key"), PASSPHRASE, created=SIGNED, scrypt=keystore.Scrypt(n=2**10))
    run("wallet", "new", "wallet.json", "--key", "me.key")
    asked = load_request(REQUEST)
    for number, evidence in enumerate(asked.evidence, start=1):
        units = tuple(AttestedUnit(id=unit.id, level=unit.level, score=unit.score) for unit in evidence.units)
        attestation = Attestation(
            kind="assessment", units=units, awarded=evidence.awarded, assurance=evidence.assurance
        )
        document = unsigned(id=f"urn:example:{number}", subject=made.controller, attestation=attestation)
        Path(f"{number}.json").write_bytes(signed(document))
    Path("list.json").write_bytes(status_lists()(LIST))
    registry = {
        "kind": "TrustRegistry", "id": "urn:trust", "version": "1", "title": {"en": "Trust"}, "status": "in_force",
        "issuers": [{"id": ISSUER, "name": {"en": "School"}, "keys": [listed_key(SCHOOL)]}],
    }  # fmt: skip
    Path("trust.yaml").write_text(yaml.safe_dump(registry), encoding="utf-8")
    question = {
        "kind": "RecognitionRequest", "from": "GD", "to": "HK", "target": asked.target, "purpose": asked.purpose,
        "decided_on": "2026-05-02", "decided_at": "2026-05-02T08:00:00Z",
    }  # fmt: skip
    Path("question.yaml").write_text(yaml.safe_dump(question), encoding="utf-8")


@pytest.fixture
def desk(laid, tmp_path, monkeypatch):
    """A copy of the desk for one test."""
    shutil.copytree(laid, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", PASSPHRASE)
    return tmp_path


def recognise(*words, code=0):
    return run("recognise", "question.yaml", "--wallet", "wallet.json", "--trust", "trust.yaml", *words, code=code)


# The wallet


def test_a_wallet_takes_in_what_is_handed_over_and_gives_it_back_byte_for_byte(desk):
    told = json.loads(run("wallet", "add", "wallet.json", "1.json", "2.json", "list.json", "--json"))

    assert [each["id"] for each in told["credentials"]] == ["urn:example:1", "urn:example:2"]
    assert told["status_lists"] == [LIST]
    run("wallet", "get", "wallet.json", "urn:example:2", "--out", "copy.json")
    assert Path("copy.json").read_bytes() == Path("2.json").read_bytes()
    assert "urn:example:1" in run("wallet", "list", "wallet.json")
    assert "1 credential and 1 status list left" in run("wallet", "remove", "wallet.json", "urn:example:1")
    assert len(json.loads(run("wallet", "list", "wallet.json", "--json"))["credentials"]) == 1


def test_of_two_who_add_to_a_wallet_at_once_neither_loses_what_the_other_added(desk):
    wallet = Path("wallet.json")
    second = threading.Thread(target=cli_wallet.add, args=(wallet, [Path("2.json")]))
    with alone_in(Path()):
        second.start()
        second.join(0.2)
        assert second.is_alive()
        wallet.write_bytes(write_wallet(add(load_wallet(wallet), Path("1.json").read_bytes())))
    second.join()

    assert len(load_wallet(wallet).credentials) == 2


def test_a_credential_comes_out_of_the_picture_that_carries_it(desk):
    Path("plain.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>', encoding="utf-8")
    run("credential", "bake", "1.json", "plain.svg", "--out", "badge.svg")

    run("wallet", "add", "wallet.json", "badge.svg")

    assert "urn:example:1" in run("wallet", "list", "wallet.json")


def test_nobody_but_the_owner_may_read_the_files(desk):
    run("wallet", "add", "wallet.json", "1.json")
    run("wallet", "present", "wallet.json", "--key", "me.key", *DOMAIN, *CHALLENGE, "--out", "shown.json")

    assert [os.stat(name).st_mode & 0o777 for name in ("wallet.json", "shown.json")] == [0o600, 0o600]


def test_all_that_is_added_is_taken_in_or_nothing(desk):
    Path("other.json").write_bytes(signed())

    told = run("wallet", "add", "wallet.json", "1.json", "other.json", code=2)

    assert "other.json: credentialSubject.id: the credential is not about the holder of this wallet" in told
    assert json.loads(run("wallet", "list", "wallet.json", "--json"))["credentials"] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("new", "wallet.json", "--key", "me.key"), "a wallet is never overwritten"),
        (("new", "other.json", "--key", "wallet.json"), "this is no key file"),
        (("list", "me.key"), "this is no wallet"),
        (("list", "none.json"), "the file is not there"),
        (("get", "wallet.json", "urn:no", "--out", "x.json"), "`touchstone wallet list` shows the ids"),
        (("remove", "wallet.json", "urn:no"), "the wallet holds no credential of this id"),
        (("present", "wallet.json", "--key", "me.key", *DOMAIN, *CHALLENGE, "--out", "x"), "1 to 100 credentials"),
        (("present", "wallet.json", "--key", "me.key", *DOMAIN, "--challenge", "", "--out", "x"), "Ask the verifier"),
        (("check", "trust.yaml", "--trust", "wallet.json", *DOMAIN, *CHALLENGE), "wallet.json"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(desk, words, told):
    assert told in run("wallet", *words, code=2)


# Presenting


def shown(*words):
    run("wallet", "add", "wallet.json", "1.json", "2.json")
    run("wallet", "present", "wallet.json", "--key", "me.key", *DOMAIN, *CHALLENGE, "--out", "shown.json", *words)
    return "shown.json"


def check(file, *words, code=0, domain=DOMAIN, challenge=CHALLENGE, at="2026-11-25T00:00:00Z"):
    fixed = ("--trust", "trust.yaml", "--status", "list.json", "--at", at)
    return run("wallet", "check", file, *fixed, *domain, *challenge, *words, code=code)


@pytest.fixture
def in_time(monkeypatch):
    """Presentations are signed now; the lists of this desk are of June 2026 and have no end."""
    monkeypatch.setattr("touchstone.cli_wallet.now", lambda: ASKED)


def test_a_presentation_verifies_for_whom_it_was_made(desk, in_time):
    told = json.loads(check(shown(), "--json"))

    assert (told["valid"], told["presenting"]["code"]) == (True, "presented_by_holder")
    assert [each["report"]["verdict"] for each in told["credentials"]] == ["valid", "valid"]
    assert "Valid: genuine" in check("shown.json")


def test_a_credential_or_a_wallet_in_the_place_of_a_presentation_is_refused_by_name(desk):
    for file, kind in (("1.json", "credential"), ("wallet.json", "wallet")):
        words = ("--trust", "trust.yaml", *DOMAIN, *CHALLENGE)
        told = run("wallet", "check", file, *words, code=2)
        assert f"{file}: this is a {kind}, not a presentation." in told
        assert "`touchstone wallet present` makes a presentation" in told


def test_only_what_is_named_is_shown(desk, in_time):
    told = json.loads(check(shown("--only", "urn:example:2"), "--json"))

    assert [each["credential"] for each in told["credentials"]] == ["urn:example:2"]


def test_a_replayed_presentation_exits_1_and_says_why(desk, in_time):
    file = shown()

    assert "challenge_wrong" in check(file, challenge=("--challenge", "other"), code=1)
    assert "domain_wrong" in check(file, domain=("--domain", "mo-body.example"), code=1)


def test_a_presentation_with_a_revoked_credential_exits_1_and_says_which(desk, in_time):
    file = shown()
    Path("list.json").write_bytes(status_lists(revoked=[4711])(LIST))

    told = check(file, code=1)

    assert "urn:example:1: Revoked" in told
    assert "status: The issuer has revoked this credential." in told


# Recognising


def test_a_wallet_is_decided_on_like_evidence_typed_in(desk):
    run("wallet", "add", "wallet.json", "1.json", "2.json", "list.json")

    told = json.loads(recognise("--json", "--save", "receipt.json"))

    assert (told["outcome"], told["refused"]) == ("CONDITIONAL", [])
    assert told["used"] == [{"credential": f"urn:example:{number}", "status": "valid"} for number in (1, 2)]
    again = json.loads(run("recheck", "receipt.json", "--trust", "trust.yaml", "--json"))
    assert again == {name: value for name, value in told.items() if name not in ("used", "refused")}
    assert "✓ urn:example:1: verified, valid" in recognise()
    assert "--wallet wallet.json" in recognise()


def test_a_plan_is_made_from_a_wallet_or_a_receipt_as_from_evidence_typed_in(desk):
    run("wallet", "add", "wallet.json", "1.json", "2.json", "list.json")
    recognise("--save", "receipt.json")

    typed = json.loads(run("plan", REQUEST, "--json"))
    carried = json.loads(run("plan", "question.yaml", "--wallet", "wallet.json", "--trust", "trust.yaml", "--json"))

    assert carried == typed == json.loads(run("plan", "receipt.json", "--trust", "trust.yaml", "--json"))
    assert typed["plan"]["options"]
    told = run("plan", "question.yaml", "--wallet", "wallet.json", "--trust", "trust.yaml")
    assert "✓ urn:example:1: verified, valid" in told


def test_a_question_without_evidence_is_told_where_evidence_comes_from(desk):
    for command in ("recognise", "plan"):
        assert "the field evidence is missing. Add it, or take it from the holder's wallet with --wallet" in run(
            command, "question.yaml", code=2
        )


def test_what_does_not_verify_is_refused_by_name_and_decided_without(desk):
    Path("1.json").write_bytes(Path("1.json").read_bytes().replace(b'"86"', b'"96"'))
    run("wallet", "add", "wallet.json", "1.json", "2.json", "list.json")

    told = json.loads(recognise("--json"))

    assert told["refused"] == [
        {
            "credential": "urn:example:1", "verdict": "not_genuine", "check": "proof", "code": "signature_invalid",
            "message": told["refused"][0]["message"],
        }
    ]  # fmt: skip
    assert [each["credential"] for each in told["used"]] == ["urn:example:2"]
    assert "✗ urn:example:1: refused, not genuine (signature_invalid)" in recognise()


def test_where_nothing_verifies_it_is_said_and_decided_without_evidence(desk):
    run("wallet", "add", "wallet.json", "1.json")

    assert "No credential could be used, so this is decided without evidence." in recognise()
    assert json.loads(recognise("--json"))["outcome"] == "REFUSED"
    assert json.loads(recognise("--json", "--status", "list.json"))["used"]


def test_a_stranger_in_the_wallet_is_refused_though_genuine(desk):
    document = unsigned(
        id="urn:example:9", subject=json.loads(run("wallet", "list", "wallet.json", "--json"))["holder"],
        issuer=Issuer(id="did:web:nobody.example", name={"en": "Nobody"}),
    )  # fmt: skip
    Path("9.json").write_bytes(signed(document))
    run("wallet", "add", "wallet.json", "9.json", "list.json")

    (refused,) = json.loads(recognise("--json"))["refused"]

    assert refused["verdict"] in ("cannot_confirm", "not_genuine")


def test_a_learner_record_in_the_wallet_is_opened_and_its_badges_are_used_or_refused_by_name(desk):
    good, bad = (json.loads(Path(f"{number}.json").read_bytes()) for number in (1, 2))
    bad["name"] = "Another"
    holder = json.loads(run("wallet", "list", "wallet.json", "--json"))["holder"]
    record = Clr(
        id="urn:example:record", issuer=Issuer(id=ISSUER, name={"en": "School"}), subject=holder, target=ACHIEVEMENT,
        credentials=(good, bad), status=(StatusPlace(list_id=LIST, index=9),), valid_from=SIGNED,
    )  # fmt: skip
    Path("record.json").write_bytes(signed(build_clr(record)))
    run("wallet", "add", "wallet.json", "record.json", "list.json")

    told = recognise()

    assert "✓ urn:example:1: verified, valid" in told
    assert "✗ urn:example:2: refused, not genuine (signature_invalid): the signature does not fit" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("question.yaml", "--wallet", "wallet.json"), "Name the registry that you rely on with --trust."),
        (("question.yaml", "--status", "list.json"), "Give --wallet or --presentation."),
        (("question.yaml", "--fetch"), "Give --wallet or --presentation."),
        (("question.yaml", *CHALLENGE), "Give --wallet or --presentation."),
        (("question.yaml", "--presentation", "list.json", "--wallet", "wallet.json"), "evidence comes from one place"),
        (("question.yaml", "--presentation", "list.json", *DOMAIN, "--trust", "trust.yaml"), "must answer"),
        (("question.yaml", "--presentation", "list.json", *DOMAIN, *CHALLENGE), "with --trust."),
        (
            ("question.yaml", "--presentation", "list.json", *DOMAIN, *CHALLENGE, "--trust", "trust.yaml"),
            "one type is VerifiablePresentation",
        ),
        (("question.yaml",), "evidence"),
        ((REQUEST, "--wallet", "wallet.json", "--trust", "trust.yaml"), "nobody has verified it"),
        (("question.yaml", REQUEST, "--wallet", "wallet.json", "--trust", "trust.yaml"), "answer one request"),
        (("question.yaml", "--wallet", "me.key", "--trust", "trust.yaml"), "this is no wallet"),
    ],
)
def test_a_wallet_that_cannot_be_decided_on_is_said_in_a_sentence(desk, words, told):
    assert told in run("recognise", *words, code=2)


def test_what_a_holder_presented_is_decided_on_only_where_it_answers_the_challenge(desk, monkeypatch):
    monkeypatch.setattr("touchstone.cli_wallet.now", lambda: SIGNED)
    asked = ("question.yaml", "--presentation", shown(), *DOMAIN, "--trust", "trust.yaml", "--status", "list.json")

    told = json.loads(run("recognise", *asked, *CHALLENGE, "--json"))

    assert (told["outcome"], len(told["used"]), told["refused"]) == ("CONDITIONAL", 2, [])
    assert "--presentation shown.json --domain hk-body.example --challenge 5f1c" in run("recognise", *asked, *CHALLENGE)
    replayed = run("recognise", *asked, "--challenge", "other", code=2)
    assert "shown.json: proof: " in replayed
    assert "Ask the holder for a presentation with a new challenge." in replayed


# The demonstration


def test_the_demonstration_walks_the_whole_path_of_trust_and_leaves_nothing_behind(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    told = json.loads(run("demo", "--json"))

    assert len(told["people"]) == 3
    assert [step["step"] for step in told["path"] if not step["holds"]] == []
    assert {"issue", "wallet", "verify", "recognise", "recheck", "revoke"} <= {step["step"] for step in told["path"]}
    assert list(tmp_path.iterdir()) == []


def test_the_demonstration_keeps_its_files_where_it_is_told(tmp_path):
    kept = tmp_path / "kept"

    told = run("demo", "--keep", kept)

    assert "14/14" in told
    assert str(kept) in " ".join(told.split("\n"))
    assert (kept / "wallet.json").exists()
    assert "the folder is not empty" in run("demo", "--keep", kept, code=2)
    assert "the folder cannot be used" in run("demo", "--keep", kept / "wallet.json", code=2)


# The decision as a credential


def award(*words, code=0):
    fixed = ("--key", "body.key", "--subject", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    named = ("--name", "A body", "--status", "https://hk-body.example/status/", "--trust", "trust.yaml")
    return run("credential", "award", "receipt.json", *fixed, *named, "--out", "decisions", *words, code=code)


@pytest.fixture
def decided(desk, monkeypatch):
    """A saved decision, and the key file of the body that decided, on the day of the decision."""
    for command in ("cli_awarding", "cli_issuing", "cli_status"):
        monkeypatch.setattr(f"touchstone.{command}.now", lambda: SIGNED + dt.timedelta(days=1))
    keystore.new(
        Path("body.key"),
        PASSPHRASE,
        created=SIGNED,
        controller="did:web:hk-body.example",
        scrypt=keystore.Scrypt(n=2**10),
    )
    run("wallet", "add", "wallet.json", "1.json", "2.json", "list.json")
    recognise("--save", "receipt.json")
    return desk


def test_a_decision_is_issued_as_a_credential_once(decided):
    first = json.loads(award("--json"))
    content = Path(first["file"]).read_bytes()

    assert first["outcome"] == "CONDITIONAL"
    assert json.loads(award("--json")) == first
    assert Path(first["file"]).read_bytes() == content
    assert len(list(Path("decisions/credentials").iterdir())) == 1
    assert "Recognised on a condition" in json.loads(content)["name"]


BODY = ("--key", "body.key", "--name", "A body", "--status", "https://hk-body.example/status/", "--out", "decisions")


def awarded(*words, code=0, receipt="receipt.json"):
    """Award to who presented ``shown.json``."""
    shown = ("--presentation", "shown.json", *DOMAIN, *CHALLENGE, "--trust", "trust.yaml")
    return run("credential", "award", receipt, *BODY, *shown, *(words or ("--status-list", "list.json")), code=code)


@pytest.fixture
def presented(decided, monkeypatch):
    """The holder has presented to the body what it decided on."""
    monkeypatch.setattr("touchstone.cli_wallet.now", lambda: SIGNED + dt.timedelta(days=1))
    run("wallet", "present", "wallet.json", "--key", "me.key", *DOMAIN, *CHALLENGE, "--out", "shown.json")
    return decided


def test_whoever_copies_the_credentials_of_a_receipt_in_her_own_name_is_awarded_nothing_and_the_holder_is(presented):
    keystore.new(Path("evil.key"), PASSPHRASE, created=SIGNED, scrypt=keystore.Scrypt(n=2**10))
    (thief,) = keystore.list_keys(Path("evil.key"))
    Path("shown.json").rename("mine.json")
    run("wallet", "new", "evil.json", "--key", "evil.key")
    for number in (1, 2):
        stolen = json.loads(Path(f"{number}.json").read_bytes())
        stolen["credentialSubject"]["id"] = thief.controller
        Path("stolen.json").write_text(json.dumps(stolen), encoding="utf-8")
        run("wallet", "add", "evil.json", "stolen.json")
    run("wallet", "present", "evil.json", "--key", "evil.key", *DOMAIN, *CHALLENGE, "--out", "shown.json")

    told = awarded(code=2)

    assert "did not present every credential on which it was decided" in told
    assert "found 'not genuine (signature_invalid)'" in told
    assert not Path("decisions").exists()
    Path("mine.json").rename("shown.json")
    assert "issued" in awarded()


def test_a_receipt_that_says_more_than_the_credentials_do_is_not_awarded(presented):
    typed = yaml.safe_load(Path("question.yaml").read_text(encoding="utf-8"))
    typed["evidence"] = json.loads(Path("receipt.json").read_bytes())["request"]["evidence"]
    typed["evidence"][0]["units"][0]["score"] = 100
    Path("typed.json").write_text(json.dumps(typed), encoding="utf-8")
    run("recognise", "typed.json", "--save", "inflated.json")

    told = awarded(code=2, receipt="inflated.json")

    assert "expected urn:example:1, found 'one that says something else'" in told
    assert not Path("decisions").exists()


def test_a_credential_that_was_revoked_since_or_whose_status_nobody_can_tell_awards_nothing(presented):
    Path("list.json").write_bytes(status_lists(revoked=[4711])(LIST))
    assert "expected urn:example:1, found 'revoked'" in awarded(code=2)
    assert "found 'cannot confirm (" in awarded("--json", code=2)
    assert not Path("decisions").exists()


def test_a_decision_that_was_awarded_to_somebody_else_is_still_awarded_to_its_holder(presented):
    award()

    assert "decisions/credentials/0002.json" in awarded()


def test_a_decision_is_issued_to_who_presented_all_that_it_was_decided_on_and_to_nobody_else(decided, monkeypatch):
    monkeypatch.setattr("touchstone.cli_wallet.now", lambda: SIGNED + dt.timedelta(days=1))
    asked = ("credential", "award", "receipt.json", *BODY, "--presentation", "shown.json", *DOMAIN)
    known = ("--trust", "trust.yaml", "--status-list", "list.json")
    present = ("wallet", "present", "wallet.json", "--key", "me.key", *DOMAIN, *CHALLENGE, "--out", "shown.json")

    run(*present, "--only", "urn:example:1")
    assert "did not present every credential on which it was decided" in run(*asked, *CHALLENGE, *known, code=2)
    run(*present)
    assert "does not repeat the challenge" in run(*asked, "--challenge", "another", *known, code=2)
    assert "presented by somebody else" in run(*asked, *CHALLENGE, *known, "--subject", "did:key:z6Mkf", code=2)
    assert "Give the --domain and the --challenge" in run(*asked, *CHALLENGE, code=2)
    assert not Path("decisions").exists()
    run(*asked, *CHALLENGE, *known)

    assert "1 added" in run("wallet", "add", "wallet.json", "decisions/credentials/0001.json")


def test_a_body_that_is_listed_for_another_region_issues_no_decision(decided):
    registry = yaml.safe_load(Path("trust.yaml").read_text(encoding="utf-8"))
    registry["issuers"].append({"id": "did:web:hk-body.example", "name": {"en": "Body"}, "regions": ["GD"]})
    Path("trust.yaml").write_text(yaml.safe_dump(registry), encoding="utf-8")
    recognise("--save", "receipt.json")

    assert "lists your body for other regions than the one that decided: expected HK, found 'GD'" in award(code=2)


def test_its_credential_verifies_with_its_lists_and_is_suspended_and_revoked_like_any_other(decided):
    file = json.loads(award("--json"))["file"]
    (entry,) = keystore.list_keys(Path("body.key"))
    registry = yaml.safe_load(Path("trust.yaml").read_text(encoding="utf-8"))
    key = {"id": entry.id, "publicKeyMultibase": entry.publicKeyMultibase}
    registry["issuers"].append({"id": entry.controller, "name": {"en": "Body"}, "keys": [key]})
    Path("both.yaml").write_text(yaml.safe_dump(registry), encoding="utf-8")
    lists = ("decisions/status-list.json", "decisions/status-list-suspension.json")
    fixed = ("--trust", "both.yaml", "--status", lists[0], "--status", lists[1], "--at", "2026-05-03")

    assert "Valid" in run("credential", "verify", file, *fixed)
    run("credential", "suspend", file, "--list", lists[1], "--key", "body.key")
    assert "Suspended" in run("credential", "verify", file, *fixed, code=1)
    run("credential", "reinstate", file, "--list", lists[1], "--key", "body.key")
    run("credential", "revoke", file, "--list", "decisions/status-list.json", "--key", "body.key")
    assert "Revoked" in run("credential", "verify", file, *fixed, code=1)


def test_what_does_not_come_out_again_or_grants_nothing_is_not_issued(decided):
    told = Path("receipt.json").read_text(encoding="utf-8")
    Path("receipt.json").write_text(told.replace('"outcome": "CONDITIONAL"', '"outcome": "FULL"'), encoding="utf-8")
    assert "the decision comes out differently" in award(code=2)

    run("wallet", "remove", "wallet.json", "urn:example:1")
    recognise("--save", "receipt.json")
    assert "the decision grants nothing that could be certified" in award(code=2)
    assert not Path("decisions").exists()
