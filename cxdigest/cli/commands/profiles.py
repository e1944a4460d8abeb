"""The commands about people who get digests."""

from __future__ import annotations

from typing import Annotated

import typer

from cxdigest.cli.commands.options import Json, Name, load

group = typer.Typer(
    help="List, show, add, change, pause and erase people who get digests.", no_args_is_help=True
)

NewName = Annotated[str, typer.Argument(metavar="NAME", help="The profile's name.")]
Definition = Annotated[
    str, typer.Argument(metavar="[FILE]", help="A file with its keys, or - for standard input.")
]


@group.command("list")
def listed(ctx: typer.Context, json: Json = False) -> None:
    """List everybody: where their settings are, who is paused, and when the next digest is due."""
    raise typer.Exit(load("people.profile").listed(ctx.obj, json=json))


@group.command("show")
def show(ctx: typer.Context, name: Name, json: Json = False) -> None:
    """Show one person's settings, as they stand in the configuration or the store."""
    raise typer.Exit(load("people.profile").show(ctx.obj, name, json=json))


@group.command("add")
def add(ctx: typer.Context, name: NewName, file: Definition = "-", json: Json = False) -> None:
    """Add a person to the store, from YAML with the keys of a profile."""
    raise typer.Exit(load("people.profile_edit").add(ctx.obj, name, file, json=json))


@group.command("edit")
def edit(  # noqa: PLR0917 - Typer's way to declare options
    ctx: typer.Context,
    name: Name,
    file: Definition = "",
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Change one key, as wishes.places=[Berlin]; repeats."
        ),
    ] = None,
    unset: Annotated[
        list[str] | None,
        typer.Option("--unset", metavar="KEY", help="Remove one key; may be repeated."),
    ] = None,
    json: Json = False,
) -> None:
    """Change a stored person: some keys, or all of them from a file."""
    raise typer.Exit(
        load("people.profile_edit").edit(
            ctx.obj, name, file, change=change or [], unset=unset or [], json=json
        )
    )


@group.command("import")
def take_in(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="YAML; - for standard input.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace those that are in the store already.")
    ] = False,
    json: Json = False,
) -> None:
    """Add many people at once, all of them or none."""
    raise typer.Exit(load("people.profile_edit").take_in(ctx.obj, file, replace=replace, json=json))


@group.command("export")
def export(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Whom; everybody in the store unless named."),
    ] = None,
) -> None:
    """Write people as YAML that import takes and that may stand in the configuration."""
    raise typer.Exit(load("people.profile_edit").export(ctx.obj, names or []))


@group.command("pause")
def pause(ctx: typer.Context, name: Name, json: Json = False) -> None:
    """Make no digests for a person until resumed; alerts are still read."""
    raise typer.Exit(load("people.profile").pause(ctx.obj, name, json=json))


@group.command("resume")
def resume(ctx: typer.Context, name: Name, json: Json = False) -> None:
    """Make digests for a paused person again."""
    raise typer.Exit(load("people.profile").resume(ctx.obj, name, json=json))


@group.command("remove")
def remove(ctx: typer.Context, name: Name, json: Json = False) -> None:
    """Remove a person's settings from the store; what was read and sent stays."""
    raise typer.Exit(load("people.profile").remove(ctx.obj, name, json=json))


@group.command("erase")
def erase(
    ctx: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Remove all that is kept of a person: mails, sightings, feedback, digests, settings."""
    raise typer.Exit(load("people.profile_erase").erase(ctx.obj, name, yes=yes, json=json))
