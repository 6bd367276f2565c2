"""Pieces of known truth: tubes, tori, spheres, cubes; as triangles, and written as STL, OBJ and 3MF."""

from __future__ import annotations

import io
import zipfile

import numpy as np

MODEL = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
START = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"


def torus(big=9.0, small=1.0, around=64, along=128):
    """A torus about z; its tube is a polygon of ``around`` sides."""
    return grid(
        lambda u, v: (
            (big + small * np.cos(v)) * np.cos(u),
            (big + small * np.cos(v)) * np.sin(u),
            small * np.sin(v) + 0 * u,
        ),
        along,
        around,
    )


def tube(inner=8.5, wall=1.6, height=4.0, sides=128):
    """A ring of rectangular section about z, its bore a polygon."""
    angle = np.arange(sides) * 2 * np.pi / sides
    profile = [(inner, -height / 2), (inner + wall, -height / 2), (inner + wall, height / 2), (inner, height / 2)]
    rings = np.stack(
        [np.stack([r * np.cos(angle), r * np.sin(angle), 0 * angle + z], axis=1) for r, z in profile], axis=1
    )
    return quads(rings)


def grid(surface, along, around):
    u, v = np.meshgrid(np.arange(along) * 2 * np.pi / along, np.arange(around) * 2 * np.pi / around, indexing="ij")
    return quads(np.stack(surface(u, v), axis=-1))


def quads(points):
    """Close a grid of points in both directions, two triangles a field."""
    right, up = np.roll(points, -1, axis=0), np.roll(points, -1, axis=1)
    both = np.roll(right, -1, axis=1)
    first, second = np.stack([points, right, both], axis=2), np.stack([points, both, up], axis=2)
    return np.concatenate([first.reshape(-1, 3, 3), second.reshape(-1, 3, 3)])


def sphere(radius=5.0, centre=(0.0, 0.0, 0.0), rounds=4):
    """An octahedron, its facets cut in four ``rounds`` times and put onto the sphere."""
    axes = np.eye(3)
    triangles = np.array(
        [
            (x * axes[0], y * axes[1], z * axes[2]) if x * y * z > 0 else (y * axes[1], x * axes[0], z * axes[2])
            for x in (1, -1)
            for y in (1, -1)
            for z in (1, -1)
        ]
    )
    for _ in range(rounds):
        a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
        ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
        triangles = np.concatenate(
            [np.stack(each, axis=1) for each in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
        )
    triangles = triangles / np.linalg.norm(triangles, axis=2, keepdims=True)
    return triangles * radius + np.array(centre)


def prism(polygon, height):
    """A convex polygon (anticlockwise) drawn up along z."""
    base = np.array(polygon, dtype=float)
    low = np.column_stack([base, np.zeros(len(base))])
    high = low + np.array([0, 0, height])
    sides = [t for i, j in pairs(len(base)) for t in ((low[i], low[j], high[j]), (low[i], high[j], high[i]))]
    caps = [t for i in range(1, len(base) - 1) for t in ((low[0], low[i + 1], low[i]), (high[0], high[i], high[i + 1]))]
    return np.array([*sides, *caps])


def pairs(count):
    return [(i, (i + 1) % count) for i in range(count)]


def box(x=4.0, y=4.0, z=4.0, at=(0.0, 0.0, 0.0)):
    return prism([(0, 0), (x, 0), (x, y), (0, y)], z) + np.array(at)


def rod(diameter, length, sides=64):
    """A prong: a cylinder about z, modelled as a polygon through its circle."""
    angle = np.arange(sides) * 2 * np.pi / sides
    return prism(np.column_stack([np.cos(angle), np.sin(angle)]) * diameter / 2, length)


def turned(triangles, axis=(0.3, 0.5, 0.8), angle=0.7):
    x, y, z = np.array(axis) / np.linalg.norm(axis)
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return triangles @ (np.eye(3) + np.sin(angle) * across + (1 - np.cos(angle)) * across @ across).T


# ------------------------------------------------------------------ as files
def stl(triangles, head=b"") -> bytes:
    triangles = np.asarray(triangles)
    facets = np.zeros(len(triangles), dtype=[("n", "<f4", 3), ("c", "<f4", (3, 3)), ("m", "<u2")])
    facets["c"] = triangles
    return head.ljust(80, b"\0") + len(triangles).to_bytes(4, "little") + facets.tobytes()


def ascii_stl(triangles) -> bytes:
    facets = [
        "facet normal 0 0 0\nouter loop\n"
        + "".join(f"vertex {x!r} {y!r} {z!r}\n" for x, y, z in np.float32(each).tolist())
        + "endloop\nendfacet\n"
        for each in triangles
    ]
    return ("solid piece\n" + "".join(facets) + "endsolid piece\n").encode()


def indexed(triangles):
    vertices, faces = np.unique(np.asarray(triangles).reshape(-1, 3), axis=0, return_inverse=True)
    return vertices, faces.reshape(-1, 3)


def obj(triangles) -> bytes:
    vertices, faces = indexed(triangles)
    lines = ["mtllib nowhere.mtl", *(f"v {x!r} {y!r} {z!r}" for x, y, z in vertices.tolist())]
    return "\n".join([*lines, *(f"f {a + 1}//1 {b + 1}//1 {c + 1}//1" for a, b, c in faces.tolist())]).encode()


def mesh_xml(triangles) -> str:
    vertices, faces = indexed(triangles)
    points = "".join(f'<vertex x="{x!r}" y="{y!r}" z="{z!r}"/>' for x, y, z in vertices.tolist())
    corners = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in faces.tolist())
    return f"<mesh><vertices>{points}</vertices><triangles>{corners}</triangles></mesh>"


def threemf(triangles, unit="millimeter") -> bytes:
    return package(
        model_xml(f'<object id="1" type="model">{mesh_xml(triangles)}</object>', '<item objectid="1"/>', unit)
    )


def model_xml(resources: str, build: str, unit="millimeter", before="") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<model unit="{unit}" xmlns="{MODEL}">'
        f"<resources>{resources}</resources><build>{build}</build></model>"
    )


def package(model: str | bytes, target="/3D/3dmodel.model", more=()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        relation = f'<Relationship Id="r" Type="{START}" Target="{target}"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>')
        archive.writestr("3D/3dmodel.model", model)
        for name, content in more:
            archive.writestr(name, content)
    return out.getvalue()
