"""A college that issues: two officers, a teacher, a key, a registry that lists it; shared by the tests of the issuing desk."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import msgspec

from touchstone.credentials import keystore
from touchstone.library.samples import samples
from touchstone.standards.envelope import Period
from touchstone.standards.trust_registry import RegisteredIssuer, RegisteredKey
from touchstone_server import clock
from touchstone_server.issuing import drafting, keys, services
from touchstone_server.issuing.models import Certificate, Group
from touchstone_server.organisations.models import Organisation

ORIGIN = "https://node.example"
PASSPHRASE = "only for tests"
BEGAN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
QUALIFICATION = "https://touchstone.example/qualifications/gd-jewellery-maker-3"
CHEAP = keystore.Scrypt(n=2**10)


def give_key(organisation: Organisation, controller: str = "") -> None:
    """Give an organisation a key whose passphrase is cheap to try."""
    file = keys.key_file(organisation)
    file.parent.mkdir(parents=True, exist_ok=True)
    entry = keystore.new(file, PASSPHRASE, created=BEGAN, controller=controller, scrypt=CHEAP)
    organisation.issuer = entry.controller
    organisation.save()


def write_registry(organisation: Organisation, folder: Path, since: dt.datetime = BEGAN) -> Path:
    """Write a trust registry that lists an organisation, its keys from a day on."""
    illustrative = samples(clock.today()).registry
    listed = tuple(
        RegisteredKey(id=entry.id, public_key=entry.publicKeyMultibase, valid=Period(from_=since.date()))
        for entry in keys.labels_of(organisation)
    )
    issuer = RegisteredIssuer(id=organisation.issuer, name={"en": "College"}, keys=listed)
    file = folder / f"trust-{uuid.uuid4()}.json"
    file.write_bytes(msgspec.json.encode(msgspec.structs.replace(illustrative, issuers=(issuer,))))
    return file


def issuing_college(organisation, settings, folder: Path) -> Organisation:
    """Make a college with a key of its own in a data folder, and a registry that lists it; from the fixtures of a test."""
    settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE, settings.TOUCHSTONE_ADDRESS = folder, PASSPHRASE, ""
    college = organisation("college", region="GD")
    give_key(college)
    settings.TOUCHSTONE_TRUST = str(write_registry(college, folder))
    return college


def draft_of(
    organisation: Organisation,
    table: str | bytes,
    *,
    name: str = "",
    valid_months: int | None = None,
    qualification: str = QUALIFICATION,
    **more,
) -> services.Draft:
    """Return a draft, from what was typed or from a file."""
    content = table.encode() if isinstance(table, str) else table
    wanted = drafting.Wanted(
        {each.id: each for each in drafting.offered(organisation)}[qualification], "provider_assessed", valid_months
    )
    return services.Draft(uuid.uuid4(), "Class of 2026", wanted, *drafting.table_from(content, name), **more)


def approved(organisation: Organisation, preparer, approver, table: str | bytes, **more) -> Group:
    """Return a group that was prepared by one person and approved by another, not issued yet."""
    group = services.prepare(preparer, organisation, draft_of(organisation, table, **more), ORIGIN)
    services.hand_on(preparer, group, confirmed=True)
    services.approve(approver, group, confirmed=True)
    group.refresh_from_db()
    return group


def page_of(client, certificate: Certificate, language: str = "en") -> str:
    answer = client.get(f"/C/{certificate.short}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()
