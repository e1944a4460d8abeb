"""The command line: the options before any command, the groups of commands, the exit codes.

Exit codes: 0 done, 1 something failed and is named, 2 wrong use or configuration.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from cxdigest import __version__
from cxdigest.cli.commands import GROUPS
from cxdigest.errors import ConfigError, CxdigestError, PackError, WrongUseError
from cxdigest.text import printable

app = typer.Typer(
    name="cxdigest",
    help="Read job alerts, judge what each job really is, mail one clean digest each morning.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _name, _group in GROUPS:
    app.add_typer(_group, name=_name or None)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cxdigest {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    ctx: typer.Context,
    config: Annotated[
        Path,
        typer.Option(
            "--config",
            "-c",
            envvar="CXDIGEST_CONFIG",
            metavar="FILE",
            help="The configuration file.",
            readable=False,  # whoever reads it says what to do
        ),
    ] = Path("config.yaml"),
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    ctx.obj = config


def _name_the_shell() -> None:
    """Let ``--show-completion zsh`` mean that shell, not the one that it is typed in."""
    asked = sys.argv[1:2]
    if (
        asked in (["--show-completion"], ["--install-completion"])
        and len(sys.argv) > len(asked) + 1
    ):
        # Typer asks for a name, and takes it, where it is told not to look at its parent process.
        os.environ["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"


def main() -> None:
    """Run the command line; every error of cxdigest becomes one message and an exit code."""
    _name_the_shell()
    try:
        try:
            app(prog_name="cxdigest")  # also as `python -m cxdigest`, or shells complete that
        finally:
            if sys.stdout:  # a task of Windows has none
                sys.stdout.flush()
            _tell_of_plugins()
    except (ConfigError, PackError) as error:
        typer.echo(printable(str(error)), err=True)
        sys.exit(2)
    except WrongUseError as error:
        typer.echo(printable(f"cxdigest: {error}"), err=True)
        sys.exit(2)
    except CxdigestError as error:
        typer.echo(printable(f"cxdigest: {error}"), err=True)
        sys.exit(1)
    except OSError as error:
        # A full disk, or a reader of the output that went away: Python would try again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            where = f"{error.filename}: " if error.filename else ""
            typer.echo(printable(f"cxdigest: {where}{error.strerror or error}"), err=True)
        sys.exit(1)


def _tell_of_plugins() -> None:
    """Name what plugins could not add, where no log did."""
    plugins = sys.modules.get("cxdigest.plugins")  # most commands ask for none
    if plugins is None:
        return
    heard = logging.getLogger("cxdigest.plugins")
    shown = any(not isinstance(one, logging.NullHandler) for one in _handlers(heard))
    for broken in () if shown else plugins.broken():
        typer.echo(printable(f"cxdigest: {broken}"), err=True)


def _handlers(logger: logging.Logger | None) -> list[logging.Handler]:
    return [*logger.handlers, *_handlers(logger.parent)] if logger else []
