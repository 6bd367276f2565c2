# SPDX-License-Identifier: Apache-2.0
"""What bodies award at the command line: a qualification that was passed, and each region's results of one joint examination."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from touchstone.cli import app
from touchstone.credentials import keystore
from touchstone.credentials.reading import read_badge

PASSPHRASE = "open sesame"
EXAMINED = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
DAY = "2026-11-24"
HOLDER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
HK, MO = (f"https://touchstone.example/qualifications/{region}-jewellery-maker" for region in ("hk", "mo"))
EVERYTHING = [
    {"id": f"DEMO-{region}:{unit}", "level": level}
    for region, level in (("HK", "4"), ("MO", "advanced"))
    for unit in ("wax", "casting", "setting-basic", "polishing", "cad", "print", "law")
]


def run(*words, code=0):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.stdout if code != 2 else done.stderr


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """The key files of two regions' bodies, a registry that lists both, and the clock on the day of the examination."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", PASSPHRASE)
    for command in ("cli_awarding", "cli_issuing", "cli_status"):
        monkeypatch.setattr(f"touchstone.{command}.now", lambda: EXAMINED)
    issuers = []
    for body in ("hk", "mo"):
        controller = f"did:web:{body}-body.example"
        keystore.new(
            Path(f"{body}.key"), PASSPHRASE, created=EXAMINED, controller=controller, scrypt=keystore.Scrypt(n=2**10)
        )
        (key,) = keystore.list_keys(Path(f"{body}.key"))
        listed = {"id": key.id, "publicKeyMultibase": key.publicKeyMultibase}
        issuers.append({"id": controller, "name": {"en": body}, "regions": [body.upper()], "keys": [listed]})
    registry = {
        "kind": "TrustRegistry", "id": "urn:trust", "version": "1", "title": {"en": "Trust"}, "status": "in_force",
        "issuers": issuers,
    }  # fmt: skip
    Path("trust.yaml").write_text(yaml.safe_dump(registry), encoding="utf-8")
    return tmp_path


def issued_by(body, command, *words, code=0):
    named = ("--name", f"{body} body", "--status", f"https://{body}-body.example/status/", "--out", body)
    return run("credential", command, *words, "--key", f"{body}.key", *named, code=code)


def qualify(*words, code=0, holder=HOLDER, what=HK):
    return issued_by("hk", "qualify", what, "--subject", holder, *words, code=code)


def verdict(file, body):
    lists = ("--status", f"{body}/status-list.json", "--status", f"{body}/status-list-suspension.json")
    told = run("credential", "verify", file, "--trust", "trust.yaml", *lists, "--at", DAY)
    return told.splitlines()[0]


# A qualification


def test_a_passed_qualification_is_issued_as_a_credential_by_which_it_is_held(desk):
    told = json.loads(qualify("--on", "2026-11-20", "--assurance", "authority_assessed", "--json"))

    badge = read_badge(json.loads(Path(told["file"]).read_bytes()))
    assert (badge.attestation.holds, badge.subject) == ((HK,), HOLDER)
    assert (badge.attestation.awarded, badge.attestation.assurance) == (dt.date(2026, 11, 20), "authority_assessed")
    assert verdict(told["file"], "hk").startswith("Valid")


def test_the_same_person_on_the_same_day_gets_the_same_credential_and_another_person_another(desk):
    first = json.loads(qualify("--json"))
    content = Path(first["file"]).read_bytes()

    assert json.loads(qualify("--json")) == first
    assert Path(first["file"]).read_bytes() == content
    other = json.loads(qualify("--json", holder="did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"))
    assert other["file"] == "hk/credentials/0002.json"


def test_a_changed_award_is_not_issued_under_the_request_of_the_first(desk):
    qualify()

    assert "another request bears this key" in qualify("--assurance", "provider_assessed", code=2)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--on", "yesterday"), "--on: the value does not fit"),
        (("--on", "2099-01-01"), "--on: the day of award is after the day of issue: expected "),
        (("--assurance", "somebody"), "--assurance: the value does not fit"),
        (("--subject", "Lin Siyu"), "--subject: the value does not fit"),
        (("--subject", ""), "nobody is named as the holder. Give --presentation, or --subject."),
        (("--documents", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_awarded_is_said_in_a_sentence_and_leaves_nothing(desk, words, told):
    assert told in qualify(*words, code=2)
    assert not Path("hk").exists()


def test_what_is_no_address_for_status_lists_is_refused_by_its_option(desk):
    words = ("--subject", HOLDER, "--key", "hk.key", "--name", "b", "--status", "x", "--out", "hk")

    told = run("credential", "qualify", HK, *words, code=2)

    assert "--status: this is no address: expected an address such as https://body.example/status/, found 'x'." in told


def test_a_qualification_is_issued_only_for_a_day_on_which_it_was_in_force(desk):
    since_2019 = "https://touchstone.example/qualifications/hk-rpl-jewellery-1"

    told = qualify("--on", "2019-11-30", what=since_2019, code=2)

    assert "no document in force on 2019-11-30 defines this qualification" in told
    assert qualify("--on", "2019-12-01", what=since_2019)


# A joint examination


def candidate(name, units=EVERYTHING, **fields):
    evidence = {"credential": "urn:exam", "kind": "assessment", "awarded": DAY, "status": "valid"}
    request = {
        "from": "HK", "to": "HK", "target": "any", "purpose": "employment", "decided_on": DAY,
        "evidence": [{**evidence, "units": units}],
    }  # fmt: skip
    return {"candidate": name, "request": request, **fields}


def results(body, *words, code=0, candidates=None):
    sat = candidates or [candidate("number 7", holder=HOLDER), candidate("number 8"), candidate("number 9", [])]
    Path("session.yaml").write_text(json.dumps({"kind": "ExamSession", "candidates": sat}), encoding="utf-8")
    told = issued_by(body, "results", "session.yaml", HK, MO, "--region", body.upper(), *words, code=code)
    return json.loads(told) if "--json" in words and code != 2 else told


def test_each_region_issues_its_result_of_one_examination_by_its_own_body(desk):
    for body, held in (("hk", HK), ("mo", MO)):
        told = results(body, "--json")

        assert [(each["candidate"], each["result"]) for each in told] == [
            ("number 7", "issued"), ("number 8", "issued"), ("number 9", "not_earned"),
        ]  # fmt: skip
        badge = read_badge(json.loads(Path(told[0]["file"]).read_bytes()))
        assert (badge.attestation.holds, badge.subject, badge.issuer) == (
            (held,),
            HOLDER,
            f"did:web:{body}-body.example",
        )
        assert verdict(told[0]["file"], body).startswith("Valid")


def test_results_issued_again_are_known_and_stay_byte_for_byte(desk):
    first = results("hk", "--json")
    content = [Path(each["file"]).read_bytes() for each in first[:2]]

    again = results("hk", "--json")

    assert [each["result"] for each in again] == ["known", "known", "not_earned"]
    assert [Path(each["file"]).read_bytes() for each in again[:2]] == content


def test_a_candidate_without_a_wallet_is_named_by_a_pseudonym_and_never_by_her_number(desk):
    (told,) = results("hk", "--json", candidates=[candidate("number 8")])

    content = Path(told["file"]).read_text(encoding="utf-8")
    assert read_badge(json.loads(content)).subject.startswith("urn:x-touchstone:subject:")
    assert "number 8" not in content + Path("hk/journal.jsonl").read_text(encoding="utf-8")


def test_where_nobody_has_earned_anything_nothing_is_issued(desk):
    told = results("hk", candidates=[candidate("number 9", [])])

    assert told == "number 9: not earned\n"
    assert not Path("hk").exists()


def test_a_result_that_changed_after_it_was_issued_is_refused_and_the_others_are_known(desk):
    results("hk")

    told = results("hk", candidates=[candidate("number 7"), candidate("number 8")], code=1)

    assert "number 7: refused, key: another request bears this key" in told
    assert "number 8: known, hk/credentials/0002.json" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--on", "2026-11-20"), "session.yaml: decided_on: number 7 was examined on another day"),
        (("--region", "GD"), "--region: no part of the examination is of this region: expected HK, MO"),
        (("--mode", "generous"), "--mode: the value does not fit"),
    ],
)
def test_results_that_cannot_be_issued_are_said_in_a_sentence(desk, words, told):
    assert told in results("hk", *words, code=2)


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (candidate("Li Wei"), "candidates[0] and candidates[2] have one name, Li Wei"),
        (candidate("Li Hua", holder=HOLDER), f"candidates[0] and candidates[2] have one holder, {HOLDER}"),
    ],
)
def test_two_candidates_of_one_name_or_one_wallet_are_refused_with_their_places(desk, second, told):
    sat = [candidate("Li Wei", holder=HOLDER), candidate("Chan Tai Man"), second]

    assert told in results("hk", candidates=sat, code=2)
    assert not Path("hk").exists()


def test_a_unit_that_no_document_knows_is_told_with_its_candidate(desk):
    told = results("hk", code=2, candidates=[candidate("number 7", [{"id": "DEMO-HK:juggling"}])])

    assert told.startswith("touchstone: session.yaml: number 7: evidence[0].units[0].id: ")


# A learner record


def bundle(*files, code=0):
    return issued_by("mo", "bundle", MO, *files, "--trust", "trust.yaml", "--partial", "--json", code=code)


def test_what_somebody_has_is_bundled_into_one_record_that_verifies_with_everything_in_it(desk):
    held = [json.loads(qualify("--json", what=what))["file"] for what in (HK, MO)]

    told = json.loads(bundle(*held))
    lists = [f"--status={body}/status-list{more}.json" for body in ("hk", "mo") for more in ("", "-suspension")]
    report = json.loads(run("credential", "verify", told["file"], "--trust", "trust.yaml", *lists, "--json"))

    record = json.loads(Path(told["file"]).read_bytes())
    assert record["type"] == ["VerifiableCredential", "ClrCredential"]
    assert record["credentialSubject"]["verifiableCredential"] == [json.loads(Path(each).read_bytes()) for each in held]
    assert [report["verdict"], *(each["report"]["verdict"] for each in report["bundled"])] == ["valid"] * 3
    assert json.loads(bundle(*held)) == told


def test_what_is_altered_or_somebody_elses_is_not_bundled(desk):
    mine = Path(json.loads(qualify("--json"))["file"])
    theirs = json.loads(qualify("--json", holder="did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"))["file"]
    Path("altered.json").write_bytes(mine.read_bytes().replace(b"2026", b"2025"))

    assert "a credential that is not sound is not bundled" in bundle("altered.json", code=2)
    assert "about somebody else" in bundle(mine, theirs, code=2)
    assert not Path("mo").exists()


def test_a_credential_is_bundled_once(desk):
    held = json.loads(qualify("--json"))["file"]

    assert "credential 2 has the id of credential 1: found 'urn:uuid:" in bundle(held, held, code=2)
    assert not Path("mo").exists()


def test_a_record_is_bundled_only_where_its_status_lists_have_an_address(desk):
    held = json.loads(qualify("--json"))["file"]
    words = ("--trust", "trust.yaml", "--key", "mo.key", "--name", "b", "--status", "x", "--out", "mo")

    assert "--status: this is no address" in run("credential", "bundle", MO, held, *words, code=2)
