"""A node behind a proxy that speaks https, as the guide sets it up: in a process of its own, for settings are read once."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

SAID = """
import json, os
import django
django.setup()
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
from touchstone_server.accounts.models import User
call_command("migrate", verbosity=0)
setup_test_environment()
User.objects.create_user("chan@example.org", "correct horse battery staple", name_latin="Chan")

def sign_in(address, email, password):
    proxied = Client(headers={"host": "node.example", "x-real-ip": address, "x-forwarded-proto": "https", "referer": "https://node.example/"})
    return proxied.post("/en/account/login/", {"login": email, "password": password}), proxied

for number in range(12):
    last, _ = sign_in("203.0.113.1", f"nobody{number}@example.org", "wrong, and long enough")
right, chan = sign_in("203.0.113.2", "chan@example.org", "correct horse battery staple")
chan.post("/en/account/password/reset/", {"email": "chan@example.org"})
forged, _ = sign_in("203.0.113.1", "chan@example.org", "correct horse battery staple")
print(json.dumps({
    "shut_out": "oo many" in last.content.decode(), "other_reader": right.status_code, "same_reader": forged.status_code,
    "letter": mail.outbox[-1].body,
}))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> dict[str, object]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHSTONE_")}
    node = {
        "DJANGO_SETTINGS_MODULE": "touchstone_server.settings", "TOUCHSTONE_DATA": str(tmp_path_factory.mktemp("proxied")),
        "TOUCHSTONE_ADDRESS": "https://node.example", "TOUCHSTONE_HOSTS": "node.example", "TOUCHSTONE_CLIENT": "X-Real-IP",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SAID], env=kept | node, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_whoever_guesses_passwords_shuts_out_nobody_but_themselves(said):
    assert said["shut_out"]
    assert said["same_reader"] == 200, "the page is shown again"
    assert said["other_reader"] == 302


def test_the_links_of_letters_are_https(said):
    letter = str(said["letter"])
    assert "https://node.example/" in letter
    assert "http://" not in letter
