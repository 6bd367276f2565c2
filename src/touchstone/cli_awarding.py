# SPDX-License-Identifier: Apache-2.0
"""What a body awards, as credentials: ``credential award`` a recognition decision, ``qualify`` who passed a qualification, and ``results``
of a joint examination, each region's by its own body; and ``bundle`` what somebody has towards
a qualification. The same command again gives the same credentials.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from touchstone.cli_evidence import Challenge, Domain, Fetch, lists_at_hand
from touchstone.cli_issuing import SOME_REFUSED, Out, export_issued, issued_files, make_lists, named, told_where
from touchstone.cli_shared import (
    Documents,
    Json,
    Key,
    Library,
    Method,
    Trust,
    counted,
    load_documents,
    load_trust,
    now,
    open_key,
    option_of,
    print_plain,
    rulebook_of,
    told_of,
)
from touchstone.cli_standards import ModeOption, Qualifications, examined
from touchstone.cli_status import Days, keys_in
from touchstone.errors import InputError

if TYPE_CHECKING:
    from touchstone.credentials.credential import Issuer
    from touchstone.credentials.issuing import IssuingRequest, Outcome
    from touchstone.credentials.register import PublishedList
    from touchstone.credentials.signer import Signer
    from touchstone.recognition import Receipt
    from touchstone.recognition.awarding import Award
    from touchstone.standards import Document, TrustRegistry

Subject = Annotated[
    str,
    typer.Option(
        "--subject", metavar="DID", help="The holder, as her wallet names her; nobody checks that it is hers."
    ),
]
Presented = Annotated[
    Path | None,
    typer.Option(
        "--presentation", metavar="FILE",
        help="The holder is who presented this to you: checked, unlike --subject; needs --domain, --challenge and --trust.",
    ),
]  # fmt: skip
ListsAtHand = Annotated[
    list[Path] | None,
    typer.Option(
        "--status-list",
        metavar="FILE",
        help="A status list of what was presented, instead of fetching; may be repeated.",
    ),
]
Body = Annotated[str, typer.Option("--name", metavar="TEXT", help="What your body is called.")]
StatusUrl = Annotated[
    str, typer.Option("--status", metavar="URL", help="Below which address you publish status lists.")
]
Lang = Annotated[str, typer.Option("--lang", metavar="LANG", help="The language of its texts.")]
Assurance = Annotated[
    str,
    typer.Option(
        "--assurance",
        metavar="WORD",
        help="Who assessed: self_declared, employer_attested, provider_assessed or authority_assessed.",
    ),
]

DRAWN = "urn:x-touchstone:drawn"
"""Stands for what is drawn when a credential is issued: its id, and a pseudonym where no wallet is known."""


def register(credential_app: typer.Typer) -> None:
    """Add the commands to ``touchstone credential``."""
    for command in (award, qualify, results, bundle):
        credential_app.command()(command)


# ---------------------------------------------------------------- a recognition decision


def award(
    receipt_file: Annotated[
        Path, typer.Argument(help="A receipt that `recognise --save` wrote, or the PDF of one.", metavar="RECEIPT")
    ],
    key: Key,
    name: Body,
    status: StatusUrl,
    out: Out,
    subject: Subject = "",
    presentation: Presented = None,
    domain: Domain = "",
    challenge: Challenge = "",
    status_list: ListsAtHand = None,
    fetch: Fetch = False,
    documents: Documents = None,
    library: Library = False,
    trust: Trust = None,
    lang: Lang = "en",
    method: Method = "",
    days: Days = 30,
    json: Json = False,
) -> None:
    """Issue a recognition decision as a credential of the deciding body, once it has been derived again from its receipt.

    With --presentation, only to who proved to be its holder, and showed every credential on which it was decided: each is verified anew,
    must say what the receipt says of it, and must still be valid.
    """
    from touchstone.cli_credentials import presentation_in
    from touchstone.recognition import load_receipt
    from touchstone.recognition.awarding import check_region, refuse_unproven
    from touchstone.recognition.from_wallet import evidence_shown
    from touchstone.recognition.receipt import rulebook_of as rulebook_of_receipt
    from touchstone.standards.digest import digest

    receipt = load_receipt(receipt_file)
    desk = _Desk(open_key(key, method), key, _address(status), out, days, "recognition decisions")
    given = [item.document for item in load_documents(documents, library=library)]
    registry = load_trust(trust) if trust else None
    if registry:
        check_region(registry, desk.signer.controller, receipt.request.to)
    holder = _holder(subject, presentation, domain, challenge, registry)
    form = _form(desk.issuer(name, lang), holder, lang)
    document = told_of(receipt_file, lambda: _decided(receipt, given, registry, form))
    if presentation and registry:
        edition = rulebook_of_receipt(receipt, given, registry).edition(receipt.request.decided_on)
        lists, content = lists_at_hand({}, status_list, fetch=fetch), presentation_in(presentation)
        shown = evidence_shown(content, registry, now(), lists, edition, domain=domain, challenge=challenge)
        told_of(presentation, lambda: refuse_unproven(receipt, shown))
    ((outcome, place),) = desk.issue([_request(_key_of(digest(receipt), form.subject), document)])
    content = _content(outcome)
    if json:
        print_plain({"file": str(place), "outcome": receipt.decision.outcome, "bytes": len(content)})
        return
    typer.echo(f"{place}: {receipt.decision.outcome}, issued. Give it to the holder, and publish {desk.list_files}.")


def _decided(receipt: Receipt, given: list[Document], registry: TrustRegistry | None, form: Award) -> dict[str, Any]:
    """Return the credential of a decision; one that does not come out again is not issued."""
    from touchstone.recognition import recheck
    from touchstone.recognition.awarding import credential_of_decision
    from touchstone.recognition.receipt import rulebook_of as rulebook_of_receipt

    recheck(receipt, given, registry)
    return credential_of_decision(receipt, rulebook_of_receipt(receipt, given, registry), form)


# ---------------------------------------------------------------- a qualification


def qualify(
    qualification: Annotated[str, typer.Argument(help="The id of the qualification.", metavar="QUALIFICATION")],
    key: Key,
    name: Body,
    status: StatusUrl,
    out: Out,
    subject: Subject = "",
    presentation: Presented = None,
    domain: Domain = "",
    challenge: Challenge = "",
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="The day on which it was passed; today if absent.")
    ] = "",
    assurance: Assurance = "",
    documents: Documents = None,
    library: Library = False,
    trust: Trust = None,
    lang: Lang = "en",
    method: Method = "",
    days: Days = 30,
    json: Json = False,
) -> None:
    """Issue a qualification that somebody has passed as a credential of its awarding body: she holds it by that."""
    from touchstone.recognition.awarding import credential_of_qualification, qualification_on

    day = _day(on)
    desk = _Desk(open_key(key, method), key, _address(status), out, days, "qualifications")
    passed = qualification_on(day, qualification, rulebook_of(load_documents(documents, library=library)))
    holder = _holder(subject, presentation, domain, challenge, load_trust(trust) if trust else None)
    form = _form(desk.issuer(name, lang), holder, lang)
    document = credential_of_qualification(passed, form, awarded=day, assurance=_assurance(assurance))
    request = _request(_key_of(passed.id, passed.version, form.subject, day.isoformat()), document)
    ((outcome, place),) = desk.issue([request])
    content = _content(outcome)
    if json:
        print_plain({"file": str(place), "qualification": passed.id, "version": passed.version, "bytes": len(content)})
        return
    typer.echo(
        f"{place}: {passed.id} version {passed.version}, issued. Give it to the holder, and publish {desk.list_files}."
    )


# ---------------------------------------------------------------- a joint examination


def results(
    session: Annotated[Path, typer.Argument(help="The candidates of one examination.", metavar="SESSION")],
    qualifications: Qualifications,
    region: Annotated[
        str, typer.Option("--region", metavar="REGION", help="Your region: its certificates are issued.")
    ],
    key: Key,
    name: Body,
    status: StatusUrl,
    out: Out,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day of the examination; today if absent.")] = "",
    mode: ModeOption = "all_or_nothing",
    assurance: Assurance = "",
    documents: Documents = None,
    library: Library = False,
    lang: Lang = "en",
    method: Method = "",
    days: Days = 30,
    json: Json = False,
) -> None:
    """Issue one region's certificates of a joint examination to all who earned them, as its own body; each region does so with its own key.

    A candidate's `holder` is the DID of her wallet; without one, a pseudonym is drawn.
    """
    from touchstone.recognition.awarding import credential_of_result
    from touchstone.standards.envelope import Region

    day = _day(on)
    here = option_of("--region", region, Region)
    desk = _Desk(open_key(key, method), key, _address(status), out, days, f"results of joint examinations, {here}")
    rulebook = rulebook_of(load_documents(documents, library=library))
    issuer, assured = desk.issuer(name, lang), _assurance(assurance)
    requests: list[IssuingRequest] = []
    told: list[dict[str, Any]] = []
    for candidate, result in examined(session, qualifications, rulebook, day, mode, here):
        told.append({"candidate": candidate.candidate, "qualification": result.qualification, "result": "not_earned"})
        if result.earned:
            form = _form(issuer, candidate.holder or DRAWN, lang)
            document = credential_of_result(result, rulebook, form, awarded=day, assurance=assured)
            requests.append(_request(_key_of(candidate.candidate, result.qualification, day.isoformat()), document))
            told[-1]["result"] = "issued"
    issued = iter(desk.issue(requests) if requests else ())
    for line in told:
        if line["result"] == "issued":
            line.update(_told_of_outcome(*next(issued)))
    _tell_results(told, told_where(desk.lists, out), json=json)


def _told_of_outcome(outcome: Outcome, place: Path) -> dict[str, Any]:
    if outcome.error:
        return {"result": outcome.result, "code": outcome.error.code, "message": str(outcome.error)}
    return {"result": outcome.result, "file": str(place)}


def _tell_results(told: list[dict[str, Any]], where: str, *, json: bool) -> None:
    if json:
        print_plain(told)
    else:
        for line in told:
            more = line.get("file") or line.get("message") or ""
            typer.echo(f"{line['candidate']}: {line['result'].replace('_', ' ')}" + (f", {more}" if more else ""))
        if any("file" in line for line in told):
            typer.echo(where)
    if any(line["result"] == "refused" for line in told):
        raise typer.Exit(SOME_REFUSED)


# ---------------------------------------------------------------- a learner record


def bundle(
    qualification: Annotated[str, typer.Argument(help="The id of the qualification.", metavar="QUALIFICATION")],
    credentials: Annotated[
        list[Path],
        typer.Argument(help="Credentials as JSON, or the pictures that carry them.", metavar="CREDENTIAL..."),
    ],
    key: Key,
    name: Body,
    status: StatusUrl,
    out: Out,
    trust: Annotated[Path, typer.Option("--trust", metavar="FILE", help="The trust registry that you rely on.")],
    partial: Annotated[
        bool, typer.Option("--partial", help="More is needed for the qualification than is here.")
    ] = False,
    documents: Documents = None,
    library: Library = False,
    lang: Lang = "en",
    method: Method = "",
    days: Days = 30,
    json: Json = False,
) -> None:
    """Bundle credentials of one person towards a qualification into a learner record (CLR 2.0), once each proves sound."""
    from touchstone.cli_credentials import credential_in
    from touchstone.recognition.awarding import qualification_on, record_towards

    desk = _Desk(open_key(key, method), key, _address(status), out, days, "learner records")
    towards = qualification_on(now().date(), qualification, rulebook_of(load_documents(documents, library=library)))
    contents = [credential_in(file) for file in credentials]
    document = record_towards(
        towards, contents, load_trust(trust), id=DRAWN, issuer=desk.issuer(name, lang), at=now(), partial=partial,
        language=lang,
    )  # fmt: skip
    bundled = _key_of(towards.id, towards.version, *(hashlib.sha256(content).hexdigest() for content in contents))
    ((outcome, place),) = desk.issue([_request(bundled, document)])
    content = _content(outcome)
    if json:
        print_plain(
            {"file": str(place), "qualification": towards.id, "credentials": len(contents), "bytes": len(content)}
        )
        return
    towards_it = f"{counted(len(contents), 'credential')} towards {towards.id}"
    typer.echo(f"{place}: {towards_it}, bundled. Give it to the holder, and publish {desk.list_files}.")


# ---------------------------------------------------------------- in common


class _Desk(NamedTuple):
    """Where a body issues: with which key, under which address it publishes, and the folder that remembers what was issued."""

    signer: Signer
    key: Path
    status: str
    out: Path
    days: int
    what: str

    @property
    def lists(self) -> PublishedList:
        """The status lists below the address where it publishes."""
        from touchstone.credentials.register import PublishedList

        return PublishedList(url=self.status)

    @property
    def list_files(self) -> str:
        """The names of the files in which it keeps them."""
        return named(self.lists, self.out)

    def issuer(self, name: str, language: str) -> Issuer:
        """Return the body as the issuer of its credentials."""
        from touchstone.credentials.credential import Issuer

        return Issuer(id=self.signer.controller, name={language: name})

    def issue(self, requests: Sequence[IssuingRequest]) -> list[tuple[Outcome, Path]]:
        """Issue what was not issued before, and return each outcome with the place of its credential."""
        from touchstone.credentials.issuing import issue_group
        from touchstone.credentials.journal import Journal
        from touchstone.credentials.register import SALT_BYTES, own_list

        with Journal(self.out, salt=os.urandom(SALT_BYTES), subject=self.what) as journal:
            make_lists(journal, self.lists, self.signer, keys_in(self.key), self.out, self.days)
            own = own_list(self.lists, journal.salt)
            outcomes = issue_group(requests, self.signer, register=journal, at=now(), status=own)
            export_issued(journal, self.out)
            files = issued_files(journal, self.out)
        return [(each, files.get(each.key, Path())) for each in outcomes]


def _address(status: str) -> str:
    """Return the address below which status lists are published, if it is one."""
    if not re.fullmatch(r"https?://\S+", status):
        raise InputError(
            "this is no address",
            field="--status",
            expected="an address such as https://body.example/status/",
            found=status,
        )
    return status


def _day(on: str) -> dt.date:
    """Return the day of an award, today without one; a day that has begun nowhere on earth yet (UTC+14 is first) is refused."""
    if not on:
        return now().date()
    day, last = option_of("--on", on, dt.date), (now() + dt.timedelta(hours=14)).date()
    if day > last:
        raise InputError(
            "the day of award is after the day of issue", field="--on", expected=f"{last} or before", found=on,
            hint="A credential is issued once it has been awarded.",
        )  # fmt: skip
    return day


def _holder(
    subject: str,
    presentation: Path | None,
    domain: str,
    challenge: str,
    registry: TrustRegistry | None,
) -> str:
    """Return the DID of the holder: as it was given, or of who made a presentation for this body; what is in it was not looked at."""
    if presentation is None:
        if not subject:
            raise InputError(
                "nobody is named as the holder", field="--presentation", hint="Give --presentation, or --subject."
            )
        return subject
    if registry is None or not (domain and challenge):
        raise InputError(
            "a presentation proves nothing without what it must answer", field="--presentation",
            hint="Give the --domain and the --challenge that you sent to its holder, and --trust.",
        )  # fmt: skip
    from touchstone.cli_credentials import presentation_in
    from touchstone.credentials.presentation import read_presentation

    content = presentation_in(presentation)
    holder, _ = told_of(
        presentation, lambda: read_presentation(content, registry, now(), domain=domain, challenge=challenge)
    )
    if subject and subject != holder:
        raise InputError("it was presented by somebody else", field="--subject", expected=holder, found=subject)
    return holder


def _form(issuer: Issuer, subject: str, language: str) -> Award:
    """Return by whom and to whom it is awarded, with placeholders for what is drawn."""
    from touchstone.credentials.identifiers import Did
    from touchstone.recognition.awarding import Award

    holder = subject if subject == DRAWN else option_of("--subject", subject, Did)
    return Award(id=DRAWN, issuer=issuer, subject=holder, valid_from=now(), language=language)


def _request(key: str, document: dict[str, Any]) -> IssuingRequest:
    """Return the request to issue a credential, without what is drawn for it."""
    from touchstone.credentials.issuing import IssuingRequest

    drawn = {member: value for member, value in document.items() if member not in ("id", "validFrom")}
    subject = document["credentialSubject"]
    if subject["id"] == DRAWN:
        drawn["credentialSubject"] = {member: value for member, value in subject.items() if member != "id"}
    return IssuingRequest(key, drawn)


def _key_of(*parts: str) -> str:
    """Return the request key of an award: who and for what. A digest, so that the journal names nobody."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _content(outcome: Outcome) -> bytes:
    if outcome.error:
        raise outcome.error
    return outcome.document


def _assurance(given: str) -> Any:  # noqa: ANN401 - the word that the option holds, or None
    from touchstone.standards.agreement import Assurance as Word

    return option_of("--assurance", given, Word) if given else None  # type: ignore[arg-type]
