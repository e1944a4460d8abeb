"""The systemd user unit of a program. Pure.

How words are quoted there: systemd.service(5), "Command lines", and systemd.unit(5), "Specifiers".
"""

from __future__ import annotations

from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.service.program import ABOUT, MADE_BY, Program, require_plain

#: No path of a program may have these for systemd, however they are quoted.
_REFUSED = frozenset("\"'\\")


def unit(program: Program) -> str:
    """Return the unit file.

    Raises:
        WrongUseError: a path holds what no unit can say.
    """
    require_plain(program)
    command = " ".join(_quoted(word) for word in _started(program))
    # The colon: no word is looked through for variables, whose dollar could not be escaped in the
    # first one. Exit code 2 is a wrong configuration: it would be as wrong ten seconds later.
    return f"""\
# {MADE_BY} `cxdigest service remove` takes it away.
[Unit]
Description={ABOUT}

[Service]
Type=exec
ExecStart=:{command}
Restart=always
RestartSec=10
RestartPreventExitStatus=2
TimeoutStopSec=2min
NoNewPrivileges=yes
UMask=0077

[Install]
WantedBy=default.target
"""


def _started(program: Program) -> tuple[str, ...]:
    """Return the command as systemd can start it: some letters may stand in later words alone."""
    name = str(program.interpreter)
    if not _REFUSED.intersection(name):
        return program.command
    if "=" in name:
        raise WrongUseError(
            _(
                "systemd starts no program whose path has quotes or backslashes in it: "
                "{name}; rename the folder",
                name=name,
            )
        )
    return ("/usr/bin/env", *program.command)


def _quoted(word: str) -> str:
    safe = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{safe}"'
