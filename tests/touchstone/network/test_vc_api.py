# SPDX-License-Identifier: Apache-2.0
"""The VC-API over HTTP: what it issues it verifies, and whatever is wrong is a 4xx that says so."""

from __future__ import annotations

import datetime as dt
import json
import random
import threading
import urllib.error
import urllib.request

import pytest

from touchstone.credentials.canonical import DEFAULT
from touchstone.credentials.canonical.contexts import CREDENTIALS_V2, DATA_INTEGRITY_V2, PinnedContext
from touchstone.credentials.proof import add_proof
from touchstone.credentials.signer import SeedSigner
from touchstone.network.problem_types import problem_type
from touchstone.network.serving import Request, Server
from touchstone.network.vc_api import VcApi

NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
ADDRESS = "https://localhost:40443"
ISSUER, HOLDER = SeedSigner(bytes(32)), SeedSigner(bytes([1]) * 32)
CREDENTIAL = {
    "@context": [CREDENTIALS_V2],
    "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
    "type": ["VerifiableCredential"],
    "credentialSubject": {"id": "did:example:learner", "name": "Li Na"},
}
ISSUE, VERIFY = "/eddsa-rdfc-2022/credentials/issue", "/credentials/verify"
WITH_STATUS = "/eddsa-rdfc-2022/status/credentials/issue"
PRESENT = "/presentations/verify"


def api(**options):
    options = {"clock": lambda: NOW, "below": random.Random(7).randrange, **options}
    return VcApi(ISSUER, ADDRESS, **options)


def post(service, path, body, kind="application/json"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = service.answer(Request("POST", path, kind, content))
    return answer.status, json.loads(answer.body)


def issued(service, credential=CREDENTIAL, path=ISSUE):
    status, body = post(service, path, {"credential": credential})
    assert status == 201, body
    return body["verifiableCredential"]


def codes(told):
    status, body = told
    assert 400 <= status < 500
    return [error["code"] for error in body["errors"]]


def presented(*credentials, signer=HOLDER, domain="verifier.example", challenge="abc", **more):
    presentation = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": signer.controller,
        **({"verifiableCredential": list(credentials)} if credentials else {}),
        **more,
    }
    return add_proof(
        presentation,
        signer,
        cryptosuite="eddsa-rdfc-2022",
        created=NOW,
        purpose="authentication",
        domain=domain,
        challenge=challenge,
    )


@pytest.fixture(scope="module")
def service():
    return api()


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_what_is_issued_bears_the_issuers_name_and_proof_and_verifies(service, suite):
    credential = issued(
        service,
        {**CREDENTIAL, "issuer": {"id": "did:example:other", "name": "A school"}},
        f"/{suite}/credentials/issue",
    )

    assert credential["issuer"] == {"id": ISSUER.controller, "name": "A school"}
    assert credential["proof"]["cryptosuite"] == suite
    assert post(service, VERIFY, {"verifiableCredential": credential}) == (
        200,
        {"verified": True, "problemDetails": []},
    )


def test_over_a_socket(service):
    server = Server(service.answer, hosts=["localhost"])
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        request = urllib.request.Request(
            f"http://localhost:{server.port}{ISSUE}",
            json.dumps({"credential": CREDENTIAL}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert (answer.status, "proof" in json.load(answer)["verifiableCredential"]) == (201, True)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"http://localhost:{server.port}/elsewhere", timeout=5)
        assert json.load(caught.value)["errors"][0]["code"] == "not_found"
        caught.value.close()
        with urllib.request.urlopen(f"http://localhost:{server.port}/", timeout=5) as page:
            told = page.read().decode()
        assert ISSUER.controller in told
        assert f"POST {VERIFY}" in told
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("signature_invalid", {"credentialSubject": {"id": "did:example:learner", "name": "Li Wei"}}),
        ("term_undefined", {"credentialSubject": {"id": "did:example:learner", "name": "Li Na", "level": 5}}),
        ("term_undefined", {"type": ["VerifiableCredential", "MasterGoldsmith"]}),
        ("signature_invalid", {"issuer": HOLDER.controller}),
        ("context_inline", {"@context": [CREDENTIALS_V2, {"level": "https://example.org/level"}]}),
        ("context_unknown", {"@context": [CREDENTIALS_V2, "https://example.org/context"]}),
        ("issuer_missing", {"issuer": None}),
        ("proof_malformed", {"proof": "zabc"}),
        ("envelope_unsupported", {"type": "EnvelopedVerifiableCredential"}),
    ],
)
def test_a_credential_that_was_changed_does_not_verify(service, code, change):
    assert code in codes(post(service, VERIFY, {"verifiableCredential": {**issued(service), **change}}))


def test_a_credential_that_another_signed_in_the_issuers_name_does_not_verify(service):
    forged = add_proof({**CREDENTIAL, "issuer": ISSUER.controller}, HOLDER, cryptosuite="eddsa-rdfc-2022", created=NOW)

    assert codes(post(service, VERIFY, {"verifiableCredential": forged})) == ["controller_wrong"]


def test_a_refusal_tells_people_and_programs(service):
    status, body = post(service, VERIFY, {"verifiableCredential": {**issued(service), "levelel": 1}})

    (error,) = body["errors"]
    assert (status, body["verified"]) == (400, False)
    assert error["type"] == "https://w3id.org/security#DATA_LOSS_DETECTION_ERROR"
    assert (error["code"], error["status"], error["field"]) == ("term_undefined", 400, "proof")
    assert "levelel" in error["detail"]


@pytest.mark.parametrize(
    ("code", "period"),
    [
        ("expired", {"validFrom": "2025-06-01T08:00:00Z", "validUntil": "2026-06-01T07:59:59Z"}),
        ("not_yet_valid", {"validFrom": "2026-06-01T08:05:01Z"}),
    ],
)
def test_a_credential_outside_its_period_does_not_verify(service, code, period):
    credential = issued(service, {**CREDENTIAL, **period})

    assert codes(post(service, VERIFY, {"verifiableCredential": credential})) == [code]


@pytest.mark.parametrize(
    ("status", "code", "path", "body"),
    [
        (400, "json_invalid", ISSUE, b"{"),
        (400, "empty", ISSUE, b""),
        (400, "not_utf8", VERIFY, b"\xff\xfe"),
        (400, "bom", VERIFY, b"\xef\xbb\xbf{}"),
        (400, "duplicate_key", VERIFY, b'{"verifiableCredential": {}, "verifiableCredential": {}}'),
        (400, "too_deep", VERIFY, b"[" * 100_000),
        (400, "not_finite", ISSUE, b'{"credential": {"a": NaN}}'),
        (400, "not_finite", ISSUE, b'{"credential": {"a": 1e400}}'),
        (400, "integer_too_large", ISSUE, b'{"credential": {"a": 9007199254740992}}'),
        (400, "lone_surrogate", ISSUE, b'{"credential": {"a": "\\ud800"}}'),
        (400, "not_an_object", ISSUE, b"[]"),
        (400, "not_an_object", ISSUE, b"{}"),
        (400, "not_an_object", ISSUE, b'{"credential": "x"}'),
        (400, "not_an_object", VERIFY, b"{}"),
        (400, "not_an_object", PRESENT, b'{"verifiablePresentation": []}'),
        (400, "not_an_object", PRESENT, b'{"options": 5}'),
        (400, "option_malformed", PRESENT, b'{"options": {"domain": {}}}'),
        (400, "context_absent", ISSUE, b'{"credential": {}}'),
        (400, "not_an_object", "/credentials/status", b"{}"),
        (400, "credential_unknown", "/credentials/status", b'{"credentialStatus": {}}'),
        (404, "not_found", "/credentials/issue/", b"{}"),
    ],
)
def test_a_body_that_cannot_be_used_is_a_4xx(service, status, code, path, body):
    told = post(service, path, body)

    assert told[0] == status
    assert code in codes(told)


def test_a_body_of_another_kind_is_refused(service):
    told = post(service, ISSUE, {"credential": CREDENTIAL}, kind="text/plain")

    assert (told[0], codes(told)) == (415, ["media_type_unsupported"])


def nodes(value):
    """Return every place of a document."""
    if isinstance(value, dict):
        return [(value, key) for key in value] + [each for inner in value.values() for each in nodes(inner)]
    if isinstance(value, list):
        return [(value, place) for place in range(len(value))] + [each for inner in value for each in nodes(inner)]
    return []


@pytest.mark.parametrize("path", [ISSUE, VERIFY, PRESENT])
def test_a_document_with_anything_in_any_place_is_answered_and_never_an_error_of_ours(path):
    service = api()
    whole = presented(issued(service, path=WITH_STATUS))
    name = {ISSUE: "credential", VERIFY: "verifiableCredential", PRESENT: "verifiablePresentation"}[path]
    start = whole if path == PRESENT else whole["verifiableCredential"][0]
    chosen = random.Random(4)
    for place in range(len(nodes(start))):
        for value in chosen.sample([None, [], {}, "", 0, [[]], {"id": None}, "urn:x", [None, 1.5, {}]], 3):
            changed = json.loads(json.dumps(start))
            node, key = nodes(changed)[place]
            node[key] = value
            assert post(service, path, {name: changed})[0] in (200, 201, 400)


def test_a_body_full_of_mistakes_is_not_answered_with_a_larger_one(service):
    full = {**CREDENTIAL, "issuer": "did:example:a", "relatedResource": [{}] * 4_000}
    body = json.dumps({"verifiableCredential": full}).encode()

    answer = service.answer(Request("POST", VERIFY, "application/json", body))

    assert (answer.status, len(json.loads(answer.body)["errors"]), len(answer.body) < len(body)) == (400, 20, True)


# ---------------------------------------------------------------- presentations


OPTIONS = {"domain": "verifier.example", "challenge": "abc"}


def test_a_presentation_verifies_with_the_credentials_in_it(service):
    body = {"verifiablePresentation": presented(issued(service), issued(service)), "options": OPTIONS}

    assert post(service, PRESENT, body)[0] == 200


@pytest.mark.parametrize(
    ("code", "made", "options"),
    [
        ("domain_wrong", {"domain": "another.example"}, OPTIONS),
        ("challenge_wrong", {"challenge": "abd"}, OPTIONS),
        ("controller_wrong", {"holder": ISSUER.controller}, OPTIONS),
        ("holder_malformed", {"holder": {}}, OPTIONS),
    ],
)
def test_a_presentation_for_another_purpose_is_refused(service, code, made, options):
    body = {"verifiablePresentation": presented(issued(service), **made), "options": options}

    assert codes(post(service, PRESENT, body)) == [code]


def test_a_presentation_of_too_many_credentials_is_refused_before_any_is_looked_at(service):
    body = {"verifiablePresentation": {**presented(), "verifiableCredential": [{}] * 101}}

    assert codes(post(service, PRESENT, body)) == ["presented_too_many"]


def test_a_presentation_with_one_bad_credential_is_refused_and_says_which(service):
    good = issued(service)
    bad = {**good, "credentialSubject": {"id": "did:example:learner", "name": "Li Wei"}}

    status, body = post(service, PRESENT, {"verifiablePresentation": presented(good, bad), "options": OPTIONS})

    assert (status, body["errors"][0]["field"]) == (400, "verifiableCredential[1].proof")


# ---------------------------------------------------------------- status


def changed(service, credential, purpose, status):
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
    body = {"credentialId": credential["id"], "credentialStatus": entry, "status": status}
    return post(service, "/credentials/status", body)


def test_a_credential_is_suspended_reinstated_and_revoked_for_good():
    service = api()
    credential = issued(service, path=WITH_STATUS)
    asked = {"verifiableCredential": credential}

    assert post(service, VERIFY, asked)[0] == 200
    assert changed(service, credential, "suspension", True) == (200, {})
    assert codes(post(service, VERIFY, asked)) == ["suspended"]
    assert changed(service, credential, "suspension", False) == (200, {})
    assert post(service, VERIFY, asked)[0] == 200
    assert changed(service, credential, "revocation", True) == (200, {})
    assert codes(post(service, VERIFY, asked)) == ["revoked"]
    assert codes(changed(service, credential, "revocation", False)) == ["status_revocation_final"]
    assert codes(changed(service, credential, "honour", True)) == ["status_purpose_unsupported"]
    assert codes(changed(service, credential, "revocation", "yes")) == ["status_malformed"]


def test_a_status_list_is_published_signed_at_the_address_that_credentials_name():
    service = api()
    for entry in issued(service, path=WITH_STATUS)["credentialStatus"]:
        path = entry["statusListCredential"].removeprefix(ADDRESS)
        answer = service.answer(Request("GET", path, "", b""))
        listed = json.loads(answer.body)
        assert (answer.status, listed["id"]) == (200, entry["statusListCredential"])
        assert post(service, VERIFY, {"verifiableCredential": listed})[0] == 200


def test_a_status_list_of_others_is_unknown_unless_it_may_be_fetched():
    elsewhere = VcApi(HOLDER, "https://elsewhere.example", clock=lambda: NOW, below=random.Random(1).randrange)
    credential = issued(elsewhere, path=WITH_STATUS)
    fetched = []

    def retrieve(url, *, max_bytes, seconds):
        fetched.append(url)
        return elsewhere.answer(Request("GET", url.removeprefix("https://elsewhere.example"), "", b"")).body

    asked = {"verifiableCredential": credential}
    assert set(codes(post(api(), VERIFY, asked))) == {"status_list_not_retrieved"}
    assert post(api(retrieve=retrieve), VERIFY, asked)[0] == 200
    assert fetched == [entry["statusListCredential"] for entry in credential["credentialStatus"]]


def test_a_status_list_that_another_signed_says_nothing():
    forger = VcApi(HOLDER, "https://elsewhere.example", clock=lambda: NOW, below=random.Random(1).randrange)
    entry = issued(forger, path=WITH_STATUS)["credentialStatus"][0]

    def retrieve(url, *, max_bytes, seconds):
        return forger.answer(Request("GET", url.removeprefix("https://elsewhere.example"), "", b"")).body

    service = api(retrieve=retrieve)
    credential = issued(service, {**CREDENTIAL, "credentialStatus": entry})
    assert codes(post(service, VERIFY, {"verifiableCredential": credential})) == ["status_list_issuer"]


def test_a_credential_with_many_status_entries_is_not_looked_up(service):
    entries = issued(api(), path=WITH_STATUS)["credentialStatus"] * 5
    credential = issued(service, {**CREDENTIAL, "credentialStatus": entries})

    assert codes(post(service, VERIFY, {"verifiableCredential": credential})) == ["status_too_many"]


def test_an_id_has_one_status_and_a_refused_credential_takes_none():
    service = api(below=lambda below: 5)

    assert codes(post(service, WITH_STATUS, {"credential": {**CREDENTIAL, "level": 5}})) == ["term_undefined"]
    entry = issued(service, path=WITH_STATUS)["credentialStatus"][0]
    assert entry["statusListIndex"] == "5"
    assert codes(post(service, WITH_STATUS, {"credential": CREDENTIAL})) == ["credential_id_repeated"]


# ---------------------------------------------------------------- version 1.1


def test_a_credential_of_version_1_1_is_issued_where_its_context_is_handed_in():
    terms = {term: f"https://www.w3.org/2018/credentials#{term}" for term in ("VerifiableCredential", "issuanceDate")}
    terms |= {
        term: {"@id": f"https://www.w3.org/2018/credentials#{term}", "@type": "@id"}
        for term in ("credentialSubject", "issuer")
    }
    context = {"@context": {"@version": 1.1, "id": "@id", "type": "@type", **terms}}
    version_1 = PinnedContext.of("https://www.w3.org/2018/credentials/v1", json.dumps(context).encode())
    service = api(contexts=DEFAULT.including(version_1))
    old = {
        "@context": [version_1.url],
        "type": ["VerifiableCredential"],
        "issuanceDate": "2020-03-16T22:37:26.544Z",
        "credentialSubject": {"id": "did:example:learner"},
    }

    credential = issued(service, old)

    assert credential["@context"] == [version_1.url, DATA_INTEGRITY_V2]
    assert post(service, VERIFY, {"verifiableCredential": credential})[0] == 200
    undated = {key: value for key, value in old.items() if key != "issuanceDate"}
    assert codes(post(service, ISSUE, {"credential": undated})) == ["time_missing"]
    assert codes(post(api(), ISSUE, {"credential": old})) == ["context_unknown"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("duplicate_key", "vc-data-model#PARSING_ERROR"),
        ("term_undefined", "security#DATA_LOSS_DETECTION_ERROR"),
        ("expired", "vc-data-model#RANGE_ERROR"),
        ("signature_invalid", "vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR"),
        ("proof_missing", "security#PROOF_VERIFICATION_ERROR"),
        ("context_unknown", "security#PROOF_TRANSFORMATION_ERROR"),
        ("domain_wrong", "security#INVALID_DOMAIN_ERROR"),
        ("status_list_not_retrieved", "status-list#STATUS_RETRIEVAL_ERROR"),
        ("revoked", "status-list#STATUS_VERIFICATION_ERROR"),
        ("issuer_missing", "vc-data-model#MALFORMED_VALUE_ERROR"),
    ],
)
def test_a_code_belongs_to_a_problem_type_of_the_standards(code, name):
    assert problem_type(code).endswith(name)


def test_a_proof_that_cannot_be_made_is_another_problem_than_one_that_does_not_hold():
    assert problem_type("proof_missing", issuing=True).endswith("PROOF_GENERATION_ERROR")
