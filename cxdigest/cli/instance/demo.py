"""``cxdigest demo``: the whole product with invented people, in a folder that goes when it ends."""

from __future__ import annotations

import importlib
import logging
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

from cxdigest import app
from cxdigest.cli.instance.run import problems
from cxdigest.cli.terminal.log import show_log_from
from cxdigest.cli.terminal.progress import Bar
from cxdigest.config import Config, load
from cxdigest.demo.invented import planned
from cxdigest.demo.people import DIGESTS, configuration
from cxdigest.demo.weeks import InventedClock, Weeks, live, settled, weeks_until
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.pipeline import Street, turn
from cxdigest.render.words import long_day
from cxdigest.worker import Worker, clock

log = logging.getLogger(__name__)

_HERE = "127.0.0.1"
_NEAR = 8080  #: of the configuration that is kept without a console, for whoever opens it later
_ABOUT = marked("""\
A try-out of cxdigest with three invented people, their coach and {alerts} invented alerts.
Employers and jobs are invented too, and the links of the postings lead nowhere. Nothing
is fetched from the network and nothing is sent: digests are files in a folder.
Four weeks of theirs pass first, which takes some seconds.""")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demo:
    """What is shown."""

    folder: Path
    settings: Config
    weeks: Weeks
    kept: bool  #: the folder stays

    @property
    def digests(self) -> Path:
        """The folder of all digests."""
        return self.folder / DIGESTS

    def latest(self) -> list[Path]:
        """Return the latest digests that were sent, Robin's first."""
        names = (f"{self.weeks.latest}-{profile}-*.html" for profile in ("robin", "jonas"))
        return [path for name in names for path in sorted(self.digests.glob(name))]


def demo(*, port: int, keep: Path | None, once: bool) -> int:
    """Invent people, live some weeks of theirs, show what came of it; return the exit code.

    The console is served at *port* of this machine (0: a free one) until told to stop, unless it is
    to end *once* the digests are made. The folder goes at the end unless it is to *keep*.

    Raises:
        WrongUseError: the port is taken, or the folder holds something already.
    """
    show_log_from(logging.WARNING)
    worker = _heeding()
    with ExitStack() as stack:
        listener = None if once else stack.enter_context(closing(_listener(port)))
        folder = stack.enter_context(_folder(keep))
        weeks = weeks_until(clock())
        settings = _settings(folder, weeks, listener.getsockname()[1] if listener else None)
        made = _Demo(folder=folder, settings=settings, weeks=weeks, kept=keep is not None)
        print(_(_ABOUT, alerts=len(planned())), flush=True)
        shown = InventedClock(clock)
        with app.street(settings, clock=shown, stopping=worker.stopping) as whole:
            street = settled(whole)
            days, lived = len(list(weeks.mornings())), count(1)
            with Bar(_("days lived")) as bar:
                live(folder, weeks, street, shown, told=lambda: bar.at(next(lived), days))
            if not worker.stopping():
                _show(made) if listener is None else _serve(made, street, worker, listener)
    _part(keep)
    return 0


def _listener(port: int) -> socket.socket:
    server = importlib.import_module("cxdigest.web.server")
    try:
        listener: socket.socket = server.bound((_HERE, port))
    except WrongUseError as error:
        raise WrongUseError(
            _(
                "port {port} of this machine cannot be listened at; name another with "
                "--port, or leave it out for one that is free",
                port=port,
            )
        ) from error
    return listener


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Give the demo a folder: *keep*, made if it is missing, or one that goes with the ``with``."""
    if keep is None:
        # A file that a browser or an antivirus program holds on Windows is no failure of the demo.
        with tempfile.TemporaryDirectory(
            prefix="cxdigest-demo-", ignore_cleanup_errors=True
        ) as name:
            yield Path(name)
        return
    if keep.exists() and not (keep.is_dir() and not any(keep.iterdir())):
        raise WrongUseError(
            _(
                "{keep} is there already and not empty; name a folder that does not exist yet",
                keep=keep,
            )
        )
    keep.mkdir(parents=True, exist_ok=True)
    yield keep.resolve()


def _heeding() -> Worker:
    """Return a worker that takes Ctrl-C and whatever else ends a program for a wish to stop."""
    worker = Worker(wake=timedelta(minutes=1))
    worker.heed()
    if hangup := getattr(signal, "SIGHUP", None):  # the terminal was closed
        signal.signal(hangup, worker.stop)
    return worker


def _settings(folder: Path, weeks: Weeks, port: int | None) -> Config:
    """Write the configuration; where the console is served, at *port*, digests lead to it."""
    path = folder / "config.yaml"
    path.write_text(configuration(weeks.latest, port or _NEAR), encoding="utf-8")
    settings = load(path, {})
    assert settings.web is not None, "the configuration has the section"
    if port is None:
        return settings
    # Not in the file: with it everybody signs in, as anywhere else that readers reach.
    web = settings.web.model_copy(update={"public_url": f"http://{_HERE}:{port}"})
    return settings.model_copy(update={"web": web})


def _serve(made: _Demo, street: Street, worker: Worker, listener: socket.socket) -> None:
    pages = importlib.import_module("cxdigest.web.beside")
    base = made.settings.public_url
    with pages.beside(
        street, listener, public_url=base, config=made.settings, wake=worker.wake, alone=True
    ):
        print(_("\nThe console, for this machine alone: {base}/", base=base))
        print(_("  Robin looks for a job alone:       {base}/today/robin", base=base))
        print(_("  Samira's digest waits for a coach: {base}/clients", base=base))
        print(_("  Jonas looks in Germany:            {base}/today/jonas", base=base))
        _name_digests(made)
        print(_("\nCtrl-C ends it."), flush=True)
        worker.run(partial(_turn, street))


def _turn(street: Street) -> None:
    for problem in problems(turn(street, everything=False)):
        log.warning("%s", problem)


def _show(made: _Demo) -> None:
    """Print the latest digest as text, and where all of them are if they stay."""
    if made.kept:
        _name_digests(made)
    text = made.latest()[0].with_suffix(".txt").read_text("utf-8")
    print(_("\nThe latest digest of the first of them, as text:\n\n{text}", text=text))


def _name_digests(made: _Demo) -> None:
    print(
        _(
            "\nThe digests of {latest}, as their readers get them:",
            latest=long_day(made.weeks.latest),
        )
    )
    for path in made.latest():
        print(f"  {path}")
    print(_("and those of the weeks before:\n  {digests}", digests=made.digests))


def _part(keep: Path | None) -> None:
    if keep is None:
        print(_("The demo has ended; its folder is removed. --keep FOLDER keeps it the next time."))
        return
    print(_("The demo has ended; all of it is in {keep}. To open it again:", keep=keep))
    print(f"  cxdigest --config {keep / 'config.yaml'} serve")
