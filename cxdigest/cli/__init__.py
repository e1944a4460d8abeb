"""The command line: the options before any command, the groups of commands, the exit codes.

``commands`` declares them all; what they do stands in rooms by subject, from ``alerts`` to
``rules``, and what all share with the person at the terminal in ``terminal``.

Exit codes: 0 done, 1 something failed and is named, 2 wrong use or configuration.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from cxdigest import __version__
from cxdigest.cli.commands import GROUPS
from cxdigest.cli.terminal.tongue import language_of
from cxdigest.errors import ConfigError, CxdigestError, PackError, WrongUseError
from cxdigest.language import SOURCE, _, speaking, spoken
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


def _ready_for_completion() -> None:
    """Give the scripts that shells ask by, where one is wanted, and of the shell that is named.

    ``--show-completion zsh`` means that shell, not the one that it is typed in.
    """
    if sys.argv[1:2] not in (["--show-completion"], ["--install-completion"]):
        return
    importlib.import_module("cxdigest.cli.terminal.scripts").put_in_place()
    if len(sys.argv) > 2:  # noqa: PLR2004
        # Typer asks for a name, and takes it, where it is told not to look at its parent process.
        os.environ["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"


def _run() -> None:
    """Run the command that was typed, called ``cxdigest`` also where it is a module of Python."""
    if spoken() == SOURCE:
        app(prog_name="cxdigest")  # or shells would complete another name
        return
    phrases = importlib.import_module("cxdigest.cli.terminal.phrases")
    command: Any = phrases.translated(typer.main.get_command(app))
    # The base of all complaints about wrong use, which Typer does not name for others.
    complaint: Any = typer.BadParameter.__mro__[2]
    try:
        code = command.main(prog_name="cxdigest", standalone_mode=False)
    except complaint as error:
        typer.echo(phrases.complained(error.show), err=True)
        sys.exit(getattr(error, "exit_code", 1))
    except typer.Abort:
        typer.echo(_("Aborted!"), err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def main() -> None:
    """Run the command line in the language of the environment; errors become a message and a code.

    Here, and nowhere else, it is set which language a command speaks.
    """
    _ready_for_completion()
    with speaking(language_of(os.environ)):
        _main()


def _main() -> None:
    try:
        try:
            _run()
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
        # A full disk, or a reader of the output that went away.
        _write_no_more(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            where = f"{error.filename}: " if error.filename else ""
            try:
                typer.echo(printable(f"cxdigest: {where}{error.strerror or error}"), err=True)
            except OSError:  # the terminal was closed
                _write_no_more(sys.stderr)
        sys.exit(1)


def _write_no_more(stream: TextIO) -> None:
    """Let *stream* lead nowhere: Python would try again at the end, and fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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
