# SPDX-License-Identifier: Apache-2.0
"""What has been done on the demonstration's nodes before anybody looks: groups, certificates, a passport, cases, a register. All of it by
the services that people use at their desks, and nothing twice.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from touchstone.library.people import load_people
from touchstone.recognition import RecognitionRequest
from touchstone_server import clock
from touchstone_server.access.requests import roles_of
from touchstone_server.access.rules import Actor
from touchstone_server.accounts.models import User
from touchstone_server.cases import services as cases
from touchstone_server.cases.findings import Finding, facts_of
from touchstone_server.cases.models import Case
from touchstone_server.cases.proving import Shown
from touchstone_server.cases.receipts import receipt_of
from touchstone_server.demo import certificate
from touchstone_server.demo.cast import fixed_id
from touchstone_server.issuing import drafting, running, services, status
from touchstone_server.issuing.models import Certificate, Group, StatusChange
from touchstone_server.organisations.models import Organisation
from touchstone_server.passport import consents, sharing
from touchstone_server.passport import services as passport
from touchstone_server.passport.models import HeldCredential
from touchstone_server.passport.sharing_fields import Field
from touchstone_server.transfers import services as transfers

QUALIFICATIONS = "https://touchstone.example/qualifications/"
LEARNER = "林思雨 Lin Siyu"
MAKERS = (
    LEARNER, "黄思琪 Huang Siqi", "吴俊杰 Wu Junjie", "郑晓琳 Zheng Xiaolin", "谢文轩 Xie Wenxuan", "罗嘉欣 Luo Jiaxin",
    "梁志豪 Liang Zhihao", "宋雨桐 Song Yutong", "叶子晴 Ye Ziqing", "潘伟强 Pan Weiqiang", "苏婉婷 Su Wanting", "曾国栋 Zeng Guodong",
    "彭丽华 Peng Lihua", "邓浩然 Deng Haoran",
)  # fmt: skip
SETTERS = (
    "冯慧敏 Feng Huimin", "蔡俊熙 Cai Junxi", "卢雅芳 Lu Yafang", "钟子豪 Zhong Zihao", "杜文静 Du Wenjing", "余家明 Yu Jiaming",
    "范思颖 Fan Siying", "何永康 He Yongkang",
)  # fmt: skip
CASTERS = (
    "江美玲 Jiang Meiling", "韦国强 Wei Guoqiang", "莫嘉怡 Mo Jiayi", "谭志成 Tan Zhicheng", "廖雪梅 Liao Xuemei", "方浩天 Fang Haotian",
    "欧阳敏 Ouyang Min", "孔令杰 Kong Lingjie",
)  # fmt: skip
MENDED = "name,key,awarded\n何雨欣 He Yuxin,P-01,{day}\n邱建华 Qiu Jianhua,P-02,2031-05-04\n,P-03,{day}\n石磊 Shi Lei,P-04,4 May\n"
"""A table of which three rows cannot be issued: a day in the future, no name, a day that is none."""


@transaction.atomic
def furnish() -> None:
    """Bring here what has been done in the region of this node, unless it is here already."""
    if settings.TOUCHSTONE_REGION == "GD":
        _college()
    if settings.TOUCHSTONE_REGION == "HK":
        _recognition_hk()
    if settings.TOUCHSTONE_REGION == "MO":
        _recognition_mo()


# ------------------------------------------------------------------ Guangdong
def _college() -> None:
    college = Organisation.objects.get(slug="gd-college")
    if not Group.objects.filter(pk=_group_id(college, "makers")).exists():
        _groups(college)
        _status_changes(college)
        _transfers(college)
    _passport(college)


def _groups(college: Organisation) -> None:
    teacher, officer = _as("teacher"), _as("certification-officer-gd")
    makers = _prepared("makers", "Jewellery making 2026 · 首饰制作", "gd-jewellery-maker-3", _table(MAKERS, "M"), 24)
    setters = _prepared(
        "setters", "Stone setting, evening class · 镶嵌夜校", "gd-stone-setter-4", _table(SETTERS, "S"), 12
    )
    for group in (makers, setters):
        services.hand_on(teacher, group)
        services.approve(officer, group)
        running.run(group.id)
    casters = _prepared("casters", "Casting 2026 · 铸造", "gd-caster-4", _table(CASTERS, "C"), 2)
    services.hand_on(teacher, casters)
    _prepared("platers", "Green plating · 绿色电镀", "gd-plating-technician-3", MENDED.format(day=_day(3)), 1)


def _prepared(key: str, title: str, qualification: str, table: str, days: int) -> Group:
    """Return a group that the teacher has prepared.

    :param days: how many days ago.
    """
    college = Organisation.objects.get(slug="gd-college")
    chosen = {each.id: each for each in drafting.offered(college)}[QUALIFICATIONS + qualification]
    draft = services.Draft(
        _form(key), title, drafting.Wanted(chosen, "provider_assessed", 60),
        *drafting.table_from(table.encode(), ""), ("units", "dates"),
    )  # fmt: skip
    made = services.prepare(_as("teacher"), college, draft, settings.TOUCHSTONE_ADDRESS)
    Group.objects.filter(pk=made.pk).update(prepared=_ago(days))
    return Group.objects.select_related("organisation").get(pk=made.pk)


def _table(names: tuple[str, ...], mark: str) -> str:
    rows = (f"{name},{mark}-{place:02},{_day(28)}" for place, name in enumerate(names, 1))
    return "\n".join(("name,key,awarded", *rows))


def _status_changes(college: Organisation) -> None:
    """One certificate is revoked, one suspended, and of one it is proposed."""
    leader, officer = _as("programme-leader"), _as("certification-officer-gd")
    kind = StatusChange.Kind
    for name, what, reason, is_decided in (
        ("卢雅芳 Lu Yafang", kind.REVOKE, "Assessed under another learner's name. · 评核时冒用他人姓名。", True),
        ("钟子豪 Zhong Zihao", kind.SUSPEND, "The assessment is looked at again. · 正在复核评核记录。", True),
        ("余家明 Yu Jiaming", kind.REVOKE, "The work was not his own. · 作品非本人完成。", False),
    ):
        found = Certificate.objects.get(organisation=college, name=name)
        change = status.propose(leader, found, what, reason)
        if is_decided:
            status.decide(officer, change, approved=True)


def _transfers(college: Organisation) -> None:
    """One contract with Hong Kong that counts, and one with Macao that was filed too late."""
    today = clock.today()
    for region, recipient, filed_after in (
        ("HK", "Illustrative workshop, Hung Hom", 3),
        ("MO", "Illustrative trade association, Macao", 60),
    ):
        effective = today - dt.timedelta(days=200)
        told = {
            "to_region": region, "recipient": recipient, "purpose": "Placement of learners · 学员实习", "categories": "name; certificate",
            "reference": f"DEMO-{region}-2026-01", "assessed": f"DEMO-PIA-{region}", "effective": effective,
            "filed": effective + dt.timedelta(days=filed_after), "until": today + dt.timedelta(days=900),
        }  # fmt: skip
        transfers.enter(_as("certification-officer-gd"), college, told)


def _form(key: str) -> UUID:
    return fixed_id(f"group-{key}")


def _group_id(college: Organisation, key: str) -> UUID:
    return services.group_id(college, _form(key))


def _passport(college: Organisation) -> None:
    """The learner has claimed her certificate, brought those of the story, and shown one; whoever erased it finds it so again."""
    learner, officer = _as("learner"), _as("certification-officer-gd")
    if HeldCredential.objects.filter(holder_id=learner.signed_in).exists():
        return
    for purpose in consents.Purpose:
        consents.give(learner, purpose, "zh-Hans")
    hers = Certificate.objects.get(group_id=_group_id(college, "makers"), name=LEARNER)
    offered = passport.offer(officer, bytes(hers.document or b""), hers.name, organisation=college)
    passport.bring(learner, certificate.carried())
    held = passport.claim(learner, offered.code)
    shown = (Field.NAME, Field.DATES, Field.UNITS, Field.WORTH)
    link = sharing.share(learner, held, shown, 30, "红磡的工场 · the workshop in Hung Hom")
    for _ in range(2):
        sharing.count_view(link)
    sharing.end(learner, sharing.share(learner, held, (Field.NAME,), 7, "招聘会 · job fair"))


# ------------------------------------------------------------------ Hong Kong and Macao
def _recognition_hk() -> None:
    """One case waits, one is decided, and one is appealed."""
    body = Organisation.objects.get(slug="hk-recognition")
    if Case.objects.filter(organisation=body).exists():
        return
    learner, repairer = _as("learner-hk"), _applicant("repairer", "高安怡", "Kou On I")
    lin, _, kou = (each.request for each in load_people())
    _file(learner, body, _asked(lin, "hk-stone-setter"))
    decided = _file(repairer, body, _asked(kou, "hk-stone-setter"))
    _decide(
        decided,
        met=True,
        reasons="Her employer confirmed the years, and she passed our own test of each unit. · 雇主確認年資，並通過本機構各單元的測試。",
    )
    appealed = _file(learner, body, _asked(lin, "hk-digital-model-maker"))
    _decide(appealed, met=False, reasons="No proof of the unit on printing was handed in. · 未提交打印單元的證明。")
    appealed.refresh_from_db()
    cases.appeal(
        learner,
        appealed,
        "I printed three models in the course; the college confirms it. · 課程中曾打印三件模型，院校可證明。",
    )


def _recognition_mo() -> None:
    """One case waits."""
    body = Organisation.objects.get(slug="mo-recognition")
    if not Case.objects.filter(organisation=body).exists():
        _, ho, _ = (each.request for each in load_people())
        _file(_applicant("maker", "何嘉欣", "Ho Ka Yan"), body, _asked(ho, "mo-digital-model-maker", to="MO"))


def _file(actor: Actor, body: Organisation, request: RecognitionRequest) -> Case:
    """File a case on certificates that a made-up person has shown to be theirs; their keys and lists are not here, so it is only said."""
    name = User.objects.get(pk=actor.signed_in).name
    shown = tuple(
        Shown(credential=each.credential, issuer=each.issuer or "", subject="", name=name, how="named", entries=[])
        for each in request.evidence
    )
    return cases.file_case(actor, body, request, shown)


def _asked(request: RecognitionRequest, target: str, to: str = "HK") -> RecognitionRequest:
    """Return a made-up person's request as it stands today, on certificates that hold."""
    now = clock.second()
    evidence = (
        msgspec.structs.replace(
            each, status="valid", status_checked=now, assurance=each.assurance or "provider_assessed"
        )
        for each in request.evidence
    )
    return msgspec.structs.replace(
        request, to=to, target=QUALIFICATIONS + target, evidence=tuple(evidence), assume=None,
        decided_on=clock.today(), decided_at=None,
    )  # fmt: skip


def _decide(case: Case, *, met: bool, reasons: str) -> None:
    facts = facts_of(receipt_of(case.receipt).decision)
    findings = [Finding(fact=fact, met=met, reason=reasons) for fact in facts]
    cases.decide_case(_as("certification-officer-hk"), case, findings, reasons)


# ------------------------------------------------------------------ who, and when
def _as(key: str) -> Actor:
    """Return a person of the cast as they act after signing in."""
    user = fixed_id(key)
    return Actor(user, roles_of(user), strong=True)


def _applicant(key: str, han: str, latin: str) -> Actor:
    """Return somebody who has filed a case and is not among those who can be chosen."""
    told = {"email": f"{key}@demo.example", "name_han": han, "name_latin": latin}
    user, _ = User.objects.get_or_create(pk=fixed_id(key), defaults=told)
    return Actor(user.id, roles_of(user.id), strong=True)


def _ago(days: int) -> dt.datetime:
    return clock.second() - dt.timedelta(days=days)


def _day(days: int) -> str:
    return _ago(days).date().isoformat()
