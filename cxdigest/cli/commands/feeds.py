"""The commands about feeds, for readers of feeds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cxdigest.cli.commands.options import Name, load

group = typer.Typer(help="The cleaned results of a person for a feed reader.", no_args_is_help=True)


@group.command("address")
def address(
    ctx: typer.Context,
    name: Name,
    renew: Annotated[
        bool, typer.Option("--renew", help="Make a new address; the old one ends.")
    ] = False,
) -> None:
    """Print the secret addresses of a person's feed, Atom and JSON."""
    raise typer.Exit(load("digests.feed").address(ctx.obj, name=name, renew=renew))


@group.command("write")
def write(
    ctx: typer.Context,
    name: Name,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Where NAME.atom and NAME.json go.")
    ] = Path("out"),
    flagged: Annotated[
        bool, typer.Option("--flagged", help="With roles whose title says more than the duties.")
    ] = False,
) -> None:
    """Write a person's feed as files, for a web server of your own or a reader of files."""
    raise typer.Exit(load("digests.feed").write(ctx.obj, name=name, out=out, flagged=flagged))
