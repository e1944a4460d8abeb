"""What every system can be asked for, and how its commands are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cxdigest.errors import ServiceError, WrongUseError
from cxdigest.language import _
from cxdigest.service.program import MADE_BY, Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command of the system ended."""

    code: int
    said: str  #: standard output
    complained: str = ""  #: standard error

    @property
    def words(self) -> str:
        """What it says went wrong, in one line."""
        return " ".join((self.complained or self.said).split())


#: Calls a command and waits for it; None: there is no such command here.
Run = Callable[[Sequence[str]], Ran | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the service stands."""

    installed: bool
    running: bool
    lines: tuple[str, ...]  #: for a person, one thing each


class Keeper(Protocol):
    """One system that keeps programs running."""

    def text(self, program: Program) -> str:
        """Return what the system reads, as it would stand in its file.

        Raises:
            WrongUseError: the paths cannot be written there.
        """

    def install(self, program: Program) -> list[str]:
        """Put *program* in the system's care and start it; return what a person should know.

        Raises:
            WrongUseError: it cannot be done here, or another is there; says the way out.
            ServiceError: the system's own command failed.
        """

    def standing(self) -> Standing:
        """Say how the service stands.

        Raises:
            WrongUseError: the system is not there to be asked.
        """

    def remove(self) -> list[str]:
        """Stop the service and take it out of the system's care; return what was done.

        Raises:
            WrongUseError: what is there was not made by cxdigest, or there is no such system.
            ServiceError: the system's own command failed.
        """


def demand(run: Run, command: Sequence[str]) -> Ran:
    """Call *command*, which must succeed.

    Raises:
        ServiceError: it failed, or is not there.
    """
    done = run(command)
    if done is None:
        raise ServiceError(_("{command} is not there", command=command[0]))
    if done.code:
        words = done.words or _("exit code {code}", code=done.code)
        raise ServiceError(_("`{command}` failed: {words}", command=" ".join(command), words=words))
    return done


def put(path: Path, content: bytes) -> bool:
    """Write *content* to *path*, readable for its owner alone; False: it stands there already.

    Raises:
        WrongUseError: another service is there.
    """
    if path.exists():
        if path.read_bytes() == content:
            return False
        raise WrongUseError(
            _(
                "there is a service already, with other settings: {path}; look at it, then "
                "cxdigest service remove and install again",
                path=path,
            )
            if is_ours(path)
            else _(
                "there is a service already, and was not made by cxdigest: {path}; look at it, "
                "then move it away and install again",
                path=path,
            )
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
    return True


def require_ours(path: Path) -> None:
    """Refuse to touch the file of another service.

    Raises:
        WrongUseError: cxdigest did not make it.
    """
    if not is_ours(path):
        raise WrongUseError(
            _("{path} was not made by cxdigest; remove it yourself if it is to go", path=path)
        )


def is_ours(path: Path) -> bool:
    """Tell whether ``cxdigest service install`` made the file at *path*."""
    return MADE_BY.encode() in path.read_bytes()
