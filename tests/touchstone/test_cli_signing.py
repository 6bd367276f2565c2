# SPDX-License-Identifier: Apache-2.0
"""Signing and verifying from the command line: proofs are added and nothing else is touched; what is missing is named; exit 0, 1 or 2."""

from __future__ import annotations

import json
import os
import stat
import threading

import msgspec
import pytest
import yaml
from typer.testing import CliRunner

from tests.touchstone.credentials.registries import BOTH_SIDES, GUANGDONG, HONG_KONG, MARCH, registry
from tests.touchstone.plain import documents_of, texts
from tests.touchstone.small_world import ASKS_T1, S1_IS_T1, agreement, credential, documents, request, scale
from touchstone import cli_signing
from touchstone.cli import app
from touchstone.credentials import keystore
from touchstone.credentials.document_proofs import sign_document
from touchstone.standards import Agreement, load_document
from touchstone.standards.exchange.plain_writing import write_json
from touchstone.standards.exchange.sssom import write_sssom
from touchstone.standards.whole_files import alone_in

CHEAP = keystore.Scrypt(n=2**10)
PASSPHRASE = "open sesame"
TEXT = """\
# Why this scale is as it is: kept, as every comment is.
kind: LevelScale
id: scale
version: '1'   # quoted by hand
title: {en: scale}
status: in_force
official: true
publisher: urn:hk
levels: [{code: "1"}, {code: "2"}]
"""


def run(*words, code=0, **options):
    done = CliRunner().invoke(app, [str(word) for word in words], **options)
    assert done.exit_code == code, done.output
    return done.stdout if code != 2 else done.stderr


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a document, a registry of other people, and a key file that opens with the passphrase."""
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", PASSPHRASE)
    keystore.new(tmp_path / "own.key", PASSPHRASE, created=MARCH, scrypt=CHEAP)
    own = {"id": "urn:own", "name": {"en": "own"}, "regions": ["HK"], "keys": [listed(tmp_path / "own.key")]}
    (tmp_path / "registry.yaml").write_text(yaml.safe_dump(texts(registry(*BOTH_SIDES, own))), encoding="utf-8")
    (tmp_path / "scale.yaml").write_text(TEXT.replace("urn:hk", "urn:own"), encoding="utf-8")
    return tmp_path


def listed(file):
    (key,) = keystore.list_keys(file)
    return {"id": key.id, "publicKeyMultibase": key.publicKeyMultibase}


def sign(desk, file, code=0, world="nothing", **options):
    """Sign with the own key; among the documents of a folder, by default of an empty one."""
    (desk / "nothing").mkdir(exist_ok=True)
    words = ("documents", "sign", file, "--key", desk / "own.key", "--documents", desk / world)
    return run(*words, code=code, **options)


def verified(desk, file, code=0, *words):
    return json.loads(run("documents", "verify", file, "--trust", desk / "registry.yaml", "--json", *words, code=code))


def test_a_signed_document_is_verified_and_everything_else_in_its_file_stays(desk):
    before = (desk / "scale.yaml").read_text(encoding="utf-8")

    told = sign(desk, desk / "scale.yaml")

    assert told.endswith("it bears 1 proof.\n")
    assert (desk / "scale.yaml").read_text(encoding="utf-8").startswith(before + "proof:\n  - type: ")
    (found,) = verified(desk, desk / "scale.yaml")
    assert (found["standing"], found["missing"], found["proofs"][0]["publisher"]) == ("verified", [], "urn:own")


@pytest.mark.parametrize(
    "tail",
    ["", "proof: []\n", "# the end", "\n\n"],
    ids=["no proof", "an empty list", "no last line break", "blank lines"],
)
def test_a_proof_is_added_to_yaml_however_its_end_is_written_or_refused_whole(desk, tail):
    file = desk / "scale.yaml"
    file.write_text(TEXT + tail, encoding="utf-8")
    code = 2 if tail.startswith("proof") else 0

    told = sign(desk, file, code=code)

    if code:
        assert "no proof can be added to the way this file is written" in told
        assert file.read_text(encoding="utf-8") == TEXT + tail
    else:
        assert len(load_document(file).document.proof) == 1


def test_the_other_sides_proof_stays_wherever_it_stands(desk):
    file = desk / "agreement.yaml"
    (one,) = documents_of([agreement(official="true", crosswalks=[], referencings=[])])
    plain = msgspec.to_builtins(sign_document(one, GUANGDONG, created=MARCH))
    fields = {"kind": "Agreement", "proof": plain.pop("proof"), **plain}
    for indent in (2, 4):
        file.write_text(yaml.safe_dump(texts(fields), sort_keys=False, indent=indent), encoding="utf-8")
        assert verified(desk, file, 1)[0]["missing"][0]["code"] == "agreement_half_signed"

        sign(desk, file)

        assert load_document(file).document.proof[0] == fields["proof"][0]
        assert [proof["publisher"] for proof in verified(desk, file)[0]["proofs"]] == ["urn:gd", "urn:own"]


def test_json_and_sssom_are_signed_too(desk):
    made = documents_of([scale("s", ["1"], publisher="urn:own", official="true"), {**S1_IS_T1, "official": "true"}])
    (desk / "s.json").write_bytes(write_json(made[0]))
    world = desk / "world"
    world.mkdir()
    for document in documents_of(documents(ASKS_T1, S1_IS_T1)):
        (world / f"{document.id}.json").write_bytes(write_json(document))
    (world / "crosswalk.json").unlink()
    rows = msgspec.structs.replace(made[1], publisher="urn:own")
    (desk / "rows.sssom.tsv").write_text(write_sssom(rows), encoding="utf-8")

    sign(desk, desk / "s.json")
    sign(desk, desk / "rows.sssom.tsv", world="world")

    assert verified(desk, desk / "s.json")[0]["standing"] == "verified"
    assert verified(desk, desk / "rows.sssom.tsv")[0]["standing"] == "verified"


def test_a_document_with_mistakes_is_not_signed(desk):
    file = desk / "agreement.yaml"
    file.write_text(yaml.safe_dump(texts(agreement(crosswalks=["none"], referencings=[]))), encoding="utf-8")
    before = file.read_bytes()

    told = sign(desk, file, code=2)

    assert "crosswalks[0]: no Crosswalk has the id none." in told
    assert file.read_bytes() == before


def test_of_two_who_sign_at_once_neither_loses_the_proof_of_the_other(desk):
    file = desk / "agreement.yaml"
    (one,) = documents_of([agreement(official="true", crosswalks=[], referencings=[])])
    fields = {"kind": "Agreement", **msgspec.to_builtins(one)}
    file.write_text(yaml.safe_dump(texts(fields), sort_keys=False), encoding="utf-8")
    own = threading.Thread(target=cli_signing.sign, args=(file, desk / "own.key"))
    with alone_in(desk):
        own.start()
        own.join(0.2)
        assert own.is_alive()
        signed = msgspec.to_builtins(sign_document(one, GUANGDONG, created=MARCH))
        file.write_text(yaml.safe_dump(texts({"kind": "Agreement", **signed}), sort_keys=False), encoding="utf-8")
    own.join()

    assert [proof["publisher"] for proof in verified(desk, file)[0]["proofs"]] == ["urn:gd", "urn:own"]


def test_signing_twice_is_refused_and_writes_nothing(desk):
    sign(desk, desk / "scale.yaml")
    once = (desk / "scale.yaml").read_bytes()

    told = sign(desk, desk / "scale.yaml", code=2)

    assert "the document bears a proof by this key already" in told
    assert (desk / "scale.yaml").read_bytes() == once


def test_the_file_is_replaced_at_once_with_the_rights_that_it_had(desk):
    file = desk / "scale.yaml"
    file.chmod(0o640)
    link = desk / "link.yaml"
    link.symlink_to(file)

    sign(desk, link)

    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert len(load_document(file).document.proof) == 1
    assert not [name for name in os.listdir(desk) if name.startswith(".")]


def test_a_passphrase_is_asked_for_where_the_environment_has_none(desk, monkeypatch):
    monkeypatch.delenv("TOUCHSTONE_PASSPHRASE")

    told = sign(desk, desk / "scale.yaml", input=f"{PASSPHRASE}\n")

    assert PASSPHRASE not in told
    assert load_document(desk / "scale.yaml").document.proof


def test_a_wrong_passphrase_is_a_sentence(desk, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_PASSPHRASE", "wrong")

    assert "passphrase" in sign(desk, desk / "scale.yaml", code=2)


# Verifying


def test_a_folder_is_told_document_by_document_and_exits_1_for_one_false_claim(desk):
    sign(desk, desk / "scale.yaml")
    (desk / "claimed.yaml").write_text(TEXT.replace("id: scale", "id: claimed"), encoding="utf-8")
    (desk / "modest.yaml").write_text(TEXT.replace("id: scale", "id: modest").replace("official: true\n", ""))

    told = run("documents", "verify", desk, "--trust", desk / "registry.yaml", code=cli_signing.NOT_AS_CLAIMED)

    assert "scale.yaml: verified: scale version 1\n  proof_counts: the proof counts (urn:own, " in told
    assert (
        "claimed.yaml: unverified: claimed version 1\n  publisher_not_signed: no proof of its publisher counts (urn:hk)"
        in told
    )
    assert "modest.yaml: illustrative: modest version 1\n" in told
    assert "registry.yaml: illustrative: registry version 1\n" in told


def test_a_folder_without_a_document_is_told_and_not_passed_over_as_good(desk):
    (desk / "empty").mkdir()

    told = run("documents", "verify", desk / "empty", "--trust", desk / "registry.yaml", code=2)

    assert "empty: there is no public document to verify" in told


def test_the_day_of_the_registry_can_be_given(desk):
    sign(desk, desk / "scale.yaml")
    with (desk / "registry.yaml").open("a", encoding="utf-8") as file:
        file.write("valid: {until: 2026-12-31}\n")

    assert verified(desk, desk / "scale.yaml", 0, "--on", "2026-12-31")[0]["standing"] == "verified"
    (late,) = verified(desk, desk / "scale.yaml", 1, "--on", "2027-01-01")
    assert [missing["code"] for missing in late["missing"]] == ["registry_not_in_force"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["scale.yaml", "--trust", "scale.yaml"], "expected kind: TrustRegistry, found 'LevelScale'"),
        (["scale.yaml", "--trust", "none.yaml"], "the file is not there"),
        (["none.yaml", "--trust", "registry.yaml"], "the file is not there"),
        (["own.key", "--trust", "registry.yaml"], "own.key"),
        (["scale.yaml", "--trust", "registry.yaml", "--on", "soon"], "expected a date"),
    ],
)
def test_what_cannot_be_read_exits_2_with_a_sentence(desk, monkeypatch, words, said):
    monkeypatch.chdir(desk)

    assert said in run("documents", "verify", *words, code=2)


def test_a_registry_in_which_a_key_names_two_parties_is_refused_at_its_line(desk):
    twice = registry(*BOTH_SIDES, {**BOTH_SIDES[0], "id": "urn:thief"})
    (desk / "registry.yaml").write_text(yaml.safe_dump(texts(twice), sort_keys=False), encoding="utf-8")

    told = run("documents", "verify", desk / "scale.yaml", "--trust", desk / "registry.yaml", code=2)

    assert "registry.yaml:" in told
    assert "names two keys" in told


# Decisions


def test_decisions_take_the_registry_that_the_reader_relies_on(desk):
    world = desk / "world"
    world.mkdir()
    for document in documents_of(documents(ASKS_T1, agreement(), S1_IS_T1)):
        away = getattr(document, "region", "HK") == "GD"
        claimed = msgspec.structs.replace(document, official=True, publisher="urn:gd" if away else "urn:hk")
        signers = (GUANGDONG, HONG_KONG) if isinstance(document, Agreement) else (GUANGDONG if away else HONG_KONG,)
        for signer in signers:
            claimed = sign_document(claimed, signer, created=MARCH)
        (world / f"{document.id}.json").write_bytes(write_json(claimed))
    (desk / "request.json").write_text(json.dumps(texts(request([credential("S1")]))), encoding="utf-8")
    options, trust = ("--documents", world), ("--trust", desk / "registry.yaml")
    receipt = desk / "receipt.json"

    def standing(*words):
        return json.loads(run(*words, "--json"))["standing"]

    assert standing("recognise", desk / "request.json", *options) == "unverified"
    assert standing("recognise", desk / "request.json", *options, *trust, "--save", receipt) == "verified"
    assert standing("recheck", receipt, *options, *trust) == "verified"
    assert f"--trust {desk / 'registry.yaml'}" in "".join(run("explain", receipt, *options, *trust).split("\n"))
    assert run("plan", desk / "request.json", *options, *trust)
    told = " ".join(run("recheck", receipt, *options, code=2).split())
    assert "a document that the decision names is missing: expected registry version 1, sha256:" in told
