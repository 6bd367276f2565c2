# SPDX-License-Identifier: Apache-2.0
"""What people write above the columns of a table, in English, 简体, 繁體 and português, and the field it means."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

FRAMEWORK = {
    "id": "id · uri · 标识 · 标识符 · 標識 · 識別碼 · identificador",
    "code": "code · unit code · no. · 编号 · 编码 · 代码 · 单元编号 · 編號 · 編碼 · 代碼 · 單元編號 · código",
    "title@en": "title · name · unit · unit title · unit name",
    "title@zh-Hans": "名称 · 标题 · 单元 · 单元名称 · 能力单元",
    "title@zh-Hant": "名稱 · 標題 · 單元 · 單元名稱 · 能力單元",
    "title@pt": "título · nome · designação · unidade",
    "statement@en": "statement · description · unit description",
    "statement@zh-Hans": "说明 · 描述 · 单元说明 · 单元描述 · 能力要求 · 技能要求",
    "statement@zh-Hant": "說明 · 單元說明 · 單元描述",
    "statement@pt": "descrição · descrição da unidade",
    "level": "level · 等级 · 级别 · 等級 · 級別 · 資歷級別 · nível",
    "credits": "credits · credit · 学分 · 學分 · créditos",
    "hours": "hours · learning hours · 学时 · 课时 · 学习时数 · 學時 · 課時 · 學習時數 · horas",
    "area": "area · domain · 领域 · 范畴 · 职能范畴 · 範疇 · 領域 · 職能範疇 · área",
    "tags": "tags · 标签 · 標籤 · etiquetas",
    "supersedes": "supersedes · replaces · 取代 · 替代 · substitui",
    "equivalent": "equivalent · 等同 · 等效 · equivalente",
}
CROSSWALK = {
    "subject_id": "subject_id · subject · from · 来源 · 来源单元 · 來源 · 來源單元 · origem",
    "subject_label": "subject_label · 来源名称 · 來源名稱",
    "predicate_id": "predicate_id · predicate · relation · 关系 · 關係 · relação",
    "predicate_modifier": "predicate_modifier · modifier · 否定 · 修饰 · 修飾",
    "object_id": "object_id · object · to · 目标 · 目标单元 · 目標 · 目標單元 · destino",
    "object_label": "object_label · 目标名称 · 目標名稱",
    "mapping_justification": "mapping_justification · justification · 依据 · 依據 · justificação",
    "confidence": "confidence · 置信度 · 可信度 · confiança",
    "mapping_date": "mapping_date · date · 日期 · data",
    "author_id": "author_id · author · 作者 · autor",
    "reviewer_id": "reviewer_id · reviewer · 审核人 · 審核人 · revisor",
    "comment": "comment · 备注 · 備註 · comentário",
}
_TAGGED = re.compile(
    r"(?P<words>.+?)[\s_]*[_\s(\[](?P<tag>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)[)\]]?", re.ASCII | re.IGNORECASE
)
_TRANSLATED = ("title", "statement")
_IN_WORDS = re.compile(r"(?P<words>.+?)\s*\((?P<language>[^()]+)\)")
_LANGUAGES = {
    "zh": "中文 · chinese",
    "zh-Hans": "简体 · 简体中文",
    "zh-Hant": "繁体 · 繁體 · 繁體中文",
    "en": "英文 · 英语 · 英語 · english",
    "pt": "葡文 · 葡萄牙文 · 葡语 · 葡語 · português · portuguese",
}
_TAG_OF = {word: tag for tag, words in _LANGUAGES.items() for word in words.split(" · ")}
"""How people name the language of a column; ``zh`` is the Chinese in which the heading itself is written."""


class Heading(NamedTuple):
    """The field that a column holds, and the language of its texts where it has one."""

    field: str
    language: str = ""


def heading_of(text: str, table: dict[str, str]) -> Heading | None:
    """Return what a heading means, or None: ``title``, ``名称``, ``title_zh-Hant``, ``名稱 (en)``."""
    known = _words(table)
    if heading := known.get(_plain(text)):
        return heading
    written = unicodedata.normalize("NFKC", text).strip()
    spoken = _IN_WORDS.fullmatch(written)
    if spoken and (language := _TAG_OF.get(spoken["language"].strip().casefold())):
        heading = known.get(_plain(spoken["words"]))
        if heading is None or heading.field not in _TRANSLATED:
            return None
        of_itself = heading.language if heading.language.startswith("zh") else "zh-Hans"
        return Heading(heading.field, of_itself if language == "zh" else language)
    tagged = _TAGGED.fullmatch(written)
    heading = known.get(_plain(tagged["words"])) if tagged else None
    if not tagged or heading is None or heading.field not in _TRANSLATED:
        return None
    first, *rest = tagged["tag"].split("-")
    return Heading(heading.field, "-".join([first.lower(), *rest]))


def examples(table: dict[str, str]) -> str:
    """Return some headings to begin with, a few of each language."""
    learners = ("name", "awarded", "holder")
    some = ("code", "level") if table is FRAMEWORK else learners if "holder" in table else tuple(table)[:2]
    return "headings such as " + "; ".join(table[field].replace(" · ", ", ") for field in some)


def in_english(table: dict[str, str]) -> str:
    """Return the first word for every field that is not told already: of a translated one the English."""
    return ", ".join(words.split(" · ")[0] for field, words in table.items() if field.partition("@")[2] in ("", "en"))


def headings_known(table: dict[str, str]) -> list[str]:
    """Return every heading that is understood."""
    return list(_words(table))


def _words(table: dict[str, str]) -> dict[str, Heading]:
    return {_plain(word): _heading(field) for field, words in table.items() for word in words.split(" · ")}


def _heading(field: str) -> Heading:
    """Return the heading of a key such as ``title@pt``; elsewhere, as in the code of a unit, the mark is a character like any other."""
    name, _, language = field.partition("@")
    return Heading(name, language) if name in _TRANSLATED else Heading(field)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).replace("_", " ").casefold().split())
