# SPDX-License-Identifier: Apache-2.0
"""Baking: a credential carried inside its own picture, as Open Badges 3.0 (section 5.3) defines it for PNG and SVG.

Pictures come from anywhere, so both readers are bounded: no entity is expanded, nothing is inflated, no length is
believed before its bytes are there.
"""

from __future__ import annotations

from touchstone.credentials.baking import png, svg
from touchstone.errors import CredentialError

MAX_IMAGE_BYTES = 8 * 1024 * 1024
MAX_CREDENTIAL_BYTES = 1024 * 1024


def bake(image: bytes, credential: bytes) -> bytes:
    """Return the picture with the credential inside it.

    :param image: a PNG or an SVG, at most 8 MiB, without a credential yet.
    :param credential: the signed document as JSON in UTF-8; :func:`unbake` gives exactly these bytes back.
    :raises CredentialError: ``bake_twice``, ``bake_credential``, ``image_unknown``, ``image_too_large``, or what is
        wrong with the picture.
    """
    text = credential.lstrip(b" \t\r\n")
    if not text.startswith(b"{") or len(credential) > MAX_CREDENTIAL_BYTES:
        raise CredentialError(
            "bake_credential", "this cannot be baked", expected=f"a JSON object of at most {MAX_CREDENTIAL_BYTES} bytes"
        )
    try:
        credential.decode("utf-8")
    except UnicodeDecodeError:
        raise CredentialError("bake_credential", "this cannot be baked", expected="JSON in UTF-8") from None
    return png.bake(image, credential) if _is_png(image) else svg.bake(image, credential)


def unbake(image: bytes) -> bytes:
    """Return the credential that a picture carries, byte for byte; it is not verified, nor even known to be JSON.

    :raises CredentialError: ``bake_missing``, ``bake_twice``, ``bake_malformed``, ``bake_too_large``,
        ``image_unknown``, ``image_too_large``, ``png_truncated``, ``png_crc``, ``png_malformed``, ``svg_entity``,
        ``svg_malformed``, ``svg_encoding`` or ``svg_too_complex``.
    """
    credential = png.unbake(image) if _is_png(image) else svg.unbake(image)
    if len(credential) > MAX_CREDENTIAL_BYTES:
        raise CredentialError("bake_too_large", "the baked credential is too large", found=f"{len(credential)} bytes")
    return credential


def is_image(content: bytes) -> bool:
    """Tell whether these bytes look like a picture that a credential can be baked into."""
    return png.is_png(content) or svg.is_svg(content)


def _is_png(image: bytes) -> bool:
    """Tell PNG from SVG; whatever is neither, or too large, is refused."""
    if len(image) > MAX_IMAGE_BYTES:
        raise CredentialError(
            "image_too_large",
            "the picture is too large",
            expected=f"at most {MAX_IMAGE_BYTES} bytes",
            found=f"{len(image)} bytes",
            hint="Save it smaller.",
        )
    if not is_image(image):
        raise CredentialError("image_unknown", "this is not a picture that carries credentials", expected="PNG or SVG")
    return png.is_png(image)
