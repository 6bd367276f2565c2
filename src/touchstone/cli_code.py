# SPDX-License-Identifier: Apache-2.0
"""The command that draws the QR code of a receipt, ``code``: scanned, it derives the decision again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from touchstone.cli_shared import told_of, write_file
from touchstone.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the command to ``touchstone``."""
    app.command()(code)


def code(
    receipt_file: Annotated[Path, typer.Argument(help="A receipt that `recognise --save` wrote.", metavar="RECEIPT")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The picture, .svg or .png.")],
    node: Annotated[
        str,
        typer.Option(
            "--node",
            metavar="URL",
            help="The node that derives it again for whoever scans it, as https://node.example.",
        ),
    ] = "",
) -> None:
    """Draw the QR code of a receipt: it holds the question and the digests, and `recheck` takes what is read from it."""
    from touchstone.qr import qr_address, qr_png, qr_svg
    from touchstone.recognition import load_receipt
    from touchstone.recognition.receipt_code import receipt_code

    token = receipt_code(load_receipt(receipt_file))
    held = qr_address(node, "R", token) if node else token
    draw = {".svg": lambda: qr_svg(held).encode(), ".png": lambda: qr_png(held)}.get(out.suffix.lower())
    if draw is None:
        raise InputError("a QR code is drawn as .svg or .png", field="--out", found=str(out))
    picture = told_of(receipt_file, draw)
    write_file(out, picture)
    typer.echo(f"{out}: {len(picture)} bytes. Read from it: {held}")
