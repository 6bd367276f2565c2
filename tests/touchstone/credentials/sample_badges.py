# SPDX-License-Identifier: Apache-2.0
"""A badge like those of the demonstration, and generated ones: any evidence that a request can bring."""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc
from decimal import Decimal

import msgspec
from hypothesis import strategies as st

from touchstone.credentials.credential import (
    Achievement,
    Attestation,
    AttestedUnit,
    Badge,
    Exhibit,
    Issuer,
    StatusPlace,
    build,
)
from touchstone.credentials.structure import multibase_digest
from touchstone.recognition.evidence import Evidence, HeldUnit
from touchstone.standards.agreement import ASSURANCES
from touchstone.standards.envelope import Period

ISSUER = Issuer(
    id="did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    name={"en": "Illustrative assessment body", "zh-Hans": "示范评价机构"},
    url="https://issuer.example/",
)
HOLDER = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
ACHIEVEMENT = Achievement(
    id="https://issuer.example/achievements/stone-setter-3",
    name={"en": "Stone setter, level three", "zh-Hans": "镶石工三级"},
    description={"en": "Sets stones under the microscope.", "zh-Hans": "能在显微镜下镶嵌宝石。"},
    criteria={"en": "Pass the practical examination.", "zh-Hans": "通过实操考试。"},
)
ATTESTATION = Attestation(
    kind="assessment",
    units=(
        AttestedUnit(
            id="DEMO-GD:setting-micro",
            level="3",
            score=Decimal("82.5"),
            title={"en": "Setting under the microscope", "zh-Hans": "微镶"},
            code="GD-17",
            framework={"en": "Illustrative jewellery units, Guangdong"},
        ),
        AttestedUnit(id="DEMO-GD:bench", level="3"),
    ),
    holds=("https://touchstone.example/qualifications/gd-stone-setter-3",),
    awarded=dt.date(2026, 5, 1),
    expires=dt.date(2029, 5, 1),
    assurance="authority_assessed",
)
BADGE = Badge(
    id="urn:uuid:9f3c1f6e-35b0-4a0e-9f2b-1d1a0c6b7e11",
    issuer=ISSUER,
    subject=HOLDER,
    subject_name="林思雨",
    achievement=ACHIEVEMENT,
    attestation=ATTESTATION,
    exhibits=(Exhibit(name={"en": "Practice report"}, digest=multibase_digest(b"report"), genre="practice report"),),
    status=(StatusPlace(list_id="https://issuer.example/status/1", index=94_567),),
    valid_from=dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC),
)


def badge(**changes):
    """The unsigned document of the sample badge, with other fields."""
    return build(msgspec.structs.replace(BADGE, **changes))


def changed(document, path, value):
    """The document with another value at a path such as ``credentialSubject.achievement.id``; None takes the member out."""
    head, _, rest = path.partition(".")
    key = int(head) if isinstance(document, list) else head
    copy = list(document) if isinstance(document, list) else dict(document)
    if rest:
        copy[key] = changed(document[key], rest, value)
    elif value is None:
        del copy[key]
    else:
        copy[key] = value
    return copy


def codes(findings):
    """The codes of findings."""
    return [finding.code for finding in findings]


def measured(work):
    """What ``work`` returns, the seconds of the processor that it takes, and the bytes that it holds at most."""
    began = time.process_time()
    result = work()
    seconds = time.process_time() - began
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return result, seconds, peak


ids = st.one_of(
    st.from_regex(r"\A[A-Z]{2,6}:[a-z-]{1,12}\Z"),
    st.from_regex(r"\Ahttps://[a-z]{1,8}\.example/[A-Za-z0-9/%~._-]{0,20}\Z"),
    st.from_regex(r"\Aurn:x-touchstone:id:[A-Za-z%0-9]{0,8}\Z"),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="|"),
        min_size=1,
        max_size=24,
    ).filter(lambda text: not any(char.isspace() for char in text)),
)
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
days = st.dates(dt.date(1970, 1, 1), dt.date(2999, 12, 30))
amounts = st.decimals(0, 10_000, places=3, allow_nan=False, allow_infinity=False)


def optional(strategy):
    """The strategy's values, or None."""
    return st.none() | strategy


units = st.builds(HeldUnit, id=ids, level=optional(names), score=optional(amounts))


@st.composite
def periods(draw):
    """A period with at least one end: one without says nothing."""
    first, last = sorted((draw(days), draw(days)))
    return draw(st.sampled_from([Period(from_=first, until=last), Period(from_=first), Period(until=last)]))


evidences = st.builds(
    Evidence,
    credential=ids,
    kind=st.sampled_from(["training", "assessment", "practice"]),
    issuer=ids,
    units=st.lists(units, max_size=4).map(tuple),
    holds=st.lists(ids, max_size=3).map(tuple),
    hours=optional(amounts),
    framework=optional(ids),
    occupation=optional(names),
    area=optional(names),
    period=optional(periods()),
    awarded=optional(days),
    expires=optional(days),
    assurance=optional(st.sampled_from(ASSURANCES)),
)
