# SPDX-License-Identifier: Apache-2.0
"""From the bytes of a model and a brief to a report: read, audit, measure what can be measured, hold it against the brief.

What a broken file leaves open is not measured and says so: a mesh is never mended before it is scored.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from touchstone.errors import ModelError
from touchstone.practice.criteria import verdicts_on
from touchstone.practice.evaluators import Evaluator
from touchstone.practice.model3d.alloys import alloy_of, mass
from touchstone.practice.model3d.audit import Audit, audit, smoothness
from touchstone.practice.model3d.brief import COUNTS, Feature, ModelBrief
from touchstone.practice.model3d.deviation import SPOTS, deviation, symmetry_rms
from touchstone.practice.model3d.limits import Limits
from touchstone.practice.model3d.mesh import Bools, Mesh, Source, mesh_of
from touchstone.practice.model3d.rays import Backend, Rays, rays_of
from touchstone.practice.model3d.reading import read_model
from touchstone.practice.model3d.ring import SECTORS, Bore, bores_of, iso_size, us_size
from touchstone.practice.model3d.solids import Solids, solids
from touchstone.practice.model3d.threemf import UNITS
from touchstone.practice.model3d.walls import Walls, interpenetrating, walls
from touchstone.practice.reasons import Reason, Reasons, because, refused_for
from touchstone.practice.report import Measurement, Report, Verdict, counted, digest_of, measured

EVALUATOR, VERSION = "mesh", "2"

_ROOT_3 = 3**0.5
_SHARES = {"wall_p1": 0.01, "wall_p5": 0.05, "wall_median": 0.5}
_OF_FEATURE = {
    "prong": "inward rays from the feature's facets; five per cent of their area stay below",
    "shank": f"inward rays from the bore in each of {SECTORS} sectors, the thinnest; five per cent of its area stay below",
}
_BREAKING = ("open", "non_manifold", "winding", "inverted", "flat", "interpenetrating")


class Inspected(NamedTuple):
    """A report with what pictures are drawn from; ``mesh`` is None where the file was refused."""

    report: Report
    mesh: Mesh | None
    audit: Audit | None
    walls: Walls | None


def evaluate(
    artifact: bytes, spec: ModelBrief, *, limits: Limits, reference: bytes | None = None, backend: Backend = "auto"
) -> Report:
    """Measure a model: pure, and the same bytes, brief and backend give the same report.

    A file that cannot be read gives a report with a refusal, in which every criterion is *not measurable*.
    """
    return inspect(artifact, spec, limits=limits, reference=reference, backend=backend).report


def inspect(
    artifact: bytes, spec: ModelBrief, *, limits: Limits, reference: bytes | None = None, backend: Backend = "auto"
) -> Inspected:
    """Do as :func:`evaluate` does, and keep mesh and walls for pictures.

    :raises ModelError: when the *reference* cannot be read: that is nobody's work to be marked.
    """
    other = _reference(reference, spec, limits) if reference is not None else None
    try:
        source = read_model(artifact, limits)
        scale = source.scale if source.unit else UNITS[spec.unit]
        mesh = mesh_of(source._replace(scale=scale))
    except ModelError as error:
        refusal = refused_for(error, error.code)
        report = _report(artifact, spec, {}, (), (), refusal=refusal)
        return Inspected(report, None, None, None)
    return _Inspection(mesh, spec, limits, backend, other, source).inspected(artifact)


def _reference(content: bytes, spec: ModelBrief, limits: Limits) -> tuple[Mesh, str]:
    source = read_model(content, limits)
    return mesh_of(source._replace(scale=source.scale if source.unit else UNITS[spec.unit])), digest_of(content)


def _report(
    artifact: bytes,
    spec: ModelBrief,
    backends: dict[str, str],
    flags: tuple[str, ...],
    measurements: tuple[Measurement, ...],
    refusal: Reason | None = None,
    why: Reasons = (),
    doubt: Reasons = (),
) -> Report:
    found = verdicts_on(spec.criteria, measurements, k=spec.k, refused=(refusal,) if refusal else ())
    return Report(
        artifact=digest_of(artifact),
        spec=spec.digest,
        evaluator=EVALUATOR,
        version=VERSION,
        backends=backends,
        flags=flags,
        measurements=measurements,
        verdicts=tuple(_as_far_as_known(each, flags, why, doubt) for each in found),
        refusal=refusal,
    )


def _as_far_as_known(verdict: Verdict, flags: tuple[str, ...], why: Reasons, doubt: Reasons) -> Verdict:
    """Return a verdict, or none on what is measured and told, and cannot be decided on such a file: all but what is counted.

    :param why: what is broken in it: then whatever was measured is that of no solid; ``doubt`` what may be.
    """
    if verdict.status == "not_measurable" or verdict.measurement in COUNTS:
        return verdict
    if why:
        return replace(verdict, status="not_measurable", reasons=why)
    if "unit_suspect" in flags:
        doubt = because("unit_suspect")
    if doubt:
        return replace(verdict, status="indeterminate", reasons=doubt)
    return verdict


class _Inspection:
    """One model being measured; every ``_…`` yields measurements of one kind."""

    def __init__(
        self,
        mesh: Mesh,
        spec: ModelBrief,
        limits: Limits,
        backend: Backend,
        other: tuple[Mesh, str] | None,
        source: Source,
    ) -> None:
        self.mesh, self.spec, self.limits, self.backend, self.other = mesh, spec, limits, backend, other
        self.evidence = {"format": source.format, "unit": source.unit or f"{spec.unit}, by the brief"}
        if source.remarks:
            self.evidence["remarks"] = "; ".join(source.remarks)

    def inspected(self, artifact: bytes) -> Inspected:
        mesh = self.mesh
        self.audit: Audit = audit(mesh)
        self.solids: Solids = solids(mesh, self.audit)
        self.sagitta, self.unseen_area = smoothness(mesh, self.audit)
        self.bore: Bore | None = None
        self.of_bore: Reasons = ()
        self.rounding = 2.0**-23 * float(np.abs(mesh.vertices).max())
        flags = set(self._topology_flags())
        self.faces_astray = bool(
            flags & {"inverted", "winding"}
        )  # then which side of the metal the bore is on is not known
        if not self.faces_astray:
            self._find_bore()
        backends: dict[str, str] = {}
        self.walls: Walls | None = None
        self.doubt: Reasons = ()
        if not flags:
            rays: Rays = rays_of(mesh, self.backend)
            backends["rays"] = rays.name
            most = self.limits.triangles if rays.is_fast else self.limits.rays
            self.walls = walls(mesh, self.sagitta, rays, most=most)
            overlap = interpenetrating(mesh, self.solids, self.walls, rays)
            if overlap:
                flags.add("interpenetrating")
            self.doubt = because("too_many_touch") if overlap is None else ()
        self.why: Reasons = tuple(Reason(code=flag) for flag in _BREAKING if flag in flags)
        if self._is_unit_suspect():
            flags.add("unit_suspect")
        found = tuple(self._all())
        return Inspected(
            _report(artifact, self.spec, backends, tuple(sorted(flags)), found, why=self.why, doubt=self.doubt),
            mesh,
            self.audit,
            self.walls,
        )

    def _find_bore(self) -> None:
        """Find the widest bore; where another hole is half as wide, which of them a finger goes through is not known."""
        bores = bores_of(self.mesh, self.sagitta, self.solids)
        if not bores:
            return
        self.bore = next((each for each in bores if each.is_hole_of(bores[0]) and each.is_free), bores[0])
        if not self.bore.is_free:
            self.of_bore = because("bore_obstructed")
        others = [each for each in bores[1:] if 2 * each.diameter > bores[0].diameter and not each.is_hole_of(bores[0])]
        if others:
            wide = ", ".join(f"{each.diameter:.2f}" for each in [bores[0], *others])
            self.of_bore = because("many_bores", wide=f"{wide} mm")

    def _topology_flags(self) -> Iterator[str]:
        if self.audit.boundary:
            yield "open"
        if self.audit.non_manifold:
            yield "non_manifold"
        if self.audit.inconsistent:
            yield "winding"
        if self.audit.is_sound and self.solids.inverted:
            yield "inverted"
        if self.audit.is_sound and self._has_a_sheet():
            yield "flat"

    def _has_a_sheet(self) -> bool:
        """Tell whether a shell holds no more than rounding leaves between its facets, as two back to back do."""
        areas = np.bincount(self.solids.of_facet, weights=self.mesh.areas)
        return bool((np.abs(self.solids.volumes) <= self.rounding * areas).any())

    def _is_unit_suspect(self) -> bool:
        longest = float((self.mesh.bounds[1] - self.mesh.bounds[0]).max())
        return not float(self.spec.smallest) <= longest <= float(self.spec.largest)

    def _all(self) -> Iterator[Measurement]:
        yield from self._topology()
        yield from self._sizes()
        yield from self._ring()
        yield from self._walls()
        yield from self._features()
        yield from self._masses()
        yield from self._deviation()
        yield from self._cast()

    def _unless_broken(
        self,
        name: str,
        value: float,
        unit: str,
        *,
        u: float | None,
        method: str,
        n: int,
        evidence: dict[str, str] | None = None,
    ) -> Measurement:
        """Return a measurement, or one without a value where the file does not bound a solid."""
        if self.why or not math.isfinite(value):
            why = self.why or because("no_wall_told")
            return measured(name, None, unit, method=method, n=n, evidence=evidence, why=why)
        return measured(name, value, unit, u=u, method=method, n=n, evidence=evidence)

    def _topology(self) -> Iterator[Measurement]:
        found = self.audit
        exact = {**self.evidence, "degenerate": str(self.mesh.degenerate), "duplicates": str(found.duplicates)}
        yield counted(
            "triangles", len(self.mesh.faces), method="counted after an exact merge of vertices", evidence=exact
        )
        edges = "every edge between two facets that run along it in opposite directions"
        yield counted("boundary_edges", found.boundary, method=edges)
        yield counted("non_manifold_edges", found.non_manifold, method=edges)
        yield counted("inconsistent_edges", found.inconsistent, method=edges)
        shells = "facets joined over edges of two facets; nested by winding number"
        if self.audit.non_manifold:  # where more facets meet in an edge, which of them belong together is not known
            why = because("non_manifold")
            yield Measurement(id="shells", value=None, unit="1", method=shells, n=self.solids.shells, why=why)
        else:
            yield counted("shells", self.solids.shells, method=shells)
        if not self.solids.nested:
            return
        for name, count in (("bodies", self.solids.bodies), ("cavities", self.solids.cavities)):
            if self.why and self.why != because("inverted"):
                yield Measurement(id=name, value=None, unit="1", method=shells, n=count, why=self.why)
            else:
                yield counted(name, count, method=shells)

    def _sizes(self) -> Iterator[Measurement]:
        mesh = self.mesh
        gap = float((mesh.areas * self.sagitta).sum()) / _ROOT_3
        self.u_volume = math.hypot(gap, self.rounding * float(mesh.areas.sum()) / _ROOT_3)
        told = {"signed_sum": f"{self.solids.volume:.9g}"} if self.why else {}
        yield self._unless_broken("volume", self.solids.volume, "mm3", u=self.u_volume,
                                  method="divergence theorem, signed sum over facets", n=len(mesh.faces), evidence=told)  # fmt: skip
        area = float(mesh.areas.sum())
        width = np.sqrt(mesh.areas)
        u_area = math.hypot(self.unseen_area, 4 * self.rounding * float(width.sum()) / math.sqrt(len(width)))
        yield measured("area", area, "mm2", u=u_area, method="sum over facets", n=len(mesh.faces))
        extent = mesh.bounds[1] - mesh.bounds[0]
        for axis, length in zip("xyz", extent, strict=True):
            u = math.hypot(2 * float(self.sagitta.max()), self.rounding) / _ROOT_3
            yield measured(
                f"bounding_box_{axis}",
                float(length),
                "mm",
                u=u,
                method="greatest less least coordinate",
                n=len(mesh.vertices),
            )

    def _ring(self) -> Iterator[Measurement]:
        if self.bore is None:
            why = self.why if self.faces_astray else because("no_bore")
            for name, unit in (("bore_diameter", "mm"), ("ring_size_iso", "mm"), ("ring_size_us", "1")):
                yield measured(
                    name,
                    None,
                    unit,
                    method="widest cylinder that passes through the hole",
                    n=0,
                    why=why,
                )
            return
        bore, method = self.bore, "widest cylinder that passes through the hole"
        axis = bore.axis * np.sign(bore.axis[int(np.argmax(np.abs(bore.axis)))])
        told = {
            "through_corners": f"{bore.through_corners:.4f}",
            "axis": " ".join(f"{part + 0.0:.4f}" for part in axis),
        }
        n = len(bore.facets)
        yield measured(
            "bore_diameter", bore.diameter, "mm", u=bore.u, method=method, n=n, evidence=told, doubt=self.of_bore
        )
        yield measured("ring_size_iso", iso_size(bore.diameter), "mm", u=math.pi * bore.u,
                       method="ISO 8653: inner circumference", n=n, doubt=self.of_bore)  # fmt: skip
        yield measured("ring_size_us", us_size(bore.diameter), "1", u=bore.u / 25.4 / 0.032,
                       method="d = 0.458 in + 0.032 in · size", n=n, doubt=self.of_bore)  # fmt: skip

    def _walls(self) -> Iterator[Measurement]:
        found = self.walls
        n = int(found.told.sum()) if found else 0
        method = "inward rays, weighted by area; exits facing away"
        told = {"rays": str(len(found.facets)), "not_told": str(len(found.facets) - n)} if found else {}
        told_at = found.quantiles(_SHARES.values()) if found else [(math.nan, math.nan)] * len(_SHARES)
        for name, (value, u) in zip(_SHARES, told_at, strict=True):
            yield self._unless_broken(name, value, "mm", u=u, method=method, n=n, evidence=told)
        limit = float(self.spec.wall_below)
        below, u = found.share_below(limit) if found else (math.nan, math.nan)
        told = told | {"limit": f"{self.spec.wall_below:f} mm"}
        yield self._unless_broken("wall_share_below", below, "1", u=u or None, method=method, n=n, evidence=told)

    def _features(self) -> Iterator[Measurement]:
        for feature in self.spec.features:
            method = _OF_FEATURE[feature.kind]
            value, u, n = self._thinnest(feature)
            why = () if n else self.why or because(f"no_{feature.kind}")
            found = self._unless_broken(f"{feature.id}_thickness", value, "mm", u=u, method=method, n=n)
            yield (
                Measurement(id=found.id, value=found.value, unit="mm", u=found.u, method=method, n=n, why=why)
                if why
                else found
            )

    def _thinnest(self, feature: Feature) -> tuple[float, float, int]:
        """Return the thickness of a feature, its standard uncertainty, and from how many rays: of a shank, where it is thinnest."""
        chosen = self._within(feature) if self.walls else None
        if self.walls is None or chosen is None or not (chosen := chosen & self.walls.told).any():
            return math.nan, math.nan, 0
        parts = [chosen]
        if feature.kind == "shank" and self.bore is not None:
            sectors = self.bore.sectors_of(self.walls.begin)
            parts = [chosen & (sectors == sector) for sector in np.unique(sectors[chosen])]
        return min((*self.walls.quantile(0.05, part), int(part.sum())) for part in parts)

    def _within(self, feature: Feature) -> Bools | None:
        assert self.walls is not None
        chosen: Bools = np.ones(len(self.walls.facets), dtype=bool)
        if feature.kind == "shank":
            if self.bore is None:
                return None
            chosen = np.isin(self.walls.facets, self.bore.facets)
        if feature.low is not None and feature.high is not None:
            points = self.walls.begin + self.mesh.middle
            low, high = (np.array([float(part) for part in corner]) for corner in (feature.low, feature.high))
            chosen = chosen & ((points >= low) & (points <= high)).all(axis=1)
        return chosen

    def _masses(self) -> Iterator[Measurement]:
        for name in self.spec.alloys:
            alloy = alloy_of(name)
            value, u = mass(self.solids.volume, self.u_volume, alloy)
            told = {"density": f"{alloy.density:f} g/cm3", "u_density": f"{alloy.u:f} g/cm3", "source": alloy.source}
            yield self._unless_broken(
                f"mass_{name}", value, "g", u=u, method="volume of the model times density", n=1, evidence=told
            )

    def _deviation(self) -> Iterator[Measurement]:
        own = math.hypot(float(self.sagitta.max()), self.rounding)
        if self.other is not None:
            yield from self._from_reference(*self.other, own)
        if self.spec.mirror:
            rms, sampled = symmetry_rms(self.mesh, "xyz".index(self.spec.mirror))
            yield measured(
                "symmetry_rms",
                rms,
                "mm",
                u=math.hypot(own / _ROOT_3, sampled),
                method=f"mirrored along {self.spec.mirror} about the middle of the surface; from spots drawn by area",
                n=2 * SPOTS,
            )

    def _from_reference(self, reference: Mesh, digest: str, own: float) -> Iterator[Measurement]:
        u = math.hypot(own, float(smoothness(reference, audit(reference)).sagitta.max())) / _ROOT_3
        found = deviation(self.mesh, reference)
        told = {"reference": digest, "moved": _roughly(found.moved, "mm"), "turned": _roughly(found.turned, "degrees")}
        method = "spot to surface, both directions, after rigid registration; from spots drawn by area"
        for name, value, sampled in (("mean", found.mean, found.u_mean), ("p95", found.p95, found.u_p95)):
            yield measured(
                f"deviation_{name}", value, "mm", u=math.hypot(u, sampled), method=method, n=2 * SPOTS, evidence=told
            )
        why: Reasons = ()
        if not found.is_whole:  # a part may lie between those that were asked
            why = because("too_many_to_ask", largest=f"{found.largest:.4f} mm")
        yield measured(
            "deviation_max",
            found.largest if found.is_whole else None,
            "mm",
            u=u if found.is_whole else None,
            method=f"{method}, and from all vertices and facets' middles",
            n=found.samples,
            evidence=told,
            why=why,
        )

    def _cast(self) -> Iterator[Measurement]:
        """Yield what is left of bore, size, volume, mass and wall after the chain of shrinkage."""
        if not self.spec.shrinkage:
            return
        factor, relative = shrunk(self.spec)
        told = {
            "factor": f"{factor:.6f}",
            "steps": ", ".join(f"{step.step} {step.percent:f} %" for step in self.spec.shrinkage),
        }
        if self.bore is not None:
            diameter, u = self.bore.diameter * factor, math.hypot(self.bore.u, self.bore.diameter * relative) * factor
            for name, value, u_of in (
                ("cast_bore_diameter", diameter, u),
                ("cast_ring_size_iso", iso_size(diameter), math.pi * u),
            ):
                yield measured(
                    name,
                    value,
                    "mm",
                    u=u_of,
                    method="model times shrinkage of every step",
                    n=1,
                    evidence=told,
                    doubt=self.of_bore,
                )
        volume = self.solids.volume * factor**3
        u_volume = math.hypot(self.u_volume, 3 * self.solids.volume * relative) * factor**3
        method = "model times shrinkage of every step, cubed"
        yield self._unless_broken("cast_volume", volume, "mm3", u=u_volume, method=method, n=1, evidence=told)
        for alloy in map(alloy_of, self.spec.alloys):
            value, u = mass(volume, u_volume, alloy)
            of_alloy = {
                **told,
                "density": f"{alloy.density:f} g/cm3",
                "u_density": f"{alloy.u:f} g/cm3",
                "source": alloy.source,
            }
            yield self._unless_broken(
                f"cast_mass_{alloy.id}", value, "g", u=u, method="cast volume times density", n=1, evidence=of_alloy
            )
        wall, u_wall = self.walls.quantile(0.01) if self.walls else (math.nan, math.nan)
        u_wall = math.hypot(u_wall, wall * relative) * factor
        method = "wall_p1 times shrinkage of every step"
        yield self._unless_broken("cast_wall_p1", wall * factor, "mm", u=u_wall, method=method, n=1, evidence=told)


def _roughly(value: float, unit: str) -> str:
    """Tell how far a model was moved or turned, to two digits: on a round piece more is not determined."""
    return f"{float(f'{round(value, 3):.2g}'):g} {unit}"


def shrunk(spec: ModelBrief) -> tuple[float, float]:
    """Return what is left of a length after all steps of a brief, and the relative standard uncertainty of that."""
    factor, squares = Decimal(1), 0.0
    for step in spec.shrinkage:
        factor *= 1 - step.percent / 100
        squares += float(step.u / (100 - step.percent)) ** 2
    return float(factor), math.sqrt(squares)


MESH = Evaluator(spec=ModelBrief, evaluate=evaluate, version=VERSION)
"""What is registered as the evaluator ``mesh``."""
