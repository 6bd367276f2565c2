"""Opening a key is made to be slow; what any reader can ask for must not be."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.touchstone_server.issuing_world import PASSPHRASE, give_key
from touchstone_server.issuing import keys

pytestmark = pytest.mark.django_db


def test_a_key_that_a_passphrase_does_not_open_is_not_tried_at_every_request(
    organisation, settings, tmp_path, monkeypatch
):
    settings.TOUCHSTONE_DATA, settings.TOUCHSTONE_PASSPHRASE = tmp_path, PASSPHRASE
    college, tries, opened = organisation("college"), [], keys.keystore.open_signer
    give_key(college)
    monkeypatch.setattr(keys.keystore, "open_signer", lambda *told: tries.append(told) or opened(*told))
    settings.TOUCHSTONE_PASSPHRASE = "another one"
    for _ in range(3):
        with pytest.raises(keys.KeysUnavailableError, match="wrong"):
            keys.signer_of(college)
    assert len(tries) == 1
    settings.TOUCHSTONE_PASSPHRASE = PASSPHRASE
    assert keys.can_sign(college), "the right one counts at once"
    settings.TOUCHSTONE_PASSPHRASE = "another one"
    cache.clear()
    assert not keys.can_sign(college), "and after a minute it is tried again"
    assert len(tries) == 3
