"""The commands about what was sent."""

from __future__ import annotations

from typing import Annotated

import typer

from cxdigest.cli.commands.options import Json, Profile, load

group = typer.Typer(help="Show what was sent and what waits; try again.")


@group.callback(invoke_without_command=True)
def listed(
    ctx: typer.Context,
    profile: Profile = "",
    day: Annotated[
        str, typer.Option("--day", metavar="DATE", help="Digests of this day, as 2026-11-21.")
    ] = "",
    failed: Annotated[
        bool, typer.Option("--failed", help="Only what was given up or came back.")
    ] = False,
    json: Json = False,
) -> None:
    """Show what was sent, what waits for its next try, and what failed; of the last 14 days."""
    if ctx.invoked_subcommand is None:
        body = load("digests.deliveries").deliveries
        raise typer.Exit(body(ctx.obj, profile=profile, day=day, failed=failed, json=json))


@group.command("retry")
def retry(
    ctx: typer.Context,
    delivery: Annotated[
        str, typer.Argument(metavar="ID", help="As `cxdigest deliveries` shows it.")
    ],
) -> None:
    """Try a delivery again at the next turn that failed, came back or waits."""
    raise typer.Exit(load("digests.deliveries").retry(ctx.obj, delivery))
