"""``cxdigest serve``: the worker and, unless the configuration says no, pages, until SIGTERM."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from cxdigest import app
from cxdigest.cli.instance import cluster
from cxdigest.cli.instance.first_start import Begun, first_start
from cxdigest.cli.instance.run import coming, problems
from cxdigest.cli.terminal.given import for_the_log
from cxdigest.cli.terminal.log import show_log
from cxdigest.config import Config, WebConfig
from cxdigest.errors import WrongUseError
from cxdigest.pipeline import Street, turn
from cxdigest.worker import Worker, clock

log = logging.getLogger(__name__)


def serve(config: Path, *, listen: str, works: bool = True) -> int:
    """Work with the configuration at *config* until told to stop; return the exit code.

    Where there is none, pages at *listen* lead to one first. Unless it *works* itself, others do
    (``cxdigest worker``), and there are pages alone.
    """
    with ExitStack() as held:
        before = None
        if not config.exists():
            before = first_start(config, listen, held)
            if before is None:
                return 0
        return _work(config, before) if works else _show(config, before)


def _show(config: Path, before: Begun | None) -> int:
    settings = for_the_log(config)
    show_log(settings)
    for warning in settings.warnings:
        log.warning("%s", warning)
    if settings.web is not None and not settings.web.enabled:
        raise WrongUseError(
            "Without a worker and without pages there is nothing to do; set web.enabled: true,"
            " or run `cxdigest worker`"
        )
    wake = cluster.waker(settings)
    worker = Worker(wake=settings.worker.wake)
    worker.heed()
    with (
        app.street(settings, clock=clock, stopping=worker.stopping) as street,
        _pages(settings, street, wake, before, needed=True),
    ):
        worker.rest()
    return 0


def _work(config: Path, before: Begun | None) -> int:
    settings = for_the_log(config)
    show_log(settings)
    for warning in settings.warnings:
        log.warning("%s", warning)
    worker = Worker(wake=settings.worker.wake)
    worker.heed()  # whoever ends us while we begin is heard too
    with (
        app.street(settings, clock=clock, stopping=worker.stopping) as street,
        _pages(settings, street, worker.wake, before, needed=settings.web is not None),
    ):
        log.info("awake; a look every %s", settings.worker.wake)
        for name, moment in coming(street):
            log.info("%s: the next digest is due on %s", name, moment)
        worker.run(partial(_turn, replace(street, brief=True, store=street.store.behind())))
    return 0


@contextmanager
def _pages(
    settings: Config,
    street: Street,
    wake: Callable[[], None],
    before: Begun | None,
    *,
    needed: bool,
) -> Iterator[None]:
    """Serve the pages for the time of the ``with``, where there are to be any.

    Raises:
        WrongUseError: they are *needed* and their address cannot be listened at.
    """
    web = settings.web or WebConfig()
    if not web.enabled:
        yield
        return
    # Loaded here, since a worker without pages needs no web framework in its memory.
    pages = importlib.import_module("cxdigest.web.beside")
    with ExitStack() as open_now:
        try:
            address = open_now.enter_context(
                pages.beside(
                    street,
                    before.listener if before else web.address,
                    public_url=settings.public_url,
                    config=settings,
                    code=before.code if before else None,
                    wake=wake,
                )
            )
            log.info("pages are served at http://%s:%s", *address)
        except WrongUseError as error:
            if needed:
                raise
            # Nobody asked for them by name: digests matter more.
            log.warning("%s; the worker goes on without pages", error)
        yield


def _turn(street: Street) -> None:
    for problem in problems(turn(street, everything=False)):
        log.warning("%s", problem)
