# SPDX-License-Identifier: Apache-2.0
"""Data Integrity proofs: alone, in sets and in chains; what holds, what does not, and what could not be checked."""

from __future__ import annotations

import copy
import json
import random
from datetime import timedelta

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.touchstone.credentials.proofs import (
    AT,
    CREDENTIAL,
    ISSUER,
    JCS,
    KEY_OF,
    LATER,
    RDFC,
    STRANGER,
    WITNESS,
    checked,
    outcome,
    places,
    reordered,
    signed,
    text_at,
    with_proof,
    with_text,
)
from touchstone.credentials import did, ed25519, proof
from touchstone.credentials.canonical import Reading, strict_json
from touchstone.credentials.canonical.contexts import DEFAULT, ContextSet, PinnedContext
from touchstone.credentials.multikey import multibase_decode, multibase_encode, multikey_of
from touchstone.credentials.signer import SeedSigner
from touchstone.errors import CredentialError

both_suites = pytest.mark.parametrize("suite", proof.CRYPTOSUITES)
ONCE = {
    suite: signed(cryptosuite=suite, id="urn:uuid:1", domain=["a.example", "b.example"], challenge="abc")
    for suite in (RDFC, JCS)
}


def refused(act, *arguments, **options):
    with pytest.raises(CredentialError) as error:
        act(*arguments, **options)
    return error.value.code


# ---------------------------------------------------------------- one proof


@both_suites
@pytest.mark.parametrize("using", ed25519.BACKENDS)
def test_what_is_signed_holds(suite, using):
    report = checked(signed(cryptosuite=suite), at=AT, controllers=[ISSUER.controller], using=using)

    assert (report.result, report.code, report.message) == ("passed", "proof_passed", "The proof holds.")
    assert report.controllers == {ISSUER.controller}
    assert report.proofs[0].created == AT


def test_what_json_cannot_carry_is_not_signed_as_something_else():
    document = {**CREDENTIAL, "name": float("nan")}
    as_null = signed({**CREDENTIAL, "name": None}, cryptosuite=JCS)

    assert refused(signed, document, cryptosuite=JCS) == "not_canonicalisable"
    assert checked(as_null).result == "passed"
    assert checked({**as_null, "name": float("nan")}).code == "not_canonicalisable"


@both_suites
@pytest.mark.parametrize("read", [strict_json.read, Reading, strict_json.loads])
def test_a_document_holds_however_it_was_read(read, suite):
    document = signed(cryptosuite=suite)
    changed = {**document, "validFrom": "2026-06-02T00:00:00Z"}

    for _ in range(2):
        assert checked(read(orjson.dumps(document))).result == "passed"
        assert checked(read(orjson.dumps(changed))).code == "signature_invalid"


@both_suites
def test_the_document_handed_in_stays_as_it_is_and_a_retry_gives_the_same(suite):
    before = copy.deepcopy(CREDENTIAL)

    assert signed(cryptosuite=suite) == signed(cryptosuite=suite)
    assert before == CREDENTIAL


@both_suites
def test_a_proof_by_one_key_does_not_hold_under_another(suite):
    document = signed(cryptosuite=suite)
    stolen = did.VerificationMethod(
        id=ISSUER.verification_method, controller=ISSUER.controller, public_key=STRANGER.public_key
    )

    assert outcome(document, key_of=lambda _: stolen) == ("failed", "signature_invalid")
    assert outcome(with_proof(document, verificationMethod=STRANGER.verification_method)) == (
        "failed",
        "signature_invalid",
    )


@both_suites
def test_the_cryptosuite_is_signed_itself(suite):
    other = JCS if suite == RDFC else RDFC

    assert outcome(with_proof(signed(cryptosuite=suite), cryptosuite=other))[1] in (
        "signature_invalid",
        "proof_context_wrong",
    )
    if suite == JCS:
        swapped = with_proof(signed(cryptosuite=JCS), cryptosuite=RDFC, **{"@context": None})
        assert outcome(swapped) == ("failed", "signature_invalid")


@both_suites
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_one_character_changed_anywhere_breaks_the_proof(suite, data):
    document = ONCE[suite]
    path = data.draw(st.sampled_from(list(places(document))))
    text = text_at(document, path)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([each for each in "aZ9-字" if each != text[place]]))
    changed = with_text(document, path, text[:place] + other + text[place + 1 :])

    assert checked(changed).result != "passed"


@both_suites
@pytest.mark.parametrize("name", [name for name in ONCE[JCS]["proof"] if name != "@context"])
def test_a_member_of_the_proof_taken_away_breaks_it(suite, name):
    assert checked(with_proof(ONCE[suite], **{name: None})).result != "passed"


@both_suites
@pytest.mark.parametrize("name", ["nonce", "expires", "previousProof", "invented", "@type"])
def test_a_member_added_to_the_proof_breaks_it(suite, name):
    assert checked(with_proof(ONCE[suite], **{name: "2099-01-01T00:00:00Z"})).result == "failed"


@both_suites
def test_a_term_added_after_signing_is_refused(suite):
    document = signed(cryptosuite=suite) | {"invented": "grade A"}

    assert outcome(document) == ("failed", "term_undefined" if suite == RDFC else "signature_invalid")


@both_suites
@given(seed=st.integers(0, 2**32))
@settings(deadline=None, max_examples=10)
def test_the_order_of_keys_does_not_matter(suite, seed):
    assert checked(reordered(ONCE[suite], random.Random(seed))).result == "passed"
    assert (
        signed(reordered(CREDENTIAL, random.Random(seed)), cryptosuite=suite)["proof"]
        == signed(cryptosuite=suite)["proof"]
    )


def test_jcs_signs_documents_without_contexts_too():
    document = signed({"kind": "Agreement", "id": "gd-hk", "score": 0.5}, cryptosuite=JCS)

    assert "@context" not in document["proof"]
    assert checked(document).result == "passed"
    assert outcome(document | {"score": 0.51}) == ("failed", "signature_invalid")


def test_rdfc_refuses_a_document_whose_meaning_is_not_defined():
    assert refused(signed, {"kind": "Agreement"}) is not None
    assert refused(signed, CREDENTIAL | {"invented": "x"}) == "term_undefined"


def test_jcs_lets_contexts_follow_those_that_were_signed_but_not_precede_or_replace_them():
    document = signed(cryptosuite=JCS)
    more = "https://w3id.org/security/data-integrity/v2"
    first = CREDENTIAL["@context"][0]

    assert outcome(document | {"@context": [first, more]}) == ("passed", "proof_passed")
    for context in ([more, first], [more], [], more):
        assert outcome(document | {"@context": context}) == ("failed", "proof_context_wrong")


def test_rdfc_refuses_contexts_of_the_proofs_own():
    document = signed()

    assert outcome(with_proof(document, **{"@context": CREDENTIAL["@context"]}))[0] == "passed"
    assert outcome(with_proof(document, **{"@context": ["https://w3id.org/security/data-integrity/v2"]})) == (
        "failed",
        "proof_context_wrong",
    )


# ---------------------------------------------------------------- what a proof says of itself


@pytest.mark.parametrize("missing", [None, [], 0])
def test_a_document_without_a_proof_is_told_so(missing):
    expected = "proof_malformed" if missing == 0 else "proof_missing"

    assert outcome(CREDENTIAL | {"proof": missing}) == ("failed", expected)
    assert outcome(CREDENTIAL) == ("failed", "proof_missing")


@pytest.mark.parametrize(
    ("changes", "result", "code"),
    [
        ({"type": None}, "failed", "proof_malformed"),
        ({"type": ["DataIntegrityProof"]}, "failed", "proof_malformed"),
        ({"type": "Ed25519Signature2020"}, "unknown", "proof_type_unsupported"),
        ({"cryptosuite": None}, "failed", "proof_malformed"),
        ({"cryptosuite": "ecdsa-rdfc-2019"}, "unknown", "cryptosuite_unsupported"),
        ({"cryptosuite": "none"}, "unknown", "cryptosuite_unsupported"),
        ({"verificationMethod": None}, "failed", "proof_malformed"),
        ({"verificationMethod": {"id": "x"}}, "failed", "proof_malformed"),
        ({"verificationMethod": "did:web:academy.example#key-1"}, "unknown", "did_not_resolved"),
        ({"verificationMethod": "did:ebsi:zvHWX#key-1"}, "unknown", "did_method_unsupported"),
        ({"verificationMethod": ISSUER.controller + "#key-1"}, "failed", "method_not_found"),
        ({"proofPurpose": None}, "failed", "proof_malformed"),
        ({"proofPurpose": "authentication"}, "failed", "purpose_wrong"),
        ({"created": "2026-06-01"}, "failed", "proof_created_invalid"),
        ({"created": 5}, "failed", "proof_created_invalid"),
        ({"expires": "soon"}, "failed", "proof_expires_invalid"),
        ({"id": 5}, "failed", "proof_malformed"),
        ({"previousProof": 5}, "failed", "proof_malformed"),
        ({"previousProof": {"id": "x"}}, "failed", "proof_malformed"),
        ({"previousProof": "urn:uuid:2"}, "failed", "previous_proof_missing"),
        ({"previousProof": ["urn:uuid:2"]}, "failed", "previous_proof_missing"),
        ({"previousProof": "urn:uuid:1"}, "failed", "previous_proof_cycle"),
        ({"proofValue": None}, "failed", "proof_value_invalid"),
        ({"proofValue": 5}, "failed", "proof_value_invalid"),
        ({"proofValue": "u" + "A" * 86}, "failed", "proof_value_invalid"),
        ({"proofValue": "z0"}, "failed", "proof_value_invalid"),
        ({"proofValue": "z2"}, "failed", "proof_value_invalid"),
        ({"proofValue": multibase_encode(bytes(64))}, "failed", "signature_not_canonical"),
        ({"proofValue": multibase_encode(b"\x05" * 63 + b"\xff")}, "failed", "signature_not_canonical"),
        ({"proofValue": "z" + "2" * 100_000}, "failed", "proof_value_invalid"),
    ],
)
@both_suites
def test_a_proof_that_is_not_in_order_is_refused_by_name(suite, changes, result, code):
    assert outcome(with_proof(ONCE[suite], **changes)) == (result, code)


@both_suites
def test_a_key_of_small_order_is_refused_by_name(suite):
    weak = multikey_of(b"\x01" + bytes(31))

    assert outcome(with_proof(ONCE[suite], verificationMethod=f"did:key:{weak}#{weak}")) == (
        "failed",
        "key_small_order",
    )


@both_suites
def test_a_cryptosuite_for_one_kind_of_key_is_refused_with_another(suite):
    text = multibase_encode(b"\x80\x24" + bytes(33))

    assert outcome(with_proof(ONCE[suite], verificationMethod=f"did:key:{text}#{text}")) == (
        "failed",
        "cryptosuite_key_mismatch",
    )


@both_suites
def test_an_expired_proof_is_refused_from_its_end_on(suite):
    document = signed(cryptosuite=suite, expires=LATER)

    assert outcome(document, at=LATER - timedelta(seconds=1)) == ("passed", "proof_passed")
    assert outcome(document, at=LATER) == ("failed", "proof_expired")
    assert outcome(document) == ("passed", "proof_passed")


@both_suites
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"domain": ["b.example", "a.example"], "challenge": "abc"}, "proof_passed"),
        ({}, "proof_passed"),
        ({"domain": "a.example"}, "domain_wrong"),
        ({"domain": ["a.example", "b.example", "c.example"]}, "domain_wrong"),
        ({"domain": []}, "domain_wrong"),
        ({"challenge": "abd"}, "challenge_wrong"),
        ({"challenge": ""}, "challenge_wrong"),
    ],
)
def test_domain_and_challenge_must_be_those_that_were_asked_for(suite, asked, code):
    assert outcome(ONCE[suite], **asked)[1] == code


def test_one_domain_may_be_written_as_a_text_alone():
    document = signed(domain="a.example", challenge="x")

    assert document["proof"]["domain"] == "a.example"
    assert outcome(document, domain="a.example")[0] == outcome(document, domain=["a.example"])[0] == "passed"
    assert outcome(signed(), domain="a.example") == ("failed", "domain_wrong")
    assert outcome(signed(), challenge="x") == ("failed", "challenge_wrong")


@both_suites
def test_a_proof_for_authentication_holds_where_that_is_asked_for(suite):
    document = signed(cryptosuite=suite, purpose="authentication")

    assert outcome(document, purpose="authentication") == ("passed", "proof_passed")
    assert outcome(document) == ("failed", "purpose_wrong")


def key_with(**changes):
    method = did.VerificationMethod(
        id=ISSUER.verification_method, controller=ISSUER.controller, public_key=ISSUER.public_key
    )
    return did.resolver(
        {method.id: did.VerificationMethod(**{f: getattr(method, f) for f in method.__struct_fields__} | changes)}
    )


def test_a_key_may_do_only_what_its_controller_allows():
    only_login = key_with(purposes=frozenset(("authentication",)))

    assert outcome(signed(), key_of=only_login) == ("failed", "purpose_not_authorised")
    assert outcome(signed(purpose="authentication"), key_of=only_login, purpose="authentication")[0] == "passed"


def test_a_key_that_has_ended_verifies_nothing_from_then_on():
    assert outcome(signed(), key_of=key_with(revoked=LATER), at=LATER) == ("failed", "method_revoked")
    assert outcome(signed(), key_of=key_with(expires=LATER), at=LATER) == ("failed", "method_expired")
    assert outcome(signed(), key_of=key_with(expires=LATER, revoked=LATER), at=AT)[0] == "passed"


@both_suites
def test_what_another_than_the_issuer_has_signed_is_refused(suite):
    document = signed(signer=STRANGER, cryptosuite=suite)

    assert outcome(document, controllers=[ISSUER.controller]) == ("failed", "controller_wrong")
    assert outcome(document)[0] == "passed"


def test_the_message_says_what_was_found_and_what_was_expected():
    report = checked(with_proof(signed(), proofPurpose="authentication"))

    assert report.message == (
        "the proof was made for another purpose: expected assertionMethod, found 'authentication'."
    )


# ---------------------------------------------------------------- sets and chains


def both_signed(suite=RDFC, **second):
    return signed(signed(cryptosuite=suite, id="urn:uuid:1"), WITNESS, cryptosuite=suite, **second)


@both_suites
def test_all_proofs_of_a_set_must_hold_and_the_one_that_does_not_is_named(suite):
    document = both_signed(suite)
    one, two = document["proof"]

    assert checked(document).message == "All 2 proofs hold."
    spoilt = checked(document | {"proof": [one, two | {"proofValue": one["proofValue"]}]})
    assert (spoilt.result, spoilt.code) == ("failed", "signature_invalid")
    assert spoilt.message.startswith("Proof 2 of 2: ")
    assert [each.result for each in spoilt.proofs] == ["passed", "failed"]


def test_a_set_may_have_a_proof_of_each_suite_and_any_order():
    document = signed(signed(), cryptosuite=JCS)

    assert checked(document).result == "passed"
    assert checked(document | {"proof": document["proof"][::-1]}).result == "passed"


def test_both_sides_must_have_signed_where_both_must():
    sides = [ISSUER.controller, WITNESS.controller]

    assert outcome(both_signed(), controllers=sides)[0] == "passed"
    assert outcome(signed(), controllers=sides) == ("failed", "controller_wrong")
    assert outcome(both_signed(), controllers=[STRANGER.controller]) == ("failed", "controller_wrong")


def test_further_proofs_by_others_do_no_harm():
    assert outcome(both_signed(), controllers=[ISSUER.controller])[0] == "passed"


def test_a_proof_of_an_unsupported_kind_beside_a_supported_one_is_unknown_and_does_no_harm():
    document = signed()
    other = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofValue": "u"}

    report = checked(document | {"proof": [other, document["proof"]]}, controllers=[ISSUER.controller])

    assert report.result == "passed"
    assert [(each.result, each.code) for each in report.proofs] == [
        ("unknown", "cryptosuite_unsupported"),
        ("passed", "proof_passed"),
    ]
    assert "1 of 2" in report.message


def test_a_strangers_proof_beside_one_of_an_unsupported_kind_confirms_nothing():
    document = signed(signer=STRANGER)
    other = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofValue": "u"}

    assert outcome(document | {"proof": [other, document["proof"]]}, controllers=[ISSUER.controller]) == (
        "unknown",
        "cryptosuite_unsupported",
    )


def test_a_key_that_cannot_be_looked_up_leaves_the_whole_unknown():
    web = SeedSigner(bytes(32), controller="did:web:academy.example")

    assert outcome(signed(signed(), web)) == ("unknown", "did_not_resolved")


@both_suites
def test_a_chain_holds_and_signs_the_proofs_that_it_names(suite):
    document = both_signed(suite, previous="urn:uuid:1")
    one, two = document["proof"]

    assert checked(document).result == "passed"
    without = {name: value for name, value in two.items() if name != "previousProof"}
    assert outcome(document | {"proof": [one, without]}) == ("failed", "signature_invalid")
    assert outcome(document | {"proof": two}) == ("failed", "previous_proof_missing")


@both_suites
def test_a_proof_replaced_under_a_chain_breaks_what_builds_upon_it(suite):
    document = both_signed(suite, previous=["urn:uuid:1"])
    rival = signed(signer=STRANGER, cryptosuite=suite, id="urn:uuid:1")["proof"]

    report = checked(document | {"proof": [rival, document["proof"][1]]})

    assert [(each.result, each.code) for each in report.proofs] == [
        ("passed", "proof_passed"),
        ("failed", "signature_invalid"),
    ]


@both_suites
def test_what_builds_upon_a_proof_that_does_not_hold_does_not_hold_either(suite):
    document = both_signed(suite, previous="urn:uuid:1")
    one, two = document["proof"]
    report = checked(document | {"proof": [two, one | {"created": "2026-06-01T08:00:01Z"}]})

    assert [each.code for each in report.proofs] == ["previous_proof_failed", "signature_invalid"]
    assert report.code == "signature_invalid"
    unknown = checked(document | {"proof": [one | {"cryptosuite": "bbs-2023"}, two]})
    assert [each.code for each in unknown.proofs] == ["cryptosuite_unsupported", "previous_proof_unknown"]
    assert unknown.result == "unknown"


def test_proofs_that_name_each_other_in_a_circle_are_refused():
    one = {**ONCE[JCS]["proof"], "id": "urn:1", "previousProof": "urn:2", "domain": "a"}
    two = {**one, "id": "urn:2", "previousProof": ["urn:1"]}

    report = checked(CREDENTIAL | {"proof": [one, two]})

    assert {each.code for each in report.proofs} == {"previous_proof_cycle"}


def test_a_long_chain_is_checked_once_for_each_proof():
    document, asked = CREDENTIAL, []
    for number in range(proof.MAX_PROOFS):
        before = [f"urn:{earlier}" for earlier in range(number)] or None
        document = signed(document, cryptosuite=JCS, id=f"urn:{number}", previous=before)

    def key_of(url):
        asked.append(url)
        return KEY_OF(url)

    assert checked(document, key_of=key_of).result == "passed"
    assert len(asked) == proof.MAX_PROOFS
    assert outcome(document | {"proof": [*document["proof"], document["proof"][0] | {"id": "urn:x"}]}) == (
        "failed",
        "proof_too_many",
    )


def test_two_proofs_of_one_id_are_refused():
    document = signed(id="urn:1")

    assert outcome(document | {"proof": [document["proof"]] * 2}) == ("failed", "proof_id_repeated")
    assert refused(signed, document, id="urn:1") == "proof_id_repeated"


def test_adding_refuses_what_checking_would_not_take():
    assert refused(signed, previous="urn:1") == "previous_proof_missing"
    assert refused(signed, cryptosuite="ed25519") == "cryptosuite_unsupported"
    assert refused(signed, CREDENTIAL | {"proof": "x"}) == "proof_malformed"


def test_cached_configurations_of_one_set_of_contexts_are_not_used_for_another():
    document = signed()

    assert outcome(document)[0] == "passed"
    assert outcome(document, contexts=ContextSet([])) == ("unknown", "context_unknown")
    assert outcome(document, contexts=DEFAULT.including())[0] == "passed"


@pytest.mark.parametrize(
    ("file", "code"), [("credentials-v2.json", "context_changed"), ("none.json", "context_missing")]
)
def test_contexts_that_are_not_installed_as_pinned_leave_it_unknown(file, code):
    pinned = PinnedContext(url=CREDENTIAL["@context"][0], sha256="0" * 64, file=file)

    assert outcome(signed(), contexts=ContextSet([pinned])) == ("unknown", code)


def test_the_value_of_a_proof_is_64_bytes_in_multibase():
    assert len(multibase_decode(signed()["proof"]["proofValue"])) == 64


# ---------------------------------------------------------------- whatever comes

texts = st.sampled_from(
    ["", "x", "urn:1", "did:key:z6Mk#z6Mk", "did:web:x.example#1", "z2", "2026-06-01T08:00:00Z", *proof.CRYPTOSUITES]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-1, 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
members = st.sampled_from([*ONCE[JCS]["proof"], "expires", "previousProof", "nonce"])


@both_suites
@given(changes=st.dictionaries(members, anything, min_size=1, max_size=3), beside=st.lists(anything, max_size=2))
def test_whatever_stands_in_a_proof_is_told_and_not_raised(suite, changes, beside):
    spoilt = ONCE[suite]["proof"] | changes
    document = CREDENTIAL | {"proof": [spoilt, *beside] if beside else spoilt}

    report = checked(document, at=AT, domain="x", challenge="x", controllers=[ISSUER.controller])

    assert report.result in ("failed", "unknown")
    assert report.code
    assert report.message


@both_suites
@settings(deadline=None, max_examples=30)
@given(document=anything)
def test_whatever_stands_where_a_document_should_is_told_and_not_raised(suite, document):
    for whole in (document, {"proof": ONCE[suite]["proof"], "rest": document}, CREDENTIAL | {"proof": document}):
        content = orjson.dumps(whole)

        assert checked(Reading(content)).result in ("failed", "unknown")


# ---------------------------------------------------------------- from the bytes


@both_suites
@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_that_was_read_from_its_bytes_comes_out_as_one_that_was_decoded(suite, indent):
    chained = both_signed(suite, previous="urn:uuid:1")
    swapped = chained | {"proof": [chained["proof"][1], chained["proof"][0]]}

    for document in (
        chained,
        swapped,
        ONCE[suite],
        ONCE[suite] | {"name": "x"},
        CREDENTIAL,
        CREDENTIAL | {"proof": []},
    ):
        for _ in range(2):  # the second time the shape is known
            assert checked(Reading(json.dumps(document, indent=indent).encode())) == checked(document)


def test_a_proof_of_its_own_contexts_is_refused_from_the_bytes_too():
    document = with_proof(signed(), **{"@context": ["https://w3id.org/security/data-integrity/v2"]})

    assert checked(Reading(json.dumps(document).encode())).code == "proof_context_wrong"


@pytest.mark.parametrize("cryptosuite", proof.CRYPTOSUITES)
def test_a_large_document_is_not_put_in_order_again_for_every_proof_of_a_chain(cryptosuite):
    document = {**CREDENTIAL, "description": "x" * 300_000}
    for number in range(3):
        before = f"urn:{number - 1}" if number else None
        document = signed(document, cryptosuite=cryptosuite, id=f"urn:{number}", previous=before)

    report = checked(document)

    assert [(each.result, each.code) for each in report.proofs] == [
        ("passed", "proof_passed"),
        ("unknown", "canonicalisation_too_costly"),
        ("unknown", "previous_proof_unknown"),
    ]


def test_a_large_document_may_bear_any_number_of_proofs_that_do_not_build_upon_each_other():
    document = {**CREDENTIAL, "description": "x" * 300_000}
    for number in range(4):
        document = signed(document, cryptosuite=proof.CRYPTOSUITES[number % 2])

    assert outcome(document) == ("passed", "proof_passed")
