# SPDX-License-Identifier: Apache-2.0
"""Revoking, suspending, reinstating and reissuing: one officer proposes, another approves. Each is one transaction."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from touchstone.credentials.issuing import IssuingRequest, issue
from touchstone.credentials.learners import Learner
from touchstone.credentials.privacy import has_identity_number
from touchstone.credentials.register import PublishedList, Reservation, own_list
from touchstone.credentials.signer import Signer
from touchstone.credentials.status_list import Purpose
from touchstone.credentials.template import credential_of
from touchstone.standards.decoding import FieldError, decode
from touchstone.standards.reading import read_json
from touchstone_server import clock
from touchstone_server.access.requests import require
from touchstone_server.access.rules import Action, Actor, Thing
from touchstone_server.accounts.models import User
from touchstone_server.audit.services import record, writing
from touchstone_server.errors import CannotError
from touchstone_server.issuing import drafting, keys, lists
from touchstone_server.issuing.models import Certificate, Row, StatusChange
from touchstone_server.issuing.register import DatabaseRegister
from touchstone_server.issuing.same_person import is_another_spelling, names_one_of
from touchstone_server.issuing.seeking import sought_as
from touchstone_server.passport import services as passport

State = Certificate.State
ALLOWED = {
    State.GOOD: (StatusChange.Kind.REVOKE, StatusChange.Kind.SUSPEND, StatusChange.Kind.REISSUE),
    State.SUSPENDED: (StatusChange.Kind.REINSTATE, StatusChange.Kind.REVOKE, StatusChange.Kind.REISSUE),
    State.REVOKED: (),
}
"""What can be proposed of a certificate in each state; a revocation is for ever."""
CORRECTABLE = ("name", "holder", "awarded")
"""What a new issue may correct."""


LEADS_TO = {StatusChange.Kind.SUSPEND: State.SUSPENDED, StatusChange.Kind.REINSTATE: State.GOOD}
"""What a certificate is after a change; after the others it is revoked."""
FINAL = (StatusChange.Kind.REVOKE, StatusChange.Kind.REISSUE)
"""What ends a certificate for ever: a new issue revokes the one in whose place it stands."""


def is_final(change: StatusChange) -> bool:
    """Tell whether a change cannot be taken back."""
    return change.kind in FINAL


class StatusError(CannotError):
    """A change cannot be proposed or decided; ``code`` says why."""


@writing()
def propose(
    actor: Actor,
    certificate: Certificate,
    kind: StatusChange.Kind,
    reason: str,
    correction: dict[str, str] | None = None,
) -> StatusChange:
    """Propose a change.

    :param correction: for a new issue, what is corrected of the learner.
    :raises Refused: when the actor may not, or the certificate is or would be their own.
    :raises StatusError: ``state``, ``waiting``; ``correction`` when it says nothing that a learner could be; ``somebody_else``
        when the name is no correction of the one that stands there.
    """
    correction = correction or {}
    _require(actor, Action.PROPOSE_STATUS, certificate, certificate.thing, correction)
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if kind not in ALLOWED[State(certificate.state)]:
        raise StatusError("state")
    if certificate.changes.filter(state=StatusChange.State.WAITING).exists():
        raise StatusError("waiting")
    if kind is StatusChange.Kind.REISSUE:
        _corrected(certificate, correction)
    change = StatusChange.objects.create(
        certificate=certificate, kind=kind, reason=reason, correction=correction,
        proposed_by_id=actor.signed_in, proposed=clock.now(),
    )  # fmt: skip
    record(actor, Action.PROPOSE_STATUS, f"certificate:{certificate.id}", organisation=certificate.organisation_id,
           detail={"kind": kind.value, "change": str(change.id)})  # fmt: skip
    return change


@writing()
def decide(actor: Actor, change: StatusChange, *, approved: bool) -> StatusChange:
    """Approve a proposal, so that it counts at once; or decline it.

    :raises Refused: when the actor may not, proposed it, or the certificate is or would be their own.
    :raises StatusError: ``decided``; ``state`` when the certificate is no longer what the proposal was made of.
    :raises KeysUnavailableError: when the list cannot be signed.
    """
    change = StatusChange.objects.select_for_update().get(pk=change.pk)
    certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related(
            "organisation", "group"
        )  # and not the offer: it would be the one that stood there before the lock was had
        .get(pk=change.certificate_id)
    )
    _require(actor, Action.APPROVE_STATUS, certificate, change.thing, change.correction)
    if change.state != StatusChange.State.WAITING:
        raise StatusError("decided")
    if approved and change.kind not in ALLOWED[State(certificate.state)]:
        raise StatusError("state")  # an appeal has suspended it since, or ended it
    change.state = StatusChange.State.DONE if approved else StatusChange.State.DECLINED
    change.decided_by_id, change.decided = actor.signed_in, clock.now()
    change.save(update_fields=["state", "decided_by", "decided"])
    if approved:
        _carry_out(actor, change, certificate, keys.signer_of(certificate.organisation))
    record(actor, Action.APPROVE_STATUS, f"certificate:{certificate.id}", organisation=certificate.organisation_id,
           detail={"kind": change.kind, "change": str(change.id), "approved": approved})  # fmt: skip
    return change


def _carry_out(actor: Actor, change: StatusChange, certificate: Certificate, signer: Signer) -> None:
    kind = StatusChange.Kind(change.kind)
    put(actor, certificate, LEADS_TO.get(kind, State.REVOKED), signer)
    if kind is StatusChange.Kind.REISSUE:
        _issue_anew(actor, change, certificate, signer)


def put(actor: Actor, certificate: Certificate, state: State, signer: Signer | None) -> None:
    """Write what a certificate is from now on, and into its list; a code that nobody has used goes with a revocation.

    Within a transaction that has locked the certificate and asked whether the actor may.

    :param signer: as :func:`lists.change`.
    """
    purpose: Purpose = "revocation" if state is State.REVOKED else "suspension"
    url = _reserved(certificate).urls[purpose]
    lists.change(certificate.organisation, url, certificate.index, signer, value=state is not State.GOOD)
    certificate.state = state
    certificate.save(update_fields=["state"])
    if state is State.REVOKED and certificate.offer and not certificate.offer.claimed:
        passport.withdraw_offer(actor, certificate.offer)


def _issue_anew(actor: Actor, change: StatusChange, old: Certificate, signer: Signer) -> None:
    """Issue the corrected certificate in the old one's place, in its rows and in the passport of whoever has claimed it."""
    learner = _corrected(old, change.correction)
    assert old.group is not None, "what can be issued anew came from a group, or from one that did"
    template = drafting.template_in(old.group)
    register = DatabaseRegister(old.organisation, lock=True)
    status = own_list(PublishedList(url=lists.base_of(old.organisation, "")), register.salt)
    key = f"reissue-{change.id}"
    request = IssuingRequest(key, credential_of(template, learner), template.cryptosuites)
    content = issue(request, signer, register=register, at=change.decided or clock.now(), status=status)
    fresh = Certificate.objects.get(organisation=old.organisation, key=key)
    fresh.group, fresh.name, fresh.shown, fresh.replaces = old.group, learner.name, old.shown, old
    fresh.sought = sought_as(learner.name)
    fresh.learner, fresh.known_as = msgspec.json.encode(learner).decode(), old.known_as
    fresh.offer = passport.succeed(actor, bytes(old.document or b""), content, organisation=old.organisation)
    fresh.save()
    Row.objects.filter(certificate=old).update(certificate=fresh, name=learner.name)


def _corrected(certificate: Certificate, correction: dict[str, str]) -> Learner:
    """Return the learner of a certificate with what is corrected."""
    known = read_json(certificate.learner).tree if certificate.learner else None  # it went with its holder
    changed = {name: value for name, value in correction.items() if name in CORRECTABLE}
    if not isinstance(known, dict) or has_identity_number("\n".join(changed.values())):
        raise StatusError("correction")
    if "name" in changed and not is_another_spelling(changed["name"], certificate.name):
        raise StatusError("somebody_else")
    try:
        return decode({**known, **changed}, Learner)
    except FieldError:
        raise StatusError("correction") from None


def _reserved(certificate: Certificate) -> PublishedList:
    status = msgspec.json.decode(certificate.reservation, type=Reservation).status
    assert status is not None, "what is issued here can always be revoked"
    return status


def _require(
    actor: Actor, action: Action, certificate: Certificate, thing: Thing, correction: Mapping[str, str]
) -> None:
    """Nobody decides about a certificate of their own, nor about one that would become their own."""
    user = User.objects.filter(id=actor.user).first() if actor.user else None
    names = (certificate.name, correction.get("name", ""))
    own = user and any(names_one_of(name, (user.name_han, user.name_latin)) for name in names)
    require(actor, action, thing._replace(person=user.id) if own and user else thing)
