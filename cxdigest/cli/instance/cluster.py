"""``cxdigest worker``: one of many workers on one PostgreSQL, until SIGTERM."""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cxdigest import app
from cxdigest.cli.terminal.given import for_the_log
from cxdigest.cli.terminal.log import show_log
from cxdigest.config import Config
from cxdigest.errors import StoreError, WrongUseError
from cxdigest.language import _
from cxdigest.process import settle
from cxdigest.worker import clock

if TYPE_CHECKING:
    from cxdigest.tasks import Queue

log = logging.getLogger(__name__)


def work(config: Path) -> int:
    """Do what is due, beside others who do the same, until told to stop; return the exit code."""
    settings = for_the_log(config)
    show_log(settings)
    for warning in settings.warnings:
        log.warning("%s", warning)
    queue = queue_of(settings)
    stop = threading.Event()
    with app.street(settings, clock=clock, stopping=stop.is_set) as street:
        queue.prepare()
        settle()
        log.info("awake as %s", street.holder)
        queue.work(replace(street, brief=True, apart=street.clock()), stop=stop.set)
    return 0


def waker(settings: Config) -> Callable[[], None]:
    """Return what has a worker, wherever it runs, look at once what is due.

    Raises:
        WrongUseError: the store is no PostgreSQL, or the packages for it are not installed.
        StoreError: it cannot be reached.
    """
    queue = queue_of(settings)
    queue.prepare()

    def wake() -> None:
        try:
            queue.wake()
        except StoreError as error:
            # What was asked for is stored, and found within a minute.
            log.warning("%s", error)

    return wake


def queue_of(settings: Config) -> Queue:
    """Return the queue beside the store of *settings*.

    Raises:
        WrongUseError: the store is no PostgreSQL, or the packages for it are not installed.
    """
    if not settings.store.address.startswith(("postgres:", "postgresql")):
        raise WrongUseError(
            _(
                "Several workers need a PostgreSQL: set store.url to postgresql://…, or "
                "run `cxdigest serve`, which needs no other worker"
            )
        )
    try:
        tasks = importlib.import_module("cxdigest.tasks")
    except ModuleNotFoundError as error:
        raise WrongUseError(
            _("Several workers need one more package: pip install 'cxdigest[cluster]'")
        ) from error
    queue: Queue = tasks.Queue(settings.store.address)
    return queue
