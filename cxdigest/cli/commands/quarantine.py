"""The commands about postings that a digest had to do without."""

from __future__ import annotations

from typing import Annotated

import typer

from cxdigest.cli.commands.options import Json, Profile, load

group = typer.Typer(help="Show what could not be written into a digest; let it out.")


@group.callback(invoke_without_command=True)
def listed(ctx: typer.Context, profile: Profile = "", json: Json = False) -> None:
    """Show the postings that could not be written into a digest and stood there by reference."""
    if ctx.invoked_subcommand is None:
        raise typer.Exit(load("digests.quarantine").quarantine(ctx.obj, profile=profile, json=json))


@group.command("let-out")
def let_out(
    ctx: typer.Context,
    posting: Annotated[
        str, typer.Argument(metavar="POSTING", help="Its reference in the digest, or its link.")
    ],
    profile: Profile = "",
    json: Json = False,
) -> None:
    """Let a posting stand in the next digest again, once what was wrong is mended."""
    body = load("digests.quarantine").let_out
    raise typer.Exit(body(ctx.obj, posting, profile=profile, json=json))
