"""An OpenID Connect provider of an institution, as small as the standard allows: discovery, a sign-in page, a code, a signed id token.

OpenID Connect Core 1.0, 3.1 (authorization code flow), with PKCE left to the node; it answers on loopback and knows one person.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET, CODE, TOKEN = "touchstone", "between-the-two", "a-code-for-once", "an-access-token"
PERSON = {"sub": "staff-17", "email": "ho@university.example", "email_verified": True, "name": "HO Wai Yin"}


class Provider(ThreadingHTTPServer):
    """The provider: its key, and the one sign-in that is under way."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://localhost:{self.server_port}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.asked: dict[str, str] = {}

    @property
    def settings(self) -> str:
        """What the node's TOUCHSTONE_OIDC says of it."""
        app = {
            "provider_id": "university", "name": "Illustrative university", "client_id": CLIENT, "secret": SECRET,
            "settings": {"server_url": self.address},
        }  # fmt: skip
        return json.dumps({"openid_connect": {"APPS": [app]}})


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider for a while."""
    provider = Provider()
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        provider.shutdown()
        provider.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        match where.path:
            case "/.well-known/openid-configuration":
                at = self.server.address
                self._json({
                    "issuer": at, "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token",
                    "userinfo_endpoint": f"{at}/userinfo", "jwks_uri": f"{at}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                })  # fmt: skip
            case "/authorize":
                self._authorize({name: values[0] for name, values in parse_qs(where.query).items()})
            case "/jwks":
                public = RSAAlgorithm.to_jwk(self.server.key.public_key(), as_dict=True)
                self._json({"keys": [public | {"kid": "1", "use": "sig", "alg": "RS256"}]})
            case "/userinfo" if self.headers["Authorization"] == f"Bearer {TOKEN}":
                self._json(PERSON)
            case _:
                self.send_error(404)

    def do_POST(self) -> None:
        said = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        right = {"client_id": [CLIENT], "client_secret": [SECRET], "code": [CODE]}
        right["redirect_uri"] = [self.server.asked.get("redirect_uri", "")]
        if self.path != "/token" or any(said.get(name) != values for name, values in right.items()):
            self.send_error(400)
            return
        now = int(time.time())
        claims = PERSON | {"iss": self.server.address, "aud": CLIENT, "iat": now, "exp": now + 60}
        token = jwt.encode(claims, self.server.key, algorithm="RS256", headers={"kid": "1"})
        self._json({"access_token": TOKEN, "token_type": "Bearer", "id_token": token, "expires_in": 60})

    def _authorize(self, asked: dict[str, str]) -> None:
        """Ask the person whether it is they; a link leads back with the code."""
        if asked.get("client_id") != CLIENT or asked.get("response_type") != "code" or "state" not in asked:
            self.send_error(400)
            return
        self.server.asked = asked
        back = asked["redirect_uri"] + "?" + urlencode({"code": CODE, "state": asked["state"]})
        page = f'<!doctype html><html lang="en"><title>University</title><main><a href="{escape(back)}">Yes, it is me</a></main>'
        self._send(page.encode(), "text/html; charset=utf-8")

    def _json(self, told: dict[str, object]) -> None:
        self._send(json.dumps(told).encode(), "application/json")

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
