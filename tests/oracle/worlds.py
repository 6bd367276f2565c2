# SPDX-License-Identifier: Apache-2.0
"""Small random worlds: a request and valid documents that reach every outcome often, and every boundary.

Worlds come in moods, for a world drawn evenly is nearly always refused: in a *strong* one nearly everything is held,
in a *near* one something is missing, in a *weak* one most is, in a *murky* one fields and rows are left out, and in a
*lonely* one no agreement applies.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tests.oracle.world_evidence import (
    AREA,
    ASSURANCES,
    ISSUERS,
    OCCUPATIONS,
    EvidenceMaker,
    into_credentials,
    moment_of,
    written,
)
from tests.oracle.world_standards import (
    PREDICATES,
    THIRD_REGION,
    chance,
    codes_of,
    document,
    older_competencies,
    out_of_force,
    random_crosswalk,
    random_denials,
    random_framework,
    random_referencing,
    random_scales,
    reference,
    some,
    units_of,
    valid_around,
    with_other_versions,
)

DAYS = ("2026-06-01", "2026-02-28", "2026-03-01", "2026-03-31", "2028-02-29", "2026-06-30", "2027-01-01")
TARGET, PURPOSE = "qualification-target", "employment"
FOREIGN, ABROAD, GUILD = "certificate-foreign", "certificate-abroad", "certificate-guild"


@dataclass(frozen=True)
class Mood:
    """How much is held, and how clean the evidence and the agreement are."""

    held: float
    clean: float
    complete: float
    lonely: bool = False


MOODS = (
    (Mood(held=1.0, clean=0.995, complete=0.9), 30),
    (Mood(held=0.8, clean=0.99, complete=0.95), 32),
    (Mood(held=0.4, clean=0.98, complete=0.95), 14),
    (Mood(held=0.75, clean=0.85, complete=0.5), 14),
    (Mood(held=0.7, clean=0.97, complete=0.8, lonely=True), 10),
)


def random_world(rng):
    """A request and the documents it is decided by."""
    return World(rng).made()


class World:
    """One world in the making."""

    def __init__(self, rng):
        self.rng = rng
        self.mood = rng.choices([mood for mood, _ in MOODS], [weight for _, weight in MOODS])[0]
        self.day = date.fromisoformat(rng.choice(DAYS))
        self.direction = ("HK", "HK") if chance(rng, 0.05) else ("GD", "HK")
        self.draw_standards()
        self.draw_asked()

    # Standards

    def draw_standards(self):
        """Scales, referencings, frameworks and crosswalks."""
        rng = self.rng
        self.scales = random_scales(rng)
        self.away = random_framework(rng, "away", "GD", rng.choice(self.scales))
        self.home = random_framework(rng, "home", "HK", rng.choice(self.scales))
        self.third = random_framework(rng, "third", THIRD_REGION, rng.choice(self.scales)) if chance(rng, 0.5) else None
        self.frameworks = [each for each in (self.away, self.home, self.third) if each]
        self.unit_scales = {
            unit: next(scale for scale in self.scales if scale["id"] == framework["level_scale"])
            for framework in self.frameworks
            for unit in units_of(framework)
        }
        self.referencings = self.draw_referencings()
        self.crosswalks = self.draw_crosswalks()
        self.versions = self.draw_versions()

    def draw_referencings(self):
        """None to two: nearly always one where the two scales differ."""
        low, high = self.unit_scales[units_of(self.away)[0]], self.unit_scales[units_of(self.home)[0]]
        drawn = []
        if low is not high and chance(self.rng, 0.95):
            drawn.append(random_referencing(self.rng, 0, low, high))
        if len(self.scales) > 1 and chance(self.rng, 0.45):
            drawn.append(
                random_referencing(
                    self.rng, 1, *self.rng.choice(((low, high), (low, high), some(self.rng, self.scales, 2, 2)))
                )
            )
        return [each for each in drawn if each["from"] != each["to"]]

    def draw_crosswalks(self):
        """The direct one, one written the other way round, two by way of the third region, one that only denies."""
        rng = self.rng
        drawn = [random_crosswalk(rng, "crosswalk-there", self.away, self.home)]
        if chance(rng, 0.3):
            drawn.append(random_crosswalk(rng, "crosswalk-back", self.home, self.away))
        if self.third and chance(rng, 0.7):
            drawn.append(random_crosswalk(rng, "crosswalk-first-leg", self.away, self.third))
            drawn.append(random_crosswalk(rng, "crosswalk-second-leg", self.third, self.home))
        if chance(rng, 0.3):
            denied = rng.choice((drawn[0], random_crosswalk(rng, "any", self.away, self.home)))
            drawn.append(random_denials(rng, "crosswalk-denials", denied))
        return drawn

    def draw_versions(self):
        """Every version of every standard; only the newest version of a framework is sure to have every unit."""
        rng, day, drawn = self.rng, self.day, {}
        for framework in self.frameworks:
            changed = {"competencies": older_competencies(rng, framework)}
            drawn[framework["id"]] = with_other_versions(rng, day, framework, 0.2, changed)
        if chance(rng, 0.03):
            drawn[self.away["id"]] = [{**self.away, **out_of_force(rng, day)}]
        for standard in (*self.crosswalks, *self.referencings):
            changed = {"mappings": []} if standard["kind"] == "Crosswalk" else {"pairs": []}
            drawn[standard["id"]] = with_other_versions(rng, day, standard, 0.1, changed)
            if chance(rng, 0.02):
                drawn[standard["id"]] = [{**standard, **out_of_force(rng, day)}]
        return drawn

    # Qualifications

    def draw_asked(self):
        """The names that the qualifications of this world ask about, few enough to try everything."""
        rng = self.rng
        self.asked = some(rng, units_of(self.home), 2, 5)
        self.hours, self.months = rng.choice((100, 360)), rng.choice((6, 12, 24))
        self.pooled = chance(rng, 0.3)
        kinds = ("holds", "experience", "experience", "training", "person")
        self.other_kinds = some(rng, kinds, 1, 2) if chance(rng, 0.5) else []
        self.granted_units = [unit for unit in self.asked if not self.superseded(unit)]

    def superseded(self, unit):
        """Whether some unit supersedes this one."""
        return any(each.get("supersedes", {}).get("id") == unit for each in self.home["competencies"])

    def unit_leaf(self, unit):
        """A unit, mostly at some level, sometimes with a score."""
        leaf = {"unit": unit}
        if chance(self.rng, 0.6):
            codes = codes_of(self.unit_scales[unit])
            leaf["level"] = self.rng.choice(codes[: len(codes) // 2 + 1])
        if chance(self.rng, 0.15):
            leaf["min_score"] = "60"
        return leaf

    def other_leaf(self, kind):
        """A leaf that is no unit."""
        if kind == "holds":
            return {"holds": self.rng.choice((ABROAD, GUILD))}
        if kind == "experience":
            about = {"occupation": OCCUPATIONS[0]} if chance(self.rng, 0.6) else {"area": AREA}
            return {"experience": {"months": self.rng.choice((self.months, self.months, 3)), **about}}
        if kind == "training":
            framework = self.rng.choice((self.away, self.home))["id"]
            return {"training": {"hours": self.rng.choice((self.hours, self.hours, 50)), "framework": framework}}
        return {"person": {"fact": "residence", "in": some(self.rng, ("GD", "HK", "MO"), 1, 2)}}

    def pool(self, units):
        """A credits node that could be met by holding its units themselves."""
        rng = self.rng
        capped = some(rng, units, 1, 2) if chance(rng, 0.4) else []
        worth = {each["id"]: each.get("credits", 0) for each in self.home["competencies"]}
        at_most = rng.randint(1, 5)
        reachable = sum(worth[unit] for unit in units if unit not in capped)
        reachable += min(at_most, sum(worth[unit] for unit in capped))
        if reachable == 0:
            return None
        pool = {"at_least": rng.randint(1, min(reachable, 12)), "from": units}
        if capped:
            pool["caps"] = [{"of": capped, "at_most": at_most}]
        return {"credits": pool}

    def joined(self, leaves):
        """Some leaves as one node of a random kind."""
        rng = self.rng
        kind = rng.choice(("all_of", "any_of", "at_least"))
        if kind == "at_least":
            return {"at_least": {"count": rng.randint(1, min(3, len(leaves))), "of": leaves}}
        return {kind: leaves}

    def requirement(self, units, kinds, pooled):
        """All of some leaves, with nested nodes and pools."""
        rng = self.rng
        leaves = [self.unit_leaf(unit) for unit in units]
        if units and chance(rng, 0.15):
            leaves.append(self.unit_leaf(rng.choice(units)))
        leaves += [self.other_leaf(kind) for kind in kinds]
        rng.shuffle(leaves)
        if len(leaves) >= 3 and chance(rng, 0.6):
            cut = rng.randint(2, len(leaves) - 1)
            inner = leaves[:cut]
            if cut >= 3 and chance(rng, 0.4):
                inner = [self.joined(inner[:2]), *inner[2:]]
            leaves = [self.joined(inner), *leaves[cut:]]
        if pooled:
            pools = [self.pool(some(rng, self.asked, 2, 4)) for _ in range(rng.choice((1, 1, 2)))]
            leaves += [pool for pool in pools if pool]
        return {"any_of": leaves} if leaves and chance(rng, 0.06) else {"all_of": leaves}

    def bars(self):
        """Mostly none; what excludes shares no name with what is asked."""
        rng = self.rng
        if not chance(rng, 0.15):
            return {}
        spare = [unit for unit in units_of(self.home) if unit not in self.asked]
        bars = [{"person": {"fact": "barred", "in": ["yes"]}}, {"holds": FOREIGN}]
        if spare and self.mood.complete > 0.9:
            bars.append({"unit": spare[0]})
        return {"bars": [{**rng.choice(bars), "reason": {"en": "excluded"}}]}

    def qualification(self, name, framework=None, **fields):
        """A qualification of the region asked, or of another."""
        region = "HK" if framework is None else framework["region"]
        framework = (framework or self.home)["id"]
        return document(
            "Qualification", name, region=region, framework=framework, awarding_body="did:web:body.example", **fields
        )

    def draw_qualifications(self):
        """The target, the alternatives and the certificates that people hold."""
        rng = self.rng
        pooled_units = some(rng, self.asked, 0, 2) if self.pooled else self.asked
        require = self.requirement(pooled_units, self.other_kinds, self.pooled)
        self.target = self.qualification(TARGET, require=require, **self.bars())
        self.alternatives = []
        for number in range(rng.choice((0, 1, 2, 2))):
            framework = self.away if chance(rng, 0.08) else None
            require = self.requirement(some(rng, self.asked, 1, 2), [], False)
            bars = self.bars() if chance(rng, 0.3) else {}
            fields = out_of_force(rng, self.day) if chance(rng, 0.08) else {}
            alternative = self.qualification(
                f"qualification-other-{number}", framework, require=require, **bars, **fields
            )
            self.alternatives.append(alternative)
        anything = {"all_of": []}
        certificates = [
            self.qualification(FOREIGN, self.away, require=anything),
            self.qualification(ABROAD, self.away, require=anything),
            self.qualification(GUILD, require=anything),
        ]
        targets = with_other_versions(rng, self.day, self.target, 0.1, {"require": {"all_of": []}})
        return [*targets, *self.alternatives, *certificates]

    # Agreements

    def draw_agreements(self):
        """The main agreement, sometimes a rival, another version, another direction, or one out of force."""
        rng = self.rng
        agreements = []
        if not self.mood.lonely:
            agreements.append(self.agreement("agreement-1"))
            if chance(rng, 0.15):
                agreements.append(self.agreement(rng.choice(("agreement-0", "agreement-2"))))
            if chance(rng, 0.1):
                agreements.append({**self.agreement("agreement-1"), "version": "2"})
        if chance(rng, 0.15) or self.mood.lonely:
            elsewhere = rng.choice(({"to": THIRD_REGION}, {"from": THIRD_REGION}, {"from": "HK", "to": "GD"}))
            if self.direction == ("HK", "HK"):
                elsewhere = {"from": "GD"}
            agreements.append({**self.agreement("agreement-elsewhere"), **elsewhere})
        if chance(rng, 0.1):
            spoilt = rng.choice((out_of_force(rng, self.day), {"purposes": ["licensing"]}))
            # By award date an agreement outlives its validity, so this one goes by decision date.
            agreements.append({**self.agreement("agreement-spoilt"), **spoilt, "applies_by": "decision_date"})
        return agreements

    def agreement(self, name):
        """An agreement with each optional field now and then."""
        rng = self.rng
        fields = {
            "from": self.direction[0],
            "to": self.direction[1],
            "crosswalks": [reference(rng, self.versions[each["id"]]) for each in self.crosswalks if chance(rng, 0.95)],
            "referencings": [
                reference(rng, self.versions[each["id"]]) for each in self.referencings if chance(rng, 0.95)
            ],
            "mapping_complete": chance(rng, self.mood.complete),
        }
        for optional in (self.scope, self.row_terms, self.evidence_terms, self.sum_terms, self.rungs, self.direct):
            fields.update(optional())
        return document("Agreement", name, **fields)

    def scope(self):
        """Purposes, validity, parties."""
        rng, fields = self.rng, {}
        if chance(rng, 0.5):
            fields["purposes"] = [PURPOSE, "further_study"]
        if chance(rng, 0.6):
            fields["valid"] = valid_around(rng, self.day)
        if chance(rng, 0.2):
            fields["applies_by"] = "award_date"
            if fields.get("valid", {}).get("until") and chance(rng, 0.3):
                fields["valid"]["until"] = max(
                    fields["valid"].get("from", "2000-01-01"), (self.day - timedelta(days=20)).isoformat()
                )
        elif chance(rng, 0.3):
            fields["applies_by"] = "decision_date"
        if chance(rng, 0.25):
            fields["issuers"] = some(rng, ISSUERS[:2], 1)
        if chance(rng, 0.15):
            fields["frameworks"] = [self.away["id"], *some(rng, [self.third["id"]] if self.third else [])]
        return fields

    def row_terms(self):
        """Which rows are admitted, and how far they chain."""
        rng, fields = self.rng, {}
        if chance(rng, 0.5):
            fields["predicates"] = [PREDICATES[0], *some(rng, PREDICATES[1:3])]
            if chance(rng, 0.1):
                fields["predicates"] = some(rng, PREDICATES, 1)
        if chance(rng, 0.5):
            fields["accept_close"] = chance(rng, 0.6)
        if chance(rng, 0.5):
            fields["max_hops"] = rng.choice((0, 1, 2, 2, 2, 3, 3))
        if chance(rng, 0.6):
            fields["min_confidence"] = rng.choice(("0.8", "0.80", "0.64", "0.5", "0.79"))
        return fields

    def evidence_terms(self):
        """How fresh, how sure and how recently checked."""
        rng, fields = self.rng, {}
        if chance(rng, 0.5):
            fields["freshness_months"] = rng.choice((1, 6, 12, 60))
        if chance(rng, 0.5):
            fields["min_assurance"] = rng.choice(ASSURANCES[1:])
        if chance(rng, 0.5):
            fields["status_max_age_hours"] = rng.choice((0, 24, 72))
        return fields

    def sum_terms(self):
        """What pools may count."""
        rng, fields = self.rng, {}
        if chance(rng, 0.25):
            fields["reuse_allowed"] = chance(rng, 0.7)
        if chance(rng, 0.25):
            fields["recognised_share_max"] = rng.choice(("0.5", "0.33", "1", "0.75"))
        return fields

    def rungs(self):
        """Conditional, alternative, partial, and their order."""
        rng, fields = self.rng, {}
        if chance(rng, 0.6):
            fields["conditional"] = {"only_missing": some(rng, self.asked, 1), "deadline_months": 6}
        if self.alternatives and chance(rng, 0.9):
            fields["alternative"] = [reference(rng, [each]) for each in self.alternatives]
        if chance(rng, 0.6):
            fields["partial"] = {"min_units": rng.choice((1, 1, 2, 3))}
        if chance(rng, 0.3):
            order = ["FULL", "CONDITIONAL", "ALTERNATIVE", "PARTIAL", "REFUSED"]
            if chance(rng, 0.5):
                rng.shuffle(order)
            fields["preference"] = order
        return fields

    def direct(self):
        """Entries for a foreign certificate; their conditions share no name with what is asked."""
        rng = self.rng
        if not chance(rng, 0.25):
            return {}
        grants = some(rng, self.granted_units, 0, 2)
        grants += some(rng, (ABROAD, TARGET, *(each["id"] for each in self.alternatives)), 0 if grants else 1, 1)
        entry = {"holds": FOREIGN, "grants": grants, "effect": rng.choice(("certificate", "access"))}
        if chance(rng, 0.4):
            apprentice = {"person": {"fact": "apprentice", "in": ["yes"]}}
            polisher = {"experience": {"months": 6, "occupation": "polisher"}}
            entry["conditions"] = rng.choice((apprentice, {"any_of": [apprentice, polisher]}))
        return {"direct": [entry]}

    # The request

    def draw_request(self, agreement):
        """Who asks for what, with which evidence."""
        rng = self.rng
        request = {
            "kind": "RecognitionRequest",
            "from": self.direction[0],
            "to": self.direction[1],
            "target": TARGET,
            "purpose": PURPOSE,
            "decided_on": self.day.isoformat(),
        }
        if chance(rng, 0.2):
            hour = datetime.combine(self.day, time(rng.randint(0, 23), rng.choice((0, 30))), UTC)
            request["decided_at"] = written(hour)
        if chance(rng, 0.12):
            request["assume"] = rng.choice(
                ({"assurance": ASSURANCES[2]}, {"status": "valid"}, {"status": "valid", "assurance": ASSURANCES[3]})
            )
        person = {fact: value for fact, value in self.stated_facts().items() if chance(rng, 0.9)}
        if person:
            request["person"] = person
        maker = EvidenceMaker(rng, self.day, moment_of(request, self.day), agreement, self.mood.clean)
        maker.assumed = tuple(request.get("assume", ()))
        request["evidence"] = self.draw_evidence(maker)
        return request

    def stated_facts(self):
        """What the holder states; nobody is barred too often."""
        rng = self.rng
        barred = "yes" if chance(rng, 0.1) else "no"
        return {
            "residence": rng.choice(("GD", "HK", "MO")),
            "barred": barred,
            "apprentice": rng.choice(("yes", "yes", "no")),
        }

    def draw_evidence(self, maker):
        """Units by many roads, certificates, practice and training."""
        rng = self.rng
        units = [held for unit in self.asked if chance(rng, self.mood.held) for held in self.sources_for(unit, maker)]
        if chance(rng, 0.3):
            spare = rng.choice([unit for framework in self.frameworks for unit in units_of(framework)])
            units.append(maker.unit(spare, self.unit_scales[spare]))
        evidence = into_credentials(maker, units)
        if chance(rng, 0.3):
            evidence.append(maker.credential("assessment", holds=[FOREIGN]))
        for kind in sorted(set(self.other_kinds)):
            if chance(rng, self.mood.held):
                evidence += self.other_evidence(kind, maker)
        rng.shuffle(evidence)
        return evidence

    def other_evidence(self, kind, maker):
        """Evidence for what is no unit."""
        if kind == "holds":
            return [maker.credential("assessment", holds=some(self.rng, (ABROAD, GUILD), 1))]
        if kind == "experience":
            return maker.practice(self.months)
        if kind == "training":
            return [
                maker.training(self.hours, framework["id"])
                for framework in (self.away, self.home)
                if chance(self.rng, 0.8)
            ]
        return []

    def sources_for(self, unit, maker):
        """What a holder may have for a unit: itself, a predecessor, or the subject or object of one of its rows."""
        rng = self.rng
        home = 0.85 if self.mood.lonely or self.direction == ("HK", "HK") else 0.2
        if chance(rng, home):
            return [maker.unit(unit, self.unit_scales[unit])]
        rows = [
            row for crosswalk in self.crosswalks for row in crosswalk["mappings"] if "predicate_modifier" not in row
        ]
        good = [row for row in rows if row["object_id"] == unit and row["predicate_id"] in PREDICATES[:2]]
        fair = [row for row in rows if unit in (row["object_id"], row["subject_id"])]
        if not fair:
            return [maker.unit(unit, self.unit_scales[unit])] if chance(rng, 0.3) else []
        row = rng.choice(good if good and chance(rng, 0.85) else fair)
        sources = row["subject_id"].split("|") if row["object_id"] == unit else [row["object_id"]]
        if len(sources) > 1 and chance(rng, 0.15):
            sources = sources[:-1]
        return [maker.unit(source, self.unit_scales[source]) for source in sources]

    # All together

    def made(self):
        """The request and all documents, in random order."""
        rng = self.rng
        qualifications = self.draw_qualifications()
        agreements = self.draw_agreements()
        request = self.draw_request(agreements[0] if agreements else {})
        standards = [version for versions in self.versions.values() for version in versions]
        documents = [*self.scales, *qualifications, *agreements, *standards]
        rng.shuffle(documents)
        return request, documents
