# SPDX-License-Identifier: Apache-2.0
"""The VC-API: issue and verify over HTTP, as the W3C test suites and other people's software ask for it.

https://w3c-ccg.github.io/vc-api/ — here are its issuing and verifying endpoints, status lists, and a page that says so. The handler is
thin: it reads a body strictly, makes one call to the core, and answers. A credential that does not verify is answered with a 4xx.

Status lists live as long as the process: this is for trying out and for test suites, not for a body's own records.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from touchstone.credentials import any_credential, status_list
from touchstone.credentials.canonical import DEFAULT, ContextSet, strict_json
from touchstone.credentials.cryptosuites import CRYPTOSUITES, EDDSA_RDFC_2022
from touchstone.credentials.did import resolver
from touchstone.credentials.finding import Finding, finding_of
from touchstone.credentials.members import string
from touchstone.credentials.retrieving import Retrieved
from touchstone.credentials.signer import Signer
from touchstone.credentials.status_keeping import signed_list
from touchstone.credentials.status_list import PURPOSES, Purpose, StatusList
from touchstone.errors import CredentialError
from touchstone.network.fetch_budget import FetchBudget, Retrieve
from touchstone.network.fetching import MAX_BYTES_STATUS_LIST
from touchstone.network.problem_types import problem_type
from touchstone.network.serving import Answer, Request

Document = dict[str, Any]

MAX_BODY = 512 * 1024
"""Bytes of a request's body: a presentation of a hundred credentials."""

MAX_TOLD = 20
"""Mistakes that one answer tells: a body full of them is not answered with a larger one."""

_JSON = ("application/json", "application/ld+json", "application/vc")


class VcApi:
    """What answers a VC-API's requests; hand :meth:`answer` to a server.

    :param signer: issues; its controller becomes the issuer of whatever is issued.
    :param address: where this is served, without a slash at the end: status lists are named by it.
    :param clock: the present, aware.
    :param below: the randomness of status indexes: a whole number from 0 below its argument.
    :param retrieve: fetches ``did:web`` documents and other people's status lists; without it neither is known.
    :param contexts: the closed set that documents may name.
    """

    def __init__(
        self,
        signer: Signer,
        address: str,
        *,
        clock: Callable[[], dt.datetime],
        below: Callable[[int], int],
        retrieve: Retrieve | None = None,
        contexts: ContextSet = DEFAULT,
    ) -> None:
        self._signer, self._clock, self._contexts = signer, clock, contexts
        self._retrieve = retrieve
        self._lists = _Lists(signer, f"{address}/status-lists", clock, below)
        self._posts: dict[str, Callable[[Document], Answer]] = {
            "/credentials/issue": lambda body: self._issue(body, EDDSA_RDFC_2022, with_status=False),
            "/credentials/verify": self._verify,
            "/credentials/status": self._set_status,
            "/presentations/verify": self._verify_presentation,
        }
        for suite in CRYPTOSUITES:
            for place, with_status in ((suite, False), (f"{suite}/status", True)):
                self._posts[f"/{place}/credentials/issue"] = self._issuer(suite, with_status=with_status)

    @property
    def issuer(self) -> str:
        """The DID in whose name is issued."""
        return self._signer.controller

    def answer(self, request: Request) -> Answer:
        """Answer a request; what is wrong with it is a 4xx."""
        if request.method == "GET":
            return self._get(request.path)
        handle = self._posts.get(request.path)
        if handle is None:
            return _refused(HTTPStatus.NOT_FOUND, [Finding(code="not_found", message="there is nothing at this path")])
        if request.kind not in _JSON:
            found = Finding(code="media_type_unsupported", message=f"a body is one of {', '.join(_JSON)}")
            return _refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, [found])
        try:
            return handle(_object(strict_json.loads(request.body), "body"))
        except CredentialError as error:
            return _refused(HTTPStatus.BAD_REQUEST, [finding_of(error)], issuing=request.path.endswith("/issue"))

    def _get(self, path: str) -> Answer:
        if path == "/":
            return Answer(HTTPStatus.OK, self._about().encode(), "text/plain; charset=utf-8")
        listed = self._lists.published(path.rpartition("/")[2]) if path.startswith("/status-lists/") else None
        if listed is None:
            return _refused(HTTPStatus.NOT_FOUND, [Finding(code="not_found", message="there is nothing at this path")])
        return Answer(HTTPStatus.OK, msgspec.json.encode(listed), "application/ld+json")

    def _about(self) -> str:
        paths = [
            *(f"POST {path}" for path in sorted(self._posts)),
            *(f"GET  /status-lists/{each}" for each in PURPOSES),
        ]
        told = ["Touchstone VC-API (https://w3c-ccg.github.io/vc-api/)", "", f"Issuer: {self.issuer}", "", *paths]
        contexts = ["", "Contexts:", *self._contexts.urls]
        return "\n".join([*told, *contexts, ""])

    def _issuer(self, suite: str, *, with_status: bool) -> Callable[[Document], Answer]:
        return lambda body: self._issue(body, suite, with_status=with_status)

    def _issue(self, body: Document, suite: str, *, with_status: bool) -> Answer:
        credential = _object(body.get("credential"), "credential")
        entries = self._lists.reserve(string(credential.get("id"))) if with_status else []
        try:
            issued = any_credential.issue(
                credential,
                self._signer,
                cryptosuite=suite,
                created=self._clock(),
                status=entries,
                contexts=self._contexts,
            )
        except CredentialError:
            self._lists.release(string(credential.get("id")), entries)
            raise
        return Answer(HTTPStatus.CREATED, msgspec.json.encode({"verifiableCredential": issued}))

    def _verify(self, body: Document) -> Answer:
        fetches = self._fetches()
        found = any_credential.verify(
            body.get("verifiableCredential"),
            resolver(retrieve=fetches),
            self._clock(),
            retrieve=lambda url: self._fetched(url, fetches),
            contexts=self._contexts,
        )
        return _verified(found)

    def _verify_presentation(self, body: Document) -> Answer:
        options, fetches = _object(body.get("options", {}), "options"), self._fetches()
        found = any_credential.verify_presentation(
            body.get("verifiablePresentation"),
            resolver(retrieve=fetches),
            self._clock(),
            domain=_option(options, "domain"),
            challenge=_option(options, "challenge"),
            retrieve=lambda url: self._fetched(url, fetches),
            contexts=self._contexts,
        )
        return _verified(found)

    def _fetches(self) -> FetchBudget | None:
        return FetchBudget(self._retrieve) if self._retrieve else None

    def _set_status(self, body: Document) -> Answer:
        """Set or lift a status: ``{credentialId, credentialStatus: {type, statusPurpose}, status}``."""
        entry = _object(body.get("credentialStatus"), "credentialStatus")
        status = body.get("status", True)
        if not isinstance(status, bool):
            raise CredentialError("status_malformed", "a status is true or false", field="status", found=status)
        self._lists.set(string(body.get("credentialId")), string(entry.get("statusPurpose")), status=status)
        return Answer(HTTPStatus.OK, b"{}")

    def _fetched(self, url: str, fetches: FetchBudget | None) -> Retrieved:
        """Return one of our own lists, or fetch another's."""
        own = self._lists.published_at(url)
        if own is not None:
            return Retrieved(msgspec.json.encode(own), self._clock())
        if fetches is None:
            raise CredentialError("status_list_not_retrieved", "nothing is fetched here", found=url)
        return Retrieved(fetches(url, max_bytes=MAX_BYTES_STATUS_LIST), self._clock())


class _Lists:
    """One status list for each purpose, in memory."""

    def __init__(
        self, signer: Signer, address: str, clock: Callable[[], dt.datetime], below: Callable[[int], int]
    ) -> None:
        self._signer, self._address, self._clock, self._below = signer, address, clock, below
        self._lists = {purpose: status_list.new_list(purpose) for purpose in PURPOSES}
        self._published = {purpose: self._signed(purpose) for purpose in PURPOSES}
        self._taken = bytes(status_list.MINIMUM_BITS // 8)
        self._indexes: dict[str, int] = {}
        self._lock = threading.Lock()

    def reserve(self, credential: str) -> list[Document]:
        """Return the entries of a new credential, at the same random index of each list.

        :param credential: its id, by which its status can be set later; without one it cannot.
        :raises CredentialError: ``credential_id_repeated`` or ``status_list_full``.
        """
        with self._lock:
            if credential in self._indexes:
                raise CredentialError(
                    "credential_id_repeated", "a credential with this id has been issued", found=credential, field="id"
                )
            (index,), self._taken = status_list.allocate(self._taken, self._below)
            if credential:
                self._indexes[credential] = index
        return [
            status_list.status_entry(list_id=f"{self._address}/{purpose}", index=index, purpose=purpose)
            for purpose in PURPOSES
        ]

    def release(self, credential: str, entries: list[Document]) -> None:
        """Take back what was reserved for a credential that was not issued after all."""
        if not entries:
            return
        index = int(entries[0]["statusListIndex"])
        with self._lock:
            self._indexes.pop(credential, None)
            taken = bytearray(self._taken)
            taken[index >> 3] &= ~(0x80 >> (index & 7))
            self._taken = bytes(taken)

    def set(self, credential: str, purpose: str, *, status: bool) -> None:
        """Revoke, suspend, or lift a suspension.

        :raises CredentialError: ``credential_unknown``, ``status_purpose_unsupported`` or ``status_revocation_final``.
        """
        with self._lock:
            if credential not in self._indexes:
                raise CredentialError(
                    "credential_unknown", "no credential with this id was issued here", found=credential
                )
            changed = _changed(self._lists, self._indexes[credential], purpose, status=status)
            self._lists[changed.purpose] = changed
            self._published[changed.purpose] = self._signed(changed.purpose)

    def _signed(self, purpose: Purpose) -> Document:
        return signed_list(self._lists[purpose], f"{self._address}/{purpose}", self._signer, at=self._clock())

    def published(self, purpose: str) -> Document | None:
        """Return the signed list of a purpose as it stood after its last change."""
        with self._lock:
            return next((self._published[each] for each in PURPOSES if each == purpose), None)

    def published_at(self, url: str) -> Document | None:
        """Return the signed list at a URL, if it is one of these."""
        address, _, purpose = url.rpartition("/")
        return self.published(purpose) if address == self._address else None


def _changed(lists: Mapping[Purpose, StatusList], index: int, purpose: str, *, status: bool) -> StatusList:
    if purpose == "suspension":
        change = status_list.suspend if status else status_list.reinstate
        return change(lists["suspension"], index)
    if purpose != "revocation":
        raise CredentialError(
            "status_purpose_unsupported", "this purpose is not known", expected=" or ".join(PURPOSES), found=purpose
        )
    if not status:
        raise CredentialError("status_revocation_final", "a revocation is not lifted; issue a new credential")
    return status_list.revoke(lists["revocation"], index)


def _object(value: object, name: str) -> Document:
    if not isinstance(value, dict):
        raise CredentialError("not_an_object", "a JSON object is expected here", field=name)
    return value


def _option(options: Document, name: str) -> str | None:
    value = options.get(name)
    if value is not None and not isinstance(value, str):
        raise CredentialError("option_malformed", "an option is a text", field=f"options.{name}", found=value)
    return value


def _verified(found: tuple[Finding, ...]) -> Answer:
    if found:
        return _refused(HTTPStatus.BAD_REQUEST, found, verified=False)
    return Answer(HTTPStatus.OK, msgspec.json.encode({"verified": True, "problemDetails": []}))


def _refused(
    status: HTTPStatus, found: list[Finding] | tuple[Finding, ...], *, issuing: bool = False, **more: object
) -> Answer:
    errors = [
        {
            "type": problem_type(each.code, issuing=issuing),
            "code": each.code,
            "title": each.code.replace("_", " "),
            "status": int(status),
            "detail": each.message,
            "message": each.message,
            **({"field": each.field} if each.field else {}),
        }
        for each in found[:MAX_TOLD]
    ]
    return Answer(status, msgspec.json.encode({**more, "errors": errors}))
