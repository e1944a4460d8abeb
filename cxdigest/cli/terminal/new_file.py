"""The file that a command writes its answer to: never one that is there already.

Decides nothing about what stands in it.
"""

from __future__ import annotations

import os
from pathlib import Path

from cxdigest.errors import WrongUseError
from cxdigest.language import _


def refuse_existing(out: Path | None) -> None:
    """Find out before any work is done that *out* is there already.

    Raises:
        WrongUseError: it is.
    """
    if out is not None and out.exists():
        raise WrongUseError(_("{out} exists; name another file with --out", out=out))


def write_new(out: Path, content: bytes) -> None:
    """Write *content* to a file that is not there yet, for this user alone.

    Raises:
        WrongUseError: it is there, or cannot be made.
    """
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError as error:
        raise WrongUseError(_("{out} exists; name another file with --out", out=out)) from error
    except OSError as error:
        raise WrongUseError(
            _("{out}: {strerror}; name another file with --out", out=out, strerror=error.strerror)
        ) from error
