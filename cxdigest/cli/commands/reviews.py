"""The commands of a coach, about digests that wait for a word."""

from __future__ import annotations

from typing import Annotated

import typer

from cxdigest.cli.commands.options import COACHES, Json, load

group = typer.Typer(
    help="What waits for a coach: approve it, hold it, write a note, leave postings out.",
    no_args_is_help=True,
)

Client = Annotated[str, typer.Argument(metavar="PROFILE", help="Whose digest.")]
Day = Annotated[
    str,
    typer.Option("--day", metavar="DATE", help="Of which day, as 2026-11-21, if several wait."),
]
Postings = Annotated[
    list[str],
    typer.Argument(metavar="POSTING...", help="Numbers as `review show` lists them, or links."),
]


@group.command("list")
def listed(
    ctx: typer.Context,
    coach: Annotated[
        str,
        typer.Option(
            "--coach", metavar="NAME", autocompletion=COACHES, help="Only clients of this coach."
        ),
    ] = "",
    json: Json = False,
) -> None:
    """List the digests that wait for their coach, the nearest deadline first."""
    raise typer.Exit(load("people.review").waiting(ctx.obj, coach=coach, json=json))


@group.command("show")
def show(ctx: typer.Context, profile: Client, day: Day = "", json: Json = False) -> None:
    """Show one digest that waits, with the numbers of its postings."""
    raise typer.Exit(load("people.review").show(ctx.obj, profile, day=day, json=json))


@group.command("approve")
def approve(ctx: typer.Context, profile: Client, day: Day = "", json: Json = False) -> None:
    """Approve a digest: it is sent now."""
    raise typer.Exit(load("people.review").approve(ctx.obj, profile, day=day, json=json))


@group.command("hold")
def hold(ctx: typer.Context, profile: Client, day: Day = "", json: Json = False) -> None:
    """Keep a digest back until it is approved, or the next one takes its place."""
    raise typer.Exit(load("people.review").hold(ctx.obj, profile, day=day, json=json))


@group.command("note")
def note(
    ctx: typer.Context,
    profile: Client,
    text: Annotated[
        str, typer.Argument(metavar="TEXT|-", help="The note, or - for standard input.")
    ],
    day: Day = "",
    json: Json = False,
) -> None:
    """Put a note on top of a digest in place of the one that is there; "" takes it away."""
    raise typer.Exit(load("people.review").note(ctx.obj, profile, text, day=day, json=json))


@group.command("drop")
def drop(
    ctx: typer.Context,
    profile: Client,
    postings: Postings,
    day: Day = "",
    json: Json = False,
) -> None:
    """Leave postings out of a digest; they never come again to this person."""
    raise typer.Exit(load("people.review").drop(ctx.obj, profile, postings, day=day, json=json))


@group.command("keep")
def keep(
    ctx: typer.Context,
    profile: Client,
    postings: Postings,
    day: Day = "",
    json: Json = False,
) -> None:
    """Take back that postings were left out, until the digest is approved."""
    raise typer.Exit(load("people.review").keep(ctx.obj, profile, postings, day=day, json=json))
