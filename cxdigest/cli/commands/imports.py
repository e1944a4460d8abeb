"""The commands that take in what a person has elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cxdigest.cli.commands.options import Json, load

group = typer.Typer(
    help="Take in old alert mails, lists of feeds, and tables of clients.", no_args_is_help=True
)

_Senders = Annotated[
    list[str] | None,
    typer.Option(
        "--sender", metavar="ADDRESS", help="Only mails from this address or host; repeats."
    ),
]
_Everybody = Annotated[
    bool,
    typer.Option("--all", help="Mails of every sender, where the source reads all of them."),
]


@group.command("mails")
def mails(  # noqa: PLR0917 - Typer's way to declare options
    ctx: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…",
            help="An mbox, a Google Takeout archive, a Maildir, or a folder of .eml files.",
        ),
    ],
    source: Annotated[
        str,
        typer.Option(
            "--source",
            metavar="NAME",
            help="The mailbox source they belong to; else the only one there is.",
        ),
    ] = "",
    sender: _Senders = None,
    everybody: _Everybody = False,
    json: Json = False,
) -> None:
    """Take in old alert mails; safe to stop and to run again, and nothing is kept twice."""
    raise typer.Exit(
        load("imports.mails").run(
            ctx.obj, paths, source=source, senders=sender or [], everybody=everybody, json=json
        )
    )


@group.command("mailbox")
def mailbox(  # noqa: PLR0917 - Typer's way to declare options
    ctx: typer.Context,
    source: Annotated[
        str,
        typer.Argument(metavar="NAME", help="The mailbox source; else the only one there is."),
    ] = "",
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=36_500, help="How far to go back.")
    ] = 365,
    sender: _Senders = None,
    everybody: _Everybody = False,
    json: Json = False,
) -> None:
    """Take a mailbox's older alerts into the archive: those from before its first poll."""
    raise typer.Exit(
        load("imports.older").run(
            ctx.obj, source, days=days, senders=sender or [], everybody=everybody, json=json
        )
    )


@group.command("feeds")
def feeds(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="As a feed reader exports it.")],
    write: Annotated[
        bool, typer.Option("--write", help="Add them to the configuration, not only show them.")
    ] = False,
    json: Json = False,
) -> None:
    """Turn a list of feeds (OPML) into sources for the configuration."""
    raise typer.Exit(load("imports.feeds").run(ctx.obj, file, write=write, json=json))


@group.command("clients")
def clients(  # noqa: PLR0917 - Typer's way to declare options
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A table with a line of heads.")],
    coach: Annotated[str, typer.Option("--coach", metavar="NAME", help="Whose clients they are.")],
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source", metavar="NAME", help="What they read where the table does not say; repeats."
        ),
    ] = None,
    channel: Annotated[
        str,
        typer.Option("--channel", metavar="NAME", help="How digests go out; else as the coach's."),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show line by line what would happen; change nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Take a coach's clients in from a table (CSV), all of them or nobody."""
    raise typer.Exit(
        load("imports.clients").run(
            ctx.obj,
            file,
            coach=coach,
            sources=source or [],
            channel=channel,
            dry=dry_run,
            json=json,
        )
    )
