# SPDX-License-Identifier: Apache-2.0
"""Random scales, referencings, frameworks and crosswalks for small worlds: valid documents, and crowded with edges."""

from datetime import timedelta

THIRD_REGION = "MO"
CONFIDENCES = ("1.00", "0.95", "0.9", "0.81", "0.80", "0.8", "0.79", "0.64", "0.5")
INVERSE = {"skos:narrowMatch": "skos:broadMatch", "skos:broadMatch": "skos:narrowMatch"}
PREDICATES = ("skos:exactMatch", "skos:narrowMatch", "skos:broadMatch", "skos:closeMatch", "skos:relatedMatch")
PREDICATE_WEIGHTS = (10, 5, 2, 2, 2)


def chance(rng, probability):
    """True that often."""
    return rng.random() < probability


def some(rng, things, least=0, most=None):
    """A random handful, in random order."""
    most = len(things) if most is None else min(most, len(things))
    return rng.sample(list(things), rng.randint(min(least, most), most))


def document(kind, identifier, version="1", **fields):
    """The envelope and the rest."""
    envelope = {"kind": kind, "id": identifier, "version": version, "title": {"en": identifier}, "status": "in_force"}
    return {**envelope, **fields}


def reference(rng, versions):
    """A reference to a document of some versions: by id, or now and then to one of them."""
    existing = rng.choice(versions)
    return {"id": existing["id"], "version": existing["version"]} if chance(rng, 0.15) else existing["id"]


def valid_around(rng, day):
    """A validity that holds on a day, its ends often exactly there."""
    valid = {}
    if chance(rng, 0.6):
        valid["from"] = (day - timedelta(days=rng.choice((0, 1, 90, 900)))).isoformat()
    if chance(rng, 0.6):
        valid["until"] = (day + timedelta(days=rng.choice((0, 1, 90, 900)))).isoformat()
    return valid


def out_of_force(rng, day):
    """Fields that put a document out of force on a day."""
    return rng.choice(
        (
            {"status": rng.choice(("draft", "suspended", "withdrawn"))},
            {"valid": {"until": (day - timedelta(days=1)).isoformat()}},
            {"valid": {"from": (day + timedelta(days=1)).isoformat()}},
        )
    )


def with_other_versions(rng, day, current, probability=0.2, changed=None):
    """The document, and sometimes another version of it that the rules of 1.1 must pass over."""
    if not chance(rng, probability):
        return [current]
    other = {**current, **(changed or {})}
    if chance(rng, 0.4):
        other.update(version=rng.choice(("0", "3")), **out_of_force(rng, day))
        return [other, current]
    other["valid"] = {"from": "2001-01-01"}
    newer = {**current, "version": "10", "valid": {"from": rng.choice(("2001-01-01", "2001-02-01"))}}
    return [newer, {**other, "version": "9"}] if chance(rng, 0.5) else [{**other, "version": "2"}, newer]


def random_scales(rng):
    """One to three scales; on some the highest number is the lowest level."""
    scales = []
    for number in range(rng.randint(1, 3)):
        codes = [str(code) for code in range(1, rng.randint(3, 5) + 1)]
        codes = codes[::-1] if chance(rng, 0.4) else codes
        scales.append(document("LevelScale", f"scale-{number}", levels=[{"code": code} for code in codes]))
    return scales


def codes_of(scale):
    """The codes of a scale, lowest first."""
    return [level["code"] for level in scale["levels"]]


def random_referencing(rng, number, low, high):
    """A referencing that mostly rises, with gaps, ranges and absent levels."""
    pairs, absent = [], []
    highest = len(codes_of(high)) - 1
    for position, code in enumerate(codes_of(low)):
        if chance(rng, 0.15):
            absent.append(code)
        elif chance(rng, 0.75):
            start = min(highest, max(0, position + rng.choice((-1, 0, 0, 0, 1))))
            pairs += [[code, codes_of(high)[each]] for each in {start, min(highest, start + rng.randint(0, 1))}]
    policy = rng.choice(("none", "monotone"))
    fields = {"from": low["id"], "to": high["id"], "pairs": sorted(pairs), "absent": absent, "policy": policy}
    return document("LevelReferencing", f"referencing-{number}", **fields)


def random_framework(rng, name, region, scale):
    """Three to eight units; later ones may supersede earlier ones, equivalently or not."""
    competencies = []
    for letter in "abcdefgh"[: rng.randint(3, 8)]:
        competency = {"id": f"{name}:{letter}", "title": {"en": letter}}
        if chance(rng, 0.85):
            competency["credits"] = rng.randint(1, 6)
        if competencies and chance(rng, 0.2):
            older = rng.choice(competencies)["id"]
            competency["supersedes"] = {"id": older, "equivalent": chance(rng, 0.7)}
        competencies.append(competency)
    fields = {"region": region, "level_scale": scale["id"], "competencies": competencies}
    return document("Framework", f"framework-{name}", **fields)


def older_competencies(rng, framework):
    """The same units as another version of the framework had them: other credits, no supersessions, some not yet."""
    older = [
        {"id": each["id"], "title": each["title"], "credits": rng.randint(1, 3)} for each in framework["competencies"]
    ]
    return older[: rng.randint(2, len(older))]


def units_of(framework):
    """The ids of a framework's units."""
    return [competency["id"] for competency in framework["competencies"]]


class Rows:
    """The rows of one crosswalk, with no pair stated twice."""

    def __init__(self, rng):
        self.rng = rng
        self.rows = []
        self.pairs = set()

    def add(self, subject, predicate, target, denies=False):
        """A row, unless the crosswalk already says something about its units."""
        pair = frozenset((*subject.split("|"), target))
        if pair in self.pairs:
            return
        self.pairs.add(pair)
        row = {
            "subject_id": subject,
            "predicate_id": predicate,
            "object_id": target,
            "mapping_justification": "semapv:ManualMappingCuration",
        }
        if denies:
            row["predicate_modifier"] = "Not"
        if chance(self.rng, 0.93):
            row["confidence"] = self.rng.choice(CONFIDENCES[:7] if chance(self.rng, 0.9) else CONFIDENCES)
        self.rows.append(row)


def random_crosswalk(rng, name, subjects, objects):
    """Rows between two frameworks, a few of them composed or denying."""
    made = Rows(rng)
    sources, targets = units_of(subjects), units_of(objects)
    for target in targets:
        for source in some(rng, sources, 1, 1 if chance(rng, 0.7) else 2) if chance(rng, 0.85) else []:
            made.add(source, rng.choices(PREDICATES, PREDICATE_WEIGHTS)[0], target)
        if chance(rng, 0.12):
            subject = "|".join(some(rng, sources, 2, 3))
            made.add(subject, rng.choices(PREDICATES, PREDICATE_WEIGHTS)[0], target, denies=chance(rng, 0.15))
        if chance(rng, 0.06):
            made.add(rng.choice(sources), rng.choice(PREDICATES), target, denies=True)
    ends = {"subject_source": subjects["id"], "object_source": objects["id"]}
    return document(
        "Crosswalk", name, **ends, curie_map={"skos": "http://www.w3.org/2004/02/skos/core#"}, mappings=made.rows
    )


def random_denials(rng, name, denied):
    """A crosswalk of Not rows only, so that one crosswalk may deny what another says, composed rows too."""
    made = Rows(rng)
    for row in some(rng, denied["mappings"], 1, 2):
        made.add(row["subject_id"], rng.choice(PREDICATES), row["object_id"], denies=True)
    ends = {end: denied[end] for end in ("subject_source", "object_source")}
    return document("Crosswalk", name, **ends, curie_map={}, mappings=made.rows)
