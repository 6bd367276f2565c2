# SPDX-License-Identifier: Apache-2.0
"""What the tests of the network share: one authority, and servers that end with their test."""

from __future__ import annotations

import pytest

from tests.touchstone.network.servers import Authority, Saying


@pytest.fixture(scope="session")
def authority():
    """The only authority that these tests trust."""
    return Authority()


@pytest.fixture
def serve(authority):
    """Start a server that follows a script: ``serve(script)``, under a certificate of the authority."""
    started = []

    def start(script, context=None):
        started.append(Saying(script, context or authority.serving()))
        return started[-1]

    yield start
    for server in started:
        server.close()
