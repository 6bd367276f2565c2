# SPDX-License-Identifier: Apache-2.0
"""What the credentials of a group share: the template that a table of learners is issued from.

::

    kind: CredentialTemplate
    issuer: {id: "did:web:school.example", name: {en: Example School, zh-Hans: 示范学校}}
    achievement:
      id: https://school.example/achievements/stone-setting-3
      name: {en: Stone setting, zh-Hans: 镶嵌}
      description: {en: Sets stones in four ways.}
      criteria: {en: All four settings pass the touch test.}
    attests:
      kind: assessment
      units:
        - {id: "gd-jewellery#T1", code: T1, title: {en: Bezel setting}, level: "3"}
        - {id: "gd-jewellery#T2", code: T2, title: {en: Pavé setting}, level: "3"}
    valid_months: 60
    status: https://school.example/status/
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from touchstone.credentials.credential import (
    Achievement,
    Attestation,
    AttestedUnit,
    Badge,
    Exhibit,
    Issuer,
    build,
    decimal_text,
)
from touchstone.credentials.exhibits import (
    ReportExhibit,
    assured,
    exhibit_of,
    refuse_others,
    refuse_unshown,
    with_results,
)
from touchstone.credentials.learners import Learner, UnitResult
from touchstone.credentials.register import PublishedList
from touchstone.credentials.status_list import Purpose
from touchstone.errors import CredentialError, InputError
from touchstone.standards.calendar import months_later
from touchstone.standards.digest import digest
from touchstone.standards.exchange.strict_json import JsonObject
from touchstone.standards.folder import read_bytes, read_value
from touchstone.text import LanguageMap, LanguageTag
from touchstone.value import Value

Cryptosuite = Literal["eddsa-rdfc-2022", "eddsa-jcs-2022"]

_DRAWN = "urn:x-touchstone:drawn"
_NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_EVIDENCE: LanguageMap = {"en": "Evidence", "zh-Hans": "佐证材料", "zh-Hant": "佐證材料", "pt": "Evidência"}


class Template(Value, frozen=True, kw_only=True, tag_field="kind", tag="CredentialTemplate"):
    """What the credentials of a group share.

    :param attests: what a learner of whom the table says no more is attested; ``units`` are those that the table can speak of.
    :param language: the language of the texts; ``languages`` as in :class:`~touchstone.credentials.credential.Badge`.
    :param show_names: whether the names of the table stand in the credentials.
    :param valid_months: how long a credential counts, from the day on which it was awarded.
    :param status: below which address status lists are published: every credential has a place in one for revocation and in one for
        suspension.
    :param purpose: which of the two stands at the address that earlier versions gave their only list.
    :param evidence: what the digests in the table are called.
    """

    issuer: Issuer
    achievement: Achievement
    attests: Attestation
    language: LanguageTag = "en"
    languages: tuple[LanguageTag, ...] = ()
    show_names: bool = True
    valid_months: Annotated[int, Meta(ge=1, le=600)] | None = None
    status: Annotated[str, Meta(pattern=r"^https?://\S+$", description="an address such as https://…")]
    purpose: Purpose = "revocation"
    evidence: LanguageMap | None = None
    cryptosuites: tuple[Cryptosuite, ...] = ("eddsa-rdfc-2022",)

    def __post_init__(self) -> None:
        if len(self.unit_ids) != len(self.attests.units):
            raise ValueError("two units have one code: give each a code of its own")
        if not self.cryptosuites or len(set(self.cryptosuites)) != len(self.cryptosuites):
            raise ValueError("cryptosuites names none, or one twice")

    @property
    def unit_ids(self) -> dict[str, str]:
        """The ids of the units by what a table calls them: their code, or their id where they have none."""
        return {unit.code or unit.id: unit.id for unit in self.attests.units}

    @property
    def status_lists(self) -> PublishedList:
        """The lists in which the credentials get their places; each journal has one of its own below this address."""
        return PublishedList(url=self.status, purpose=self.purpose)

    @property
    def digest(self) -> str:
        """What names this template by its content."""
        return digest(self)


def load_template(file: Path | str) -> Template:
    """Read a template from a YAML or JSON file.

    :raises InputError: with file, line, field, expected and found.
    """
    try:
        template, _ = read_value(read_bytes(Path(file)), str(file), Template)
    except InputError as error:
        raise error.at(file=str(file)) from None
    return template


Reports = Mapping[str, ReportExhibit]
"""What the reports among the evidence say, by their digests."""


def credential_of(template: Template, learner: Learner, reports: Reports | None = None) -> JsonObject:
    """Return the credential of a learner, without what is drawn when it is issued: its id, its time, its place in a status list.

    :param reports: the reports at hand; then the row must name some, and none but these, and what they say becomes results.
    :raises CredentialError: when the row says what cannot be said of the template's units, or what a report among its evidence does not
        bear out; its field is the column.
    """
    supporting = _supporting(learner, reports)
    badge = Badge(
        id=_DRAWN,
        issuer=template.issuer,
        subject=learner.holder or _DRAWN,
        subject_name=learner.name if template.show_names else None,
        achievement=template.achievement,
        attestation=_attestation(template, learner, supporting),
        exhibits=tuple(_exhibit(template, each, reports) for each in learner.evidence),
        valid_from=_NEVER,
        language=template.language,
        languages=template.languages,
    )
    document = {name: value for name, value in build(badge).items() if name not in ("id", "validFrom")}
    subject = document["credentialSubject"]
    if learner.holder is None and isinstance(subject, dict):
        document["credentialSubject"] = {name: value for name, value in subject.items() if name != "id"}
    return with_results(document, supporting)


def _supporting(learner: Learner, reports: Reports | None) -> tuple[ReportExhibit, ...]:
    """Return the reports that a row names."""
    if reports is None:
        return ()
    if not learner.evidence:
        raise CredentialError(
            "evidence_missing", "the row names no report", field="evidence", expected="sha256: and 64 hexadecimal digits",
            hint="Nobody is assured by reports that are not named; issue such rows without --evidence.",
        )  # fmt: skip
    for named in learner.evidence:
        if named not in reports:
            raise CredentialError(
                "evidence_missing", "no report at hand has this digest", field="evidence", found=named,
                hint="Put the report into the folder of evidence: a report in which a byte was changed has another digest.",
            )  # fmt: skip
    return tuple(reports[named] for named in learner.evidence)


class Builder:
    """Builds the credentials of a table as :func:`credential_of` does, and the parts that rows share only once.

    Rows that attest the same units at the same levels, and leave the same cells empty, differ in a few texts alone.
    """

    def __init__(self, template: Template, reports: Reports | None = None) -> None:
        self._template, self._reports = template, reports
        self._frames: dict[object, JsonObject] = {}

    def build(self, learner: Learner) -> JsonObject:
        """Return the credential of a learner.

        :raises CredentialError: as :func:`credential_of`.
        """
        if self._reports is not None:  # what reports say differs from row to row
            return credential_of(self._template, learner, self._reports)
        attestation = _attestation(self._template, learner)
        alike = (
            *((unit.id, unit.level, unit.score is None) for unit in attestation.units),
            *(attestation.awarded is None, attestation.expires is None, learner.holder is None, len(learner.evidence)),
        )
        frame = self._frames.get(alike)
        if frame is None:
            frame = self._frames[alike] = credential_of(self._template, learner)
        return _filled(frame, self._template, learner, attestation)


def _filled(frame: JsonObject, template: Template, learner: Learner, attestation: Attestation) -> JsonObject:
    """Return a copy of another row's credential with the texts of this row."""
    document: dict[str, Any] = {**frame}
    subject = document["credentialSubject"] = {**document["credentialSubject"]}
    if learner.holder is not None:
        subject["id"] = learner.holder
    if template.show_names:
        (identity,) = subject["identifier"]
        subject["identifier"] = [{**identity, "identityHash": learner.name}]
    results = subject.get("result", [])
    scored = [
        {**result, "value": decimal_text(unit.score)} if unit.score is not None else result
        for result, unit in zip(results, attestation.units, strict=False)
    ]
    if results:
        subject["result"] = [*scored, *results[len(scored) :]]
    if attestation.awarded:
        document["awardedDate"] = f"{attestation.awarded.isoformat()}T00:00:00Z"
    if attestation.expires:
        document["validUntil"] = f"{attestation.expires.isoformat()}T23:59:59Z"
    if learner.evidence:
        document["evidence"] = [
            {**one, "digestMultibase": _multibase(each)}
            for one, each in zip(document["evidence"], learner.evidence, strict=True)
        ]
    return document


def _attestation(template: Template, learner: Learner, reports: Collection[ReportExhibit] = ()) -> Attestation:
    shared = template.attests
    awarded, units = learner.awarded or shared.awarded, _units(shared.units, learner)
    if reports:
        refuse_others({"name": learner.name, "key": learner.key, "holder": learner.holder}, reports)
        refuse_unshown({unit.id: unit.score for unit in units}, reports)
    return msgspec.structs.replace(
        shared,
        units=units,
        assurance=assured(reports, shared.assurance),
        awarded=awarded,
        expires=learner.until or _expiry(template, awarded) or shared.expires,
    )


def _expiry(template: Template, awarded: dt.date | None) -> dt.date | None:
    """Return the last day of the months for which a credential counts."""
    if template.valid_months is None:
        return None
    if awarded is None:
        raise CredentialError(
            "awarded_missing",
            "the day of award is missing",
            field="awarded",
            expected="the day from which the months count",
        )
    return months_later(awarded, template.valid_months)


def _units(known: tuple[AttestedUnit, ...], learner: Learner) -> tuple[AttestedUnit, ...]:
    """Return the units that a row attests: those it names, or all; its own level and score are of those without theirs."""
    named = learner.units if learner.units is not None else tuple(UnitResult(unit=unit.id) for unit in known)
    if learner.score is not None and len(named) != 1:
        raise CredentialError(
            "score_ambiguous", "the score is of no one unit", field="score", expected="one unit, or a score for each"
        )
    by_id = {unit.id: unit for unit in known}
    return tuple(_unit(by_id[each.unit], each, learner) for each in named)


def _unit(unit: AttestedUnit, result: UnitResult, learner: Learner) -> AttestedUnit:
    level = result.level or learner.level or unit.level
    score = next((each for each in (result.score, learner.score, unit.score) if each is not None), None)
    return msgspec.structs.replace(unit, level=level, score=score)


def _exhibit(template: Template, digest: str, reports: Reports | None) -> Exhibit:
    if reports is not None:
        return exhibit_of(reports[digest], _multibase(digest), template.evidence or _EVIDENCE)
    return Exhibit(name=template.evidence or _EVIDENCE, digest=_multibase(digest))


def _multibase(digest: str) -> str:
    """Return a digest as a ``digestMultibase``: a multihash in base64url."""
    multihash = b"\x12\x20" + bytes.fromhex(digest.removeprefix("sha256:"))
    return "u" + base64.urlsafe_b64encode(multihash).decode().rstrip("=")
