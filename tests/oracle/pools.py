# SPDX-License-Identifier: Apache-2.0
"""Credit pools: every assignment of held units to asked units, tried one by one (point 7)."""

from fractions import Fraction

HOME, RECOGNISED = "home", "recognised"


def assignments(options, reuse_allowed):
    """Every way to serve some of the asked units: each a mapping from unit to HOME or RECOGNISED (7.1).

    `options` gives, for each asked unit, the sources that may serve it: (HOME or RECOGNISED, held ids used up).
    """
    units = sorted(options)

    def choose(position, used):
        if position == len(units):
            yield {}
            return
        unit = units[position]
        yield from choose(position + 1, used)
        for standing, needed in options[unit]:
            if reuse_allowed or not (needed & used):
                for rest in choose(position + 1, used | needed):
                    yield {unit: standing, **rest}

    return choose(0, frozenset())


def distinct_assignments(options, reuse_allowed):
    """The same without repetitions: which source serves a unit does not matter, only its standing."""
    return [dict(pairs) for pairs in {tuple(sorted(each.items())) for each in assignments(options, reuse_allowed)}]


def holds(pool, served, credits_of, recognised_share_max):
    """Whether a node's count reaches its bound (7.2)."""
    at_least = Fraction(str(pool["at_least"]))
    home, recognised = count(pool, served, credits_of)
    if recognised_share_max is not None:
        recognised = min(recognised, recognised_share_max * at_least)
    return home + recognised >= at_least


def count(pool, served, credits_of):
    """The credits of home and of recognised units, each cap filled by home units first (7.2)."""
    groups = [(cap["of"], Fraction(str(cap["at_most"]))) for cap in pool.get("caps", [])]
    capped = {unit for units, _ in groups for unit in units}
    groups += [([unit], None) for unit in pool["from"] if unit not in capped]
    home = recognised = Fraction(0)
    for units, at_most in groups:
        here = {standing: sum_of(units, standing, pool, served, credits_of) for standing in (HOME, RECOGNISED)}
        if at_most is not None:
            here[HOME] = min(here[HOME], at_most)
            here[RECOGNISED] = min(here[RECOGNISED], at_most - here[HOME])
        home += here[HOME]
        recognised += here[RECOGNISED]
    return home, recognised


def sum_of(units, standing, pool, served, credits_of):
    """The credits of a group's units that are served with one standing; a unit without credits is worth nothing."""
    return sum(
        (credits_of(unit) for unit in set(units) & set(pool["from"]) if served.get(unit) == standing), Fraction(0)
    )
