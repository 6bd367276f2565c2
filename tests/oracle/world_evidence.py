# SPDX-License-Identifier: Apache-2.0
"""Random evidence for small worlds: mostly good enough, often exactly on the boundary, sometimes missing a field."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from tests.oracle.periods import add_months
from tests.oracle.world_standards import chance, codes_of, some

ISSUERS = ("did:web:college.example", "did:web:guild.example", "did:web:stranger.example")
ASSURANCES = ("self_declared", "employer_attested", "provider_assessed", "authority_assessed")
OCCUPATIONS = ("goldsmith", "setter")
AREA = "jewellery"


def written(moment):
    """A moment as documents write it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class EvidenceMaker:
    """Makes the credentials of one holder, with the terms of the main agreement in view."""

    def __init__(self, rng, day, moment, agreement, clean):
        self.rng = rng
        self.day = day
        self.moment = moment
        self.agreement = agreement
        self.clean = clean
        self.assumed = ()
        self.made = 0

    def flawed(self):
        """Whether a field goes wrong this time."""
        return not chance(self.rng, self.clean)

    def credential(self, kind, **fields):
        """A credential whose envelope is mostly in order."""
        self.made += 1
        made = {"credential": f"urn:example:{self.made}", "kind": kind, "issuer": self.issuer()}
        made.update(awarded=self.awarded().isoformat(), assurance=self.assurance(), **self.status(), **fields)
        if chance(self.rng, 0.3):
            made["expires"] = self.expiry().isoformat()
        for field in ("issuer", "awarded", "assurance", "status", "status_checked"):
            if field in made and not chance(self.rng, 1 - (1 - self.clean) / 4):
                del made[field]
        for field in self.assumed:
            if chance(self.rng, 0.5):
                made.pop(field, None)
        return made

    def issuer(self):
        """One that is in scope, mostly."""
        scope = self.agreement.get("issuers", ISSUERS)
        return self.rng.choice(ISSUERS if self.flawed() else scope)

    def awarded(self):
        """Often exactly on the boundary of freshness or of the agreement's validity."""
        months = self.agreement.get("freshness_months", 24)
        boundary = add_months(self.day, -months)
        valid = self.agreement.get("valid", {})
        choices = [boundary, boundary + timedelta(days=1), add_months(self.day, -1), self.day]
        choices += [boundary.replace(day=monthrange(boundary.year, boundary.month)[1])] * 2
        if self.agreement.get("applies_by") == "award_date":
            inside = [date.fromisoformat(end) for end in valid.values()]
            choices = [each for each in inside if each <= self.day] + [self.day]
        if self.flawed():
            choices = [boundary - timedelta(days=1), boundary - timedelta(days=3), self.day + timedelta(days=1)]
        return self.rng.choice(choices)

    def expiry(self):
        """The decision date itself often enough."""
        after = (-1,) if self.flawed() else (0, 0, 1, 400)
        return self.day + timedelta(days=self.rng.choice(after))

    def assurance(self):
        """The minimum or better, mostly."""
        least = ASSURANCES.index(self.agreement.get("min_assurance", ASSURANCES[0]))
        return self.rng.choice(ASSURANCES if self.flawed() else ASSURANCES[least:])

    def status(self):
        """Valid and checked in time, mostly; otherwise stale, suspended, revoked or expired."""
        hours = self.agreement.get("status_max_age_hours", 24)
        age = timedelta(hours=hours)
        if self.flawed():
            age += timedelta(seconds=1)
        elif chance(self.rng, 0.5):
            age = timedelta(hours=self.rng.choice((-1, 0, 1)))
        bad = self.rng.choice(("suspended", "revoked", "expired", "valid"))
        return {"status": bad if self.flawed() else "valid", "status_checked": written(self.moment - age)}

    def unit(self, identifier, scale, level=None):
        """A unit held, at a level on its own scale."""
        held = {"id": identifier}
        codes = codes_of(scale)
        if not self.flawed() or chance(self.rng, 0.5):
            held["level"] = level or self.rng.choice(codes if self.flawed() else codes[len(codes) // 2 :])
        if chance(self.rng, 0.85):
            held["score"] = self.rng.choice(("59.5", "60") if self.flawed() else ("60", "60.0", "75", "80"))
        return held

    def practice(self, months):
        """Periods of about the months asked: one stretch, or two that adjoin, overlap or miss a day."""
        last = min(self.day, self.day - timedelta(days=self.rng.choice((0, 0, 1, 40))))
        first = add_months(last + timedelta(days=1), -months) + timedelta(days=self.rng.choice((0, 0, 0, 1, -30)))
        periods = [(first, last)]
        if chance(self.rng, 0.6):
            middle = first + (last - first) / 2
            periods = [(first, middle), (middle + timedelta(days=self.rng.choice((1, 1, 0, -20, 2))), last)]
        if chance(self.rng, 0.2):
            periods[-1] = (periods[-1][0], self.day + timedelta(days=self.rng.choice((0, 1, 60))))
        return [self.practice_credential(period) for period in periods]

    def practice_credential(self, period):
        """One certificate of practice."""
        fields = {"occupation": self.rng.choice(OCCUPATIONS) if self.flawed() else OCCUPATIONS[0], "area": AREA}
        fields["period"] = {"from": period[0].isoformat(), "until": period[1].isoformat()}
        for field, owner in (
            ("occupation", fields),
            ("area", fields),
            ("from", fields["period"]),
            ("until", fields["period"]),
        ):
            if not chance(self.rng, 1 - (1 - self.clean) / 4):
                del owner[field]
        return self.credential("practice", **fields)

    def training(self, hours, framework):
        """Training that adds up to about the hours asked."""
        fields = {"hours": max(1, hours + self.rng.choice((0, 0, 1, -1))), "framework": framework}
        for field in ("hours", "framework"):
            if not chance(self.rng, 1 - (1 - self.clean) / 4):
                del fields[field]
        return self.credential("training", **fields)


def moment_of(request, day):
    """The moment at which a status is read."""
    if "decided_at" in request:
        return datetime.fromisoformat(request["decided_at"])
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def into_credentials(maker, units):
    """Units spread over one to three credentials, some of them on two."""
    if not units:
        return []
    credentials = [maker.credential("assessment", units=[]) for _ in range(maker.rng.randint(1, min(3, len(units))))]
    for held in units:
        for credential in some(maker.rng, credentials, 1, 2 if chance(maker.rng, 0.15) else 1):
            credential["units"].append(held)
    return [credential for credential in credentials if credential["units"]]
