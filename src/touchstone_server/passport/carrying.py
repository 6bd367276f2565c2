# SPDX-License-Identifier: Apache-2.0
"""What a holder saves: the certificate in a wallet, with the lists that say whether it still counts, so that it is confirmed where
nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from touchstone.credentials.canonical import strict_json
from touchstone.credentials.members import first_object, string
from touchstone.credentials.status_list import status_entries
from touchstone.credentials.wallet import Wallet, add, carry_list, new_wallet, write_wallet
from touchstone.errors import CredentialError, InputError
from touchstone.recognition.from_wallet import Lists
from touchstone.standards.exchange.strict_json import JsonObject
from touchstone_server import trust


def carried(content: bytes) -> bytes:
    """Return a credential as a wallet of its own, in which it stands byte for byte; one that fits into none, alone."""
    return next(map(write_wallet, wallets([content])), content)


def wallets(contents: Iterable[bytes]) -> Iterator[Wallet]:
    """Yield a wallet for each holder whom credentials name, with the status lists at hand here; one that names nobody fits into none."""
    found: dict[str, Wallet] = {}
    lists = trust.lists_at_hand()
    for content in contents:
        document: Any = strict_json.loads(content)
        subject = (
            string(first_object(document.get("credentialSubject")).get("id")) if isinstance(document, dict) else ""
        )
        try:
            wallet = add(found.get(subject) or new_wallet(subject), content)
        except CredentialError:
            continue  # it is handed out all the same, alone
        found[subject] = _with_lists(wallet, document, lists)
    yield from found.values()


def _with_lists(wallet: Wallet, document: JsonObject, lists: Lists) -> Wallet:
    """Return a wallet with the status lists of a credential, as far as they are at hand here: nothing is fetched."""
    for entry in status_entries(document):
        try:
            wallet = carry_list(wallet, lists.retrieve(str(entry["statusListCredential"])).content)
        except (InputError, OSError):
            continue  # it is verified where there is a network, then
    return wallet
