# SPDX-License-Identifier: Apache-2.0
"""The path of trust in one run: made-up parties issue, carry, present, verify, recognise, recheck and revoke, each step in earnest.

Nothing is played: every step calls what the command of the same name calls, on files in one folder, and says whether it came out as it
must. There is no network in it and no clock; the story has its own hours, those of the day on which its person asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from touchstone.credentials import keystore, status_list, wallet
from touchstone.credentials.canonical import strict_json
from touchstone.credentials.credential import Achievement, Badge, Issuer, StatusPlace, build
from touchstone.credentials.did import resolver
from touchstone.credentials.document_proofs import check_document, sign_document
from touchstone.credentials.issuing import IssuingRequest, issue
from touchstone.credentials.presentation import present, verify_presentation
from touchstone.credentials.register import MemoryRegister, PublishedList
from touchstone.credentials.report import CHECKS
from touchstone.credentials.signer import Signer
from touchstone.credentials.status_keeping import set_status, signed_list
from touchstone.credentials.verification import known_methods, verify
from touchstone.library import DEMO, load_library
from touchstone.library.people import load_people
from touchstone.recognition import Decision, Receipt, RecognitionRequest, Rulebook, compile_rulebook, decide, recheck
from touchstone.recognition.awarding import Award, credential_of_decision
from touchstone.recognition.edition import Edition
from touchstone.recognition.from_credentials import attestation_of
from touchstone.recognition.from_wallet import Lists, WalletEvidence, evidence_from, evidence_shown, with_evidence
from touchstone.recognition.receipt import load_receipt
from touchstone.recognition.wording import Words, fill
from touchstone.standards.agreement import Agreement
from touchstone.standards.envelope import Document, Period
from touchstone.standards.exchange.plain_writing import write_json
from touchstone.standards.folder import load_document, read_bytes, read_value
from touchstone.standards.trust_registry import RegisteredIssuer, RegisteredKey, RegisteredPublisher, TrustRegistry
from touchstone.text import LanguageMap, text_in
from touchstone.value import Value

COLLEGE = "did:web:gd-college.example"
AUTHORITIES = {"GD": "did:web:gd-authority.example", "HK": "did:web:hk-authority.example"}
LIST = "https://gd-college.example/status/1"
DECISIONS = "https://hk-authority.example/status/1"
BODY: LanguageMap = {
    "en": "Illustrative recognition body, Hong Kong", "zh-Hans": "示范认可机构（香港）",
    "zh-Hant": "示範認可機構（香港）", "pt": "Organismo de reconhecimento ilustrativo, Hong Kong",
}  # fmt: skip
SCHOOL: LanguageMap = {
    "en": "Illustrative college, Guangdong", "zh-Hans": "示范院校（广东）", "zh-Hant": "示範院校（廣東）",
    "pt": "Escola ilustrativa, Guangdong",
}  # fmt: skip

PASSPHRASE = "a demonstration keeps no secret"  # noqa: S105 - it opens keys that are thrown away
"""The passphrase of the story's key files."""

_CHEAP = keystore.Scrypt(n=2**10)
_HOUR = dt.timedelta(hours=1)


class Script(Value, frozen=True, kw_only=True, tag_field="kind", tag="Story"):
    """The texts of ``story.yaml``: a title, what each step says, and words that fill gaps."""

    title: LanguageMap
    steps: dict[str, LanguageMap]
    words: dict[str, LanguageMap]

    def say(self, step: Step, language: str) -> str:
        """Return what a step says in a language."""
        words = Words(language)
        spoken = {
            gap: text_in(self.words[key], language) if key in self.words else words.say(key)
            for gap, key in step.said.items()
        }
        return fill(text_in(self.steps[step.step], language), **step.told, **spoken)


class Step(Value, frozen=True, kw_only=True):
    """A step that was carried out: whether it came out as it must, and what fills the gaps of its text.

    :param told: plain texts; ``said`` are keys of words, such as ``outcome.FULL``.
    """

    step: str
    holds: bool
    told: dict[str, str] = {}
    said: dict[str, str] = {}


def load_script() -> Script:
    """Return the texts of the story."""
    file = DEMO / "story.yaml"
    return read_value(read_bytes(file), str(file), Script)[0]


def tell(folder: Path, *, random: Callable[[int], bytes]) -> Iterator[Step]:
    """Carry out the story in an empty folder, and yield each step when it is done.

    :param random: where keys, salts and the challenge come from.
    """
    person = load_people()[0]
    return _Story(folder, person.request, random).steps()


class _Story:
    def __init__(self, folder: Path, asked: RecognitionRequest, random: Callable[[int], bytes]) -> None:
        self._folder, self._random = folder, random
        self._decided = dt.datetime.combine(asked.decided_on, dt.time(9), dt.UTC)
        self._evidence = asked.evidence
        self._awarded = dt.datetime.combine(
            min(each.awarded or asked.decided_on for each in asked.evidence), dt.time(8), dt.UTC
        )
        self._question = msgspec.structs.replace(asked, evidence=(), decided_at=self._decided)

    def steps(self) -> Iterator[Step]:
        yield self._keys()
        yield self._agreement()
        yield self._registry()
        yield self._issue()
        yield self._wallet()
        yield self._present()
        yield self._verify()
        yield self._replay()
        yield self._recognise()
        yield self._recheck()
        yield self._certify()
        yield self._forged()
        yield self._revoke()
        yield self._again()

    # Before anybody asks

    def _keys(self) -> Step:
        owners = {"college": COLLEGE, "gd": AUTHORITIES["GD"], "hk": AUTHORITIES["HK"], "lin": ""}
        for name, controller in owners.items():
            keystore.new(
                self._file(f"{name}.key"), PASSPHRASE, created=self._awarded, controller=controller,
                scrypt=_CHEAP, random=self._random,
            )  # fmt: skip
        self._signers = {name: keystore.open_signer(self._file(f"{name}.key"), PASSPHRASE) for name in owners}
        self._holder = self._signers["lin"].controller
        return Step(step="keys", holds=self._holder.startswith("did:key:"), told={"count": str(len(owners))})

    def _agreement(self) -> Step:
        day = self._question.decided_on
        agreement = self._agreement_asked_for()
        for side in ("gd", "hk"):
            agreement = sign_document(agreement, self._signers[side], created=self._awarded)
        self._write("agreement.json", write_json(agreement))
        read = self._document("agreement.json")
        self._agreed = read
        proofs = check_document(read, self._listed(), day).proofs
        holds = [proof.code for proof in proofs] == ["proof_counts"] * 2 and read.standing.label == "illustrative"
        return Step(step="agreement", holds=holds, told={"proofs": str(len(proofs))})

    def _registry(self) -> Step:
        registry = sign_document(self._listed(), self._signers["hk"], created=self._awarded)
        self._write("trust.json", write_json(registry))
        read = self._document("trust.json")
        assert isinstance(read, TrustRegistry)
        self._trust = read
        self._rulebook = self._compiled()
        (proof,) = check_document(read, read).proofs
        return Step(step="registry", holds=proof.code in ("proof_counts", "proof_not_required"))

    def _issue(self) -> Step:
        register = MemoryRegister(self._random(32))
        for number, evidence in enumerate(self._evidence, start=1):
            drawn = build(self._badge(number))
            document = {name: value for name, value in drawn.items() if name not in ("id", "validFrom")}
            content = issue(
                IssuingRequest(evidence.credential, document), self._signers["college"], register=register,
                at=self._awarded, status=PublishedList(url=LIST),
            )  # fmt: skip
            self._write(f"credential-{number}.json", content)
        self._publish(LIST, "college", status_list.new_list("revocation"), self._decided - _HOUR, "status-list.json")
        count = len(self._evidence)
        return Step(step="issue", holds=count == len(self._credentials()), told={"count": str(count)})

    # What the holder does

    def _wallet(self) -> Step:
        carried = wallet.new_wallet(self._holder)
        for content in self._credentials():
            carried = wallet.add(carried, content)
        carried = wallet.carry_list(carried, self._read("status-list.json"))
        content = wallet.write_wallet(carried)
        self._write("wallet.json", content)
        same = [text.encode() for text in self._carried().credentials] == self._credentials()
        return Step(step="wallet", holds=same, told={"size": f"{len(content) / 1000:.1f}"})

    def _present(self) -> Step:
        self._domain, self._challenge = AUTHORITIES["HK"].removeprefix("did:web:"), self._random(16).hex()
        shown = present(
            self._credentials(), self._signers["lin"], created=self._decided, domain=self._domain,
            challenge=self._challenge,
        )  # fmt: skip
        self._write("presentation.json", _bytes(shown))
        return Step(step="present", holds=True, told={"domain": self._domain})

    # What the other region does

    def _verify(self) -> Step:
        report = verify_presentation(
            self._read("presentation.json"), self._trust, self._decided, domain=self._domain,
            challenge=self._challenge, retrieve=self._lists().retrieve,
        )  # fmt: skip
        told = {"count": str(len(report.credentials)), "checks": str(len(report.credentials) * len(CHECKS))}
        return Step(step="verify", holds=report.valid, told=told)

    def _replay(self) -> Step:
        again = verify_presentation(
            self._read("presentation.json"), self._trust, self._decided, domain=self._domain,
            challenge=self._random(16).hex(), retrieve=self._lists().retrieve,
        )  # fmt: skip
        code = again.presenting.code
        return Step(step="replay", holds=not again.valid and code == "challenge_wrong", told={"code": code})

    def _recognise(self) -> Step:
        shown = evidence_shown(
            self._read("presentation.json"), self._trust, self._decided, self._lists(), self._edition,
            domain=self._domain, challenge=self._challenge,
        )  # fmt: skip
        found, request, decision = self._decide(self._carried(), self._question)
        self._receipt = Receipt(request=request, decision=decision)
        typed_in = decide(msgspec.structs.replace(self._question, evidence=self._evidence), self._rulebook)
        holds = shown == found and not found.refused and decision.outcome == typed_in.outcome
        said = {"region": f"region.{request.to}", "outcome": f"outcome.{decision.outcome}"}
        return Step(step="recognise", holds=holds, said=said)

    def _recheck(self) -> Step:
        self._write("receipt.json", write_json(self._receipt))
        derived = self._derived_again()
        told = {"documents": str(len(derived.inputs.documents))}
        return Step(step="recheck", holds=derived == self._receipt.decision, told=told)

    def _certify(self) -> Step:
        award = Award(
            id=f"urn:x-touchstone:demo:{self._random(8).hex()}",
            issuer=Issuer(id=AUTHORITIES["HK"], name=BODY),
            subject=self._holder,
            status=(StatusPlace(list_id=DECISIONS, index=int.from_bytes(self._random(2))),),
            valid_from=self._decided,
        )
        document = credential_of_decision(self._receipt, self._rulebook, award)
        content = issue(
            IssuingRequest("decision", document), self._signers["hk"], register=MemoryRegister(self._random(32)),
            at=self._decided,
        )  # fmt: skip
        self._write("recognition.json", content)
        self._publish(DECISIONS, "hk", status_list.new_list("revocation"), self._decided, "decisions-status.json")
        lists = Lists({DECISIONS: self._read("decisions-status.json")})
        report = verify(content, self._trust, self._decided, retrieve=lists.retrieve)
        until = str(document.get("validUntil", ""))[:10] or "–"
        return Step(
            step="certify",
            holds=report.verdict == "valid",
            told={"until": until},
            said={"verdict": f"verdict.{report.verdict}"},
        )

    # What nobody gets away with

    def _forged(self) -> Step:
        carried = self._carried()
        first, *others = carried.credentials
        raised = first.replace('"level":"3"', '"level":"5"')
        forged = msgspec.structs.replace(carried, credentials=(raised, *others))
        found, _, decision = self._decide(forged, self._question)
        holds = raised != first and [each.verdict for each in found.refused] == ["not_genuine"]
        code = found.refused[0].code if found.refused else ""
        return Step(step="forged", holds=holds, told={"code": code}, said={"outcome": f"outcome.{decision.outcome}"})

    def _revoke(self) -> Step:
        first, *_ = self._credentials()
        kept, at = _object(self._read("status-list.json")), self._decided + _HOUR
        changed = set_status(
            "revoke", _object(first), kept, self._signers["college"], key_of=resolver(known_methods(self._trust)),
            at=at, until=at + dt.timedelta(days=30),
        )  # fmt: skip
        self._write("status-list.json", _bytes(changed.document))
        report = verify(first, self._trust, self._decided + _HOUR, retrieve=self._lists().retrieve)
        return Step(step="revoke", holds=report.verdict == "revoked", said={"verdict": f"verdict.{report.verdict}"})

    def _again(self) -> Step:
        later = msgspec.structs.replace(self._question, decided_at=self._decided + _HOUR)
        found, _, decision = self._decide(self._carried(), later)
        then = self._derived_again()
        revoked = [each.status for each in found.evidence].count("revoked") == 1
        holds = revoked and then == self._receipt.decision and decision.outcome != then.outcome
        return Step(step="again", holds=holds, said={"outcome": f"outcome.{decision.outcome}"})

    # Parts of the steps

    def _agreement_asked_for(self) -> Agreement:
        asked = self._question
        for item in load_library():
            document = item.document
            if isinstance(document, Agreement) and document.in_force(asked.decided_on):
                direction = (document.from_, document.to)
                if direction == (asked.from_, asked.to) and asked.purpose in (document.purposes or (asked.purpose,)):
                    return document
        raise AssertionError("the library has an agreement for the first person of the demonstration")

    def _listed(self) -> TrustRegistry:
        """Return the registry: the college as an issuer, the two sides as publishers, Hong Kong's as an issuer of decisions."""

        def key(name: str) -> tuple[RegisteredKey, ...]:
            (entry,) = keystore.list_keys(self._file(f"{name}.key"))
            valid = Period(from_=self._awarded.date())
            return (RegisteredKey(id=entry.id, public_key=entry.publicKeyMultibase, valid=valid),)

        college = RegisteredIssuer(id=COLLEGE, name=SCHOOL, accredited_by=AUTHORITIES["GD"], keys=key("college"))
        body = RegisteredIssuer(id=AUTHORITIES["HK"], name=BODY, accredited_by=AUTHORITIES["HK"], keys=key("hk"))
        sides = tuple(
            RegisteredPublisher(
                id=AUTHORITIES[region], name={"en": AUTHORITIES[region]}, regions=(region,), keys=key(region.lower())
            )
            for region in AUTHORITIES
        )
        return TrustRegistry(
            id="urn:x-touchstone:demo:trust", version="1", title={"en": "Illustrative trust registry"}, status="in_force",
            publisher=AUTHORITIES["HK"], issuers=(college, body), publishers=sides,
        )  # fmt: skip

    def _badge(self, number: int) -> Badge:
        evidence = self._evidence[number - 1]
        return Badge(
            id="urn:x-touchstone:drawn",
            issuer=Issuer(id=COLLEGE, name=SCHOOL),
            subject=self._holder,
            achievement=Achievement(
                id=f"https://gd-college.example/achievements/{number}",
                name={"en": f"Illustrative certificate {number}"},
                description={"en": "Units of jewellery making, assessed by the college."},
                criteria={"en": "Every unit passed."},
            ),
            attestation=attestation_of(evidence),
            valid_from=self._awarded,
        )

    def _publish(self, url: str, by: str, listed: status_list.StatusList, moment: dt.datetime, name: str) -> None:
        signer: Signer = self._signers[by]
        until = moment + dt.timedelta(days=30)
        self._write(name, _bytes(signed_list(listed, url, signer, at=moment, until=until)))

    def _decide(
        self, carried: wallet.Wallet, question: RecognitionRequest
    ) -> tuple[WalletEvidence, RecognitionRequest, Decision]:
        credentials = [text.encode() for text in carried.credentials]
        found = evidence_from(credentials, carried.holder, self._trust, question.moment, self._lists(), self._edition)
        request = with_evidence(question, found)
        return found, request, decide(request, self._rulebook)

    def _derived_again(self) -> Decision:
        return recheck(load_receipt(self._file("receipt.json")), self._rulebook.documents, self._trust)

    def _compiled(self) -> Rulebook:
        """Return the library's rulebook, with the signed copy of the agreement in the place of the unsigned one."""
        agreed = (self._agreed.id, self._agreed.version)
        others = (item.document for item in load_library() if (item.document.id, item.document.version) != agreed)
        return compile_rulebook((*others, self._agreed), self._trust)

    @property
    def _edition(self) -> Edition:
        return self._rulebook.edition(self._question.decided_on)

    def _lists(self) -> Lists:
        return Lists({LIST: self._read("status-list.json")})

    def _carried(self) -> wallet.Wallet:
        return wallet.load_wallet(self._file("wallet.json"))

    def _credentials(self) -> list[bytes]:
        return [self._read(f"credential-{number}.json") for number, _ in enumerate(self._evidence, start=1)]

    def _document(self, name: str) -> Document:
        loaded = load_document(self._file(name))
        assert loaded is not None, "the story's documents are public"
        return loaded.document

    def _file(self, name: str) -> Path:
        return self._folder / name

    def _read(self, name: str) -> bytes:
        return read_bytes(self._file(name))

    def _write(self, name: str, content: bytes) -> None:
        self._file(name).write_bytes(content)


def _bytes(document: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(document)


def _object(content: bytes) -> dict[str, Any]:
    document = strict_json.loads(content)
    assert isinstance(document, dict), "the story's credentials are objects"
    return document
