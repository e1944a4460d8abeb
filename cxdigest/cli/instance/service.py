"""``cxdigest service install|status|remove``: let the system itself keep ``serve`` running."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cxdigest import yamlfile
from cxdigest.config import load
from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.service import Keeper, Launchd, Program, Ran, Systemd, TaskScheduler
from cxdigest.text import printable

_PATIENCE = 120  #: seconds for a command of the system: stopping may take as long as a turn


def install(config: Path, *, show: bool) -> int:
    """Have the system run ``cxdigest serve`` with *config*; or *show* the file, and do nothing.

    Raises:
        ConfigError: the configuration is not there or cannot be used.
        WrongUseError: this system cannot do it; says the way out.
    """
    settings = load(config)
    program = Program(interpreter=_interpreter(), config=config.absolute())
    keeper = _keeper()
    if show:
        print(keeper.text(program), end="")
        return 0
    for warning in settings.warnings:
        print(_("warning: {warning}", warning=warning), file=sys.stderr)
    if settings.store.temporary:
        raise WrongUseError(
            _(
                "{config} forgets everything at each start (store.url is :temporary:), "
                "and a service would send the same digests again; write the path of a "
                "file there",
                config=config,
            )
        )
    if unseen := sorted(set(_variables(config))):
        raise WrongUseError(
            _(
                "{config} takes {names} from environment variables, which a service "
                "does not see; name files in their place (password_file, …), and "
                "install again",
                config=config,
                names=", ".join(unseen),
            )
        )
    for line in keeper.install(program):
        print(printable(line))
    return 0


def status() -> int:
    """Say how the service stands; exit code 0 if it runs."""
    standing = _keeper().standing()
    if not standing.installed:
        print(_("No service is installed; cxdigest service install does that."))
    for line in standing.lines:
        print(printable(line))
    return 0 if standing.running else 1


def remove() -> int:
    """Stop the service and remove it; what it stored stays."""
    for line in _keeper().remove() or [_("No service is installed; there is nothing to remove.")]:
        print(printable(line))
    return 0


def _keeper() -> Keeper:
    if sys.platform == "win32":
        user = os.environ.get("USERNAME", "")
        return TaskScheduler(user=f"{os.environ.get('USERDOMAIN', '.')}\\{user}", run=_run)
    if sys.platform == "darwin":
        return Launchd(home=Path.home(), uid=os.getuid(), run=_run)
    above = os.environ.get("XDG_CONFIG_HOME", "")
    folder = Path(above) if Path(above).is_absolute() else Path.home() / ".config"
    return Systemd(
        folder=folder / "systemd" / "user", user=_user(), root=os.geteuid() == 0, run=_run
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an id without a name, as in some containers
        return str(os.getuid())


def _interpreter() -> Path:
    """Return this Python, by its place in the environment that has cxdigest."""
    here = Path(sys.executable).absolute()
    windowless = here.with_name("pythonw.exe")
    return windowless if sys.platform == "win32" and windowless.exists() else here


def _run(command: Sequence[str]) -> Ran | None:
    found = shutil.which(command[0])
    if found is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a command of the system, without a shell
            [found, *command[1:]],
            capture_output=True, text=True, errors="replace", check=False, timeout=_PATIENCE,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Ran(
            code=1,
            said="",
            complained=_("it did not answer within {patience} seconds", patience=_PATIENCE),
        )
    except OSError as error:
        return Ran(code=1, said="", complained=error.strerror or str(error))
    return Ran(code=done.returncode, said=done.stdout, complained=done.stderr)


def _variables(config: Path) -> Iterator[str]:
    """Yield the keys of *config* whose values stand in environment variables."""
    document = yamlfile.load(config.read_bytes(), str(config))
    yield from _env_keys(document.data)


def _env_keys(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever the file says
    if isinstance(value, dict) and value.get("enabled") is not False:
        for key, below in value.items():
            if str(key).endswith("_env") and below:
                yield str(key)
            yield from _env_keys(below)
