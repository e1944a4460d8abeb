"""The commands that walk the street, whole or a part of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cxdigest.cli.commands.options import LOGINS, SOURCES, Json, Profile, load

group = typer.Typer()


@group.command()
def run(
    ctx: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="One full turn now, whatever the hour.")
    ] = False,
    due: Annotated[bool, typer.Option("--due", help="One turn of only what is due.")] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Fail too where a source is silent, overflowed or brought unreadable alerts.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Poll, judge, compose and deliver, then end."""
    raise typer.Exit(
        load("instance.run").run(ctx.obj, once=once, due=due, strict=strict, json=json)
    )


@group.command()
def serve(
    ctx: typer.Context,
    listen: Annotated[
        str,
        typer.Option(
            help="Host and port of the pages that lead to a configuration where there is none."
        ),
    ] = "127.0.0.1:8080",
    worker: Annotated[
        bool,
        typer.Option(
            "--worker/--no-worker",
            help="Whether to do what is due, beside the pages; no: `cxdigest worker` does it.",
        ),
    ] = True,
) -> None:
    """Stay and do what is due, until SIGTERM; without a configuration, lead to one first."""
    raise typer.Exit(load("instance.serve").serve(ctx.obj, listen=listen, works=worker))


@group.command()
def worker(ctx: typer.Context) -> None:
    """Stay and do what is due, beside other workers on the same PostgreSQL, until SIGTERM."""
    raise typer.Exit(load("instance.cluster").work(ctx.obj))


@group.command()
def health(
    ctx: typer.Context,
    served: Annotated[
        bool,
        typer.Option("--served", help="Ask the cxdigest serve of this machine, not the store."),
    ] = False,
    json: Json = False,
) -> None:
    """Say whether the worker woke recently and nothing is overdue (exit 0), for containers."""
    raise typer.Exit(load("instance.health").health(ctx.obj, served=served, json=json))


@group.command()
def doctor(ctx: typer.Context, json: Json = False) -> None:
    """Look over the whole installation, and say what is well, what is not and what to do."""
    raise typer.Exit(load("instance.doctor").doctor(ctx.obj, json=json))


@group.command()
def send(
    ctx: typer.Context,
    *,
    test: Annotated[
        bool, typer.Option("--test", help="One short mail to try, to a profile's recipients.")
    ] = False,
    profile: Profile = "",
    channel: Annotated[
        str, typer.Option("--channel", metavar="NAME", help="Only over this channel.")
    ] = "",
    wait: Annotated[
        float,
        typer.Option(
            "--wait",
            metavar="SECONDS",
            min=0,
            max=3600,
            help="How long to look for it in a mailbox that is read; 0 does not look.",
        ),
    ] = 60,
    json: Json = False,
) -> None:
    """Send a mail to try, and say whether it came, where it lies and what it proved."""
    body = load("digests.send").send
    raise typer.Exit(
        body(ctx.obj, test=test, profile=profile, channel=channel, wait=wait, json=json)
    )


@group.command()
def sources(ctx: typer.Context, json: Json = False) -> None:
    """Show how each source fares: its last poll, what it yields, and what to do about problems."""
    raise typer.Exit(load("alerts.sources").sources(ctx.obj, json=json))


@group.command()
def reread(
    ctx: typer.Context,
    since: Annotated[
        str,
        typer.Option("--since", metavar="DATE", help="Only what is stored since, as 2026-11-21."),
    ] = "",
    source: Annotated[
        str,
        typer.Option(
            "--source",
            metavar="NAME",
            autocompletion=SOURCES,
            help="Only what this source delivered.",
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Read the stored alerts again after an update; nothing is fetched, and nothing sent twice."""
    raise typer.Exit(load("alerts.reread").run(ctx.obj, since=since, source=source, json=json))


@group.command()
def preview(
    ctx: typer.Context,
    profile: Profile = "",
    day: Annotated[
        str, typer.Option("--day", metavar="DATE", help="The local day, as 2026-11-21.")
    ] = "",
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="The folder to write to.")
    ] = Path("out"),
    json: Json = False,
) -> None:
    """Write the digest of today as it stands now, after a poll, and send nothing."""
    raise typer.Exit(
        load("digests.preview").preview(ctx.obj, profile=profile, day=day, out=out, json=json)
    )


@group.command()
def authorise(
    ctx: typer.Context,
    login: Annotated[
        str, typer.Argument(metavar="LOGIN", autocompletion=LOGINS, help="A name under logins.")
    ],
    browser: Annotated[
        bool,
        typer.Option("--browser/--no-browser", help="Whether a browser can be opened here."),
    ] = True,
    give: Annotated[
        bool,
        typer.Option("--print-token", help="Print the token for another machine; keep nothing."),
    ] = False,
    take: Annotated[
        bool, typer.Option("--paste-token", help="Keep a token that was printed elsewhere.")
    ] = False,
) -> None:
    """Get the token of a login (OAuth2): Gmail in a browser, Outlook by a code on any device."""
    raise typer.Exit(
        load("instance.authorise").authorise(ctx.obj, login, browser=browser, give=give, take=take)
    )
