# SPDX-License-Identifier: Apache-2.0
"""QR codes: read back by a reader, as small as the mode allows, and the same bytes every time."""

from __future__ import annotations

import re
import struct
import zlib
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from touchstone.errors import InputError
from touchstone.qr import MOST_VERSION, QUIET_ZONE, qr_address, qr_matrix, qr_png, qr_svg

ALPHANUMERIC_M = {3: 61, 5: 122, 9: 262, 10: 311, 20: 970, 25: 1451}
"""Characters that a symbol of each version holds at level M (ISO/IEC 18004, table 7)."""
BYTES_M = {3: 42, 5: 84, 9: 180, 10: 213, 20: 666, 25: 997}


def version(payload):
    return (len(qr_matrix(payload)) - 17) // 4


def pixels_of(png):
    """The grey values of a PNG of one bit a pixel, read by hand."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, place = {}, 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        name, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        assert struct.unpack(">I", png[place + 8 + length : place + 12 + length])[0] == zlib.crc32(name + content)
        chunks[name], place = content, place + 12 + length
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, colour) == (1, 0)
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, -1)
    assert not lines[:, 0].any()
    return np.unpackbits(lines[:, 1:], axis=1)[:, :width] * np.uint8(255)


def pixels_of_svg(svg, scale=4):
    """The same of an SVG, painted by hand from its strokes."""
    root = Xml.fromstring(svg)
    size = int(root.get("width"))
    grid = np.full((size, size), 255, np.uint8)
    path = root[1].get("d")
    for row, strokes in re.findall(r"M4 (\d+)\.5((?:[hm][\d ]+)*)", path):
        at = QUIET_ZONE
        for command, length in re.findall(r"([hm])(\d+)", strokes):
            if command == "h":
                grid[int(row), at : at + int(length)] = 0
            at += int(length)
    return grid.repeat(scale, 0).repeat(scale, 1)


def read(pixels):
    found = zxingcpp.read_barcodes(np.ascontiguousarray(pixels))
    assert len(found) == 1
    assert found[0].ec_level == "M"
    return found[0].text


@given(st.text(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=1, max_size=900))
def test_what_was_put_in_is_read_from_both_pictures(token):
    address = qr_address("https://node.example", "R", token)

    assert read(pixels_of(qr_png(address, scale=4))) == address
    assert read(pixels_of_svg(qr_svg(address))) == address


def test_a_text_of_another_script_is_read_back_too():
    assert read(pixels_of(qr_png("https://node.example/試金石"))) == "https://node.example/試金石"


@pytest.mark.parametrize("size", ALPHANUMERIC_M)
def test_capitals_are_held_in_the_alphanumeric_mode(size):
    """A symbol takes exactly as many characters as the standard gives that mode; one more makes it larger."""
    most = ALPHANUMERIC_M[size]
    address = qr_address("https://node.example", "R", "A7" * most)[:most]

    assert version(address) == size
    if size < MOST_VERSION:
        assert version(address + "A") == size + 1
    assert version(address.lower()[: BYTES_M[size]]) == size


def test_the_quiet_zone_is_four_modules_wide():
    pixels = pixels_of(qr_png("A", scale=3))

    assert pixels.shape == ((21 + 8) * 3,) * 2
    assert pixels[:12].min() == pixels[-12:].min() == pixels[:, :12].min() == pixels[:, -12:].min() == 255
    assert pixels[12, 12] == 0


def test_the_same_text_gives_the_same_bytes():
    address = qr_address("https://node.example", "R", "ABC")

    assert qr_svg(address, "code") == qr_svg(address, "code")
    assert qr_png(address) == qr_png(address)


def test_a_picture_says_what_it_is_or_that_it_is_decoration():
    assert 'role="img" aria-label="&lt;Code&gt; &quot;1&quot;"' in qr_svg("A", '<Code> "1"')
    assert 'aria-hidden="true"' in qr_svg("A")
    assert qr_svg("A").count("<path") == 2


@pytest.mark.parametrize("payload", ["A" * 1452, "a" * 998, "x" * 1_000_000])
def test_a_text_that_is_too_long_is_refused_with_what_to_do(payload):
    with pytest.raises(InputError, match=r"too long for a QR code .* Put the digest and an address into it"):
        qr_svg(payload)


def test_nothing_and_an_impossible_scale_are_refused():
    with pytest.raises(InputError, match="nothing to put"):
        qr_svg("")
    for scale in (0, 65):
        with pytest.raises(InputError, match="from 1 to 64"):
            qr_png("A", scale=scale)


@pytest.mark.parametrize(
    ("origin", "part"),
    [
        ("https://node.example", "abc"),
        ("https://node.example", "A/B"),
        ("https://node.example", ""),
        ("https://node.example/path", "A"),
        ("javascript:alert(1)", "A"),
        ("https://user@node.example", "A"),
    ],
)
def test_an_address_that_capitals_would_change_is_refused(origin, part):
    with pytest.raises(InputError):
        qr_address(origin, part)


def test_an_address_is_written_in_capitals():
    assert qr_address("http://localhost:8000", "R", "AB2") == "HTTP://LOCALHOST:8000/R/AB2"
    assert qr_address("http://[::1]:8000", "R", "AB2") == "HTTP://[::1]:8000/R/AB2"
