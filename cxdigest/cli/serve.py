"""``cxdigest serve``: the worker, until SIGTERM."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from cxdigest import app
from cxdigest.cli.log import show_log
from cxdigest.cli.run import coming
from cxdigest.pipeline import turn
from cxdigest.worker import Worker, clock


def serve(config: Path) -> int:
    """Work with the configuration at *config* until told to stop; return the exit code."""
    settings = app.configuration(config)
    show_log(settings)
    for warning in settings.warnings:
        logging.getLogger(__name__).warning("%s", warning)
    worker = Worker(wake=settings.worker.wake)
    with app.street(settings, clock=clock, stopping=worker.stopping) as street:
        logging.getLogger(__name__).info("awake; a look every %s", settings.worker.wake)
        for name, moment in coming(street):
            logging.getLogger(__name__).info("%s: the next digest is due on %s", name, moment)
        worker.run(partial(turn, street, everything=False))
    return 0
