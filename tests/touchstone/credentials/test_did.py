# SPDX-License-Identifier: Apache-2.0
"""From the URL of a verification method to its key."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.credentials import did, ed25519
from touchstone.credentials.multikey import multibase_encode, multikey_of
from touchstone.errors import CredentialError, InputError

PUBLIC_KEY = ed25519.private_key(bytes(range(32))).public_key
OTHER_KEY = ed25519.private_key(bytes(32)).public_key
MULTIKEY = multikey_of(PUBLIC_KEY)
WEB = "did:web:academy.example"
METHOD = f"{WEB}#key-1"


def code_of(url, **given):
    with pytest.raises(CredentialError) as refused:
        did.resolve(url, **given)
    return refused.value.code


def document(*, of=WEB, purposes=("assertionMethod",), **changes):
    """A DID document with one key, and whatever is changed about the key."""
    key = {"id": METHOD, "type": "Multikey", "controller": WEB, "publicKeyMultibase": MULTIKEY} | changes
    return {"id": of, "verificationMethod": [key], **{purpose: [METHOD] for purpose in purposes}}


def serving(content):
    """What a web server would give out, whatever is asked of it."""
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return {"retrieve": lambda address: text}


# ---------------------------------------------------------------- did:key and did:jwk


@given(st.binary(min_size=32, max_size=32))
def test_a_did_key_is_its_own_document(public_key):
    text = multikey_of(public_key)

    method = did.resolve(f"did:key:{text}#{text}")

    assert method.public_key == public_key
    assert method.controller == f"did:key:{text}"
    assert method.purposes == did.SIGNING_PURPOSES


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (f"did:key:{MULTIKEY}", "did_invalid"),
        (f"did:key:{MULTIKEY}#", "did_invalid"),
        (f"did:key:{MULTIKEY}#key-1", "method_not_found"),
        (f"did:key:{MULTIKEY}#{MULTIKEY}#{MULTIKEY}", "method_not_found"),
        ("did:key:u7QEx#u7QEx", "multibase_invalid"),
        ("did:key:#z6Mk", "multibase_invalid"),
        ("did:key:" + "z" * 3000, "did_invalid"),
        ("did:ebsi:zvHWX#key-1", "did_method_unsupported"),
        ("https://academy.example/keys#1", "did_method_unsupported"),
        ("", "did_invalid"),
    ],
)
def test_what_names_no_key_is_refused(url, code):
    assert code_of(url) == code


def test_a_did_key_of_another_curve_is_refused_as_another_type_of_key():
    text = multibase_encode(b"\x80\x24" + bytes(33))

    assert code_of(f"did:key:{text}#{text}") == "key_type_unsupported"


def jwk(**members):
    encoded = base64.urlsafe_b64encode(json.dumps(members).encode()).rstrip(b"=").decode()
    return f"did:jwk:{encoded}#0"


X = base64.urlsafe_b64encode(PUBLIC_KEY).rstrip(b"=").decode()


@given(st.binary(min_size=32, max_size=32))
def test_a_did_jwk_is_its_own_document(public_key):
    x = base64.urlsafe_b64encode(public_key).rstrip(b"=").decode()
    url = jwk(kty="OKP", crv="Ed25519", x=x)

    method = did.resolve(url)

    assert (method.public_key, method.controller) == (public_key, url.removesuffix("#0"))


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"kty": "OKP", "crv": "Ed25519", "x": X, "d": X}, "private_key_published"),
        ({"kty": "OKP", "crv": "X25519", "x": X}, "key_type_unsupported"),
        ({"kty": "EC", "crv": "P-256", "x": X, "y": X}, "key_type_unsupported"),
        ({"kty": "oct", "k": X}, "key_type_unsupported"),
        ({"kty": "OKP", "crv": "Ed25519", "x": X[:-3]}, "key_length"),
        ({"kty": "OKP", "crv": "Ed25519", "x": X + "="}, "did_document_invalid"),
        ({"kty": "OKP", "crv": "Ed25519", "x": X[:-1] + "9"}, "did_document_invalid"),
        ({"kty": "OKP", "crv": "Ed25519"}, "did_document_invalid"),
        ({"kty": "OKP", "crv": "Ed25519", "x": X, "use": "enc"}, "method_not_found"),
    ],
)
def test_a_did_jwk_that_is_no_public_signing_key_is_refused(members, code):
    assert code_of(jwk(**members)) == code


def test_a_did_jwk_has_one_name_only():
    good = jwk(kty="OKP", crv="Ed25519", x=X, use="sig")

    assert did.resolve(good).public_key == PUBLIC_KEY
    assert code_of(good[:-1] + "1") == "method_not_found"
    assert code_of(good.replace("#0", "=#0")) == "did_invalid"
    assert code_of("did:jwk:bm90IGpzb24#0") == "json_invalid"


# ---------------------------------------------------------------- did:web


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("did:web:academy.example", "https://academy.example/.well-known/did.json"),
        ("did:web:Academy.Example", "https://academy.example/.well-known/did.json"),
        ("did:web:academy.example%3A8443", "https://academy.example:8443/.well-known/did.json"),
        ("did:web:academy.example%3a8443:people:li", "https://academy.example:8443/people/li/did.json"),
        ("did:web:localhost%3A8000", "https://localhost:8000/.well-known/did.json"),
        ("did:web:xn--fiq228c.example:a%20b", "https://xn--fiq228c.example/a%20b/did.json"),
    ],
)
def test_a_did_web_stands_at_one_https_address(name, address):
    assert did.web_address(name) == address


@pytest.mark.parametrize(
    "name",
    [
        "did:web:",
        "did:web:127.0.0.1",
        "did:web:10.1",
        "did:web:2130706433",
        "did:web:[::1]",
        "did:web:%5B::1%5D",
        "did:web:user@academy.example",
        "did:web:academy.example%40evil.example",
        "did:web:academy.example/evil",
        "did:web:academy.example%2Fevil",
        "did:web:academy.example?x",
        "did:web:academy.example%3A0",
        "did:web:academy.example%3A65536",
        "did:web:academy.example%3A",
        "did:web:academy.example%3A80%3A80",
        "did:web:academy..example",
        "did:web:-academy.example",
        "did:web:academy.example::li",
        "did:web:academy.example:..:li",
        "did:web:academy.example:%2e%2e:li",
        "did:web:academy.example:a%2Fb",
        "did:web:academy.example:a%00",
        "did:web:academy.example:李",
        "did:web:academy.example\n",
        "did:web:" + "a" * 64 + ".example",
        "did:web:" + "a." * 127 + "example",
    ],
)
def test_a_did_web_that_could_lead_elsewhere_is_refused(name):
    with pytest.raises(CredentialError) as refused:
        did.web_address(name)
    assert refused.value.code == "did_invalid"


def test_the_method_is_found_in_the_document_that_is_fetched():
    asked = []

    def retrieve(address):
        asked.append(address)
        return json.dumps(document(purposes=("assertionMethod", "authentication"))).encode()

    method = did.resolve(METHOD, retrieve=retrieve)

    assert asked == ["https://academy.example/.well-known/did.json"]
    assert (method.public_key, method.controller) == (PUBLIC_KEY, WEB)
    assert method.purposes == {"assertionMethod", "authentication"}


def test_a_key_may_be_described_by_jwk_and_within_its_relationship_and_by_its_fragment_alone():
    by_jwk = document(publicKeyJwk={"kty": "OKP", "crv": "Ed25519", "x": X})
    del by_jwk["verificationMethod"][0]["publicKeyMultibase"]
    embedded = {"id": WEB, "authentication": document(id="#key-1")["verificationMethod"]}

    assert did.resolve(METHOD, **serving(by_jwk)).public_key == PUBLIC_KEY
    found = did.resolve(METHOD, **serving(embedded))
    assert (found.public_key, found.purposes) == (PUBLIC_KEY, {"authentication"})


def test_a_key_in_no_relationship_may_do_nothing():
    assert did.resolve(METHOD, **serving(document(purposes=()))).purposes == frozenset()


def test_the_ends_of_a_key_are_read():
    method = did.resolve(
        METHOD, **serving(document(expires="2027-01-01T00:00:00Z", revoked="2026-06-01T08:00:00+08:00"))
    )

    assert method.expires == datetime(2027, 1, 1, tzinfo=UTC)
    assert method.revoked == datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (document(of="did:web:other.example"), "did_document_invalid"),
        (document(controller="did:web:ministry.example"), "method_controller_wrong"),
        (document(id=f"{WEB}#key-2"), "method_not_found"),
        (document(type="JsonWebKey2020", publicKeyMultibase=5), "multibase_invalid"),
        (document(publicKeyMultibase=multibase_encode(b"\x80\x24" + bytes(33))), "key_type_unsupported"),
        (document(secretKeyMultibase="z3u2"), "private_key_published"),
        (document(revoked="yesterday"), "did_document_invalid"),
        (document() | {"assertionMethod": METHOD}, "did_document_invalid"),
        (
            document() | {"authentication": [document()["verificationMethod"][0] | {"type": "Other"}]},
            "did_document_invalid",
        ),
        ([], "did_document_invalid"),
        (b"<html>", "json_invalid"),
        (b'{"id":"a","id":"b"}', "duplicate_key"),
        (b" " * 70_000, "too_large"),
    ],
)
def test_a_document_that_does_not_vouch_for_the_key_is_refused(content, code):
    assert code_of(METHOD, **serving(content)) == code


def test_a_key_described_in_no_known_way_is_of_an_unsupported_type():
    unknown = document(publicKeyPem="…")
    del unknown["verificationMethod"][0]["publicKeyMultibase"]

    assert code_of(METHOD, **serving(unknown)) == "key_type_unsupported"


@pytest.mark.parametrize("failure", [InputError("the host is private"), TimeoutError("timed out")])
def test_what_cannot_be_fetched_is_not_resolved(failure):
    def retrieve(address):
        raise failure

    assert code_of(METHOD, retrieve=retrieve) == "did_not_resolved"
    assert code_of(METHOD) == "did_not_resolved"


def test_what_is_known_is_not_asked_of_a_web_server():
    known = did.VerificationMethod(id=METHOD, controller=WEB, public_key=PUBLIC_KEY)
    rival = document(publicKeyMultibase=multikey_of(OTHER_KEY))

    key_of = did.resolver({METHOD: known}, **serving(rival))

    assert key_of(METHOD).public_key == PUBLIC_KEY
    assert key_of(f"did:key:{MULTIKEY}#{MULTIKEY}").public_key == PUBLIC_KEY
