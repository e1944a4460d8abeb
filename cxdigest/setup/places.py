"""What is on this machine: the folder of saved alerts, and its time zone. Opens no file."""

from __future__ import annotations

from pathlib import Path

from cxdigest.errors import WrongUseError
from cxdigest.setup.answers import one_line


def folder_of_alerts(text: str) -> str:
    """Return the whole path of the folder that *text* names.

    Raises:
        WrongUseError: there is no such folder.
    """
    path = Path(one_line("the folder", text)).expanduser().absolute()
    if not path.is_dir():
        raise WrongUseError(f"{path} is not a folder on this machine")
    return str(path)
