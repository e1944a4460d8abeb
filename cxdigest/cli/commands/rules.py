"""The commands about packs of rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cxdigest.cli.commands.options import Json, Packs, Profile, load

group = typer.Typer(help="Check and explain rule packs.", no_args_is_help=True)

Labels = Annotated[
    Path,
    typer.Argument(
        metavar="LABELS", help="JSON lines with id, kind, title, company and description."
    ),
]


@group.command("check")
def check(
    packs: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PACK", help="Packs; the shipped ones unless named."),
    ] = None,
    json: Json = False,
) -> None:
    """Lint rule packs and run every rule's own examples."""
    raise typer.Exit(load("rules.check").check(packs or [], json=json))


@group.command("diff")
def diff(
    ctx: typer.Context,
    packs: Annotated[list[Path], typer.Argument(metavar="PACK", help="Packs to try.")],
    json: Json = False,
) -> None:
    """Judge the stored postings with and without packs, and list what would change."""
    raise typer.Exit(load("rules.diff").diff(ctx.obj, packs, json=json))


@group.command("fit")
def fit(  # noqa: PLR0917 - Typer's way to declare options
    labels: Labels,
    price_hidden: Annotated[
        float,
        typer.Option(
            "--price-hidden", min=1, metavar="N",
            help="What a hidden genuine role costs, in other mistakes.",
        ),
    ] = 5,
    pull: Annotated[
        float,
        typer.Option("--pull", min=0.01, metavar="N", help="How much holds points where they are."),
    ] = 2,
    folds: Annotated[
        int, typer.Option("--folds", min=2, metavar="N", help="Parts of the cross-validation.")
    ] = 5,
    pack: Annotated[
        list[Path] | None,
        typer.Option(
            "--pack", metavar="FILE", help="A pack, or a folder of packs, beside the shipped ones."
        ),
    ] = None,
    write: Annotated[
        bool,
        typer.Option(
            "--write", help="Write: the packs named in place, over shipped ones a new pack."
        ),
    ] = False,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The new pack that --write makes.")
    ] = Path("fitted.yaml"),
    json: Json = False,
) -> None:  # fmt: skip
    """Fit the points of rules to labelled postings, and print what would change in the packs."""
    raise typer.Exit(
        load("rules.fit").fit(
            labels, packs=pack or [], price=price_hidden, pull=pull, folds=folds,
            write=write, out=out, json=json,
        )
    )  # fmt: skip


@group.command("stats")
def stats(labels: Labels, pack: Packs = None, json: Json = False) -> None:
    """Count how often each rule fires and is right, and how right the verdicts are, by labels."""
    raise typer.Exit(load("rules.stats").stats(labels, packs=pack or [], json=json))


@group.command("stored")
def stored(ctx: typer.Context, json: Json = False) -> None:
    """List the packs that were written in the console, and what is wrong with them."""
    raise typer.Exit(load("rules.stored").stored(ctx.obj, json=json))


@group.command("show")
def show(
    ctx: typer.Context,
    profile: Profile = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it to this new file.")
    ] = None,
) -> None:
    """Print a pack that was written in the console: everybody's, or one profile's."""
    raise typer.Exit(load("rules.stored").show(ctx.obj, profile=profile, out=out))
