"""The commands about what readers said of postings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cxdigest.cli.commands.options import PROFILES, Json, Profile, load

group = typer.Typer(help="What readers said of postings.", no_args_is_help=True)


@group.command("list")
def listed(ctx: typer.Context, profile: Profile = "", json: Json = False) -> None:
    """Show what was said, the newest first."""
    raise typer.Exit(load("people.feedback").list_words(ctx.obj, profile=profile, json=json))


@group.command("add")
def add(
    ctx: typer.Context,
    posting: Annotated[
        str, typer.Argument(metavar="POSTING", help="A stored posting's link or id.")
    ],
    word: Annotated[
        str,
        typer.Argument(
            metavar="WORD", help="genuine, not-genuine, hide-employer, applied or not-for-me."
        ),
    ],
    profile: Annotated[
        str,
        typer.Option(
            "--profile", "-p", metavar="NAME", autocompletion=PROFILES, help="Whose word it is."
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Say something of a posting for a reader."""
    raise typer.Exit(
        load("people.feedback").add(ctx.obj, posting, word, profile=profile, json=json)
    )


@group.command("undo")
def undo(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="The id that list shows.")],
    json: Json = False,
) -> None:
    """Take one word back; what was said before it holds again."""
    raise typer.Exit(load("people.feedback").undo(ctx.obj, number, json=json))


@group.command("propose")
def propose(
    ctx: typer.Context,
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            "-p",
            metavar="NAME",
            autocompletion=PROFILES,
            help="Whose words to look at.",
        ),
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the pack to this file.")
    ] = None,
) -> None:
    """Print a pack of rules that repeated words ask for; it is never used by itself."""
    raise typer.Exit(load("people.feedback_propose").run(ctx.obj, profile=profile, out=out))


@group.command("export")
def export(
    ctx: typer.Context,
    labels: Annotated[
        bool, typer.Option("--labels", help="As labelled postings for rules stats and rules fit.")
    ] = False,
    profile: Profile = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write to this file.")
    ] = None,
) -> None:
    """Write what was said as labelled postings, without names, addresses and tokens."""
    raise typer.Exit(
        load("people.feedback_export").export(ctx.obj, labels=labels, profile=profile, out=out)
    )


@group.command("renew-key")
def renew_key(ctx: typer.Context) -> None:
    """Sign links with a new key; those in mails that were sent before work no longer."""
    raise typer.Exit(load("people.feedback").renew_key(ctx.obj))
