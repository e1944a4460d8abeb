"""The commands that keep an instance and bring it back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cxdigest.cli.commands.options import Json, load

group = typer.Typer()


@group.command()
def backup(
    ctx: typer.Context,
    path: Annotated[
        str | None,
        typer.Argument(metavar="[PATH]", help="A new file, or a folder; else backup.folder."),
    ] = None,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Put the passwords and tokens into it as well.")
    ] = False,
    json: Json = False,
) -> None:
    """Write the store and the configuration into one file, also while cxdigest serve runs."""
    raise typer.Exit(load("instance.backup").backup(ctx.obj, path, secrets=with_secrets, json=json))


@group.command()
def restore(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file that backup wrote.")],
    force: Annotated[
        bool, typer.Option("--force", help="Move a store that is there aside, and keep it.")
    ] = False,
) -> None:
    """Check a backup and put it in the place of the store; cxdigest serve must not run."""
    raise typer.Exit(load("instance.backup").restore(ctx.obj, path, force=force))
