"""The commands about where everything is kept."""

from __future__ import annotations

from typing import Annotated

import typer

from cxdigest.cli.commands.options import Json, load
from cxdigest.language import marked

group = typer.Typer()

_TAKES = marked("A path or a URL, as store.url takes it.")


@group.command("migrate-store")
def migrate_store(
    source: Annotated[str, typer.Argument(metavar="FROM", help=_TAKES)],
    target: Annotated[str, typer.Argument(metavar="TO", help=_TAKES)],
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Also where a worker may run on FROM, or it was moved before."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Move all that is stored into another database, SQLite or PostgreSQL, and compare it there."""
    raise typer.Exit(
        load("instance.migrate_store").migrate_store(source, target, force=force, json=json)
    )


@group.command()
def plugins(json: Json = False) -> None:
    """List what plugins add, and from which package; exit 1 if something cannot be used."""
    raise typer.Exit(load("instance.plugins").listing(json=json))
