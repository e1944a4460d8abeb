"""The options that several commands share, and how a command finds its body."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from cxdigest.language import SOURCE, speak


def load(name: str) -> Any:  # noqa: ANN401 - a module, loaded by name
    """Import a command's body: only now, since ``--help`` has no need of it."""
    # httpx loads a command line of its own where it finds what that needs, as it does here.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    return importlib.import_module(f"cxdigest.cli.{name}")


def named_in(section: str) -> Callable[[typer.Context, str], list[str]]:
    """Return what completes a name of *section* of the configuration, for a shell."""

    def offer(ctx: typer.Context, incomplete: str) -> list[str]:
        config = ctx.find_root().params.get("config")
        names = load("terminal.complete").names_in(Path(config or "config.yaml"), section)
        return [name for name in names if name.startswith(incomplete)]

    return offer


PROFILES = named_in("profiles")
SOURCES = named_in("sources")
COACHES = named_in("coaches")
LOGINS = named_in("logins")


def _for_programs(wanted: bool) -> bool:
    """Speak English where the answer is for a program: its words must be the same everywhere."""
    if wanted:
        speak(SOURCE)
    return wanted


Json = Annotated[
    bool,
    typer.Option(
        "--json",
        callback=_for_programs,
        help="One JSON object a line on standard output.",
    ),
]
Profile = Annotated[
    str,
    typer.Option(
        "--profile", "-p", metavar="NAME", help="Only this profile.", autocompletion=PROFILES
    ),
]
Packs = Annotated[
    list[Path] | None,
    typer.Option(
        "--pack", metavar="FILE", help="A rule pack beside the shipped ones; may be repeated."
    ),
]
Name = Annotated[
    str,
    typer.Argument(metavar="NAME", help="The profile's name.", autocompletion=PROFILES),
]
