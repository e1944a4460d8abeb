"""``cxdigest serve``: the worker, until SIGTERM."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from cxdigest import app
from cxdigest.cli.log import show_log
from cxdigest.cli.run import coming, problems
from cxdigest.config import load
from cxdigest.pipeline import Street, turn
from cxdigest.worker import Worker, clock

log = logging.getLogger(__name__)


def serve(config: Path) -> int:
    """Work with the configuration at *config* until told to stop; return the exit code."""
    settings = load(config)
    show_log(settings)
    for warning in settings.warnings:
        log.warning("%s", warning)
    worker = Worker(wake=settings.worker.wake)
    with app.street(settings, clock=clock, stopping=worker.stopping) as street:
        log.info("awake; a look every %s", settings.worker.wake)
        for name, moment in coming(street):
            log.info("%s: the next digest is due on %s", name, moment)
        worker.run(partial(_turn, street))
    return 0


def _turn(street: Street) -> None:
    for problem in problems(turn(street, everything=False)):
        log.warning("%s", problem)
