"""cxdigest as on Windows, as far as Linux can play that: ``python -m tests.install.elsewhere``.

What the standard library has on POSIX alone is taken away, folders cannot be opened, then every
module is imported and the command line given is run in this folder.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import sys
from pathlib import Path

#: Of which the standard library and libraries load what they need for this very system first.
_LIBRARIES = (
    "asyncio", "concurrent.futures.process", "email", "httpx", "logging.handlers", "lxml.etree",
    "multiprocessing.spawn", "numpy", "PIL.Image", "psycopg", "procrastinate", "sqlalchemy",
    "sqlite3", "subprocess", "tarfile", "tempfile", "threading", "trafilatura", "typer", "uvicorn",
)  # fmt: skip
ABSENT_MODULES = ("fcntl", "grp", "pwd", "pty", "resource", "syslog", "termios", "tty")
ABSENT_NAMES = (
    "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "chown", "fchmod", "fork", "geteuid",
    "getgid", "getloadavg", "getuid", "killpg", "mkfifo", "sched_getaffinity", "setsid", "statvfs",
    "uname",
)  # fmt: skip
ABSENT_SIGNALS = ("SIGALRM", "SIGHUP", "SIGKILL", "SIGQUIT", "SIGUSR1", "SIGUSR2")


def take_away() -> None:
    for name in _LIBRARIES:
        importlib.import_module(name)
    for name in ABSENT_MODULES:
        sys.modules[name] = None  # type: ignore[assignment]  # has an import of it fail
    for module, names in ((os, ABSENT_NAMES), (signal, ABSENT_SIGNALS)):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    as_here = os.open

    def without_folders(path: object, *more: object, **named: object) -> int:
        if isinstance(path, str | Path) and Path(path).is_dir():
            raise PermissionError(13, "Permission denied", str(path))
        return as_here(path, *more, **named)  # type: ignore[arg-type]

    os.open = without_folders  # type: ignore[assignment]


def import_all() -> int:
    import cxdigest

    found = [one.name for one in pkgutil.walk_packages(cxdigest.__path__, "cxdigest.")]
    wanted = [one for one in found if ".migrations" not in one and not one.endswith("__main__")]
    for name in wanted:
        importlib.import_module(name)
    return len(wanted)


if __name__ == "__main__":
    take_away()
    print(f"{import_all()} modules", file=sys.stderr)
    from cxdigest.cli import main

    main()
