# SPDX-License-Identifier: Apache-2.0
"""What a platform's rules come to, in words, in four languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from touchstone.cooperation.agreements import Agreed
from touchstone.cooperation.agreements import Refusal as StepRefusal
from touchstone.cooperation.benefits import Portion
from touchstone.cooperation.membership import Membership
from touchstone.cooperation.membership import Refusal as EventRefusal
from touchstone.cooperation.records import AgreementRecord, MemberRecord, ResearchRecord
from touchstone.cooperation.research import Match
from touchstone.cooperation.votes import Outcome
from touchstone.recognition.wording import fill
from touchstone.standards.wordings import texts_of
from touchstone.text import LanguageMap, text_in


def wordings() -> Mapping[str, LanguageMap]:
    """Return all fixed texts of cooperation by key."""
    return texts_of("touchstone.cooperation")


def say(key: str, language: str, **gaps: object) -> str:
    """Return a fixed text in a language, its gaps filled."""
    return fill(text_in(wordings()[key], language), **gaps)


def listed(words: Iterable[str], language: str) -> str:
    """Join words as the language does."""
    return ("、" if language.startswith("zh") else ", ").join(words)


def told_member(record: MemberRecord, found: Membership, day: dt.date, language: str) -> Iterator[str]:
    """Say where a member stands, then what had no effect and why."""
    state = say(f"member.{found.state}", language)
    key = "member.since" if found.since else "member.told"
    yield say(key, language, member=record.member, day=day, state=state, since=found.since)
    yield say("member.votes" if found.votes else "member.no_vote", language)
    if found.barred_until:
        yield say("member.barred_until", language, until=found.barred_until)
    yield from _told_refusals(
        found.refused, [(each.act, each.on) for each in record.events], [each.event for each in found.refused], language
    )


def told_agreement(record: AgreementRecord, found: Agreed, day: dt.date, language: str) -> Iterator[str]:
    """Say what is agreed, who has yet to sign, who ended it, then what had no effect and why."""
    yield say(
        "agreement.told", language, agreement=record.agreement, day=day, state=say(f"agreement.{found.state}", language)
    )
    if found.version:
        key = "agreement.held" if found.state == "ended" else "agreement.holds"
        yield say(key, language, version=found.version)
    if found.proposed and found.state != "ended":
        missing = listed((say(f"party.{party}", language) for party in found.missing), language)
        yield say("agreement.waits", language, version=found.proposed, missing=missing)
    if found.ends and found.ended_by:
        yield say("agreement.ends", language, ends=found.ends, party=say(f"party.{found.ended_by}", language))
        if found.reason:
            yield say("agreement.reason", language, reason=found.reason)
    yield from _told_refusals(
        found.refused, [(each.act, each.on) for each in record.steps], [each.step for each in found.refused], language
    )


def _told_refusals(
    refused: Sequence[EventRefusal | StepRefusal], acts: Sequence[tuple[str, dt.date]], places: list[int], language: str
) -> Iterator[str]:
    for refusal, place in zip(refused, places, strict=True):
        act, on = acts[place]
        why = say(f"refused.{refusal.code}", language)
        yield say("no_effect", language, number=place + 1, act=say(f"act.{act}", language), on=on, why=why)


def told_vote(motion: LanguageMap, found: Outcome, language: str) -> Iterator[str]:
    """Say whether a motion is carried, and what it took."""
    yield say("vote.told", language, motion=text_in(motion, language), result=say(f"vote.{found.result}", language))
    yield say("vote.counted", language, **{name: getattr(found, name) for name in found.__struct_fields__[1:]})


def told_share(portion: Portion, unit: str, language: str) -> str:
    """Say what a member gets, and what each part of the formula gave before rounding."""
    names = {"evenly": say("share.evenly", language)}
    parts = listed((f"{names.get(name, name)} {part}" for name, part in portion.parts.items()), language)
    return say("share.told", language, member=portion.member, amount=portion.amount, unit=unit, parts=parts)


def told_match(record: ResearchRecord, found: Match, language: str) -> Iterator[str]:
    """Say who helps with a problem and how, and which team brings everything, or why none does."""
    titles = {each.id: each.title for each in record.problems}
    title = titles[found.problem]
    yield say("match.problem", language, problem=text_in(title, language) if title else found.problem)
    for each in found.candidates:
        key = "match.fits" if each.fits else "match.busy"
        yield "    " + say(key, language, means=each.means, brings=listed(each.brings, language), days=each.free_days)
    if found.team:
        yield say("match.team", language, team=listed(found.team, language))
    elif found.never_together:
        yield say("match.never", language)
    else:
        yield say("match.nobody", language, missing=listed(found.nobody_brings, language))
