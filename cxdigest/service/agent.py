"""The launchd agent of a program, as a property list. Pure.

Nothing is quoted there: every word of the command is an element of its own (launchd.plist(5)).
"""

from __future__ import annotations

import plistlib
from pathlib import PurePath

from cxdigest.service.program import MADE_BY, Program, require_plain

LABEL = "local.cxdigest"
_OWN_FILES = 0o077  #: the mask: what it writes is its owner's alone


def agent(program: Program, log: PurePath) -> bytes:
    """Return the property list; what the program says goes to the file *log*.

    Raises:
        WrongUseError: a path holds what no list can say.
    """
    require_plain(program)
    return plistlib.dumps(
        {
            "Label": LABEL,
            "Comment": MADE_BY,
            "ProgramArguments": list(program.command),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 60,
            "ProcessType": "Background",
            "StandardOutPath": str(log),
            "StandardErrorPath": str(log),
            "Umask": _OWN_FILES,
        },
        sort_keys=False,
    )
