"""Every error that cxdigest raises on purpose, in one tree.

::

    CxdigestError
    ├── WrongUseError          what was asked for does not exist; carries the way out
    │   └── NotLetInError      a server said no while it was tried; ``why`` says to what (setup)
    ├── ConfigError            the configuration cannot be used; lists every problem
    ├── PackError              a rule pack cannot be used; lists every problem
    ├── AlertError             one alert cannot be read          (extract)
    │   └── TooLargeError      it is larger than the limit
    ├── SourceError            a poll failed; carries the outcome and when to try again
    ├── PageError              a page cannot be read or holds no posting; carries the outcome
    ├── HostBusyError          another worker asks that host now
    ├── NetError               a request failed or was refused   (net)
    │   ├── ForbiddenAddressError
    │   ├── TooMuchError       the answer is larger than the cap
    │   └── DeadlineError
    ├── TokenError             no token for a login; ``passing`` says whether to wait or to act
    ├── PluginError            what a plugin adds failed; its text names the distribution
    ├── DeliveryError          a delivery failed; ``permanent`` decides about a retry
    ├── RenderError            a digest cannot be written
    ├── ServiceError           what keeps programs running here refused (systemd, launchd, …)
    └── StoreError             the database failed; never stands for "not found"
        └── BackupError        a backup is damaged

Whoever raises does not log; whoever catches logs once. The tree in the docstring is httpx's
habit, the single ``permanent`` flag is healthchecks'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

PollFailure = Literal["unreadable", "auth", "network", "throttled", "gone"]
PageFailure = Literal[
    "empty", "closed", "unreadable", "auth", "throttled", "robots", "network", "gone"
]


class CxdigestError(Exception):
    """Base of all errors below; its text is fit for a person to read."""


class WrongUseError(CxdigestError):
    """What a command was asked for does not exist; the person can put it right."""


Refusal = Literal["login", "password", "certificate", "folder", "address", "other"]


class NotLetInError(WrongUseError):
    """A server that was tried in set-up says no, or would; ``why`` says to which of the answers."""

    def __init__(self, message: str, *, why: Refusal) -> None:
        super().__init__(message)
        self.why = why


#: What begins a new line, moves a terminal's pen or turns its direction.
_COMMANDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def in_one_line(text: str) -> str:
    r"""Return *text* with what a terminal or a log obeys written out, as ``\n`` or ``\x1b``."""
    return _COMMANDS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a file that a person wrote."""

    where: str  #: file name as the person knows it
    line: int  #: from 1; 0 if the problem has no line
    key: str  #: dotted path, e.g. ``sources.inbox.every``; may be empty
    what: str  #: what is wrong
    instead: str = ""  #: what to write instead
    text: str = ""  #: the offending line itself, may be empty

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.line else self.where
        message = ": ".join(part for part in (place, self.key, self.what) if part)
        return in_one_line(f"{message}; {self.instead}" if self.instead else message)


class ProblemsError(CxdigestError):
    """An error that is a list of problems in files that a person wrote."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ConfigError(ProblemsError):
    """The configuration cannot be used."""


class PackError(ProblemsError):
    """A rule pack cannot be used; it is refused as a whole. Its text shows the lines themselves."""

    def __str__(self) -> str:
        return "\n".join(
            f"{problem}\n    {in_one_line(problem.text)}" if problem.text else str(problem)
            for problem in self.problems
        )


class AlertError(CxdigestError):
    """One alert cannot be read; it is kept and counted, never dropped."""


class TooLargeError(AlertError):
    """One alert is larger than the limit; what is known of it is kept."""


class SourceError(CxdigestError):
    """A poll failed.

    ``outcome`` is what is stored and shown; ``retry_after`` is the server's wish, if it has one.
    ``told`` is what the message holds of the server's own: its words, or the folders that it has.
    """

    def __init__(
        self,
        message: str,
        *,
        outcome: PollFailure,
        retry_after: timedelta | None = None,
        body: bytes = b"",
        told: str = "",
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.retry_after = retry_after
        self.told = told
        self.body = (
            body  #: what arrived instead of alerts, kept as an unreadable alert; may be empty
        )


class PageError(CxdigestError):
    """A page cannot be read, or what it shows is no posting.

    ``outcome`` is what is stored: ``closed`` where the opening is gone, ``auth`` where a person
    must log in or consent first, ``throttled`` where it asks for proof of not being a machine,
    ``empty`` where it is another kind of page, ``unreadable`` where it is no page; ``robots``
    where it may not be asked, ``network`` and ``gone`` where nothing came. ``retry_after`` is how
    long its host is to be left alone, where that is known.
    """

    def __init__(
        self, message: str, *, outcome: PageFailure, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.retry_after = retry_after


class HostBusyError(CxdigestError):
    """Another worker asks the host now; what waits for it stays waiting."""


class NetError(CxdigestError):
    """A request could not be made or its answer could not be read."""


class ForbiddenAddressError(NetError):
    """The address is private or otherwise not allowed (``net.allow`` names exceptions)."""


class TooMuchError(NetError):
    """The answer is larger than the cap, counted after decompression."""


class DeadlineError(NetError):
    """The whole exchange took longer than its deadline."""


class TokenError(CxdigestError):
    """No token could be had for a login; its text says what to do."""

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing  #: True: the provider could not be asked, which may pass


class PluginError(CxdigestError):
    """What a plugin adds failed or cannot be used; its text names the plugin."""


class DeliveryError(CxdigestError):
    """A delivery failed; with ``permanent`` it is not tried again.

    ``told`` is what the message holds of the server's own words.
    """

    def __init__(self, message: str, *, permanent: bool, told: str = "") -> None:
        super().__init__(message)
        self.permanent = permanent
        self.told = told


class RenderError(CxdigestError):
    """A digest cannot be written as mail."""


class ServiceError(CxdigestError):
    """A command of the system that keeps programs running failed; the text is its own words."""


class StoreError(CxdigestError):
    """The database failed (unreachable, locked, full); it never stands for "not found"."""


class BackupError(StoreError):
    """What a backup holds is not what it says it holds: another one is needed."""
