# SPDX-License-Identifier: Apache-2.0
"""Credentials in pictures: byte for byte in and out, and nothing hostile gets far."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.credentials.sample_badges import measured
from touchstone.credentials.baking import MAX_CREDENTIAL_BYTES, bake, is_image, unbake
from touchstone.errors import CredentialError

CREDENTIAL = '{"name": "镶石工", "narrative": "a ]]> b & <c> \U0001f48e"}'.encode()


def chunk(name, data, crc=None):
    return (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data) if crc is None else crc)
    )


SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXEL = chunk(b"IDAT", zlib.compress(b"\0\x80"))
END = chunk(b"IEND", b"")
PNG = SIGNATURE + HEADER + PIXEL + END
BAKED = chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + CREDENTIAL)
SVG = b'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" a=">"><g/></svg>\n'
NAMESPACE = b'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'


def refusal(work):
    with pytest.raises(CredentialError) as caught:
        work()
    return caught.value.code


@pytest.mark.parametrize(
    "image",
    [
        PNG,
        SVG,
        b"\xef\xbb\xbf" + SVG,
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<s:svg xmlns:s="http://www.w3.org/2000/svg" />',
        b"<!-- a > b --><svg xmlns='http://www.w3.org/2000/svg'></svg>",
    ],
)
def test_what_is_baked_comes_out_byte_for_byte_and_the_picture_stays(image):
    baked = bake(image, CREDENTIAL)

    assert unbake(baked) == CREDENTIAL
    assert is_image(baked)
    assert len(baked) - len(image) < len(CREDENTIAL) + 200


@given(
    st.text(
        st.characters(
            exclude_categories=["Cs"], exclude_characters=[*map(chr, range(9)), "\x0b", "\x0c", "\ufffe", "\uffff"]
        ).filter(lambda char: char in "\t\n\r" or char >= " ")
    ),
    st.sampled_from([PNG, SVG]),
)
def test_any_text_survives_the_oven(text, image):
    credential = ("{" + text).encode()

    assert unbake(bake(image, credential)) == credential


def test_an_independent_reader_finds_the_credential_in_the_svg():
    root = ElementTree.fromstring(bake(SVG, CREDENTIAL))

    assert root.find("{https://purl.imsglobal.org/ob/v3p0}credential").text.encode() == CREDENTIAL


def test_the_chunk_is_as_the_standard_has_it():
    assert bake(PNG, CREDENTIAL) == SIGNATURE + HEADER + PIXEL + BAKED + END


@pytest.mark.parametrize("image", [PNG, SVG])
def test_nothing_is_baked_twice_and_nothing_unbaked_from_a_bare_picture(image):
    assert refusal(lambda: unbake(image)) == "bake_missing"
    assert refusal(lambda: bake(bake(image, CREDENTIAL), CREDENTIAL)) == "bake_twice"


@pytest.mark.parametrize("credential", [b"", b"eyJ.jws.sig", b"\xff{", b"{\xff", b"{" * (MAX_CREDENTIAL_BYTES + 1)])
def test_only_json_is_baked(credential):
    assert refusal(lambda: bake(PNG, credential)) == "bake_credential"


def test_a_character_that_xml_cannot_hold_is_not_baked_into_an_svg():
    assert refusal(lambda: bake(SVG, '{"\uffff"}'.encode())) == "bake_credential"


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10))
HOSTILE = {
    "a signature alone": (SIGNATURE, "png_truncated"),
    "a chunk of a gigabyte": (SIGNATURE + HEADER + struct.pack(">I", 2**30) + b"iTXt", "png_truncated"),
    "a chunk of four gigabytes": (SIGNATURE + HEADER + b"\xff\xff\xff\xffiTXt" + bytes(99), "png_truncated"),
    "cut in the middle": (PNG[:50], "png_truncated"),
    "without an end": (SIGNATURE + HEADER + PIXEL, "png_truncated"),
    "a damaged chunk": (SIGNATURE + HEADER + chunk(b"IDAT", b"x", crc=1) + END, "png_crc"),
    "a changed credential": (SIGNATURE + HEADER + BAKED.replace(b'"name"', b'"nome"') + END, "png_crc"),
    "two credentials": (SIGNATURE + HEADER + BAKED + BAKED + END, "bake_twice"),
    "one of them compressed": (
        SIGNATURE + HEADER + BAKED + chunk(b"zTXt", b"openbadgecredential\0\0" + zlib.compress(CREDENTIAL)) + END,
        "bake_twice",
    ),
    "a compressed credential": (
        SIGNATURE + HEADER + chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(bytes(10**7))) + END,
        "bake_malformed",
    ),
    "a chunk of text": (SIGNATURE + HEADER + chunk(b"tEXt", b"openbadgecredential\0{}") + END, "bake_malformed"),
    "an unfinished iTXt": (SIGNATURE + HEADER + chunk(b"iTXt", b"openbadgecredential\0\0\0en") + END, "bake_malformed"),
    "a credential behind the end": (PNG + BAKED, "png_malformed"),
    "no header first": (SIGNATURE + PIXEL + HEADER + END, "png_malformed"),
    "a name that is none": (SIGNATURE + HEADER + chunk(b"a\0b!", b"") + END, "png_malformed"),
    "eight thousand chunks": (SIGNATURE + HEADER + chunk(b"teSt", b"") * 8_000 + END, "png_malformed"),
    "a credential of two megabytes": (
        SIGNATURE + HEADER + chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{" + bytes(2**21)) + END,
        "bake_too_large",
    ),
    "nine megabytes": (SIGNATURE + bytes(9 * 2**20), "image_too_large"),
    "a JPEG": (b"\xff\xd8\xff\xe0" + bytes(99), "image_unknown"),
    "nothing": (b"", "image_unknown"),
    "a billion laughs": (
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">' + LAUGHS + b"]>"
        b'<svg xmlns="http://www.w3.org/2000/svg">&l9;</svg>',
        "svg_entity",
    ),
    "a file from elsewhere": (
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>',
        "svg_entity",
    ),
    "an undeclared entity": (b'<svg xmlns="http://www.w3.org/2000/svg">&x;</svg>', "svg_malformed"),
    "not closed": (b'<svg xmlns="http://www.w3.org/2000/svg"><g>', "svg_malformed"),
    "a page": (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "svg_malformed"),
    "in another encoding": (
        b'<?xml version="1.0" encoding="UTF-16"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "svg_encoding",
    ),
    "two elements": (
        b'<svg xmlns="http://www.w3.org/2000/svg" %b><openbadges:credential>{}</openbadges:credential>'
        b"<g><openbadges:credential>{}</openbadges:credential></g></svg>" % NAMESPACE,
        "bake_twice",
    ),
    "an element inside": (
        b'<svg xmlns="http://www.w3.org/2000/svg" %b><openbadges:credential>{<g/>}</openbadges:credential></svg>'
        % NAMESPACE,
        "bake_malformed",
    ),
    "another namespace": (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="urn:x"><openbadges:credential>{}</openbadges:credential></svg>',
        "bake_missing",
    ),
    "a hundred thousand elements": (
        b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g/>" * 100_000 + b"</svg>",
        "svg_too_complex",
    ),
    "a deep well": (b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 100_000, "svg_too_complex"),
    "a text of eight megabytes": (
        b'<svg xmlns="http://www.w3.org/2000/svg" a="' + b"x" * (2**23 - 100),
        "svg_malformed",
    ),
    "twenty thousand attributes": (
        b'<svg xmlns="http://www.w3.org/2000/svg" ' + b" ".join(b'a%d=""' % n for n in range(20_000)) + b"/>",
        "bake_missing",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_refused_by_name_and_at_once(name):
    image, code = HOSTILE[name]

    told, seconds, peak = measured(lambda: refusal(lambda: unbake(image)))

    assert told == code
    assert seconds < 0.25
    assert peak < 64 * 1024 * 1024


@given(st.binary(max_size=200), st.integers(0, len(PNG)))
def test_no_bytes_make_the_reader_stumble(noise, place):
    for image in (PNG[:place] + noise + PNG[place:], SVG[:place] + noise + SVG[place:], SIGNATURE + noise):
        with suppress(CredentialError):
            unbake(image)
