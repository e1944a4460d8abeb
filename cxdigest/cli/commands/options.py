"""The options that several commands share, and how a command finds its body."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")]
Profile = Annotated[str, typer.Option("--profile", "-p", metavar="NAME", help="Only this profile.")]
Packs = Annotated[
    list[Path] | None,
    typer.Option(
        "--pack", metavar="FILE", help="A rule pack beside the shipped ones; may be repeated."
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The profile's name.")]


def load(name: str) -> Any:  # noqa: ANN401 - a module, loaded by name
    """Import a command's body: only now, since ``--help`` has no need of it."""
    # httpx loads a command line of its own where it finds what that needs, as it does here.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    return importlib.import_module(f"cxdigest.cli.{name}")
