"""What is kept running: one interpreter, one configuration. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from cxdigest.errors import WrongUseError
from cxdigest.language import _

NAME = "cxdigest"  #: of the service, whatever the system
ABOUT = "cxdigest: reads job alerts and mails one digest each morning"
MADE_BY = "Made by `cxdigest service install`."  #: stands in every file, so that it is known again


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The command that stays."""

    interpreter: PurePath  #: of the Python that has cxdigest, absolute; a link is not followed
    config: PurePath  #: the configuration file, absolute

    @property
    def arguments(self) -> tuple[str, ...]:
        """What follows the interpreter. Nothing that lies in the folder is imported (``-P``)."""
        return ("-P", "-m", "cxdigest", "--config", str(self.config), "serve")

    @property
    def command(self) -> tuple[str, ...]:
        """The whole command line."""
        return (str(self.interpreter), *self.arguments)


def require_plain(program: Program) -> None:
    """Refuse what no system's file can hold.

    Raises:
        WrongUseError: a path has a line break or another control character in it.
    """
    for path in (program.interpreter, program.config):
        if any(ord(letter) < ord(" ") or letter == "\x7f" for letter in str(path)):
            raise WrongUseError(
                _(
                    "{path} has a line break or another control character in its name; rename it",
                    path=path,
                )
            )
