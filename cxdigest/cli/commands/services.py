"""The commands that let the system keep ``cxdigest serve`` running."""

from __future__ import annotations

from typing import Annotated

import typer

from cxdigest.cli.commands.options import load

group = typer.Typer(
    help="Let systemd, launchd or the Task Scheduler keep cxdigest serve running, as yourself.",
    no_args_is_help=True,
)


@group.command("install")
def install(
    ctx: typer.Context,
    show: Annotated[
        bool, typer.Option("--print", help="Print what would be written, and do nothing.")
    ] = False,
) -> None:
    """Have the system run cxdigest serve with this configuration from now on."""
    raise typer.Exit(load("instance.service").install(ctx.obj, show=show))


@group.command("status")
def status() -> None:
    """Say whether it is installed and runs (exit code 0), and where its log is."""
    raise typer.Exit(load("instance.service").status())


@group.command("remove")
def remove() -> None:
    """Stop it and take it out of the system's care; what it stored stays."""
    raise typer.Exit(load("instance.service").remove())
