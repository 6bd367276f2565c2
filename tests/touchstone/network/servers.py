# SPDX-License-Identifier: Apache-2.0
"""A small certificate authority, and TLS servers on this machine that say exactly what a test tells them to say."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import ssl
import tempfile
import threading
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "node.example"
_DAY = dt.timedelta(days=1)


class Authority:
    """Signs certificates for names; its context trusts no other."""

    def __init__(self):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test authority")])
        self.certificate = self._certified(self._name, self._key.public_key(), authority=True)
        self._serving = {}

    @cached_property
    def trusting(self):
        """A client's context that trusts this authority alone."""
        pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def serving(self, *, name=NAME, ended=False):
        """Return a server's context whose certificate bears that name, perhaps one whose time is over."""
        if (name, ended) not in self._serving:
            self._serving[name, ended] = self._new_context(name, ended)
        return self._serving[name, ended]

    def _new_context(self, name, ended):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._certified(subject, key.public_key(), name=name, ended=ended)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            pem = Path(folder, "server.pem")
            pem.write_bytes(
                key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
                + certificate.public_bytes(serialization.Encoding.PEM)
            )
            context.load_cert_chain(pem)
        return context

    def _certified(self, subject, key, *, name="", authority=False, ended=False):
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 3 * _DAY)
            .not_valid_after(now - _DAY if ended else now + _DAY)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if name:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        return builder.sign(self._key, hashes.SHA256())


class Saying:
    """A server that answers every connection with the same script, and remembers what it was asked.

    :param script: called with the connection once the head of the request is read; what it sends is all that is sent.
    """

    def __init__(self, script, context):
        self._script, self._context = script, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.requests = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(plain,), daemon=True).start()

    def _answer(self, plain):
        plain.settimeout(10)
        with contextlib.suppress(OSError), self._context.wrap_socket(plain, server_side=True) as connection:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(4096)
                if not piece:
                    return
                head += piece
            self.requests.append(head.decode())
            self._script(connection)

    def close(self):
        self._listener.close()


def said(content, *, politely=True):
    """Return a script that sends the content and ends, with TLS's farewell or without."""

    def script(connection):
        connection.sendall(content)
        if politely:
            connection.unwrap()

    return script


def answer(body, *headers, status="200 OK"):
    """Return the bytes of a plain answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
