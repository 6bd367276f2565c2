# SPDX-License-Identifier: Apache-2.0
"""Whether a name in a table is that of a person, and whether two names can be one person's: pure rules about texts."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

FIRST_HAN = "\u2e80"
ALIKE = 0.6
"""How alike two spellings in Latin letters are at least (0 to 1), by :mod:`difflib`: a letter or a syllable apart, not a name."""


def names_one_of(name: str, called: tuple[str, ...]) -> bool:
    """Tell whether a name in a table is one of those that a person has; where two share one, a third sees to it.

    :param called: the person's names, in whichever scripts they are known.
    """
    told = {_folded(name), *(_folded(each) for each in _parts(name))}
    return any(each and _folded(each) in told for each in called)


def is_another_spelling(name: str, former: str) -> bool:
    """Tell whether a name can be the correction of another: in one script at least they share a character of Han, or read alike.

    Somebody else's name is no correction: that certificate is revoked, and the other issued to a group with its own approval.
    """
    return any(_alike(one, other) for one, other in zip(_parts(name), _parts(former), strict=True)) or _says_more(
        name, former
    )


def _says_more(name: str, former: str) -> bool:
    """Tell whether the names stand in two scripts, so that nothing can be compared: whoever approves it sees both."""
    scripts = [[bool(part) for part in _parts(each)] for each in (name, former)]
    return not any(one and other for one, other in zip(*scripts, strict=True))


def _alike(one: str, other: str) -> bool:
    if not one or not other:
        return False
    if one >= FIRST_HAN:
        return bool(set(one) & set(other))
    return any(
        SequenceMatcher(None, ours, theirs).ratio() >= ALIKE for ours in _orders(one) for theirs in _orders(other)
    )


def _orders(name: str) -> Iterator[str]:
    """Yield a name as it is, and with its words in the order of the alphabet: family names stand first or last."""
    yield _folded(name)
    yield " ".join(sorted(_folded(name).split()))


def _parts(name: str) -> tuple[str, str]:
    """Return a name's parts in each script: tables often hold both, as ``陳大文 CHAN Tai Man``."""
    han = "".join(character for character in name if character >= FIRST_HAN)
    latin = "".join(character if character < FIRST_HAN else " " for character in name)
    return han, " ".join(latin.replace("(", " ").replace(")", " ").split())


def _folded(name: str) -> str:
    return " ".join(name.replace(",", " ").casefold().split())
