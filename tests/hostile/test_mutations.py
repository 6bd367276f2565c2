# SPDX-License-Identifier: Apache-2.0
"""Whatever is changed in a signed credential: what is still valid says what was signed, and all else is refused by a known code."""

from __future__ import annotations

import random
from collections import Counter

import msgspec
import pytest

from docs import credential_codes
from tests.hostile.mutations import bases, mutant
from tests.hostile.sound import JCS, RDFC
from tests.touchstone.credentials.badges import ASKED, status_lists, trust, written
from touchstone.credentials import clr, reading, status_list
from touchstone.credentials.canonical import canonical_nquads, jcs
from touchstone.credentials.members import first_object, identifier, objects, strings, values
from touchstone.credentials.privacy import subject_names
from touchstone.credentials.timestamps import read_time
from touchstone.credentials.verification import verify_and_read
from touchstone.errors import CredentialError

LISTS = status_lists()


def outcome(content):
    """The document, the verdict, and the first check that did not pass."""
    document, report = verify_and_read(content, trust(), ASKED, retrieve=LISTS)
    return document, report.verdict, next((each for each in report.checks if each.result != "passed"), None)


def counting(document):
    """The proofs that are relied on; those of kinds that are not supported here are not."""
    proofs = values(document["proof"])
    return [
        each for each in proofs if each.get("type") == "DataIntegrityProof" and each.get("cryptosuite") in (RDFC, JCS)
    ]


def says(document):
    """What signatures cover, by cryptosuite: the dataset, and the bytes in the contexts that were signed."""
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    covered = {RDFC: canonical_nquads(unsecured)}
    for proof in counting(document):
        if proof["cryptosuite"] == JCS:
            covered[JCS] = jcs.canonicalise({**unsecured, "@context": proof["@context"]})
    return covered.items()


def view(document):
    """What is read off a credential: who, of whom, what, from when to when, and where it can be revoked. Sets have no order."""
    entries = {
        (each.get("statusPurpose"), each.get("statusListIndex"), each.get("statusListCredential"))
        for each in status_list.status_entries(document)
    }
    return (
        document.get("id"), identifier(document.get("issuer")), set(strings(document.get("type"))),
        read_time(document.get("validFrom")), read_time(document.get("validUntil")), entries,
        set(subject_names(document)), [identifier(each) for each in values(document.get("credentialSubject"))],
        told(reading.read_badge, document), told(record, document),
    )  # fmt: skip


def record(document):
    """A learner record, without the credentials in it: each of them is verified on its own."""
    return msgspec.structs.replace(clr.read_clr(document), credentials=())


def held(document):
    """What the valid credentials in a learner record say."""
    inner = objects(first_object(document.get("credentialSubject")).get("verifiableCredential"))
    return [view(each) for each in inner if outcome(written(each))[1] == "valid"]


def tells_no_more(now, before):
    """Whether a view is the same; a reader that refuses by name says nothing else."""
    return all(
        one == other or (isinstance(one, list) and one[:1] == ["refused"])
        for one, other in zip(now, before, strict=True)
    )


def told(read, document):
    """What a reader reads, its lists as sets; or why it reads nothing."""
    try:
        return unordered(msgspec.to_builtins(read(document), str_keys=True))
    except CredentialError as error:
        return ["refused", error.code]


def unordered(value):
    if isinstance(value, dict):
        return sorted((name, unordered(each)) for name, each in value.items())
    return sorted(map(unordered, value), key=repr) if isinstance(value, list | tuple) else value


def signatures(document):
    return {proof["proofValue"] for proof in counting(document)}


def defects(cryptosuite, count, seed):
    """Make so many mutants, and yield what breaks the law; count what became of all."""
    chance = random.Random(seed)
    sound = bases(cryptosuite)
    signed = [(says(each), view(each), signatures(each), held(each)) for each in sound]
    known = {*credential_codes.codes(), "not_looked_at"}
    broken, verdicts = [], Counter()
    for _ in range(count):
        number = chance.randrange(len(sound))
        content, done = mutant(sound[number], chance)
        document, verdict, check = outcome(content)
        verdicts[verdict] += 1
        if verdict != "valid":
            if check.code not in known:
                broken.append(("code not in the reference", check.code, done))
        else:
            bytes_, seen, proofs, inner = signed[number]
            same = says(document) <= bytes_ and signatures(document) <= proofs and tells_no_more(view(document), seen)
            if not same or any(each not in inner for each in held(document)):
                broken.append(("valid and says something else", number, done, content))
    return broken, verdicts


@pytest.mark.parametrize("cryptosuite", [RDFC, JCS])
def test_what_is_changed_here_was_valid(cryptosuite):
    assert {outcome(written(each))[1] for each in bases(cryptosuite)} == {"valid"}


@pytest.mark.parametrize("cryptosuite", [RDFC, JCS])
def test_a_changed_credential_is_refused_or_says_the_same(cryptosuite):
    broken, verdicts = defects(cryptosuite, 150, 4)

    assert broken == []
    assert verdicts["valid"] > 0
    assert verdicts["not_genuine"] > 75


@pytest.mark.soak
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("cryptosuite", [RDFC, JCS])
def test_of_twenty_thousand_changed_credentials_each_is_refused_or_says_the_same(cryptosuite, part, capsys):
    broken, verdicts = defects(cryptosuite, 5_000, 20_000 + part)

    with capsys.disabled():
        print(f"\n5,000 changed credentials with {cryptosuite}: {dict(verdicts)}; {len(broken)} say something else")
    assert broken == []
