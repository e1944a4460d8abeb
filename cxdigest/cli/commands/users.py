"""The commands about people who may see the console."""

from __future__ import annotations

from typing import Annotated

import typer

from cxdigest.cli.commands.options import COACHES, PROFILES, Json, load

group = typer.Typer(
    help="Add, list, change and remove people who may see the console.", no_args_is_help=True
)

User = Annotated[str, typer.Argument(metavar="NAME", help="The name that they sign in with.")]
Coach = Annotated[
    str,
    typer.Option(
        "--coach", metavar="NAME", autocompletion=COACHES, help="Whose clients a coach looks after."
    ),
]
Own = Annotated[
    str,
    typer.Option(
        "--profile",
        "-p",
        metavar="NAME",
        autocompletion=PROFILES,
        help="Whose digest a client gets.",
    ),
]


@group.command("add")
def add(  # noqa: PLR0917 - Typer's way to declare options
    ctx: typer.Context,
    name: User,
    role: Annotated[
        str,
        typer.Option(
            "--role", metavar="ROLE", help="admin, coach or client; the first one is an admin."
        ),
    ] = "",
    coach: Coach = "",
    profile: Own = "",
    proxied: Annotated[
        bool,
        typer.Option("--proxy-only", help="Without a password: only the proxy signs them in."),
    ] = False,
    json: Json = False,
) -> None:
    """Add somebody; the password is asked for, or read from standard input."""
    raise typer.Exit(
        load("people.user").add(
            ctx.obj,
            name,
            role=role,
            coach=coach,
            profile=profile,
            proxied=proxied,
            json=json,
        )
    )


@group.command("list")
def listed(ctx: typer.Context, json: Json = False) -> None:
    """List everybody, and what they may see."""
    raise typer.Exit(load("people.user").listed(ctx.obj, json=json))


@group.command("password")
def password(
    ctx: typer.Context,
    name: User,
    keep_tokens: Annotated[
        bool, typer.Option("--keep-tokens", help="Access tokens of programs go on.")
    ] = False,
    json: Json = False,
) -> None:
    """Give somebody another password; their sessions and access tokens end."""
    raise typer.Exit(
        load("people.user").password(ctx.obj, name, keep_tokens=keep_tokens, json=json)
    )


@group.command("role")
def role(  # noqa: PLR0917 - Typer's way to declare options
    ctx: typer.Context,
    name: User,
    to: Annotated[str, typer.Argument(metavar="ROLE", help="admin, coach or client.")],
    coach: Coach = "",
    profile: Own = "",
    json: Json = False,
) -> None:
    """Change what somebody may see; whoever is signed in as them is no longer."""
    raise typer.Exit(
        load("people.user").role(ctx.obj, name, role=to, coach=coach, profile=profile, json=json)
    )


@group.command("remove")
def remove(ctx: typer.Context, name: User, json: Json = False) -> None:
    """Remove somebody with their sessions and tokens; never the last admin."""
    raise typer.Exit(load("people.user").remove(ctx.obj, name, json=json))
