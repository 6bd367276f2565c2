# SPDX-License-Identifier: Apache-2.0
"""RDF Dataset Canonicalization, RDFC-1.0 (W3C Recommendation, 21 May 2024), with a limit on its work.

Blank nodes that look alike are told apart by trying orders of their neighbours, which a hostile graph can make take for ever
(section 7.1, dataset poisoning). So every step is counted, and beyond the budget there is an error instead of an answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

from touchstone.credentials.canonical.nquads import Quad
from touchstone.errors import CredentialError
from touchstone.value import Value

BUDGET = 20_000
"""Steps allowed beyond those that grow with the number of quads alone; a bundle of twenty signed badges takes about 2,000."""

MAX_LEVELS = 150
"""How far from a blank node its neighbours are followed; each level takes three of Python's call frames."""

Hash = Callable[[str], str]


class Canonical(Value, frozen=True):
    """A canonicalised dataset.

    :param nquads: the canonical N-Quads, sorted, each line with its line feed.
    :param labels: the canonical label of every blank node by its label in the input, both without ``_:``.
    """

    nquads: str
    labels: dict[str, str]


def canonicalise(quads: Iterable[Quad], *, hash: str = "sha256", budget: int = BUDGET) -> Canonical:
    """Return the canonical form of a dataset (section 4.4.3).

    :param quads: the statements; repeated ones count once.
    :param hash: ``sha256`` or ``sha384``.
    :param budget: steps allowed for telling blank nodes apart.
    :raises CredentialError: ``canonicalisation_too_costly`` if the budget is used up.
    """
    state = _State(dict.fromkeys(quads), hash, budget)
    state.label_all()
    issued = state.canonical.issued
    lines = sorted({_relabelled(quad, issued).line for quad in state.quads})
    return Canonical(nquads="".join(lines), labels={name[2:]: label[2:] for name, label in issued.items()})


class _Issuer:
    """Gives out labels in order (section 4.5)."""

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix, self.issued = prefix, issued or {}

    def issue(self, name: str) -> str:
        label = self.issued.get(name)
        if label is None:
            label = self.issued[name] = f"{self.prefix}{len(self.issued)}"
        return label

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


class _State:
    """The canonicalisation state (section 4.3): what is known of each blank node."""

    def __init__(self, quads: Iterable[Quad], hash: str, budget: int) -> None:
        self.quads = list(quads)
        self.hash: Hash = lambda text: hashlib.new(hash, text.encode("utf-8")).hexdigest()
        self.left, self.level = budget, 0
        self.canonical = _Issuer("_:c14n")
        self.mentions: dict[str, list[Quad]] = {}
        for quad in self.quads:
            for name in {term for term in (quad.subject, quad.object, quad.graph) if term.startswith("_:")}:
                self.mentions.setdefault(name, []).append(quad)
        self.first_degree = {name: self.hash_first_degree(name) for name in self.mentions}

    def label_all(self) -> None:
        """Label first the blank nodes that are alone with their hash, then the others (steps 3 to 5)."""
        by_hash: dict[str, list[str]] = {}
        for name, digest in self.first_degree.items():
            by_hash.setdefault(digest, []).append(name)
        alike = []
        for digest in sorted(by_hash):
            names = by_hash[digest]
            if len(names) == 1:
                self.canonical.issue(names[0])
            else:
                alike.append(names)
        for names in alike:
            self.label_alike(names)

    def label_alike(self, names: list[str]) -> None:
        found = []
        for name in names:
            if name in self.canonical.issued:
                continue
            issuer = _Issuer("_:b")
            issuer.issue(name)
            found.append(self.hash_n_degree(name, issuer))
        for _, issuer in sorted(found, key=lambda pair: pair[0]):
            for name in issuer.issued:
                self.canonical.issue(name)

    def hash_first_degree(self, name: str) -> str:
        """Hash a blank node by the quads that mention it (section 4.6)."""
        return self.hash("".join(sorted(first_degree_line(quad, name) for quad in self.mentions[name])))

    def hash_related(self, related: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        """Hash a neighbour by what is known of it so far (section 4.7)."""
        label = self.canonical.issued.get(related) or issuer.issued.get(related) or self.first_degree[related]
        predicate = "" if position == "g" else quad.predicate
        return self.hash(f"{position}{predicate}{label}")

    def hash_n_degree(self, name: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        """Hash a blank node by all that can be reached from it (section 4.8)."""
        self.level += 1
        if self.level > MAX_LEVELS:
            raise _too_costly()
        neighbours: dict[str, list[str]] = {}
        for quad in self.mentions[name]:
            for position, related in (("s", quad.subject), ("o", quad.object), ("g", quad.graph)):
                if related.startswith("_:") and related != name:
                    self.spend()
                    neighbours.setdefault(self.hash_related(related, quad, issuer, position), []).append(related)
        data = ""
        for digest in sorted(neighbours):
            path, issuer = self.shortest_path(neighbours[digest], issuer)
            data += digest + path
        self.level -= 1
        return self.hash(data), issuer

    def shortest_path(self, related: list[str], issuer: _Issuer) -> tuple[str, _Issuer]:
        """Try every order of neighbours that look alike and keep the least path (section 4.8.3, step 5)."""
        chosen: tuple[str, _Issuer] | None = None
        for order in _orders(related):
            tried = self.path_of(order, issuer.copy(), "" if chosen is None else chosen[0])
            if tried is not None and (chosen is None or tried[0] < chosen[0]):
                chosen = tried
        assert chosen is not None
        return chosen

    def path_of(self, order: tuple[str, ...], issuer: _Issuer, best: str) -> tuple[str, _Issuer] | None:
        path, recursion = "", []
        for related in order:
            self.spend()
            label = self.canonical.issued.get(related)
            if label is None:
                if related not in issuer.issued:
                    recursion.append(related)
                label = issuer.issue(related)
            path += label
            if _hopeless(path, best):
                return None
        for related in recursion:
            digest, reached = self.hash_n_degree(related, issuer)
            path += f"{issuer.issue(related)}<{digest}>"
            issuer = reached
            if _hopeless(path, best):
                return None
        return path, issuer

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _too_costly()


def _orders(related: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield every order of neighbours, each once.

    A neighbour that several quads link to stands several times, as the graph does of all that it holds; changing places with itself
    changes no path, so the least one is the same without these, of which there are soon too many.
    """
    place = {name: number for number, name in enumerate(dict.fromkeys(related))}
    names, order = list(place), sorted(place[name] for name in related)
    while True:
        yield tuple(names[number] for number in order)
        pivot = next((at for at in range(len(order) - 2, -1, -1) if order[at] < order[at + 1]), None)
        if pivot is None:
            return
        other = next(at for at in range(len(order) - 1, pivot, -1) if order[at] > order[pivot])
        order[pivot], order[other] = order[other], order[pivot]
        order[pivot + 1 :] = reversed(order[pivot + 1 :])


def first_degree_line(quad: Quad, name: str) -> str:
    """Return a quad as the first-degree hash sees it: the node itself is ``_:a``, every other blank node ``_:z``."""
    subject, predicate, object_, graph = quad
    return Quad(_seen(subject, name), predicate, _seen(object_, name), _seen(graph, name)).line


def _seen(term: str, name: str) -> str:
    if not term.startswith("_:"):
        return term
    return "_:a" if term == name else "_:z"


def _relabelled(quad: Quad, issued: dict[str, str]) -> Quad:
    subject, predicate, object_, graph = quad
    return Quad(issued.get(subject, subject), predicate, issued.get(object_, object_), issued.get(graph, graph))


def _hopeless(path: str, best: str) -> bool:
    return bool(best) and len(path) >= len(best) and path > best


def _too_costly() -> CredentialError:
    return CredentialError(
        "canonicalisation_too_costly",
        "the document links nameless nodes in a way that would take too long to put in order",
        hint="Give the nodes that repeat each other an id.",
    )
