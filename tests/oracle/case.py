# SPDX-License-Identifier: Apache-2.0
"""One qualification, asked of one person under one agreement: barred, full, recognised, missing (points 5.10, 7, 8)."""

from fractions import Fraction
from itertools import combinations

from tests.oracle import expressions, pools
from tests.oracle.coverage import FALSE, TRUE, UNKNOWN
from tests.oracle.documents import reference_id
from tests.oracle.facts import AGREEMENT, HOME, Facts, Holding

NOTHING = frozenset()


class Case:
    """A qualification with the facts that bear on it.

    Each question is asked under a *resolution*, the set of fact names whose unknowns count for the holder, and for the
    missing sets also with some tokens *acquired*.
    """

    def __init__(self, library, request, agreement, qualification):
        self.library = library
        self.qualification = qualification
        self.requirement = qualification["require"]
        self.bars = qualification.get("bars", [])
        self.agreement = agreement or {}
        self.facts = Facts(library, request, agreement, reference_id(qualification["framework"]))
        self.leaves = expressions.leaves(self.requirement)
        self.pools = expressions.pools(self.requirement)
        self.pool_units = sorted({unit for pool in self.pools for unit in pool["from"]})
        self.tokens = sorted({expressions.name(leaf) for leaf in self.leaves} | set(self.pool_units))
        self.acquirable = self.token_leaves()
        self.acquired_holdings = {token: self.as_if_held(token) for token in self.tokens if token in library.units}
        self._remembered = {}

    def remember(self, question, *about):
        """Ask a question once."""
        key = (question.__name__, *about)
        if key not in self._remembered:
            self._remembered[key] = question(*about)
        return self._remembered[key]

    # Single facts under a resolution (9.2)

    def value(self, leaf):
        """The three-valued value of a leaf, direct grants aside."""
        key = (id(leaf),)
        if key not in self._remembered:
            self._remembered[key] = self.facts.value(leaf)
        return self._remembered[key]

    def leaf_is_true(self, leaf, favoured, acquired=NOTHING, in_bar=False):
        """A leaf by its own sources, by what is acquired, or by a direct grant (5.9, 5.10)."""
        if settled(self.value(leaf), expressions.name(leaf), favoured, in_bar) or self.gained(leaf, acquired):
            return True
        granted = self.granted(favoured, acquired, in_bar)
        return leaf.get("unit") in granted["units"] or leaf.get("holds") in granted["qualifications"]

    # Direct entries (5.10)

    def granted(self, favoured, acquired=NOTHING, in_bar=False):
        """What the direct entries grant: units, qualifications for `holds` leaves, qualifications in full."""
        return self.remember(self._granted, favoured, acquired, in_bar)

    def _granted(self, favoured, acquired, in_bar):
        granted = {"units": set(), "qualifications": set(), "full": set()}
        for entry in self.agreement.get("direct", []):
            if self.entry_is_true(entry, favoured, acquired, in_bar):
                units = {each for each in entry["grants"] if each in self.library.units}
                qualifications = set(entry["grants"]) - units
                granted["qualifications"] |= qualifications
                if entry.get("effect", "certificate") == "certificate":
                    granted["units"] |= units
                    granted["full"] |= qualifications
        return granted

    def entry_is_true(self, entry, favoured, acquired, in_bar):
        """The held certificate under agreement terms, and the conditions by the evidence itself."""
        held = self.certificate_value(entry)
        if not settled(held, f"holds:{entry['holds']}", favoured, in_bar):
            return False

        def condition_is_true(leaf):
            own = settled(self.value(leaf), expressions.name(leaf), favoured, in_bar)
            return own or self.gained(leaf, acquired)

        return expressions.is_true(entry.get("conditions", {"all_of": []}), condition_is_true, None)

    def certificate_value(self, entry):
        """The value of "holds the named certificate", usable under agreement terms."""
        return self.facts.certificate_value(entry["holds"], AGREEMENT)

    # Acquired tokens (8.3)

    def token_leaves(self):
        """The leaves of the requirement behind each token."""
        return {token: [leaf for leaf in self.leaves if expressions.name(leaf) == token] for token in self.tokens}

    def as_if_held(self, token):
        """Home evidence for a unit at the highest level and score that its leaves ask (8.3)."""
        scale = self.library.unit(token).scale
        levels = [leaf["level"] for leaf in self.acquirable[token] if "level" in leaf]
        scores = [leaf["min_score"] for leaf in self.acquirable[token] if "min_score" in leaf]
        level = max(levels, key=lambda code: self.library.position(scale, code), default=None)
        credential = {"kind": "assessment", "awarded": self.library.day.isoformat(), "status": "valid"}
        return Holding(credential, token, level, max(scores, key=Fraction, default=None), HOME)

    def gained(self, leaf, acquired):
        """Whether one of the acquired tokens makes a leaf true."""
        return any(self.gains(leaf, token) for token in acquired)

    def gains(self, leaf, token):
        """Whether one acquired token makes a leaf true (8.3)."""
        key = (id(leaf), token)
        if key not in self._remembered:
            self._remembered[key] = self._gains(leaf, token)
        return self._remembered[key]

    def _gains(self, leaf, token):
        if "unit" in leaf:
            holding = self.acquired_holdings.get(token)
            asked = leaf["unit"], leaf.get("level"), leaf.get("min_score")
            return holding is not None and self.facts.holding_value(holding, *asked) == TRUE
        return token == expressions.name(leaf) or self.asks_less(leaf, token)

    def asks_less(self, leaf, token):
        """Whether a token of more months or hours satisfies this leaf too (8.3)."""
        for acquired in self.acquirable[token]:
            for kind, amount in (("experience", "months"), ("training", "hours")):
                if kind in leaf and kind in acquired and same_but(amount, leaf[kind], acquired[kind]):
                    return Fraction(str(leaf[kind][amount])) <= Fraction(str(acquired[kind][amount]))
        return False

    # Pools (7)

    def pool_sources(self, unit):
        """Every source of a pool unit by the evidence: (value, standing, held ids used up)."""
        return self.remember(self._pool_sources, unit)

    def _pool_sources(self, unit):
        sources = [
            (self.facts.holding_value(holding, unit), standing(holding.terms), frozenset((holding.unit,)))
            for holding in self.facts.holdings
        ]
        for parts, covered in self.facts.composed_sources(unit):
            combined = [(covered, frozenset())]
            for part in parts:
                combined = [
                    (min(value, self.facts.strength(holding, unit, None, None)), used | {holding.unit})
                    for value, used in combined
                    for holding in self.facts.part_holdings(part)
                ]
            sources += [(value, pools.RECOGNISED, used) for value, used in combined]
        return [source for source in sources if source[0] != FALSE]

    def pool_options(self, unit, favoured, acquired):
        """The sources that may serve a pool unit under a resolution: evidence, grants and acquired units (7.1)."""
        options = {
            (standing, used)
            for value, standing, used in self.pool_sources(unit)
            if settled(value, unit, favoured, in_bar=False)
        }
        if unit in self.granted(favoured, acquired)["units"]:
            options.add((pools.RECOGNISED, frozenset()))
        for token in acquired:
            if token in self.acquired_holdings and self.serves(token, unit):
                options.add((pools.HOME, frozenset((token,))))
        return frozenset(options)

    def serves(self, token, unit):
        """Whether an acquired unit may serve a pool unit, itself or an equivalent successor (8.3)."""
        return self.facts.holding_value(self.acquired_holdings[token], unit) == TRUE

    def assignments(self, favoured, acquired=NOTHING):
        """Every assignment that the resolution and the acquired units allow."""
        options = tuple((unit, self.pool_options(unit, favoured, acquired)) for unit in self.pool_units)
        return self.remember(self._assignments, options)

    def _assignments(self, options):
        return pools.distinct_assignments(dict(options), self.agreement.get("reuse_allowed", False))

    def pool_holds(self, pool, served):
        """Whether an assignment fills a node (7.2)."""
        share = self.agreement.get("recognised_share_max")
        limit = None if share is None else Fraction(share)
        return pools.holds(pool, served, lambda unit: self.library.unit(unit).credits, limit)

    # The questions that a decision asks (8)

    def requirement_is_true(self, favoured, acquired, served):
        """The requirement under one assignment."""
        return expressions.is_true(
            self.requirement,
            lambda leaf: self.leaf_is_true(leaf, favoured, acquired),
            lambda pool: self.pool_holds(pool, served),
        )

    def is_full(self, favoured, acquired=NOTHING):
        """Granted in full, or the requirement is true under some assignment (8.4, 5.10)."""
        if self.qualification["id"] in self.granted(favoured, acquired)["full"]:
            return True
        return any(
            self.requirement_is_true(favoured, acquired, served) for served in self.assignments(favoured, acquired)
        )

    def barred(self, favoured):
        """Whether a bar is true; an unknown one counts against the holder (8.1)."""
        return any(
            expressions.is_true(bar, lambda leaf: self.leaf_is_true(leaf, favoured, in_bar=True), None)
            for bar in self.bars
        )

    def best_assignment(self, favoured):
        """Makes the requirement true if any does, then serves the most, then the smallest ids (7.3)."""

        def badness(served):
            return not self.requirement_is_true(favoured, NOTHING, served), -len(served), sorted(served)

        return min(self.assignments(favoured), key=badness)

    def recognised(self, favoured):
        """The units of true leaves and the units served in pools (8.2)."""
        units = {leaf["unit"] for leaf in self.leaves if "unit" in leaf and self.leaf_is_true(leaf, favoured)}
        return sorted(units | set(self.best_assignment(favoured)))

    def missing(self, favoured):
        """All minimal sets of tokens that make it full, by size, then ids (8.3)."""
        if self.barred(favoured) or self.is_full(favoured) or not self.is_full(favoured, frozenset(self.tokens)):
            return []
        minimal = []
        for size in range(1, len(self.tokens) + 1):
            for tokens in combinations(self.tokens, size):
                acquired = frozenset(tokens)
                if not any(each < acquired for each in map(frozenset, minimal)) and self.is_full(favoured, acquired):
                    minimal.append(tokens)
        return minimal

    def unknown_names(self):
        """The unknown facts of the requirement, the bars and the direct entries (9.1)."""
        entries = self.agreement.get("direct", [])
        conditions = [entry["conditions"] for entry in entries if "conditions" in entry]
        asked = [leaf for expression in (*self.bars, *conditions) for leaf in expressions.leaves(expression)]
        names = {expressions.name(leaf) for leaf in (*self.leaves, *asked) if self.value(leaf) == UNKNOWN}
        names |= {unit for unit in self.pool_units if any(value == UNKNOWN for value, _, _ in self.pool_sources(unit))}
        return names | {f"holds:{entry['holds']}" for entry in entries if self.certificate_value(entry) == UNKNOWN}


def settled(value, name, favoured, in_bar):
    """A value once its unknown is resolved: for the holder makes it true, but false in a bar (9.2)."""
    if value == UNKNOWN:
        return (name in favoured) != in_bar
    return value == TRUE


def standing(terms):
    """Home units and recognised ones count differently in a pool (7.2)."""
    return pools.HOME if terms == HOME else pools.RECOGNISED


def same_but(amount, one, other):
    """Whether two leaves ask for the same thing, amounts aside."""
    return {**one, amount: None} == {**other, amount: None}
