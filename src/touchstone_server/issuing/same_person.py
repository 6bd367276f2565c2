# SPDX-License-Identifier: Apache-2.0
"""Whether a name in a table is that of a person, and whether two names can be one person's: pure rules about texts."""

from __future__ import annotations

from difflib import SequenceMatcher

from touchstone_server.issuing.seeking import sought_as

FIRST_HAN = "\u2e80"
ALIKE = 0.8
"""How alike two spellings of a word in Latin letters are at least (0 to 1), by :mod:`difflib`."""
ONE_LETTER = 0.66
"""How alike the one word is that may be further off: Man and Nan, not Man and Ming."""


def names_one_of(name: str, called: tuple[str, ...]) -> bool:
    """Tell whether a name in a table is one of those that a person has; where two share one, a third sees to it.

    :param called: the person's names, in whichever scripts they are known.
    """
    told = {_folded(name), *(_folded(each) for each in _parts(name))}
    return any(each and _folded(each) in told for each in called)


def is_another_spelling(name: str, former: str) -> bool:
    """Tell whether a name can be the correction of another: in one script that both have they are the same but for a slip.

    Somebody else's name is no correction: that certificate is revoked, and the other issued to a group with its own approval. A name in
    another script alone is compared with nothing, so it is none either; one that is added stands beside the old.
    """
    (han, latin), (former_han, former_latin) = _parts(name), _parts(former)
    return _han_alike(sought_as(han), sought_as(former_han)) or _latin_alike(_words(latin), _words(former_latin))


def _han_alike(one: str, other: str) -> bool:
    """Tell whether at most one character differs, is missing or is there too much, and never the first: it is the family's."""
    if not one or one[:1] != other[:1]:
        return False
    end = _common(one[::-1], other[::-1])
    return _common(one, other) + end >= max(len(one), len(other)) - 1


def _common(one: str, other: str) -> int:
    """Return with how many characters two texts begin alike."""
    return next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), min(len(one), len(other))
    )


def _latin_alike(one: list[str], other: list[str]) -> bool:
    """Tell whether word answers to word, in the order in which they stand or in that of the alphabet, for family names stand first or last;
    in one of them a letter of three may be another.
    """
    return len(one) == len(other) > 0 and any(
        _slips([_ratio(*pair) for pair in zip(ours, theirs, strict=True)])
        for ours, theirs in ((one, other), (sorted(one), sorted(other)))
    )


def _slips(ratios: list[float]) -> bool:
    worst, *others = sorted(ratios)
    return worst >= ONE_LETTER and all(each >= ALIKE for each in others)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _words(name: str) -> list[str]:
    return sought_as(name).replace(",", " ").replace("-", " ").split()


def _parts(name: str) -> tuple[str, str]:
    """Return a name's parts in each script: tables often hold both, as ``陳大文 CHAN Tai Man``."""
    han = "".join(character for character in name if character >= FIRST_HAN)
    latin = "".join(character if character < FIRST_HAN else " " for character in name)
    return han, " ".join(latin.replace("(", " ").replace(")", " ").split())


def _folded(name: str) -> str:
    return " ".join(name.replace(",", " ").casefold().split())
