# SPDX-License-Identifier: Apache-2.0
"""The answer in one sentence: it leads with what is certain, and says so when it rests on assumptions or on made-up documents."""

from __future__ import annotations

from touchstone.recognition.names import Names
from touchstone.recognition.retold import Retold


def sentence(retold: Retold, names: Names, why_barred: str) -> str:
    """Return the sentence; ``why_barred`` is the reason of the bar that refuses, in words, if one does."""
    prefix, certain = _prefix(retold, names), _certain(retold, names, why_barred)
    if prefix:  # which ends with a colon
        certain = certain[:1].lower() + certain[1:]
    return prefix + certain + _uncertain(retold, names)


def _prefix(retold: Retold, names: Names) -> str:
    match retold.decision.assumed is not None, retold.decision.standing == "illustrative":
        case True, True:
            return names.words.say("prefix.both")
        case True, False:
            return names.words.say("prefix.assumed")
        case False, True:
            return names.words.say("prefix.illustrative")
        case _:
            return ""


def _certain(retold: Retold, names: Names, why_barred: str) -> str:
    decision, words = retold.decision, names.words
    met, asked = retold.counted()
    return words.say(
        f"sentence.{_pattern(retold)}",
        target=names.quoted(retold.target.title),
        region=words.place(retold.request.to),
        reason=why_barred,
        met=met,
        asked=asked,
        missing=_ways(retold, names),
        must=names.facts(decision.conditions.must_obtain) if decision.conditions else "",
        deadline=_deadline(retold, names),
        to=words.region(retold.request.to),
        **{"from": words.region(retold.request.from_), "as": _recognised_as(retold, names)},
    )


def _pattern(retold: Retold) -> str:
    floor = retold.decision.floor
    if not retold.decision.compared:
        return "no_agreement"
    if retold.bar:
        return "barred"
    return "impossible" if floor == "REFUSED" and not retold.decision.missing else floor


def _recognised_as(retold: Retold, names: Names) -> str:
    named = retold.decision.recognised_as
    other = retold.edition.qualification(named) if named else None
    return names.quoted(other.title) if other else ""


def _ways(retold: Retold, names: Names) -> str:
    """Return the smallest way to close the gap, and whether there are others."""
    sets = retold.decision.missing
    way = names.facts(sets[0]) if sets else ""
    return names.words.say("list.otherwise", way=way) if len(sets) > 1 else way


def _deadline(retold: Retold, names: Names) -> str:
    conditions = retold.decision.conditions
    if conditions is None or conditions.deadline_months is None:
        return ""
    months = conditions.deadline_months
    return names.words.say("deadline", months=months)


def _uncertain(retold: Retold, names: Names) -> str:
    if not retold.decision.open:
        return ""
    ceiling = names.words.say(f"outcome.{retold.decision.ceiling}")
    told = names.words.say(
        "sentence.open", open=names.facts(retold.decision.open), ceiling=ceiling[:1].lower() + ceiling[1:]
    )
    return told if names.words.language.startswith("zh") else f" {told}"
