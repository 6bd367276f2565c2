# SPDX-License-Identifier: Apache-2.0
"""A holder with a wallet, and what a school has issued to her: badges whose every part can be given otherwise."""

from __future__ import annotations

from tests.touchstone.credentials.badges import LIST, signed, status_lists, unsigned
from touchstone.credentials import wallet
from touchstone.credentials.signer import SeedSigner

HOLDER = SeedSigner(bytes([21]) * 32)
THIEF = SeedSigner(bytes([22]) * 32)
DOMAIN, CHALLENGE = "hk-body.example", "8c1f-4d0e"
NAME = "urn:uuid:7b7c1f0e-8c1f-4d0e-9a53-0d9c6d0f3f11"
SECOND = "urn:uuid:7b7c1f0e-8c1f-4d0e-9a53-0d9c6d0f3f12"


def issued(number=1, *, signing=None, **fields):
    """A badge of the holder as the school handed it over; numbers beyond the first have ids of their own."""
    given = {"id": f"{NAME[:-2]}{number + 10:02}", "subject": HOLDER.controller, **fields}
    return signed(unsigned(**given), **(signing or {}))


def carrying(*contents, holder=HOLDER):
    """A wallet with these credentials, and the school's status list."""
    carried = wallet.carry_list(wallet.new_wallet(holder.controller), status_lists()(LIST))
    for content in contents:
        carried = wallet.add(carried, content)
    return carried
