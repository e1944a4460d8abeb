"""The commands about single alerts and postings, stored or from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cxdigest.cli.commands.options import PROFILES, Json, Packs, load

group = typer.Typer()


@group.command()
def extract(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Files, folders, or - for standard input.")
    ],
    only: Annotated[
        str, typer.Option("--only", metavar="FORMAT", help="Read with this format alone.")
    ] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Say how each alert was read, as text.")
    ] = False,
    json: Json = False,
) -> None:
    """Read alerts (mail, mbox, feed) and print their postings as JSON lines."""
    raise typer.Exit(load("alerts.extract").extract(paths, only=only, explain=explain))


@group.command("report-format")
def report_format(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A saved mail or feed.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write; beside FILE unless said."),
    ] = None,
) -> None:
    """Write a copy of an alert without names, addresses and tokens, to send with a report."""
    raise typer.Exit(load("alerts.report_format").report_format(file, out=out))


@group.command()
def judge(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="JSON lines, or - for standard input.")
    ],
    pack: Packs = None,
    jobs: Annotated[
        int, typer.Option("-j", "--jobs", min=1, metavar="N", help="Processes to use.")
    ] = 1,
    json: Json = False,
) -> None:
    """Judge postings given as JSON lines and print the verdicts as JSON lines."""
    raise typer.Exit(load("rules.judge").judge(file, packs=pack or [], jobs=jobs))


@group.command()
def explain(
    ctx: typer.Context,
    posting: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-|POSTING", help="A file, - or a stored posting's link or id."
        ),
    ],
    pack: Packs = None,
    duties: Annotated[
        str,
        typer.Option(
            "--duties", metavar="FILE|-", help="Keep the duties in this file with the posting."
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Say in plain words what one posting is, which words say so, and where it was seen."""
    raise typer.Exit(
        load("postings.explain").explain(
            ctx.obj, posting, packs=pack or [], json=json, duties=duties
        )
    )


@group.command()
def unmerge(
    ctx: typer.Context,
    posting: Annotated[
        str, typer.Argument(metavar="POSTING", help="A stored posting's link or id.")
    ],
    key: Annotated[
        str,
        typer.Argument(
            metavar="[KEY]", help="Which sightings: the id that explain shows beside them."
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Part sightings that were merged but are two openings; they are never merged again."""
    raise typer.Exit(load("postings.unmerge").unmerge(ctx.obj, posting, key, json=json))


@group.command()
def export(
    ctx: typer.Context,
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            "-p",
            metavar="NAME",
            autocompletion=PROFILES,
            help="Only what this person's own sources showed.",
        ),
    ] = "",
    since: Annotated[
        str,
        typer.Option("--since", metavar="DATE", help="Only what was seen since, as 2026-11-21."),
    ] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Only this kind; may be repeated."),
    ] = None,
    json: Json = False,
) -> None:
    """Print the postings and their verdicts as a table (CSV) for a spreadsheet."""
    raise typer.Exit(
        load("postings.export").export(
            ctx.obj, profile=profile, since=since, kinds=kind or [], json=json
        )
    )
