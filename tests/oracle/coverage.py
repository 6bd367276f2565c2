# SPDX-License-Identifier: Apache-2.0
"""Which held unit covers which asked unit, by the rows that an agreement admits (5.1 to 5.8)."""

from dataclasses import dataclass
from fractions import Fraction
from math import prod

FALSE, UNKNOWN, TRUE = 0, 1, 2

INVERSE = {
    "exactMatch": "exactMatch",
    "closeMatch": "closeMatch",
    "relatedMatch": "relatedMatch",
    "narrowMatch": "broadMatch",
    "broadMatch": "narrowMatch",
}
CHAINING = ("exactMatch", "narrowMatch")


@dataclass(frozen=True)
class Reading:
    """One row read in one direction (5.2)."""

    source: str
    target: str
    predicate: str
    confidence: Fraction | None


@dataclass(frozen=True)
class Path:
    """The units walked over, and for each step the row used, or None for a succession (5.2)."""

    units: tuple
    steps: tuple

    @property
    def rows(self):
        """The rows among the steps: its hops."""
        return [step for step in self.steps if step is not None]


def local_name(predicate):
    """`skos:exactMatch` and `exactMatch` are the same predicate."""
    return predicate.rpartition(":")[2]


def is_not(row):
    """Whether a row denies."""
    return row.get("predicate_modifier") == "Not"


def parts_of(row):
    """The parts of a composed subject; one part if it is not composed."""
    return frozenset(row["subject_id"].split("|"))


class Crosswalks:
    """The rows that one agreement admits, and what they say."""

    def __init__(self, agreement, library):
        self.agreement = agreement
        self.library = library
        named = [library.referenced("Crosswalk", reference) for reference in agreement.get("crosswalks", [])]
        rows = [row for crosswalk in named if crosswalk for row in crosswalk["mappings"]]
        single = [row for row in rows if "|" not in row["subject_id"]]
        composed = [row for row in rows if "|" in row["subject_id"]]
        self.denied_pairs = {frozenset((row["subject_id"], row["object_id"])) for row in single if is_not(row)}
        self.denied_sets = [(parts_of(row), row["object_id"]) for row in composed if is_not(row)]
        self.composed = [row for row in composed if not is_not(row)]
        self.readings = {}
        for row in single:
            if not is_not(row):
                self._read_both_ways(row)
        self._paths = {}

    def _read_both_ways(self, row):
        """As written and inverted, if the row exists so read (5.2, 5.3)."""
        predicate, confidence = local_name(row["predicate_id"]), confidence_of(row)
        written = Reading(row["subject_id"], row["object_id"], predicate, confidence)
        inverted = Reading(row["object_id"], row["subject_id"], INVERSE[predicate], confidence)
        for reading in (written, inverted):
            if self.exists(reading.predicate, confidence):
                self.readings.setdefault(reading.source, []).append(reading)

    def confident(self, confidence):
        """Whether a confidence reaches `min_confidence`, if one is asked (5.3)."""
        asked = self.agreement.get("min_confidence")
        return asked is None or (confidence is not None and confidence >= Fraction(asked))

    def exists(self, predicate, confidence):
        """5.3: admitted predicate and enough confidence; closeMatch rows always exist."""
        if predicate == "closeMatch":
            return True
        admitted = self.agreement.get("predicates")
        named = admitted is None or predicate in [local_name(each) for each in admitted]
        return named and self.confident(confidence)

    def predicate_value(self, predicate, confidence):
        """What one hop gives (5.4)."""
        if predicate in CHAINING:
            return TRUE
        if predicate == "closeMatch":
            return TRUE if self.agreement.get("accept_close") and self.confident(confidence) else UNKNOWN
        return FALSE

    def max_hops(self):
        """How many rows a path may have; one unless the agreement says otherwise."""
        return int(self.agreement.get("max_hops", 1))

    def coverage(self, source, target):
        """The value of "source covers target" for evidence under agreement terms (5.1 to 5.7)."""
        if target in self.library.successions(source):
            return TRUE
        if frozenset((source, target)) in self.denied_pairs:
            return FALSE
        paths = [path for path in self.paths_from(source) if path.units[-1] == target]
        left = [path for path in paths if not self.denied(path)]
        if left:
            return max(self.path_value(path) for path in left)
        if paths or self.agreement.get("mapping_complete"):
            return FALSE
        return UNKNOWN

    def path_value(self, path):
        """One hop by its predicate (5.4); a chain that stands is true (5.5)."""
        rows = path.rows
        return self.predicate_value(rows[0].predicate, rows[0].confidence) if len(rows) == 1 else TRUE

    def denied(self, path):
        """Whether a Not row's two units stand on the path with a row between them (5.6)."""
        for first in range(len(path.units)):
            for second in range(first + 1, len(path.units)):
                pair = frozenset((path.units[first], path.units[second]))
                if pair in self.denied_pairs and any(path.steps[first:second]):
                    return True
        return False

    def paths_from(self, source):
        """Every path that starts at a unit and stands by 5.2 to 5.5, before any Not row is looked at."""
        if source not in self._paths:
            walked = self.walk(Path((source,), ()))
            self._paths[source] = [path for path in walked if self.stands(path)]
        return self._paths[source]

    def walk(self, path):
        """Every walk over distinct units within `max_hops` that goes on from here."""
        yield path
        here = path.units[-1]
        steps = [(unit, None) for unit in self.library.successors(here)]
        if len(path.rows) < self.max_hops():
            steps += [(reading.target, reading) for reading in self.readings.get(here, [])]
        for unit, step in steps:
            if unit not in path.units:
                yield from self.walk(Path((*path.units, unit), (*path.steps, step)))

    def stands(self, path):
        """One existing row, or a chain of exact and narrow rows with enough confidence together (5.4, 5.5)."""
        rows = path.rows
        if len(rows) <= 1:
            return len(rows) == 1
        if any(row.predicate not in CHAINING for row in rows):
            return False
        if self.agreement.get("min_confidence") is None:
            return True
        return self.confident(prod(row.confidence for row in rows))

    def composed_sources(self, target):
        """The parts and the coverage of every composed row that may cover a target (5.8)."""
        sources = []
        for row in self.composed if self.max_hops() >= 1 else []:
            predicate, confidence = local_name(row["predicate_id"]), confidence_of(row)
            reaches = target in self.library.successions(row["object_id"])
            if reaches and self.exists(predicate, confidence) and not self.denied_set(parts_of(row), target):
                sources.append((sorted(parts_of(row)), self.predicate_value(predicate, confidence)))
        return sources

    def denied_set(self, parts, target):
        """A composed Not denies that exact set for its object and the object's successors (5.8)."""
        return any(parts == denied and target in self.library.successions(unit) for denied, unit in self.denied_sets)


def confidence_of(row):
    """A row's confidence as an exact number, or None."""
    stated = row.get("confidence")
    return None if stated in (None, "") else Fraction(stated)
