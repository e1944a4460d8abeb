"""The command that shows everything with invented people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cxdigest.cli.commands.options import load

group = typer.Typer()


@group.command()
def demo(
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, help="The port of the console on this machine; 0: one that is free."
        ),
    ] = 0,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="FOLDER", help="Keep all of it in this new folder."),
    ] = None,
    once: Annotated[
        bool,
        typer.Option(
            "--once", "--no-console", help="Make the digests, show the first as text, and end."
        ),
    ] = False,
) -> None:
    """Show all of it with invented people and alerts; fetches nothing, sends nothing."""
    raise typer.Exit(load("instance.demo").demo(port=port, keep=keep, once=once))
