"""The commands that take in what a person has elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cxdigest.cli.commands.options import Json, load

group = typer.Typer(
    help="Take in old alert mails, lists of feeds, and tables of clients.", no_args_is_help=True
)


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
        str, typer.Option("--source", metavar="NAME", help="The mailbox source they belong to.")
    ],
    sender: Annotated[
        list[str] | None,
        typer.Option(
            "--sender", metavar="ADDRESS", help="Only mails from this address or host; repeats."
        ),
    ] = None,
    everybody: Annotated[
        bool,
        typer.Option("--all", help="Mails of every sender, where the source reads all of them."),
    ] = False,
    json: Json = False,
) -> None:
    """Take in old alert mails; safe to stop and to run again, and nothing is kept twice."""
    raise typer.Exit(
        load("import_mails").run(
            ctx.obj, paths, source=source, senders=sender or [], everybody=everybody, json=json
        )
    )
