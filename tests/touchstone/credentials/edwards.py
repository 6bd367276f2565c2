# SPDX-License-Identifier: Apache-2.0
"""The curve edwards25519 in plain integers, to judge the fast libraries by and to make the signatures that no library makes.

Points are affine pairs. `verdict` is RFC 8032, 5.1.7, read strictly: canonical encodings, no points of small order, S below L, no
cofactor.
"""

from __future__ import annotations

from hashlib import sha512

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
NEUTRAL = (0, 1)


def square_root(value):
    root = pow(value, (P + 3) // 8, P)
    return next((each for each in (root, root * pow(2, (P - 1) // 4, P) % P) if (each * each - value) % P == 0), None)


def point(y, sign):
    """The point of a y below p and the sign of its x, if there is one."""
    x = square_root((y * y - 1) * pow(D * y * y + 1, -1, P) % P)
    if x is None or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else P - x), y


def added(a, b):
    (x1, y1), (x2, y2) = a, b
    mixed = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + mixed, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - mixed, -1, P) % P


def times(scalar, a):
    """Multiply by repeated doubling, in projective coordinates (no inversion until the end)."""
    x, y, z = 0, 1, 1
    for bit in bin(scalar)[2:]:
        x, y, z = _sum(x, y, z, x, y, z)
        if bit == "1":
            x, y, z = _sum(x, y, z, *a, 1)
    inverse = pow(z, -1, P)
    return x * inverse % P, y * inverse % P


def _sum(x1, y1, z1, x2, y2, z2):
    a, c, d = z1 * z2 % P, x1 * x2 % P, y1 * y2 % P
    b, e = a * a % P, D * c * d % P
    f, g = b - e, b + e
    return a * f * ((x1 + y1) * (x2 + y2) - c - d) % P, a * g * (d + c) % P, f * g % P


def encoded(a):
    return (a[1] | (a[0] & 1) << 255).to_bytes(32, "little")


def decoded(content):
    number = int.from_bytes(content, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    return point(y, sign) if y < P else None


BASE = point(4 * pow(5, -1, P) % P, 0)


def _of_order_8():
    """Half of a point of order 4: y² = (−1 ± √(1+d)) / d, where that is a square."""
    root = square_root(1 + D)
    halves = (square_root((-1 + sign * root) * pow(D, -1, P) % P) for sign in (1, -1))
    return point(next(y for y in halves if y is not None), 0)


TORSION = [times(count, _of_order_8()) for count in range(8)]
"""The eight points of small order; the one at an index is that many times a generator."""


def challenge(commitment, public_key, message):
    return int.from_bytes(sha512(commitment + public_key + message).digest(), "little")


def keys_of(seed):
    """The secret scalar, the prefix and the public key of a seed."""
    digest = sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    return scalar, digest[32:], encoded(times(scalar, BASE))


def signed(seed, message):
    scalar, prefix, public_key = keys_of(seed)
    nonce = int.from_bytes(sha512(prefix + message).digest(), "little") % L
    commitment = encoded(times(nonce, BASE))
    return commitment + ((nonce + challenge(commitment, public_key, message) * scalar) % L).to_bytes(32, "little")


def made(scalar, nonce, message, *, key_torsion=0, commitment_torsion=0):
    """A public key and a signature with components of small order: what only somebody who means mischief makes."""
    public_key = encoded(added(times(scalar, BASE), TORSION[key_torsion]))
    commitment = encoded(added(times(nonce, BASE), TORSION[commitment_torsion]))
    response = (nonce + challenge(commitment, public_key, message) * scalar) % L
    return public_key, commitment + response.to_bytes(32, "little")


def verdict(public_key, message, signature):
    key, commitment, response = decoded(public_key), decoded(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or key in TORSION or commitment in TORSION or response >= L:
        return False
    hashed = challenge(signature[:32], public_key, message) % L
    return times(response, BASE) == added(commitment, times(hashed, key))
