# SPDX-License-Identifier: Apache-2.0
"""The command that serves a VC-API: for the W3C test suites, and for whoever wants to try the platform's credentials out."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from touchstone.cli_shared import Json, now, open_key
from touchstone.errors import InputError

if TYPE_CHECKING:
    from touchstone.credentials.canonical import ContextSet
    from touchstone.credentials.signer import Signer
    from touchstone.network.serving import Server

_PORT = 40443
_HERE = ("localhost", "127.0.0.1", "::1")


def register(app: typer.Typer) -> None:
    """Add the command to ``touchstone``."""
    app.command("vc-api")(vc_api)


def vc_api(
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="The port; 0 for any that is free.")] = _PORT,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="The address to listen at; 0.0.0.0 for all of this machine's.")
    ] = "127.0.0.1",
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name that others reach this server by; may be given again."),
    ] = None,
    contexts: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder of further JSON-LD contexts, with a manifest.json that names them."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A key file to issue with. Without it: a new key, gone when the server ends."
        ),
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Serve plain HTTP instead of https with a certificate of its own.")
    ] = False,
    fetch: Annotated[
        bool,
        typer.Option(
            "--fetch",
            help="Fetch did:web documents and status lists of others, under the rules against forged addresses.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Serve a VC-API for test suites and trials: issue and verify any W3C credential. Ends with Ctrl-C."""
    from touchstone.network.fetching import retrieve
    from touchstone.network.vc_api import VcApi

    signer, closed = _signer(key), _contexts(contexts)
    names = tuple(dict.fromkeys([*(name or ()), *_HERE]))
    server = _server(host, port, names, http=http)
    address = f"{'http' if http else 'https'}://{names[0]}:{server.port}"
    api = VcApi(
        signer,
        address,
        clock=now,
        below=secrets.randbelow,
        retrieve=retrieve if fetch else None,
        contexts=closed,
    )
    server.handle = api.answer
    _tell(address, api.issuer, json=json)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


def _server(host: str, port: int, names: tuple[str, ...], *, http: bool) -> Server:
    from touchstone.network.certificate import self_signed
    from touchstone.network.serving import Answer, Server
    from touchstone.network.vc_api import MAX_BODY

    tls = None if http else self_signed(names, now())
    try:
        return Server(lambda request: Answer(503, b"{}"), host=host, port=port, tls=tls, hosts=names, max_body=MAX_BODY)
    except OSError as error:
        raise InputError(
            f"the address cannot be listened at ({error.strerror})",
            found=f"{host}:{port}",
            hint="Give another --port, or --port 0 for any that is free.",
        ) from None


def _signer(key: Path | None) -> Signer:
    from touchstone.credentials.signer import SeedSigner

    return open_key(key) if key else SeedSigner(secrets.token_bytes(32))


def _contexts(folder: Path | None) -> ContextSet:
    from touchstone.credentials.canonical import DEFAULT
    from touchstone.credentials.canonical.contexts_folder import load_contexts

    return load_contexts(folder) if folder else DEFAULT


def _tell(address: str, issuer: str, *, json: bool) -> None:
    import msgspec

    if json:
        typer.echo(msgspec.json.encode({"address": address, "issuer": issuer}).decode())
        return
    typer.echo(f"Touchstone VC-API at {address}\nIssuer: {issuer}\nEnds with Ctrl-C.")
